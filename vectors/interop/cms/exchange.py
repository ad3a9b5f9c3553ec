#!/usr/bin/env python3
"""Signed and encrypted messages between this library and its peers, both directions; see ../README.md.

    vectors/interop/cms/exchange.py            # every peer, a few minutes
    vectors/interop/cms/exchange.py --keep     # also writes what the peers made to data/cms_peers.json

Needs the commands cargo, openssl, mvn, javac, java and go. Exit code 0: nothing disagreed, and every peer
both made messages and judged some."""

import argparse
import datetime
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "generate")]
import der
import envelope_reference
from peers import Peer
from pki_reference import (AUTHORITY, CERT_SIGN, CRL_SIGN, KEY_ENCIPHERMENT, SIGNER, Certificate, Key, basic_constraints, crl,
                           key_usage)
from rsa_ecdsa_reference import EcdsaKey, RsaKey
from vector_file import DATA, Stream, pretty

PEERS = ("bouncycastle", "gmsm", "openssl")
ENCRYPTER = [basic_constraints(False), key_usage(KEY_ENCIPHERMENT, 3, 4)]
SIGNATURES = {"SM3withSM2": "SM2", "SHA256withRSA": "RSA", "SHA256withRSAandMGF1": "RSA", "SHA256withECDSA": "P-256"}
KINDS = ("EnvelopedData", "AuthEnvelopedData", "SignedAndEnvelopedData", "EncryptedData")
# The lengths of contents of messages that are kept as vectors.
KEPT = (33, 50, 100)
UNSUPPORTED = (201, 203)
# gmsm names SM2 signatures 1.2.156.10197.1.301.1 in both forms and reads no other name; BouncyCastle, OpenSSL's
# table and we say 501 in the form of RFC 5652.
NOT_GMSM = 'unsupported algorithm "1.2.156.10197.1.501"'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", action="append", choices=PEERS)
    parser.add_argument("--seed", help="default: drawn, and printed; fixes keys and contents, not the peers' nonces")
    parser.add_argument("--keep", action="store_true", help="write what the peers made to data/cms_peers.json")
    options = parser.parse_args()
    seed = "kept" if options.keep else options.seed or str(random.SystemRandom().getrandbits(63))
    world, ours = World(seed), Ours()
    peers = {name: Peer.named(name) for name in options.peer or PEERS}
    print(f"{ours.maker.version} and {', '.join(peer.version for peer in peers.values())}: seed {seed}", flush=True)
    made = {name: peer_makes(world, name, peer) for name, peer in peers.items()}
    kept = [group for name, cases in made.items() for group in groups(peers[name].version, cases)]
    run = Run()
    for name, cases in made.items():
        we_judge(run, world, ours, name, cases)
    own = we_make(run, world, ours)
    for name, peer in peers.items():
        peer_judges(run, name, peer, own)
    if "bouncycastle" in peers:
        kept.append(packets(run, world, ours, peers["bouncycastle"]))
    runner_judges(run, ours, kept)
    if options.keep:
        keep([front for group in kept for front in hoisted(selected(group))])
    for name, counts in run.counts.items():
        print(f"{name}: " + ", ".join(f"{word} {number}" for word, number in counts.items()))
    for name in peers:
        for due in ("made, taken by us", "judged ours"):
            if not run.counts.get(name, {}).get(due):
                run.say(f"{name}: nothing in: {due}")
    good = sum(number for counts in run.counts.values() for word, number in counts.items() if word != "cannot")
    print(f"{good} alike, {run.bad} otherwise, seed {seed}")
    sys.exit(0 if good and not run.bad else 1)


class Run:
    def __init__(self):
        self.counts, self.bad = {}, 0

    def count(self, who, word):
        counts = self.counts.setdefault(who, {})
        counts[word] = counts.get(word, 0) + 1

    def say(self, line):
        self.bad += 1
        print(line, flush=True)


