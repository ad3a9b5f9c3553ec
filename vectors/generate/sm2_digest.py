#!/usr/bin/env python3
"""SM2 over a digest that is given: sm2_digest.json. Here every number of the scheme can be chosen:
pick s and t, then r = t - s, and e = r - x of s*G + t*P."""

import der
from sm2_reference import *
from vector_file import Stream, VectorFile

rng = Stream("yinxin sm2 digest")
out = VectorFile("sm2_digest", "SM2", [
    "SM2 over a given digest e: verification, and signing with a given nonce k.",
    "invalid in Sm2SignDigestWithK: with this k no signature may come out.",
])


def group(public):
    point = sec1(public)
    return out.group("Sm2VerifyDigest", publicKey={"uncompressed": point.hex()}, publicKeyDer=der.spki(point))


def case(comment, flag, result, e, pair):
    e = e if isinstance(e, bytes) else octets(e)
    out.add(tests, comment, flag, result, e=e, sig=der.signature(*pair))


def solved(s, t):
    """(e, (r, s)) that holds for these s and t."""
    point = add(multiply(s % N, G), multiply(t % N, PUBLIC))
    r = (t - s) % N
    assert r and s % N and point
    return (r - point[0]) % N, (r, s % N)


D = rng.below(N - 1)
PUBLIC = multiply(D, G)
tests = group(PUBLIC)

e = rng.below(N)
good = sign_digest(D, e, rng.below(N))
case("a digest", "Normal", "valid", e, good)
case("another digest", "WrongDigest", "invalid", e ^ 1, good)
for size in [0, 31, 33]:
    case(f"a digest of {size} bytes", "DigestLength", "invalid", (octets(e) + b"\0")[:size], good)

for name, e in {
    "0": 0, "1": 1, "n - 1": N - 1, "n": N, "n + 1": N + 1, "p": P, "p - 1": P - 1, "2^256 - 1": 2**256 - 1,
    "2^256 - 2": 2**256 - 2, "2^255": 2**255,
}.items():
    case(f"e = {name}", "EdgeDigest", "valid", e, sign_digest(D, e, rng.below(N)))
    case(f"e = {name}, e off by one", "WrongDigest", "invalid", (e + 1) % 2**256, sign_digest(D, e, rng.below(N)))
pair = sign_digest(D, 5, rng.below(N))
case("e = 5 + n for a signature over 5", "EdgeDigest", "valid", N + 5, pair)

