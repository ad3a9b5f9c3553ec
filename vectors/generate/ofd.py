#!/usr/bin/env python3
"""Signed OFD documents: ofd/*.ofd and ofd_cases.json."""

import json
import os
import shutil
import struct

from ofd_reference import (ANNOTATION, NAMESPACE, SIGNS, body, document, listed, packed, page, plain_parts, reference, references, root, sealed,
                           signature_list, signed, sm3, xml)
from pki_reference import AUTHORITY, SIGNER, Certificate, Key, crl
from ses_reference import by_certificate, seal, seal_info
from vector_file import DATA, Stream, pretty
from zip_reference import STORED, Entry, package

rng = Stream("yinxin ofd")
authority = Certificate("根", Key(rng), None, AUTHORITY)
maker = Certificate("制章人", Key(rng), authority, SIGNER)
signer = Certificate("张三", Key(rng), authority, SIGNER)
other = Certificate("李四", Key(rng), authority, SIGNER)
revoked = Certificate("王五", Key(rng), authority, SIGNER)
LIST = crl(authority, [(revoked, "2025-07-01T00:00:00Z")])
SEALS = {version: seal(version, seal_info(version, by_certificate(signer, revoked)), maker) for version in (1, 4, 5)}
PAGE = "Doc_0/Pages/Page_0/Content.xml"
SIGNATURE, VALUE, SEAL = SIGNS + "Sign_0/Signature.xml", SIGNS + "Sign_0/SignedValue.dat", SIGNS + "Sign_0/Seal.esl"
NEWS = SIGNS + "Signatures.xml"

cases, files = [], {}


def case(name, comment, flag, result, content, reason="", layer="verify", **more):
    number = len(cases) + 1
    file = f"ofd/{number:03}_{name}.ofd"
    files[file] = content
    cases.append({"id": number, "file": file, "comment": comment, "flag": flag, "result": result, "layer": layer, "reason": reason} | more)


def good(parts=None, version=4, who=signer, **how):
    return sealed(plain_parts() if parts is None else parts, SEALS[version], who, version=version, **how)


def changed(**parts):
    """The good document with parts exchanged after signing; None drops one."""
    out = good() | {name.replace("__", "/"): value for name, value in parts.items()}
    return {name: value for name, value in out.items() if value is not None}


def after(change, base=None):
    out = dict(good() if base is None else base)
    change(out)
    return packed(out)


def replaced(name, old, new):
    def change(parts):
        assert old in parts[name], (name, old)
        parts[name] = parts[name].replace(old, new, 1)
    return change


def bent(name, index):
    def change(parts):
        value = bytearray(parts[name])
        value[index] ^= 1
        parts[name] = bytes(value)
    return change


def hostile(comment, name, text, flag="Xml", result="invalid", reason="xml"):
    """A page that is protected as it stands, and cannot be vouched for."""
    case(name, comment, flag, result, packed(good(plain_parts() | {PAGE: text})), reason, "parse")


# What is good.
for version in (4, 5, 1):
    case(f"v{version}_lock", f"a stamp of version {version}, the list of signatures protected", "Normal", "valid", packed(good(version=version)))
case("v4_open", "open to further signatures", "Normal", "valid", packed(good(lock=False)))
case("stored", "every entry stored", "Normal", "valid", package([Entry(n, v, method=STORED) for n, v in good().items()]))
case("name_of_method", "CheckMethod SM3", "Normal", "valid", packed(good(xml_how={"check_method": "SM3"})))
case("relative", "locations from the folder of the file", "Normal", "valid", packed(good(xml_how={"value": "SignedValue.dat", "seal": "Seal.esl"})))
for variant in ("digest", "base64", "attributes"):
    case(f"sign_{variant}", f"Type Sign, {variant}", "Normal", "valid", packed(signed(plain_parts(), signer, variant=variant)))
