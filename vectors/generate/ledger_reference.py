"""The ledger of docs/ledger.md, written from that page: trees, entries, checkpoints, exports."""

import der
from sm2_reference import G, N, digest, multiply, sec1, sign_digest
from sm3_reference import sm3

CHECKPOINT = "2.25.219858420237463795574477259089281580448"
STATEMENT = "2.25.226643745098299046948837077626020035725"
USER_ID = b"1234567812345678"


def utf8(text):
    return der.tlv(0x0C, text.encode() if isinstance(text, str) else text)


def time(seconds=0, fraction=""):
    minutes, seconds = divmod(seconds, 60)
    return der.tlv(0x18, f"202603010{9 + minutes // 60}{minutes % 60:02}{seconds:02}{fraction}Z".encode())


def split(count):
    k = 1
    while 2 * k < count:
        k *= 2
    return k


def leaf_hash(leaf):
    return sm3(b"\0" + leaf)


def node_hash(left, right):
    return sm3(b"\1" + left + right)


def root(hashes):
    """The root over leaf hashes."""
    if not hashes:
        return sm3(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(root(hashes[:k]), root(hashes[k:]))


def path(index, hashes):
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return path(index, hashes[:k]) + [root(hashes[k:])]
    return path(index - k, hashes[k:]) + [root(hashes[:k])]


def consistency(earlier, hashes, known=True):
    if earlier in (0, len(hashes)):
        return [] if known else [root(hashes)]
    k = split(len(hashes))
    if earlier <= k:
        return consistency(earlier, hashes[:k], known) + [root(hashes[k:])]
    return consistency(earlier - k, hashes[k:], False) + [root(hashes[:k])]


def frontier(hashes):
    out, start = len(hashes).to_bytes(8, "big"), 0
    for bit in reversed(range(64)):
        if len(hashes) >> bit & 1:
            out += root(hashes[start : start + 2**bit])
            start += 2**bit
    return out


def named(values, write):
    return der.sequence(*(der.sequence(utf8(name), write(value)) for name, value in values))


def entry(log, sequence, *, seconds=0, actor="clerk", operation="voucher.seal", voucher=None, before="", after="",
          amounts=(), digests=(), facts=(), reason="", authorization="", version=1, at=None):
    return der.sequence(
        der.integer(version), utf8(log[0]), utf8(log[1]), der.integer(sequence), at or time(seconds), utf8(actor),
        utf8(operation), voucher or b"", utf8(before), utf8(after), named(amounts, der.integer),
        named(digests, der.octet_string), named(facts, utf8), utf8(reason), utf8(authorization))


def voucher(vt_code, number, version):
    return der.tlv(0xA0, der.sequence(utf8(vt_code), utf8(number), der.integer(version)))


def head(log, hashes):
    return der.sequence(utf8(log[0]), utf8(log[1]), der.integer(len(hashes)), der.octet_string(root(hashes)))


def heads_root(logs):
    return root([leaf_hash(b"yinxin:ledger:head\1" + head(log, logs[log])) for log in in_order(logs)])


def in_order(logs):
    return sorted(logs, key=lambda log: (log[0].encode(), log[1].encode()))


class Key:
    def __init__(self, rng):
        self.rng = rng
        self.d = rng.below(N - 1)
        self.public = multiply(self.d, G)
        self.spki = der.spki(sec1(self.public))

    def sign(self, message):
        return der.signature(*sign_digest(self.d, digest(self.public, USER_ID, message), self.rng.below(N)))


def checkpoint(origin, counter, logs, previous, *, seconds=0, entries=None, count=None, heads=None, format=CHECKPOINT):
    return der.sequence(
        der.oid(format), der.integer(1), utf8(origin), der.integer(counter), time(seconds),
        der.integer(len(logs) if count is None else count),
        der.integer(sum(map(len, logs.values())) if entries is None else entries),
        der.octet_string(heads_root(logs) if heads is None else heads), der.octet_string(previous))


def checkpoint_digest(body):
    return sm3(b"yinxin:ledger:checkpoint\1" + body)


def signed(body, key):
    return der.sequence(body, der.octet_string(sm3(key.spki)),
                        der.octet_string(key.sign(b"yinxin:ledger:checkpoint\1" + body)))


def advance(signed_checkpoint, before, after):
    grown = []
    for log in in_order(after):
        old, new = before.get(log, []), after[log]
        if log in before and head(log, old) == head(log, new):
            continue
        proof = consistency(len(old), new) if old else []
        grown.append(der.sequence(head(log, new), der.sequence(*map(der.octet_string, proof))))
    return der.sequence(signed_checkpoint, der.sequence(*grown))


def witness(origin, last, logs):
    return der.sequence(der.integer(1), utf8(origin), der.tlv(0xA0, last) if last else b"",
                        der.sequence(*(head(log, logs[log]) for log in in_order(logs))))


def countersignature(body, origin, counter, key, name="pbc"):
    statement = der.sequence(der.oid(STATEMENT), der.integer(1), utf8(name), utf8(origin), der.integer(counter),
                             der.octet_string(checkpoint_digest(body)), time(90))
    return der.sequence(statement, der.octet_string(sm3(key.spki)),
                        der.octet_string(key.sign(b"yinxin:ledger:witness\1" + statement)))


def record(letter, body):
    return letter + len(body).to_bytes(4, "big") + body


def export(origin, records, *, start=None, frontiers=(), end=None):
    """`records` are pairs of a letter and a body."""
    out = b"yinxin ledger export 1\n"
    out += record(b"O", der.sequence(utf8(origin), der.tlv(0xA0, start) if start else b""))
    for log, hashes in frontiers:
        out += record(b"F", der.sequence(utf8(log[0]), utf8(log[1]), der.octet_string(frontier(hashes))))
    for letter, body in records:
        out += record(letter, body)
    count = lambda wanted: sum(letter == wanted for letter, _ in records)
    entries, checkpoints = end or (count(b"E"), count(b"C"))
    return out + record(b"Z", der.sequence(der.integer(entries), der.integer(checkpoints), der.octet_string(sm3(out))))
