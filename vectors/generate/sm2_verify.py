#!/usr/bin/env python3
"""SM2 signatures over messages: sm2_verify.json (DER and raw)."""

import der
from sm2_reference import *
from vector_file import Stream, VectorFile

rng = Stream("yinxin sm2 verify")
out = VectorFile("sm2_verify", "SM2", [
    "SM2 signatures over messages: DER SEQUENCE { r, s }, then 64 bytes r, s.",
    "e = SM3(Z || msg), Z from the user id and the public key.",
])


def new_key():
    d = rng.below(N - 1)
    return d, multiply(d, G)


def sign(d, public, user_id, message, entl=None, want=lambda r, s: True):
    while True:
        pair = sign_digest(d, digest(public, user_id, message, entl), rng.below(N))
        if pair and want(*pair):
            return pair


def group(kind, public):
    point = sec1(public)
    return out.group(
        kind,
        publicKey={
            "type": "EcPublicKey",
            "curve": "sm2p256v1",
            "keySize": 256,
            "uncompressed": point.hex(),
            "wx": point[1:33].hex(),
            "wy": point[33:].hex(),
        },
        publicKeyDer=der.spki(point),
        publicKeyPem=der.pem("PUBLIC KEY", der.spki(point)),
        hash="SM3",
    )


MESSAGE = "请付壹万贰仟叁佰肆拾伍元陆角柒分".encode()
D, PUBLIC = new_key()

# Normal signatures, and the lengths of message and id around what is special about them.
tests = group("Sm2Verify", PUBLIC)


def case(comment, flag, result, sig, message=MESSAGE, user_id=DEFAULT_ID):
    out.add(tests, comment, flag, result, id=user_id, msg=message, sig=sig)


def signed(**how):
    message, user_id = how.pop("message", MESSAGE), how.pop("user_id", DEFAULT_ID)
    return der.signature(*sign(D, PUBLIC, user_id, message, **how))


case("a message", "Normal", "valid", signed())
for size in [0, 1, 22, 23, 24, 55, 56, 63, 64, 65, 119, 120, 200]:
    message = rng.octets(size)
    case(f"message of {size} bytes", "MessageLength", "valid", signed(message=message), message)
for size in [0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 8190, 8191]:
    user_id = (b"0123456789abcdef" * 512)[:size]
    case(f"id of {size} bytes", "IdLength", "valid", signed(user_id=user_id), user_id=user_id)
long_id = b"0123456789abcdef" * 512
case("id of 8192 bytes, its length wrapped to 0", "IdTooLong", "invalid",
     signed(user_id=long_id, entl=0), user_id=long_id)
case("id of 8192 bytes, signed as an empty id", "IdTooLong", "invalid",
     signed(user_id=b"", entl=0), user_id=long_id)
case("id of 8192 bytes, its length held at 65535 bits", "IdTooLong", "invalid",
     signed(user_id=long_id, entl=65535), user_id=long_id)
case("length of the id counted in bytes", "IdLengthUnit", "invalid", signed(entl=16))
case("signed under the empty id", "WrongId", "invalid", signed(user_id=b""))
case("signed under the default id, checked under none", "WrongId", "invalid", signed(), user_id=b"")
case("signed under another id of the same length", "WrongId", "invalid", signed(user_id=b"1234567812345679"))
case("id with a zero byte at the end", "WrongId", "invalid", signed(), user_id=DEFAULT_ID + b"\0")
case("id with a zero byte in it", "IdContent", "valid", signed(user_id=b"a\0b"), user_id=b"a\0b")
case("the same id cut at the zero byte", "WrongId", "invalid", signed(user_id=b"a\0b"), user_id=b"a")
gbk, utf8 = "财政".encode("gbk"), "财政".encode()
case("id in UTF-8", "IdContent", "valid", signed(user_id=utf8), user_id=utf8)
case("id in GBK, checked in UTF-8", "WrongId", "invalid", signed(user_id=gbk), user_id=utf8)
case("id as hexadecimal text", "WrongId", "invalid", signed(user_id=DEFAULT_ID.hex().encode()))

