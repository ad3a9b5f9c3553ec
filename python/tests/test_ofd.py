"""OFD documents: made, stamped, signed, verified, prepared and completed."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import yinxin
from yinxin import testing

from conftest import AT, LATER, World

DESCRIPTION: dict[str, Any] = {
    "format": "yinxin:ofd:1",
    "id": "0123456789abcdef0123456789abcdef",
    "created": "2026-03-02",
    "blocks": [{"text": "示例市教育局：\n现将经费拨付给你局。"}, {"newPage": True}, {"text": "附件"}],
    "attachments": [{"name": "明细.xml", "file": "list.xml"}],
}
FILES = {"list.xml": b"<list/>"}
PLACE = {"places": [{"page": 1, "x": 120, "y": 200, "width": 42, "height": 42}]}


def changed(document: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The package with one of its files changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == name:
                assert old in data
                data = data.replace(old, new)
            target.writestr(entry, data)
    return out.getvalue()


def test_a_document_is_made_stamped_and_verified(world: World) -> None:
    made = yinxin.make_ofd(DESCRIPTION, files=FILES)
    assert made == yinxin.make_ofd(DESCRIPTION, files=FILES)
    stamped = yinxin.stamp_ofd(
        made, seal=world.seal, signer=world.signer, at=AT, options={**PLACE, "lock": True}
    )
    report = world.verifier.verify_ofd(stamped, at=LATER)
    assert report.valid, report.to_text()
    # Nothing may follow a lock.
    with pytest.raises(yinxin.RefusedError):
        yinxin.sign_ofd(stamped, signer=world.person, at=AT)
    page = "Doc_0/Pages/Page_0/Content.xml"
    forged = changed(stamped, page, "拨付".encode(), "收回".encode())
    report = world.verifier.verify_ofd(forged, at=LATER)
    assert report.verdict == "Invalid"
    assert any(check.code == "document.references" for check in report.failures)


def test_a_straddle_seal_and_a_signature_behind_it(world: World) -> None:
    made = yinxin.make_ofd(DESCRIPTION, files=FILES)
    straddle = {"places": [{"straddle": "right"}]}
    stamped = yinxin.stamp_ofd(
        made, seal=world.seal, signer=world.signer, at=AT, options=straddle
    )
    signed = yinxin.sign_ofd(stamped, signer=world.person, at=AT, options={"lock": True})
    report = world.verifier.verify_ofd(signed, at=LATER)
    assert report.valid, report.to_text()
    assert len(report.reports) == 2


def test_a_key_in_another_process(world: World) -> None:
    made = yinxin.make_ofd(DESCRIPTION, files=FILES)
    for signer, seal in ((world.person, None), (world.signer, world.seal)):
        assert signer.certificate is not None
        request = yinxin.prepare_ofd(
            made, certificate=signer.certificate, at=AT, seal=seal, options=PLACE if seal else None
        )
        kept = yinxin.OfdSigningRequest(bytes(request))
        assert kept.certificate == signer.certificate and len(kept.digest) == 32
        [signature] = testing.sign_messages(signer, [kept.to_be_signed])
        done = yinxin.complete_ofd(made, kept, signature)
        report = world.verifier.verify_ofd(done, at=LATER)
        assert report.valid, report.to_text()
        with pytest.raises(yinxin.RefusedError) as caught:
            yinxin.complete_ofd(done, kept, signature)
        assert caught.value.code == 605


def test_the_sheet_of_a_voucher(world: World) -> None:
    sheet = yinxin.make_voucher_sheet(world.voucher, created=date(2026, 3, 2))
    sealed = yinxin.stamp_ofd(sheet, seal=world.seal, signer=world.signer, at=AT, options=PLACE)
    assert world.verifier.verify_ofd(sealed, at=LATER).valid
    voucher, report = yinxin.read_voucher_sheet(sealed)
    assert voucher == world.voucher and report.valid, report.to_text()
    page = "Doc_0/Pages/Page_0/Content.xml"
    forged = changed(sheet, page, "¥36,000.17".encode(), "¥86,000.17".encode())
    # Sealed again by somebody who may: the seal is good, the sheet is not.
    forged = yinxin.stamp_ofd(forged, seal=world.seal, signer=world.signer, at=AT, options=PLACE)
    assert world.verifier.verify_ofd(forged, at=LATER).valid
    voucher, report = yinxin.read_voucher_sheet(forged)
    assert voucher == world.voucher and not report.valid


def test_what_is_refused(world: World) -> None:
    with pytest.raises(yinxin.MalformedError) as caught:
        yinxin.make_ofd(DESCRIPTION)
    assert caught.value.code == 107
    hidden = {**DESCRIPTION, "blocks": [{"text": "a\u202eb"}]}
    with pytest.raises(yinxin.MalformedError) as caught:
        yinxin.make_ofd(hidden, files=FILES)
    assert caught.value.code == 104
    with pytest.raises(yinxin.MalformedError):
        yinxin.make_ofd("{}")
    with pytest.raises(yinxin.Error):
        world.verifier.verify_ofd(b"PK", at=LATER)
    made = yinxin.make_ofd(DESCRIPTION, files=FILES)
    beyond = {"places": [{"page": 9, "x": 1, "y": 1}]}
    with pytest.raises(yinxin.Error):
        yinxin.stamp_ofd(made, seal=world.seal, signer=world.signer, at=AT, options=beyond)
    with pytest.raises(yinxin.Error):
        yinxin.read_voucher_sheet(made)
