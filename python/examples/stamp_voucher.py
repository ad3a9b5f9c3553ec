"""The main job: complete a payment voucher, verify it, and see a tampered one fail.

    python stamp_voucher.py signer.pem seal.esl voucher.xml anchor.pem crl.pem 2026-03-02T09:30:00Z

The voucher is one of types 5106, 5108 and 5201, as the finance office makes it. For brevity one
signer plays all four parts here; each has its own key in the real world.
"""

from __future__ import annotations

import base64
import re
import sys
from datetime import datetime
from pathlib import Path

import yinxin


def main(arguments: list[str]) -> int:
    if len(arguments) != 6:
        print(__doc__, file=sys.stderr)
        return 2
    signer_pem, seal_esl, voucher, anchor, crl = (Path(name).read_bytes() for name in arguments[:5])
    at = datetime.fromisoformat(arguments[5].replace("Z", "+00:00"))

    signer = yinxin.Signer.from_pem(signer_pem)
    seal = yinxin.Seal(seal_esl)
    print(f"seal {seal.id}: {seal.name}, until {seal.valid_until:%Y-%m-%d}")

    # Two people sign, then office and head stamp, as the template of these types wants it.
    for position, role in (("cz_jb", "maker"), ("cz_fh", "reviewer")):
        voucher = yinxin.sign_voucher(
            voucher, signer=signer, org="011", role=role, position=position, at=at
        )
    for position, role in (("cz_gkzf", "office"), ("cz_fzr", "head")):
        voucher = yinxin.stamp_voucher(
            voucher, seal=seal, signer=signer, org="011", role=role, position=position, at=at
        )

    verifier = yinxin.Verifier(
        anchors=anchor, crls=crl, authorisation=authorisation(voucher, seal, signer)
    )
    report = verifier.verify_voucher(voucher, at=at)
    print(report.to_text())
    report.require_valid()

    report = verifier.verify_voucher(tampered(voucher), at=at)
    print("The same with another amount:", report.verdict)
    for check in report.failures:
        print(f"  {check.code}: {check.detail}")
    return 1 if report.valid else 0


def authorisation(
    voucher: bytes, seal: yinxin.Seal, signer: yinxin.Signer
) -> dict[str, object]:
    """Who may act where: the verifier's own list, made here from the one signer and seal."""
    outer = {
        name.decode(): value.decode()
        for name, value in re.findall(rb'(AdmDivCode|StYear|VtCode)="([^"]*)"', voucher)
    }
    assert signer.certificate is not None
    signature = {"certificates": [signer.certificate.digest.hex()]}
    stamp = {"seals": [seal.digest.hex()]}
    places = (
        ("cz_jb", "maker", signature),
        ("cz_fh", "reviewer", signature),
        ("cz_gkzf", "office", stamp),
        ("cz_fzr", "head", stamp),
    )
    entries = [
        {
            "admDivCode": outer["AdmDivCode"],
            "stYear": outer["StYear"],
            "vtCode": outer["VtCode"],
            "position": position,
            "role": role,
            **who,
        }
        for position, role, who in places
    ]
    return {"format": "yinxin:authorisation:1", "entries": entries}


def tampered(envelope: bytes) -> bytes:
    """The envelope with a 9 before the amount of the voucher inside."""

    def change(match: re.Match[bytes]) -> bytes:
        inner = base64.b64decode(match[1])
        inner = re.sub(rb"<(PayAmt|PlanAmt)>", rb"<\1>9", inner, count=1)
        return b"<Voucher>" + base64.b64encode(inner) + b"</Voucher>"

    return re.sub(rb"<Voucher>([^<]*)</Voucher>", change, envelope, count=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
