#!/usr/bin/env python3
"""Electronic seals and stamps: ses_seal_vN.json and ses_signature_vN.json."""

import sys

import der
from der import bit_string, integer, octet_string, oid, sequence, tlv
from pki_reference import (AUTHORITY, CRL_SIGN, CERT_SIGN, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, NON_REPUDIATION, SIGNER,
                           TIME_STAMPER, Certificate, Key, basic_constraints, crl, extended_key_usage, extension,
                           generalized_time, ia5, key_usage, printable, token, utc_time, utf8)
from ses_reference import (BMP, GIF, SVG, by_certificate, by_digest, extension_data, png, seal, seal_info, stamp)
from sm2_reference import N, octets, sign_digest, sm3
from vector_file import Stream, VectorFile

rng = Stream("yinxin ses")
NOW = "2026-03-01T00:00:00Z"
UNKNOWN = "1.2.156.10197.9.9.77"

# The public-key infrastructure that all cases share.
root = Certificate("根", Key(rng), None, AUTHORITY)
sub = Certificate("签发机构", Key(rng), root, [basic_constraints(True, 0), key_usage(CERT_SIGN, CRL_SIGN)])
maker = Certificate("制章人", Key(rng), sub, SIGNER)
signer = Certificate("张三", Key(rng), sub, SIGNER)
other = Certificate("李四", Key(rng), sub, SIGNER)
tsa = Certificate("时间戳", Key(rng), sub, TIME_STAMPER)
ROOT_CRL, SUB_CRL = crl(root), crl(sub)
KEYS = {"maker": maker.key.pkcs8(), "signer": signer.key.pkcs8(), "other": other.key.pkcs8(), "root": root.key.pkcs8(),
        "sub": sub.key.pkcs8(), "tsa": tsa.key.pkcs8()}


def pki(**change):
    fields = {"trustAnchors": [root], "intermediates": [sub], "crls": [SUB_CRL, ROOT_CRL]} | change
    return {name: [(one if isinstance(one, bytes) else one.der).hex() for one in value] for name, value in fields.items()}


def only(**change):
    """The fields of the infrastructure that a case overrides."""
    return {name: value for name, value in pki(**change).items() if name in change}


def bent(body, index=-1, mask=1):
    out = bytearray(body)
    out[index] ^= mask
    return bytes(out)


def some(version, cases):
    """All of them for version 4, every third for the others: the code is the same."""
    return [one for index, one in enumerate(cases) if version == 4 or index % 3 == 0]


def variants():
    """Certificates of a maker or signer that must not do, and why: comment, flag, certificate, override."""
    stranger_root = Certificate("根", Key(rng), None, AUTHORITY)
    stranger_sub = Certificate("签发机构", Key(rng), stranger_root, AUTHORITY)
    weak = Certificate("无权机构", Key(rng), root, [basic_constraints(True), key_usage(CRL_SIGN)])
    yield "issued by an authority of the same names under another root", "UntrustedChain", Certificate("甲", Key(rng), stranger_sub, SIGNER), \
        only(intermediates=[stranger_sub, sub])
    yield "self-signed", "UntrustedChain", Certificate("乙", Key(rng), None, SIGNER), {}
    yield "issued by the certificate of a person", "UntrustedChain", Certificate("丙", Key(rng), other, SIGNER), only(intermediates=[sub, other])
    yield "issued by an authority without keyCertSign", "UntrustedChain", Certificate("丁", Key(rng), weak, SIGNER), \
        only(intermediates=[weak], crls=[crl(weak), ROOT_CRL])
    yield "signed by another key than the issuer's", "UntrustedChain", Certificate("戊", Key(rng), sub, SIGNER, signing_key=other.key), {}
    deep = Certificate("二级机构", Key(rng), sub, AUTHORITY)
    yield "below an authority with pathLen 0", "UntrustedChain", Certificate("己", Key(rng), deep, SIGNER), \
        only(intermediates=[sub, deep], crls=[crl(deep), SUB_CRL, ROOT_CRL])
    yield "an encryption certificate", "KeyUsage", Certificate("庚", Key(rng), sub, [basic_constraints(False), key_usage(KEY_ENCIPHERMENT)]), {}
    yield "the certificate of an authority", "KeyUsage", Certificate("辛", Key(rng), root, [basic_constraints(True), key_usage(DIGITAL_SIGNATURE, CERT_SIGN)]), {}
    yield "an unknown critical extension", "CriticalExtension", Certificate("壬", Key(rng), sub, [*SIGNER, extension(UNKNOWN, der.NULL, True)]), {}
    yield "an extension twice", "DuplicateExtension", Certificate("癸", Key(rng), sub, [*SIGNER, key_usage(DIGITAL_SIGNATURE)]), {}
    yield "not yet valid", "Expired", Certificate("子", Key(rng), sub, SIGNER, since="2026-03-02T00:00:00Z"), {}
    yield "expired before it was used", "Expired", Certificate("丑", Key(rng), sub, SIGNER, until="2024-12-31T00:00:00Z"), {}
    yield "signature algorithms inside and outside differ", "Malformed", Certificate("寅", Key(rng), sub, SIGNER, outer="1.2.840.10045.4.3.2"), {}


