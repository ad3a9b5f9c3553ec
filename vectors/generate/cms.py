#!/usr/bin/env python3
"""Signed messages: cms_signed_data.json."""

import der
from der import bit_string, integer, octet_string, oid, sequence, tlv
from pki_reference import (AUTHORITY, CERT_SIGN, CMS, CRL_SIGN, GM, KEY_ENCIPHERMENT, SIGNER, SM2_SIGNING, SM2_WITH_SM3, SM3,
                           TST_INFO, Certificate, Key, algorithm, attribute, attributes, basic_constraints, crl, key_usage,
                           signed_data, signer_info, utc_time)
from sm2_reference import octets, sign_digest, sm3
from vector_file import Stream, VectorFile

rng = Stream("yinxin cms")
root = Certificate("根", Key(rng), None, AUTHORITY)
sub = Certificate("签发机构", Key(rng), root, [basic_constraints(True, 0), key_usage(CERT_SIGN, CRL_SIGN)])
one = Certificate("甲", Key(rng), sub, SIGNER)
two = Certificate("乙", Key(rng), sub, SIGNER)
SUB_CRL, ROOT_CRL = crl(sub), crl(root)
CONTENT = "拨款 人民币 10,000.00 元".encode()
out = VectorFile("cms_signed_data", "CMS SignedData with SM2",
                 ["Every signer verifies and leads to an anchor; at least one. Revocation must be known. User id 1234567812345678.",
                  "acceptable: a choice of policy, or of the forms that are read."],
                 maker="cms.py", keys={"one": one.key.pkcs8(), "two": two.key.pkcs8(), "sub": sub.key.pkcs8(), "root": root.key.pkcs8()})
tests = out.group("CmsSignedData", trustAnchors=[root.der.hex()], intermediates=[sub.der.hex()], crls=[SUB_CRL.hex(), ROOT_CRL.hex()],
                  verifyTime="2026-03-01T00:00:00Z")


def case(comment, flag, result, message, **fields):
    out.add(tests, comment, flag, result, der=message, **fields)


def plain(content=CONTENT, who=one, **how):
    return signer_info(who, content, **how)


def signed(content=CONTENT, who=one, gm=True, extra=(), digest=None, content_type=None, **how):
    kind = content_type or (GM if gm else CMS) + "1"
    return signer_info(who, content, attributes(content, kind, *extra, digest=digest), **how)


def message(*infos, who=(one,), content=CONTENT, **how):
    return signed_data(content, infos, who, **how)


def bent(body, index=-1):
    changed = bytearray(body)
    changed[index] ^= 1
    return bytes(changed)


detached = {"detachedContent": CONTENT}
time = attribute("5", utc_time("2026-02-01T00:00:00Z"))
for gm, form in ((True, "GB/T 35275"), (False, "RFC 5652")):
    kind = GM + "1" if gm else CMS + "1"
    case(f"{form}: attached, without attributes", "Normal", "valid", message(plain(), gm=gm), content=CONTENT)
    case(f"{form}: attached, with attributes", "Normal", "valid", message(signed(gm=gm), gm=gm), content=CONTENT)
    case(f"{form}: detached, without attributes", "Normal", "valid", message(plain(), gm=gm, attached=False), **detached)
    case(f"{form}: detached, with attributes", "Normal", "valid", message(signed(gm=gm, extra=[time]), gm=gm, attached=False), **detached)
    case(f"{form}: two signers", "Normal", "valid", message(signed(gm=gm), signed(gm=gm, who=two), who=(one, two), gm=gm))
    case(f"{form}: the content changed", "ContentChanged", "invalid", bent(message(plain(), gm=gm), message(plain(), gm=gm).index(CONTENT)))
    case(f"{form}: no signer", "NoSigner", "invalid", message(gm=gm))
for name in (SM2_WITH_SM3, "1.2.156.10197.1.301"):
    case(f"signature algorithm {name}", "Algorithm", "valid" if name == SM2_WITH_SM3 else "acceptable", message(plain(signing=name)))
for name in ("1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11", "1.2.156.10197.1.301.3", "1.2.156.10197.1.504", "1.2.156.10197.1.401"):
    case(f"signature algorithm {name}", "Algorithm", "invalid", message(plain(signing=name)))
for name in ("2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26", "1.2.840.113549.2.5"):
    case(f"digest algorithm {name}", "Algorithm", "invalid", message(signer_info(one, CONTENT, attributes(CONTENT, GM + "1"), digest=name)))
