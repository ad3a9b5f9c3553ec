#!/usr/bin/env python3
"""SM2 keys as they come in: sm2_keys.json."""

import der
from der import EC_PUBLIC_KEY, P256_CURVE, SM2_CURVE, ec_private_key, oid, pkcs8, sequence, spki
from sm2_reference import *
from vector_file import Stream, VectorFile

rng = Stream("yinxin sm2 keys")
out = VectorFile("sm2_keys", "SM2", [
    "Import of SM2 public and private keys. What is accepted must be the stated point.",
    "acceptable: another spelling of the same key, which a library may or may not read.",
])

# Public keys.
tests = out.group("Sm2PublicKey")


def public(comment, flag, result, encoding, key, point=None):
    out.add(tests, comment, flag, result, encoding=encoding, key=key, point=sec1(point) if point else b"")


D = rng.below(N - 1)
Q = multiply(D, G)
X, Y = map(octets, Q)
odd, even = (Q, negate(Q)) if Q[1] % 2 else (negate(Q), Q)
zero = lift(0)
edges = {"the generator": G, "minus the generator": negate(G), "twice the generator": multiply(2, G),
         "(n - 2) times the generator": multiply(N - 2, G)}
if zero:
    edges |= {"x = 0": zero, "x = 0, the other y": negate(zero)}
start = {"the smallest x but 0": (1, 1), "the largest x": (P - 1, -1), "the first x from n on": (N, 1)}
for name, (x, step) in start.items():
    while lift(x) is None:
        x += step
    edges[name] = lift(x)
short_x = next(q for q in iter(lambda: multiply(rng.below(N), G), 0) if q[0] >> 248 == 0)
short_y = next(q for q in iter(lambda: multiply(rng.below(N), G), 0) if q[1] >> 248 == 0)
edges |= {"x with a zero byte in front": short_x, "y with a zero byte in front": short_y}

public("a key", "Normal", "valid", "sec1", sec1(Q), Q)
for name, point in edges.items():
    public(name, "EdgePoint", "valid", "sec1", sec1(point), point)
public("compressed, even y", "Compressed", "acceptable", "sec1", compressed(even), even)
public("compressed, odd y", "Compressed", "acceptable", "sec1", compressed(odd), odd)
for name, point in edges.items():
    public(f"compressed: {name}", "Compressed", "acceptable", "sec1", compressed(point), point)
public("hybrid", "Hybrid", "acceptable", "sec1", bytes([6 + Q[1] % 2]) + X + Y, Q)
public("hybrid with the wrong parity", "Hybrid", "invalid", "sec1", bytes([7 - Q[1] % 2]) + X + Y)

