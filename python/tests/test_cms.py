"""Messages, signed and encrypted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import yinxin
from yinxin import cms, testing

from conftest import AT, FROM, LATER, UNTIL, World

CONTENT = b"pay 100.00 to the school"
FORMS = ["gm", "rfc"]


@pytest.fixture(scope="module")
def bank(world: World) -> yinxin.Signer:
    return world.root.issue("CN=Bank,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="encryption")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("detached", [False, True])
def test_several_sign(world: World, form: str, detached: bool) -> None:
    signers = [world.person, world.signer]
    made = cms.sign(CONTENT, signers=signers, form=form, detached=detached, at=AT)  # type: ignore[arg-type]
    beside = CONTENT if detached else None
    content, report = world.verifier.verify_message(made, at=LATER, content=beside)
    assert content == CONTENT and report.valid, report.to_text()
    assert len(report.reports) == 2
    assert len(cms.inspect(made)["signers"]) == 2
    if detached:
        content, report = world.verifier.verify_message(made, at=LATER, content=b"pay 900.00")
        assert content is None and report.verdict == "Invalid"
        with pytest.raises(yinxin.MisuseError):
            world.verifier.verify_message(made, at=LATER)
    else:
        with pytest.raises(yinxin.MalformedError) as both:
            world.verifier.verify_message(made, at=LATER, content=CONTENT)
        assert both.value.code == 108


def test_one_after_another(world: World) -> None:
    made = cms.sign(CONTENT, signers=[world.person], form="rfc", crls=world.crl)
    made = cms.add_signer(made, signer=world.signer, at=AT)
    made = cms.countersign(made, signer=world.person, number=1)
    content, report = world.verifier.verify_message(made, at=LATER)
    assert content == CONTENT, report.to_text()
    shown = cms.inspect(made)
    assert shown["revocationLists"] == 1
    assert [len(one["countersignatures"]) for one in shown["signers"]].count(1) == 1
    with pytest.raises(yinxin.MisuseError):
        cms.countersign(made, signer=world.person, number=2)


def test_bare(world: World) -> None:
    made = cms.sign(CONTENT, signers=[world.person], bare=True)
    assert world.verifier.verify_message(made, at=LATER)[0] == CONTENT
    made = cms.sign(CONTENT, signers=[world.person], bare=True, detached=True)
    assert world.verifier.verify_message(made, at=LATER, content=CONTENT)[0] == CONTENT
    assert world.verifier.verify_signature(made, CONTENT, at=LATER).valid
    for signers, form, at in (
        ([world.person] * 2, "gm", None),
        ([world.person], "rfc", None),
        ([world.person], "gm", AT),
        ([], "gm", None),
    ):
        with pytest.raises(yinxin.MisuseError):
            cms.sign(CONTENT, signers=signers, form=form, at=at, bare=True)  # type: ignore[arg-type]
    with pytest.raises(yinxin.MisuseError):
        cms.sign(CONTENT, signers=[])


def test_a_callable_signs_beside_a_key(world: World) -> None:
    def sign(messages: Sequence[bytes]) -> list[bytes]:
        return testing.sign_messages(world.person, messages)

    card = yinxin.Signer.from_callback(world.person.certificates, sign)
    made = cms.sign(CONTENT, signers=[world.signer, card], at=AT)
    content, report = world.verifier.verify_message(made, at=LATER)
    assert content == CONTENT, report.to_text()
    with pytest.raises(yinxin.UnsupportedError):
        cms.decrypt(b"", key=card)


@pytest.mark.parametrize("cipher", [None, "sm4-gcm", "aes-128-gcm", "aes-256-gcm"])
@pytest.mark.parametrize("by_key_id", [False, True])
def test_encrypted_with_a_tag(
    world: World, bank: yinxin.Signer, cipher: str | None, by_key_id: bool
) -> None:
    assert bank.certificate is not None
    made = cms.encrypt(CONTENT, recipients=bank.certificate, cipher=cipher, by_key_id=by_key_id)  # type: ignore[arg-type]
    assert cms.inspect(made)["structure"] == "AuthEnvelopedData"
    assert cms.decrypt(made, key=bank) == CONTENT
    with pytest.raises(yinxin.UnsupportedError):
        cms.decrypt_unauthenticated(made, key=bank)
    with pytest.raises(yinxin.KeyFailureError) as other:
        cms.decrypt(made, key=world.person)
    assert other.value.code == 412
    with pytest.raises(yinxin.KeyFailureError) as bent:
        cms.decrypt(made[:-1] + bytes([made[-1] ^ 1]), key=bank)
    assert bent.value.code == 406


@pytest.mark.parametrize("form", FORMS)
def test_encrypted_without_a_tag(bank: yinxin.Signer, form: str) -> None:
    assert bank.certificate is not None
    made = cms.encrypt(CONTENT, recipients=[bank.certificate], form=form, cipher="sm4-cbc")  # type: ignore[arg-type]
    assert cms.inspect(made)["structure"] == "EnvelopedData"
    with pytest.raises(yinxin.RefusedError) as refused:
        cms.decrypt(made, key=bank)
    assert refused.value.code == 601
    assert cms.decrypt_unauthenticated(made, key=bank) == CONTENT


def test_signed_and_encrypted(world: World, bank: yinxin.Signer) -> None:
    assert bank.certificate is not None
    made = cms.sign_and_encrypt(CONTENT, signer=world.person, recipients=bank.certificate)
    content, report = world.verifier.decrypt_signed_message(made, key=bank, at=LATER)
    assert content == CONTENT and report.valid, report.to_text()
    stranger = testing.Authority(valid_from=FROM, valid_until=UNTIL)
    verifier = yinxin.Verifier(anchors=stranger.certificate)
    content, report = verifier.decrypt_signed_message(made, key=bank, at=LATER)
    assert content is None and not report.valid
    with pytest.raises(yinxin.UnsupportedError):
        cms.decrypt(made, key=bank)


def test_misuse(world: World, bank: yinxin.Signer) -> None:
    assert bank.certificate is not None
    with pytest.raises(yinxin.MisuseError):
        cms.encrypt(CONTENT, recipients=[])
    with pytest.raises(yinxin.MisuseError):
        cms.encrypt(CONTENT, recipients=bank.certificate, form="gm", cipher="sm4-gcm")
    with pytest.raises(yinxin.MisuseError):
        cms.encrypt(CONTENT, recipients=bank.certificate, cipher="rc4")  # type: ignore[arg-type]
    with pytest.raises(yinxin.MisuseError):
        cms.sign(CONTENT, signers=[world.person], form="pkcs7")  # type: ignore[arg-type]
    with pytest.raises(yinxin.RefusedError):
        cms.encrypt(CONTENT, recipients=world.person.certificates)
    for message in (b"", b"x", b"0\x80"):
        for read in (cms.inspect, lambda one: cms.decrypt(one, key=bank)):
            with pytest.raises(yinxin.MalformedError):
                read(message)
