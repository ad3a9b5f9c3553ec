#!/usr/bin/env python3
"""Writes ../../data/trust_files.json anew, or the file that is named: time stamps, revocation lists, OCSP answers, requests and
key files that BouncyCastle, OpenSSL, gmsm and this library make, and what comes of them when they are
bent, stale or held against something else. Each run makes new keys.

Needs the commands cargo, openssl, mvn, javac, java and go; builds under target/interop/trust_files.
`agree.py --write` asks the peers and renews `source`."""

import datetime
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
BUILD = os.environ.get("YINXIN_INTEROP", os.path.join(ROOT, "target", "interop")) + "/trust_files"
sys.path.insert(0, os.path.join(HERE, "..", "..", "generate"))
from vector_file import DATA, pretty

BOUNCYCASTLE, GMSM = "1.82", "0.41.1"
ID = "distid:1234567812345678"
LISTS = ("trustAnchors", "intermediates", "crls", "ocsp")
# When the lists and answers of BouncyCastle, gmsm and this library begin and end.
BEFORE, AFTER = "2026-05-31T23:59:59Z", "2026-06-08T00:00:01Z"
VALUE = b"the value that is stamped"
tests = {}
makers = {
    "yinxin": "made by this library (src/bin/trust-files.rs)",
    "bouncycastle": f"made by BouncyCastle {BOUNCYCASTLE} (interop/trust_files/make.py)",
    "gmsm": f"made by gmsm {GMSM} (interop/trust_files/make.py)",
}


def main():
    os.makedirs(BUILD, exist_ok=True)
    bouncycastle_files()
    gmsm_files()
    own_files()
    openssl_files()
    for (kind, maker), cases in list(tests.items()):
        for comment in dict.fromkeys(case["comment"].split(":")[0].split(", imprint")[0] for case in cases):
            spoil(kind, maker, next((case for case in cases if case["comment"].startswith(comment) and case["result"] == "valid"), None))
    groups, count = [], 0
    for (kind, maker), cases in tests.items():
        numbered = []
        for case in cases:
            count += 1
            numbered.append({"tcId": count, **case})
        groups.append({"type": kind, "source": makers[maker], "tests": numbered})
    body = {
        "algorithm": "RFC 3161, CRL, OCSP, PKCS#10, PKCS#12",
        "numberOfTests": count,
        "header": [
            "TimeStampToken: the token der is good over value at verifyTime.",
            "CertificateStatus: by the lists and answers cert is known not to be revoked at verifyTime.",
        ],
        "testGroups": groups,
    }
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(DATA, "trust_files.json")
    with open(path, "w") as out:
        out.write(pretty(body) + "\n")
    print(f"{os.path.normpath(path)}: {count} cases")


def add(kind, maker, comment, flag, result, **fields):
    case = {"comment": comment, "flags": [flag], **fields, "result": result}
    tests.setdefault((kind, maker), []).append(case)


def take(maker, text):
    """The lines of a maker: TYPE TAB RESULT TAB COMMENT TAB NAME=VALUE TAB ..."""
    for line in text.decode().splitlines():
        kind, result, comment, *fields = line.split("\t")
        fields = dict(field.split("=", 1) for field in fields)
        for name in LISTS:
            if name in fields:
                fields[name] = [one for one in fields[name].split(",") if one]
                if not fields[name]:
                    del fields[name]
        if "certificates" in fields:
            fields["certificates"] = int(fields["certificates"])
        add(kind, maker, comment, "Normal", result, **fields)