first = good(lock=False)
ENTRY = ("s1", "Seal", "/" + SIGNATURE)
second = sealed({n: v for n, v in first.items() if n != NEWS}, SEALS[4], signer, number=1, earlier=[ENTRY], xml_how={"annotations": ANNOTATION.replace("s2", "s4")})
case("two_stamps", "a second stamp, which locks", "Normal", "valid", packed(second))
locked = signed({n: v for n, v in first.items() if n != NEWS}, signer, number=1, earlier=[ENTRY])
case("locked_by_signature", "a stamp, and a signature that locks", "Normal", "valid", packed(locked))
case("no_annotation", "a stamp on no page", "Normal", "acceptable", packed(good(xml_how={"annotations": ""})))
case("no_seal_file", "without Seal.esl, as invoices are", "Normal", "acceptable",
     packed({n: v for n, v in good(keep=[SEAL], xml_how={"seal": None}).items() if n != SEAL}))
case("directory_entries", "with entries for folders", "Normal", "valid", package([Entry("Doc_0/", b"", method=STORED), *(Entry(n, v) for n, v in good().items())]))

case("integrity_list", "with the signed list of GM/T 0099", "IntegrityList", "valid", packed(listed(good(), signer)))
case("integrity_not_listed", "a part that the signed list does not name", "IntegrityList", "invalid", packed(listed(good(), signer, names=[n for n in good() if n != PAGE])), "integrity")
case("integrity_missing", "the signed list names what is not there", "IntegrityList", "invalid", packed(listed(good(), signer, names=[*good(), "Doc_0/none.xml"])), "integrity")
case("integrity_changed", "the signed list changed", "IntegrityList", "invalid", after(replaced("OFDEntries.xml", b'"yinxin"', b'"yinxim"'), listed(good(), signer)), "integrity")
case("integrity_bent", "a bit of the signature over the list", "IntegrityList", "invalid", after(bent("signedvalue.dat", -1), listed(good(), signer)), "signature")
case("integrity_revoked", "the signed list by one whose certificate is revoked", "IntegrityList", "invalid", packed(listed(good(), revoked)), "revocation")
case("integrity_unsigned", "the list without its signature", "IntegrityList", "invalid", after(lambda parts: parts.pop("signedvalue.dat"), listed(good(), signer)), "integrity")

# Changed after signing.
case("page_changed", "a page changed", "Tampered", "invalid", after(replaced(PAGE, b"10,000", b"90,000")), "reference-digest")
case("page_emptied", "a page emptied", "Tampered", "invalid", after(lambda parts: parts.update({PAGE: b""})), "reference-digest")
case("pages_swapped", "two pages exchanged", "Tampered", "invalid",
     after(lambda p: p.update({PAGE: p["Doc_0/Pages/Page_1/Content.xml"], "Doc_0/Pages/Page_1/Content.xml": p[PAGE]})), "reference-digest")
case("page_dropped", "a page taken out", "Tampered", "invalid", after(lambda parts: parts.pop(PAGE)), "reference-missing")
case("document_changed", "Document.xml names one page less", "Tampered", "invalid", after(lambda parts: parts.update({"Doc_0/Document.xml": document(1)})), "reference-digest")
case("resource_changed", "another font", "Tampered", "invalid", after(replaced("Doc_0/PublicRes.xml", b"SimSun", b"SimHei")), "reference-digest")
case("root_changed", "OFD.xml changed", "Tampered", "invalid", after(replaced("OFD.xml", b"0123", b"3210")), "reference-digest")
case("list_changed", "Signatures.xml changed, which is protected", "Tampered", "invalid", after(replaced(NEWS, b"s9", b"s8")), "reference-digest")
case("signature_xml_space", "a space more in Signature.xml", "Tampered", "invalid", after(replaced(SIGNATURE, b"<ofd:Provider", b" <ofd:Provider")), "data-hash")
case("annotation_moved", "the stamp moved", "Tampered", "invalid", after(replaced(SIGNATURE, b"120 200", b"20 200")), "data-hash")
for at, what in ((-1, "the last byte"), (-40, "within the signature"), (60, "within the seal"), (4, "the first member")):
    case(f"value_bent_{abs(at)}", f"SignedValue.dat: a bit of {what}", "Tampered", "invalid", after(bent(VALUE, at)), "signature")