def with_sub(override):
    """The same with what the other certificate of a stamp needs."""
    needs = {"intermediates": sub.der.hex(), "crls": SUB_CRL.hex()}
    return {name: value if needs[name] in value else [*value, needs[name]] for name, value in override.items()}


def revocation(target):
    """Overrides of the lists, with what they mean for a target issued by `sub`: comment, flag, result, override."""
    early, late = "2024-06-01T00:00:00Z", "2026-02-15T00:00:00Z"
    one = lambda *lists: only(crls=list(lists))
    yield "no list at all", "NoRevocation", "invalid", one()
    yield "no list of the issuing authority", "NoRevocation", "invalid", one(ROOT_CRL)
    yield "no list of the root", "NoRevocation", "invalid", one(SUB_CRL)
    yield "revoked long before", "Revoked", "invalid", one(crl(sub, [(target, early)]), ROOT_CRL)
    yield "the issuing authority revoked", "Revoked", "invalid", one(SUB_CRL, crl(root, [(sub, early)]))
    yield "another certificate revoked", "Normal", "valid", one(crl(sub, [(tsa, early), (other, late)]), ROOT_CRL)
    yield "a list of the root that names the serial number", "Normal", "valid", one(SUB_CRL, crl(root, [(target, early)]))
    yield "the list out of date", "StaleList", "invalid", one(crl(sub, until="2026-01-01T00:00:00Z"), ROOT_CRL)
    yield "the list from the future", "StaleList", "invalid", one(crl(sub, since="2026-03-02T00:00:00Z"), ROOT_CRL)
    yield "the list signed by another key", "ForgedList", "invalid", one(crl(sub, key=other.key), ROOT_CRL)
    yield "the list with an unknown critical extension", "CriticalExtension", "invalid", one(crl(sub, extra=[extension(UNKNOWN, der.NULL, True)]), ROOT_CRL)
    yield "a delta list", "PartialList", "invalid", one(crl(sub, extra=[extension("2.5.29.27", integer(1), True)]), ROOT_CRL)
    yield "a list for attributes only", "PartialList", "invalid", \
        one(crl(sub, extra=[extension("2.5.29.28", sequence(tlv(0x85, b"\xff")), True)]), ROOT_CRL)
    yield "two lists, one of them revokes", "Revoked", "invalid", one(SUB_CRL, crl(sub, [(target, early)]), ROOT_CRL)
    yield "a broken list beside the good ones", "Normal", "valid", one(bent(SUB_CRL), SUB_CRL, ROOT_CRL)
    yield "what is no list beside the good ones", "Normal", "valid", one(b"\x30\x00", SUB_CRL, ROOT_CRL)


def encodings(good):
    """The same bytes in another encoding, and cut short."""
    header = 4 if good[1] == 0x82 else 3
    yield "a byte behind", bytes(good) + b"\0"
    yield "outer length in five bytes", der.tlv_long(0x30, good[header:], 2)
    yield "outer length indefinite", der.tlv_indefinite(0x30, good[header:])
    yield "the last byte missing", good[:-1]
    yield "a SET around", b"\x31" + good[1:]
    yield "nothing", b""
    yield "an empty SEQUENCE", sequence()
    yield "a SEQUENCE around", sequence(good)


