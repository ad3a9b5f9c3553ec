#!/usr/bin/env python3
"""SM2 decryption: sm2_decrypt.json."""

import der
from sm2_reference import *
from vector_file import Stream, VectorFile

rng = Stream("yinxin sm2 decrypt")
out = VectorFile("sm2_decrypt", "SM2-PKE", [
    "SM2 decryption: DER SEQUENCE { x INTEGER, y INTEGER, C3 OCTET STRING, C2 OCTET STRING }, then raw 04 x y C3 C2.",
    "invalid: one uniform error, no plaintext, no panic.",
])
D = rng.below(N - 2) | 1
PUBLIC = multiply(D, G)
KEY = {
    "privateKey": octets(D),
    "publicKey": sec1(PUBLIC),
    "privateKeyPkcs8": der.pkcs8(der.ec_private_key(octets(D), sec1(PUBLIC))),
}
MESSAGE = "额度与支付凭证".encode()


def case(comment, flag, result, ct, message=b""):
    out.add(tests, comment, flag, result, ct=ct, msg=message)


def cipher(c1, c3, c2):
    return der.sequence(der.integer(c1[0]), der.integer(c1[1]), der.octet_string(c3), der.octet_string(c2))


def raw(c1, c3, c2):
    return sec1(c1) + c3 + c2


def encrypted(message, want=lambda c1, c3, c2: True):
    while True:
        parts = encrypt_parts(PUBLIC, message, rng.below(N))
        if want(*parts):
            return parts


def hit(point, message):
    """What a decryption that does not check C1 would open: works for points of other curves."""
    return (point, *mask(multiply(D, point), message))


def zero_stream(length):
    return encrypted(rng.octets(length), lambda c1, c3, c2: not any(kdf(b"".join(map(octets, multiply(D, c1))), length)))


FIRST = {"x of 31 bytes": lambda c1, *_: c1[0] >> 248 == 0, "y of 31 bytes": lambda c1, *_: c1[1] >> 248 == 0,
         "x with its top bit set": lambda c1, *_: c1[0] >> 255 == 1, "x with its top bit clear": lambda c1, *_: c1[0] >> 255 == 0,
         "y with its top bit set": lambda c1, *_: c1[1] >> 255 == 1, "y with its top bit clear": lambda c1, *_: c1[1] >> 255 == 0}
SHARED = {"x of the shared point of 31 bytes": lambda c1, *_: multiply(D, c1)[0] >> 248 == 0,
          "y of the shared point of 31 bytes": lambda c1, *_: multiply(D, c1)[1] >> 248 == 0}


def bad_points():
    """(x, y) that are no points of the curve, with a ciphertext that opens if nobody looks."""
    found = {}
    base = multiply(rng.below(N), G)
    for delta in [1, 2, 3]:
        found[f"y + {delta}: a point of another curve"] = (base[0], (base[1] + delta) % P)
    for name, point in {"(2, 1)": (2, 1), "(p - 1, 1)": (P - 1, 1)}.items():
        if not on_curve(point):
            found[f"{name}: a point of another curve"] = point
    found["y = 0: a point of order 2 of another curve"] = (5, 0)
    return found


