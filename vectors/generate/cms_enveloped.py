#!/usr/bin/env python3
"""Encrypted messages: cms_enveloped.json."""

import der
from cms_reference import *
from der import NULL, integer, octet_string, oid, sequence, tlv
from pki_reference import (AUTHORITY, CERT_SIGN, CMS, CRL_SIGN, GM, KEY_ENCIPHERMENT, SIGNER, SM3, Certificate, Key,
                           algorithm, attribute, attributes, basic_constraints, crl, extension, key_usage, set_of, signed_data, signer_info)
from rsa_ecdsa_reference import RsaKey
from sm2_reference import N, P, encrypt_parts, lift, mask, multiply, octets, sec1
from vector_file import Stream, VectorFile

rng = Stream("yinxin cms enveloped")
ENCRYPTER = [basic_constraints(False), key_usage(KEY_ENCIPHERMENT, 3, 4)]
root = Certificate("根", Key(rng), None, AUTHORITY)
sub = Certificate("签发机构", Key(rng), root, [basic_constraints(True, 0), key_usage(CERT_SIGN, CRL_SIGN)])
one, two, three = (Certificate(name, Key(rng), sub, ENCRYPTER) for name in ("甲加密", "乙加密", "丙加密"))
rsa = Certificate("丁加密", RsaKey(rng), sub, ENCRYPTER)
signer, cosigner = (Certificate(name, Key(rng), sub, SIGNER) for name in ("甲签名", "乙签名"))
LISTS = [crl(sub).hex(), crl(root).hex()]
CONTENT = "拨款 人民币 10,000.00 元".encode()
KEY = rng.octets(16)
FORMS = ((True, "GB/T 35275"), (False, "RFC 5652"))
out = VectorFile("cms_enveloped", "CMS EnvelopedData, AuthEnvelopedData, SignedAndEnvelopedData, EncryptedData with SM2 and SM4",
                 ["The message opens with recipientKey as the holder of recipientCert, or under key, and gives content.",
                  "SignedAndEnvelopedData: every signer verifies and leads to an anchor; at least one; revocation must be known.",
                  "allow: asFound for what vendors write otherwise than the standards say, 104.10 for 1.2.156.10197.1.104.10 taken for SM4-GCM.",
                  "error: the number of the error; 406 is the one answer to whatever depends on a key."],
                 maker="cms_enveloped.py",
                 keys={"one": one.key.pkcs8(), "two": two.key.pkcs8(), "three": three.key.pkcs8(), "signer": signer.key.pkcs8()})
tests = out.group("CmsDecrypt", recipientKey=one.key.pkcs8(), recipientCert=one.der, content=CONTENT)
DER, VALUE, STRUCTURE, ALGORITHM, VERSION, FORM, COUNT, MISMATCH, DECRYPTION, NOT_RECIPIENT = 101, 107, 108, 201, 202, 203, 302, 403, 406, 412


def good(comment, flag, body, **fields):
    out.add(tests, comment, flag, "valid", der=body, **fields)


def bad(comment, flag, body, error=None, **fields):
    stated = {"error": error} if error else {}
    out.add(tests, comment, flag, "invalid", der=body, **fields, **stated)


def allowed(comment, flag, body, leave="asFound", **fields):
    """What is read by leave, and refused without."""
    good(comment, flag, body, allow=[leave], **fields)
    bad(f"{comment}, not allowed", flag, body, **fields)


def iv():
    return rng.octets(16)


def bent(body, index=-1, bit=1):
    changed = bytearray(body)
    changed[index] ^= bit
    return bytes(changed)


def at(body, part, index):
    """`body` with a bit of `part` bent."""
    assert body.count(part) == 1
    return bent(body, body.index(part) + index % len(part))


def open_lengths(content_type, body):
    """The same message with three open lengths."""
    inner = body[body.index(b"\xa0\x82") + 8:]
    return der.tlv_indefinite(0x30, oid(content_type) + der.tlv_indefinite(0xA0, der.tlv_indefinite(0x30, inner)))


def holder(certificate):
    return {"recipientKey": certificate.key.pkcs8(), "recipientCert": certificate.der}


def to_one(gm=True, **how):
    return recipient(one, KEY, gm, **how)


def to_rsa(gm):
    """What opens for nobody: RSA recipients are not offered."""
    return recipient(rsa, KEY, gm, encrypted=rng.octets(256), name=RSA_ENCRYPTION, parameters=(NULL,))


def plain(content=CONTENT, gm=True, recipients=None, **how):
    return enveloped(recipients or [to_one(gm)], cbc(content, KEY, iv(), gm), gm, **how)