case("value_cut", "SignedValue.dat cut", "Tampered", "invalid", after(lambda parts: parts.update({VALUE: parts[VALUE][:-1]})), "structure")
case("value_tail", "a byte behind SignedValue.dat", "Tampered", "invalid", after(lambda parts: parts.update({VALUE: parts[VALUE] + b"\0"})), "structure")
case("value_dropped", "SignedValue.dat taken out", "Tampered", "invalid", after(lambda parts: parts.pop(VALUE)), "structure")
case("seal_file_dropped", "Seal.esl taken out", "Tampered", "invalid", after(lambda parts: parts.pop(SEAL)), "reference-missing")
other_seal = seal(4, seal_info(4, by_certificate(signer), name="另一枚章"), maker)
case("seal_file_other", "another seal in Seal.esl", "Seal", "invalid",
     packed((lambda parts: sealed({n: v for n, v in parts.items()}, SEALS[4], signer, listed=lambda protected: references(protected | {SEAL: other_seal})) | {SEAL: other_seal})(plain_parts())), "seal-file")

# What was added, or never protected.
case("extra_file", "a file that nothing names", "AddedAfter", "acceptable", after(lambda parts: parts.update({"Doc_0/extra.bin": b"x"})), "uncovered-part")
case("page_unprotected", "a page that no reference covers", "Coverage", "invalid", packed(good(keep=[PAGE])), "uncovered-part")
case("root_unprotected", "OFD.xml that no reference covers", "Coverage", "acceptable", packed(good(keep=["OFD.xml"])), "uncovered-part")
case("resource_unprotected", "a resource that no reference covers", "Coverage", "invalid", packed(good(keep=["Doc_0/PublicRes.xml"])), "uncovered-part")
case("second_body", "a second document in the package, not signed", "AddedAfter", "invalid",
     packed(good(plain_parts() | {"OFD.xml": root(body(), body(1, False))}) | {"Doc_1/Document.xml": document(1), "Doc_1/PublicRes.xml": plain_parts()["Doc_0/PublicRes.xml"], "Doc_1/Pages/Page_0/Content.xml": page("附加")}), "uncovered-part")
case("not_signed", "no signature at all", "NoSignature", "invalid", packed(plain_parts() | {"OFD.xml": root(body(signatures=False))}), "no-signature")
case("list_emptied", "the list of signatures emptied", "NoSignature", "invalid", after(lambda parts: parts.update({NEWS: signature_list()}), good(lock=False)), "no-signature")
case("list_unlinked", "OFD.xml without its list, nothing covers it", "NoSignature", "invalid",
     after(lambda parts: parts.update({"OFD.xml": root(body(signatures=False))}), good(keep=["OFD.xml"])), "no-signature")
case("list_dropped", "the list of signatures taken out", "NoSignature", "invalid", after(lambda parts: parts.pop(NEWS), good(lock=False)), "no-signature")
commented = lambda parts: parts.update({NEWS: parts[NEWS].replace(b"<ofd:Signature ", b"<!--<ofd:Signature ").replace(b"/></ofd:Signatures>", b"/>--></ofd:Signatures>")})
case("list_commented", "the signature in a comment", "NoSignature", "invalid", after(commented, good(lock=False)), "no-signature")
case("append_to_locked", "a second stamp behind one that locks", "AddedAfter", "invalid",
     packed(sealed({n: v for n, v in good().items() if n != NEWS}, SEALS[4], signer, number=1, earlier=[ENTRY])), "reference-digest")
case("later_broken", "the second of two stamps is not good", "Tampered", "invalid", after(bent(SIGNS + "Sign_1/SignedValue.dat", -1), second), "signature")
case("earlier_broken", "the first of two stamps is not good", "Tampered", "invalid", after(bent(VALUE, -1), second), "signature")

