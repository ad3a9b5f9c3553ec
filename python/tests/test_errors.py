"""One exception class per family, with the numbers that every language has."""

from __future__ import annotations

import base64
import json
import pickle
from datetime import datetime

import pytest
import yinxin

from conftest import AT, FROM, UNTIL, World


def test_malformed_names_structure_and_place(world: World) -> None:
    with pytest.raises(yinxin.MalformedError) as caught:
        yinxin.Seal(bytes(world.seal)[:-1])
    error = caught.value
    assert isinstance(error, yinxin.Error)
    assert (error.family, error.code // 100) == ("Malformed", 1)
    assert error.structure and error.message
    assert error.offset is not None
    assert str(error.code) in str(error) and error.structure in str(error)
    assert json.loads(error.to_json())["error"]["code"] == error.code


def test_an_error_survives_pickling() -> None:
    error = yinxin.MalformedError(101, "SESeal", "length is not minimal", 17)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is yinxin.MalformedError
    assert str(again) == "Malformed 101 (SESeal): length is not minimal at byte 17"
    assert again.to_json() == error.to_json()


def test_key_failure_for_a_wrong_password(world: World) -> None:
    pem = world.root.issue_pem("CN=X,C=CN", valid_from=FROM, valid_until=UNTIL, password="right")
    assert yinxin.Signer.from_pem(pem, "right").certificate is not None
    assert yinxin.Signer.from_pem(pem, b"right").certificate is not None
    with pytest.raises(yinxin.KeyFailureError) as caught:
        yinxin.Signer.from_pem(pem, "wrong")
    assert caught.value.code == 402
    assert "wrong" not in str(caught.value)
    with pytest.raises(yinxin.KeyFailureError):
        yinxin.Signer.from_pem(pem)


def test_unsupported_for_a_key_of_a_kind_that_is_not_offered() -> None:
    ed25519 = bytes.fromhex("302e020100300506032b657004220420") + bytes(range(32))
    text = base64.b64encode(ed25519).decode()
    pem = f"-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"
    with pytest.raises(yinxin.UnsupportedError):
        yinxin.Signer.from_pem(pem.encode())


def test_limit_for_an_input_that_is_too_large(world: World) -> None:
    with pytest.raises(yinxin.LimitError):
        yinxin.Certificate(b"\x30\x84\x10\x00\x00\x00" + bytes(0x1000_0000))


def test_refused_for_a_signer_that_the_seal_does_not_list(world: World) -> None:
    other = world.root.issue("CN=Somebody else,C=CN", valid_from=FROM, valid_until=UNTIL)
    with pytest.raises(yinxin.RefusedError) as caught:
        yinxin.stamp_document(b"document", seal=world.seal, signer=other, at=AT)
    assert caught.value.code == 603


def test_misuse_for_a_moment_without_an_offset(world: World) -> None:
    naive = datetime(2026, 3, 2)
    with pytest.raises(yinxin.MisuseError, match="aware"):
        world.verifier.check_seal(world.seal, at=naive)
    with pytest.raises(ValueError):
        world.verifier.check_seal(world.seal, at=naive)
    with pytest.raises(TypeError):
        world.verifier.check_seal(world.seal, at="2026-03-02")  # type: ignore[arg-type]


def test_misuse_for_unknown_words_and_counts(world: World) -> None:
    with pytest.raises(yinxin.MisuseError):
        yinxin.Verifier(
            anchors=world.root.certificate,
            revocation="perhaps",  # type: ignore[arg-type]
        )
    for threads in (0, -1, 100_000):
        with pytest.raises(yinxin.MisuseError):
            world.verifier.verify_voucher_many([], at=AT, threads=threads)


def test_text_is_not_bytes() -> None:
    with pytest.raises(TypeError, match="bytes-like"):
        yinxin.sm3("text")  # type: ignore[arg-type]


def test_one_where_many_are_expected(world: World) -> None:
    with pytest.raises(TypeError):
        world.verifier.verify_voucher_many(world.voucher, at=AT)  # type: ignore[arg-type]
