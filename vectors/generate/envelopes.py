#!/usr/bin/env python3
"""Packets and their receipts: envelopes.json."""

from cms_reference import AES_128_GCM, gcm_parameters, key_identifier, recipient
from der import NULL, integer, octet_string, oid, sequence, tlv
from envelope_reference import *
from pki_reference import (AUTHORITY, CERT_SIGN, CMS, CRL_SIGN, GM, KEY_ENCIPHERMENT, SIGNER, SM2_WITH_SM3, Certificate, Key, attribute,
                           attributes, basic_constraints, crl, key_usage, signed_data, signer_info)
from sm2_reference import sm3
from vector_file import Stream, VectorFile

rng = Stream("yinxin envelopes")
ENCRYPTER = [basic_constraints(False), key_usage(KEY_ENCIPHERMENT, 3, 4)]
root = Certificate("根", Key(rng), None, AUTHORITY)
sub = Certificate("签发机构", Key(rng), root, [basic_constraints(True, 0), key_usage(CERT_SIGN, CRL_SIGN)])
finance, stranger = (Certificate(name, Key(rng), sub, SIGNER) for name in ("财政签名", "他人签名"))
bank, other = (Certificate(name, Key(rng), sub, ENCRYPTER) for name in ("银行加密", "他行加密"))
bank_signs = Certificate("银行签名", Key(rng), sub, SIGNER)
SALT, KEY = rng.octets(32), rng.octets(16)
BODY = "凭证 2026-03 人民币 10,000.00 元".encode()
TRUST = {"trustAnchors": [root.der.hex()], "intermediates": [sub.der.hex()], "crls": [crl(sub).hex(), crl(root).hex()],
         "verifyTime": "2026-03-01T09:00:00Z"}
DER, VALUE, STRUCTURE, VERSION, FORM, DECRYPTION, NOT_RECIPIENT, NOT_VALID = 101, 107, 108, 202, 203, 406, 412, 608
out = VectorFile("envelopes", "packets between two parties, and receipts", [
    "EnvelopePacket: opened with recipientKey as the holder of recipientCert, taken from whoever signs with one of senders; gives body.",
    "EnvelopeReceipt: of packet, by whoever signs with one of receivers; code is 0 for received, else that of the refusal; missing: ranges of numbers.",
    "error: the number of the error; 406 is the one answer to whatever depends on a key, 608 that of a packet that opened and is not valid.",
], maker="envelopes.py", keys={"finance": finance.key.pkcs8(), "bank": bank.key.pkcs8(), "bankSigns": bank_signs.key.pkcs8()})
tests = out.group("EnvelopePacket", **TRUST, recipientKey=bank.key.pkcs8(), recipientCert=bank.der, senders=[finance.der.hex()], body=BODY)


def digest(certificate):
    return sm3(certificate.der)


def head(body=BODY, sender=finance, receiver=bank, **how):
    return header(digest(sender), digest(receiver), body, how.pop("salt", SALT), **how)


def nonce():
    return rng.octets(12)


def packet(body=BODY, inner=None, outer=None, signer=finance, receiver=bank, message=None, plain=None, salt=SALT, **how):
    """A packet: `inner` is the header that is signed, `outer` the one outside."""
    inner = inner or head(body, salt=salt)
    message = message or signed(inner, signer)
    plain = plain or content(salt, message, body)
    return sealed(plain, outer or inner, receiver, KEY, nonce(), **how)


def good(comment, flag, message, **fields):
    out.add(tests, comment, flag, "valid", der=message, **fields)


def bad(comment, flag, message, error=None, **fields):
    out.add(tests, comment, flag, "invalid", der=message, **fields, **({"error": error} if error else {}))


def bent(body, index=-1):
    changed = bytearray(body)
    changed[index] ^= 1
    return bytes(changed)


for size in (0, 1, 100, 3000):
    body = rng.octets(size)
    good(f"a body of {size} bytes", "Normal", packet(body), body=body)
good("another kind and conversation, the highest number", "Normal", packet(inner=head(kind="a", conversation="A-._:/@0" * 8, sequence_=2**63 - 1)),
     kind="a", conversation="A-._:/@0" * 8, sequence=2**63 - 1)
good("the issuer's certificate inside", "Normal", packet(message=signed(head(), finance, [sub])))
good("a second within five minutes from now", "Time", packet(inner=head(time="2026-03-01T09:05:00Z")))
bad("a second beyond", "Time", packet(inner=head(time="2026-03-01T09:05:01Z")), NOT_VALID)
good("a year old", "Time", packet(inner=head(time="2025-07-01T00:00:00Z")))
good("one of two senders", "Sender", packet(), senders=[stranger.der.hex(), finance.der.hex()])