off = (Q[0], (Q[1] + 1) % P)
no_root = next(x for x in range(2, 99) if lift(x) is None)
low = next((x, lift(x)) for x in range(1, 99) if lift(x))
bad_points = {
    "y off by one": X + octets(off[1]),
    "x off by one": octets(Q[0] + 1) + Y,
    "x and y swapped": Y + X,
    "(0, 0)": bytes(64),
    "(1, 1)": octets(1) + octets(1),
    "(p, p)": octets(P) * 2,
    "(p - 1, p - 1)": octets(P - 1) * 2,
    "all ff": b"\xff" * 64,
    "x = p": octets(P) + Y,
    "y = p": X + octets(P),
    "y = 0": X + octets(0),
    "x = 0, y = 0 mod p": octets(0) + octets(P),
    "a point of y^2 = x^3 - 3x + 1": octets(0) + octets(1),
    "the generator of P-256": bytes.fromhex(
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
    "bytes reversed": (X[::-1] + Y[::-1]),
    "x + p": octets(low[0] + P) + octets(low[1][1]),
}
if zero:
    bad_points["x = 0 as p"] = octets(P) + octets(zero[1])
for name, coordinates in bad_points.items():
    public(name, "NotOnCurve" if "p" not in name.split() else "CoordinateTooLarge", "invalid", "sec1", b"\x04" + coordinates)
for name, key in {
    "infinity as 00": b"\0",
    "infinity as 65 zeros": bytes(65),
    "infinity as 33 zeros": bytes(33),
    "nothing": b"",
    "only 04": b"\x04",
    "64 bytes after 04 but one": sec1(Q)[:-1],
    "a byte behind": sec1(Q) + b"\0",
    "no 04 in front": X + Y,
    "05 in front": b"\x05" + X + Y,
    "00 in front": b"\0" + X + Y,
    "02 in front of both coordinates": b"\x02" + X + Y,
    "04 in front of x alone": b"\x04" + X,
    "compressed, a byte short": compressed(Q)[:-1],
    "compressed, a byte behind": compressed(Q) + b"\0",
    "compressed, no y for x": b"\x02" + octets(no_root),
    "compressed, x = p": b"\x02" + octets(P),
    "compressed, x + p": b"\x02" + octets(low[0] + P),
    "compressed, all ff": b"\x03" + b"\xff" * 32,
    "hexadecimal text": sec1(Q).hex().encode(),
    "x without its zero byte": b"\x04" + octets(short_x[0])[1:] + octets(short_x[1]),
}.items():
    public(name, "Malformed", "invalid", "sec1", key)

public("x, y", "Normal", "valid", "raw64", X + Y, Q)
for name, point in edges.items():
    public(f"x, y: {name}", "EdgePoint", "valid", "raw64", octets(point[0]) + octets(point[1]), point)
for name, key in {"63 bytes": (X + Y)[:-1], "with 04": sec1(Q), "nothing": b"", "x alone": X,
                  "x without its zero byte": octets(short_x[0])[1:] + octets(short_x[1]),
                  "33 bytes each": b"\0" + X + b"\0" + Y}.items():
    public(f"x, y: {name}", "Malformed", "invalid", "raw64", key)
for name, coordinates in bad_points.items():
    public(f"x, y: {name}", "NotOnCurve", "invalid", "raw64", coordinates)

good = spki(sec1(Q))
public("SPKI", "Normal", "valid", "spki", good, Q)
public("SPKI: compressed", "Compressed", "acceptable", "spki", spki(compressed(Q)), Q)
public("SPKI: the curve as the algorithm, no parameters", "Algorithm", "acceptable", "spki", spki(sec1(Q), SM2_CURVE, b""), Q)
public("SPKI: the curve as the algorithm and as parameters", "Algorithm", "acceptable", "spki",
       spki(sec1(Q), SM2_CURVE, oid(SM2_CURVE)), Q)
field = sequence(oid("1.2.840.10045.1.1"), der.integer(P))
curve = sequence(der.octet_string(octets(A)), der.octet_string(octets(B)))


def explicit(base, order=N, cofactor=1):
    return sequence(der.integer(1), field, curve, der.octet_string(sec1(base)), der.integer(order), der.integer(cofactor))


header = sequence(oid(EC_PUBLIC_KEY), oid(SM2_CURVE))
public("SPKI: the curve's own parameters written out", "ExplicitParameters", "acceptable", "spki",
       spki(sec1(Q), parameters=explicit(G)), Q)
for name, key in {
    "parameters written out, the key as generator": spki(sec1(Q), parameters=explicit(Q)),
    "parameters written out, no cofactor": spki(sec1(Q), parameters=explicit(G, cofactor=0)),
    "P-256": spki(sec1(Q), parameters=oid(P256_CURVE)),
    "secp256k1": spki(sec1(Q), parameters=oid("1.3.132.0.10")),
    "no parameters": spki(sec1(Q), parameters=b""),
    "NULL as parameters": spki(sec1(Q), parameters=der.NULL),
    "the signature algorithm as parameters": spki(sec1(Q), parameters=oid("1.2.156.10197.1.501")),
    "the signature algorithm as algorithm": spki(sec1(Q), "1.2.156.10197.1.501"),
    "RSA as algorithm": spki(sec1(Q), "1.2.840.113549.1.1.1"),
    "ECDH as algorithm": spki(sec1(Q), "1.3.132.1.12"),
    "infinity": spki(b"\0"),
    "no point": spki(b""),
    "y off by one": spki(sec1(off)),
    "x = p": spki(b"\x04" + octets(P) + Y),
    "x and y alone": spki(X + Y),
    "empty BIT STRING": sequence(header, b"\x03\x00"),
    "one unused bit": spki(sec1(Q), unused=1),
    "eight unused bits": spki(sec1(Q), unused=8),
    "point in an OCTET STRING in the BIT STRING": spki(der.octet_string(sec1(Q))),
    "OCTET STRING for BIT STRING": sequence(header, der.octet_string(sec1(Q))),
    "a byte behind": good + b"\0",
    "a NULL inside, behind": sequence(header, der.bit_string(sec1(Q)), der.NULL),
    "two points": sequence(header, der.bit_string(sec1(Q)), der.bit_string(sec1(Q))),
    "outer length in three bytes": der.tlv_long(0x30, good[2:], 2),
    "outer length indefinite": der.tlv_indefinite(0x30, good[2:]),
    "BIT STRING in constructed form": sequence(header, der.tlv(0x23, der.bit_string(sec1(Q)))),
    "OID with 80 in front": sequence(sequence(oid(EC_PUBLIC_KEY), der.tlv(6, b"\x80" + oid(SM2_CURVE)[2:])), der.bit_string(sec1(Q))),
    "OID with its last byte missing": sequence(sequence(oid(EC_PUBLIC_KEY), der.tlv(6, oid(SM2_CURVE)[2:-1])), der.bit_string(sec1(Q))),
    "empty OID": sequence(sequence(oid(EC_PUBLIC_KEY), der.tlv(6)), der.bit_string(sec1(Q))),
    "the last byte missing": good[:-1],
    "nothing": b"",
    "the bare point": sec1(Q),
    "PKCS#8 of the private key": pkcs8(ec_private_key(octets(D), sec1(Q))),
}.items():
    public(f"SPKI: {name}", "Malformed", "invalid", "spki", key)

# Private keys.
tests = out.group("Sm2PrivateKey")


def private(comment, flag, result, encoding, key, d=None):
    out.add(tests, comment, flag, result, encoding=encoding, key=key, publicPoint=sec1(multiply(d, G)) if d else b"")


private("a scalar", "Normal", "valid", "scalar", octets(D), D)
for name, d in {"1": 1, "2": 2, "3": 3, "n - 2": N - 2, "n - 3": N - 3, "(n - 1) / 2": (N - 1) // 2, "2^128": 2**128,
                "2^255": 2**255}.items():
    private(f"d = {name}", "EdgeKey", "valid", "scalar", octets(d), d)
for name, d in {"0": 0, "n - 1": N - 1, "n": N, "n + 1": N + 1, "n + 2": N + 2, "p": P, "2^256 - 1": 2**256 - 1}.items():
    private(f"d = {name}", "OutOfRange", "invalid", "scalar", octets(d))
for name, key in {"nothing": b"", "33 bytes, a byte behind": octets(D) + b"\0",
                  "64 bytes": octets(D) * 2, "hexadecimal text": octets(D).hex().encode(), "one zero byte": b"\0"}.items():
    private(name, "Length", "invalid", "scalar", key)
small = rng.below(2**240)
private("a scalar of 30 bytes, not filled up", "Length", "acceptable", "scalar", small.to_bytes(30, "big"), small)
private("33 bytes, a zero in front", "Length", "acceptable", "scalar", b"\0" + octets(D), D)

inner = ec_private_key(octets(D), sec1(Q))
wrong = sec1(multiply(D + 1, G))
good = pkcs8(inner)
private("PKCS#8 with the public key", "Normal", "valid", "pkcs8", good, D)
private("PKCS#8 without the public key", "Normal", "valid", "pkcs8", pkcs8(ec_private_key(octets(D))), D)
private("PKCS#8 with the curve inside, too", "Parameters", "valid", "pkcs8",
        pkcs8(ec_private_key(octets(D), sec1(Q), oid(SM2_CURVE))), D)
for name, d in {"1": 1, "n - 2": N - 2, "with zero bytes in front": small}.items():
    private(f"PKCS#8: d = {name}", "EdgeKey", "valid", "pkcs8", pkcs8(ec_private_key(octets(d), sec1(multiply(d, G)))), d)
attributes = der.tlv(0xA0, sequence(oid("2.5.29.15"), der.tlv(0x31, der.bit_string(b"\x80", 7))))
private("PKCS#8 with an attribute", "Attributes", "acceptable", "pkcs8", pkcs8(inner, tail=attributes), D)
private("PKCS#8 version 2 with the public key outside", "Version", "acceptable", "pkcs8",
        pkcs8(ec_private_key(octets(D)), version=1, tail=der.tlv(0x81, b"\0" + sec1(Q))), D)
private("PKCS#8: the public key compressed", "Compressed", "acceptable", "pkcs8", pkcs8(ec_private_key(octets(D), compressed(Q))), D)
private("PKCS#8: scalar of 31 bytes, its zero dropped", "Length", "acceptable", "pkcs8",
        pkcs8(ec_private_key(small.to_bytes(31, "big"))), small)
private("PKCS#8: scalar of 33 bytes, a zero in front", "Length", "acceptable", "pkcs8",
        pkcs8(ec_private_key(b"\0" + octets(D))), D)
for name, d in {"0": 0, "n - 1": N - 1, "n": N, "n + 1": N + 1, "2^256 - 1": 2**256 - 1}.items():
    private(f"PKCS#8: d = {name}", "OutOfRange", "invalid", "pkcs8", pkcs8(ec_private_key(octets(d))))
for name, key in {
    "another public key": pkcs8(ec_private_key(octets(D), wrong)),
    "the public key negated": pkcs8(ec_private_key(octets(D), sec1(negate(Q)))),
    "a public key off the curve": pkcs8(ec_private_key(octets(D), sec1(off))),
    "infinity as public key": pkcs8(ec_private_key(octets(D), b"\0")),
    "another public key outside": pkcs8(ec_private_key(octets(D)), version=1, tail=der.tlv(0x81, b"\0" + wrong)),
}.items():
    private(f"PKCS#8: {name}", "WrongPublicKey", "invalid", "pkcs8", key)
for name, key in {
    "P-256": pkcs8(inner, parameters=oid(P256_CURVE)),
    "P-256 inside, SM2 outside": pkcs8(ec_private_key(octets(D), sec1(Q), oid(P256_CURVE))),
    "NULL as parameters": pkcs8(inner, parameters=der.NULL),
    "no parameters": pkcs8(inner, parameters=b""),
    "parameters written out, the key as generator": pkcs8(inner, parameters=explicit(Q)),
    "RSA as algorithm": pkcs8(inner, "1.2.840.113549.1.1.1"),
    "the bare scalar inside": pkcs8(octets(D)),
    "the bare scalar in an OCTET STRING": pkcs8(der.octet_string(octets(D))),
    "inner version 0": pkcs8(ec_private_key(octets(D), sec1(Q), version=0)),
    "inner version 2": pkcs8(ec_private_key(octets(D), sec1(Q), version=2)),
    "outer version 2": pkcs8(inner, version=2),
    "outer version -1": pkcs8(inner, version=-1),
    "an empty scalar": pkcs8(ec_private_key(b"")),
    "a scalar of 64 bytes": pkcs8(ec_private_key(octets(D) * 2)),
    "a byte behind": good + b"\0",
    "a byte behind the inner key": pkcs8(inner + b"\0"),
    "outer length in three bytes": der.tlv_long(0x30, good[3:], 2),
    "outer length indefinite": der.tlv_indefinite(0x30, good[3:]),
    "the last byte missing": good[:-1],
    "nothing": b"",
    "an encrypted key without its contents": sequence(sequence(oid("1.2.840.113549.1.5.13"), sequence()), der.octet_string(b"")),
    "the public key": spki(sec1(Q)),
}.items():
    private(f"PKCS#8: {name}", "Malformed", "invalid", "pkcs8", key)

private("SEC 1", "Normal", "acceptable", "sec1", ec_private_key(octets(D), sec1(Q), oid(SM2_CURVE)), D)
private("SEC 1: another public key", "WrongPublicKey", "invalid", "sec1", ec_private_key(octets(D), wrong, oid(SM2_CURVE)))
private("SEC 1: P-256", "Malformed", "invalid", "sec1", ec_private_key(octets(D), sec1(Q), oid(P256_CURVE)))

out.write()
