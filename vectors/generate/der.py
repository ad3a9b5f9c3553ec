"""Writing DER, and breaking it on purpose."""


def length(count):
    if count < 0x80:
        return bytes([count])
    body = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def tlv(tag, *contents):
    body = b"".join(contents)
    return bytes([tag]) + length(len(body)) + body


def tlv_long(tag, body, extra=1):
    """The same with a length that is longer than it needs to be."""
    octets = len(body).to_bytes(max(1, (len(body).bit_length() + 7) // 8) + extra - (len(body) < 0x80 and 1 or 0), "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def tlv_indefinite(tag, body):
    return bytes([tag | 0x20, 0x80]) + body + b"\0\0"


def sequence(*contents):
    return tlv(0x30, *contents)


def integer(value):
    size = max(1, (value.bit_length() + 8) // 8 if value >= 0 else ((-value - 1).bit_length() + 8) // 8)
    return tlv(2, value.to_bytes(size, "big", signed=True))


def octet_string(body):
    return tlv(4, body)


def bit_string(body, unused=0):
    return tlv(3, bytes([unused]) + body)


def oid(dotted):
    arcs = [int(arc) for arc in dotted.split(".")]
    body = b""
    for arc in [40 * arcs[0] + arcs[1], *arcs[2:]]:
        octets = [arc & 0x7F]
        while arc := arc >> 7:
            octets.insert(0, arc & 0x7F | 0x80)
        body += bytes(octets)
    return tlv(6, body)


NULL = tlv(5)
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
SM2_CURVE = "1.2.156.10197.1.301"
P256_CURVE = "1.2.840.10045.3.1.7"


def signature(r, s):
    return sequence(integer(r), integer(s))


def spki(point, algorithm=EC_PUBLIC_KEY, parameters=None, unused=0):
    parameters = oid(SM2_CURVE) if parameters is None else parameters
    return sequence(sequence(oid(algorithm), parameters), bit_string(point, unused))


def pem(label, body):
    import base64

    text = base64.b64encode(body).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def ec_private_key(scalar, public=None, parameters=b"", version=1):
    body = [integer(version), octet_string(scalar)]
    if parameters:
        body.append(tlv(0xA0, parameters))
    if public is not None:
        body.append(tlv(0xA1, bit_string(public)))
    return sequence(*body)


def pkcs8(inner, algorithm=EC_PUBLIC_KEY, parameters=None, version=0, tail=b""):
    parameters = oid(SM2_CURVE) if parameters is None else parameters
    return sequence(integer(version), sequence(oid(algorithm), parameters), octet_string(inner), tail)