def tagged(content=CONTENT, name=SM4_GCM, key=KEY, recipients=None, aad=b"", how=None, **outer):
    body, tag = gcm(content, key, rng.octets(12), tlv(0x31, aad) if aad else b"", name, **(how or {}))
    attributes_ = tlv(0xA1, aad) if aad else b""
    return auth_enveloped(recipients or [recipient(one, key, False)], body, tag, attributes_, **outer)


# EnvelopedData.
for gm, form in FORMS:
    for size in (0, 1, 15, 16, 17, 1000):
        content = rng.octets(size)
        good(f"{form}: {size} bytes", "Normal", plain(content, gm), content=content)
    several = enveloped([recipient(who, KEY, gm) for who in (one, two, three)], cbc(CONTENT, KEY, iv(), gm), gm)
    for who in (one, two, three):
        good(f"{form}: three recipients, opened by {who.common}", "Recipients", several, **holder(who))
    bad(f"{form}: three recipients, opened by another", "Recipients", several, NOT_RECIPIENT, **holder(signer))
    good(f"{form}: NULL behind the algorithm of the key", "Normal", plain(gm=gm, recipients=[to_one(gm, parameters=(NULL,))]))
    good(f"{form}: a recipient with RSA beside", "Recipients", plain(gm=gm, recipients=[to_one(gm), to_rsa(gm)]))
    good(f"{form}: lengths open", "Ber", open_lengths(prefix(gm) + "3", plain(gm=gm)))
    text = cbc(CONTENT, KEY, iv(), gm)
    octets_ = text[text.rindex(b"\x80\x20") + 2:]
    pieces = cbc(b"", KEY, text[text.index(b"\x04\x10") + 2:][:16], gm, text=b"", body=der.tlv_indefinite(0xA0, octet_string(octets_[:7]) + octet_string(octets_[7:])))
    good(f"{form}: content in pieces, lengths open", "Ber", enveloped([to_one(gm)], pieces, gm))
by_key = to_one(False, identity=key_identifier(one))
good("RFC 5652: by key identifier", "KeyIdentifier", plain(gm=False, recipients=[by_key]))
good("RFC 5652: by key identifier and by issuer", "KeyIdentifier", plain(gm=False, recipients=[recipient(two, KEY, False), by_key]))
good("RFC 5652: by issuer beside a key identifier", "KeyIdentifier", plain(gm=False, recipients=[recipient(two, KEY, False), by_key]), **holder(two))
bad("RFC 5652: by the key identifier of another", "KeyIdentifier", plain(gm=False, recipients=[to_one(False, identity=key_identifier(two))]), NOT_RECIPIENT)
others = [key_agreement(), key_encryption_key(), password()]
good("RFC 5652: other kinds of recipients beside", "OtherRecipients", plain(gm=False, recipients=[to_one(False), *others], version=3))
for name, other in zip(("key agreement", "a key that both have", "a password"), others):
    bad(f"RFC 5652: a recipient by {name} alone", "OtherRecipients", plain(gm=False, recipients=[other], version=2 if other[0] == 0xA1 else 3), FORM)
bad("GB/T 35275: a recipient by key agreement", "OtherRecipients", plain(recipients=[to_one(), others[0]]))
good("RFC 5652: certificates of the originator", "Optional", plain(gm=False, front=tlv(0xA0, tlv(0xA0, sub.der))))
good("RFC 5652: attributes that nothing protects", "Optional", plain(gm=False, back=tlv(0xA1, attribute("5", der.tlv(0x17, b"260101000000Z")))))
good("GB/T 35275: sharedInfo1 and sharedInfo2", "Optional", enveloped([to_one()], cbc(CONTENT, KEY, iv(), tail=tlv(0x81, b"one") + tlv(0x82, b"two"))))
bad("GB/T 35275: certificates of the originator", "Optional", plain(front=tlv(0xA0, tlv(0xA0, sub.der))))
bad("RFC 5652: sharedInfo1", "Optional", enveloped([to_one(False)], cbc(CONTENT, KEY, iv(), False, tail=tlv(0x81, b"one")), False))