# Who, and for whom.
bad("signed by somebody else", "Sender", packet(inner=head(sender=stranger), signer=stranger), NOT_VALID)
bad("signed by another than the header names", "Sender", packet(signer=stranger), NOT_VALID, senders=[finance.der.hex(), stranger.der.hex()])
bad("signed with the key of another under the sender's certificate", "Sender",
    packet(message=signed(head(), finance, info=signer_info(finance, head(), key=stranger.key))), NOT_VALID)
bad("no sender is known", "Sender", packet(), NOT_VALID, senders=[])
bad("for another", "Receiver", packet(inner=head(receiver=other), receiver=other), NOT_RECIPIENT)
bad("forwarded: signed for another, encrypted for us, the header as it was signed", "Forwarded", packet(inner=head(receiver=other)), NOT_VALID)
bad("forwarded: signed for another, encrypted for us, our header outside", "Forwarded", packet(inner=head(receiver=other), outer=head()), NOT_VALID)
bad("re-signed: the content of another packet under a header of his own", "Forwarded",
    packet(inner=head(sender=stranger), outer=head(sender=stranger), message=signed(head(), finance)), NOT_VALID, senders=[stranger.der.hex()])
bad("the header signed, and another one of the same sender outside", "Header", packet(outer=head(sequence_=2)), NOT_VALID)
for comment, changed in {"kind": head(kind="receipt"), "conversation": head(conversation="2026/5202"), "time": head(time="2026-03-01T08:00:01Z"),
                         "digest of the body": head(digest=bytes(32))}.items():
    bad(f"another {comment} outside", "Header", packet(outer=changed), NOT_VALID)
bad("another body than was signed", "Body", packet(plain=content(SALT, signed(head(), finance), BODY + b"!")), NOT_VALID, body=BODY + b"!")
bad("another salt than was signed", "Body", packet(plain=content(bytes(32), signed(head(), finance), BODY)), NOT_VALID)
bad("the digest over the body alone", "Body", packet(inner=head(digest=sm3(BODY))), NOT_VALID)
bad("the digest over the body, then the salt", "Body", packet(inner=head(digest=sm3(BODY + SALT))), NOT_VALID)
revoked = {"crls": [crl(sub, [(finance, "2025-07-01T00:00:00Z")]).hex(), TRUST["crls"][1]]}
bad("the sender revoked", "Certificates", packet(), NOT_VALID, **revoked)
bad("no revocation known", "Certificates", packet(), NOT_VALID, crls=[])
bad("another anchor", "Certificates", packet(), NOT_VALID, trustAnchors=[Certificate("根", Key(rng), None, AUTHORITY).der.hex()])
old = Certificate("财政旧", finance.key, sub, SIGNER, until="2026-01-01T00:00:00Z")
bad("the sender's certificate expired", "Certificates", packet(inner=head(sender=old), signer=old), NOT_VALID, senders=[old.der.hex()])
new = Certificate("财政新", Key(rng), sub, SIGNER)
good("the sender's new certificate beside his old one", "Rollover", packet(inner=head(sender=new), signer=new), senders=[finance.der.hex(), new.der.hex()])
bad("the digest of the old certificate, signed under the new one", "Rollover", packet(signer=new), NOT_VALID, senders=[finance.der.hex(), new.der.hex()])

# What depends on keys.
body = packet()
bad("a bit of the tag", "Tag", bent(body), DECRYPTION)
bad("a bit of the ciphertext", "Ciphertext", bent(body, body.rindex(b"\xa1\x81") - 1), DECRYPTION)
bad("a bit of the nonce", "Ciphertext", bent(body, body.index(b"\x04\x0c") + 3), DECRYPTION)
bad("a bit of the kind outside", "Header", body.replace(b"voucher", b"vouchep"), DECRYPTION)
bad("a bit of the conversation outside", "Header", body.replace(b"2026/5201", b"2026/5200"), DECRYPTION)
bad("the content key of another packet", "ContentKey", packet(recipients=[recipient(bank, bytes(16), False)]), DECRYPTION)
bad("a content key of 15 bytes", "ContentKey", packet(recipients=[recipient(bank, KEY[:15], False)]), DECRYPTION)
bad("the content key encrypted for another, under our name", "ContentKey", packet(recipients=[recipient(bank, KEY, False, encrypted=
    value(children(recipient(other, KEY, False))[3]))]), DECRYPTION)
bad("the key of another", "ContentKey", body, recipientKey=other.key.pkcs8())