# References.
refs = lambda change: packed(good(listed=change))
case("reference_dropped", "no reference to a page", "Reference", "invalid", refs(lambda p: references({n: v for n, v in p.items() if n != PAGE})), "uncovered-part")
case("reference_bent", "the digest of another content", "Reference", "invalid", refs(lambda p: references(p | {PAGE: b"x"})), "reference-digest")
case("reference_short", "a digest of 31 bytes", "Reference", "invalid", refs(lambda p: [*references({n: v for n, v in p.items() if n != PAGE}), reference("/" + PAGE, sm3(p[PAGE])[:31])]), "reference-digest")
case("reference_empty", "an empty digest", "Reference", "invalid", refs(lambda p: [*references({n: v for n, v in p.items() if n != PAGE}), reference("/" + PAGE, b"")]), "reference-digest")
case("reference_missing", "a reference to what is not there", "Reference", "invalid", refs(lambda p: [*references(p), reference("/Doc_0/none.xml", sm3(b""))]), "reference-missing")
case("reference_twice", "two references to a page, one of them wrong", "Reference", "invalid", refs(lambda p: [*references(p), reference("/" + PAGE, sm3(b"x"))]), "reference-digest")
case("reference_none", "no reference", "Reference", "invalid", refs(lambda p: []), "structure")
for name, path in {"up": "/Doc_0/../OFD.xml", "file": "file:///OFD.xml", "http": "http://127.0.0.1/OFD.xml", "backslash": "\\OFD.xml", "percent": "/%4FFD.xml",
                   "case": "/ofd.XML", "slashes": "//OFD.xml"}.items():
    case(f"reference_{name}", f"a reference to {path}", "Path", "invalid",
         refs(lambda p, path=path: [*references({n: v for n, v in p.items() if n != "OFD.xml"}), reference(path, sm3(p["OFD.xml"]))]), "path")
foreign = lambda p: [*references({n: v for n, v in p.items() if n != PAGE}), reference("/" + PAGE, sm3(p[PAGE])).replace("<ofd:Reference ", '<x:Reference xmlns:x="urn:x" ').replace("</ofd:Reference>", "</x:Reference>")]
case("reference_foreign", "a reference in another namespace", "Reference", "invalid", refs(foreign), "uncovered-part")
comment = lambda p: [*references({n: v for n, v in p.items() if n != PAGE}), "<!--" + reference("/" + PAGE, sm3(p[PAGE])) + "-->"]
case("reference_comment", "a reference in a comment", "Reference", "invalid", refs(comment), "uncovered-part")
for method in (None, "MD5", "SHA1", "1.2.156.10197.1.401.2", "1.2.156.10197.1.410", ""):
    case(f"method_{method or ('absent' if method is None else 'empty')}".replace(".", "_"), f"CheckMethod {method}", "Method", "invalid", packed(good(xml_how={"check_method": method})), "method")

