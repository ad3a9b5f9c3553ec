"""Stamps a payment voucher, verifies it, and shows what happens to a changed one.

stamp_voucher.py SIGNER SEAL VOUCHER ANCHORS CRL AUTHORISATION ORG ROLE POSITION TIME OUTPUT
                 [TEMPLATES]

  SIGNER         private key and certificate of the signer, PEM
  SEAL           the electronic seal, an .esl file
  VOUCHER        the envelope with the voucher, XML, with the acts so far
  ANCHORS        the certificates that are trusted, PEM
  CRL            the revocation list, PEM or DER
  AUTHORISATION  who may stamp at which position, JSON
  TIME           the clock: 2026-03-02T09:30:00+08:00
  OUTPUT         where the stamped envelope is written
  TEMPLATES      local positions of voucher types, JSON; default: the built-in ones

The first line printed is the report as JSON, the others are the checks that a changed amount fails.

The password of the key, if it has one, is taken from the environment: YINXIN_PASSWORD.
The exit status is 0 if the stamped voucher is valid, 1 if not, 2 if something could not be done.
"""

from __future__ import annotations

import base64
import os
import re
import sys
from datetime import datetime
from pathlib import Path

import yinxin


def main(arguments: list[str]) -> int:
    if len(arguments) not in (11, 12):
        print(__doc__, file=sys.stderr)
        return 2
    signer_pem, esl, envelope, anchors, crl = (Path(name).read_bytes() for name in arguments[:5])
    authorisation = Path(arguments[5]).read_text(encoding="utf-8")
    org, role, position, time, output = arguments[6:11]
    templates = Path(arguments[11]).read_text(encoding="utf-8") if arguments[11:] else None
    at = datetime.fromisoformat(time.replace("Z", "+00:00"))

    signer = yinxin.Signer.from_pem(signer_pem, os.environ.get("YINXIN_PASSWORD"))
    seal = yinxin.Seal(esl)
    stamped = yinxin.stamp_voucher(
        envelope,
        seal=seal,
        signer=signer,
        org=org,
        role=role,
        position=position,
        at=at,
        templates=templates,
    )
    Path(output).write_bytes(stamped)

    verifier = yinxin.Verifier(
        anchors=anchors, crls=crl, authorisation=authorisation, templates=templates
    )
    report = verifier.verify_voucher(stamped, at=at)
    print(report.to_json())

    changed = verifier.verify_voucher(with_another_amount(stamped), at=at)
    for check in changed.failures:
        print(f"{check.code}  {check.detail}")
    return 0 if report.valid and not changed.valid else 1


def with_another_amount(envelope: bytes) -> bytes:
    """The envelope with a 9 before the first amount of the voucher inside it."""

    def change(match: re.Match[bytes]) -> bytes:
        voucher = base64.b64decode(match[1])
        voucher = re.sub(rb"<(PayAmt|PlanAmt)>", rb"<\1>9", voucher, count=1)
        return b"<Voucher>" + base64.b64encode(voucher) + b"</Voucher>"

    return re.sub(rb"<Voucher>([^<]*)</Voucher>", change, envelope, count=1)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError, yinxin.Error) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
