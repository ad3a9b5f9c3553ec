#!/usr/bin/env python3
"""Random cases between the library and peers, both directions; see README.md beside this file."""

import argparse
import os
import random
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "generate"))
import sm2_reference
from peers import PEERS, Peer

ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
# These hash the default id when the id is empty.
EMPTY_ID_IS_DEFAULT = {"gmsm"}
# BouncyCastle has no DER form of ciphertexts. A main peer that compares nothing elsewhere is a failure.
CANNOT = {("bouncycastle", "encryption-der")}
MAIN = ["gmsm", "bouncycastle"]
LONGEST = 4096


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000, help="cases per operation, backend and peer")
    parser.add_argument("--seed", type=int, help="default: drawn, and printed")
    parser.add_argument("--peer", action="append", choices=[name for name in PEERS if name != "ofdrw"])
    parser.add_argument("--backend", action="append", help="default: each that this machine has")
    parser.add_argument("--operation", action="append", choices=OPERATIONS)
    options = parser.parse_args()
    seed = random.SystemRandom().getrandbits(63) if options.seed is None else options.seed
    ours = Peer([build()])
    peers = {name: Peer.named(name) for name in options.peer or MAIN}
    backends = options.backend or ours.run("--backends").split()
    named = ", ".join(peer.version for peer in peers.values())
    print(f"{ours.version} ({', '.join(backends)}) and {named}: seed {seed}, count {options.count}", flush=True)
    start, good, bad = time.time(), 0, 0
    for backend in backends:
        for name in options.operation or OPERATIONS:
            own = Side(ours, "--backend", backend)
            label = f"--seed {seed} --count {options.count} --backend {backend} --operation {name}"
            label += "".join(f" --peer {peer}" for peer in peers)
            asked = {peer: peers[peer] for peer in peers if (peer, name) not in CANNOT}
            run = Run(label, own, asked)
            OPERATIONS[name](run, options.count)
            for peer in asked:
                if peer in MAIN and not run.alike.get(peer):
                    run.bad += 1
                    print(f"{backend}: {name}: nothing was compared with {peer}")
            good, bad = good + sum(run.alike.values()), bad + run.bad
            said = [f"{peer} {run.alike.get(peer, 0) if peer in asked else 'not asked'}" for peer in peers]
            said += [f"{peer} cannot express {number}" for peer, number in run.silent.items()]
            print(f"{backend}: {name}: {', '.join(said)}, otherwise {run.bad}", flush=True)
    silent = "" if good else "; nothing was compared"
    print(f"{good} alike, {bad} otherwise, seed {seed}, {time.time() - start:.0f} s{silent}")
    sys.exit(0 if good and not bad else 1)


def build():
    """Our side, with the profile of tests."""
    profile = os.environ.get("YINXIN_PROFILE", "checked")
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    cargo = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "--locked", "--profile", profile]
    subprocess.run([*cargo, "-p", "yinxin-vectors", "--bin", "interop"], check=True, cwd=ROOT)
    return os.path.join(target, profile, "interop")


class Side:
    def __init__(self, peer, *arguments):
        self.peer, self.arguments = peer, arguments

    def ask(self, kind, cases):
        return self.peer.ask([kind] * len(cases), cases, *self.arguments)