# The one form.
bad("cut by a byte", "Structure", body[:-1])
bad("a byte behind", "Structure", body + b"\0")
bad("nothing", "Structure", b"")
bad("an outer length that is open", "Structure", b"\x30\x80" + body[4:] + b"\0\0", STRUCTURE)
bad("for two receivers", "Structure", packet(recipients=[recipient(bank, KEY, False), recipient(other, KEY, False)]), STRUCTURE)
bad("by key identifier", "Structure", packet(recipients=[recipient(bank, KEY, False, identity=key_identifier(bank))]))
bad("NULL behind the algorithm of the key", "Structure", packet(recipients=[recipient(bank, KEY, False, parameters=(NULL,))]), STRUCTURE)
bad("AES-128-GCM", "Structure", packet(name=AES_128_GCM), STRUCTURE)
bad("attributes behind the tag", "Structure", packet(back=tlv(0xA2, attribute("5", tlv(0x17, b"260301080000Z")))), STRUCTURE)
bad("certificates of the originator", "Structure", packet(front=tlv(0xA0, tlv(0xA0, finance.der))), STRUCTURE)
kind = attribute("3", oid(PACKET_CONTENT))
bad("a third attribute", "Structure", packet(attributes=[kind, header_attribute(head()), attribute("5", tlv(0x17, b"260301080000Z"))]), STRUCTURE)
bad("attributes not in the order of DER", "Structure", packet(attributes=sorted([kind, header_attribute(head())], reverse=True), order=False), STRUCTURE)
bad("no header outside", "Structure", packet(attributes=[kind]), FORM)
bad("two headers outside", "Structure", packet(attributes=[kind, header_attribute(head()), header_attribute(head())]))
bad("two headers in one attribute", "Structure", packet(attributes=[kind, sequence(oid(PACKET_FORMAT), tlv(0x31, head() + head()))]))
bad("no contentType", "Structure", packet(attributes=[header_attribute(head())]))
bad("content of the type data", "Structure", packet(kind=CMS + "1"), FORM)
bad("content of another type", "Structure", packet(kind=PACKET_FORMAT), FORM)
bad("the content is no PacketContent", "Content", packet(plain=octet_string(BODY)), NOT_VALID)
bad("the content has a fourth field", "Content", packet(plain=sequence(octet_string(SALT), signed(head(), finance), octet_string(BODY), NULL)), NOT_VALID)
bad("a byte behind the content", "Content", packet(plain=content(SALT, signed(head(), finance), BODY) + b"\0"), NOT_VALID)
bad("a salt of 31 bytes", "Content", packet(plain=content(SALT[:31], signed(head(), finance), BODY)), NOT_VALID)
bad("nothing signed", "Content", packet(plain=sequence(octet_string(SALT), octet_string(BODY))), NOT_VALID)
for comment, message in {
    "in the form of RFC 5652": signed(head(), finance, gm=False),
    "with attributes": signed(head(), finance, info=signer_info(finance, head(), attributes(head(), GM + "1"))),
    "detached": signed(head(), finance, attached=False),
    "by two": signed_data(head(), [signer_info(finance, head()), signer_info(stranger, head())], [finance, stranger]),
    "by nobody": signed_data(head(), [], [finance]),
    "without the certificate": signed_data(head(), [signer_info(finance, head())]),
    "under 1.2.156.10197.1.501": signed(head(), finance, info=signer_info(finance, head(), signing=SM2_WITH_SM3)),
    "with a list inside": signed(head(), finance, crls=[crl(sub)]),
    "with a bit of the signature bent": bent(signed(head(), finance)),
    "over the body in place of the header": signed(BODY, finance),
}.items():
    bad(f"signed {comment}", "Signed", packet(message=message), NOT_VALID)

# The header.
for comment, changed, error in [
    ("version 2", head(version=2), VERSION), ("version 0", head(version=0), VERSION), ("another format", head(format_=RECEIPT_FORMAT), FORM),
    ("number 0", head(sequence_=0), VALUE), ("number -1", head(sequence_=-1), VALUE), ("number 2^63", head(sequence_=2**63), None),
    ("an empty kind", head(kind=""), VALUE), ("a kind of 65 letters", head(kind="a" * 65), VALUE), ("a kind with a space", head(kind="two words"), VALUE),
    ("a kind in Chinese", head(kind="凭证"), VALUE), ("an empty conversation", head(conversation=""), VALUE),
    ("a conversation with NUL", head(conversation="a\0b"), VALUE), ("a conversation of 65 letters", head(conversation="a" * 65), VALUE),
    ("time with a fraction", head(time_der=tlv(0x18, b"20260301080000.5Z")), None), ("time as UTCTime", head(time_der=tlv(0x17, b"260301080000Z")), DER),
    ("time without Z", head(time_der=tlv(0x18, b"20260301080000")), None), ("a digest of 31 bytes", head(digest=bytes(31)), VALUE),
    ("a field behind", head(tail=NULL), DER),
]:
    bad(f"header: {comment}", "Header", packet(inner=changed), error)