def spoil(kind, maker, good):
    """What nobody may take, made of one good file."""
    if good is None:
        return

    def bad(comment, flag, **changed):
        fields = {name: value for name, value in (good | changed).items() if name not in ("comment", "flags", "result")}
        add(kind, maker, f"{good['comment']}; {comment}", flag, "invalid", **fields)

    if kind == "TimeStampToken":
        token = good["der"]
        bad("over another value", "Substituted", value=(VALUE + b"!").hex())
        bad("the last bit of the signature", "Bent", der=bent(token))
        stated = (today() if maker == "openssl" else "20260601").encode().hex()
        bad("a bit of the time", "Bent", der=bent(token, token.index(stated) // 2 + 3))
        bad("from the future", "Stale", verifyTime=BEFORE if maker != "openssl" else "2026-01-01T00:00:00Z")
        bad("another anchor", "Substituted", trustAnchors=stranger(good))
    elif kind == "CertificateStatus":
        name = "crls" if "crls" in good else "ocsp"
        late = AFTER if maker != "openssl" else when(20)
        bad("stale", "Stale", verifyTime=late, status="unknown")
        if maker != "openssl":
            bad("from the future", "Stale", verifyTime=BEFORE, status="unknown")
        bad("the last bit of the signature", "Bent", **{name: [bent(good[name][0]), *good[name][1:]]}, status="unknown")
        bad("cut by a byte", "Bent", **{name: [good[name][0][:-2], *good[name][1:]]}, status="unknown")
        bad("another anchor", "Substituted", trustAnchors=stranger(good))
    elif kind == "Pkcs10":
        bad("the last bit of the signature", "Bent", der=bent(good["der"]))
        bad("a bit of the subject", "Bent", der=bent(good["der"], 24))
    elif kind == "KeyFile":
        bad("another password", "Password", password=b"Secret".hex())
        if not good["file"].startswith(b"-----".hex()):
            bad("the last bit", "Bent", file=bent(good["file"]))


def stranger(good):
    """The anchor of somebody else with a key of the same kind."""
    kind = good["comment"].split(",")[0].removesuffix("-PSS")
    others = (case for cases in tests.values() for case in cases if case["comment"].split(",")[0] == kind)
    others = [case["trustAnchors"] for case in others if case.get("trustAnchors") not in (None, good["trustAnchors"])]
    return others[0]


def bent(text, at=-1):
    changed = bytearray.fromhex(text)
    changed[at] ^= 1
    return changed.hex()


def run(*command, cwd=BUILD, **options):
    done = subprocess.run(command, cwd=cwd, capture_output=True, **options)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def bouncycastle_files():
    jars = [f"{name}-jdk18on-{BOUNCYCASTLE}.jar" for name in ("bcprov", "bcpkix", "bcutil")]
    for jar in jars:
        if not os.path.exists(os.path.join(BUILD, jar)):
            artifact = f"org.bouncycastle:{jar.removesuffix(f'-{BOUNCYCASTLE}.jar')}:{BOUNCYCASTLE}"
            options = [f"-DoutputDirectory={BUILD}", "-Dmdep.useBaseVersion=true"]
            run("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artifact}", *options)
    path = ":".join([*jars, "."])
    run("javac", "-d", ".", "-cp", path, os.path.join(HERE, "bouncycastle", "Make.java"))
    take("bouncycastle", run("java", "-cp", path, "Make"))


def gmsm_files():
    build = os.path.join(BUILD, "gmsm")
    os.makedirs(build, exist_ok=True)
    run("go", "build", "-mod=readonly", "-o", os.path.join(build, "make"), ".", cwd=os.path.join(HERE, "gmsm"))
    take("gmsm", run(os.path.join(build, "make")))


def own_files():
    names = ["rsa1.pem", "rsa2.pem"]
    for name in names:
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", name)
    keys = [os.path.join(BUILD, name) for name in names]
    profile = os.environ.get("YINXIN_PROFILE", "checked")
    command = [os.environ.get("CARGO", "cargo"), "run", "--quiet", "--profile", profile, "-p", "yinxin-vectors", "--bin", "trust-files", "--"]
    take("yinxin", run(*command, *keys, cwd=ROOT))


# OpenSSL makes everything now: its lists, answers and tokens state the time of this machine.


def today():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d")


def when(days, seconds=0):
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days, seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def openssl(*arguments):
    return run("openssl", *arguments)


def der_of(command, name):
    return openssl(command, "-in", name, "-outform", "DER").hex()


CONFIGURATION = """[ca]
default_ca = here
[here]
database = index.txt
crlnumber = crlnumber
default_md = {digest}
default_crl_days = 7
crl_extensions = list
[list]
authorityKeyIdentifier = keyid
[tsa]
default_tsa = stamps
[stamps]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512, sm3
ess_cert_id_alg = sha256
"""
USES = {
    "person": "keyUsage = critical,digitalSignature\n",
    "responder": "keyUsage = critical,digitalSignature\nextendedKeyUsage = OCSPSigning\nnoCheck = ignored\n",
    "stamper": "keyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping\n",
}


def write(name, text):
    with open(os.path.join(BUILD, name), "w") as out:
        out.write(text)


def openssl_files():
    makers["openssl"] = f"made by {' '.join(openssl('version').decode().split()[:2])} (interop/trust_files/make.py)"
    for kind, make, digest in (
        ("SM2", ["-algorithm", "SM2"], "sm3"),
        ("RSA", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "sha256"),
        ("P-256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "sha256"),
    ):
        sm2 = kind == "SM2"
        signing = ["-sigopt", ID] if sm2 else []
        write("openssl.cnf", CONFIGURATION.format(digest=digest))
        openssl("genpkey", *make, "-out", "ca.key")
        usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        openssl("req", "-x509", "-new", "-key", "ca.key", f"-{digest}", *signing, "-days", "3650", "-subj", f"/C=CN/O=OpenSSL/CN=Root {kind}", *usage, "-out", "ca.pem")
        for serial, (name, uses) in enumerate(USES.items(), 17):
            write("ext", uses + "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n")
            openssl("genpkey", *make, "-out", f"{name}.key")
            openssl("req", "-new", "-key", f"{name}.key", f"-{digest}", *signing, "-subj", f"/C=CN/CN={name}", "-out", "csr")
            checking = ["-vfyopt", ID] if sm2 else []
            openssl("x509", "-req", "-in", "csr", *checking, "-CA", "ca.pem", "-CAkey", "ca.key", *signing, f"-{digest}", "-set_serial", str(serial), "-days", "3600", "-extfile", "ext", "-out", f"{name}.pem")
        anchor, person = [der_of("x509", "ca.pem")], der_of("x509", "person.pem")
        for status in ("good", "revoked"):
            result = "valid" if status == "good" else "invalid"
            flag, at = ("V", "") if status == "good" else ("R", "260301000000Z,keyCompromise")
            write("index.txt", f"{flag}\t351231235959Z\t{at}\t11\tunknown\t/C=CN/CN=person\n")
            write("crlnumber", "07\n")
            openssl("ca", "-gencrl", "-config", "openssl.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", *signing, "-out", "crl.pem")
            given = {"cert": person, "trustAnchors": anchor, "verifyTime": when(0, 60), "status": status}
            add("CertificateStatus", "openssl", f"{kind}, list: {status}", "Normal", result, **given, crls=[der_of("crl", "crl.pem")])
            # OpenSSL reads no user id for the certificate that it answers about.
            openssl("ocsp", "-issuer", "ca.pem", "-cert", "person.pem", "-reqout", "ask", "-no_nonce")
            for by, signer in (("issuer", "ca"), ("delegate", "responder")):
                answering = ["-rsigner", f"{signer}.pem", "-rkey", f"{signer}.key", "-CA", "ca.pem", "-index", "index.txt", "-rmd", digest]
                signed = ["-rsigopt", ID] if sm2 else []
                bare = ["-resp_no_certs"] if by == "issuer" else []
                openssl("ocsp", "-reqin", "ask", *answering, *signed, *bare, "-ndays", "7", "-respout", "answer")
                add("CertificateStatus", "openssl", f"{kind}, answer: by the {by}, {status}", "Normal", result, **given, ocsp=[read("answer").hex()])
        if sm2:
            continue  # OpenSSL signs no messages with SM2
        write("value", VALUE.decode())
        for hash in ("sha256", "sha512", "sm3"):
            write("serial", "2A\n")
            openssl("ts", "-query", "-data", "value", f"-{hash}", "-cert", "-out", "query")
            stamping = ["-queryfile", "query", "-signer", "stamper.pem", "-inkey", "stamper.key", "-token_out", "-out", "token"]
            openssl("ts", "-reply", "-config", "openssl.cnf", *stamping)
            given = {"value": VALUE.hex(), "trustAnchors": anchor, "verifyTime": when(0, 60)}
            add("TimeStampToken", "openssl", f"{kind}, imprint {hash}", "Normal", "valid", der=read("token").hex(), **given)


def read(name):
    with open(os.path.join(BUILD, name), "rb") as file:
        return file.read()


main()
