"""SM2 with plain big integers: what the vectors are made with. Not for any other use: no secret
is protected and nothing is checked that a vector may want to break."""

from sm3_reference import kdf, sm3

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
INFINITY = None
DEFAULT_ID = b"1234567812345678"


def add(p, q):
    """The sum of two points; the curve's b is not used, so it also adds on other curves."""
    if p is INFINITY:
        return q
    if q is INFINITY:
        return p
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return INFINITY
        slope = (3 * p[0] * p[0] + A) * pow(2 * p[1], -1, P) % P
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P) % P
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def negate(p):
    return INFINITY if p is INFINITY else (p[0], -p[1] % P)


def multiply(k, p):
    result = INFINITY
    for bit in bin(k)[2:] if k else "":
        result = add(result, result)
        if bit == "1":
            result = add(result, p)
    return result


def on_curve(p):
    return (p[1] * p[1] - (p[0] ** 3 + A * p[0] + B)) % P == 0


def lift(x, odd=0):
    """The point with this x and parity of y, or None."""
    square = (pow(x, 3, P) + A * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:
        return None
    return (x, y if y % 2 == odd else P - y)


def octets(x):
    return x.to_bytes(32, "big")


def sec1(p):
    return b"\x04" + octets(p[0]) + octets(p[1])


def compressed(p):
    return bytes([2 + p[1] % 2]) + octets(p[0])


def z_value(public, user_id, entl=None):
    if entl is None:
        entl = 8 * len(user_id)
    parts = [octets(x) for x in (A, B, *G, *public)]
    return sm3(entl.to_bytes(2, "big") + user_id + b"".join(parts))


def digest(public, user_id, message, entl=None):
    return sm3(z_value(public, user_id, entl) + message)


def sign_digest(d, e, k):
    """(r, s), or None where the standard wants another k."""
    e = int.from_bytes(e, "big") if isinstance(e, bytes) else e
    r = (e + multiply(k, G)[0]) % N
    s = pow(1 + d, -1, N) * (k - r * d) % N
    return None if r == 0 or r + k == N or s == 0 else (r, s)


def verify_digest(public, e, r, s):
    e = int.from_bytes(e, "big") if isinstance(e, bytes) else e
    if not (1 <= r < N and 1 <= s < N) or (r + s) % N == 0:
        return False
    point = add(multiply(s, G), multiply((r + s) % N, public))
    return point is not INFINITY and (e + point[0]) % N == r


def encrypt_parts(public, message, k):
    """(C1, C3, C2) whatever the key stream is."""
    c1 = multiply(k, G)
    return (c1, *mask(multiply(k, public), message))


def mask(shared, message):
    x2, y2 = octets(shared[0]), octets(shared[1])
    stream = kdf(x2 + y2, len(message))
    c2 = bytes(x ^ y for x, y in zip(message, stream))
    return sm3(x2 + message + y2), c2


def low_half(x):
    """What a key exchange takes of a coordinate."""
    return 2**127 + x % 2**127


def agree(d, r, peer, peer_ephemeral):
    """The point that a key exchange agrees on: the same on both sides."""
    t = (d + low_half(multiply(r, G)[0]) * r) % N
    return multiply(t, add(peer, multiply(low_half(peer_ephemeral[0]), peer_ephemeral)))


def agreed_key(shared, z_initiator, z_responder, length):
    return kdf(octets(shared[0]) + octets(shared[1]) + z_initiator + z_responder, length)


def confirmation(prefix, shared, z_initiator, z_responder, ephemerals):
    """prefix 2: by the responder, 3: by the initiator, whose ephemeral point is the first."""
    points = b"".join(octets(x) for point in ephemerals for x in point)
    return sm3(bytes([prefix]) + octets(shared[1]) + sm3(octets(shared[0]) + z_initiator + z_responder + points))
