"""The daemon's end: gone some seconds after SIGTERM, with exit code 0, whatever hangs and however many owners it has.

How many seconds, on a machine that is busy, no test can say. What is shown is that nothing else decides about it than
`ending.LAST_RESORT`: things that hang for ever, each where the end could wait for it.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.made.program import Owner
from benchmarks.owners import World, world
from bot.service import ending, state
from bot.store import open_store
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub

pytestmark = pytest.mark.live

PATIENCE = 120.0
"""Seconds within which whatever is waited for must come, on a machine that is busy."""
HANGING = """
import sys, threading, time
from bot.cli import main
from bot.service.daemon import Daemon
from bot.store import Store
for_ever = lambda *_: time.sleep(10**6)
{what}
main(sys.argv[1:])
"""
PROFILES, EVERY = 100, 20.0


def until(has_come: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    """Wait for it, as long as the process runs."""
    deadline = time.monotonic() + PATIENCE
    while not has_come():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def catches(process: "subprocess.Popen[bytes]", number: int) -> bool:
    """Whether the process has a handler for that signal (SigCgt in proc(5))."""
    told = Path(f"/proc/{process.pid}/status").read_text().partition("SigCgt:")[2].split()[0]
    return bool(int(told, 16) >> (number - 1) & 1)


def ended(process: "subprocess.Popen[bytes]", *, again: bool = False) -> int:
    """The exit code after SIGTERM; `again`: it is sent until the process is gone."""
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
        if again:
            process.send_signal(signal.SIGTERM)
    return process.wait(0)


# -- whatever hangs


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    somebody = Owner(tmp_path)
    with Stub(Network()) as stub:
        somebody.add_mastodon(stub)
        yield somebody


def starts(owner: Owner, what: str, log: int) -> "subprocess.Popen[bytes]":
    """A daemon in which something hangs."""
    python, _, _, *words = owner.command("run")
    command = [python, "-c", HANGING.format(what=what), *words]
    return subprocess.Popen(command, env=owner.surroundings, stdout=subprocess.DEVNULL, stderr=log)


@pytest.mark.parametrize(
    "what",
    [
        "Daemon.end = for_ever",
        "Store.close = for_ever",
        "threading._register_atexit(for_ever)",
        "class Last:\n    __del__ = for_ever\nlast = Last()",
    ],
    ids=["what is done at the end", "the store", "a thread that is waited for", "the interpreter's own shutdown"],
)
def test_it_is_gone_whatever_hangs_at_its_end(owner: Owner, what: str) -> None:
    log = owner.folder / "log"
    with log.open("wb") as stream, starts(owner, what, stream.fileno()) as process:
        try:
            until(lambda: b" swept " in log.read_bytes(), process)
            assert ended(process) == 0
        finally:
            process.kill()


def test_it_is_gone_though_nobody_reads_its_log(owner: Owner) -> None:
    """It waits for ever to write that it has started."""
    reads, writes = os.pipe()
    os.write(writes, b"\n" * fcntl.fcntl(writes, fcntl.F_GETPIPE_SZ))
    with starts(owner, "", writes) as process:
        os.close(writes)
        try:
            until(lambda: catches(process, signal.SIGTERM), process)
            assert ended(process) == 0
        finally:
            process.kill()
            os.close(reads)


def test_what_it_takes_at_most_is_less_than_any_host_waits() -> None:
    assert ending.GRACE < ending.LAST_RESORT < 10


# -- a hundred owners, a tenth of them on a server that never answers, a tenth on one that takes seconds


@pytest.fixture(scope="module")
def many() -> Iterator[World]:
    with world(PROFILES, bad=True, items=0) as made:
        yield made


def runs(made: World) -> "subprocess.Popen[bytes]":
    """Their daemon."""
    with (made.owner.folder / "log").open("wb") as log:
        return subprocess.Popen(
            made.owner.command("run", every=f"{EVERY:g}s"),
            env=made.owner.surroundings,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def has_begun(log: str) -> bool:
    return " started " in log


def is_in_first_sweeps(log: str) -> bool:
    return " swept " in log


def is_in_reports(log: str) -> bool:
    """Their pages are made one after the other, and most of those at work wait for that."""
    return log.count(" report profile=") >= 3


@pytest.mark.parametrize(
    ("moment", "again"),
    [(has_begun, False), (is_in_first_sweeps, True), (is_in_reports, False)],
    ids=["has begun", "in first sweeps, told again and again", "in reports"],
)
def test_a_hundred_owners_are_gone_at_any_moment_and_nothing_is_left(
    many: World, moment: Callable[[str], bool], again: bool
) -> None:
    log, place = many.owner.folder / "log", str(many.owner.folder / "state" / "quietfeed.sqlite")
    with runs(many) as process:
        try:
            until(lambda: moment(log.read_text()), process)
            assert ended(process, again=again) == 0
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()
    assert " error " not in log.read_text()
    with closing(open_store(place)) as store:  # nobody has the lock
        store.check()
        assert all(len(store.reports(name)) <= 1 for names in many.on.values() for name in names)
    with closing(open_store(place, exclusive=False)) as store:
        assert not any(state.next_sweep(name, store) for names in many.on.values() for name in names)
