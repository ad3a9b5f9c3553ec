"""Values: what they say, and that they do not change."""

from __future__ import annotations

import array
from datetime import datetime, timedelta, timezone

import pytest
import yinxin

from conftest import AT, FROM, UNTIL, World

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_version() -> None:
    assert yinxin.__version__.count(".") == 2


@pytest.mark.parametrize(
    "data",
    [b"abc", bytearray(b"abc"), memoryview(b"abc"), memoryview(b"axbxcx")[::2], array.array("B", b"abc")],
)
def test_sm3_of_anything_bytes_like(data: bytes) -> None:
    assert yinxin.sm3(data).hex() == ABC


def test_seal(world: World) -> None:
    seal = world.seal
    assert seal.id == "TEST-0001"
    assert seal.name == "示例市财政局国库支付专用章"
    assert seal.version == 5
    assert seal.vendor == "yinxin-testing"
    assert (seal.created, seal.valid_from, seal.valid_until) == (FROM, FROM, UNTIL)
    assert seal.valid_from.tzinfo is timezone.utc
    assert seal.picture.kind == "SVG"
    assert seal.picture.data.startswith(b"<svg")
    assert (seal.picture.width_mm, seal.picture.height_mm) == (42, 42)
    assert seal.digest == yinxin.sm3(bytes(seal))
    assert seal.notes == ()
    assert yinxin.Seal(bytearray(bytes(seal))) == seal
    assert len({seal, yinxin.Seal(bytes(seal))}) == 1
    with pytest.raises(AttributeError):
        seal.name = "another"  # type: ignore[misc]


def test_certificate(world: World) -> None:
    certificate = world.signer.certificate
    assert certificate is not None
    assert certificate.common_name == "Finance Office"
    assert "Finance Office" in certificate.subject
    assert "Test Root" in certificate.issuer
    assert int(certificate.serial, 16) > 0
    assert (certificate.not_before, certificate.not_after) == (FROM, UNTIL)
    assert certificate.digest == yinxin.sm3(certificate.der)
    assert yinxin.Certificate(bytes(certificate)) == certificate
    assert yinxin.Certificate(world.signer_pem) == certificate


def test_a_moment_is_the_same_in_every_zone(world: World) -> None:
    beijing = AT.astimezone(timezone(timedelta(hours=8)))
    first = world.verifier.check_seal(world.seal, at=AT)
    second = world.verifier.check_seal(world.seal, at=beijing)
    assert first == second


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=8))),
    ],
)
def test_moments_outside_the_years(world: World, moment: datetime) -> None:
    with pytest.raises(yinxin.MisuseError):
        world.verifier.check_seal(world.seal, at=moment)


def test_anchors_in_every_form(world: World) -> None:
    root = world.root.certificate
    for anchors in (root, root.der, [root], [root.der], (one for one in [root])):
        verifier = yinxin.Verifier(anchors=anchors, crls=[world.crl])
        assert verifier.check_seal(world.seal, at=AT).valid
