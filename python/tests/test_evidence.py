"""Evidence that outlives certificates, and the dates of algorithms."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import yinxin
from yinxin import testing

from conftest import AT, FROM, UNTIL, World

DOCUMENT = b"a letter"
SECOND = timedelta(seconds=1)
# After the signer's certificate and the first authority's have expired.
MUCH_LATER = datetime(2030, 1, 1, tzinfo=timezone.utc)


def verifier(world: World, at: datetime, **more: object) -> yinxin.Verifier:
    """With a list of revoked certificates of this moment."""
    crl = world.root.crl(this_update=at, next_update=at + timedelta(days=7))
    return yinxin.Verifier(anchors=world.root.certificate, crls=crl, **more)  # type: ignore[arg-type]


def authority(world: World, valid_until: datetime) -> testing.TimestampAuthority:
    signer = world.root.issue(
        "CN=Time,C=CN", valid_from=FROM, valid_until=valid_until, purpose="time-stamp"
    )
    return testing.TimestampAuthority(signer)


def test_a_stamp_outlives_its_certificates(world: World) -> None:
    soon = AT + timedelta(days=300)
    first, second = authority(world, soon), authority(world, UNTIL)
    signer = world.root.issue("CN=Short,C=CN", valid_from=FROM, valid_until=soon)
    seal = testing.make_seal(
        world.maker,
        name="某某市财政局",
        certificates=signer.certificates,
        created=FROM,
        valid_from=FROM,
        valid_until=UNTIL,
    )
    stamp = yinxin.stamp_document(DOCUMENT, seal=seal, signer=signer, at=AT)
    request = yinxin.stamp_time_stamp_request(stamp)
    token = request.token_for(first.respond(request, at=AT + SECOND))
    stamp = yinxin.stamp_with_time_stamp(stamp, token)

    made_at = AT + timedelta(days=1)
    now = verifier(world, made_at)
    draft = now.prepare_evidence(stamp, [DOCUMENT], at=made_at)
    draft = yinxin.EvidenceDraft(bytes(draft))
    token = draft.request.token_for(first.respond(draft.request, at=made_at))
    evidence = now.complete_evidence(draft, token, stamp, [DOCUMENT], at=made_at)

    renewed_at = soon - timedelta(days=10)
    now = verifier(world, renewed_at)
    draft = now.prepare_evidence_renewal(evidence, stamp, [DOCUMENT], at=renewed_at, hash="SHA-384")
    token = draft.request.token_for(second.respond(draft.request, at=renewed_at))
    renewed = now.complete_evidence(draft, token, stamp, [DOCUMENT], at=renewed_at)

    later = verifier(world, MUCH_LATER)
    report = later.verify_with_evidence(renewed, stamp, [DOCUMENT], at=MUCH_LATER)
    assert report.valid, report.to_text()
    assert not later.verify_with_evidence(evidence, stamp, [DOCUMENT], at=MUCH_LATER).valid
    assert not later.verify_document(stamp, DOCUMENT, at=MUCH_LATER).valid
    report = later.verify_with_evidence(renewed, stamp, [b"another"], at=MUCH_LATER)
    assert report.verdict == "Invalid"
    check = report.find("evidence.digests")
    assert check is not None and check.outcome == "Failed"
    with pytest.raises(yinxin.RefusedError):
        later.prepare_evidence_renewal(evidence, stamp, [DOCUMENT], at=MUCH_LATER)


def test_what_is_wrong_is_refused(world: World) -> None:
    now = verifier(world, AT)
    bare = yinxin.stamp_document(DOCUMENT, seal=world.seal, signer=world.signer, at=AT)
    with pytest.raises(yinxin.RefusedError, match="time stamp of its own"):
        now.prepare_evidence(bare, [DOCUMENT], at=AT)
    with pytest.raises(yinxin.MisuseError):
        now.prepare_evidence(bare, [DOCUMENT], at=AT, hash="SHA-1")
    with pytest.raises(TypeError):
        now.prepare_evidence(bare, DOCUMENT, at=AT)  # type: ignore[arg-type]
    with pytest.raises(yinxin.MalformedError):
        yinxin.EvidenceDraft(b"no draft")
    with pytest.raises(yinxin.MalformedError):
        now.verify_with_evidence(b"none", bare, [DOCUMENT], at=AT)


def test_algorithms_have_dates(world: World) -> None:
    stamp = yinxin.stamp_document(DOCUMENT, seal=world.seal, signer=world.signer, at=AT)
    for lines, verdict in [
        ([{"algorithm": "SM3", "until": "2030-01-01T00:00:00Z"}], "Valid"),
        ([{"algorithm": "SM3", "until": None}], "Invalid"),
        ('[{"algorithm":"SM2","until":"2026-01-01T00:00:00Z"}]', "Invalid"),
    ]:
        now = verifier(world, AT, algorithms=lines)
        report = now.verify_document(stamp, DOCUMENT, at=AT)
        assert report.verdict == verdict, report.to_text()
    with pytest.raises(yinxin.MalformedError):
        verifier(world, AT, algorithms=[{"algorithm": "SM3"}])
