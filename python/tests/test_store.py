"""The voucher store: the example runs, and what goes wrong is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yinxin
from yinxin import envelope, testing

from conftest import AT, FROM, LATER, UNTIL, World

HERE = Path(__file__).parent.parent
VOUCHER = testing.make_voucher(1)
NUMBER = VOUCHER.split(b'VoucherNo="')[1].split(b'"')[0].decode()
ID = {"admDivCode": "990000", "stYear": "2026", "vtCode": "5201", "voucherNo": NUMBER}
KEY = {"voucher": ID}


def base64_of(signer: yinxin.Signer) -> str:
    import base64

    assert signer.certificate is not None
    return base64.b64encode(signer.certificate.der).decode()


def texts(world: World, roles: list[str]) -> dict[str, Any]:
    assert world.person.certificate is not None
    digest = world.person.certificate.digest.hex()
    person = {"name": "person", "org": "011", "certificates": [digest], "roles": roles}
    office: dict[str, Any] = {"format": "yinxin:office:1"}
    return {"office": office, "roles": {"format": "yinxin:roles:1", "people": [person]}}


def order(world: World, move: str, **more: Any) -> dict[str, Any]:
    return {**KEY, "move": move, "by": base64_of(world.person), **more}


@pytest.fixture
def store(world: World, tmp_path: Path) -> Iterator[yinxin.Store]:
    path = tmp_path / "store"
    made = yinxin.Store.create(
        path, role="finance", org="011", verifier=world.verifier, at=AT, **texts(world, ["maker", "reviewer"])
    )
    with made as opened:
        yield opened


def test_the_example(tmp_path: Path) -> None:
    program = [sys.executable, str(HERE / "examples" / "voucher_store.py"), str(tmp_path)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "bureau: draft"
    assert "bank: delivered" in lines and "bank: accepted" in lines
    assert "bureau: original: acknowledged" in lines
    assert lines[-1] == "audit: Valid"
    again = subprocess.run(program, capture_output=True, text=True, check=False)
    assert again.returncode == 2 and "503" in again.stderr


def test_orders(world: World, store: yinxin.Store) -> None:
    made = store.move(order(world, "create"), VOUCHER, at=AT)
    assert (made["state"], made["repeated"], made["version"]) == ("draft", False, 1)
    assert store.move(order(world, "create"), VOUCHER, at=AT)["repeated"]
    described, original, receipt = store.voucher(KEY)
    assert described is not None and described["original"] == {"acts": 0} and receipt is None
    assert original is not None and NUMBER.encode() in original
    assert store.voucher({**KEY, "version": 2}) == (None, None, None)
    (listed,) = store.list({"state": "draft"})
    assert listed[1]["voucher"] == ID
    assert store.list({"state": "draft"}, after=listed[0]) == []
    assert store.status([ID, {**ID, "voucherNo": "1"}])[1]["status"] == -1
    assert [entry["operation"] for entry in store.history(KEY)] == ["create"]
    assert store.read() == [] and store.quota() == []
    # One of several that is refused does not stop the others.
    second = testing.make_voucher(2)
    other = {**ID, "voucherNo": second.split(b'VoucherNo="')[1].split(b'"')[0].decode()}
    results = store.move_many(
        [order(world, "send", to="nobody"), {**order(world, "create"), "voucher": other}],
        [None, second],
        at=AT,
        threads=2,
    )
    assert isinstance(results[0], yinxin.RefusedError)
    assert isinstance(results[1], dict) and results[1]["state"] == "draft"
    with pytest.raises(yinxin.MisuseError):
        store.move_many([order(world, "create")], [], at=AT)


def test_acts(world: World, store: yinxin.Store) -> None:
    store.move(order(world, "create"), VOUCHER, at=AT)
    terms = {"move": "make", "position": "cz_jb"}
    (acted,) = store.act([KEY], terms, signer=world.person, at=AT)
    assert isinstance(acted, dict) and acted["repeated"] is False
    absent = {"voucher": {**ID, "voucherNo": "1"}}
    repeated, missing = store.act([KEY, absent], terms, signer=world.person, at=AT)
    assert isinstance(repeated, dict) and repeated["repeated"]
    assert isinstance(missing, yinxin.RefusedError)
    # The maker does not review, and a stranger has no role.
    review = {"move": "review", "position": "cz_fh"}
    (same,) = store.act([KEY], review, signer=world.person, at=AT)
    assert isinstance(same, yinxin.RefusedError) and same.code == 642
    (stranger,) = store.act([KEY], review, signer=world.signer, at=AT)
    assert isinstance(stranger, yinxin.RefusedError) and stranger.code == 641
    for bad in ({"move": "make"}, {"move": "send", "position": "x"}, {**terms, "more": 1}):
        with pytest.raises(yinxin.Error):
            store.act([KEY], bad, signer=world.person, at=AT)


def test_a_callable_signs_and_does_not_ask_the_store(world: World, store: yinxin.Store) -> None:
    store.move(order(world, "create"), VOUCHER, at=AT)
    seen: list[int] = []

    def sign(messages: Any) -> list[bytes]:
        with pytest.raises(yinxin.MisuseError) as inside:
            store.read()
        seen.append(inside.value.code)
        return testing.sign_messages(world.person, messages)

    card = yinxin.Signer.from_callback(world.person.certificates, sign)
    (acted,) = store.act([KEY], {"move": "make", "position": "cz_jb"}, signer=card, at=AT)
    assert isinstance(acted, dict) and seen == [701]
    with pytest.raises(yinxin.MisuseError):
        store.set_checkpoints(card)


def test_what_is_wrong(world: World, store: yinxin.Store, tmp_path: Path) -> None:
    for text in ("{", {}, {"move": "create"}, order(world, "dance"), {**order(world, "create"), "x": 1}):
        with pytest.raises(yinxin.MalformedError):
            store.move(text, VOUCHER, at=AT)
    with pytest.raises(TypeError):
        store.move(3, at=AT)  # type: ignore[arg-type]
    with pytest.raises(yinxin.MisuseError):
        store.move(order(world, "create"), at=AT)
    with pytest.raises(yinxin.MalformedError):
        store.move(order(world, "create"), b"<MOF>", at=AT)
    store.move(order(world, "create"), VOUCHER, at=LATER)
    with pytest.raises(yinxin.RefusedError) as back:
        store.move(order(world, "discard", reason="x"), at=AT)
    assert back.value.code == 671
    with pytest.raises(yinxin.StorageError) as there:
        yinxin.Store.create(
            tmp_path / "store", role="finance", org="011", verifier=world.verifier, at=AT, **texts(world, ["maker"])
        )
    assert there.value.code == 503
    with pytest.raises(yinxin.StorageError):
        yinxin.Store.open(tmp_path / "absent", verifier=world.verifier, **texts(world, ["maker"]))
    with pytest.raises(yinxin.MalformedError):
        yinxin.Store.open(tmp_path / "store", verifier=world.verifier, **texts(world, ["king"]))
    with pytest.raises(yinxin.KeyFailureError):
        store.checkpoint(at=LATER)


def test_packets_of_strangers(world: World, store: yinxin.Store) -> None:
    key = world.root.issue("CN=Office,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="encryption")
    assert key.certificate is not None
    mailbox = envelope.Mailbox("office", [key])
    packet = envelope.seal(
        b"body", signer=world.person, receiver=key.certificate, kind="voucher", conversation="c", sequence=1, at=AT
    )
    taken = store.import_packets([packet, b"no packet"], mailbox=mailbox, signer=world.signer, at=AT)
    for told, receipt in taken:
        assert isinstance(told, yinxin.Error) and receipt is None
    (answered,) = store.answered([b"no receipt"], at=AT)
    assert isinstance(answered, yinxin.MalformedError)
    assert store.pack(signer=world.signer, at=AT) == ({"packets": [], "stuck": []}, [])
    assert store.unanswered() == ([], [])


def test_copies_and_audits(world: World, store: yinxin.Store, tmp_path: Path) -> None:
    store.move(order(world, "create"), VOUCHER, at=AT)
    store.set_checkpoints(world.signer)
    held = store.checkpoint(at=AT)
    assert held is not None and store.checkpoint(at=AT) is None
    found = store.audit(certificates=world.signer.certificates, held=held, at=LATER, threads=2)
    assert found.valid, found.to_text()
    assert store.audit(certificates=world.signer.certificates, at=LATER).verdict == "NotDetermined"
    assert not store.audit(held=held, at=LATER).valid
    log = tmp_path / "log"
    assert store.export(log) == {"entries": 1, "checkpoints": 1, "uncovered": 0}
    with pytest.raises(yinxin.StorageError) as written:
        store.export(log)
    assert written.value.code == 503
    assert store.export(log, after=held, overwrite=True)["entries"] == 0
    with pytest.raises(yinxin.MalformedError):
        store.export(log, after=b"no checkpoint", overwrite=True)
    copy, back = tmp_path / "copy", tmp_path / "back"
    store.backup(copy)
    with pytest.raises(yinxin.StorageError):
        store.backup(copy)
    with pytest.raises(yinxin.StorageError) as other:
        yinxin.Store.restore(copy, back, expected="0" * 32)
    assert other.value.code == 512
    yinxin.Store.restore(copy, back, expected=store.identity["id"])
    with yinxin.Store.open(back, verifier=world.verifier, **texts(world, ["maker"])) as restored:
        assert restored.identity == store.identity
        assert restored.move(order(world, "create"), VOUCHER, at=AT)["repeated"]


def test_closed(world: World, tmp_path: Path) -> None:
    path, now = tmp_path / "store", AT + timedelta(seconds=1)
    with yinxin.Store.create(
        path, role="bank", org="102", verifier=world.verifier, at=AT, **texts(world, ["maker"])
    ) as store:
        assert store.identity["role"] == "bank"
    store.close()
    for use in (store.read, lambda: store.checkpoint(at=now), lambda: store.set_checkpoints(world.signer)):
        with pytest.raises(yinxin.MisuseError) as closed:
            use()
        assert closed.value.code == 703