# What vendors write otherwise.
for gm, form in FORMS:
    allowed(f"{form}: SM2 encryption as 301.2", "Vendor", plain(gm=gm, recipients=[to_one(gm, name="1.2.156.10197.1.301.2")]))
    allowed(f"{form}: SM4-CBC as 104", "Vendor", enveloped([to_one(gm)], cbc(CONTENT, KEY, iv(), gm, name=SM4), gm))
    allowed(f"{form}: the key as C1, C2, C3 without 04", "Vendor", plain(gm=gm, recipients=[to_one(gm, write=bare_c1_c2_c3)]))
    allowed(f"{form}: a byte behind the message", "Trailing", plain(gm=gm) + b"\0")
    allowed(f"{form}: the version of the other form", "Version", plain(gm=gm, version=0 if gm else 1))
    allowed(f"{form}: the recipient's version of the other form", "Version", plain(gm=gm, recipients=[to_one(gm, version=0 if gm else 1)]))
    for comment, write in {
        "as C1, C3, C2 without 04": lambda c1, c3, c2: sec1(c1)[1:] + c3 + c2,
        "as 04, C1, C3, C2": lambda c1, c3, c2: sec1(c1) + c3 + c2,
        "as 04, C1, C2, C3": lambda c1, c3, c2: sec1(c1) + c2 + c3,
        "as 04, C1 half, C3, C2": lambda c1, c3, c2: b"\x03" + octets(c1[0]) + c3 + c2,
        "in DER with C2 before C3": lambda c1, c3, c2: sequence(integer(c1[0]), integer(c1[1]), octet_string(c2), octet_string(c3)),
    }.items():
        bad(f"{form}: the key {comment}, as found", "Vendor", plain(gm=gm, recipients=[to_one(gm, write=write)]), DECRYPTION, allow=["asFound"])
allowed("GB/T 35275: by key identifier, version 2", "Vendor", plain(recipients=[to_one(identity=key_identifier(one))], version=2))
all_of_it = recipient(one, KEY, identity=key_identifier(one), write=bare_c1_c2_c3)
allowed("GB/T 35275: by key identifier, C1, C2, C3 without 04 and 104", "Vendor", enveloped([all_of_it], cbc(CONTENT, KEY, iv(), name=SM4), version=2))

# The content key.
for gm, form in FORMS:
    c1, c3, c2 = encrypt_parts(one.key.public, KEY, rng.below(N))
    off = (c1[0], c1[1] ^ 1)
    for comment, encrypted in {
        "a bit of C2": cipher(c1, c3, bent(c2)), "a bit of C3": cipher(c1, bent(c3), c2),
        "a point off the curve": cipher(off, *mask(multiply(one.key.d, off), KEY)),
        "x = p": cipher((P, c1[1]), c3, c2), "0 and 0": cipher((0, 0), c3, c2),
        "of 15 bytes": cipher(*encrypt_parts(one.key.public, KEY[:15], rng.below(N))),
        "of 17 bytes": cipher(*encrypt_parts(one.key.public, KEY + b"\0", rng.below(N))),
        "of 32 bytes": cipher(*encrypt_parts(one.key.public, KEY + KEY, rng.below(N))),
        "of no bytes": cipher(c1, c3, b""),
        "another key": cipher(*encrypt_parts(one.key.public, bent(KEY), rng.below(N))),
        "encrypted for another": cipher(*encrypt_parts(two.key.public, KEY, rng.below(N))),
        "a byte behind": cipher(c1, c3, c2) + b"\0", "cut": cipher(c1, c3, c2)[:-1], "nothing": b"", "C3 of 31 bytes": cipher(c1, c3[:31], c2),
        "not encrypted": KEY,
    }.items():
        bad(f"{form}: the content key: {comment}", "ContentKey", plain(gm=gm, recipients=[to_one(gm, encrypted=encrypted)]), DECRYPTION)
    as_bits = sequence(integer(1 if gm else 0), issuer_and_serial(one), algorithm(SM2_ENCRYPTION), bit_string(cipher(c1, c3, c2)))
    bad(f"{form}: the content key as BIT STRING", "Malformed", plain(gm=gm, recipients=[as_bits]), DER)
    for name in ("1.2.840.10045.2.1", RSA_ENCRYPTION, "1.2.840.113549.1.1.7", "1.2.156.10197.1.301", "1.2.156.10197.1.301.1"):
        bad(f"{form}: the key encrypted with {name}", "Algorithm", plain(gm=gm, recipients=[to_one(gm, name=name)]), ALGORITHM)
    bad(f"{form}: for RSA alone", "Recipients", plain(gm=gm, recipients=[to_rsa(gm)]), NOT_RECIPIENT)
    bad(f"{form}: for another", "Recipients", plain(gm=gm, recipients=[recipient(two, KEY, gm)]), NOT_RECIPIENT)
    bad(f"{form}: the other's certificate, and the key of one", "Recipients", plain(gm=gm), MISMATCH, recipientCert=two.der)
    bad(f"{form}: the same recipient twice", "Recipients", plain(gm=gm, recipients=[to_one(gm), to_one(gm)]), STRUCTURE)
    bad(f"{form}: no recipient", "Recipients", enveloped([], cbc(CONTENT, KEY, iv(), gm), gm), STRUCTURE)
    bad(f"{form}: the serial number of another", "Recipients", plain(gm=gm, recipients=[to_one(gm, identity=sequence(sub.name, integer(two.number)))]), NOT_RECIPIENT)
    bad(f"{form}: the issuer of another", "Recipients", plain(gm=gm, recipients=[to_one(gm, identity=sequence(root.name, integer(one.number)))]), NOT_RECIPIENT)
    for version in (3, 9, -1):
        bad(f"{form}: the recipient's version {version}", "Version", plain(gm=gm, recipients=[to_one(gm, version=version)]))
    for version in (5, 200, -1):
        bad(f"{form}: version {version}", "Version", plain(gm=gm, version=version), VERSION)