class World:
    """Authorities, signers and recipients, with new keys of each kind."""

    def __init__(self, seed):
        self.rng = rng = Stream("yinxin messages " + seed)
        self.random = random.Random(seed)
        self.trust, self.signers = {}, {}
        for kind, key in (("SM2", Key), ("RSA", RsaKey), ("P-256", EcdsaKey)):
            root = Certificate(f"根 {kind}", key(rng), None, AUTHORITY)
            sub = Certificate(f"签发机构 {kind}", key(rng), root, [basic_constraints(True, 0), key_usage(CERT_SIGN, CRL_SIGN)])
            self.trust[kind] = {"trustAnchors": [root.der.hex()], "intermediates": [sub.der.hex()],
                                "crls": [crl(sub).hex(), crl(root).hex()]}
            self.signers[kind] = [Certificate(f"{name} {kind}", key(rng), sub, SIGNER) for name in "甲乙丙"]
            if kind == "SM2":
                self.recipients = [Certificate(f"{name}加密", key(rng), sub, ENCRYPTER) for name in "甲乙丙"]
            elif kind == "RSA":
                self.rsa = Certificate("丁加密", key(rng), sub, ENCRYPTER)
            else:
                self.ecdh = Certificate("戊加密", key(rng), sub, [basic_constraints(False), key_usage(4)])

    def content(self, size):
        return self.rng.octets(size)

    def signing(self):
        """Requests for signed messages."""
        for signature, form, detached, attributes, count in itertools.product(SIGNATURES, ("gm", "rfc"), "01", "01", (1, 2, 3)):
            kind = SIGNATURES[signature]
            if form == "gm" and kind != "SM2":
                continue
            for size in {1: (0, 1, 100, 70_000), 2: (100,), 3: (2_000,)}[count]:
                signers = self.signers[kind][:count]
                yield kind, {
                    "form": form, "detached": detached, "attributes": attributes, "signature": signature, "content": self.content(size).hex(),
                    "keys": ",".join(one.key.pkcs8().hex() for one in signers), "certificates": ",".join(one.der.hex() for one in signers),
                    "chain": ",".join(self.trust[kind]["intermediates"]),
                }

    def encrypting(self):
        """Requests for encrypted messages."""
        signer = self.signers["SM2"][0]
        for kind, form, by_key, count in itertools.product(KINDS, ("gm", "rfc"), "01", (1, 2, 3)):
            if form == ("gm" if kind == "AuthEnvelopedData" else "rfc" if kind == "SignedAndEnvelopedData" else "") or by_key == "1" and form == "gm":
                continue
            if kind == "EncryptedData" and (by_key == "1" or count > 1):
                continue
            ciphers = ("sm4-gcm", "aes-128-gcm", "aes-256-gcm") if kind == "AuthEnvelopedData" else ("sm4-cbc",)
            for cipher, size in itertools.product(ciphers, (0, 1, 16, 100, 70_000) if count == 1 else (33,)):
                yield {
                    "kind": kind, "form": form, "cipher": cipher, "byKey": by_key, "content": self.content(size).hex(),
                    "recipients": ",".join(one.der.hex() for one in self.recipients[:count]) if kind != "EncryptedData" else "",
                    "keys": signer.key.pkcs8().hex(), "certificates": signer.der.hex(), "chain": ",".join(self.trust["SM2"]["intermediates"]),
                    "attributes": "0", "key": self.content(16).hex() if kind == "EncryptedData" else "",
                }

    def vendors(self):
        """What gmsm makes in the manner of CFCA."""
        for vendor in ("C1C2C3", "CFCA"):
            yield {"kind": "EnvelopedData", "form": "gm", "cipher": "sm4-cbc", "byKey": "0", "content": self.content(50).hex(), "vendor": vendor,
                   "recipients": self.recipients[0].der.hex()}

    def unsupported(self):
        """What OpenSSL makes for recipients that are not offered."""
        for kind, one, vendor in (("EnvelopedData", self.rsa, ""), ("EnvelopedData", self.rsa, "oaep"), ("AuthEnvelopedData", self.rsa, "oaep"),
                                  ("AuthEnvelopedData", self.ecdh, "")):
            yield one, {"kind": kind, "form": "rfc", "content": self.content(50).hex(), "recipients": one.der.hex(), "vendor": vendor}