def seal_group(version):
    tests = seals.group("SesSeal", version=version, **pki())
    listed = by_certificate(signer)
    info = seal_info(version, listed)

    def case(comment, flag, result, body, when=NOW, reason="", **override):
        seals.add(tests, comment, flag, result, reason=reason, der=body, verifyTime=when, **override)

    def made(the_info=info, **how):
        return seal(version, the_info, maker, **how)

    good = made()
    case("a seal", "Normal", "valid", good)
    case("two signers", "Normal", "valid", made(seal_info(version, by_certificate(signer, other))))
    case("a personal seal", "Normal", "valid", made(seal_info(version, listed, kind=2)))
    if version != 1:
        case("signers by digest", "Normal", "valid", made(seal_info(version, by_digest(signer, other), list_type=2)))
        case("another type of seal", "Normal", "valid", made(seal_info(version, listed, kind=15)))
        case("an extension that is not critical", "Extension", "valid", made(seal_info(version, listed, extensions=[extension_data(UNKNOWN, b"x")])))
    for form, data in {"GIF": GIF, "BMP": BMP, "SVG": SVG, "PNG": png(30, 20)}.items():
        case(f"a picture in {form}", "Picture", "acceptable" if version == 1 and form in ("PNG", "SVG") else "valid",
             made(seal_info(version, listed, picture=(form, data, 40, 40))))
    case("one second before the end", "Period", "valid", good, "2035-01-01T23:59:59Z")
    case("at the end", "Period", "valid", good, "2035-01-02T00:00:00Z")
    case("one second after the end", "Period", "invalid", good, "2035-01-02T00:00:01Z", "seal-expired")
    later = made(seal_info(version, listed, since="2026-02-01T00:00:00Z"))
    case("at the start", "Period", "valid", later, "2026-02-01T00:00:00Z")
    case("one second before the start", "Period", "invalid", later, "2026-01-31T23:59:59Z", "seal-not-yet")
    case("the end before the start", "Period", "invalid", made(seal_info(version, listed, since="2027-01-01T00:00:00Z", until="2026-01-01T00:00:00Z")), reason="period")

    # The maker's signature.
    case("one bit of the signature changed", "WrongSignature", "invalid", bent(good), reason="signature")
    for word in ("YINXIN", "33010020260001", "印信测试"):
        at = good.index(word.encode())
        case(f"one bit of {word} changed", "Changed", "invalid", bent(good, at), reason="signature")
    at = good.index(info) + info.index(b"\x89PNG") + 20
    case("one bit of the picture changed", "Changed", "invalid", bent(good, at), reason="signature")
    case("signed by the signer", "WrongKey", "invalid", made(key=signer.key), reason="signature")
    certificate = octet_string(maker.der)
    algorithm = oid("1.2.156.10197.1.501")
    everything = sequence(info, certificate, algorithm)
    case("signed in the way of another version", "WrongInput", "invalid", made(covered=info if version == 1 else everything), reason="signature")
    case("signed over the fields side by side", "WrongInput", "invalid", made(covered=info + certificate + algorithm), reason="signature")
    case("signed over the contents without their header", "WrongInput", "invalid", made(covered=info[4:]), reason="signature")
    case("signed over the digest", "WrongInput", "invalid", made(covered=sm3(everything if version == 1 else info)), reason="signature")
    covered = everything if version == 1 else info
    plain = sign_digest(maker.key.d, sm3(covered), rng.below(N))
    case("signed without Z", "WrongInput", "invalid", made(value=der.signature(*plain)), reason="signature")
    case("signed under the empty user id", "WrongInput", "invalid", made(value=maker.key.sign(covered, b"")), reason="signature")
    r, s = maker.key.sign_numbers(covered)
    case("signature as r and s side by side", "RawSignature", "invalid", made(value=octets(r) + octets(s)), reason="signature-form")
    case("signature empty", "Malformed", "invalid", made(value=b""), reason="signature-form")
    case("signature with a byte behind", "Malformed", "invalid", made(value=der.signature(r, s) + b"\0"), reason="signature-form")
    for name, body in {"SM3": oid("1.2.156.10197.1.401"), "the curve": oid("1.2.156.10197.1.301"), "ECDSA with SHA-256": oid("1.2.840.10045.4.3.2"),
                       "RSA with SHA-256": oid("1.2.840.113549.1.1.11"), "a SEQUENCE": sequence(oid("1.2.156.10197.1.501")), "nothing": b"",
                       "SM3 with RSA": oid("1.2.156.10197.1.504")}.items():
        case(f"algorithm: {name}", "Algorithm", "invalid", made(algorithm=body), reason="algorithm")

    # The maker's certificate.
    for comment, flag, certificate, override in some(version, variants()):
        case(f"maker: {comment}", flag, "invalid", seal(version, info, certificate), reason="maker", **override)
    for comment, flag, result, override in some(version, revocation(maker)):
        case(f"maker: {comment}", flag, result, good, reason="" if result == "valid" else "revocation", **override)
    case("maker: no anchor", "UntrustedChain", "invalid", good, reason="maker", **only(trustAnchors=[]))
    case("maker: another anchor", "UntrustedChain", "invalid", good, reason="maker", **only(trustAnchors=[Certificate("根", Key(rng), None, AUTHORITY)]))
    case("maker: the issuing authority missing", "UntrustedChain", "invalid", good, reason="maker", **only(intermediates=[]))
    case("maker: the issuing authority among the extra certificates", "Normal", "valid", good, **only(intermediates=[]), extraCerts=[sub.der.hex()])
    case("maker: eight useless certificates", "Normal", "valid", good,
         **only(intermediates=[*(Certificate("签发机构", root.key, root, AUTHORITY, serial=900 + i, signing_key=other.key) for i in range(8)), sub]))
    swapped = Certificate("制章人二", maker.key, sub, SIGNER)
    if version == 1:
        body = sequence(info, sequence(octet_string(swapped.der), algorithm, bit_string(maker.key.sign(everything))))
        case("maker: another certificate of the same key, put in afterwards", "Swapped", "invalid", body, reason="signature")
    case("maker: not a certificate", "Malformed", "invalid", seal(version, info, type("X", (), {"der": b"\x30\x00", "key": maker.key})), reason="maker")

    # The structure.
    for comment, body in encodings(good):
        case(comment, "Encoding", "invalid", body, reason="structure")
    case("header is not ES", "Structure", "invalid", made(seal_info(version, listed, header_id="SE")), reason="structure")
    for number in (0, 2, 3, 6, 11, -1):
        result = "acceptable" if version == 1 else "invalid"
        case(f"version {number}", "Version", result, made(seal_info(version, listed, header_version=number)), reason="version")
    case("no signer listed", "Structure", "invalid", made(seal_info(version, sequence())), reason="structure")
    if version != 1:
        case("certificates called digests", "ListType", "invalid", made(seal_info(version, listed, list_type=2)), reason="structure")
        case("digests called certificates", "ListType", "invalid", made(seal_info(version, by_digest(signer))), reason="structure")
        case("list type 3", "ListType", "invalid", made(seal_info(version, listed, list_type=3)), reason="structure")
        case("list type 0", "ListType", "invalid", made(seal_info(version, listed, list_type=0)), reason="structure")
        zones = {"UTCTime": utc_time, "no Z": lambda t: tlv(0x18, generalized_time(t)[2:-1]), "an offset": lambda t: tlv(0x18, generalized_time(t)[2:-1] + b"+0800"),
                 "month 13": lambda t: tlv(0x18, b"20251301000000Z"), "second 60": lambda t: tlv(0x18, b"20250101000060Z"),
                 "no seconds": lambda t: tlv(0x18, b"202501010000Z"), "text": lambda t: ia5("2025-01-01 00:00:00"), "nothing": lambda t: tlv(0x18)}
        start, end = "2025-01-02T00:00:00Z", "2035-01-02T00:00:00Z"
        for name, write in zones.items():
            times = (generalized_time(start), write(start), generalized_time(end))
            case(f"time: {name}", "Time", "invalid", made(seal_info(version, listed, times=times)), reason="structure")
        case("an extension that is critical and unknown", "CriticalExtension", "invalid",
             made(seal_info(version, listed, extensions=[extension_data(UNKNOWN, b"x", True)])), reason="extension")
        case("an extension twice", "DuplicateExtension", "invalid",
             made(seal_info(version, listed, extensions=[extension_data(UNKNOWN, b"x"), extension_data(UNKNOWN, b"y")])), reason="extension")
        case("an extension's FALSE written out", "ExplicitDefault", "invalid",
             made(seal_info(version, listed, extensions=[extension_data(UNKNOWN, b"x", False)])), reason="structure")
        case("a sixth member of the info", "Structure", "invalid", made(sequence(info[4:], sequence(), der.NULL)), reason="structure")
    else:
        times = [generalized_time(t) for t in ("2025-01-02T00:00:00Z", "2025-01-02T00:00:00Z", "2035-01-02T00:00:00Z")]
        case("time: GeneralizedTime", "Time", "invalid", made(seal_info(version, listed, times=times)), reason="structure")
        case("an IA5String for the list of certificates", "Structure", "invalid", made(seal_info(version, ia5("1"))), reason="structure")
        case("a bare certificate in the list", "Structure", "acceptable", made(seal_info(version, sequence(signer.der))), reason="structure")
    for name, picture in {"width 0": ("PNG", None, 0, 40), "width -1": ("PNG", None, -1, 40), "height 2^31": ("PNG", None, 40, 2**31),
                          "height 2^63": ("PNG", None, 40, 2**63), "no data": ("PNG", b"", 40, 40)}.items():
        case(f"picture: {name}", "Picture", "invalid", made(seal_info(version, listed, picture=picture)), reason="picture")
    for name, picture in {"a PNG called GIF": ("GIF", None, 40, 40), "text called PNG": ("PNG", b"no picture at all", 40, 40),
                          "lower case": ("png", None, 40, 40)}.items():
        case(f"picture: {name}", "Picture", "acceptable", made(seal_info(version, listed, picture=picture)), reason="picture")

    # The time stamp of a seal, in the newest version.
    last = lambda body: tlv(0xA0, bit_string(body))
    if version == 5:
        stamped = lambda **how: made(stamp_token=lambda value: token(value, tsa, **({"when": "2025-01-02T00:00:05Z"} | how)))
        case("with a time stamp", "TimeStamp", "valid", stamped())
        case("time stamp at the moment of creation", "TimeStamp", "valid", stamped(when="2025-01-02T00:00:00Z"))
        case("time stamp before the creation", "TimeStamp", "invalid", stamped(when="2025-01-01T23:59:59Z"), reason="time-stamp")
        case("time stamp over something else", "TimeStamp", "invalid", stamped(imprint=sm3(b"something else")), reason="time-stamp")
        case("time stamp over the seal's info", "TimeStamp", "invalid", stamped(imprint=sm3(info)), reason="time-stamp")
        case("time stamp by a certificate without the purpose", "TimeStamp", "invalid", made(stamp_token=lambda v: token(v, signer, "2025-01-02T00:00:05Z")), reason="time-stamp")
        lax = Certificate("时间戳二", Key(rng), sub, [*SIGNER, extended_key_usage("1.3.6.1.5.5.7.3.8")])
        case("time stamp by a certificate whose purpose is not critical", "TimeStamp", "invalid", made(stamp_token=lambda v: token(v, lax, "2025-01-02T00:00:05Z")), reason="time-stamp")
        case("time stamp signed by another key", "TimeStamp", "invalid", stamped(key=other.key), reason="time-stamp")
        case("time stamp of three bytes", "TimeStamp", "invalid", made(stamp_token=b"\1\2\3"), reason="time-stamp")
        case("time stamp empty", "TimeStamp", "invalid", made(stamp_token=b""), reason="time-stamp")
        value = maker.key.sign(info)
        case("time stamp that is a message of another type", "TimeStamp", "invalid",
             made(value=value, stamp_token=token(value, tsa, "2025-01-02T00:00:05Z", content_type="1.2.840.113549.1.7.1")), reason="time-stamp")
    else:
        case("a member too many", "Structure", "invalid", made(tail=last(b"\1\2\3") if version == 4 else der.NULL), reason="structure")