case("empty content", "Content", "valid", message(plain(b""), content=b""), content=b"")
case("content of 70,000 bytes, detached", "Content", "valid", message(plain(b"\x61" * 70000), attached=False), detachedRepeat=["61", 70000])
case("content of 70,001 bytes for a signature over 70,000", "ContentChanged", "invalid", message(plain(b"\x61" * 70000), attached=False), detachedRepeat=["61", 70001])
case("detached, and no content given", "NoContent", "invalid", message(plain(), attached=False))
case("detached, another content", "ContentChanged", "invalid", message(plain(), attached=False), detachedContent=CONTENT + b"\0")
case("detached with attributes, another content", "ContentChanged", "invalid", message(signed(), attached=False), detachedContent=CONTENT + b"\0")
case("attached, another content beside it", "TwoContents", "invalid", message(plain()), detachedContent=b"another")
case("attached, another content beside it that the attributes give the digest of", "TwoContents", "invalid",
     message(signer_info(one, b"another", attributes(b"another", GM + "1"))), detachedContent=b"another")

# One signer of two.
for comment, second in {
    "signature bent": bent(signed(who=two)), "over another content": signed(b"another", who=two), "signed by another key": signed(who=two, key=one.key),
    "without attributes over another content": plain(b"another", who=two),
}.items():
    case(f"the second signer: {comment}", "OneOfTwo", "invalid", message(signed(), second, who=(one, two)))
stranger_root = Certificate("根", Key(rng), None, AUTHORITY)
stranger = Certificate("丙", Key(rng), stranger_root, SIGNER)
case("the second signer under another root", "OneOfTwo", "invalid", message(signed(), signed(who=stranger), who=(one, stranger, stranger_root)))
case("the second signer revoked", "OneOfTwo", "invalid", message(signed(), signed(who=two), who=(one, two)),
     crls=[crl(sub, [(two, "2025-01-01T00:00:00Z")]).hex(), ROOT_CRL.hex()])

# Attributes.
base = attributes(CONTENT, GM + "1")
for comment, result, list_ in [
    ("messageDigest of another content", "invalid", attributes(b"another", GM + "1")),
    ("messageDigest with Z", "invalid", attributes(CONTENT, GM + "1", digest=sm3(b"z" * 32 + CONTENT))),
    ("messageDigest empty", "invalid", [base[0], attribute("4", octet_string(b""))]),
    ("messageDigest cut to 16 bytes", "invalid", [base[0], attribute("4", octet_string(sm3(CONTENT)[:16]))]),
    ("messageDigest as BIT STRING", "invalid", [base[0], attribute("4", bit_string(sm3(CONTENT)))]),
    ("messageDigest missing", "invalid", base[:1]),
    ("messageDigest twice", "invalid", [*base, base[1]]),
    ("messageDigest twice, two digests", "invalid", [*base, attribute("4", octet_string(sm3(b"another")))]),
    ("messageDigest with two values", "invalid", [base[0], attribute("4", octet_string(sm3(CONTENT)), octet_string(sm3(b"another")))]),
    ("messageDigest with no value", "invalid", [base[0], attribute("4")]),
    ("contentType missing", "invalid", base[1:]),
    ("contentType of a time stamp", "invalid", [attribute("3", oid(TST_INFO)), base[1]]),
    ("contentType twice", "invalid", [*base, base[0]]),
    ("contentType as text", "invalid", [attribute("3", der.tlv(0x0C, b"data")), base[1]]),
    ("no attribute at all", "invalid", []),
    ("contentType of RFC 5652 in a message of GB/T 35275", "acceptable", attributes(CONTENT, CMS + "1")),
    ("an unknown attribute", "valid", [*base, sequence(oid("1.2.156.10197.9.9.78"), tlv(0x31, der.NULL))]),
    ("signingTime twice", "acceptable", [*base, time, attribute("5", utc_time("2026-02-02T00:00:00Z"))]),
]:
    case(f"attributes: {comment}", "Attributes", result, message(signer_info(one, CONTENT, list_)))
case("attributes: not in the order of DER", "Attributes", "acceptable", message(signer_info(one, CONTENT, sorted(base, reverse=True), order=False)))
shaped = tlv(0x31, b"".join(sorted(base)))
case("content with the shape of attributes, no attributes", "Ambiguous", "invalid", message(plain(shaped), content=shaped))
value = one.key.sign(shaped)
case("signature over attributes shown as a signature over content", "Ambiguous", "invalid",
     message(signer_info(one, shaped, None, value=value), content=shaped))