def said_of(request):
    """A comment on a message: what was asked for."""
    size = f"{len(request['content']) // 2} bytes"
    if "signature" in request:
        form = "GB/T 35275" if request["form"] == "gm" else "RFC 5652"
        count = request["keys"].count(",") + 1
        words = [form, request["signature"], "detached" if request["detached"] == "1" else "attached",
                 "attributes" if request["attributes"] == "1" else "no attributes", f"{count} signers" if count > 1 else "1 signer", size]
    else:
        count = request["recipients"].count(",") + 1
        words = [request["kind"], "GB/T 35275" if request["form"] == "gm" else "RFC 5652", request.get("cipher", ""),
                 f"{count} recipients" if count > 1 else "1 recipient", "by key identifier" if request.get("byKey") == "1" else "",
                 request.get("vendor", ""), size]
    return ", ".join(word for word in words if word)


def as_signed(world, kind, request, message):
    """The case that judges a signed message."""
    content = "detachedContent" if request["detached"] == "1" else "content"
    return {"comment": said_of(request), "flags": ["Normal"], **world.trust[kind], "der": message, content: request["content"], "result": "valid"}


def as_encrypted(world, request, message):
    """The cases that open an encrypted message: one for each recipient."""
    case = {"comment": said_of(request), "flags": ["Normal"], "der": message, "content": request["content"], "result": "valid"}
    if request["kind"] == "SignedAndEnvelopedData":
        case |= world.trust["SM2"]
    if request.get("vendor"):
        case["allow"] = ["asFound"]
    if request["kind"] == "EncryptedData":
        return [case | {"key": request["key"]}]
    given = request["recipients"].split(",")
    holders = [one for one in [*world.recipients, world.rsa, world.ecdh] if one.der.hex() in given]
    return [case | {"recipientKey": one.key.pkcs8().hex(), "recipientCert": one.der.hex()} for one in holders]


def spoilt(kind, case):
    """The same with a bit bent, where that has to show."""
    def bad(comment, message):
        return {**case, "comment": f"{case['comment']}; {comment}", "flags": ["Bent"], "der": message.hex(), "result": "invalid"}

    message = bytes.fromhex(case["der"])
    if kind == "CmsSignedData":
        yield bad("the last bit bent", bent(message, len(message) - 1))
        content = bytes.fromhex(case.get("content", ""))
        if len(content) > 8:
            other = bent(content, len(content) // 2)
            yield bad("a bit of the content bent", message.replace(content, other)) | {"content": other.hex()}
        return
    if "key" in case:
        return  # nothing shows a change
    keys = bent_keys(message)
    yield bad("a bit of each encrypted key bent", keys)
    if der.oid("1.2.840.113549.1.9.16.1.23") in message[:30]:
        yield bad("the last bit of the tag bent", bent(message, len(message) - 1))


def bent(message, at):
    return message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]


def bent_keys(message):
    """The last bit of the encrypted key of each recipient bent."""
    wrapped = parts(message, *parts(message, 0, len(message))[0])[1]
    fields = parts(message, *parts(message, *wrapped)[0])
    for recipient in parts(message, *fields[1]):
        _, end = parts(message, *recipient)[3]
        message = bent(message, end - 1)
    return message


def parts(message, start, end):
    """Where the contents of each element between start and end begin and end; lengths may be open."""
    out = []
    while start < end and message[start : start + 2] != b"\0\0":
        start, length = start + 2, message[start + 1]
        if length == 0x80:
            inner = parts(message, start, end)
            stop = inner[-1][1] if inner else start
            out.append((start, stop))
            start = stop + 2
            continue
        if length > 0x80:
            size = length & 0x7F
            length = int.from_bytes(message[start : start + size], "big")
            start += size
        out.append((start, start + length))
        start += length
    return out


