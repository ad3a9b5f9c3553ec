"""The example runs on files, and so does the code in the README."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yinxin
from yinxin import testing

from conftest import AT, World, authorisation

HERE = Path(__file__).parent.parent


def test_readme(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voucher = world.sign(world.voucher)
    voucher = yinxin.stamp_voucher(
        voucher,
        seal=world.seal,
        signer=world.signer,
        org="011",
        role="office",
        position="cz_gkzf",
        at=AT,
    )
    files = {
        "signer.pem": world.signer_pem,
        "seal.esl": bytes(world.seal),
        "voucher.xml": voucher,
        "anchor.pem": world.root.certificate.der,
        "crl.pem": world.crl,
        "authorisation.json": json.dumps(authorisation(world.seal, world.person)).encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    text = (HERE / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert scope["report"].valid


@pytest.mark.parametrize("vt_code", ["5106", "5201"])
def test_stamp_voucher(world: World, tmp_path: Path, vt_code: str) -> None:
    files = {
        "signer.pem": world.signer_pem,
        "seal.esl": bytes(world.seal),
        "voucher.xml": testing.make_voucher(7, vt_code=vt_code),  # type: ignore[arg-type]
        "anchor.pem": ssl.DER_cert_to_PEM_cert(world.root.certificate.der).encode(),
        "crl.pem": world.crl,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, HERE / "examples" / "stamp_voucher.py", *files, "2026-03-02T09:30:00Z"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert "Valid: voucher" in done.stdout
    assert "The same with another amount: Invalid" in done.stdout
    assert "voucher.canonical: " in done.stdout


def test_every_public_name_is_documented() -> None:
    for name in yinxin.__all__:
        if name != "__version__":
            assert getattr(yinxin, name).__doc__, name
    for name in testing.__all__:
        assert getattr(testing, name).__doc__, name