# Receipts.
SENT = packet()
tests = out.group("EnvelopeReceipt", **TRUST, packet=SENT, receivers=[bank_signs.der.hex()], code=0, missing="")


def receipt_of(sent=SENT, **how):
    return receipt(sent, digest(how.pop("sender", finance)), digest(how.pop("receiver", bank)), **how)


def answered(content_=None, signer=bank_signs, **how):
    return signed(content_ or receipt_of(**how), signer)


good("received", "Normal", answered())
good("received, three ranges missing", "Normal", answered(missing=[(1, 1), (3, 7), (9, 2**63 - 1)]), missing="1-1 3-7 9-9223372036854775807")
good("received, 64 ranges missing", "Normal", answered(missing=[(2 * i, 2 * i) for i in range(1, 65)]), missing=" ".join(f"{2 * i}-{2 * i}" for i in range(1, 65)))
good("refused", "Normal", answered(refused=(608, "not valid")), code=608)
good("refused without a reason", "Normal", answered(refused=(1, "")), code=1)
good("refused with 200 bytes", "Normal", answered(refused=(2**32 - 1, "a" * 200)), code=2**32 - 1)
bad("of another packet", "Packet", answered(digest=bytes(32)), NOT_VALID)
bad("of the same letter in another packet", "Packet", answered(), NOT_VALID, packet=packet())
bad("of another number", "Packet", answered(sequence_=2), NOT_VALID)
bad("of another conversation", "Packet", answered(conversation="2026/5202"), NOT_VALID)
bad("of another sender", "Packet", answered(sender=stranger), NOT_VALID)
bad("of another receiver", "Packet", answered(receiver=other), NOT_VALID)
bad("signed by somebody else", "Sender", answered(signer=stranger), NOT_VALID)
bad("signed by the sender of the packet himself", "Sender", answered(signer=finance), NOT_VALID)
bad("a bit of the signature bent", "Sender", bent(answered()), NOT_VALID)
bad("signed with the key of another", "Sender", signed(receipt_of(), bank_signs, info=signer_info(bank_signs, receipt_of(), key=stranger.key)), NOT_VALID)
bad("the signer revoked", "Certificates", answered(), NOT_VALID, crls=[crl(sub, [(bank_signs, "2025-07-01T00:00:00Z")]).hex(), TRUST["crls"][1]])
bad("six minutes from now", "Time", answered(time="2026-03-01T09:06:00Z"), NOT_VALID)
bad("a refusal with the code 0", "Value", answered(refused=(0, "why")))
bad("a refusal with a negative code", "Value", answered(refused=(-1, "why")))
bad("a refusal with the code 2^32", "Value", answered(refused=(2**32, "why")))
bad("a reason of 201 bytes", "Value", answered(refused=(1, "a" * 201)))
bad("a reason of two lines", "Value", answered(refused=(1, "a\nb")))
bad("ranges out of order", "Value", answered(missing=[(3, 7), (1, 1)]))
bad("ranges that overlap", "Value", answered(missing=[(1, 3), (3, 4)]))
bad("a range from its end", "Value", answered(missing=[(7, 3)]))
bad("a range from 0", "Value", answered(missing=[(0, 3)]))
bad("65 ranges", "Value", answered(missing=[(2 * i, 2 * i) for i in range(1, 66)]), 302)
bad("version 2", "Value", answered(version=2), VERSION)
bad("another format", "Value", answered(format_=PACKET_FORMAT), FORM)
bad("a header in place of a receipt", "Value", answered(head()))
bad("in the form of RFC 5652", "Structure", signed(receipt_of(), bank_signs, gm=False), STRUCTURE)
bad("detached", "Structure", signed(receipt_of(), bank_signs, attached=False), STRUCTURE)
bad("with attributes", "Structure", signed(receipt_of(), bank_signs, info=signer_info(bank_signs, receipt_of(), attributes(receipt_of(), GM + "1"))), STRUCTURE)
bad("cut by a byte", "Structure", answered()[:-1])
bad("the packet in place of a receipt", "Structure", SENT)
out.write()