def peer_makes(world, name, peer):
    """The messages of one peer: (type, case, request)."""
    cases = []
    asked = [("CmsSign", kind, request) for kind, request in world.signing()]
    asked += [("CmsEncrypt", None, request) for request in world.encrypting()]
    asked += [("CmsEncrypt", None, request) for request in world.vendors() if name == "gmsm"]
    asked += [("CmsEncrypt", "unsupported", request) for _, request in world.unsupported() if name == "openssl"]
    if name == "gmsm":
        asked = [one for one in asked if not one[2].get("signature", "").endswith("MGF1")]
    answers = peer.ask([one[0] for one in asked], [one[2] for one in asked])
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    for (kind, key, request), (word, value) in zip(asked, answers):
        if word == "cannot":
            continue
        if word != "made":
            raise SystemExit(f"{peer.version}: {said_of(request)}: {word} {value}")
        if kind == "CmsSign":
            case = as_signed(world, key, request, value) | {"verifyTime": now}
            cases.append(("CmsSignedData", case, request))
            cases += [("CmsSignedData", bad, request) for bad in spoilt("CmsSignedData", case)]
        elif key == "unsupported":
            for case in as_encrypted(world, request | {"vendor": ""}, value):
                error = 203 if world.ecdh.der.hex() == request["recipients"] else 201
                comment = said_of(request) + ", with " + ("ECDH" if error == 203 else "RSA")
                cases.append(("CmsDecrypt", case | {"comment": comment, "flags": ["Unsupported"], "error": error, "result": "invalid"}, request))
        else:
            for number, case in enumerate(as_encrypted(world, request, value)):
                if request["kind"] == "SignedAndEnvelopedData":
                    case |= {"verifyTime": now}
                cases.append(("CmsDecrypt", case, request))
                cases += [("CmsDecrypt", bad, request) for bad in spoilt("CmsDecrypt", case) if number == 0]
    return cases


def packets(run, world, ours, peer):
    """Packets of docs/envelope.md: BouncyCastle and the plain reference open ours; BouncyCastle's are given
    back as a group for the runner."""
    sender, receiver = world.signers["SM2"][0], world.recipients[0]
    asked = [{"keys": sender.key.pkcs8().hex(), "certificates": sender.der.hex(), "recipients": receiver.der.hex(),
              "content": world.content(size).hex()} for size in (0, 1, 33, 100, 3_000)]
    holder = {"recipientKey": receiver.key.pkcs8().hex(), "recipientCert": receiver.der.hex(), "senders": [sender.der.hex()],
              **world.trust["SM2"], "verifyTime": "2026-03-01T09:00:00Z"}

    def cases(maker):
        for request, (word, value) in zip(asked, maker.ask(["EnvelopeSeal"] * len(asked), asked)):
            if word != "made":
                raise SystemExit(f"{maker.version}: a packet: {word} {value}")
            message = bytes.fromhex(value)
            size = f"packet of {len(request['content']) // 2} bytes"
            good = {"comment": size, "flags": ["Normal"], **holder, "der": value, "body": request["content"], "result": "valid"}
            yield good
            for comment, changed in {"a bit of the tag bent": bent(message, len(message) - 1), "the encrypted key bent": bent_keys(message),
                                     "the conversation changed": message.replace(b"2026/5201", b"2026/5202")}.items():
                yield {**good, "comment": f"{size}; {comment}", "flags": ["Bent"], "der": changed.hex(), "error": 406, "result": "invalid"}

    own = list(cases(ours.maker))
    peer_judges(run, "bouncycastle", peer, [("EnvelopePacket", case) for case in own])
    for case in own:
        try:
            outside, salt, message, body = envelope_reference.opened(bytes.fromhex(case["der"]), receiver.key.d)
            opens = envelope_reference.inner_header(message) == outside and body.hex() == case["body"]
            opens &= outside == envelope_reference.header(envelope_reference.sm3(sender.der), envelope_reference.sm3(receiver.der), body, salt)
        except (AssertionError, IndexError):
            opens = False
        if opens != (case["result"] == "valid"):
            run.say(f"we made: {case['comment']}: {case['result']}, otherwise by the plain reference")
        else:
            run.count("the plain reference", "judged our packets")
    return {"type": "EnvelopePacket", "source": f"made by {peer.version} (interop/cms/exchange.py)", "tests": list(cases(peer))}


