"""RSA (PKCS#1 v1.5, PSS) and ECDSA on P-256, with SHA-256, from plain arithmetic: keys that sign
certificates and lists beside those of SM2 (pki_reference)."""

import hashlib

import der
from der import bit_string, integer, oid, sequence, tlv

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA = "1.2.840.113549.1.1."
DIGEST_INFO = sequence(sequence(oid(SHA256), der.NULL), tlv(4, b"\0" * 32))[:-32]


def sha256(data):
    return hashlib.sha256(data).digest()


def identifier(spki_bits):
    """What names a key in certificates."""
    return sha256(spki_bits)[:20]


# P-256, y^2 = x^3 - 3x + b.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(number, point):
    out = None
    for bit in bin(number)[2:]:
        out = add(out, out)
        if bit == "1":
            out = add(out, point)
    return out


class EcdsaKey:
    algorithm = sequence(oid("1.2.840.10045.4.3.2"))

    def __init__(self, rng):
        self.rng = rng
        self.d = rng.below(N)
        x, y = multiply(self.d, G)
        bits = b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
        self.bits = bits
        self.spki = der.spki(bits, parameters=oid(der.P256_CURVE))
        self.identifier = identifier(bits)

    def sign(self, message):
        e, k = int.from_bytes(sha256(message), "big"), self.rng.below(N)
        r = multiply(k, G)[0] % N
        return der.signature(r, pow(k, -1, N) * (e + r * self.d) % N)

    def pkcs8(self):
        return der.pkcs8(der.ec_private_key(self.d.to_bytes(32, "big"), self.bits), parameters=oid(der.P256_CURVE))


SMALL = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97]


def is_prime(number, rng):
    if any(number % small == 0 for small in SMALL):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(12):
        x = pow(rng.below(number - 2) + 1, odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def prime(bits, rng):
    """With its two highest bits set, and p - 1 without the factor 65537."""
    while True:
        number = int.from_bytes(rng.octets(bits // 8), "big") | 3 << bits - 2 | 1
        if number % 65537 != 1 and is_prime(number, rng):
            return number


class RsaKey:
    algorithm = sequence(oid(RSA + "11"), der.NULL)

    def __init__(self, rng, bits=2048):
        self.rng, self.size = rng, bits // 8
        p, q = prime(bits // 2, rng), prime(bits // 2, rng)
        self.n, self.d, self.primes = p * q, pow(65537, -1, (p - 1) * (q - 1)), (p, q)
        bits = sequence(integer(self.n), integer(65537))
        self.spki = sequence(sequence(oid(RSA + "1"), der.NULL), bit_string(bits))
        self.identifier = identifier(bits)

    def pkcs8(self):
        p, q = self.primes
        numbers = (0, self.n, 65537, self.d, p, q, self.d % (p - 1), self.d % (q - 1), pow(q, -1, p))
        return der.pkcs8(sequence(*map(integer, numbers)), RSA + "1", der.NULL)

    def power(self, block):
        return pow(int.from_bytes(block, "big"), self.d, self.n).to_bytes(self.size, "big")

    def sign(self, message):
        info = DIGEST_INFO + sha256(message)
        return self.power(b"\0\1" + b"\xff" * (self.size - len(info) - 3) + b"\0" + info)


class PssKey(RsaKey):
    """The same with RSASSA-PSS: SHA-256 in all places, a salt of 32 bytes."""

    hash = sequence(oid(SHA256), der.NULL)
    algorithm = sequence(oid(RSA + "10"), sequence(
        tlv(0xA0, hash), tlv(0xA1, sequence(oid(RSA + "8"), hash)), tlv(0xA2, integer(32))))

    def sign(self, message):
        salt = self.rng.octets(32)
        digest = sha256(b"\0" * 8 + sha256(message) + salt)
        size = self.size - 33
        plain = (b"\1" + salt).rjust(size, b"\0")
        mask = b"".join(sha256(digest + number.to_bytes(4, "big")) for number in range(size // 32 + 1))
        masked = bytearray(a ^ b for a, b in zip(plain, mask))
        masked[0] &= 0x7F
        return self.power(bytes(masked) + digest + b"\xbc")