# Stamps.
case("other_document", "a stamp taken from another document", "Replay", "invalid", packed(good(covered=b"another")), "data-hash")
case("other_path", "a stamp made for another place", "Replay", "invalid", packed(good(path="/Doc_0/Signs/Sign_1/Signature.xml")), "property")
case("not_listed", "the seal does not list the signer", "Signer", "invalid", packed(good(who=other)), "membership")
case("revoked", "the signer's certificate is revoked", "Signer", "invalid", packed(good(who=revoked)), "revocation")
case("other_key", "signed by another key", "Signer", "invalid", packed(good(stamp_how={"key": other.key})), "signature")
case("forged_seal", "a seal that its maker did not sign", "Seal", "invalid", packed(sealed(plain_parts(), seal(4, seal_info(4, by_certificate(signer)), maker, key=other.key), signer)), "seal-signature")
stranger = Certificate("制章人", Key(rng), Certificate("根", Key(rng), None, AUTHORITY), SIGNER)
case("unknown_maker", "a seal of an unknown maker", "Seal", "invalid", packed(sealed(plain_parts(), seal(4, seal_info(4, by_certificate(signer)), stranger), signer)), "maker")
over = seal(4, seal_info(4, by_certificate(signer), until="2026-01-01T00:00:00Z"), maker)
case("seal_expired", "a seal past its end", "Seal", "invalid", packed(sealed(plain_parts(), over, signer)), "seal-expired")
for name, annotation in {"missing_page": ANNOTATION.replace('"10"', '"77"'), "not_a_number": ANNOTATION.replace("120", "NaN"), "infinite": ANNOTATION.replace("120", "1e999"),
                         "negative": ANNOTATION.replace("40 40", "-40 40"), "three_numbers": ANNOTATION.replace(" 40 40", " 40"), "no_boundary": '<ofd:StampAnnot ID="s2" PageRef="10"/>'}.items():
    case(f"annotation_{name}", f"a stamp on a page: {name}".replace("_", " "), "Annotation", "invalid", packed(good(xml_how={"annotations": annotation})), "page")
case("two_infos", "two SignedInfo", "Structure", "invalid", after(replaced(SIGNATURE, b"</ofd:SignedInfo>", b"</ofd:SignedInfo><ofd:SignedInfo/>")), "structure")