def groups(version, cases):
    """The cases as groups of a vector file."""
    for kind in ("CmsSignedData", "CmsDecrypt"):
        tests = [case for of, case, _ in cases if of == kind]
        yield {"type": kind, "source": f"made by {version} (interop/cms/exchange.py)", "tests": tests}


def selected(group):
    """A few lengths of content, of the bent ones those of one signer and one recipient."""
    def wanted(case):
        size = len(case.get("body", case.get("content", case.get("detachedContent", "")))) // 2
        return size in KEPT and (case["flags"] != ["Bent"] or ", 1 " in case["comment"] or "body" in case)

    return group | {"tests": [case for case in group["tests"] if wanted(case)]}


def hoisted(group):
    """The same in groups of one trust and one recipient, which stand in front."""
    shared = ("trustAnchors", "intermediates", "crls", "verifyTime", "recipientKey", "recipientCert", "senders")
    by = {}
    for case in group["tests"]:
        by.setdefault(json.dumps([case.get(name) for name in shared]), []).append(case)
    for tests in by.values():
        front = {name: tests[0][name] for name in shared if name in tests[0]}
        rest = [{name: value for name, value in case.items() if name not in front} for case in tests]
        yield {"type": group["type"], "source": group["source"], **front, "tests": rest}


def numbered(kept):
    count = itertools.count(1)
    out = [group | {"tests": [{"tcId": next(count), **case} for case in group["tests"]]} for group in kept if group["tests"]]
    return {
        "algorithm": "CMS SignedData, EnvelopedData, AuthEnvelopedData, SignedAndEnvelopedData, EncryptedData",
        "numberOfTests": next(count) - 1,
        "header": [
            "Messages that other implementations made of our keys and contents, and the same with a bit bent.",
            "CmsSignedData: every signer verifies and leads to an anchor; revocation must be known.",
            "CmsDecrypt: the message opens and gives content; error: the number of the error.",
            "EnvelopePacket: the packet opens, is whose it says, and gives body.",
        ],
        "testGroups": out,
    }


def keep(kept):
    path = os.path.join(DATA, "cms_peers.json")
    body = numbered(kept)
    with open(path, "w") as out:
        out.write(pretty(body) + "\n")
    print(f"{os.path.normpath(path)}: {body['numberOfTests']} cases")


def runner_judges(run, ours, kept):
    """The runner over everything that the peers made."""
    path = os.path.join(ours.folder.name, "peers.json")
    with open(path, "w") as out:
        json.dump(numbered(kept), out)
    done = subprocess.run([ours.runner, path], capture_output=True, text=True)
    last = done.stdout.splitlines()[-1]
    if done.returncode:
        run.say(done.stdout)
    run.counts.setdefault("the runner", {})["judged"] = int(last.split()[1])


