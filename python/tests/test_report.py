"""Reports: never a truth value, the same JSON as everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yinxin

from conftest import AT, FROM, UNTIL, World


def test_a_report_has_no_truth_value(world: World) -> None:
    report = world.verifier.check_seal(world.seal, at=AT)
    with pytest.raises(TypeError, match=r"\.valid\b.*\.require_valid\(\)"):
        bool(report)
    with pytest.raises(TypeError):
        assert report
    with pytest.raises(TypeError):
        not report


def test_a_valid_report(world: World) -> None:
    report = world.verifier.check_seal(world.seal, at=AT)
    assert report.valid, report.to_text()
    assert report.verdict == "Valid"
    report.require_valid()
    assert report.failures == ()
    assert report.missing == ()
    check = report.find("seal.signature")
    assert check is not None
    assert (check.outcome, check.required) == ("Passed", True)
    assert report.find("no.such.code") is None
    assert check in report.checks
    with pytest.raises(AttributeError):
        check.outcome = "Failed"  # type: ignore[misc]


def test_json_says_what_the_object_says(world: World) -> None:
    stranger = yinxin.Verifier(anchors=[], crls=world.crl)
    report = stranger.check_seal(world.seal, at=AT)
    assert not report.valid
    value = json.loads(report.to_json())
    assert value["schema"] == 1
    assert value["verdict"] == report.verdict
    assert value["subject"] == report.subject
    fields = ("code", "outcome", "required", "subject", "detail")
    assert value["checks"] == [{name: getattr(check, name) for name in fields} for check in report.checks]
    assert value["notes"] == [{"code": note.code, "detail": note.detail} for note in report.notes]
    assert len(value["reports"]) == len(report.reports)


def test_ocsp_answers_in_the_place_of_a_list(world: World) -> None:
    answer = world.root.ocsp(world.maker.certificates, this_update=FROM, next_update=UNTIL)
    anchors = world.root.certificate
    asked = yinxin.Verifier(anchors=anchors, ocsp=answer).check_seal(world.seal, at=AT)
    assert asked.verdict == "Valid", asked.to_text()
    silent = yinxin.Verifier(anchors=anchors).check_seal(world.seal, at=AT)
    assert silent.verdict == "NotDetermined"


def test_require_valid_names_the_checks(world: World) -> None:
    stranger = yinxin.Verifier(anchors=[], crls=world.crl)
    report = stranger.check_seal(world.seal, at=AT)
    with pytest.raises(yinxin.RefusedError, match="seal.maker.chain") as caught:
        report.require_valid()
    assert caught.value.code == 608


def test_text_has_a_line_for_every_check(world: World) -> None:
    report = world.verifier.check_seal(world.seal, at=AT)
    for check in report.checks:
        assert check.code in report.to_text()
    assert str(report) == report.to_text()
    assert repr(report).startswith("<Report Valid")


def test_the_state_of_a_seal_is_asked_for(world: World) -> None:
    def checked(**given: Any) -> tuple[str, yinxin.Check]:
        verifier = yinxin.Verifier(anchors=world.root.certificate, crls=world.crl, **given)
        report = verifier.check_seal(world.seal, at=AT)
        (check,) = (check for check in report.checks if check.code == "seal.state")
        return report.verdict, check

    verdict, check = checked()
    assert (verdict, check.outcome, check.required) == ("Valid", "NotDetermined", False)
    verdict, check = checked(seal_state="required")
    assert (verdict, check.outcome, check.required) == ("NotDetermined", "NotDetermined", True)
    with pytest.raises(yinxin.MisuseError):
        checked(seal_state="perhaps")
    with pytest.raises(yinxin.MalformedError):
        checked(seal_states=b"no list", seal_state_anchors=world.root.certificate)