# The content under SM4-CBC.
for gm, form in FORMS:
    whole = len(CONTENT) // 16 * 16
    spoilt = lambda padded: enveloped([to_one(gm)], cbc(CONTENT, KEY, iv(), gm, padded=padded), gm)
    for comment, padded in {
        "0": CONTENT[:31] + b"\0", "17": CONTENT[:31] + b"\x11", "255": CONTENT[:31] + b"\xff", "02 after 03": CONTENT[:30] + b"\3\2",
        "of two blocks": CONTENT[:16] + b"\x20" * 32, "none": b"2" * 32,
    }.items():
        bad(f"{form}: padding {comment}", "Padding", spoilt(padded), DECRYPTION)
    for comment, text in {"no block": b"", "not whole blocks": bytes(31), "one byte": b"\1"}.items():
        bad(f"{form}: {comment} of ciphertext", "Padding", enveloped([to_one(gm)], cbc(b"", KEY, iv(), gm, text=text), gm), DECRYPTION)
    for comment, parameters in {
        "of 15 bytes": (octet_string(bytes(15)),), "of 17 bytes": (octet_string(bytes(17)),), "of no bytes": (octet_string(b""),),
        "missing": (), "NULL": (NULL,), "as SEQUENCE": (sequence(octet_string(bytes(16))),), "twice": (octet_string(bytes(16)),) * 2,
    }.items():
        bad(f"{form}: IV {comment}", "Parameters", enveloped([to_one(gm)], cbc(CONTENT, KEY, bytes(16), gm, parameters=parameters), gm))
    for name in (SM4 + ".1", SM4 + ".3", SM4 + ".7", AES + "2", AES + "42", "1.2.840.113549.3.7", "1.2.156.10197.1.102.2"):
        bad(f"{form}: cipher {name}", "Algorithm", enveloped([to_one(gm)], cbc(CONTENT, KEY, iv(), gm, name=name), gm), ALGORITHM)
    bad(f"{form}: SM4-GCM where no tag is", "Algorithm", enveloped([to_one(gm)], gcm(CONTENT, KEY, rng.octets(12))[0], gm), FORM)
    bad(f"{form}: SM4-GCM with its tag behind the ciphertext", "Algorithm",
        enveloped([to_one(gm)], encrypted_content(b"".join(sm4_reference.gcm(KEY, bytes(12), b"", CONTENT)), SM4_GCM, gcm_parameters(bytes(12)), gm=gm), gm), FORM)
    bad(f"{form}: no content inside", "Structure", enveloped([to_one(gm)], cbc(CONTENT, KEY, iv(), gm, body=b""), gm), STRUCTURE)
    bad(f"{form}: two contents", "Structure", enveloped([to_one(gm)], cbc(CONTENT, KEY, iv(), gm, tail=tlv(0x80, bytes(16))), gm), DER)
    bad(f"{form}: a second EncryptedContentInfo", "Structure", plain(gm=gm, back=cbc(CONTENT, KEY, iv(), gm)), DER)
    bad(f"{form}: the content as [0] EXPLICIT", "Structure", enveloped([to_one(gm)], cbc(CONTENT, KEY, iv(), gm, body=tlv(0xA0, tlv(0x30, bytes(16)))), gm), DER)
    body = plain(gm=gm)
    for comment, changed in {
        "cut by a byte": body[:-1], "cut in half": body[: len(body) // 2], "a byte behind": body + b"\0", "nothing": b"", "an empty SEQUENCE": sequence(),
        "the content type alone": sequence(oid(prefix(gm) + "3")), "context tag 1 around": bent(body, body.index(b"\xa0")),
        "recipients as SEQUENCE": body.replace(b"\x31", b"\x30", 1), "two messages": body + body,
        "the outer length in five bytes": der.tlv_long(0x30, body[4:], 2), "content type data": sequence(oid(prefix(gm) + "1"), tlv(0xA0, octet_string(CONTENT))),
        "content type signedData": body.replace(oid(prefix(gm) + "3"), oid(prefix(gm) + "2")),
        "content type encryptedData": body.replace(oid(prefix(gm) + "3"), oid(prefix(gm) + ("5" if gm else "6"))),
        "another content type": body.replace(oid(prefix(gm) + "3"), oid(GM + "6") if gm else oid(CMS + "5")),
    }.items():
        bad(f"{form}: structure: {comment}", "Structure", changed)
    deep = octet_string(b"")
    for _ in range(200):
        deep = der.tlv_indefinite(0x24, deep)
    bad(f"{form}: structure: 200 levels", "Structure", enveloped([to_one(gm)], cbc(b"", KEY, iv(), gm, text=b"", body=der.tlv_indefinite(0xA0, deep)), gm))

# AuthEnvelopedData.
key32 = rng.octets(32)
for name, text, key in ((SM4_GCM, "SM4-GCM", KEY), (AES_128_GCM, "AES-128-GCM", KEY), (AES_256_GCM, "AES-256-GCM", key32)):
    for size in (0, 1, 16, 33, 1000):
        content = rng.octets(size)
        good(f"{text}: {size} bytes", "Normal", tagged(content, name, key), content=content)
    body = tagged(name=name, key=key)
    tag = body[-16:]
    for bit in (0, 15):
        bad(f"{text}: a bit of byte {bit} of the tag", "Tag", at(body, tag, bit), DECRYPTION)
    text_at = body.rindex(b"\x80" + bytes([len(CONTENT)])) + 2
    bad(f"{text}: the first bit of the ciphertext", "Ciphertext", bent(body, text_at, 0x80), DECRYPTION)
    bad(f"{text}: the last bit of the ciphertext", "Ciphertext", bent(body, text_at + len(CONTENT) - 1), DECRYPTION)
    nonce_at = body.index(b"\x04\x0c") + 2
    bad(f"{text}: a bit of the nonce", "Ciphertext", bent(body, nonce_at + 11), DECRYPTION)
    bad(f"{text}: another content key", "ContentKey", tagged(name=name, key=key, recipients=[recipient(one, bent(key), False)]), DECRYPTION)
    bad(f"{text}: a content key one byte short", "ContentKey", tagged(name=name, key=key, recipients=[recipient(one, key[:-1], False)]), DECRYPTION)
good("AES-256-GCM under a key whose second half is zero", "Normal", tagged(name=AES_256_GCM, key=KEY + bytes(16)))
bad("AES-128-GCM with a key of 32 bytes", "ContentKey", tagged(name=AES_128_GCM, key=KEY, recipients=[recipient(one, KEY + bytes(16), False)]), DECRYPTION)
several = tagged(recipients=[recipient(who, KEY, False) for who in (one, two)] + [recipient(three, KEY, False, identity=key_identifier(three)), key_agreement()])
for who in (one, two, three):
    good(f"SM4-GCM: four recipients, opened by {who.common}", "Recipients", several, **holder(who))
bad("SM4-GCM: four recipients, opened by another", "Recipients", several, NOT_RECIPIENT, **holder(signer))
good("SM4-GCM: by key identifier", "KeyIdentifier", tagged(recipients=[recipient(one, KEY, False, identity=key_identifier(one))]))
good("SM4-GCM: certificates of the originator", "Optional", tagged(front=tlv(0xA0, tlv(0xA0, sub.der))))
good("SM4-GCM: attributes behind the tag", "Optional", tagged(back=tlv(0xA2, attribute("5", der.tlv(0x17, b"260101000000Z")))))
kind, time = attribute("3", oid(CMS + "1")), attribute("5", der.tlv(0x17, b"260101000000Z"))
good("SM4-GCM: attributes under the tag", "Attributes", tagged(aad=kind + time))
body = tagged(aad=kind + time)
bad("SM4-GCM: a bit of an attribute under the tag", "Attributes", at(body, b"260101000000Z", 11), DECRYPTION)
bad("SM4-GCM: the attributes under the tag taken away", "Attributes", auth_enveloped([to_one(False)], *gcm(CONTENT, KEY, bytes(12), tlv(0x31, kind))), DECRYPTION)
bad("SM4-GCM: attributes that the tag is not over", "Attributes", auth_enveloped([to_one(False)], *gcm(CONTENT, KEY, bytes(12)), tlv(0xA1, kind)), DECRYPTION)
bad("SM4-GCM: the tag over the attributes as they stand, under [1]", "Attributes",
    auth_enveloped([to_one(False)], *gcm(CONTENT, KEY, bytes(12), tlv(0xA1, kind)), tlv(0xA1, kind)), DECRYPTION)
tst = "1.2.840.113549.1.9.16.1.4"
good("SM4-GCM: content of another type, named under the tag", "Attributes", tagged(aad=attribute("3", oid(tst)), how={"content_type": tst}))
bad("SM4-GCM: content of another type, not named under the tag", "Attributes", tagged(how={"content_type": tst}), STRUCTURE)
bad("SM4-GCM: another type named under the tag", "Attributes", tagged(aad=attribute("3", oid(tst))), STRUCTURE)
bad("SM4-GCM: contentType twice under the tag", "Attributes", tagged(aad=kind + kind), STRUCTURE)
bad("SM4-GCM: messageDigest under the tag", "Attributes", tagged(aad=kind + attribute("4", octet_string(bytes(32)))), STRUCTURE)
bad("SM4-GCM: contentType with two values", "Attributes", tagged(aad=attribute("3", oid(CMS + "1"), oid(tst))))
for comment, parameters, tag_length, error in (
    ("a tag of 12 bytes", lambda iv: gcm_parameters(iv, 12), 12, FORM), ("a tag of 12 bytes by default", lambda iv: gcm_parameters(iv, None), 12, FORM),
    ("a tag of 4 bytes", lambda iv: gcm_parameters(iv, 4), 4, FORM), ("a tag of 15 bytes", lambda iv: gcm_parameters(iv, 15), 15, FORM),
    ("a tag of no bytes", lambda iv: gcm_parameters(iv, 0), 0, FORM), ("a tag of -1 bytes", lambda iv: gcm_parameters(iv, -1), 16, FORM),
    ("16 bytes announced, 12 there", gcm_parameters, 12, VALUE), ("16 bytes announced, none there", gcm_parameters, 0, VALUE),
    ("12 bytes announced, 16 there", lambda iv: gcm_parameters(iv, 12), 16, FORM), ("the default of 12 bytes, 16 there", lambda iv: gcm_parameters(iv, None), 16, FORM),
    ("a nonce without SEQUENCE", octet_string, 16, None), ("no parameters", lambda iv: b"", 16, None), ("NULL for parameters", lambda iv: NULL, 16, None),
    ("a third parameter", lambda iv: sequence(octet_string(iv), integer(16), integer(1)), 16, None),
):
    nonce = rng.octets(12)
    content_info, tag = gcm(CONTENT, KEY, nonce, parameters=(parameters(nonce),))
    bad(f"SM4-GCM: {comment}", "Parameters", auth_enveloped([to_one(False)], content_info, tag[:tag_length]), error)
for size in (0, 1, 8, 11, 13, 16, 32):
    content_info, tag = gcm(CONTENT, KEY, rng.octets(size))
    bad(f"SM4-GCM: a nonce of {size} bytes", "Parameters", auth_enveloped([to_one(False)], content_info, tag), VALUE)
content_info, tag = gcm(CONTENT, KEY, rng.octets(12))
bad("SM4-GCM: a tag of 17 bytes", "Tag", auth_enveloped([to_one(False)], content_info, tag + b"\0"), VALUE)
bad("SM4-GCM: no tag", "Tag", auth_enveloped([to_one(False)], content_info, tag, mac=b""), DER)
bad("SM4-GCM: two tags", "Tag", auth_enveloped([to_one(False)], content_info, tag, mac=octet_string(tag) * 2), DER)
bad("SM4-GCM: the tag as BIT STRING", "Tag", auth_enveloped([to_one(False)], content_info, tag, mac=bit_string(tag)), DER)
bad("SM4-GCM: no content inside", "Structure", auth_enveloped([to_one(False)], gcm(CONTENT, KEY, bytes(12), body=b"")[0], tag), STRUCTURE)
bad("SM4-GCM: two contents", "Structure", auth_enveloped([to_one(False)], gcm(CONTENT, KEY, bytes(12), tail=tlv(0x80, b"two"))[0], tag), DER)
bad("SM4-CBC where a tag is due", "Algorithm", auth_enveloped([to_one(False)], cbc(CONTENT, KEY, iv(), False), bytes(16)), FORM)
for name in (SM4 + ".9", SM4 + ".11", AES + "26", AES + "7", SM4):
    bad(f"a tag by {name}", "Algorithm", tagged(how={}, name=name) if name.startswith(SM4) else
        auth_enveloped([to_one(False)], encrypted_content(bytes(32), name, gcm_parameters(bytes(12)), gm=False), bytes(16)))
for version in (1, 2, -1):
    bad(f"SM4-GCM: version {version}", "Version", tagged(version=version), VERSION)
bad("AuthEnvelopedData under the arc of GB/T 35275", "Structure", tagged(content_type=GM + "7"), FORM)
allowed("SM4-GCM as 104.10", "Vendor", tagged(name=SM4 + ".10"), "104.10")
allowed("SM4-GCM: a byte behind the message", "Trailing", tagged() + b"\0")
bad("SM4-GCM as 104.10, as found", "Vendor", tagged(name=SM4 + ".10"), ALGORITHM, allow=["asFound"])
bad("SM4-GCM: the same recipient twice", "Recipients", tagged(recipients=[to_one(False), to_one(False)]), STRUCTURE)
bad("SM4-GCM: 257 recipients", "Recipients", tagged(recipients=[
    to_one(False, identity=sequence(sub.name, integer(number)), encrypted=b"") for number in range(257)]), COUNT)
good("SM4-GCM: 256 recipients", "Recipients", tagged(recipients=[to_one(False)] + [
    to_one(False, identity=sequence(sub.name, integer(number)), encrypted=b"") for number in range(255)]))
body = tagged()
good("SM4-GCM: lengths open", "Ber", open_lengths(AUTH_ENVELOPED, body))
for comment, changed in {"cut by a byte": body[:-1], "cut in half": body[: len(body) // 2], "the tag cut off": auth_enveloped([to_one(False)], content_info, b"", mac=b"")}.items():
    bad(f"SM4-GCM: structure: {comment}", "Structure", changed)

# EncryptedData.
tests = out.group("CmsDecrypt", content=CONTENT, key=KEY)
for gm, form in FORMS:
    data = lambda content=CONTENT, **how: encrypted_data(cbc(content, KEY, iv(), gm), gm, **how)
    for size in (0, 16, 100):
        content = rng.octets(size)
        good(f"EncryptedData, {form}: {size} bytes", "Normal", data(content), content=content)
    allowed(f"EncryptedData, {form}: SM4-CBC as 104", "Vendor", encrypted_data(cbc(CONTENT, KEY, iv(), gm, name=SM4), gm))
    allowed(f"EncryptedData, {form}: the version of the other form", "Version", data(version=0 if gm else 1))
    bad(f"EncryptedData, {form}: another key", "ContentKey", data(), DECRYPTION, key=bent(KEY))
    for size in (0, 15, 17, 32):
        bad(f"EncryptedData, {form}: a key of {size} bytes", "ContentKey", data(), key=(KEY + KEY)[:size])
    bad(f"EncryptedData, {form}: padding 0", "Padding", encrypted_data(cbc(CONTENT, KEY, iv(), gm, padded=bytes(32)), gm), DECRYPTION)
    bad(f"EncryptedData, {form}: not whole blocks", "Padding", encrypted_data(cbc(CONTENT, KEY, iv(), gm, text=bytes(17)), gm), DECRYPTION)
    bad(f"EncryptedData, {form}: no content inside", "Structure", encrypted_data(cbc(CONTENT, KEY, iv(), gm, body=b""), gm), STRUCTURE)
    bad(f"EncryptedData, {form}: SM4-GCM", "Algorithm", encrypted_data(encrypted_content(bytes(32), SM4_GCM, gcm_parameters(bytes(12)), gm=gm), gm), FORM)
    bad(f"EncryptedData, {form}: version 3", "Version", data(version=3), VERSION)
    bad(f"EncryptedData, {form}: two contents", "Structure", data(back=cbc(CONTENT, KEY, iv(), gm)), DER)
    bad(f"EncryptedData, {form}: cut by a byte", "Structure", data()[:-1])
good("EncryptedData, RFC 5652: attributes that nothing protects", "Optional",
     encrypted_data(cbc(CONTENT, KEY, iv(), False), False, version=2, back=tlv(0xA1, time)))

# SignedAndEnvelopedData.
tests = out.group("CmsDecrypt", recipientKey=one.key.pkcs8(), recipientCert=one.der, content=CONTENT, trustAnchors=[root.der.hex()],
                  intermediates=[sub.der.hex()], crls=LISTS, verifyTime="2026-03-01T00:00:00Z")


def signed(*infos, who=(signer,), recipients=None, content=None, **how):
    infos = infos or (signer_info(signer, CONTENT),)
    return signed_and_enveloped(recipients or [to_one()], content or cbc(CONTENT, KEY, iv()), infos, who, **how)


NAME = "SignedAndEnvelopedData"
with_attributes = signer_info(signer, CONTENT, attributes(CONTENT, GM + "1"))
second = signer_info(cosigner, CONTENT)
good(f"{NAME}", "Normal", signed())
good(f"{NAME}: with attributes", "Normal", signed(with_attributes))
good(f"{NAME}: two signers", "Normal", signed(signer_info(signer, CONTENT), second, who=(signer, cosigner)))
good(f"{NAME}: two recipients", "Recipients", signed(recipients=[to_one(), recipient(two, KEY)]), **holder(two))
good(f"{NAME}: lists inside too", "Optional", signed(crls=[crl(sub)]))
good(f"{NAME}: empty content", "Normal", signed(signer_info(signer, b""), content=cbc(b"", KEY, iv())), content=b"")
bad(f"{NAME}: the second signature bent", "OneOfTwo", signed(signer_info(signer, CONTENT), bent(second), who=(signer, cosigner)))
bad(f"{NAME}: the second signer over another content", "OneOfTwo", signed(signer_info(signer, CONTENT), signer_info(cosigner, b"another"), who=(signer, cosigner)))
bad(f"{NAME}: the signature bent", "Signature", signed(bent(signer_info(signer, CONTENT))))
bad(f"{NAME}: signed by another key", "Signature", signed(signer_info(signer, CONTENT, key=cosigner.key)))
bad(f"{NAME}: the signature over what is encrypted", "Signature", signed(signer_info(signer, sm4_reference.cbc(KEY, bytes(16), sm4_reference.pad(CONTENT))), content=cbc(CONTENT, KEY, bytes(16))))
other_content = "拨款 人民币 90,000.00 元".encode()
bad(f"{NAME}: another content, encrypted under the same key", "Signature", signed(content=cbc(other_content, KEY, iv())), content=other_content)
value = signer.key.sign(CONTENT)
hidden = sm4_reference.cbc(KEY, bytes(16), sm4_reference.pad(value))
bad(f"{NAME}: the signature encrypted, as in PKCS#7", "Signature", signed(signer_info(signer, CONTENT, value=hidden)))
bad(f"{NAME}: no signer", "NoSigner", signed_and_enveloped([to_one()], cbc(CONTENT, KEY, iv()), []))
bad(f"{NAME}: the signer's certificate nowhere", "Certificates", signed(who=()))
bad(f"{NAME}: the signer revoked", "Revocation", signed(), crls=[crl(sub, [(signer, "2025-07-01T00:00:00Z")]).hex(), LISTS[1]])
bad(f"{NAME}: another anchor", "Certificates", signed(), trustAnchors=[Certificate("根", Key(rng), None, AUTHORITY).der.hex()])
bad(f"{NAME}: for another", "Recipients", signed(recipients=[recipient(two, KEY)]), NOT_RECIPIENT)
bad(f"{NAME}: the same recipient twice", "Recipients", signed(recipients=[to_one(), to_one()]), STRUCTURE)
bad(f"{NAME}: another content key", "ContentKey", signed(recipients=[recipient(one, bent(KEY))]), DECRYPTION)
bad(f"{NAME}: padding 0", "Padding", signed(content=cbc(CONTENT, KEY, iv(), padded=CONTENT[:31] + b"\0")), DECRYPTION)
bad(f"{NAME}: version 0", "Version", signed(version=0), VERSION)
bad(f"{NAME}: no content inside", "Structure", signed(content=cbc(CONTENT, KEY, iv(), body=b"")), STRUCTURE)
bad(f"{NAME}: SM4-GCM", "Algorithm", signed(content=gcm(CONTENT, KEY, bytes(12))[0]), FORM)
bad(f"{NAME} in the form of RFC 5652", "Structure", signed(gm=False), FORM)
bad(f"{NAME}: cut by a byte", "Structure", signed()[:-1])
bad(f"{NAME}: a byte behind", "Structure", signed() + b"\0")
allowed(f"{NAME}: SM4-CBC as 104", "Vendor", signed(content=cbc(CONTENT, KEY, iv(), name=SM4)))
allowed(f"{NAME}: SM2 encryption as 301.2", "Vendor", signed(recipients=[to_one(name="1.2.156.10197.1.301.2")]))
allowed(f"{NAME}: the key as C1, C2, C3 without 04", "Vendor", signed(recipients=[to_one(write=bare_c1_c2_c3)]))
bad("SignedData, which is not encrypted", "Structure", signed_data(CONTENT, [signer_info(signer, CONTENT)], [signer]))
out.write()