# Signatures over something else.
r, s = sign(D, PUBLIC, DEFAULT_ID, MESSAGE)
good = der.signature(r, s)
case("the signature that the following cases bend", "Normal", "valid", good)
case("one bit of the message changed", "WrongMessage", "invalid", good, bytes([MESSAGE[0] ^ 1]) + MESSAGE[1:])
case("the message with a byte more", "WrongMessage", "invalid", good, MESSAGE + b"\0")
case("the empty message", "WrongMessage", "invalid", good, b"")
case("over the message without Z", "WithoutZ", "invalid",
     der.signature(*sign_digest(D, sm3(MESSAGE), rng.below(N))))
case("over the message itself as e", "WithoutZ", "invalid",
     der.signature(*sign_digest(D, MESSAGE[:32], rng.below(N))))
case("over SM3 of the digest", "WrongMessage", "invalid",
     der.signature(*sign_digest(D, sm3(digest(PUBLIC, DEFAULT_ID, MESSAGE)), rng.below(N))))
other = new_key()
case("by another key", "WrongKey", "invalid", der.signature(*sign(*other, DEFAULT_ID, MESSAGE)))
e_other = digest(other[1], DEFAULT_ID, MESSAGE)
case("with the Z of another key", "WrongKey", "invalid", der.signature(*sign_digest(D, e_other, rng.below(N))))
k = rng.below(N)
e = int.from_bytes(digest(PUBLIC, DEFAULT_ID, MESSAGE), "big")
ecdsa_r = multiply(k, G)[0] % N
case("an ECDSA signature over the same digest", "Ecdsa", "invalid",
     der.signature(ecdsa_r, pow(k, -1, N) * (e + ecdsa_r * D) % N))

# Values out of range, and twins that other schemes would accept.
for name, pair in {
    "r = 0": (0, s),
    "s = 0": (r, 0),
    "r = s = 0": (0, 0),
    "r = n": (N, s),
    "s = n": (r, N),
    "r = n + 1": (N + 1, s),
    "s = n + 1": (r, N + 1),
    "r + n": (r + N, s),
    "s + n": (r, s + N),
    "r + n and s + n": (r + N, s + N),
    "r - n": (r - N, s),
    "s - n": (r, s - N),
    "-r": (-r, s),
    "-s": (r, -s),
    "r = p": (P, s),
    "s = p": (r, P),
    "r = 2^256 - 1": (2**256 - 1, s),
    "s = 2^256 - 1": (r, 2**256 - 1),
    "r + 2^256": (r + 2**256, s),
    "s + 2^256": (r, s + 2**256),
    "r - 2^256": (r - 2**256, s),
    "s - 2^256": (r, s - 2**256),
    "r = 2^512": (2**512, s),
    "s = n and r = n": (N, N),
    "r = 1, s = n": (1, N),
    "r = n, s = 1": (N, 1),
    "r = 0, s = n": (0, N),
}.items():
    case(name, "OutOfRange", "invalid", der.signature(*pair))
for name, pair in {
    "r and s swapped": (s, r),
    "n - s": (r, N - s),
    "n - r": (N - r, s),
    "n - r and n - s": (N - r, N - s),
    "r = s = 1": (1, 1),
    "r = s = n - 1": (N - 1, N - 1),
    "r = 1": (1, s),
    "s = 1": (r, 1),
    "r = n - 1": (N - 1, s),
    "s = n - 1": (r, N - 1),
    "s = r": (r, r),
    "r = e": (e % N, s),
    "s + 1": (r, s + 1),
    "r + 1": (r + 1, s),
}.items():
    case(name, "WrongValue", "invalid", der.signature(*pair))
for name, pair in {"s = n - r": (r, N - r), "r = n - s": (N - s, s), "r = 1, s = n - 1": (1, N - 1),
                   "r = e, s = n - e": (e % N, N - e % N)}.items():
    case(f"r + s = n: {name}", "SumIsZero", "invalid", der.signature(*pair))

# What the holder of the key can make so that s*G + t*P is the point at infinity: a verifier that
# takes its x for 0 finds r = e and accepts, another refuses; the signer may then deny it.
infinity = (e % N, -(e % N) * D * pow(1 + D, -1, N) % N)
assert (infinity[1] + sum(infinity) * D) % N == 0
case("s*G + t*P is the point at infinity, r = e", "Infinity", "invalid", der.signature(*infinity))
r2 = (e + 1) % N
case("s*G + t*P is the point at infinity, r = e + 1", "Infinity", "invalid",
     der.signature(r2, -r2 * D * pow(1 + D, -1, N) % N))

