"""Acts whose key works in another process: prepare, let sign, complete."""

from __future__ import annotations

import pytest
import yinxin
from yinxin import testing

from conftest import AT, LATER, SIGNATURES, STAMPS, World


def prepare(
    world: World, envelope: bytes, place: tuple[str, str], seal: yinxin.Seal | None
) -> list[yinxin.ActRequest]:
    signer = world.person if seal is None else world.signer
    assert signer.certificate is not None
    position, role = place
    return yinxin.prepare_voucher(
        envelope,
        certificate=signer.certificate,
        org="011",
        role=role,
        position=position,
        at=AT,
        seal=seal,
    )


def device(signer: yinxin.Signer, request: yinxin.ActRequest) -> bytes:
    """Another process, which gets the request as bytes."""
    request = yinxin.ActRequest(bytes(request))
    assert request.certificate == signer.certificate
    [signature] = testing.sign_messages(signer, [request.to_be_signed])
    return signature


def test_every_act_in_another_process(world: World) -> None:
    envelope = world.voucher
    acts = [(place, None) for place in SIGNATURES] + [(place, world.seal) for place in STAMPS]
    for place, seal in acts:
        signer = world.person if seal is None else world.signer
        requests = prepare(world, envelope, place, seal)
        assert [request.kind for request in requests] == ["signature" if seal is None else "stamp"]
        assert len(requests[0].digest) == 32
        signatures = [device(signer, request) for request in requests]
        kept = [yinxin.ActRequest(bytes(request)) for request in requests]
        envelope = yinxin.complete_voucher(envelope, kept, signatures)
    report = world.verifier.verify_voucher(envelope, at=LATER)
    assert report.valid, report.to_text()


def test_what_does_not_fit_is_refused(world: World) -> None:
    requests = prepare(world, world.voucher, SIGNATURES[0], None)
    signature = device(world.person, requests[0])
    done = yinxin.complete_voucher(world.voucher, requests, [signature])
    with pytest.raises(yinxin.RefusedError) as caught:
        yinxin.complete_voucher(done, requests, [signature])
    assert caught.value.code == 605
    with pytest.raises(yinxin.RefusedError):
        yinxin.complete_voucher(testing.make_voucher(2), requests, [signature])
    [other] = testing.sign_messages(world.signer, [requests[0].to_be_signed])
    with pytest.raises(yinxin.KeyFailureError):
        yinxin.complete_voucher(world.voucher, requests, [other])
    with pytest.raises(yinxin.MisuseError):
        yinxin.complete_voucher(world.voucher, requests, [])


def test_a_damaged_request_is_an_error(world: World) -> None:
    [request] = prepare(world, world.voucher, SIGNATURES[0], None)
    data = bytes(request)
    for end in range(0, len(data), 7):
        with pytest.raises(yinxin.Error):
            yinxin.ActRequest(data[:end])
