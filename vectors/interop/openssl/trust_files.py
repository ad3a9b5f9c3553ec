"""OpenSSL's command over time stamps, revocation lists, OCSP answers, requests and key files."""

import datetime
import os
import re
import subprocess
import tempfile

import der
from answer import Cannot, Refused, equal

RSA_PSS = bytes.fromhex("06092a864886f70d01010a")
SIGNED_TIME_STAMP = bytes.fromhex("06092a864886f70d010904")  # the attribute messageDigest
SM2 = bytes.fromhex("06082a811ccf5501822d")
ID = "distid:1234567812345678"


class Folder:
    """A folder for the files of one case."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()

    def write(self, name, body):
        with open(os.path.join(self.folder.name, name), "wb") as out:
            out.write(body)
        return name

    def pem(self, name, label, bodies):
        return self.write(name, "".join(der.pem(label, body) for body in bodies).encode())

    def run(self, *arguments, text=None):
        done = subprocess.run(["openssl", *arguments], cwd=self.folder.name, capture_output=True, input=text)
        return done.returncode == 0, done.stdout, done.stderr.decode(errors="replace")

    def need(self, *arguments, text=None):
        good, out, said = self.run(*arguments, text=text)
        if "unsupported prf" in said or "unknown pbe algorithm" in said:
            raise Cannot("no such algorithm")
        if not good:
            raise Refused(said[-200:])
        return out


def octets(case, name):
    return [bytes.fromhex(one) for one in case.get(name, "").split(",") if one]


def moment(case):
    return datetime.datetime.fromisoformat(case["verifyTime"].replace("Z", "+00:00"))


def paths(case):
    """The folder with the anchors and intermediates; no user id can be given for SM2."""
    anchors = octets(case, "trustAnchors")
    if any(SM2 in one for one in anchors):
        raise Cannot("no user id")
    folder = Folder()
    folder.pem("anchors.pem", "CERTIFICATE", anchors)
    options = ["-CAfile", "anchors.pem", "-attime", str(int(moment(case).timestamp()))]
    given = octets(case, "intermediates")
    if given:
        options += ["-untrusted", folder.pem("given.pem", "CERTIFICATE", given)]
    return folder, options


def token(case):
    folder, options = paths(case)
    if RSA_PSS in case.octets("der").rpartition(SIGNED_TIME_STAMP)[2]:
        raise Cannot("its time stamps are PKCS#7, without PSS")
    folder.write("token", case.octets("der"))
    folder.write("value", case.octets("value"))
    text = folder.need("ts", "-reply", "-in", "token", "-token_in", "-token_out", "-text").decode(errors="replace")
    stated = re.search(r"Time stamp: (.*) GMT", text)
    folder.need("ts", "-verify", "-data", "value", "-in", "token", "-token_in", *options)
    if read_time(stated[1]) > moment(case):
        raise Cannot("has no clock for it")
    return "accepted", ""


def read_time(text):
    text = re.sub(r"\.\d+", "", text.strip())
    return datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y").replace(tzinfo=datetime.timezone.utc)


def status(case):
    folder, options = paths(case)
    folder.pem("leaf.pem", "CERTIFICATE", [case.octets("cert")])
    lists = octets(case, "crls")
    if lists:
        options += ["-crl_check", "-extended_crl", "-CRLfile", folder.pem("lists.pem", "X509 CRL", lists)]
    folder.need("verify", *options, "leaf.pem")
    for answer in octets(case, "ocsp"):
        answered(folder, options, answer, moment(case))
    return "accepted", ""


def answered(folder, options, answer, at):
    """An OCSP answer; the command holds its times against the clock of this machine, so we do it."""
    folder.write("answer", answer)
    for name in ("sha1", "sha256"):  # of the issuer, in the name of the certificate
        names = ["-issuer", "anchors.pem", f"-{name}", "-cert", "leaf.pem"]
        _, out, said = folder.run("ocsp", "-respin", "answer", *names, "-no_nonce", *options)
        out = out.decode(errors="replace")
        if "No Status found" not in said + out:
            break
    if "Response verify OK" not in said or not re.search(r"\bgood\s+This Update:", out):
        raise Refused((said + out)[-200:])
    since, until = (re.search(rf"{name} Update: (.*) GMT", out) for name in ("This", "Next"))
    if not until or not read_time(since[1]) <= at <= read_time(until[1]):
        raise Refused("times")


def request(case):
    folder = Folder()
    folder.write("request", case.octets("der"))
    checking = ["-vfyopt", ID] if SM2 in case.octets("key") else []
    good, out, said = folder.run("req", "-inform", "DER", "-in", "request", "-verify", *checking, "-pubkey", "-noout")
    if not good or "verify OK" not in said:
        raise Refused(said[-200:])
    return equal(public_of(folder, out, "-pubin"), case.octets("key"))


def key_file(case):
    folder, file = Folder(), case.octets("file")
    folder.write("file", file)
    opening = ["-passin", "pass:" + case.octets("password").decode()] if "password" in case else ["-passin", "pass:"]
    if file.startswith(b"-----"):
        text = file
    elif der.integer(3) in file[:8]:
        allow = case.get("allow", "").split(",")
        leave = ["-legacy"] * ("legacy" in allow) + ["-nomacver"] * ("withoutMac" in allow)
        text = folder.need("pkcs12", "-in", "file", "-nodes", *opening, *leave)
        if text.count(b"BEGIN CERTIFICATE") != int(case["certificates"]):
            return "wrong", "certificates"
    elif der.integer(1) in file[:8]:
        raise Cannot("not a form of OpenSSL's")
    else:
        text = folder.need("pkcs8", "-inform", "DER", "-in", "file", *opening)
    return equal(public_of(folder, text, *opening), case.octets("key"))


def public_of(folder, text, *options):
    folder.write("key.pem", text)
    return folder.need("pkey", "-in", "key.pem", *options, "-pubout", "-outform", "DER")


JUDGES = {"TimeStampToken": token, "CertificateStatus": status, "Pkcs10": request, "KeyFile": key_file}