middle = rng.below(N)
for name, s, t in [
    ("s = 1", 1, middle), ("s = 2", 2, middle), ("s = n - 1", N - 1, middle), ("s = n - 2", N - 2, middle),
    ("t = 1", middle, 1), ("t = 2", middle, 2), ("t = n - 1", middle, N - 1), ("t = n - 2", middle, N - 2),
    ("s = 1, t = 2: r = 1", 1, 2), ("s = n - 1, t = 1: r = 2", N - 1, 1), ("s = 1, t = n - 1", 1, N - 1),
    ("r = n - 1", middle, middle - 1), ("r = 1", middle, middle + 1), ("s = 2^255", 2**255, middle),
    ("s = (n + 1) / 2", (N + 1) // 2, middle), ("s = (n - 1) / 2", (N - 1) // 2, middle),
    ("t = (n + 1) / 2", middle, (N + 1) // 2), ("s with a long run of ones", 2**200 - 1, middle),
    ("s with one bit in the middle", 2**128, middle), ("t with a long run of ones", middle, 2**255 - 2**60),
    ("r = s", middle, 2 * middle), ("t = 2^128", middle, 2**128), ("s = 16, t = 32", 16, 32),
    ("s of alternating bits", int("5" * 63, 16), middle), ("s = 2^252 - 1, t = 2^252", 2**252 - 1, 2**252),
]:
    e, pair = solved(s, t)
    case(name, "EdgeScalar", "valid", e, pair)
for window in range(3, 9):
    s = sum((2**window - 1) << i for i in range(0, 250, window + 1))
    e, pair = solved(s, N - s + 7)
    case(f"s with every digit of {window} bits full", "EdgeScalar", "valid", e, pair)

# The two products meet: addition must double, or give infinity.
for name, t in {"random": rng.below(N), "t = 1": 1, "t = n - 1": N - 1}.items():
    s = t * D % N
    e, pair = solved(s, t)
    case(f"s*G = t*P, {name}", "Doubling", "valid", e, pair)
for j in [1, 2, 3, 5]:
    t = rng.below(N)
    s = (j * pow(2, 128, N) - t * D) % N
    e, pair = solved(s, t)
    case(f"s*G + t*P = {j} * 2^128 * G", "SmallSum", "valid", e, pair)
for j in [1, 2, N - 1, N - 2]:
    t = rng.below(N)
    e, pair = solved((j - t * D) % N, t)
    case(f"s*G + t*P = {j if j < 9 else 'n - ' + str(N - j)} times G", "SmallSum", "valid", e, pair)
for name, e in {"random e": rng.below(N), "e = 1": 1, "e = n - 1": N - 1}.items():
    s = -e * D * pow(1 + D, -1, N) % N
    case(f"s*G + t*P is the point at infinity, r = e, {name}", "Infinity", "invalid", e, (e, s))
t = rng.below(N)
s = -t * D % N
r = (t - s) % N
case("s*G + t*P is the point at infinity, e = r - x of G", "Infinity", "invalid", (r - G[0]) % N, (r, s))

# t = 0: the key drops out, and anybody can make r = e + x of s*G.
for name, s in {"random": rng.below(N), "s = 1": 1, "s = n - 1": N - 1}.items():
    r = N - s
    case(f"r + s = n, {name}: e = r - x of s*G", "SumIsZero", "invalid", (r - multiply(s, G)[0]) % N, (r, s))
s = rng.below(N)
case("r = 0: e = -x of s*G + s*P", "OutOfRange", "invalid",
     -add(multiply(s, G), multiply(s, PUBLIC))[0] % N, (0, s))
case("r = n: the same", "OutOfRange", "invalid", -add(multiply(s, G), multiply(s, PUBLIC))[0] % N, (N, s))
t = rng.below(N)
case("s = 0: e = r - x of r*P", "OutOfRange", "invalid", (t - multiply(t, PUBLIC)[0]) % N, (t, 0))
case("s = n: the same", "OutOfRange", "invalid", (t - multiply(t, PUBLIC)[0]) % N, (t, N))
e, (r, s) = solved(rng.below(N), rng.below(N))
case("r + n", "OutOfRange", "invalid", e, (r + N, s))
case("s + n", "OutOfRange", "invalid", e, (r, s + N))
case("r - n", "OutOfRange", "invalid", e, (r - N, s))
case("n - r, n - s", "WrongValue", "invalid", e, (N - r, N - s))

# The x of the sum is at an edge: choose the point R, then P = (R - s*G) / t.
points = {"x = 0": lift(0), "x = 0, odd y": lift(0, 1)}
for name, start, step in [("the smallest x but 0", 1, 1), ("the first x from n on", N, 1), ("the first x below n", N - 1, -1),
                          ("the largest x below p", P - 1, -1), ("the first x from 2^255 on", 2**255, 1)]:
    x = start
    while lift(x) is None:
        x += step
    points[name] = lift(x)
    points[name + ", odd y"] = lift(x, 1)
for name, point in points.items():
    if point is None:
        continue
    s, t = rng.below(N), rng.below(N)
    PUBLIC = multiply(pow(t, -1, N), add(point, negate(multiply(s, G))))
    tests = group(PUBLIC)
    r = (t - s) % N
    case(f"x of s*G + t*P: {name}", "EdgeSum", "valid", (r - point[0]) % N, (r, s))
    if point[0] >= N:
        case(f"x of s*G + t*P: {name}; r is x + e - n short of n", "EdgeSum", "invalid", (r - point[0] + N + 1) % N, (r, s))

# Signing with a given nonce.
D = rng.below(N - 1)
tests = out.group("Sm2SignDigestWithK", privateKey=octets(D))


def nonce(comment, flag, e, k, d=None):
    pair = sign_digest(D if d is None else d, e, k) if 0 < k < N else None
    sig = octets(pair[0]) + octets(pair[1]) if pair else b""
    extra = {} if d is None else {"privateKey": octets(d)}
    out.add(tests, comment, flag, "valid" if pair else "invalid", **extra, e=octets(e), k=octets(k), sig=sig)


E = rng.below(N)
for name, k in {"1": 1, "2": 2, "n - 1": N - 1, "n - 2": N - 2, "(n - 1) / 2": (N - 1) // 2, "2^255": 2**255,
                "2^128": 2**128, "2^32 - 1": 2**32 - 1, "random": rng.below(N), "of alternating bits": int("a" * 63, 16)}.items():
    nonce(f"k = {name}", "EdgeNonce", E, k)
for name, k in {"0": 0, "n": N, "n + 1": N + 1, "p": P, "2^256 - 1": 2**256 - 1}.items():
    nonce(f"k = {name}", "NonceOutOfRange", E, k)
for name, e in {"0": 0, "1": 1, "n - 1": N - 1, "n": N, "p": P, "2^256 - 1": 2**256 - 1}.items():
    nonce(f"e = {name}", "EdgeDigest", e, rng.below(N))
for name, k in {"random": rng.below(N), "1": 1}.items():
    x = multiply(k, G)[0]
    nonce(f"r = 0, k = {name}", "MustRetry", -x % N, k)
    nonce(f"r + k = n, k = {name}", "MustRetry", (-k - x) % N, k)
    nonce(f"s = 0, k = {name}", "MustRetry", (k * pow(D, -1, N) - x) % N, k)
    nonce(f"r = 1, k = {name}", "EdgeValue", (1 - x) % N, k)
    nonce(f"r = n - 1, k = {name}", "EdgeValue", (N - 1 - x) % N, k)
    # s = 1: k - r d = 1 + d
    nonce(f"s = 1, k = {name}", "EdgeValue", ((k - 1 - D) * pow(D, -1, N) - x) % N, k)
for name, d in {"1": 1, "2": 2, "n - 2": N - 2, "n - 3": N - 3}.items():
    nonce(f"d = {name}", "EdgeKey", E, rng.below(N), d)
for size in [0, 31, 33]:
    out.add(tests, f"k of {size} bytes", "NonceLength", "invalid", e=octets(E),
            k=(octets(7) + b"\0")[:size] if size < 32 else b"\0" + octets(7), sig=b"")

out.write()