# XML in parts that are protected as they stand.
hostile("a document type", "dtd", b"<!DOCTYPE x>" + page("x").split(b"\n", 1)[1])
bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
hostile("entities in entities", "entities", bomb.encode() + page("&c;").split(b"\n", 1)[1])
hostile("an external entity", "external", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + page("&a;").split(b"\n", 1)[1])
hostile("an unknown entity", "unknown_entity", page("&nbsp;"))
hostile("10,000 levels", "deep", f"<ofd:Page {NAMESPACE}>".encode() + b"<ofd:Content>" * 10_000 + b"</ofd:Content>" * 10_000 + b"</ofd:Page>")
hostile("20,000 attributes", "attributes", f"<ofd:Page {NAMESPACE} {' '.join(f'a{n}=' + chr(34) + chr(34) for n in range(20_000))}/>".encode())
hostile("5,000 namespaces", "namespaces", f"<ofd:Page {NAMESPACE} {' '.join(f'xmlns:a{n}=' + chr(34) + 'urn:x' + chr(34) for n in range(5_000))}/>".encode())
hostile("an attribute twice", "attribute_twice", page("x").replace(b'ID="20"', b'ID="20" ID="22"'))
hostile("an element that is not closed", "not_closed", page("x").replace(b"</ofd:Layer>", b""))
hostile("bytes that are no text", "not_utf8", page("x").replace(b">x<", b">\xff\xfe<"))
hostile("a control character", "control", page("x").replace(b">x<", b">&#1;<"))
hostile("a second root", "second_root", page("x") + page("y").split(b"\n", 1)[1])
hostile("nothing", "empty_part", b"")
hostile("not a page", "other_root", xml(f"<ofd:Document {NAMESPACE}/>"))
hostile("UTF-16", "utf16", '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + page("x").decode().split("\n", 1)[1].encode("utf-16-le"), result="acceptable")
hostile("GBK", "gbk", page("拨款").decode().replace("UTF-8", "GBK").encode("gbk"), result="acceptable")
hostile("an unknown encoding", "encoding", page("x").replace(b"UTF-8", b"X-9"))

# The package.
parts = good()


def entries(**change):
    """The good entries; a change is what is different about the first page's."""
    return [Entry(name, value, **(change if name == PAGE else {})) for name, value in parts.items()]


def broken(name, comment, content, result="invalid"):
    case(f"zip_{name}", comment, "Package", result, content, "package")


broken("duplicate", "the page twice", package([*entries(), Entry(PAGE, page("x"))]))
broken("duplicate_case", "the page twice, in another case", package([*entries(), Entry(PAGE.upper(), page("x"))]))
broken("duplicate_slash", "the page twice, with backslashes", package([*entries(), Entry(PAGE.replace("/", "\\"), page("x"))]))
broken("duplicate_dot", "the page twice, with a dot behind", package([*entries(), Entry(PAGE + ".", page("x"))]))
broken("duplicate_form", "a name twice, in both forms of Unicode", package([*entries(), Entry("caf\u00e9", b""), Entry("cafe\u0301", b"")]))
broken("local_name", "the local header names another file", package(entries(local_name=b"Doc_0/Pages/Page_9/Content.xml")))
broken("local_size", "the local header states another size", package(entries(local_size=7)))
broken("local_crc", "the local header states another checksum", package(entries(local_crc=7)))
broken("crc", "a wrong checksum", package(entries(crc=7)))
broken("size_more", "more bytes stated than there are", package(entries(size=len(parts[PAGE]) + 1)))
broken("size_less", "fewer bytes stated than there are", package(entries(size=len(parts[PAGE]) - 1)))
broken("hidden", "an entry that the directory does not list", package([*entries(), Entry("Doc_0/hidden.xml", page("x"), listed=False)]))
broken("gap", "bytes between entries", package(entries(gap=b"between")))
broken("before_directory", "bytes before the directory", package(entries(), before_directory=b"between"))
broken("after_directory", "bytes behind the directory", package(entries(), after_directory=b"between"))
broken("overlap", "two names for one place", package([*entries(), Entry("Doc_0/twin.xml", parts[PAGE], local_at=PAGE.encode(), local_name=PAGE.encode())]))
broken("two_ends", "two end records", package(entries(), second_end=struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0, 0, 0, 0, 0)))
broken("tail", "bytes behind", package(entries(), tail=b"behind"))
broken("prefix", "bytes before, places counted from their end", package(entries(), prefix=b"before", shifted=True))
broken("prefix_absolute", "bytes before, places counted from the start", package(entries(), prefix=b"before"))
broken("count_more", "more entries stated than listed", package(entries(), count=len(parts) + 1))
broken("count_less", "fewer entries stated than listed", package(entries(), count=len(parts) - 1))
broken("ratio", "an entry of a thousandth of its size", package([*entries(), Entry("Doc_0/bomb.bin", bytes(4 << 20))]))
broken("symlink", "a symbolic link", package([*entries(), Entry("Doc_0/link", b"/etc/passwd", method=STORED, made_by=0x314, attributes=0o120777 << 16)]))
broken("device", "a device", package([*entries(), Entry("Doc_0/device", b"", method=STORED, made_by=0x314, attributes=0o020666 << 16)]))
for name, path in {"up": "../outside", "up_within": "Doc_0/../../outside", "absolute": "/outside", "drive": "C:/outside", "nul": "Doc_0/a\0b", "empty": "", "dot": "Doc_0/./a",
                   "control": "Doc_0/a\nb", "turned": "Doc_0/a\u202eb", "deep": "a/" * 40 + "a", "long": "a" * 600}.items():
    broken(f"name_{name}", f"a name: {name}".replace("_", " "), package([*entries(), Entry(path, b"x")]))
broken("encrypted", "encrypted, as the flag says", package(entries(flags=1)))
broken("method", "packed by bzip2", package(entries(method=12)))
broken("zip64", "sizes in 64 bits", package(entries(size=0xFFFFFFFF, local_size=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, len(parts[PAGE])))))
broken("second_name", "a second name in an extra field", package(entries(extra=struct.pack("<HHBI", 0x7075, 8, 1, 0) + b"abc")))
broken("volume", "of several volumes", package(entries(), disk=1))
broken("deflate_broken", "packed bytes that are none", package(entries(raw=b"\xff" * 40)))
broken("cut", "cut in the middle", packed(parts)[:2000])
broken("no_zip", "not a package", b"%!PS")
broken("nothing", "nothing", b"")
broken("no_root", "no OFD.xml", packed({n: v for n, v in parts.items() if n != "OFD.xml"}))
broken("encrypted_ofd", "encrypted in the manner of GM/T 0099", packed(parts | {"Encryptions.xml": xml("<Encryptions/>")}))