# Encodings of the same two numbers that are not DER.
R, S = der.integer(r), der.integer(s)
body = R + S


def raw_integer(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


high = sign(D, PUBLIC, DEFAULT_ID, MESSAGE, want=lambda r, s: r >> 255 and s >> 255)
low = sign(D, PUBLIC, DEFAULT_ID, MESSAGE, want=lambda r, s: not r >> 255 and not s >> 255)
case("r and s with their top bits set", "Normal", "valid", der.signature(*high))
case("r and s with their top bits clear", "Normal", "valid", der.signature(*low))
case("r of 31 bytes", "ShortInteger", "valid", signed(want=lambda r, s: r >> 248 == 0))
case("s of 31 bytes", "ShortInteger", "valid", signed(want=lambda r, s: s >> 248 == 0))
short = sign(D, PUBLIC, DEFAULT_ID, MESSAGE, want=lambda r, s: r >> 247 == 0)
for name, sig in {
    "outer length in two bytes": der.tlv_long(0x30, body),
    "outer length in three bytes": der.tlv_long(0x30, body, 2),
    "outer length in nine bytes": der.tlv_long(0x30, body, 8),
    "outer length indefinite": der.tlv_indefinite(0x30, body),
    "length of r in two bytes": der.sequence(der.tlv_long(2, R[2:]), S),
    "length of s in two bytes": der.sequence(R, der.tlv_long(2, S[2:])),
    "r with one more zero in front": der.sequence(der.tlv(2, b"\0" + R[2:]), S),
    "s with one more zero in front": der.sequence(R, der.tlv(2, b"\0" + S[2:])),
    "r of 31 bytes written in 32": der.sequence(der.tlv(2, octets(short[0])), der.integer(short[1])),
    "r and s in constructed form": der.sequence(der.tlv(0x22, R), der.tlv(0x22, S)),
    "a byte behind": good + b"\0",
    "the end-of-contents behind": good + b"\0\0",
    "the signature twice": good + good,
    "a byte inside, behind s": der.sequence(body, b"\0"),
    "a NULL inside, behind s": der.sequence(body, der.NULL),
    "a NULL inside, before r": der.sequence(der.NULL, body),
    "a third integer": der.sequence(body, der.integer(1)),
    "outer length one too large": b"\x30" + bytes([len(body) + 1]) + body,
    "outer length one too small": b"\x30" + bytes([len(body) - 1]) + body,
}.items():
    case(name, "NotDer", "invalid", sig)
for name, sig in {
    "r negative for lack of a zero": der.sequence(der.tlv(2, raw_integer(high[0])), der.integer(high[1])),
    "s negative for lack of a zero": der.sequence(der.integer(high[0]), der.tlv(2, raw_integer(high[1]))),
    "both negative for lack of a zero": der.sequence(der.tlv(2, raw_integer(high[0])), der.tlv(2, raw_integer(high[1]))),
}.items():
    case(name, "Negative", "invalid", sig)
for name, sig in {
    "nothing": b"",
    "a tag and no more": b"\x30",
    "an empty SEQUENCE": der.sequence(),
    "only r": der.sequence(R),
    "only s, twice": der.sequence(S, S),
    "r empty": der.sequence(der.tlv(2), S),
    "s empty": der.sequence(R, der.tlv(2)),
    "r and s empty": der.sequence(der.tlv(2), der.tlv(2)),
    "SET for SEQUENCE": der.tlv(0x31, body),
    "primitive SEQUENCE": der.tlv(0x10, body),
    "context tag for SEQUENCE": der.tlv(0xA0, body),
    "OCTET STRING for r": der.sequence(der.tlv(4, R[2:]), S),
    "OCTET STRING for s": der.sequence(R, der.tlv(4, S[2:])),
    "ENUMERATED for r": der.sequence(der.tlv(10, R[2:]), S),
    "BIT STRING around": der.bit_string(good),
    "OCTET STRING around": der.octet_string(good),
    "SEQUENCE around": der.sequence(good),
    "64 bytes r, s": octets(r) + octets(s),
    "hexadecimal text": good.hex().encode(),
    "the last byte missing": good[:-1],
    "the last byte missing, length mended": der.sequence(body[:-1]),
    "r with a length beyond the end": der.sequence(b"\x02\x7f" + R[2:], S),
    "s with a length beyond the end": der.sequence(R, b"\x02\x7f" + S[2:]),
    "outer length of 2^32 - 1": b"\x30\x84\xff\xff\xff\xff" + body,
    "outer length of 2^64 - 1": b"\x30\x88" + b"\xff" * 8 + body,
    "r with a length of 2^64 - 1": der.sequence(b"\x02\x88" + b"\xff" * 8 + R[2:], S),
    "length byte ff": b"\x30\xff" + body,
    "a high tag number": b"\x3f\x10" + good[1:],
    "r a NULL": der.sequence(der.NULL, S),
    "r a BOOLEAN": der.sequence(der.tlv(1, b"\xff"), S),
}.items():
    case(name, "Malformed", "invalid", sig)

# Keys at the edge.
for name, d in {"d = 1": 1, "d = 2": 2, "d = n - 2": N - 2, "d of 31 bytes": 2**247 + 1}.items():
    D, PUBLIC = d, multiply(d, G)
    tests = group("Sm2Verify", PUBLIC)
    case(f"private key {name}", "EdgeKey", "valid", signed())
    case(f"private key {name}, one bit of the message changed", "WrongMessage", "invalid", signed(), MESSAGE[:-1])
while True:
    D, PUBLIC = new_key()
    if PUBLIC[0] >> 248 == 0:
        break
tests = group("Sm2Verify", PUBLIC)
case("x of the key has a zero byte in front", "EdgeKey", "valid", signed())
unpadded = PUBLIC[0].to_bytes(31, "big")
z = sm3((128).to_bytes(2, "big") + DEFAULT_ID + b"".join(map(octets, (A, B, *G))) + unpadded + octets(PUBLIC[1]))
case("signed over a Z made without that zero byte", "ShortCoordinate", "invalid",
     der.signature(*sign_digest(D, sm3(z + MESSAGE), rng.below(N))))

# The fixed-width form.
D, PUBLIC = new_key()
tests = group("Sm2VerifyRaw", PUBLIC)
r, s = sign(D, PUBLIC, DEFAULT_ID, MESSAGE)
raw = octets(r) + octets(s)
case("r, s", "Normal", "valid", raw)
for name, want in {"r of 31 bytes": lambda r, s: r >> 248 == 0, "s of 31 bytes": lambda r, s: s >> 248 == 0}.items():
    pair = sign(D, PUBLIC, DEFAULT_ID, MESSAGE, want=want)
    case(f"{name}, filled up", "ShortInteger", "valid", octets(pair[0]) + octets(pair[1]))
    case(f"{name}, not filled up", "Length", "invalid", b"".join(map(raw_integer, pair)))
for name, sig in {
    "nothing": b"",
    "63 bytes": raw[:-1],
    "65 bytes, zero behind": raw + b"\0",
    "65 bytes, zero in front": b"\0" + raw,
    "65 bytes, 04 in front": b"\x04" + raw,
    "66 bytes, each number in 33": b"\0" + raw[:32] + b"\0" + raw[32:],
    "128 bytes, hexadecimal text": raw.hex().encode(),
    "the signature twice": raw + raw,
    "DER": der.signature(r, s),
}.items():
    case(name, "Length", "invalid", sig)
for name, pair in {
    "r = 0": (0, s), "s = 0": (r, 0), "r = s = 0": (0, 0), "r = n": (N, s), "s = n": (r, N),
    "r = n and s = n": (N, N), "r = 1, s = n": (1, N), "r = 2^256 - 1": (2**256 - 1, s),
    "s = 2^256 - 1": (r, 2**256 - 1), "r = p": (P, s),
}.items():
    case(name, "OutOfRange", "invalid", octets(pair[0]) + octets(pair[1]))
for name, pair in {"r and s swapped": (s, r), "n - r, n - s": (N - r, N - s), "s = n - r": (r, N - r)}.items():
    case(name, "WrongValue", "invalid", octets(pair[0]) + octets(pair[1]))
le = raw[:32][::-1] + raw[32:][::-1]
case("little endian", "WrongValue", "invalid", le)
case("one bit of s changed", "WrongValue", "invalid", raw[:-1] + bytes([raw[-1] ^ 1]))
case("one bit of r changed", "WrongValue", "invalid", bytes([raw[0] ^ 1]) + raw[1:])
case("one bit of the message changed", "WrongMessage", "invalid", raw, MESSAGE + b"\x01")

out.write()