class Ours:
    """The command, the runner and the maker of messages of this library, and files for them."""

    def __init__(self):
        profile = os.environ.get("YINXIN_PROFILE", "checked")
        target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
        cargo = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "--locked", "--profile", profile]
        wanted = ["-p", "yinxin-cli", "--bin", "yinxin", "-p", "yinxin-vectors", "--bin", "yinxin-vectors", "--bin", "messages"]
        subprocess.run([*cargo, *wanted], check=True, cwd=ROOT)
        self.command, self.runner, messages = (os.path.join(target, profile, name) for name in ("yinxin", "yinxin-vectors", "messages"))
        self.maker = Peer([messages])
        self.folder = tempfile.TemporaryDirectory()
        self.files = {}

    def file(self, body, label=None):
        """A file with these bytes, as PEM if it has a label."""
        if (body, label) not in self.files:
            path = os.path.join(self.folder.name, f"{len(self.files)}.{'pem' if label else 'bin'}")
            with open(path, "wb") as out:
                out.write(der.pem(label, body).encode() if label else body)
            self.files[body, label] = path
        return self.files[body, label]

    def certificates(self, texts):
        return [self.file(bytes.fromhex(text), "CERTIFICATE") for text in texts]

    def run(self, *arguments):
        """The exit code, what was written, and the number of the error."""
        out = os.path.join(self.folder.name, "out")
        if os.path.exists(out):
            os.remove(out)
        done = subprocess.run([self.command, "cms", *arguments, "--out", out, "--json"], capture_output=True, text=True)
        written = None
        if os.path.exists(out):
            with open(out, "rb") as file:
                written = file.read()
        said = json.loads(done.stdout or "{}")
        return done.returncode, written, said.get("error", {}).get("code")

    def trust(self, case):
        """Options that say what is trusted."""
        options = ["--conforming"] if "allow" not in case else []
        if "trustAnchors" not in case:
            return options
        for name, label in (("trustAnchors", "--trust"), ("intermediates", "--intermediate")):
            options += [part for path in self.certificates(case[name]) for part in (label, path)]
        options += [part for text in case["crls"] for part in ("--crl", self.file(bytes.fromhex(text), "X509 CRL"))]
        return [*options, "--at", case["verifyTime"], "--received", case["verifyTime"]]

    def verify(self, case):
        beside = ["--content", self.file(bytes.fromhex(case["detachedContent"]))] if "detachedContent" in case else []
        return self.run("verify", self.file(bytes.fromhex(case["der"])), *beside, *self.trust(case))

    def decrypt(self, case):
        key = ["--key", self.file(bytes.fromhex(case["recipientKey"]), "PRIVATE KEY")]
        own = ["--cert", *self.certificates([case["recipientCert"]])]
        message = self.file(bytes.fromhex(case["der"]))
        return self.run("decrypt", message, *key, *own, "--unauthenticated", *self.trust(case))


def we_judge(run, world, ours, name, cases):
    """The command over what a peer made."""
    for kind, case, request in cases:
        if kind == "CmsDecrypt" and "key" in case:
            continue  # the command has no EncryptedData; the runner judges it
        code, written, error = ours.verify(case) if kind == "CmsSignedData" else ours.decrypt(case)
        content = bytes.fromhex(case.get("content", case.get("detachedContent")))
        label = f"{name} made: {case['comment']}"
        if case["result"] == "valid":
            if code != 0 or written != content:
                run.say(f"{label}: refused by the command, exit code {code}, error {error}")
            else:
                run.count(name, "made, taken by us")
        elif code == 0 or written is not None:
            run.say(f"{label}: taken by the command")
        elif case["flags"] == ["Unsupported"] and error not in UNSUPPORTED:
            run.say(f"{label}: error {error} in place of one of {UNSUPPORTED}")
        else:
            run.count(name, "unsupported, named by us" if case["flags"] == ["Unsupported"] else "bent, refused by us")


