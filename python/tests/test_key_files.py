"""Signers from key files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yinxin

from conftest import FROM, UNTIL, World


def pkcs12(world: World, folder: Path, *options: str) -> bytes:
    """OpenSSL's PKCS#12 of a new key and its certificate."""
    openssl = shutil.which("openssl")
    assert openssl is not None, "these tests need the command openssl"
    pem = folder / "key.pem"
    pem.write_bytes(world.root.issue_pem("CN=X,C=CN", valid_from=FROM, valid_until=UNTIL))
    out = folder / "key.p12"
    export = [openssl, "pkcs12", "-export", "-in", str(pem), "-inkey", str(pem), "-name", "出纳"]
    subprocess.run([*export, "-passout", "pass:秘密", "-out", str(out), *options], check=True)
    return out.read_bytes()


def test_a_pkcs12_file_signs(world: World, tmp_path: Path) -> None:
    data = pkcs12(world, tmp_path)
    for password in ("秘密", "秘密".encode()):
        signer = yinxin.Signer.from_key_file(data, password)
        assert signer.certificate is not None
        assert signer.certificate.subject == "CN=X,C=CN"
    assert yinxin.Signer.from_key_file(data, "秘密", name="出纳").certificate is not None


@pytest.mark.parametrize(
    ("password", "name", "code"), [("wrong", None, 402), (None, None, 407), ("秘密", "x", 410)]
)
def test_each_mistake_has_its_number(
    world: World, tmp_path: Path, password: str | None, name: str | None, code: int
) -> None:
    with pytest.raises(yinxin.KeyFailureError) as caught:
        yinxin.Signer.from_key_file(pkcs12(world, tmp_path), password, name=name)
    assert caught.value.code == code


def test_old_protection_by_leave_only(world: World, tmp_path: Path) -> None:
    old = pkcs12(world, tmp_path, "-legacy")
    with pytest.raises(yinxin.RefusedError) as caught:
        yinxin.Signer.from_key_file(old, "秘密")
    assert caught.value.code == 609
    assert yinxin.Signer.from_key_file(old, "秘密", legacy=True).certificate is not None
    bare = pkcs12(world, tmp_path, "-nomac")
    with pytest.raises(yinxin.RefusedError):
        yinxin.Signer.from_key_file(bare, "秘密")
    assert yinxin.Signer.from_key_file(bare, "秘密", without_mac=True).certificate is not None


def test_other_forms_are_told_apart(world: World) -> None:
    assert yinxin.Signer.from_key_file(world.signer_pem).certificate is not None
