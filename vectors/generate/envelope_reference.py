"""Packets and receipts between two parties (docs/envelope.md), made and opened from plain DER."""

import sm4_reference
from cms_reference import SM4_GCM, auth_enveloped, gcm, recipient
from der import integer, octet_string, oid, sequence, tlv
from pki_reference import GM, SM3, algorithm, attribute, generalized_time, set_of, signed_data, signer_info, utf8
from sm2_reference import multiply, octets, sm3
from sm3_reference import kdf

ARC = "2.25.115024152134995567240769649487469872858"
PACKET_FORMAT, PACKET_CONTENT, RECEIPT_FORMAT = ARC + ".1", ARC + ".2", ARC + ".3"


def header(sender, receiver, body, salt, kind="voucher", conversation="2026/5201", sequence_=1, time="2026-03-01T08:00:00Z",
           version=1, format_=PACKET_FORMAT, digest=None, time_der=None, tail=b""):
    """PacketHeader; `sender` and `receiver` are digests of certificates."""
    return sequence(oid(format_), integer(version), octet_string(sender), octet_string(receiver), utf8(kind), utf8(conversation),
                    integer(sequence_), time_der or generalized_time(time), octet_string(sm3(salt + body) if digest is None else digest), tail)


def signed(content, signer, chain=(), info=None, **how):
    """SignedData after GB/T 35275 with the content inside, without attributes."""
    return signed_data(content, [info or signer_info(signer, content)], [signer, *chain], **how)


def content(salt, message, body):
    """PacketContent."""
    return sequence(octet_string(salt), message, octet_string(body))


def header_attribute(head):
    return sequence(oid(PACKET_FORMAT), tlv(0x31, head))


def sealed(plain, head, receiver, key, nonce, kind=PACKET_CONTENT, attributes=None, recipients=None, name=SM4_GCM, order=True, **how):
    """The packet around a PacketContent, with `head` outside under the tag."""
    if attributes is None:
        attributes = [attribute("3", oid(kind)), header_attribute(head)]
    joined = b"".join(sorted(attributes) if order else attributes)
    encrypted, tag = gcm(plain, key, nonce, tlv(0x31, joined), name, content_type=kind)
    recipients = recipients or [recipient(receiver, key, False)]
    return auth_enveloped(recipients, encrypted, tag, tlv(0xA1, joined), **how)


def receipt(packet, head_sender, head_receiver, conversation="2026/5201", sequence_=1, time="2026-03-01T08:00:05Z", refused=None, missing=(),
            version=1, format_=RECEIPT_FORMAT, digest=None):
    """Receipt; `refused` is (code, reason)."""
    why = [tlv(0xA0, sequence(integer(refused[0]), utf8(refused[1])))] if refused else []
    ranges = sequence(*(sequence(integer(first), integer(last)) for first, last in missing))
    return sequence(oid(format_), integer(version), octet_string(sm3(packet) if digest is None else digest), octet_string(head_sender),
                    octet_string(head_receiver), utf8(conversation), integer(sequence_), generalized_time(time), *why, ranges)


def opened(packet, d):
    """The header outside, the salt, the signed message and the body of a packet, by the private key `d`;
    AssertionError for one that is none or was changed. The signature is left to whoever asks."""
    info = children(whole(packet))
    enveloped = children(children(info[1])[0])
    version, infos, encrypted, attributes, mac = enveloped
    assert version == integer(0) and len(children(infos)) == 1
    wrapped = children(value(children(children(infos)[0])[3]))
    x, y, c3, c2 = int.from_bytes(value(wrapped[0]), "big"), int.from_bytes(value(wrapped[1]), "big"), value(wrapped[2]), value(wrapped[3])
    shared = multiply(d, (x, y))
    key = bytes(a ^ b for a, b in zip(c2, kdf(octets(shared[0]) + octets(shared[1]), len(c2))))
    assert sm3(octets(shared[0]) + key + octets(shared[1])) == c3
    kind, how, text = children(encrypted)
    assert kind == oid(PACKET_CONTENT) and children(how)[0] == oid(SM4_GCM)
    nonce, size = children(children(how)[1])
    assert size == integer(16)
    aad = tlv(0x31, value(attributes))
    # GCM's stream is its own inverse; the tag is over the ciphertext.
    plain, _ = sm4_reference.gcm(key, value(nonce), aad, value(text))
    again, tag = sm4_reference.gcm(key, value(nonce), aad, plain)
    assert again == value(text) and tag == value(mac)
    head = next(value(children(one)[1]) for one in children(attributes) if children(one)[0] == oid(PACKET_FORMAT))
    salt, message, body = children(whole(plain))
    return head, value(salt), message, value(body)


def inner_header(message):
    """What a signed message holds."""
    fields = children(children(children(message)[1])[0])
    return value(children(children(fields[2])[1])[0])


def elements(body):
    out, at = [], 0
    while at < len(body):
        start, length = at, body[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(body[at : at + size], "big"), at + size
        at += length
        assert at <= len(body)
        out.append(body[start:at])
    return out


def whole(body):
    found = elements(body)
    assert len(found) == 1
    return found[0]


def value(element):
    length = element[1]
    return element[2 + (length & 0x7F) :] if length & 0x80 else element[2:]


def children(element):
    return elements(value(element))