case("signature over the content where attributes stand", "WrongInput", "invalid", message(signer_info(one, CONTENT, base, value=one.key.sign(CONTENT))))
case("signature over the digest of the content", "WrongInput", "invalid", message(plain(value=one.key.sign(sm3(CONTENT)))))
case("signature over the OCTET STRING with its header", "WrongInput", "invalid", message(plain(value=one.key.sign(octet_string(CONTENT)))))
case("signature without Z", "WrongInput", "invalid", message(plain(value=der.signature(*sign_digest(one.key.d, sm3(CONTENT), 12345)))))
case("signature under the empty user id", "WrongInput", "invalid", message(plain(value=one.key.sign(CONTENT, b""))))
case("signature as r and s side by side", "RawSignature", "invalid", message(plain(value=b"".join(map(octets, one.key.sign_numbers(CONTENT))))))
case("signature empty", "Malformed", "invalid", message(plain(value=b"")))
hash_ = sm3(one.der)
identity = lambda value: attribute("16.2.47", sequence(sequence(sequence(algorithm(SM3), octet_string(value)))))
case("attributes: signingCertificateV2 of the signer", "SigningCertificate", "valid", message(signed(extra=[identity(hash_)])))
case("attributes: signingCertificateV2 of another certificate", "SigningCertificate", "invalid", message(signed(extra=[identity(sm3(two.der))])))

# Certificates.
case("the signer's certificate comes with the case", "Certificates", "valid", signed_data(CONTENT, [plain()]), intermediates=[sub.der.hex(), one.der.hex()])
case("the signer's certificate nowhere", "Certificates", "invalid", signed_data(CONTENT, [plain()]))
case("the issuing authority inside the message", "Certificates", "valid", message(plain(), who=(one, sub)), intermediates=[])
case("the anchor inside the message, none in the case", "Certificates", "invalid", message(plain(), who=(one, sub, root)), trustAnchors=[])
case("another certificate of the same name and serial number", "Certificates", "invalid",
     message(plain(), who=(Certificate("甲", Key(rng), sub, SIGNER, serial=one.number),)))
case("the signer named by another serial number", "Certificates", "invalid", message(plain(identity=sequence(sub.name, integer(1)))))
case("the signer named by another issuer", "Certificates", "invalid", message(plain(identity=sequence(root.name, integer(one.number)))))
case("the signer named by its key identifier, RFC 5652", "Certificates", "acceptable",
     message(plain(identity=tlv(0x80, one.key.identifier), version=3), gm=False, version=3))
for comment, certificate in {
    "an encryption certificate": Certificate("丁", Key(rng), sub, [basic_constraints(False), key_usage(KEY_ENCIPHERMENT)]),
    "expired": Certificate("戊", Key(rng), sub, SIGNER, until="2025-12-31T00:00:00Z"),
    "not yet valid": Certificate("己", Key(rng), sub, SIGNER, since="2026-03-02T00:00:00Z"),
    "issued by a person": Certificate("庚", Key(rng), two, SIGNER),
    "self-signed": Certificate("辛", Key(rng), None, SIGNER),
    "the certificate of an authority": Certificate("壬", Key(rng), root, AUTHORITY),
}.items():
    case(f"the signer's certificate: {comment}", "Certificates", "invalid", message(plain(who=certificate), who=(certificate, two)))
for comment, lists in {"no list": [], "only the root's": [ROOT_CRL], "revoked": [crl(sub, [(one, "2025-07-01T00:00:00Z")]), ROOT_CRL],
                       "out of date": [crl(sub, until="2026-01-01T00:00:00Z"), ROOT_CRL], "forged": [crl(sub, key=two.key), ROOT_CRL]}.items():
    case(f"revocation: {comment}", "Revocation", "invalid", message(plain()), crls=[body.hex() for body in lists])
case("the lists inside the message alone", "Revocation", "acceptable", message(plain(), crls=[SUB_CRL, ROOT_CRL]), crls=[])

# The structure.
good = message(signed())
for comment, body in {
    "a byte behind": good + b"\0", "the last byte missing": good[:-1], "nothing": b"", "an empty SEQUENCE": sequence(),
    "outer length in five bytes": der.tlv_long(0x30, good[4:], 2),
    "the content type alone": sequence(oid(GM + "2")),
    "content type data": sequence(oid(GM + "1"), tlv(0xA0, octet_string(CONTENT))),
    "content type envelopedData": good.replace(oid(GM + "2"), oid(GM + "3")),
    "context tag 1 around": good.replace(b"\xa0", b"\xa1", 1),
    "signers missing": sequence(oid(GM + "2"), tlv(0xA0, sequence(integer(1), tlv(0x31, algorithm(SM3)), sequence(oid(GM + "1"), tlv(0xA0, octet_string(CONTENT))), tlv(0xA0, one.der)))),
    "version 0": message(signed(), version=0), "version -1": message(signed(), version=-1), "version 200": message(signed(), version=200),
    "signer version 0": message(signed(version=0)), "signer version 9": message(signed(version=9)),
}.items():
    case(f"structure: {comment}", "Structure", "invalid", body)
