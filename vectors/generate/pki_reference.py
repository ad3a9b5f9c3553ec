"""Certificates, revocation lists, signed messages and time-stamp tokens under SM2, from plain DER."""

import der
from der import bit_string, integer, octet_string, oid, sequence, tlv
from sm2_reference import DEFAULT_ID, G, N, digest, multiply, sec1, sign_digest, sm3

SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM2_SIGNING = "1.2.156.10197.1.301.1"
SM3 = "1.2.156.10197.1.401"
GM = "1.2.156.10197.6.1.4.2."
CMS = "1.2.840.113549.1.7."
ATTRIBUTE = "1.2.840.113549.1.9."
TST_INFO = "1.2.840.113549.1.9.16.1.4"
DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_ENCIPHERMENT, CERT_SIGN, CRL_SIGN = 0, 1, 2, 5, 6


class Key:
    """A private key with the nonces that it will use."""

    algorithm = sequence(oid(SM2_WITH_SM3))

    def __init__(self, rng):
        self.rng = rng
        self.d = rng.below(N - 1)
        self.public = multiply(self.d, G)
        self.spki = der.spki(sec1(self.public))
        self.identifier = sm3(self.spki)[:20]

    def sign(self, message, user_id=DEFAULT_ID):
        return der.signature(*self.sign_numbers(message, user_id))

    def sign_numbers(self, message, user_id=DEFAULT_ID):
        return sign_digest(self.d, digest(self.public, user_id, message), self.rng.below(N))

    def pkcs8(self):
        return der.pkcs8(der.ec_private_key(self.d.to_bytes(32, "big"), sec1(self.public)))


def utc_time(text):
    """From 2026-03-01T00:00:00Z."""
    return tlv(0x17, (text[2:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19] + "Z").encode())


def generalized_time(text):
    return tlv(0x18, (text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19] + "Z").encode())


def utf8(text):
    return tlv(0x0C, text.encode())


def printable(text):
    return tlv(0x13, text.encode())


def ia5(text):
    return tlv(0x16, text.encode())


def set_of(*members):
    return tlv(0x31, *sorted(members))


def boolean(value):
    return tlv(1, b"\xff" if value else b"\0")


def algorithm(name, *parameters):
    return sequence(oid(name), *parameters)


def name(common):
    parts = {"2.5.4.6": printable("CN"), "2.5.4.10": utf8("印信测试"), "2.5.4.3": utf8(common)}
    return sequence(*(set_of(sequence(oid(kind), value)) for kind, value in parts.items()))


def extension(identifier, value, critical=False):
    return sequence(oid(identifier), *([boolean(True)] if critical else []), octet_string(value))


def key_usage(*bits):
    value = sum(0x8000 >> bit for bit in bits)
    octets = value.to_bytes(2, "big").rstrip(b"\0")
    unused = (octets[-1] & -octets[-1]).bit_length() - 1
    return extension("2.5.29.15", bit_string(octets, unused), True)


def basic_constraints(authority, length=None):
    body = [boolean(True)] if authority else []
    return extension("2.5.29.19", sequence(*body, *([integer(length)] if length is not None else [])), True)


def identifiers(key, issuer_key):
    return [extension("2.5.29.14", octet_string(key.identifier)),
            extension("2.5.29.35", sequence(tlv(0x80, issuer_key.identifier)))]


def extended_key_usage(*purposes, critical=False):
    return extension("2.5.29.37", sequence(*map(oid, purposes)), critical)


AUTHORITY = [basic_constraints(True), key_usage(CERT_SIGN, CRL_SIGN)]
SIGNER = [basic_constraints(False), key_usage(DIGITAL_SIGNATURE, NON_REPUDIATION)]
TIME_STAMPER = [*SIGNER, extended_key_usage("1.3.6.1.5.5.7.3.8", critical=True)]


