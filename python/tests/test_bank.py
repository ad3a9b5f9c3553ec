"""What banks sign, and tags between two systems in one house."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Sequence

import pytest
import yinxin
from yinxin import bank, testing

from conftest import LATER, World

REQUEST = (
    '{"request":{"body":{"amount":"100.00"}},'
    '"signature":{"sigdat":"__signature_sigdat__","sigtim":""}}'
).encode()
FORMS = ["der", "raw"]
FIRST, SECOND = "k7Qe-vX2mPz9_TaW", "0rYbN4uHs8LdFc6J"


def key_of(signer: yinxin.Signer) -> bytes:
    return yinxin.Pkcs10.make(signer, "CN=Key,C=CN").public_key


@pytest.mark.parametrize("form", FORMS)
def test_bytes(world: World, form: str) -> None:
    user_id = bank.padded_user_id(b"N002463198")
    assert user_id == b"N002463198000000"
    signer = world.person.with_user_id(user_id)
    certificate, key = signer.certificate, key_of(world.person)
    assert certificate is not None
    for message in (b"", b"message", bytearray(b"message")):
        made = bank.sign_bytes(message, signer=signer, form=form)  # type: ignore[arg-type]
        assert form == "der" or len(made) == 64
        for public_key in (key, key.hex().encode(), base64.b64encode(key)):
            bank.verify_bytes_with_key(
                message, made, public_key=public_key, user_id=user_id, form=form  # type: ignore[arg-type]
            )
        for other, signed, id in (
            (b"other", made, user_id),
            (message, made[:-1], user_id),
            (message, made, None),
            (message, made, b""),
        ):
            with pytest.raises(yinxin.RefusedError) as refused:
                bank.verify_bytes_with_key(other, signed, public_key=key, user_id=id, form=form)  # type: ignore[arg-type]
            assert refused.value.code == 616

        def judge(message: bytes | bytearray, user_id: bytes | None) -> yinxin.Report:
            return world.verifier.verify_bytes(
                message, made, certificate=certificate, at=LATER, user_id=user_id, form=form  # type: ignore[arg-type]
            )

        assert judge(message, user_id).valid
        assert judge(message, None).verdict == "Invalid"
        check = judge(b"other", user_id).find("signature.value")
        assert check is not None and check.outcome == "Failed"


def test_many_bytes(world: World) -> None:
    messages = [b"%d" % number for number in range(20)]
    made = bank.sign_bytes_many(messages, signer=world.person, form="raw", threads=2)
    for message, signature in zip(messages, made):
        assert isinstance(signature, bytes)
        bank.verify_bytes_with_key(
            message, signature, public_key=key_of(world.person), form="raw"
        )


@pytest.mark.parametrize("options", [None, {"form": "der"}, '{"form":"der"}'])
def test_requests(world: World, options: dict[str, str] | str | None) -> None:
    signer = world.person.with_user_id(b"an id")
    made = bank.sign_json(REQUEST, signer=signer, options=options)
    assert json.loads(made)["request"] == json.loads(REQUEST)["request"]
    key, certificate = key_of(world.person), signer.certificate
    assert certificate is not None
    bank.verify_json_with_key(made, public_key=key, user_id=b"an id", options=options)

    def judge(request: bytes) -> yinxin.Report:
        return world.verifier.verify_json(
            request, certificate=certificate, at=LATER, user_id=b"an id", options=options
        )

    assert judge(made).valid
    assert judge(made.replace(b"100.00", b"900.00")).verdict == "Invalid"
    # Written anew by a parser it is another text.
    assert judge(json.dumps(json.loads(made)).encode()).verdict == "Invalid"
    with pytest.raises(yinxin.RefusedError):
        bank.verify_json_with_key(made, public_key=key, options=options)
    with pytest.raises(yinxin.MalformedError) as cut:
        judge(made[:-1])
    assert (cut.value.code, cut.value.offset) == (105, len(made) - 1)
    with pytest.raises(yinxin.MalformedError) as twice:
        bank.sign_json(REQUEST.replace(b"amount", b"__signature_sigdat__"), signer=signer)
    assert (twice.value.code, twice.value.offset) == (108, REQUEST.index(b'"amount'))


def test_a_callable_signs_under_its_id(world: World) -> None:
    person = world.person.with_user_id(b"an id")

    def sign(messages: Sequence[bytes]) -> list[bytes]:
        return testing.sign_messages(person, messages)

    card = yinxin.Signer.from_callback(person.certificates, sign, user_id=b"an id")
    made = bank.sign_bytes(b"message", signer=card, form="raw")
    key = key_of(world.person)
    bank.verify_bytes_with_key(b"message", made, public_key=key, user_id=b"an id", form="raw")
    with pytest.raises(yinxin.MisuseError):
        card.with_user_id(b"another")
    with pytest.raises(yinxin.KeyFailureError):
        bank.sign_bytes(
            b"message", signer=yinxin.Signer.from_callback(person.certificates, sign)
        )


def test_misuse(world: World) -> None:
    with pytest.raises(yinxin.MisuseError):
        bank.sign_bytes(b"", signer=world.person, form="hex")  # type: ignore[arg-type]
    with pytest.raises(yinxin.LimitError):
        world.person.with_user_id(bytes(8192))
    with pytest.raises(yinxin.MalformedError):
        bank.padded_user_id(b"")
    with pytest.raises(yinxin.UnsupportedError):
        bank.verify_bytes_with_key(b"", b"", public_key=b"no key")
    with pytest.raises(yinxin.MalformedError):
        bank.sign_json(REQUEST, signer=world.person, options={"from": "raw"})
    with pytest.raises(TypeError):
        bank.sign_json(REQUEST.decode(), signer=world.person)  # type: ignore[arg-type]


def test_local_authentication() -> None:
    local = yinxin.LocalAuthentication("2026-1", FIRST, SECOND.encode())
    tag = local.tag(b"message", direction="to-control", sequence=1)
    key = hmac.new((FIRST + SECOND).encode(), b"yinxin local authentication 1\x002026-1", "sm3")
    framed = b"\x01" + (1).to_bytes(8, "big") + b"message"
    assert tag == hmac.new(key.digest(), framed, "sm3").digest()
    assert local.check(b"message", tag, direction="to-control", sequence=1) == "2026-1"
    halves = yinxin.LocalAuthentication.new_half(), yinxin.LocalAuthentication.new_half()
    new = yinxin.LocalAuthentication("2026-2", *halves)
    both = new.accepting("2026-1", FIRST, SECOND)
    assert both.check(b"message", tag, direction="to-control", sequence=1) == "2026-1"
    assert (both.key_id, repr(both)) == ("2026-2", "<LocalAuthentication 2026-2>")
    for one, message, good, direction, sequence in (
        (new, b"message", tag, "to-control", 1),
        (local, b"massage", tag, "to-control", 1),
        (local, b"message", tag[:31], "to-control", 1),
        (local, b"message", tag[::-1], "to-control", 1),
        (local, b"message", tag, "from-control", 1),
        (local, b"message", tag, "to-control", 2),
    ):
        with pytest.raises(yinxin.RefusedError) as refused:
            one.check(message, good, direction=direction, sequence=sequence)  # type: ignore[arg-type]
        assert refused.value.code == 616
    for first, second, error in (
        (FIRST, FIRST, yinxin.RefusedError),
        (FIRST, "a" * 16, yinxin.RefusedError),
        (FIRST, SECOND[:15], yinxin.MalformedError),
    ):
        with pytest.raises(error):
            yinxin.LocalAuthentication("id", first, second)
    with pytest.raises(yinxin.MisuseError):
        local.tag(b"", direction="up", sequence=1)  # type: ignore[arg-type]
    with pytest.raises(OverflowError):
        local.tag(b"", direction="to-control", sequence=-1)
    with pytest.raises(yinxin.MisuseError):
        both.accepting("2026-3", FIRST, SECOND)
