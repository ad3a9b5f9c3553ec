"""Encrypted messages of GB/T 35275 and RFC 5652, from plain DER."""

import aes_reference
import sm4_reference
from der import bit_string, integer, octet_string, oid, sequence, tlv
from pki_reference import CMS, GM, SM3, algorithm
from sm2_reference import encrypt_parts, octets, sec1

SM2_ENCRYPTION = "1.2.156.10197.1.301.3"
SM4 = "1.2.156.10197.1.104"
SM4_CBC, SM4_GCM = SM4 + ".2", SM4 + ".8"
AES = "2.16.840.1.101.3.4.1."
AES_128_GCM, AES_256_GCM = AES + "6", AES + "46"
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
AUTH_ENVELOPED = "1.2.840.113549.1.9.16.1.23"


def prefix(gm):
    return GM if gm else CMS


def issuer_and_serial(certificate):
    return sequence(certificate.issuer.name, integer(certificate.number))


def key_identifier(certificate):
    return tlv(0x80, certificate.key.identifier)


def cipher(c1, c3, c2):
    """SM2Cipher."""
    return sequence(integer(c1[0]), integer(c1[1]), octet_string(c3), octet_string(c2))


def bare_c1_c2_c3(c1, c3, c2):
    return sec1(c1)[1:] + c2 + c3


def recipient(certificate, key, gm=True, k=None, encrypted=None, version=None, identity=None, name=SM2_ENCRYPTION,
              parameters=(), write=cipher, tail=b""):
    """KeyTransRecipientInfo: the content key `key` for the key of `certificate`."""
    if encrypted is None:
        encrypted = write(*encrypt_parts(certificate.key.public, key, k or certificate.key.rng.below(2**255)))
    identity = identity or issuer_and_serial(certificate)
    by_key = identity[0] == 0x80
    version = (2 if by_key else 1 if gm else 0) if version is None else version
    return sequence(integer(version), identity, algorithm(name, *parameters), octet_string(encrypted), tail)


def encrypted_content(text, name, *parameters, gm=True, content_type=None, body=None, tail=b""):
    body = tlv(0x80, text) if body is None else body
    return sequence(oid(content_type or prefix(gm) + "1"), algorithm(name, *parameters), body, tail)


def cbc(content, key, iv, gm=True, name=SM4_CBC, padded=None, text=None, parameters=None, **how):
    """EncryptedContentInfo with SM4-CBC."""
    if text is None:
        text = sm4_reference.cbc(key, iv, sm4_reference.pad(content) if padded is None else padded)
    parameters = (octet_string(iv),) if parameters is None else parameters
    return encrypted_content(text, name, *parameters, gm=gm, **how)


def gcm_parameters(iv, tag=16):
    return sequence(octet_string(iv), *([integer(tag)] if tag is not None else []))


def gcm(content, key, iv, aad=b"", name=SM4_GCM, parameters=None, **how):
    """EncryptedContentInfo with a tag, and the tag."""
    cipher_of = sm4_reference.gcm if name.startswith(SM4) else aes_reference.gcm
    text, tag = cipher_of(key, iv, aad, content)
    parameters = (gcm_parameters(iv),) if parameters is None else parameters
    return encrypted_content(text, name, *parameters, gm=False, **how), tag


def message(content_type, *fields):
    return sequence(oid(content_type), tlv(0xA0, sequence(*fields)))


def enveloped(recipients, content, gm=True, version=None, front=b"", back=b"", content_type=None):
    by_key = any(b"\x02\x01\x02\x80" in one[:8] for one in recipients)
    version = (1 if gm else 2 if by_key or front or back else 0) if version is None else version
    return message(content_type or prefix(gm) + "3", integer(version), front, tlv(0x31, *sorted(recipients)), content, back)


def auth_enveloped(recipients, content, tag, attributes=b"", version=0, front=b"", back=b"", mac=None, content_type=AUTH_ENVELOPED):
    mac = octet_string(tag) if mac is None else mac
    return message(content_type, integer(version), front, tlv(0x31, *sorted(recipients)), content, attributes, mac, back)


def encrypted_data(content, gm=True, version=None, back=b""):
    return message(prefix(gm) + ("5" if gm else "6"), integer((1 if gm else 0) if version is None else version), content, back)


def signed_and_enveloped(recipients, content, infos, certificates=(), crls=(), version=1, gm=True, digests=None):
    fields = [integer(version), tlv(0x31, *sorted(recipients)), tlv(0x31, *(digests if digests is not None else [algorithm(SM3)])), content]
    if certificates:
        fields.append(tlv(0xA0, *sorted(one.der for one in certificates)))
    if crls:
        fields.append(tlv(0xA1, *sorted(crls)))
    return message(prefix(gm) + "4", *fields, tlv(0x31, *sorted(infos)))


def key_agreement():
    """KeyAgreeRecipientInfo of a shape that somebody else may read."""
    originator = tlv(0xA0, tlv(0xA1, sequence(oid("1.2.840.10045.2.1")), bit_string(b"\4" + octets(1) + octets(2))))
    key = sequence(tlv(0xA0, octet_string(b"somebody's key")), octet_string(bytes(24)))
    return tlv(0xA1, integer(3), originator, sequence(oid("1.3.132.1.11.1"), algorithm(AES + "5")), sequence(key))


def key_encryption_key():
    """KEKRecipientInfo."""
    return tlv(0xA2, integer(4), sequence(octet_string(b"a key that both have")), algorithm(AES + "5"), octet_string(bytes(24)))


def password():
    """PasswordRecipientInfo."""
    derivation = tlv(0xA0, oid("1.2.840.113549.1.5.12"), sequence(octet_string(b"saltsalt"), integer(10000)))
    return tlv(0xA3, integer(0), derivation, algorithm("1.2.840.113549.1.9.16.3.9", algorithm(AES + "2", octet_string(bytes(16)))), octet_string(bytes(32)))
