"""Made-up keys, certificates, seals and vouchers, all valid in 2026."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import pytest
import yinxin
from yinxin import testing

FROM = datetime(2026, 1, 1, tzinfo=timezone.utc)
UNTIL = datetime(2031, 1, 1, tzinfo=timezone.utc)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
LATER = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.utc)
# The acts of the issuer on a 5201, as the built-in template has them: position, role.
SIGNATURES = (("cz_jb", "maker"), ("cz_fh", "reviewer"))
STAMPS = (("cz_gkzf", "office"), ("cz_fzr", "head"))


@dataclass(frozen=True, repr=False)
class World:
    root: testing.Authority
    maker: yinxin.Signer
    person: yinxin.Signer
    signer: yinxin.Signer
    signer_pem: bytes
    seal: yinxin.Seal
    crl: bytes
    verifier: yinxin.Verifier
    voucher: bytes

    def sign(self, envelope: bytes) -> bytes:
        """The signatures of maker and reviewer."""
        for position, role in SIGNATURES:
            envelope = yinxin.sign_voucher(
                envelope, signer=self.person, org="011", role=role, position=position, at=AT
            )
        return envelope

    def stamp(self, envelope: bytes) -> bytes:
        """The stamps of office and head."""
        for position, role in STAMPS:
            envelope = yinxin.stamp_voucher(
                envelope,
                seal=self.seal,
                signer=self.signer,
                org="011",
                role=role,
                position=position,
                at=AT,
            )
        return envelope


def authorisation(seal: yinxin.Seal, person: yinxin.Signer) -> dict[str, Any]:
    """That the person signs and the seal stamps, on every voucher of these tests."""
    assert person.certificate is not None
    voucher = {"admDivCode": "990000", "stYear": "2026", "vtCode": "5201"}
    signs = {"certificates": [person.certificate.digest.hex()]}
    stamps = {"seals": [seal.digest.hex()]}
    entries = [
        {**voucher, "position": position, "role": role, **who}
        for acts, who in ((SIGNATURES, signs), (STAMPS, stamps))
        for position, role in acts
    ]
    return {"format": "yinxin:authorisation:1", "entries": entries}


def make_world() -> World:
    root = testing.Authority("CN=Test Root,C=CN", valid_from=FROM, valid_until=UNTIL)
    maker = root.issue("CN=Maker,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="maker")
    person = root.issue("CN=Person,C=CN", valid_from=FROM, valid_until=UNTIL)
    signer_pem = root.issue_pem("CN=Finance Office,C=CN", valid_from=FROM, valid_until=UNTIL)
    signer = yinxin.Signer.from_pem(signer_pem)
    seal = testing.make_seal(
        maker,
        name="示例市财政局国库支付专用章",
        certificates=signer.certificates,
        created=FROM,
        valid_from=FROM,
        valid_until=UNTIL,
    )
    crl = root.crl(this_update=FROM, next_update=UNTIL)
    verifier = yinxin.Verifier(
        anchors=root.certificate, crls=crl, authorisation=authorisation(seal, person)
    )
    voucher = testing.make_voucher(1)
    return World(root, maker, person, signer, signer_pem, seal, crl, verifier, voucher)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()
