"""Signers whose key lives elsewhere: a callable signs."""

from __future__ import annotations

from typing import Callable

import pytest
import yinxin

from conftest import AT, LATER, World

DOCUMENT = b"document"


def signer_of(world: World, sign: Callable[[list[bytes]], list[bytes]]) -> yinxin.Signer:
    return yinxin.Signer.from_callback(world.signer.certificates, sign)


def stamp(world: World, signer: yinxin.Signer) -> bytes:
    return yinxin.stamp_document(DOCUMENT, seal=world.seal, signer=signer, at=AT)


def device(world: World) -> Callable[[list[bytes]], list[bytes]]:
    """A device that signs, played by the key in memory."""
    from yinxin.testing import sign_messages

    return lambda messages: sign_messages(world.signer, messages)


def test_a_callable_signs(world: World) -> None:
    asked: list[int] = []

    def sign(messages: list[bytes]) -> list[bytes]:
        asked.append(len(messages))
        assert all(type(message) is bytes for message in messages)
        return device(world)(messages)

    signer = signer_of(world, sign)
    assert signer.certificate == world.signer.certificate
    made = stamp(world, signer)
    assert asked == [1]
    assert world.verifier.verify_document(made, DOCUMENT, at=LATER).valid


def test_many_are_asked_at_once(world: World) -> None:
    asked: list[int] = []

    def sign(messages: list[bytes]) -> list[bytes]:
        asked.append(len(messages))
        return device(world)(messages)

    signer = signer_of(world, sign)
    documents = [b"%d" % number for number in range(8)]
    stamps = yinxin.stamp_document_many(
        documents, seal=world.seal, signer=signer, at=AT, threads=2
    )
    assert asked == [8]
    items = [(made, text) for made, text in zip(stamps, documents) if isinstance(made, bytes)]
    reports = world.verifier.verify_document_many(items, at=LATER)
    assert [isinstance(report, yinxin.Report) and report.valid for report in reports] == [True] * 8


def test_what_the_callable_raises_is_the_cause(world: World) -> None:
    def sign(messages: list[bytes]) -> list[bytes]:
        raise OSError("the device is gone; PIN 123456")

    with pytest.raises(yinxin.KeyFailureError, match="OSError") as caught:
        stamp(world, signer_of(world, sign))
    assert caught.value.code == 404
    assert isinstance(caught.value.__cause__, OSError)
    assert "123456" not in str(caught.value)
    [result] = yinxin.stamp_document_many(
        [DOCUMENT], seal=world.seal, signer=signer_of(world, sign), at=AT
    )
    assert isinstance(result, yinxin.KeyFailureError)
    assert isinstance(result.__cause__, OSError)


def test_an_interrupt_passes_through(world: World) -> None:
    def sign(messages: list[bytes]) -> list[bytes]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stamp(world, signer_of(world, sign))


@pytest.mark.parametrize("answer", [[], [b"", b""], [b"\x30\x00"], [b"junk"]])
def test_a_dead_signature_goes_nowhere(world: World, answer: list[bytes]) -> None:
    with pytest.raises(yinxin.KeyFailureError):
        stamp(world, signer_of(world, lambda messages: answer))


def test_a_wrong_type_is_a_key_failure(world: World) -> None:
    with pytest.raises(yinxin.KeyFailureError) as caught:
        stamp(world, signer_of(world, lambda messages: ["text"]))  # type: ignore[list-item]
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_callable_that_signs_with_itself_is_refused_and_does_not_hang(world: World) -> None:
    def sign(messages: list[bytes]) -> list[bytes]:
        stamp(world, signer)
        return []

    signer = signer_of(world, sign)
    with pytest.raises(yinxin.KeyFailureError) as caught:
        stamp(world, signer)
    assert isinstance(caught.value.__cause__, yinxin.MisuseError)
