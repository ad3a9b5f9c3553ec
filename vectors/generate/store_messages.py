#!/usr/bin/env python3
"""What stores say to each other, written from docs/store.md: store_messages.json."""

import base64

from der import integer, octet_string, oid, sequence, tlv, tlv_indefinite, tlv_long
from sm2_reference import sm3
from vector_file import VectorFile

ARC = "2.25.115024152134995567240769649487469872858"
DER, VALUE, COUNT, VERSION, FORM = 101, 107, 302, 202, 203
out = VectorFile("store_messages", "what voucher stores say to each other in packets", [
    "StoreVoucher: the message brings version voucherVersion of this voucher (the bytes of its document) with these files (name: content).",
    "StoreStatement: the statement says: id/version, document, leg, code, reason, time; digest is that of the document.",
    "error: the number of the error of a refused one.",
])
vouchers = out.group("StoreVoucher")
statements = out.group("StoreStatement")


def utf8(text):
    return tlv(12, text if isinstance(text, bytes) else text.encode())


def enumerated(number):
    return tlv(10, bytes([number]))


def time(text):
    return tlv(24, text.encode())


FIELDS = [("Id", "1"), ("AdmDivCode", "990000"), ("StYear", "2026"), ("VtCode", "5201"), ("VouDate", "20260302"),
          ("VoucherNo", "N1"), ("PayAmt", "10000.00"), ("PaySummaryName", "教育支出")]
DOCUMENT = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Voucher>" + "".join(f"<{name}>{text}</{name}>" for name, text in FIELDS)
            + "</Voucher>").encode()


def body(document=DOCUMENT, flag="0", number="N1"):
    text = base64.b64encode(document).decode()
    return (f"<VoucherBody AdmDivCode=\"990000\" StYear=\"2026\" VtCode=\"5201\" VoucherNo=\"{number}\">"
            f"<VoucherFlag>{flag}</VoucherFlag><Voucher>{text}</Voucher></VoucherBody>")


def envelope(*bodies, encoding="UTF-8"):
    text = f"<?xml version=\"1.0\" encoding=\"{encoding}\"?><MOF><VoucherCount>{len(bodies)}</VoucherCount>{''.join(bodies)}</MOF>"
    return text.encode(encoding)


def file(name, content=b""):
    return sequence(utf8(name), octet_string(content))


def message(changed=None, more=b""):
    """A message with some of its fields, counted from 0, in another form."""
    fields = [oid(ARC + ".4"), integer(1), integer(2), octet_string(envelope(body())), sequence()]
    for at, field in (changed or {}).items():
        fields[at] = field
    return sequence(*fields, more)


def good(comment, der, files=None, version=2, document=DOCUMENT):
    listed = [f"{name}: {content.hex()}" for name, content in (files or {}).items()]
    out.add(vouchers, comment, "Good", "valid", der=der, voucherVersion=version, voucher=document, files=listed)


def bad(comment, flag, der, error):
    out.add(vouchers, comment, flag, "invalid", der=der, error=error)


good("a voucher", message())
good("the highest version", message({2: integer(2**32 - 1)}), version=2**32 - 1)
good("an envelope in GBK", message({3: octet_string(envelope(body(), encoding="GBK"))}))
files = {"清单.xlsx": b"PK\3\4", "empty": b"", "x" * 1024: b"\0" * 300}
good("three files", message({4: sequence(*(file(*one) for one in files.items()))}), files)
many = {str(number): bytes([number]) for number in range(64)}
good("64 files", message({4: sequence(*(file(*one) for one in many.items()))}), many)
bad("the format of statements", "Format", message({0: oid(ARC + ".5")}), FORM)
bad("another version of the format", "Format", message({1: integer(2)}), VERSION)
for comment, version in [("0", 0), ("-1", -1), ("2^32", 2**32)]:
    bad(f"version {comment} of a voucher", "Version", message({2: integer(version)}), VALUE)
