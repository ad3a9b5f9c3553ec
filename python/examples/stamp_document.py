"""Makes the sheet of a payment voucher, stamps it, and verifies sheet and voucher together.

stamp_document.py SIGNER SEAL VOUCHER ANCHORS CRL AUTHORISATION TIME OUTPUT

  SIGNER         private key and certificate of the signer, PEM
  SEAL           the electronic seal, an .esl file
  VOUCHER        the envelope with the voucher and its acts, XML
  ANCHORS        the certificates that are trusted, PEM
  CRL            the revocation list, PEM or DER
  AUTHORISATION  who may stamp the voucher at which position, JSON
  TIME           the clock: 2026-03-02T09:30:00+08:00
  OUTPUT         where the stamped sheet, an OFD document, is written

The seal on the sheet says whose paper it is; the acts in the envelope that is attached to it say who
agreed to the payment. So there are three reports, one on each line as JSON: of the seal, of the pages
(they show what the voucher says), of the voucher. After them come the checks that a sheet with another
page fails.

The password of the key, if it has one, is taken from the environment: YINXIN_PASSWORD.
The exit status is 0 if all is valid, 1 if not, 2 if something could not be done.
"""

from __future__ import annotations

import io
import os
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import yinxin


def main(arguments: list[str]) -> int:
    if len(arguments) != 8:
        print(__doc__, file=sys.stderr)
        return 2
    signer_pem, esl, envelope, anchors, crl = (Path(name).read_bytes() for name in arguments[:5])
    authorisation = Path(arguments[5]).read_text(encoding="utf-8")
    time, output = arguments[6:]
    at = datetime.fromisoformat(time.replace("Z", "+00:00"))

    sheet = yinxin.make_voucher_sheet(envelope, created=at.date())
    stamped = yinxin.stamp_ofd(
        sheet,
        seal=yinxin.Seal(esl),
        signer=yinxin.Signer.from_pem(signer_pem, os.environ.get("YINXIN_PASSWORD")),
        at=at,
        options={"places": [{"page": 1, "x": 140, "y": 220}], "lock": True},
    )
    Path(output).write_bytes(stamped)

    verifier = yinxin.Verifier(anchors=anchors, crls=crl, authorisation=authorisation)
    reports = verify(verifier, stamped, at)
    for report in reports:
        print(report.to_json())

    changed = verifier.verify_ofd(with_another_page(stamped), at=at)
    for check in changed.failures:
        print(f"{check.code}  {check.detail}")
    return 0 if all(report.valid for report in reports) and not changed.valid else 1


def verify(verifier: yinxin.Verifier, document: bytes, at: datetime) -> list[yinxin.Report]:
    """The seal on the sheet, the pages beside the voucher, and the voucher with its acts."""
    voucher, pages = yinxin.read_voucher_sheet(document)
    return [verifier.verify_ofd(document, at=at), pages, verifier.verify_voucher(voucher, at=at)]


def with_another_page(document: bytes) -> bytes:
    """The package with a space more on its first page."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data + b" " if name.endswith("Page_0/Content.xml") else data)
    return out.getvalue()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError, yinxin.Error) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
