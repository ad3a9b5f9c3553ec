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


@pytest.fixture
def files(world: World, tmp_path: Path) -> Path:
    """A folder with what the README and the example read; the last stamp is missing."""
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
    anchor = ssl.DER_cert_to_PEM_cert(world.root.certificate.der)
    allowed = authorisation(world.seal, world.person)
    (tmp_path / "signer.pem").write_bytes(world.signer_pem)
    (tmp_path / "seal.esl").write_bytes(bytes(world.seal))
    (tmp_path / "voucher.xml").write_bytes(voucher)
    (tmp_path / "anchor.pem").write_text(anchor)
    (tmp_path / "crl.pem").write_bytes(world.crl)
    (tmp_path / "authorisation.json").write_text(json.dumps(allowed))
    return tmp_path


def test_readme(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files)
    text = (HERE / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert scope["report"].valid


INPUTS = ["signer.pem", "seal.esl", "voucher.xml", "anchor.pem", "crl.pem", "authorisation.json"]


def run_example(files: Path, position: str) -> subprocess.CompletedProcess[str]:
    act = ["011", "head", position, "2026-03-02T17:30:00+08:00", "stamped.xml"]
    return subprocess.run(
        [sys.executable, HERE / "examples" / "stamp_voucher.py", *INPUTS, *act],
        cwd=files,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )


def test_stamp_voucher(world: World, files: Path) -> None:
    done = run_example(files, "cz_fzr")
    assert done.returncode == 0, done.stderr
    printed, *failures = done.stdout.splitlines()
    stamped = (files / "stamped.xml").read_bytes()
    report = world.verifier.verify_voucher(stamped, at=AT)
    assert report.valid
    assert json.loads(printed) == json.loads(report.to_json())
    assert any(line.startswith("voucher.canonical  ") for line in failures)


def test_stamp_voucher_where_it_may_not(files: Path) -> None:
    done = run_example(files, "nowhere")
    assert done.returncode == 2
    assert "Misuse 701" in done.stderr
    assert not (files / "stamped.xml").exists()


def run_document_example(files: Path) -> subprocess.CompletedProcess[str]:
    arguments = [*INPUTS, "2026-03-02T17:30:00+08:00", "sheet.ofd"]
    return subprocess.run(
        [sys.executable, HERE / "examples" / "stamp_document.py", *arguments],
        cwd=files,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )


def test_stamp_document(world: World, files: Path) -> None:
    envelope = world.stamp(world.sign(world.voucher))
    (files / "voucher.xml").write_bytes(envelope)
    done = run_document_example(files)
    assert done.returncode == 0, done.stderr + done.stdout
    lines = done.stdout.splitlines()
    printed, failures = lines[:3], lines[3:]
    assert [json.loads(report)["verdict"] for report in printed] == ["Valid"] * 3
    document = (files / "sheet.ofd").read_bytes()
    voucher, pages = yinxin.read_voucher_sheet(document)
    assert voucher == envelope and pages.valid
    report = world.verifier.verify_ofd(document, at=AT)
    assert report.valid and json.loads(printed[0]) == json.loads(report.to_json())
    codes = {line.split("  ")[0] for line in failures}
    assert codes == {"document.references", "document.coverage"}


def test_stamp_document_without_the_last_act(files: Path) -> None:
    done = run_document_example(files)
    assert done.returncode == 1, done.stderr
    seal, pages, voucher = (json.loads(line)["verdict"] for line in done.stdout.splitlines()[:3])
    assert (seal, pages, voucher != "Valid") == ("Valid", "Valid", True)


def test_every_public_name_is_documented() -> None:
    for name in yinxin.__all__:
        if name != "__version__":
            assert getattr(yinxin, name).__doc__, name
    for name in testing.__all__:
        assert getattr(testing, name).__doc__, name