# Signatures without a seal, in every form: good, bent, and over another Signature.xml. A bare value comes
# without its certificate, which the verifier has to have at hand.
FORMS = {"digest": "the digest is the content", "base64": "the digest in base64 is the content", "attributes": "attributes give the digest",
         "whole": "Signature.xml is the content", "detached": "over Signature.xml, without content", "detached_digest": "over the digest, without content",
         "bare": "the bare value of SM2"}
for variant, what in FORMS.items():
    made = signed(plain_parts(), signer, variant=variant)
    hand = {"intermediates": [signer.der.hex()]} if variant == "bare" else {}
    if f"sign_{variant}" not in {one["file"].split("_", 1)[1][:-4] for one in cases}:
        case(f"sign_{variant}", f"Type Sign, {what}", "Sign", "valid", packed(made), **hand)
    case(f"sign_{variant}_bent", f"Type Sign, {what}: a bit of the value", "Sign", "invalid", after(bent(VALUE, -1), made), "signature", **hand)
    case(f"sign_{variant}_space", f"Type Sign, {what}: a space more in Signature.xml", "Sign", "invalid",
         after(replaced(SIGNATURE, b"<ofd:Provider", b" <ofd:Provider"), made), "data-hash", **hand)
    case(f"sign_{variant}_page", f"Type Sign, {what}: a page changed", "Sign", "invalid", after(replaced(PAGE, b"10,000", b"90,000"), made), "reference-digest", **hand)
    case(f"sign_{variant}_revoked", f"Type Sign, {what}, by one whose certificate is revoked", "Sign", "invalid",
         packed(signed(plain_parts(), revoked, variant=variant)), "revocation", **({"intermediates": [revoked.der.hex()]} if hand else {}))
case("sign_bare_unknown", "Type Sign, the bare value of SM2, its certificate not at hand", "Sign", "invalid", packed(made), "signature")
case("sign_bare_other", "Type Sign, the bare value of SM2, another's certificate at hand", "Sign", "invalid", packed(made), "signature", intermediates=[other.der.hex()])
case("sign_bare_digest", "Type Sign, a bare value over the digest, which is no form", "Sign", "invalid", packed(signed(plain_parts(), signer, variant="bare_digest")), "signature",
     intermediates=[signer.der.hex()])


def raw(parts):
    """The two numbers side by side in place of their DER."""
    rest, numbers = parts[VALUE][2:], b""
    while rest:
        numbers += int.from_bytes(rest[2 : 2 + rest[1]], "big").to_bytes(32, "big")
        rest = rest[2 + rest[1] :]
    parts[VALUE] = numbers


case("sign_bare_raw", "Type Sign, r and s side by side", "Sign", "invalid", after(raw, made), "structure", intermediates=[signer.der.hex()])

folder = os.path.join(DATA, "ofd")
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
for file, content in files.items():
    with open(os.path.join(DATA, file), "wb") as out:
        out.write(content)
listing = {"source": "made by generate/ofd.py; OFDRW 2.3.8 accepts 20 of the 24 that are not invalid (it looks at no chain, seal or coverage; of the forms of Type Sign it reads digest, base64 and attributes, and a bare value only where its certificate is given)", "header": ["invalid: the verdict must not be Valid, or reading is an error.", "reason names what must be found."],
           "keys": {"signer": signer.key.pkcs8().hex(), "maker": maker.key.pkcs8().hex(), "root": authority.key.pkcs8().hex()},
           "verifyTime": "2026-03-01T00:00:00Z", "trustAnchors": [authority.der.hex()], "intermediates": [], "crls": [LIST.hex()], "cases": cases}
with open(os.path.join(DATA, "ofd_cases.json"), "w") as out:
    out.write(pretty(listing) + "\n")
print(f"{len(cases)} cases, {sum(map(len, files.values()))} bytes")
