"""The interpreter is released, and forked workers do not hang."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import yinxin

from conftest import AT, LATER, World, make_world


def test_other_threads_run_meanwhile(world: World) -> None:
    data = bytes(64 << 20)
    ticks, done = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    # Long enough that only a released interpreter lets the other thread in.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        thread.start()
        before = ticks
        yinxin.sm3(data)
        assert ticks > before + 5
    finally:
        done.set()
        sys.setswitchinterval(interval)
        thread.join()


def test_many_threads_share_a_verifier_and_a_signer(world: World) -> None:
    def job(number: int) -> bool:
        document = b"document %d" % number
        made = yinxin.stamp_document(document, seal=world.seal, signer=world.signer, at=AT)
        return world.verifier.verify_document(made, document, at=LATER).valid

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(job, range(64))) == [True] * 64


def test_callables_from_many_threads_do_not_deadlock(world: World) -> None:
    from yinxin.testing import sign_messages

    signer = yinxin.Signer.from_callback(
        world.signer.certificates, lambda messages: sign_messages(world.signer, messages)
    )

    def job(number: int) -> bool:
        document = b"document %d" % number
        made = yinxin.stamp_document(document, seal=world.seal, signer=signer, at=AT)
        return world.verifier.verify_document(made, document, at=LATER).valid

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(job, range(32))) == [True] * 32


def test_a_buffer_changed_meanwhile_changes_nothing() -> None:
    data = bytearray(32 << 20)
    expected = yinxin.sm3(bytes(data))
    done = threading.Event()

    def spoil() -> None:
        place = 0
        while not done.is_set():
            data[place] ^= 1
            data[place] ^= 1
            place = (place + 4099) % len(data)

    thread = threading.Thread(target=spoil)
    digests = []
    thread.start()
    try:
        for _ in range(3):
            digests.append(yinxin.sm3(data))
    finally:
        done.set()
        thread.join()
    # The copy is taken while the other thread waits, so it holds at most one flipped bit.
    assert all(len(digest) == 32 for digest in digests)
    assert yinxin.sm3(data) == expected


def _worker(number: int) -> tuple[bool, bytes]:
    world = _WORLD
    assert world is not None
    document = b"document"
    many = yinxin.stamp_document_many(
        [document] * 4, seal=world.seal, signer=world.signer, at=AT, threads=2
    )
    items = [(made, document) for made in many if isinstance(made, bytes)]
    reports = world.verifier.verify_document_many(items, at=LATER, threads=2)
    valid = all(isinstance(report, yinxin.Report) and report.valid for report in reports)
    return valid and len(items) == 4, items[0][0]


_WORLD: World | None = None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forked_workers_work_after_many() -> None:
    global _WORLD
    _WORLD = make_world()
    assert _worker(0)[0]
    with multiprocessing.get_context("fork").Pool(4) as pool:
        results = pool.map_async(_worker, range(8)).get(timeout=60)
    assert [valid for valid, _ in results] == [True] * 8
    # No two workers draw the same random bytes: no two stamps are the same.
    assert len({made for _, made in results}) == 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_while_other_threads_verify() -> None:
    """A child must not wait for a lock that a thread of its parent held."""
    world = make_world()
    document = b"document"
    made = yinxin.stamp_document(document, seal=world.seal, signer=world.signer, at=AT)
    done = threading.Event()

    def verify() -> None:
        while not done.is_set():
            world.verifier.verify_document_many([(made, document)] * 8, at=LATER)

    threads = [threading.Thread(target=verify) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(25):
            child = os.fork()
            if child == 0:
                valid = world.verifier.verify_document(made, document, at=LATER).valid
                os._exit(0 if valid else 1)
            assert _exit_status(child, seconds=20) == 0
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _exit_status(child: int, seconds: float) -> int | None:
    """The exit status of the child; None if it hangs, which ends it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
