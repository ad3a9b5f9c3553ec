#!/usr/bin/env python3
"""SM2 key exchange: sm2_exchange.json."""

from sm2_reference import *
from vector_file import Stream, VectorFile

rng = Stream("yinxin sm2 exchange")
out = VectorFile("sm2_exchange", "SM2-KeyExchange", [
    "SM2 key exchange, one side at a time: `ephemeral` is that side's r and `ephemeralPoint` its R, `confirmation` what it gets and `answer` what it gives; without them nothing is confirmed.",
    "invalid: no key comes out, no panic.",
])
D, PEER = rng.below(N - 2), rng.below(N - 2)
IDS = (b"agent.bank@example", "国库支付中心".encode())


class Side:
    """One side of an exchange and everything that it and an honest peer work out."""

    def __init__(self, initiates, d=D, peer=PEER, r=None, peer_r=None, ids=IDS, length=16, **forged):
        self.initiates, self.length, self.ids = initiates, length, ids
        self.d, self.r = d, r if r is not None else rng.below(N)
        self.public, self.own = multiply(d, G), multiply(self.r % N, G)
        self.peer = forged.get("peer_point") or multiply(peer, G)
        self.other = forged.get("other") or multiply(peer_r or rng.below(N), G)
        self.shared = agree(d, self.r, self.peer, self.other) if self.own else G
        mine, theirs = z_value(self.public, ids[0]), z_value(self.peer, ids[1])
        self.z = (mine, theirs) if initiates else (theirs, mine)
        ephemerals = (self.own or G, self.other)
        self.points = ephemerals if initiates else ephemerals[::-1]

    def confirmed_by(self, prefix, z=None, points=None, shared=None):
        return confirmation(prefix, shared or self.shared, *(z or self.z), points or self.points)

    def fields(self, **changed):
        if self.shared is INFINITY:
            # Nothing can be stated; what stands here is what zeros for coordinates would give.
            self.shared = (0, 0)
        gets, gives = (2, 3) if self.initiates else (3, 2)
        return {
            "privateKey": octets(self.d), "id": self.ids[0],
            "peerPublicKey": sec1(self.peer), "peerId": self.ids[1],
            "ephemeral": octets(self.r), "ephemeralPoint": sec1(self.own or G),
            "peerEphemeral": sec1(self.other), "klenBytes": self.length,
            "confirmation": self.confirmed_by(gets), "answer": self.confirmed_by(gives),
            "key": agreed_key(self.shared, *self.z, self.length),
        } | changed


def case(comment, flag, result, side, **changed):
    out.add(tests, comment, flag, result, **side.fields(**changed))


def until(make, want):
    while True:
        made = make()
        if want(made):
            return made