case("structure: length indefinite", "Structure", "acceptable", der.tlv_indefinite(0x30, good[4:]))
case("structure: no digest algorithm in front", "Structure", "acceptable", message(signed(), digests=[]))
case("structure: another digest algorithm in front", "Structure", "acceptable", message(signed(), digests=[algorithm("2.16.840.1.101.3.4.2.1")]))
case("structure: algorithm parameters NULL", "Structure", "valid", message(signed(), digests=[algorithm(SM3, der.NULL)]))
case("structure: content as an INTEGER", "Structure", "invalid", good.replace(octet_string(CONTENT), b"\x02" + octet_string(CONTENT)[1:]))

# Several signers and countersignatures.
third = Certificate("癸", Key(rng), sub, SIGNER)
for gm, form in ((True, "GB/T 35275"), (False, "RFC 5652")):
    three = [signed(gm=gm), plain(who=two), signed(gm=gm, who=third, extra=[time])]
    case(f"{form}: three signers, one without attributes", "Several", "valid", message(*three, who=(one, two, third), gm=gm), content=CONTENT)
    case(f"{form}: three signers, detached", "Several", "valid", message(*three, who=(one, two, third), gm=gm, attached=False), **detached)
    case(f"{form}: three signers, the one without attributes bent", "Several", "invalid", message(three[0], bent(three[1]), three[2], who=(one, two, third), gm=gm))
    case(f"{form}: one signer twice", "Several", "acceptable", message(signed(gm=gm), signed(gm=gm, extra=[time]), gm=gm))


def countersigned(*values, gm=True, value=None, who=(one, two), spread=False):
    """A message by `one`, with these countersignatures over its signature `value`."""
    groups = [[value] for value in values] if spread else [values]
    unsigned = tlv(0xA1, b"".join(attribute("6", *group) for group in groups))
    return message(signer_info(one, CONTENT, attributes(CONTENT, (GM if gm else CMS) + "1"), value=value, unsigned=unsigned), who=who, gm=gm)


def over(value, who=two, content_type=None, **how):
    """A countersignature."""
    list_ = attributes(value, content_type or CMS + "1", digest=how.pop("digest", None))
    return signer_info(who, value, list_ if content_type else list_[1:], **how)


value = one.key.sign(tlv(0x31, b"".join(sorted(base))))
rfc = one.key.sign(tlv(0x31, b"".join(sorted(attributes(CONTENT, CMS + "1")))))
case("GB/T 35275: countersigned", "Countersignature", "valid", countersigned(over(value), value=value))
case("RFC 5652: countersigned", "Countersignature", "valid", countersigned(over(rfc), value=rfc, gm=False))
case("countersigned, without attributes", "Countersignature", "valid", countersigned(signer_info(two, value), value=value))
case("countersigned by two", "Countersignature", "valid", countersigned(over(value), over(value, third), value=value, who=(one, two, third)))
case("countersigned by two in two attributes", "Countersignature", "valid",
     countersigned(over(value), over(value, third), value=value, who=(one, two, third), spread=True))
again = one.key.sign(tlv(0x31, b"".join(sorted(base))))
for comment, one_over in {
    "bent": bent(over(value)), "of another signature of the same": over(again), "over the content": over(CONTENT),
    "by another key": over(value, key=third.key), "without attributes, over the digest": signer_info(two, sm3(value)),
    "with the digest of something else": over(value, digest=sm3(b"another")), "with contentType": over(value, content_type=CMS + "1"),
    "by a stranger": over(value, stranger), "without messageDigest": signer_info(two, value, [time]),
}.items():
    case(f"a countersignature {comment}", "Countersignature", "invalid", countersigned(one_over, value=value, who=(one, two, stranger)))
case("the second countersignature bent", "Countersignature", "invalid", countersigned(over(value), bent(over(value, third)), value=value, who=(one, two, third)))
case("nine countersignatures", "Countersignature", "invalid", countersigned(*[over(value)] * 9, value=value))
case("a good countersignature over a bad signature", "Countersignature", "invalid", countersigned(over(bent(value)), value=bent(value)))
out.write()