DOCUMENT = "支付凭证 0001 壹万元整".encode()
PATH = "/Doc_0/Signs/Sign_0/Signature.xml"


def stamp_group(version):
    tests = stamps.group("SesSignature", version=version, **pki(), document=DOCUMENT, expectedPath=PATH)
    info = seal_info(version, by_certificate(signer))
    the_seal = seal(version, info, maker)

    def case(comment, flag, result, body, when=NOW, reason="", **override):
        stamps.add(tests, comment, flag, result, reason=reason, der=body, verifyTime=when, **override)

    def made(a_seal=the_seal, who=signer, **how):
        return stamp(version, a_seal, who, DOCUMENT, **how)

    good = made()
    case("a stamp", "Normal", "valid", good)
    case("stamped this second", "Normal", "valid", made(when=NOW))
    both = seal(version, seal_info(version, by_certificate(other, signer)), maker)
    case("the second of two signers", "Normal", "valid", made(both))
    case("without an expected path in the case", "Normal", "valid", stamp(version, the_seal, signer, b"x"), document=b"x")
    if version != 1:
        digests = seal(version, seal_info(version, by_digest(other, signer), list_type=2), maker)
        case("signer by digest", "Normal", "valid", made(digests))
        case("an extension that is not critical", "Extension", "valid", made(extensions=[extension_data(UNKNOWN, b"x")]))

    # What was stamped.
    case("one byte of the document changed", "DocumentChanged", "invalid", good, reason="data-hash", document=bent(DOCUMENT))
    case("the document with a byte more", "DocumentChanged", "invalid", good, reason="data-hash", document=DOCUMENT + b"\0")
    case("the empty document", "DocumentChanged", "invalid", good, reason="data-hash", document=b"")
    case("stamped at another place", "WrongPath", "invalid", good, reason="property", expectedPath="/Doc_0/Signs/Sign_1/Signature.xml")
    case("the place in other letters", "WrongPath", "invalid", good, reason="property", expectedPath=PATH.lower())
    case("the place with a character more", "WrongPath", "invalid", good, reason="property", expectedPath=PATH + "l")
    hashes = {"SM3 with Z": sm3(der.spki(b"")[:0] + sm3(b"z") + DOCUMENT), "SM3 twice": sm3(sm3(DOCUMENT)), "zeros": bytes(32), "empty": b"",
              "cut to 31 bytes": sm3(DOCUMENT)[:31], "cut to 16 bytes": sm3(DOCUMENT)[:16], "a byte more": sm3(DOCUMENT) + b"\0",
              "hexadecimal text": sm3(DOCUMENT).hex().encode(), "the document itself": DOCUMENT}
    for name, value in hashes.items():
        case(f"dataHash: {name}", "WrongDigest", "invalid", made(data_hash=bit_string(value)), reason="data-hash")
    case("dataHash with an unused bit", "WrongDigest", "invalid", made(data_hash=bit_string(sm3(DOCUMENT)[:-1] + bytes([sm3(DOCUMENT)[-1] & 0xFE]), 1)), reason="data-hash")
    case("dataHash as OCTET STRING", "Structure", "invalid", made(data_hash=octet_string(sm3(DOCUMENT))), reason="structure")

    # The signer's signature.
    case("one bit of the signature changed", "WrongSignature", "invalid", bent(good), reason="signature")
    case("signed by the maker", "WrongKey", "invalid", made(key=maker.key), reason="signature")
    case("signed over the digest of the document", "WrongInput", "invalid", made(covered=sm3(DOCUMENT)), reason="signature")
    case("signed over the document", "WrongInput", "invalid", made(covered=DOCUMENT), reason="signature")
    at = good.index(PATH.encode())
    case("one bit of the place changed", "Changed", "invalid", bent(good, at + 5), reason="signature", expectedPath=bent(PATH.encode(), 5).decode())
    case("the seal in it changed, one bit of the picture", "Changed", "invalid", bent(good, good.index(b"\x89PNG") + 20), reason="signature")
    another = seal(version, seal_info(version, by_certificate(signer), seal_id="33010020260002"), maker)
    values = [signer.key.sign(b"x") for _ in range(99)]
    value = next(one for one in values if len(one) == len(values[0]))
    replaced = made(another, value=value)
    case("the seal in it replaced by another good one", "Changed", "invalid", replaced, reason="signature")
    raw = b"".join(map(octets, signer.key.sign_numbers(b"x")))
    case("signature as r and s side by side", "RawSignature", "invalid", made(value=raw), reason="signature-form")
    case("signature empty", "Malformed", "invalid", made(value=b""), reason="signature-form")
    for name, body in {"SM3": oid("1.2.156.10197.1.401"), "the curve": oid("1.2.156.10197.1.301"), "ECDSA with SHA-256": oid("1.2.840.10045.4.3.2"),
                       "a SEQUENCE": sequence(oid("1.2.156.10197.1.501"))}.items():
        case(f"algorithm: {name}", "Algorithm", "invalid", made(algorithm=body), reason="algorithm")

    # The signer, and whether the seal lists the certificate.
    case("a good certificate that the seal does not list", "NotListed", "invalid", made(who=other), reason="membership")
    renewed = Certificate("张三", signer.key, sub, SIGNER)
    case("a renewed certificate of the same key that the seal does not list", "NotListed", "invalid", made(who=renewed), reason="membership")
    alike = Certificate("张三", Key(rng), sub, SIGNER, serial=signer.number)
    case("a certificate of the same name and serial number", "NotListed", "invalid", made(who=alike), reason="membership")
    case("the maker stamps", "NotListed", "invalid", made(who=maker), reason="membership")
    if version != 1:
        def by(listed_digests):
            return seal(version, seal_info(version, listed_digests, list_type=2), maker)

        entry = lambda kind, value: sequence(sequence(printable(kind), octet_string(value)))
        whole = sm3(signer.der)
        case("digest cut to 16 bytes", "NotListed", "invalid", made(by(entry("SM3", whole[:16]))), reason="membership")
        case("digest empty", "NotListed", "invalid", made(by(entry("SM3", b""))), reason="membership")
        case("digest with a byte more", "NotListed", "invalid", made(by(entry("SM3", whole + b"\0"))), reason="membership")
        case("digest of another certificate", "NotListed", "invalid", made(by(by_digest(other))), reason="membership")
        case("digest of the public key", "NotListed", "invalid", made(by(entry("SM3", sm3(signer.key.spki)))), reason="membership")
        case("digest by an unknown algorithm", "NotListed", "invalid", made(by(entry("XYZ", whole))), reason="membership")
        case("digest named by its OID", "DigestName", "acceptable", made(by(entry("1.2.156.10197.1.401", whole))))
    for comment, flag, certificate, override in some(version, variants()):
        a_seal = seal(version, seal_info(version, by_certificate(certificate)), maker)
        body = stamp(version, a_seal, certificate, DOCUMENT)
        case(f"signer: {comment}", flag, "invalid", body, reason="signer", **with_sub(override))
    for comment, flag, result, override in some(version, revocation(signer)):
        case(f"signer: {comment}", flag, result, good, reason="" if result == "valid" else "revocation", **override)
    case("signer: revoked after signing, nothing proves that it was before", "TimePolicy", "acceptable", good, reason="policy",
         **only(crls=[crl(sub, [(signer, "2026-02-15T00:00:00Z")]), ROOT_CRL]))
    ending = Certificate("卯", Key(rng), sub, SIGNER, until="2026-02-15T00:00:00Z")
    case("signer: expired after signing, nothing proves that it was before", "TimePolicy", "acceptable",
         stamp(version, seal(version, seal_info(version, by_certificate(ending)), maker), ending, DOCUMENT), reason="policy")
    case("signer: expired before signing", "Expired", "invalid",
         stamp(version, seal(version, seal_info(version, by_certificate(ending)), maker), ending, DOCUMENT, when="2026-02-20T00:00:00Z"), reason="signer")

    # The seal inside.
    broken = bent(the_seal)
    case("the seal's own signature is bad", "BadSeal", "invalid", made(broken), reason="seal-signature")
    for comment, flag, certificate, override in some(version, list(variants())[:7]):
        case(f"the seal's maker: {comment}", flag, "invalid", made(seal(version, info, certificate)), reason="maker", **with_sub(override))
    short = seal(version, seal_info(version, by_certificate(signer), until="2026-01-15T00:00:00Z"), maker)
    case("the seal expired before signing", "SealExpired", "invalid", made(short), reason="seal-expired")
    ended = seal(version, seal_info(version, by_certificate(signer), until="2026-02-15T00:00:00Z"), maker)
    case("the seal expired after signing, nothing proves that it was before", "TimePolicy", "acceptable", made(ended), reason="policy")
    young = seal(version, seal_info(version, by_certificate(signer), since="2026-02-10T00:00:00Z"), maker)
    case("the seal not yet valid at signing", "SealNotYet", "invalid", made(young), reason="seal-not-yet")
    case("signed one second into the seal's validity", "Normal", "valid", made(young, when="2026-02-10T00:00:01Z"))
    case("signing time in the future", "Future", "invalid", made(when="2026-03-01T00:10:00Z"), reason="time")
    case("signing time a year in the future", "Future", "invalid", made(when="2027-03-01T00:00:00Z"), reason="time")

    # The structure.
    for comment, body in encodings(good):
        case(comment, "Encoding", "invalid", body, reason="structure")
    for number in {1: (4, 5), 4: (1, 5, 3, 0), 5: (4, 1, 6)}[version]:
        result = "acceptable" if version == 1 else "invalid"
        case(f"version {number} of the stamp around a seal of version {version}", "Version", result, made(stamp_version=number), reason="version")
    foreign = {4: 5, 5: 4, 1: 4}[version]
    alien = seal(foreign, seal_info(foreign, by_certificate(signer)), maker)
    case(f"a seal of version {foreign} inside", "Version", "invalid", made(alien), reason="version")
    case("a member too many", "Structure", "invalid", made(tail=der.NULL), reason="structure")
    case("a member too many in what is signed", "Structure", "invalid", made(tbs_tail=der.NULL), reason="structure")
    if version == 1:
        forms = {"GeneralizedTime": bit_string(generalized_time("2026-02-01T00:00:00Z")), "text": bit_string(b"2026-02-01 00:00:00"),
                 "UTCTime without BIT STRING": utc_time("2026-02-01T00:00:00Z")}
        for name, time in forms.items():
            case(f"time: {name}", "Time", "acceptable", made(time=time), reason="structure")
        case("time: nothing", "Time", "invalid", made(time=bit_string(b"")), reason="structure")
    else:
        for name, time in {"UTCTime": utc_time("2026-02-01T00:00:00Z"), "no Z": tlv(0x18, b"20260201000000"), "month 13": tlv(0x18, b"20261301000000Z"),
                           "BIT STRING": bit_string(generalized_time("2026-02-01T00:00:00Z"))}.items():
            case(f"time: {name}", "Time", "invalid", made(time=time), reason="structure")
        case("an extension that is critical and unknown", "CriticalExtension", "invalid", made(extensions=[extension_data(UNKNOWN, b"x", True)]), reason="extension")
        case("an extension twice", "DuplicateExtension", "invalid", made(extensions=[extension_data(UNKNOWN, b"x")] * 2), reason="extension")
        case("an extension's FALSE written out", "ExplicitDefault", "invalid", made(extensions=[extension_data(UNKNOWN, b"x", False)]), reason="structure")
        stamped = lambda **how: made(stamp_token=lambda value: token(value, tsa, **({"when": "2026-02-01T00:00:05Z"} | how)))
        case("with a time stamp", "TimeStamp", "valid", stamped())
        case("with a time stamp in the form of GB/T 35275", "TimeStamp", "valid", stamped(gm=True))
        case("time stamp before the signing time", "TimeStamp", "invalid", stamped(when="2026-01-31T23:59:00Z"), reason="time-stamp")
        case("time stamp in the future", "TimeStamp", "invalid", stamped(when="2026-03-02T00:00:00Z"), reason="time-stamp")
        case("time stamp over something else", "TimeStamp", "invalid", stamped(imprint=sm3(b"something else")), reason="time-stamp")
        case("time stamp by the signer", "TimeStamp", "invalid", made(stamp_token=lambda v: token(v, signer, "2026-02-01T00:00:05Z")), reason="time-stamp")
        case("time stamp signed by another key", "TimeStamp", "invalid", stamped(key=other.key), reason="time-stamp")
        case("time stamp of three bytes", "TimeStamp", "invalid", made(stamp_token=b"\1\2\3"), reason="time-stamp")
        case("signer revoked after signing, the time stamp proves that it was before", "TimePolicy", "valid", stamped(), **only(crls=[crl(sub, [(signer, "2026-02-15T00:00:00Z")]), ROOT_CRL]))
        case("signer revoked before signing, in spite of the time stamp", "Revoked", "invalid", stamped(), reason="revocation", **only(crls=[crl(sub, [(signer, "2026-01-15T00:00:00Z")]), ROOT_CRL]))


HEADER = ["reason names the check that must refuse; a library may refuse for another reason.",
          "Fields of a test override those of its group. verifyTime is the clock and the proof of existence; revocation must be known."]
for version in (4, 5, 1):
    seals = VectorFile(f"ses_seal_v{version}", "GB/T 38540 electronic seal", HEADER, maker="ses.py", keys=KEYS)
    seal_group(version)
    seals.write()
    stamps = VectorFile(f"ses_signature_v{version}", "GB/T 38540 electronic seal", HEADER, maker="ses.py", keys=KEYS)
    stamp_group(version)
    stamps.write()