def honest(initiates):
    side = lambda **chosen: Side(initiates, **chosen)
    case("confirmed", "Normal", "valid", side())
    for length in [1, 2, 15, 31, 32, 33, 48, 63, 64, 65, 100, 256]:
        case(f"key of {length} bytes", "KeyLength", "valid", side(length=length))
    for name, ids in {
        "the default ids": (DEFAULT_ID, DEFAULT_ID),
        "one default id": (DEFAULT_ID, IDS[1]),
        "ids the other way round": IDS[::-1],
        "an empty id": (b"", IDS[1]),
        "the peer's id empty": (IDS[0], b""),
        "an id of one zero": (b"\0", IDS[1]),
        "ids of 8191 bytes": (bytes(8191), bytes(8191)),
    }.items():
        case(name, "Id", "valid", side(ids=ids))
    for name, chosen in {
        "r = 1": {"r": 1},
        "r = 2": {"r": 2},
        "r = n - 1": {"r": N - 1},
        "r = (n - 1) / 2": {"r": N // 2},
        "the peer's r = 1": {"peer_r": 1},
        "the peer's r = n - 1": {"peer_r": N - 1},
        "r is the private key": {"r": D},
        "the peer's r is its private key": {"peer_r": PEER},
        "the peer's r is our private key": {"peer_r": D},
        "the smallest private key": {"d": 1},
        "the largest private key": {"d": N - 2},
        "the peer's private key is 1": {"peer": 1},
        "the peer's private key is n - 2": {"peer": N - 2},
        "both sides have one key and one id": {"peer": D, "ids": (IDS[0], IDS[0])},
    }.items():
        case(name, "EdgeKey", "valid", side(**chosen))
    for peer_r in [1, rng.below(N)]:
        peer = low_half(multiply(peer_r, G)[0]) * peer_r % N
        case("P and x*R are one point", "Doubling", "valid", side(peer=peer, peer_r=peer_r))
    for name, want in {
        "bit 127 of x of {} set": lambda p: p[0] >> 127 & 1,
        "bit 127 of x of {} clear": lambda p: not p[0] >> 127 & 1,
        "x of {} of 31 bytes": lambda p: p[0] >> 248 == 0,
        "y of {} of 31 bytes": lambda p: p[1] >> 248 == 0,
    }.items():
        number = lambda: until(lambda: rng.below(N), lambda r: want(multiply(r, G)))
        case(name.format("our point"), "EdgePoint", "valid", side(r=number()))
        case(name.format("the peer's point"), "EdgePoint", "valid", side(peer_r=number()))
        if "31" in name:
            case(name.format("the agreed point"), "EdgePoint", "valid", until(side, lambda made: want(made.shared)))
    for name, x in {"the peer's x is 0": 0, "a small x of the peer": next(x for x in range(1, 99) if lift(x))}.items():
        case(name, "EdgePoint", "valid", side(other=lift(x)))


def lying(initiates):
    gets = 2 if initiates else 3
    side = Side(initiates)
    true = side.confirmed_by(gets)
    wrong = lambda name, value: case(name, "WrongConfirmation", "invalid", side, confirmation=value)
    for index in [0, 15, 31]:
        bent = bytearray(true)
        bent[index] ^= 0x80
        wrong(f"byte {index} of the confirmation changed", bytes(bent))
    wrong("the confirmation is zeros", bytes(32))
    wrong("the last byte of the confirmation missing", true[:-1])
    wrong("a byte behind the confirmation", true + b"\0")
    wrong("our own confirmation sent back", side.confirmed_by(5 - gets))
    wrong("a confirmation that begins with 1", side.confirmed_by(1))
    wrong("a confirmation with the two Z the other way round", side.confirmed_by(gets, z=side.z[::-1]))
    wrong("a confirmation with the points the other way round", side.confirmed_by(gets, points=side.points[::-1]))
    wrong("a confirmation with x and y the other way round", side.confirmed_by(gets, shared=side.shared[::-1]))
    swapped = Side(initiates, r=side.r, other=side.other, ids=IDS[::-1])
    wrong("a confirmation of a peer that has the ids the other way round", swapped.confirmed_by(gets))
    alone = multiply(side.d, side.other)
    wrong("a confirmation of who has the ephemeral key alone", side.confirmed_by(gets, shared=alone))
    for name, r in {"r = 0": 0, "r = n": N, "r = n + 1": N + 1, "r = 2^256 - 1": 2**256 - 1}.items():
        case(name, "EphemeralOutOfRange", "invalid", Side(initiates, r=r))
    base = side.other
    for name, point in {
        "y + 1: a point of another curve": (base[0], (base[1] + 1) % P),
        "(2, 1): a point of another curve": (2, 1),
        "y = 0: a point of order 2 of another curve": (5, 0),
    }.items():
        assert not on_curve(point)
        case(name, "NotOnCurve", "invalid", Side(initiates, other=point))
    case("(0, 0)", "NotOnCurve", "invalid", side, peerEphemeral=sec1((0, 0)))
    case("x + p", "CoordinateTooLarge", "invalid", Side(initiates, other=lift(0)), peerEphemeral=sec1((P, lift(0)[1])))
    point = sec1(base)
    for name, form in {
        "no point": b"",
        "infinity in one byte": b"\0",
        "the point without its first byte": point[1:],
        "the last byte of the point missing": point[:-1],
        "a byte behind the point": point + b"\0",
        "the point in hybrid form": bytes([6 + base[1] % 2]) + point[1:],
        "a first byte of 5": b"\5" + point[1:],
    }.items():
        case(name, "PointForm", "invalid", side, peerEphemeral=form)
    case("P + x*R is infinity", "Infinity", "invalid",
         Side(initiates, other=base, peer_point=negate(multiply(low_half(base[0]), base))))
    r = rng.below(N)
    case("d + x*r is 0: the agreed point is infinity", "Infinity", "invalid",
         Side(initiates, d=-low_half(multiply(r, G)[0]) * r % N, r=r))
    case("key of 0 bytes", "KeyLength", "invalid", Side(initiates, length=0))


for role in ["initiator", "responder"]:
    tests = out.group("Sm2KeyExchange", role=role)
    honest(role == "initiator")
    lying(role == "initiator")
    for length in [1, 16, 32, 100]:
        fields = Side(role == "initiator", length=length).fields()
        del fields["confirmation"], fields["answer"]
        out.add(tests, f"not confirmed, key of {length} bytes", "Unconfirmed", "valid", **fields)
out.write()