def we_make(run, world, ours):
    """What the library and the command make: (type, case)."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = []
    for kind, request in world.signing():
        bare = request["attributes"] == "0"
        if request["signature"].endswith("MGF1") or bare and (request["form"] == "rfc" or "," in request["keys"]):
            continue  # not offered
        asked.append(("CmsSign", kind, request))
        if not bare and request["keys"].count(",") == 0 and kind == "SM2":
            asked.append(("CmsSign", kind, request | {"countersigned": "1"}))
    asked += [("CmsEncrypt", None, request) for request in world.encrypting()]
    answers = ours.maker.ask([one[0] for one in asked], [one[2] for one in asked])
    cases = []
    for (kind, key, request), (word, value) in zip(asked, answers):
        values = [value] if word == "made" else []
        if word != "made":
            run.say(f"{said_of(request)}: not made by us: {value}")
        by_command = command_makes(ours, kind, request, now)
        if by_command is not None:
            if by_command:
                values.append(by_command.hex())
            else:
                run.say(f"{said_of(request)}: not made by the command")
        for value in values:
            if kind == "CmsSign":
                case = as_signed(world, key, request, value) | {"verifyTime": now}
                if "countersigned" in request:
                    case["comment"] += ", countersigned"
                cases += [("CmsSignedData", one) for one in (case, *spoilt("CmsSignedData", case))]
                continue
            for case in as_encrypted(world, request, value):
                case |= {"verifyTime": now} if request["kind"] == "SignedAndEnvelopedData" else {}
                cases += [("CmsDecrypt", one) for one in (case, *spoilt("CmsDecrypt", case))]
    # For nobody with RSA, and for nobody whose certificate is to sign.
    for one in (world.rsa, world.ecdh, world.signers["SM2"][0]):
        code, written, error = ours.run("encrypt", ours.file(b"for nobody"), "--for", *ours.certificates([one.der.hex()]))
        if code == 0 or written is not None or error not in (201, 601):
            run.say(f"encrypted for {one.common}: exit code {code}, error {error}")
        else:
            run.count("the command", "encrypts for nobody who cannot open")
    return cases


def command_makes(ours, kind, request, now):
    """The same by the command; None where it has no such message."""
    content = ours.file(bytes.fromhex(request["content"]))
    if kind == "CmsSign":
        if request["attributes"] == "0" or "countersigned" in request:
            return None
        signers = list(zip(request["keys"].split(","), request["certificates"].split(",")))
        chain = ours.certificates(request["chain"].split(","))
        message = None
        for key, own in signers:
            signing = ["--key", ours.file(bytes.fromhex(key), "PRIVATE KEY"), "--at", now]
            signing += [part for path in ours.certificates([own]) + chain for part in ("--cert", path)]
            if message is None:
                detached = ["--detached"] if request["detached"] == "1" else []
                _, message, _ = ours.run("sign", content, "--form", request["form"], *detached, *signing)
            else:
                beside = ["--content", content] if request["detached"] == "1" else []
                _, message, _ = ours.run("cosign", ours.file(message), *beside, *signing)
            if message is None:
                return b""
        return message
    if request["kind"] not in ("EnvelopedData", "AuthEnvelopedData"):
        return None
    to = [part for path in ours.certificates(request["recipients"].split(",")) for part in ("--for", path)]
    by_key = ["--by-key-id"] if request["byKey"] == "1" else []
    return ours.run("encrypt", content, "--form", request["form"], "--cipher", request["cipher"], *to, *by_key)[1] or b""


def peer_judges(run, name, peer, cases):
    """A peer over what we made."""
    flat = [{field: ",".join(value) if isinstance(value, list) else value for field, value in case.items()
             if field not in ("comment", "flags", "result")} for _, case in cases]
    for (kind, case), (word, remark) in zip(cases, peer.ask([kind for kind, _ in cases], flat)):
        if word == "cannot" or name == "gmsm" and NOT_GMSM in remark:
            run.count(name, "cannot")
        elif (word == "accepted") != (case["result"] == "valid"):
            run.say(f"we made: {case['comment']}: {case['result']}, {word} by {name}: {remark[:300]}")
        else:
            run.count(name, "judged ours" if case["result"] == "valid" else "refused ours, bent")


if __name__ == "__main__":
    main()