class Certificate:
    """A certificate that is made in one go; `issuer` None signs itself."""

    serial = 0x7959_0000_0001

    def __init__(self, common, key, issuer, extensions, since="2024-01-01T00:00:00Z", until="2040-01-01T00:00:00Z",
                 serial=None, signing_key=None, outer=None, inner=None):
        Certificate.serial += 1
        self.common, self.key, self.number = common, key, serial or Certificate.serial
        self.name = name(common)
        issuer = issuer or self
        self.issuer = issuer
        signing_key = signing_key or issuer.key
        tbs = sequence(
            tlv(0xA0, integer(2)), integer(self.number), inner or signing_key.algorithm, issuer.name,
            sequence(utc_time(since), utc_time(until)), self.name, key.spki,
            tlv(0xA3, sequence(*extensions, *identifiers(key, issuer.key))),
        )
        outer = algorithm(outer) if outer else inner or signing_key.algorithm
        self.der = sequence(tbs, outer, bit_string(signing_key.sign(tbs)))


def crl(issuer, revoked=(), since="2025-06-01T00:00:00Z", until="2039-01-01T00:00:00Z", key=None, extra=(), entry_extra=()):
    """A complete list; `revoked` holds (certificate or serial, time)."""
    entries = [sequence(integer(getattr(one, "number", one)), utc_time(when), *entry_extra) for one, when in revoked]
    extensions = [extension("2.5.29.35", sequence(tlv(0x80, issuer.key.identifier))), extension("2.5.29.20", integer(1)), *extra]
    key = key or issuer.key
    tbs = sequence(integer(1), key.algorithm, issuer.name, utc_time(since), utc_time(until),
                   *([sequence(*entries)] if entries else []), tlv(0xA0, sequence(*extensions)))
    return sequence(tbs, key.algorithm, bit_string(key.sign(tbs)))


def attribute(kind, *values):
    return sequence(oid(ATTRIBUTE + kind), tlv(0x31, *values))


def attributes(content, content_type, *extra, digest=None):
    return [attribute("3", oid(content_type)), attribute("4", octet_string(digest or sm3(content))), *extra]


def signer_info(certificate, content, signed=None, key=None, version=1, digest=SM3, signing=SM2_SIGNING, identity=None,
                value=None, order=True, unsigned=b""):
    """`signed` is the list of signed attributes, None for none."""
    key = key or certificate.key
    identity = identity or sequence(certificate.issuer.name, integer(certificate.number))
    body = []
    if signed is None:
        covered = content
    else:
        joined = b"".join(sorted(signed) if order else signed)
        covered = tlv(0x31, joined)
        body = [tlv(0xA0, joined)]
    value = key.sign(covered) if value is None else value
    return sequence(integer(version), identity, algorithm(digest), *body, algorithm(signing), octet_string(value), unsigned)


def signed_data(content, infos, certificates=(), crls=(), gm=True, content_type=None, attached=True, version=1, digests=None):
    prefix = GM if gm else CMS
    content_type = content_type or prefix + "1"
    inner = [tlv(0xA0, octet_string(content))] if attached else []
    body = [integer(version), tlv(0x31, *(digests if digests is not None else [algorithm(SM3)])), sequence(oid(content_type), *inner)]
    if certificates:
        body.append(tlv(0xA0, *sorted(one.der for one in certificates)))
    if crls:
        body.append(tlv(0xA1, *sorted(crls)))
    body.append(tlv(0x31, *sorted(infos)))
    return sequence(oid(prefix + "2"), tlv(0xA0, sequence(*body)))


def token(value, authority, when, certificates=None, imprint=None, policy="1.2.156.10197.9.9.1", serial=77, gm=False,
          content_type=TST_INFO, extra=(), key=None):
    """A time-stamp token over `value`, with ESSCertIDv2 of the authority's certificate (SM3)."""
    info = sequence(integer(1), oid(policy), sequence(algorithm(SM3), octet_string(imprint or sm3(value))), integer(serial),
                    generalized_time(when))
    identity = sequence(sequence(sequence(algorithm(SM3), octet_string(sm3(authority.der)))))
    signed = attributes(info, content_type, attribute("16.2.47", identity), *extra)
    one = signer_info(authority, info, signed, key=key, signing=SM2_WITH_SM3)
    return signed_data(info, [one], certificates or [authority], gm=gm, content_type=content_type, version=1 if gm else 3)