def both(write):
    """The cases that both forms have."""
    case("a message", "Normal", "valid", write(*encrypted(MESSAGE)), MESSAGE)
    for size in [2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 97, 200]:
        message = rng.octets(size)
        case(f"message of {size} bytes", "MessageLength", "valid", write(*encrypted(message)), message)
    message = b"\x5a"
    nonzero = encrypted(message, lambda c1, c3, c2: c2 != message)
    case("message of 1 byte", "MessageLength", "valid", write(*nonzero), message)
    for name, want in (FIRST | SHARED).items():
        case(name, "EdgePoint", "valid", write(*encrypted(MESSAGE, want)), MESSAGE)
    parts = zero_stream(1)
    case("the key stream is zero: the message stands open, 1 byte", "ZeroStream", "invalid", write(*parts), parts[2])
    case("empty message", "EmptyMessage", "acceptable", write(*encrypted(b"")))

    c1, c3, c2 = encrypted(MESSAGE)
    for index in [0, 31]:
        bent = bytearray(c3)
        bent[index] ^= 1
        case(f"byte {index} of C3 changed", "WrongC3", "invalid", write(c1, bytes(bent), c2))
    case("C3 of zeros", "WrongC3", "invalid", write(c1, bytes(32), c2))
    case("C3 is SM3 of the message", "WrongC3", "invalid", write(c1, sm3(MESSAGE), c2))
    shared = multiply(D, c1)
    case("C3 without y", "WrongC3", "invalid", write(c1, sm3(octets(shared[0]) + MESSAGE), c2))
    case("C3 over C2", "WrongC3", "invalid", write(c1, sm3(octets(shared[0]) + c2 + octets(shared[1])), c2))
    case("first byte of C2 changed", "WrongC2", "invalid", write(c1, c3, bytes([c2[0] ^ 1]) + c2[1:]))
    case("last byte of C2 changed", "WrongC2", "invalid", write(c1, c3, c2[:-1] + bytes([c2[-1] ^ 0x80])))
    case("last byte of C2 missing", "WrongC2", "invalid", write(c1, c3, c2[:-1]))
    case("C2 with a byte behind", "WrongC2", "invalid", write(c1, c3, c2 + b"\0"))
    case("C2 missing", "WrongC2", "invalid", write(c1, c3, b""))
    case("C2 is the message", "WrongC2", "invalid", write(c1, c3, MESSAGE))
    case("another C1", "WrongC1", "invalid", write(multiply(7, G), c3, c2))
    case("C1 negated", "WrongC1", "invalid", write(negate(c1), c3, c2))
    case("for another key", "WrongKey", "invalid", write(*encrypt_parts(G, MESSAGE, rng.below(N))))
    for name, point in bad_points().items():
        if point[1] == 0:
            # D is odd, so the naive product is the point itself.
            body = mask(point, MESSAGE)
            case(name, "NotOnCurve", "invalid", write(point, *body))
        else:
            case(name, "NotOnCurve", "invalid", write(*hit(point, MESSAGE)))
    case("C1 = (0, 0)", "NotOnCurve", "invalid", write((0, 0), *mask((0, 0), MESSAGE)))
    low = next(lift(x) for x in range(1, 99) if lift(x))
    true = hit(low, MESSAGE)
    case("a small x", "EdgePoint", "valid", write(*true), MESSAGE)
    case("x + p", "CoordinateTooLarge", "invalid", write((low[0] + P, low[1]), *true[1:]))
    zero = lift(0)
    if zero:
        parts = hit(zero, MESSAGE)
        case("x = 0", "EdgePoint", "valid", write(*parts), MESSAGE)
        case("x = p for x = 0", "CoordinateTooLarge", "invalid", write((P, zero[1]), *parts[1:]))
    case("C1 is the generator", "EdgePoint", "valid", write(*hit(G, MESSAGE)), MESSAGE)
    case("C1 is the public key", "EdgePoint", "valid", write(*hit(PUBLIC, MESSAGE)), MESSAGE)
    case("C1 is minus the generator", "EdgePoint", "valid", write(*hit(negate(G), MESSAGE)), MESSAGE)


tests = out.group("Sm2DecryptDer", **KEY)
both(cipher)
c1, c3, c2 = encrypted(MESSAGE)
good = cipher(c1, c3, c2)
X, Y, H, C = der.integer(c1[0]), der.integer(c1[1]), der.octet_string(c3), der.octet_string(c2)
high = encrypted(MESSAGE, lambda c1, *_: c1[0] >> 255 and c1[1] >> 255)
short = encrypted(MESSAGE, lambda c1, *_: c1[0] >> 247 == 0)
for name, ct in {
    "outer length in three bytes": der.tlv_long(0x30, good[3 if good[1] > 0x80 else 2:], 2),
    "outer length indefinite": der.tlv_indefinite(0x30, X + Y + H + C),
    "length of x in two bytes": der.sequence(der.tlv_long(2, X[2:]), Y, H, C),
    "length of C3 in two bytes": der.sequence(X, Y, der.tlv_long(4, c3), C),
    "length of C2 in two bytes": der.sequence(X, Y, H, der.tlv_long(4, c2)),
    "x with one more zero in front": der.sequence(der.tlv(2, b"\0" + X[2:]), Y, H, C),
    "y with one more zero in front": der.sequence(X, der.tlv(2, b"\0" + Y[2:]), H, C),
    "x of 31 bytes written in 32": der.sequence(der.tlv(2, octets(short[0][0])), der.integer(short[0][1]),
                                                der.octet_string(short[1]), der.octet_string(short[2])),
    "C2 in constructed form": der.sequence(X, Y, H, der.tlv(0x24, C)),
    "C2 in constructed form, two parts": der.sequence(X, Y, H, der.tlv(0x24, der.octet_string(c2[:3]), der.octet_string(c2[3:]))),
    "x negative for lack of a zero": der.sequence(der.tlv(2, octets(high[0][0])), der.integer(high[0][1]),
                                                  der.octet_string(high[1]), der.octet_string(high[2])),
    "a byte behind": good + b"\0",
    "a NULL inside, behind": der.sequence(X, Y, H, C, der.NULL),
    "a second C2": der.sequence(X, Y, H, C, C),
}.items():
    case(name, "NotDer", "invalid", ct)