class Run:
    """One operation with one backend: who agreed how often."""

    def __init__(self, label, own, peers):
        self.label, self.own, self.draw = label, own, random.Random(label)
        # Apart, for where bits are bent depends on lengths that signatures with fresh nonces have.
        self.bends = random.Random(label)
        self.peers = {name: Side(peer) for name, peer in peers.items()}
        self.alike, self.silent, self.bad = {}, {}, 0

    def make(self, side, name, kind, cases):
        """What this side makes of each case; `None` where it has no way to."""
        made = []
        for number, (case, (word, remark)) in enumerate(zip(cases, side.ask(kind, cases))):
            made.append(remark.split(",") if word == "made" else None)
            if word == "cannot":
                self.silent[name] = self.silent.get(name, 0) + 1
            elif word != "made":
                self.differs(kind, number, case, {name: f"{word} {remark}"}, "made")
        return made

    def judge(self, name, kind, cases, expected, own_kind=None):
        """Both sides judge; both have to say what is expected."""
        if not cases:
            return
        theirs = self.peers[name].ask(kind, cases)
        ours = self.own.ask(own_kind or kind, cases) if own_kind != "" else [(expected, "")] * len(cases)
        for number, case in enumerate(cases):
            (word, remark), (own_word, own_remark) = theirs[number], ours[number]
            if word == "cannot":
                self.silent[name] = self.silent.get(name, 0) + 1
            elif word == own_word == expected:
                self.alike[name] = self.alike.get(name, 0) + 1
            else:
                answers = {name: f"{word} {remark}", "yinxin": f"{own_word} {own_remark}"}
                self.differs(kind, number, case, answers, expected)

    def differs(self, kind, number, case, answers, expected):
        self.bad += 1
        print(f"{kind} {number}: expected {expected}; run with {self.label}")
        for name, answer in answers.items():
            print(f"    {name}: {answer}")
        print("    case: " + " ".join(f"{field}={value}" for field, value in case.items()), flush=True)

    # Random values.

    def octets(self, longest=LONGEST, least=0):
        """A byte string; a quarter are short, where lengths of blocks and of padding matter."""
        top = min(longest, 200) if self.draw.random() < 0.25 else longest
        return self.draw.randbytes(self.draw.randint(least, top)).hex()

    def scalar(self):
        return f"{self.draw.randint(1, sm2_reference.N - 2):064x}"

    def signers(self, count):
        """Keys with ids; half of the cases stand in runs of one key, for the entries that take many."""
        cases = []
        while len(cases) < count:
            run = 1 if len(cases) % 2 else self.draw.randint(2, 19)
            signer = {"privateKey": self.scalar(), "id": self.octets(64)}
            alone = [{"privateKey": self.scalar(), "id": self.octets(64)} for _ in range(run)]
            cases += [dict(signer) for _ in range(run)] + alone
        return self.with_points(cases[:count])

    def with_points(self, cases):
        """The cases with the public keys, which we make."""
        points = self.make(self.own, "yinxin", "Sm2Point", cases)
        return [case | {"publicKey": point[0]} for case, point in zip(cases, points) if point]

    def bent(self, text, least=0):
        """The byte string with one bit changed, from byte `least` on."""
        value = bytearray.fromhex(text)
        bit = self.bends.randrange(8 * least, 8 * len(value))
        value[bit // 8] ^= 1 << bit % 8
        return value.hex()


def keys(run, count):
    """Public keys of random private keys."""
    cases = [{"privateKey": run.scalar()} for _ in range(count)]
    stated = [{"key": case["privateKey"], "encoding": "scalar", "publicPoint": case["publicKey"]} for case in run.with_points(cases)]
    for name in run.peers:
        run.judge(name, "Sm2PrivateKey", stated, "accepted", own_kind="")


def verify_both(run, name, signed):
    takes = lambda case: case["id"] or name not in EMPTY_ID_IS_DEFAULT
    asked = [case for case in signed if takes(case)]
    if len(asked) < len(signed):
        run.silent[name] = run.silent.get(name, 0) + len(signed) - len(asked)
    run.judge(name, "Sm2Verify", asked, "accepted")
    run.judge(name, "Sm2Verify", [case | {"sig": run.bent(case["sig"])} for case in asked], "refused")


def sign(run, count):
    """We sign, the peers verify."""
    cases = [case | {"msg": run.octets()} for case in run.signers(count)]
    made = run.make(run.own, "yinxin", "Sm2Sign", cases)
    signed = [without_key(case) | {"sig": value[0]} for case, value in zip(cases, made) if value]
    for name in run.peers:
        verify_both(run, name, signed)


def verify(run, count):
    """The peers sign, we verify."""
    for name, peer in run.peers.items():
        cases = [case | {"msg": run.octets()} for case in run.signers(count)]
        made = run.make(peer, name, "Sm2Sign", cases)
        verify_both(run, name, [without_key(case) | {"sig": value[0]} for case, value in zip(cases, made) if value])


def without_key(case):
    return {field: value for field, value in case.items() if field != "privateKey"}


def encrypt(form):
    def both(run, count):
        """Each encrypts, each decrypts."""
        for name, peer in run.peers.items():
            for maker, called in ((run.own, "yinxin"), (peer, name)):
                cases = [{"privateKey": run.scalar(), "msg": run.octets(least=1)} for _ in range(count)]
                cases = run.with_points(cases)
                made = run.make(maker, called, f"Sm2Encrypt{form}", cases)
                sealed = [case | {"ct": value[0]} for case, value in zip(cases, made) if value]
                run.judge(name, f"Sm2Decrypt{form}", sealed, "accepted")
                # The first byte stays: some readers take hybrid points, 06 and 07, for 04.
                bent = [case | {"ct": run.bent(case["ct"], least=1)} for case in sealed]
                run.judge(name, f"Sm2Decrypt{form}", bent, "refused")

    return both


def exchange(run, count):
    """We play both sides; the peer plays each, and has to come to the same."""
    cases = []
    for _ in range(count):
        case = {"initiator": run.scalar(), "responder": run.scalar()}
        case |= {"initiatorEphemeral": run.scalar(), "responderEphemeral": run.scalar()}
        case |= {"initiatorId": run.octets(64), "responderId": run.octets(64), "klenBytes": run.draw.randint(1, 100)}
        cases.append(case)
    points = [[point[0] for point in run.make(run.own, "yinxin", "Sm2Point", [{"privateKey": case[side]} for case in cases])] for side in ("initiator", "responder")]
    made = run.make(run.own, "yinxin", "Sm2Agree", cases)
    sides = []
    for case, a, b, values in zip(cases, *points, made):
        if values is None:
            continue
        r_a, r_b, s_a, s_b, key = values
        common = {"klenBytes": case["klenBytes"], "key": key}
        for role, other, own_r, peer_r, given, answer, peer in (
            ("initiator", "responder", r_a, r_b, s_b, s_a, b),
            ("responder", "initiator", r_b, r_a, s_a, s_b, a),
        ):
            sides.append(common | {
                "role": role, "privateKey": case[role], "id": case[f"{role}Id"], "peerPublicKey": peer,
                "peerId": case[f"{other}Id"], "ephemeral": case[f"{role}Ephemeral"], "ephemeralPoint": own_r,
                "peerEphemeral": peer_r, "confirmation": given, "answer": answer,
            })
    for name in run.peers:
        run.judge(name, "Sm2KeyExchange", sides, "accepted")
        bent = [case | {"confirmation": run.bent(case["confirmation"])} for case in sides]
        run.judge(name, "Sm2KeyExchange", bent, "refused")


def sm3(run, count):
    """Our digests, one by one and in lanes; the peers digest the same."""
    cases = [{"msg": run.octets()} for _ in range(count)]
    made = run.make(run.own, "yinxin", "Sm3Digest", cases)
    stated = [case | {"digest": value[0]} for case, value in zip(cases, made) if value]
    for name in run.peers:
        run.judge(name, "Sm3", stated, "accepted", own_kind="")


def sm4(kind, iv, fields):
    def both(run, count):
        """Our ciphertexts, which we open again; the peers encrypt the same and decrypt them."""
        cases = []
        while len(cases) < count:
            key = run.draw.randbytes(16).hex()
            for _ in range(run.draw.choice([1, 1, 2, 5, 17])):
                case = {"key": key, "iv": run.draw.randbytes(iv).hex(), "msg": run.octets()}
                cases.append(case | ({"aad": run.octets(300)} if kind == "Sm4Gcm" else {}))
        cases = cases[:count]
        made = run.make(run.own, "yinxin", f"{kind}Encrypt", cases)
        stated = [case | dict(zip(fields, value)) for case, value in zip(cases, made) if value]
        for name in run.peers:
            # CBC and CTR were opened where they were made.
            run.judge(name, kind, stated, "accepted", own_kind=None if kind == "Sm4Gcm" else "")
            if kind == "Sm4Gcm":
                bend = lambda case: run.bends.choice([field for field in ("ct", "tag", "iv", "aad") if case[field]])
                bent = [case | {field: run.bent(case[field])} for case in stated for field in [bend(case)]]
                run.judge(name, kind, bent, "refused")

    return both


OPERATIONS = {
    "keys": keys,
    "sign": sign,
    "verify": verify,
    "encryption-der": encrypt("Der"),
    "encryption-raw": encrypt("RawC1C3C2"),
    "exchange": exchange,
    "sm3": sm3,
    "sm4-cbc": sm4("Sm4CbcPkcs7", 16, ["ct"]),
    "sm4-ctr": sm4("Sm4Ctr", 16, ["ct"]),
    "sm4-gcm": sm4("Sm4Gcm", 12, ["ct", "tag"]),
}

main()
