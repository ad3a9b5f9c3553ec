"""The main job: sign, stamp and verify vouchers, and find every tampering."""

from __future__ import annotations

import base64
import json
import re
from typing import Callable

import pytest
import yinxin
from yinxin import testing

from conftest import AT, FROM, LATER, UNTIL, World, authorisation


@pytest.fixture(scope="module")
def complete(world: World) -> bytes:
    return world.stamp(world.sign(world.voucher))


def stamp_office(world: World, envelope: bytes, **other: object) -> bytes:
    arguments = {
        "seal": world.seal,
        "signer": world.signer,
        "org": "011",
        "role": "office",
        "position": "cz_gkzf",
        "at": AT,
        **other,
    }
    return yinxin.stamp_voucher(envelope, **arguments)  # type: ignore[arg-type]


def failed(report: yinxin.Report) -> set[str]:
    return {check.code for check in report.failures}


def test_sign_stamp_verify(world: World, complete: bytes) -> None:
    assert type(complete) is bytes
    report = world.verifier.verify_voucher(complete, at=LATER)
    assert report.valid, report.to_text()
    report.require_valid()
    assert json.loads(report.to_json())["verdict"] == "Valid"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_anything_bytes_like(world: World, complete: bytes, kind: Callable[[bytes], bytes]) -> None:
    assert world.verifier.verify_voucher(kind(complete), at=LATER).valid
    signed = world.sign(world.voucher)
    assert stamp_office(world, kind(signed))


def tampered(envelope: bytes, old: str, new: str) -> bytes:
    """The envelope with a change in the voucher inside it."""

    def change(match: re.Match[bytes]) -> bytes:
        inner = base64.b64decode(match[1]).decode("gbk")
        assert old in inner
        changed = inner.replace(old, new, 1).encode("gbk")
        return b"<Voucher>" + base64.b64encode(changed) + b"</Voucher>"

    return re.sub(rb"<Voucher>([^<]*)</Voucher>", change, envelope, count=1)


def test_a_changed_field_fails(world: World, complete: bytes) -> None:
    bad = tampered(complete, "示例", "某某")
    report = world.verifier.verify_voucher(bad, at=LATER)
    assert report.verdict == "Invalid"
    assert {"voucher.canonical", "voucher.form"} <= failed(report)
    with pytest.raises(yinxin.RefusedError, match="voucher.canonical"):
        report.require_valid()


def test_a_layout_change_fails_the_form_only(world: World, complete: bytes) -> None:
    bad = tampered(complete, "<DetailList>", "\n<DetailList>")
    report = world.verifier.verify_voucher(bad, at=LATER)
    assert report.verdict == "Invalid"
    assert "voucher.form" in failed(report)
    assert "voucher.canonical" not in failed(report)


def test_every_changed_byte_is_an_error_or_not_valid(world: World, complete: bytes) -> None:
    for place in range(0, len(complete), 97):
        bad = bytearray(complete)
        bad[place] ^= 0x01
        try:
            assert not world.verifier.verify_voucher(bad, at=LATER).valid
        except yinxin.Error:
            pass


def test_an_incomplete_voucher_is_not_valid(world: World) -> None:
    for envelope in (world.voucher, world.sign(world.voucher)):
        report = world.verifier.verify_voucher(envelope, at=LATER)
        assert report.verdict != "Valid"
        check = report.find("voucher.positions")
        assert check is None or check.outcome != "Passed"


def test_acts_keep_their_order(world: World, complete: bytes) -> None:
    with pytest.raises(yinxin.RefusedError) as caught:
        stamp_office(world, world.voucher)
    assert caught.value.code == 604
    with pytest.raises(yinxin.RefusedError):
        stamp_office(world, complete)


def test_a_position_that_no_template_has_is_misuse(world: World) -> None:
    with pytest.raises(yinxin.MisuseError):
        stamp_office(world, world.sign(world.voucher), position="nowhere")


