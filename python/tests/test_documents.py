"""Stamps and signatures beside a document."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yinxin
from yinxin import testing

from conftest import AT, FROM, LATER, UNTIL, World

DOCUMENT = "关于下达预算的通知".encode() * 100


def stamp(world: World, document: bytes = DOCUMENT, property: str = "") -> bytes:
    return yinxin.stamp_document(
        document, seal=world.seal, signer=world.signer, at=AT, property=property
    )


def test_stamp_and_verify(world: World) -> None:
    made = stamp(world)
    report = world.verifier.verify_document(made, DOCUMENT, at=LATER)
    assert report.valid, report.to_text()


@pytest.mark.parametrize("version", [1, 4, 5])
def test_every_version_of_seal(world: World, version: int) -> None:
    seal = testing.make_seal(
        world.maker,
        name="某某市财政局",
        certificates=world.signer.certificates,
        created=FROM,
        valid_from=FROM,
        valid_until=UNTIL,
        version=version,  # type: ignore[arg-type]
    )
    assert seal.version == version
    made = yinxin.stamp_document(DOCUMENT, seal=seal, signer=world.signer, at=AT)
    report = world.verifier.verify_document(made, DOCUMENT, at=LATER)
    assert report.valid, report.to_text()


def test_a_changed_document_fails_its_digest(world: World) -> None:
    report = world.verifier.verify_document(stamp(world), DOCUMENT + b" ", at=LATER)
    assert report.verdict == "Invalid"
    assert [check.code for check in report.failures] == ["document.digest"]


def test_a_stamp_for_another_place(world: World) -> None:
    made = stamp(world, property="page:1")
    verify = world.verifier.verify_document
    assert verify(made, DOCUMENT, at=LATER, property="page:1").valid
    report = verify(made, DOCUMENT, at=LATER, property="page:2")
    assert [check.code for check in report.failures] == ["stamp.property"]


def test_every_changed_byte_is_an_error_or_not_valid(world: World) -> None:
    made = stamp(world)
    for place in range(0, len(made), 11):
        bad = bytearray(made)
        bad[place] ^= 0x01
        try:
            assert not world.verifier.verify_document(bad, DOCUMENT, at=LATER).valid
        except yinxin.Error:
            pass


def test_bytes_like_inputs_and_bytes_out(world: World) -> None:
    made = yinxin.stamp_document(
        bytearray(DOCUMENT), seal=world.seal, signer=world.signer, at=AT
    )
    assert type(made) is bytes
    report = world.verifier.verify_document(memoryview(made), bytearray(DOCUMENT), at=LATER)
    assert report.valid


def test_sign_and_verify(world: World) -> None:
    signature = yinxin.sign_document(DOCUMENT, signer=world.signer)
    report = world.verifier.verify_signature(signature, DOCUMENT, at=LATER)
    assert report.valid, report.to_text()
    report = world.verifier.verify_signature(signature, b"another", at=LATER)
    assert report.verdict == "Invalid"


def test_a_seal_out_of_its_time_is_not_stamped_with(world: World) -> None:
    with pytest.raises(yinxin.RefusedError):
        yinxin.stamp_document(
            DOCUMENT, seal=world.seal, signer=world.signer, at=UNTIL + timedelta(days=1)
        )


def test_revocation(world: World) -> None:
    root = testing.Authority(valid_from=FROM, valid_until=UNTIL)
    maker = root.issue("CN=Maker,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="maker")
    signer = root.issue("CN=Signer,C=CN", valid_from=FROM, valid_until=UNTIL)
    assert signer.certificate is not None
    seal = testing.make_seal(
        maker,
        name="某某市财政局",
        certificates=signer.certificate,
        created=FROM,
        valid_from=FROM,
        valid_until=UNTIL,
    )
    made = yinxin.stamp_document(DOCUMENT, seal=seal, signer=signer, at=AT)
    unknown = yinxin.Verifier(anchors=root.certificate)
    report = unknown.verify_document(made, DOCUMENT, at=LATER)
    assert report.verdict == "NotDetermined"
    lax = yinxin.Verifier(anchors=root.certificate, revocation="not-checked")
    assert lax.verify_document(made, DOCUMENT, at=LATER).valid
    root.revoke(signer.certificate, at=FROM)
    crl = root.crl(this_update=FROM, next_update=UNTIL)
    strict = yinxin.Verifier(anchors=root.certificate, crls=crl)
    report = strict.verify_document(made, DOCUMENT, at=LATER)
    assert report.verdict == "Invalid"
    assert "signer.revocation" in [check.code for check in report.failures]


def test_a_signer_expired_since_needs_a_proof_of_time(world: World) -> None:
    soon = AT + timedelta(days=30)
    signer = world.root.issue("CN=Short,C=CN", valid_from=FROM, valid_until=soon)
    seal = testing.make_seal(
        world.maker,
        name="某某市财政局",
        certificates=signer.certificates,
        created=FROM,
        valid_from=FROM,
        valid_until=UNTIL,
    )
    made = yinxin.stamp_document(DOCUMENT, seal=seal, signer=signer, at=AT)
    late = soon + timedelta(days=1)
    report = world.verifier.verify_document(made, DOCUMENT, at=late)
    assert report.verdict == "NotDetermined"
    check = report.find("time.proof")
    assert check is not None and check.outcome == "NotDetermined"
    report = world.verifier.verify_document(made, DOCUMENT, at=late, received=LATER)
    assert report.valid, report.to_text()
    assert "since.expired" in {note.code for note in report.notes}


def test_many_keep_their_order_and_one_bad_one_stops_nobody(world: World) -> None:
    documents = [b"document %d" % number for number in range(20)]
    stamps = yinxin.stamp_document_many(
        documents, seal=world.seal, signer=world.signer, at=AT, threads=2
    )
    assert all(isinstance(made, bytes) for made in stamps)
    items = [(made, document) for made, document in zip(stamps, documents) if isinstance(made, bytes)]
    items[3] = (b"no stamp", documents[3])
    items[4] = (items[5][0], documents[4])
    one = world.verifier.verify_document_many(items, at=LATER)
    two = world.verifier.verify_document_many(items, at=LATER, threads=2)
    assert [type(result) for result in one] == [type(result) for result in two]
    for number, (first, second) in enumerate(zip(one, two)):
        if number == 3:
            assert isinstance(first, yinxin.MalformedError)
            assert str(first) == str(second)
        else:
            assert isinstance(first, yinxin.Report)
            assert first == second
            assert first.valid is (number != 4)