bad("two vouchers", "Envelope", message({3: octet_string(envelope(body(), body(number="N2", document=DOCUMENT.replace(b"N1", b"N2"))))}), COUNT)
bad("no voucher", "Envelope", message({3: octet_string(envelope())}), COUNT)
bad("an envelope as text", "Envelope", message({3: utf8(envelope(body()))}), DER)
bad("a name twice", "Files", message({4: sequence(file("a"), file("b"), file("a"))}), VALUE)
bad("no name", "Files", message({4: sequence(file(""))}), VALUE)
bad("a name of 1,025 bytes", "Files", message({4: sequence(file("x" * 1025))}), VALUE)
bad("a name on two lines", "Files", message({4: sequence(file("a\nb"))}), VALUE)
bad("a name that is not UTF-8", "Files", message({4: sequence(file(b"\xff"))}), DER)
bad("65 files", "Files", message({4: sequence(*(file(str(number)) for number in range(65)))}), COUNT)
bad("a file of three parts", "Files", message({4: sequence(sequence(utf8("a"), octet_string(b""), octet_string(b"")))}), DER)
bad("one field more", "Der", message(more=integer(1)), DER)
bad("bytes behind it", "Der", message() + b"\0", DER)
bad("cut", "Der", message()[:-1], DER)
bad("a length that is too long", "Der", tlv_long(0x30, message()[4:]), DER)
bad("an indefinite length", "Der", tlv_indefinite(0x30, message()[4:]), DER)

DIGEST = sm3(DOCUMENT)
NAMES = {3: "delivered", 4: "acknowledged", 5: "refused", 6: "returned"}


def statement(changed=None, more=b"", document=0, leg=5, code=607, reason="账号不符"):
    fields = [oid(ARC + ".5"), integer(1), utf8("990000"), utf8("2026"), utf8("5201"), utf8("N1"), integer(3), enumerated(document),
              enumerated(leg), octet_string(DIGEST), integer(code), utf8(reason), time("20260302060000Z")]
    for at, field in (changed or {}).items():
        fields[at] = field
    return sequence(*fields, more)


def states(comment, der, document=0, leg=5, code=607, reason="账号不符"):
    what = f"990000/2026/5201/N1/3 {['original', 'receipt'][document]} {NAMES[leg]} {code} {reason} 2026-03-02T06:00:00Z"
    out.add(statements, comment, "Good", "valid", der=der, says=what, digest=DIGEST)


def refuses(comment, flag, der, error):
    out.add(statements, comment, flag, "invalid", der=der, error=error)


for document, leg in [(0, 3), (0, 4), (0, 5), (0, 6), (1, 3), (1, 4), (1, 5)]:
    states(f"a document {document} that is {NAMES[leg]}", statement(document=document, leg=leg), document, leg)
states("without a reason", statement(code=0, reason=""), code=0, reason="")
states("the highest code", statement(code=2**32 - 1), code=2**32 - 1)
states("a reason of 600 bytes", statement(reason="账" * 200), reason="账" * 200)
refuses("the format of vouchers", "Format", statement({0: oid(ARC + ".4")}), FORM)
refuses("another version of the format", "Format", statement({1: integer(0)}), VERSION)
refuses("a division with a slash", "Id", statement({2: utf8("99/0")}), VALUE)
refuses("no number", "Id", statement({5: utf8("")}), VALUE)
refuses("a year as bytes", "Id", statement({3: octet_string(b"2026")}), DER)
refuses("version 0", "Version", statement({6: integer(0)}), VALUE)
refuses("a third document", "Leg", statement({7: enumerated(2)}), VALUE)
refuses("a document in two bytes", "Leg", statement({7: tlv(10, b"\0\0")}), VALUE)
refuses("a receipt that was returned", "Leg", statement(document=1, leg=6), VALUE)
for leg in [0, 1, 2, 7]:
    refuses(f"leg {leg}", "Leg", statement({8: enumerated(leg)}), VALUE)
refuses("a digest of 31 bytes", "Digest", statement({9: octet_string(DIGEST[1:])}), VALUE)
refuses("a code below zero", "Code", statement(code=-1), VALUE)
refuses("code 2^32", "Code", statement(code=2**32), VALUE)
refuses("a reason of 601 bytes", "Reason", statement(reason="x" * 601), VALUE)
refuses("a reason on two lines", "Reason", statement(reason="a\nb"), VALUE)
refuses("a time with a fraction", "Time", statement({12: time("20260302060000.5Z")}), DER)
refuses("a time without its zone", "Time", statement({12: time("20260302060000")}), DER)
refuses("one field more", "Der", statement(more=integer(1)), DER)
refuses("bytes behind it", "Der", statement() + b"\0", DER)
out.write()
