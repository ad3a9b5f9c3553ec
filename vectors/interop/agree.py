#!/usr/bin/env python3
"""Asks the peers for their judgement of the vectors; see README.md beside this file."""

import argparse
import base64
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.normpath(os.path.join(HERE, "..", "data"))
sys.path.insert(0, os.path.join(HERE, "..", "generate"))
import der
import sm2_reference
from peers import PEERS, Peer
from vector_file import pretty

# Of these the peers check a part only: that one accepts an invalid case says nothing.
PARTIAL = {"SesSeal", "SesSignature", "CmsSignedData", "EnvelopePacket"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", action="append", choices=PEERS)
    parser.add_argument("--write", action="store_true", help="write what is found into `source`")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    peers = {name: Peer.named(name) for name in options.peer or PEERS}
    files = options.files or sorted(glob.glob(os.path.join(DATA, "*.json")))
    good = True
    for path in files:
        with open(path) as text:
            body = json.load(text)
        if "cases" in body:
            continue  # documents, which ofdrw/documents.sh asks about
        for group in body.get("testGroups") or [paths(body)]:
            good &= judge_group(os.path.basename(path), group, peers)
            if "testcases" in body:
                body["source"] = group["source"]
        if options.write:
            with open(path, "w") as out:
                out.write(pretty(body) + "\n")
    sys.exit(0 if good else 1)


AGAINST = "against every peer that can express it, by the standard: "
# Cases, by their comments, that no peer judges so, and why they stand nevertheless.
KNOWN = {
    "the key stream is zero: the message stands open, 1 byte": "GB/T 32918.4 refuses it; in DER two peers do, in the raw form none",
    "an extension that is not critical": "OFDRW reads an extension by position and wants FALSE written out, which DER forbids",
    "with a time stamp": "OFDRW 2.3.8 does not know the time stamp of a seal of version 5",
    "time stamp at the moment of creation": "the same",
    "signer revoked after signing, the time stamp proves that it was before": "the peer judges at verifyTime, not at the time stamp",
    "the list is from the future": "BouncyCastle looks at nextUpdate alone",
    "one list revokes, one does not": "BouncyCastle is content with the first list that covers every reason",
    "an entry of the list has an unknown critical extension": "BouncyCastle looks at the entry of the certificate alone",
    "a root of RSA with 1024 bits": "the peers leave the length to their callers; here 2048 bits are due",
    "maker: eight useless certificates": "BouncyCastle gives up among issuers of one name whose signatures are bad",
}
# The same, by how their comments end.
KNOWN_ENDS = {
    "; from the future": "BouncyCastle looks at nextUpdate alone, and OpenSSL reads no list under SM2",
    ", not allowed": "what takes leave is this library's own choice",
}
# The same for invalid cases of one type of group, by what their comments hold.
KNOWN_IN = {"CmsDecrypt": {
    "ersion ": "the peers look at no version",
    "the same recipient twice": "the peers take the first",
    "two contents": "the peers leave the second, or what it is, unread",
    "sharedInfo1": "the peers leave the field unread",
    "under the tag": "the peers look at no attribute under a tag but that the tag is over it",
    "contentType with two values": "the same",
    "SM4-GCM: a tag of ": "RFC 5084 has shorter tags; here they are not offered",
    "SM4-GCM: a nonce of ": "RFC 5084 has nonces of other lengths; here they are not offered",
    ": the key as 04, C1": "gmsm tells the forms of SM2 ciphertexts apart by their first byte, and no other peer reads more than one",
}}


def is_known(kind, comment, expected):
    if comment in KNOWN or comment.endswith(tuple(KNOWN_ENDS)):
        return True
    return expected == "invalid" and any(part in comment for part in KNOWN_IN.get(kind, ()))


def judge_group(name, group, peers):
    """Asks every peer and renews `source`; whether nothing unknown is against all peers."""
    kind = group["type"]
    tests = group.get("tests", [group])
    asked_as, cases = zip(*(question(kind, group | test) for test in tests)) if tests else ((), ())
    label = [str(test.get("tcId", test.get("comment"))) for test in tests]
    expected = [test.get("result", "valid") for test in tests]
    judged = {peer.version: [word for word, _ in peer.ask(asked_as, cases)] for peer in peers.values()}
    summary, backed, asked = [], set(), set()
    for version, answers in judged.items():
        said = [i for i, answer in enumerate(answers) if answer != "cannot" and not idle(kind, expected[i], answer)]
        other = []
        for i in said:
            asked.add(label[i])
            if agrees(expected[i], answers[i]):
                backed.add(label[i])
            else:
                word = "accepted" if expected[i] == "invalid" else answers[i]
                other.append(f"{label[i]} {word}")
                print(f"{name}: {kind}: {label[i]}: {tests[i].get('comment', '')}: {expected[i]}, {word} [{version}]")
        if said:
            line = f"{version}: {len(said) - len(other)} of {len(tests)} alike"
            summary.append(line + (f", otherwise {', '.join(other)}" if other else ""))
    comment = dict(zip(label, (test.get("comment") for test in tests)))
    against = [one for one in label if one in asked and one not in backed]
    silent = [one for one in label if one not in asked]
    if silent:
        summary.append("no peer can express " + ("any" if len(silent) == len(tests) else ", ".join(silent)))
    if against:
        summary.append(AGAINST + ", ".join(against))
    maker = group["source"].split("; ")[0]
    group["source"] = "; ".join([maker, *summary])
    print(f"{name}: {kind}: {len(backed)} of {len(tests)} backed, {len(silent)} not expressible, against all: {against}")
    due = dict(zip(label, expected))
    return all(is_known(kind, comment[one], due[one]) for one in against)


def paths(body):
    """The cases of a file in the schema of x509-limbo as a group."""
    der_of = lambda pem: base64.b64decode("".join(pem.splitlines()[1:-1])).hex()
    tests = [{
        "tcId": one["id"],
        "comment": one["description"],
        "result": "valid" if one["expected_result"] == "SUCCESS" else "invalid",
        "trustAnchors": list(map(der_of, one["trusted_certs"])),
        "intermediates": list(map(der_of, one["untrusted_intermediates"])),
        "crls": list(map(der_of, one["crls"])),
        "cert": der_of(one["peer_certificate"]),
        "depth": one["max_chain_depth"] if one["max_chain_depth"] is not None else 99,
        "verifyTime": one["validation_time"].replace("+00:00", "Z"),
    } for one in body["testcases"]]
    return {"type": "LimboPath", "source": body["source"], "tests": tests}


def question(kind, case):
    """What peers are asked: for some types, another type that they know."""
    if kind == "Sm3Streaming":
        return "Sm3", flat(case)
    if kind == "Sm2SignDigestWithK" and case["sig"]:
        d, sig = int(case["privateKey"], 16), bytes.fromhex(case["sig"])
        r, s = (int.from_bytes(half, "big") for half in (sig[:32], sig[32:]))
        public = sm2_reference.sec1(sm2_reference.multiply(d, sm2_reference.G))
        return "Sm2VerifyDigest", {"publicKey": public.hex(), "e": case["e"], "sig": der.signature(r, s).hex()}
    return kind, flat(case)


def idle(kind, expected, answer):
    return kind in PARTIAL and expected == "invalid" and answer == "accepted"


def agrees(expected, answer):
    if expected == "valid":
        return answer == "accepted"
    if expected == "invalid":
        return answer == "refused"
    return answer in ("accepted", "refused")


def flat(case):
    """The fields of a case as short texts; the point of a public key for the key."""
    fields = {}
    for name, value in case.items():
        if name in ("trustAnchors", "intermediates", "crls", "extraCerts", "ocsp", "allow", "senders", "receivers"):
            fields[name] = ",".join(value)
        elif name == "detachedRepeat":
            fields["detachedContent"] = value[0] * value[1]
        elif name == "publicKey":
            fields[name] = value["uncompressed"] if isinstance(value, dict) else value
        elif isinstance(value, (str, int)) and name not in ("comment", "source", "publicKeyPem", "result", "type", "tcId"):
            fields[name] = value
    return fields


main()
