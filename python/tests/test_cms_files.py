"""Messages in files of any length, and under a key that both sides have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yinxin
from yinxin import cms

from conftest import AT, FROM, LATER, UNTIL, World

CONTENT = bytes(range(251)) * 8000
KEY = bytes(range(16))


@pytest.fixture(scope="module")
def bank(world: World) -> yinxin.Signer:
    return world.root.issue("CN=Bank,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="encryption")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    path = tmp_path / "\u5185\u5bb9"
    path.write_bytes(CONTENT)
    return path


def bend(path: Path) -> Path:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    bent = path.with_name("bent")
    bent.write_bytes(data)
    return bent


@pytest.mark.parametrize("form", ["gm", "rfc"])
def test_signed(world: World, content: Path, form: str) -> None:
    message, out = content.with_name("signed"), content.with_name("out")
    cms.sign_file(content, message, signers=[world.person, world.signer], form=form, at=AT)  # type: ignore[arg-type]
    assert cms.inspect_file(message)["contentBytes"] == len(CONTENT)
    report = world.verifier.verify_message_file(message, at=LATER, out=out)
    assert report.valid and out.read_bytes() == CONTENT
    assert world.verifier.verify_message(message.read_bytes(), at=LATER)[0] == CONTENT
    with pytest.raises(yinxin.StorageError) as there:
        world.verifier.verify_message_file(message, at=LATER, out=str(out))
    assert there.value.code == 503
    assert world.verifier.verify_message_file(message, at=LATER, out=out, overwrite=True).valid
    out.unlink()
    assert not world.verifier.verify_message_file(bend(message), at=LATER, out=out).valid
    assert not out.exists()
    with pytest.raises(yinxin.StorageError):
        cms.sign_file(content, message, signers=[world.person])
    cms.sign_file(
        os.fsencode(content), os.fsencode(message), signers=[world.person], detached=True, overwrite=True
    )
    assert world.verifier.verify_message_file(message, at=LATER, content=content).valid
    with pytest.raises(yinxin.MisuseError):
        world.verifier.verify_message_file(message, at=LATER)


def test_encrypted(world: World, bank: yinxin.Signer, content: Path) -> None:
    assert bank.certificate is not None
    message, out = content.with_name("secret"), content.with_name("out")
    for cipher in (None, "aes-256-gcm"):
        cms.encrypt_file(
            content, message, recipients=bank.certificate, cipher=cipher, overwrite=True
        )
        cms.decrypt_file(message, out, key=bank)
        assert out.read_bytes() == CONTENT == cms.decrypt(message.read_bytes(), key=bank)
        out.unlink()
        names = sorted(os.listdir(content.parent) + ["bent"] * (cipher is None))
        with pytest.raises(yinxin.KeyFailureError) as bent:
            cms.decrypt_file(bend(message), out, key=bank)
        assert bent.value.code == 406
        with pytest.raises(yinxin.KeyFailureError):
            cms.decrypt_file(message, out, key=world.person)
        with pytest.raises(yinxin.UnsupportedError):
            cms.decrypt_file_unauthenticated(message, out, key=bank)
        assert sorted(os.listdir(content.parent)) == names
    cms.encrypt_file(content, message, recipients=bank.certificate, form="gm", overwrite=True)
    with pytest.raises(yinxin.RefusedError):
        cms.decrypt_file(message, out, key=bank)
    assert not out.exists()
    cms.decrypt_file_unauthenticated(message, out, key=bank)
    assert out.read_bytes() == CONTENT


@pytest.mark.parametrize("form", ["gm", "rfc"])
def test_under_a_key_that_both_have(bank: yinxin.Signer, content: Path, form: str) -> None:
    message, out = content.with_name("secret"), content.with_name("out")
    made = cms.encrypt_with_key(b"content", key=KEY, form=form)  # type: ignore[arg-type]
    assert cms.inspect(made)["structure"] == "EncryptedData"
    assert cms.decrypt_with_key_unauthenticated(made, key=KEY) == b"content"
    cms.encrypt_file_with_key(content, message, key=KEY, form=form)  # type: ignore[arg-type]
    cms.decrypt_file_with_key_unauthenticated(message, out, key=KEY)
    assert out.read_bytes() == CONTENT
    assert cms.decrypt_with_key_unauthenticated(message.read_bytes(), key=KEY) == CONTENT
    for length in (0, 15, 17, 32):
        with pytest.raises(yinxin.MisuseError):
            cms.encrypt_with_key(b"content", key=bytes(length))
        with pytest.raises(yinxin.MisuseError):
            cms.decrypt_with_key_unauthenticated(made, key=bytes(length))
    for opened in (cms.decrypt, cms.decrypt_unauthenticated):
        with pytest.raises(yinxin.UnsupportedError):
            opened(made, key=bank)
    with pytest.raises(yinxin.UnsupportedError):
        cms.decrypt_file(message, out, key=bank, overwrite=True)


def test_signed_and_encrypted(world: World, bank: yinxin.Signer, content: Path) -> None:
    assert bank.certificate is not None
    signed, message, out = (content.with_name(name) for name in ("signed", "both", "out"))
    made = cms.sign_and_encrypt(CONTENT, signer=world.person, recipients=bank.certificate)
    message.write_bytes(made)
    opened = world.verifier.decrypt_signed_message_file
    assert opened(message, out, key=bank, at=LATER).valid
    assert out.read_bytes() == CONTENT
    cms.sign_file(content, signed, signers=[world.person], form="rfc")
    for form in ("gm", "rfc"):
        cms.encrypt_file(signed, message, recipients=bank.certificate, form=form, overwrite=True)
        assert opened(message, out, key=bank, at=LATER, overwrite=True).valid
        assert out.read_bytes() == CONTENT
    out.unlink()
    # Nothing shows changes: what is no signed message gets the answer of a wrong key.
    cms.encrypt_file(content, message, recipients=bank.certificate, form="gm", overwrite=True)
    with pytest.raises(yinxin.KeyFailureError) as unsigned:
        opened(message, out, key=bank, at=LATER)
    assert unsigned.value.code == 406 and not out.exists()


def test_paths(world: World, content: Path) -> None:
    absent = content.with_name("absent")
    with pytest.raises(yinxin.StorageError) as unread:
        cms.sign_file(absent, content.with_name("out"), signers=[world.person])
    assert unread.value.code == 501
    with pytest.raises(yinxin.StorageError) as unwritten:
        cms.sign_file(content, absent / "out", signers=[world.person])
    assert unwritten.value.code == 502
    with pytest.raises(TypeError):
        cms.sign_file(content, 3, signers=[world.person])  # type: ignore[arg-type]
