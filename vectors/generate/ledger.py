#!/usr/bin/env python3
"""Trees, entries, checkpoints, witnesses and exports of the ledger: ledger.json."""

import der
from ledger_reference import *
from sm2_reference import sec1
from sm3_reference import sm3
from vector_file import Stream, VectorFile

rng = Stream("yinxin ledger")
out = VectorFile("ledger", "SM3", [
    "The ledger of docs/ledger.md: a Merkle tree of the shape of RFC 9162 with SM3, entries, signed checkpoints,",
    "witnesses (error: the number of the error that refuses), exports and the audit of them (log, first and before:",
    "where the first difference lies).",
])
ORIGIN = "finance.330000"

# Trees and proofs.
leaves = [rng.octets(n % 70) + bytes([n]) for n in range(70)]
hashes = [leaf_hash(leaf) for leaf in leaves]
tests = out.group("LedgerTree")
for size in [*range(0, 18), 31, 32, 33, 63, 64, 65]:
    out.add(tests, f"{size} leaves", "Size", "valid", leaves=[leaf.hex() for leaf in leaves[:size]],
            root=root(hashes[:size]), frontier=frontier(hashes[:size]))
inclusion = out.group("LedgerInclusion")
for size in [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 33, 70]:
    for index in sorted({0, 1, size // 2, size - 2, size - 1} & set(range(size))):
        proof = path(index, hashes[:size])
        good = dict(leaf=hashes[index], index=index, size=size, proof=[h.hex() for h in proof], root=root(hashes[:size]))
        out.add(inclusion, f"leaf {index} of {size}", "Normal", "valid", **good)
        bent = [("another leaf", {"leaf": hashes[(index + 1) % 70]}), ("another place", {"index": index ^ 1}),
                ("outside", {"index": size}), ("a hash too many", {"proof": good["proof"] + ["00" * 32]})]
        if proof:
            bent += [("the last hash missing", {"proof": good["proof"][:-1]}),
                     ("a hash changed", {"proof": [("%02x" % (proof[0][0] ^ 1)) + proof[0].hex()[2:]] + good["proof"][1:]})]
        for name, change in bent if size in (1, 5, 8, 33) else []:
            if size > 1 or name != "another place":
                out.add(inclusion, f"leaf {index} of {size}: {name}", "Bent", "invalid", **{**good, **change})
tests = out.group("LedgerConsistency")
for size in [1, 2, 3, 4, 6, 7, 8, 13, 16, 33, 70]:
    for earlier in sorted({0, 1, 2, 3, 4, size // 2, size - 1, size} & set(range(size + 1))):
        proof = [h.hex() for h in consistency(earlier, hashes[:size])]
        good = dict(earlier=earlier, earlierRoot=root(hashes[:earlier]), size=size, root=root(hashes[:size]), proof=proof)
        out.add(tests, f"{earlier} to {size}", "Normal", "valid", **good)
        if size in (7, 8, 13):
            bent = [("another beginning", {"earlierRoot": bytes(32)}), ("a hash too many", {"proof": proof + ["00" * 32]}),
                    ("turned round", {"earlier": size, "size": earlier} if earlier < size else {"root": bytes(32)})]
            if earlier:
                bent.append(("another end", {"root": bytes(32)}))
            if proof:
                bent.append(("a hash missing", {"proof": proof[1:]}))
            for name, change in bent:
                out.add(tests, f"{earlier} to {size}: {name}", "Bent", "invalid", **{**good, **change})

# Entries.
LOG = ("330000", "2026")
FULL = dict(voucher=voucher("5201", "财支2026-0001", 2), before="Approved", after="Sealed",
            amounts=[("PayAmt", 123456), ("adjusted", -1)], digests=[("canonical", bytes([7] * 32))],
            facts=[("position", "dw_gz")], reason="按批复办理", authorization="sq-17")
tests = out.group("LedgerEntry")


def entries(comment, flag, result, body, **fields):
    out.add(tests, comment, flag, result, der=body, leafHash=leaf_hash(body), **fields)


entries("nothing but what every entry has", "Normal", "valid", entry(LOG, 0))
entries("everything", "Normal", "valid", entry(LOG, 7, **FULL))
entries("the greatest numbers", "Normal", "valid", entry(LOG, 2**63 - 1, amounts=[("a", 2**63 - 1), ("b", -(2**63))]))
entries("a fraction of a second", "Normal", "valid", entry(LOG, 1, at=time(1, ".25")))
entries("a text of 1024 bytes", "Normal", "valid", entry(LOG, 1, reason="字" * 341 + "a"))
entries("64 facts", "Normal", "valid", entry(LOG, 1, facts=[(f"f{n:02}", "") for n in range(64)]))
good = entry(LOG, 7, **FULL)
for comment, body in {
    "version 2": entry(LOG, 7, version=2), "a negative sequence": entry(LOG, -1), "a sequence of 2^63": entry(LOG, 2**63),
    "no actor": entry(LOG, 1, actor=""), "an actor of 65 bytes": entry(LOG, 1, actor="a" * 65),
    "white space in a name": entry(LOG, 1, operation="a b"), "a slash in a name": entry(("33/0000", "2026"), 1),
    "a bidirectional control": entry(LOG, 1, reason="a\u202eb"), "a zero-width character": entry(LOG, 1, before="a\u200b"),
    "a text of 1025 bytes": entry(LOG, 1, reason="a" * 1025), "bytes that are no UTF-8": entry(LOG, 1, reason=b"\xff"),
    "65 facts": entry(LOG, 1, facts=[(f"f{n:02}", "") for n in range(65)]),
    "names descend": entry(LOG, 1, facts=[("b", ""), ("a", "")]), "a name twice": entry(LOG, 1, amounts=[("a", 1), ("a", 1)]),
    "a digest of 31 bytes": entry(LOG, 1, digests=[("a", bytes(31))]),
    "an amount of 2^63": entry(LOG, 1, amounts=[("a", 2**63)]),
    "a version of a voucher of 2^32": entry(LOG, 1, voucher=voucher("5201", "1", 2**32)),
    "a fraction that ends with 0": entry(LOG, 1, at=time(1, ".50")), "a time without Z": entry(LOG, 1, at=der.tlv(0x18, b"20260301090000")),
    "more than 65536 bytes": entry(LOG, 1, facts=[(f"f{n:02}", "a" * 1024) for n in range(64)]),
    "a byte behind": good + b"\0", "the last byte missing": good[:-1], "a length in a long form": der.tlv_long(0x30, good[4:]),
}.items():
    entries(comment, "Bent", "invalid", body)

# A ledger with two logs and three checkpoints.
key, stranger = Key(rng), Key(rng)
keyed = {"publicKeyDer": key.spki}
A, B = ("330000", "2026"), ("330100", "2026")


def moves(changed=None):
    """The history: pairs of a letter and a body, and the logs at each checkpoint."""
    logs, history, states, previous = {}, [], [], b""
    for counter in (1, 2, 3):
        before = {log: list(known) for log, known in logs.items()}
        for step in range(4 + counter):
            for log in [A] + ([B] if step % 2 == 0 else []):
                body = entry(log, len(logs.get(log, [])), seconds=counter, amounts=[("PayAmt", 100 + step)])
                if changed == (log, len(logs.get(log, []))):
                    body = entry(log, len(logs[log]), seconds=counter, amounts=[("PayAmt", 999999)])
                logs.setdefault(log, []).append(leaf_hash(body))
                history.append((b"E", logs[log][-1] + body))
        body = checkpoint(ORIGIN, counter, logs, previous, seconds=60 * counter)
        for log in in_order(logs):
            if logs[log] != before.get(log):
                history.append((b"H", head(log, logs[log])))
        history.append((b"C", signed(body, key)))
        states.append((body, history[-1][1], {log: list(known) for log, known in logs.items()}))
        previous = checkpoint_digest(body)
    return history, states


history, states = moves()
tests = out.group("LedgerCheckpoint", **keyed)
for number, (body, whole, _) in enumerate(states, 1):
    out.add(tests, f"checkpoint {number}", "Normal", "valid", der=whole, digest=checkpoint_digest(body))
body, whole, logs = states[1]
for comment, flag, bad in [
    ("another key", "Signature", signed(body, stranger)),
    ("another key under the name of this one", "Signature",
     der.sequence(body, der.octet_string(sm3(key.spki)), der.octet_string(stranger.sign(b"yinxin:ledger:checkpoint\1" + body)))),
    ("signed without what stands in front", "Signature",
     der.sequence(body, der.octet_string(sm3(key.spki)), der.octet_string(key.sign(body)))),
    ("signed as a witness signs", "Signature",
     der.sequence(body, der.octet_string(sm3(key.spki)), der.octet_string(key.sign(b"yinxin:ledger:witness\1" + body)))),
    ("another format", "Form", signed(checkpoint(ORIGIN, 2, logs, bytes(32), format="2.25.1"), key)),
    ("counter 0", "Form", signed(checkpoint(ORIGIN, 0, logs, b""), key)),
    ("counter 2 without the one before", "Form", signed(checkpoint(ORIGIN, 2, logs, b""), key)),
    ("counter 1 with one before", "Form", signed(checkpoint(ORIGIN, 1, logs, bytes(32)), key)),
    ("no origin", "Form", signed(checkpoint("", 1, logs, b""), key)),
    ("a byte behind", "Form", whole + b"\0"),
]:
    out.add(tests, comment, flag, "invalid", der=bad, digest=checkpoint_digest(body))

# A witness that saw the second checkpoint.
tests = out.group("LedgerWitness", **keyed)
state = witness(ORIGIN, states[1][1], states[1][2])
third_body, third, third_logs = states[2]
out.add(tests, "the first that it sees", "Normal", "valid", state=witness(ORIGIN, None, {}),
        advance=advance(third, {}, third_logs), after=witness(ORIGIN, third, third_logs))
out.add(tests, "the next", "Normal", "valid", state=state, advance=advance(third, states[1][2], third_logs),
        after=witness(ORIGIN, third, third_logs))
out.add(tests, "the same again", "Normal", "valid", state=state, advance=advance(states[1][1], states[1][2], states[1][2]), after=state)


def refused(comment, error, moved, state=state):
    out.add(tests, comment, "Refused", "invalid", state=state, advance=moved, error=error)


def next_of(logs, before=None, counter=3, previous=checkpoint_digest(states[1][0]), origin=ORIGIN, signer=key, **fields):
    return advance(signed(checkpoint(origin, counter, logs, previous, **fields), signer), states[1][2] if before is None else before, logs)


refused("an old one", 635, advance(states[0][1], {}, states[0][2]))
refused("another of the same counter", 636, next_of(third_logs, counter=2))
refused("the next after another", 636, next_of(third_logs, previous=bytes([9] * 32)))
rewritten = dict(third_logs)
rewritten[A] = [leaf_hash(b"another")] + third_logs[A][1:]
refused("a log rewritten", 637, next_of(rewritten))
refused("a log rewritten, two checkpoints later", 637, next_of(rewritten, counter=4, previous=bytes([9] * 32)))
refused("a log shorter", 637, next_of({**third_logs, A: third_logs[A][:3]}, before={}))
refused("a log gone", 637, next_of({A: third_logs[A]}))
refused("a log that grew, left out", 637, advance(third, {**states[1][2], A: third_logs[A]}, third_logs))
refused("a log that was not there, its heads not told", 637,
        advance(signed(checkpoint(ORIGIN, 3, {**third_logs, ("9", "2026"): hashes[:1]}, checkpoint_digest(states[1][0])), key), states[1][2], third_logs))
refused("other counts than the heads have", 108, next_of(third_logs, entries=1))
refused("another store", 638, next_of(third_logs, origin="bank.102"))
refused("another key", 639, next_of(third_logs, signer=stranger))

# Exports.
anchor = {"anchorCounter": 3, "anchorDigest": checkpoint_digest(third_body)}
tests = out.group("LedgerExport", origin=ORIGIN, **keyed, **anchor)


def exported(comment, flag, result, records, **fields):
    place = {name: fields.pop(name) for name in ("log", "first", "before") if name in fields}
    over = {name: fields.pop(name) for name in ("anchorCounter", "anchorDigest", "publicKeyDer") if name in fields}
    stated = fields.pop("stated", ORIGIN)
    out.add(tests, comment, flag, result, export=export(stated, records, **fields), **place, **over)


def places(letter):
    return [at for at, item in enumerate(history) if item[0] == letter]


exported("as it was recorded", "Normal", "valid", history)
exported("without heads", "Normal", "valid", [item for item in history if item[0] != b"H"])
exported("from the first checkpoint on", "Normal", "valid", history[places(b"C")[0] + 1 :], start=states[0][1],
         frontiers=[(log, states[0][2][log]) for log in in_order(states[0][2])])
late = [*history, (b"E", leaf_hash(entry(A, len(third_logs[A]))) + entry(A, len(third_logs[A])))]
exported("an entry after the last checkpoint", "Normal", "valid", late)
body = entry(A, 6, seconds=2, amounts=[("PayAmt", 999999)])
at = next(at for at in places(b"E") if leaf_hash(entry(A, 6, seconds=2, amounts=[("PayAmt", 101)])) == history[at][1][:32])
exported("entry 6 changed, its hash left", "Changed", "invalid", history[:at] + [(b"E", history[at][1][:32] + body)] + history[at + 1 :],
         log="330000/2026", first=6, before=7)
exported("entry 6 changed with its hash", "Changed", "invalid", history[:at] + [(b"E", leaf_hash(body) + body)] + history[at + 1 :],
         log="330000/2026", first=5, before=11)
exported("entry 6 taken away", "Changed", "invalid", history[:at] + history[at + 1 :], log="330000/2026", first=6, before=7)
exported("entry 6 twice", "Changed", "invalid", history[: at + 1] + history[at:], log="330000/2026", first=7, before=8)
whole, _ = moves(changed=(A, 6))
exported("all anew with one fact changed, under the store's own key", "Rewritten", "invalid", whole)
exported("an old copy", "Rewritten", "invalid", history[: places(b"C")[1] + 1])
exported("a checkpoint left out", "Chain", "invalid", history[: places(b"C")[1]] + history[places(b"C")[1] + 1 :])
exported("another key", "Key", "invalid", history, publicKeyDer=stranger.spki)
exported("another store", "Origin", "invalid", history, stated="bank.102")
exported("other frontiers than the checkpoint's", "Start", "invalid", history[places(b"C")[0] + 1 :], start=states[0][1],
         frontiers=[(A, states[0][2][A])])
exported("an end that counts one entry less", "End", "invalid", history, end=(len(places(b"E")) - 1, 3))
good = export(ORIGIN, history)
for comment, bad in {"cut in the last record": good[:-1], "cut before the end": good[: good.rindex(b"Z\0\0\0")],
                     "a byte behind": good + b"\n", "cut in the middle": good[: len(good) // 2],
                     "another line in front": good.replace(b"export 1", b"export 2", 1)}.items():
    out.add(tests, comment, "Cut", "invalid", export=bad)
out.write()