def test_without_authorisation_nothing_is_valid(world: World, complete: bytes) -> None:
    verifier = yinxin.Verifier(anchors=world.root.certificate, crls=world.crl)
    report = verifier.verify_voucher(complete, at=LATER)
    assert report.verdict == "NotDetermined"
    check = report.find("voucher.authority")
    assert check is not None and check.outcome == "NotDetermined"


def test_a_genuine_stamp_of_another_office_fails(world: World) -> None:
    other = testing.make_seal(
        world.maker,
        name="另一个局",
        certificates=world.signer.certificates,
        created=FROM,
        valid_from=FROM,
        valid_until=UNTIL,
        id="TEST-0002",
    )
    envelope = stamp_office(world, world.sign(world.voucher), seal=other)
    envelope = stamp_office(world, envelope, position="cz_fzr", role="head")
    report = world.verifier.verify_voucher(envelope, at=LATER)
    assert report.verdict == "Invalid"
    assert failed(report) == {"voucher.authority"}


def test_authorisation_as_text_and_as_dict(world: World, complete: bytes) -> None:
    allowed = authorisation(world.seal, world.person)
    for given in (allowed, json.dumps(allowed)):
        verifier = yinxin.Verifier(
            anchors=world.root.certificate, crls=world.crl, authorisation=given
        )
        assert verifier.verify_voucher(complete, at=LATER).valid
    with pytest.raises(yinxin.MalformedError):
        yinxin.Verifier(anchors=world.root.certificate, authorisation="{")
    with pytest.raises(TypeError):
        yinxin.Verifier(
            anchors=world.root.certificate,
            authorisation=b"{}",  # type: ignore[arg-type]
        )


def test_local_templates(world: World) -> None:
    position = {
        "layer": 1,
        "position": "cz_gkzf",
        "name": "国库支付专用章",
        "role": "office",
        "kind": "stamp",
        "sequence": 1,
    }
    template = {"vtCode": "5201", "basis": "test", "positions": [position]}
    templates = {"format": "yinxin:templates:1", "templates": [template]}
    envelope = stamp_office(world, world.voucher, templates=templates)
    verifier = yinxin.Verifier(
        anchors=world.root.certificate,
        crls=world.crl,
        authorisation=authorisation(world.seal, world.person),
        templates=json.dumps(templates),
    )
    report = verifier.verify_voucher(envelope, at=LATER)
    assert report.valid, report.to_text()
    # The built-in template asks for more.
    assert not world.verifier.verify_voucher(envelope, at=LATER).valid


def test_many(world: World) -> None:
    envelopes: list[bytes] = [testing.make_voucher(number) for number in range(1, 13)]
    envelopes[4] = b"<MOF>"
    signed = yinxin.sign_voucher_many(
        envelopes, signer=world.person, org="011", role="maker", position="cz_jb", at=AT, threads=2
    )
    assert [isinstance(one, bytes) for one in signed] == [number != 4 for number in range(12)]
    assert isinstance(signed[4], yinxin.MalformedError)
    good = [one for one in signed if isinstance(one, bytes)]
    good = [
        yinxin.sign_voucher(
            one, signer=world.person, org="011", role="reviewer", position="cz_fh", at=AT
        )
        for one in good
    ]
    for position, role in (("cz_gkzf", "office"), ("cz_fzr", "head")):
        stamped = yinxin.stamp_voucher_many(
            good,
            seal=world.seal,
            signer=world.signer,
            org="011",
            role=role,
            position=position,
            at=AT,
            threads=2,
        )
        good = [one for one in stamped if isinstance(one, bytes)]
    assert len(good) == 11
    good[7] = tampered(good[7], "示例", "某某")
    one = world.verifier.verify_voucher_many(good, at=LATER)
    two = world.verifier.verify_voucher_many((item for item in good), at=LATER, threads=2)
    assert one == two
    verdicts = [isinstance(result, yinxin.Report) and result.valid for result in one]
    assert verdicts == [number != 7 for number in range(11)]
    many = world.verifier.verify_voucher_many([b"junk", good[0]], at=LATER)
    assert isinstance(many[0], yinxin.MalformedError)
    assert isinstance(many[1], yinxin.Report) and many[1].valid