for name, ct in {
    "nothing": b"",
    "an empty SEQUENCE": der.sequence(),
    "only x": der.sequence(X),
    "only C1": der.sequence(X, Y),
    "no C2": der.sequence(X, Y, H),
    "no C3": der.sequence(X, Y, C),
    "C2 before C3": der.sequence(X, Y, C, H),
    "C1 as a point in an OCTET STRING": der.sequence(der.octet_string(sec1(c1)), H, C),
    "C1 as a point in a BIT STRING": der.sequence(der.bit_string(sec1(c1)), H, C),
    "OCTET STRING for x": der.sequence(der.octet_string(X[2:]), Y, H, C),
    "BIT STRING for C2": der.sequence(X, Y, H, der.bit_string(c2)),
    "C3 of 31 bytes": der.sequence(X, Y, der.octet_string(c3[:-1]), C),
    "C3 of 33 bytes": der.sequence(X, Y, der.octet_string(c3 + b"\0"), C),
    "C3 empty": der.sequence(X, Y, der.octet_string(b""), C),
    "x of 33 bytes": der.sequence(der.integer(c1[0] + 2**256), Y, H, C),
    "x empty": der.sequence(der.tlv(2), Y, H, C),
    "x = -1": der.sequence(der.integer(-1), Y, H, C),
    "SET for SEQUENCE": der.tlv(0x31, X, Y, H, C),
    "raw form": raw(c1, c3, c2),
    "the last byte missing": good[:-1],
    "the last 20 bytes missing": good[:-20],
    "C2 with a length beyond the end": der.sequence(X, Y, H, b"\x04\x7f" + c2),
    "C2 with a length of 2^32 - 1": der.sequence(X, Y, H, b"\x04\x84\xff\xff\xff\xff" + c2),
    "outer length of 2^64 - 1": b"\x30\x88" + b"\xff" * 8 + X + Y + H + C,
}.items():
    case(name, "Malformed", "invalid", ct)

tests = out.group("Sm2DecryptRawC1C3C2", **KEY)
both(raw)
parts = encrypted(MESSAGE)
c1, c3, c2 = parts
good = raw(*parts)
case("C1, C2, C3", "Order", "invalid", sec1(c1) + c2 + c3)
case("DER", "Malformed", "invalid", cipher(*parts))
case("no 04 in front", "PointForm", "acceptable", good[1:], MESSAGE)
case("C1 compressed", "PointForm", "acceptable", compressed(c1) + c3 + c2, MESSAGE)
case("C1 hybrid", "PointForm", "acceptable", bytes([6 + c1[1] % 2]) + good[1:], MESSAGE)
case("C1 hybrid with the wrong parity", "PointForm", "invalid", bytes([7 - c1[1] % 2]) + good[1:])
case("00 in front", "PointForm", "invalid", b"\0" + good[1:])
case("05 in front", "PointForm", "invalid", b"\x05" + good[1:])
case("C1 is infinity as 00", "Infinity", "invalid", b"\0" + c3 + c2)
case("C1 is 65 zeros", "Infinity", "invalid", bytes(65) + c3 + c2)
case("x = p, y = p", "CoordinateTooLarge", "invalid", b"\x04" + octets(P) * 2 + c3 + c2)
case("all ff", "CoordinateTooLarge", "invalid", b"\x04" + b"\xff" * 96 + c2)
narrow = encrypted(MESSAGE, FIRST["x of 31 bytes"])
case("x of 31 bytes, not filled up", "Length", "invalid", b"\x04" + octets(narrow[0][0])[1:] + octets(narrow[0][1]) + narrow[1] + narrow[2])
for size in [0, 1, 32, 64, 65, 66, 96]:
    case(f"the first {size} bytes", "Length", "invalid", good[:size])
case("a zero byte in front", "Length", "invalid", b"\0" + good)

out.write()
