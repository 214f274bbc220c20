"""The daemon waits for a server that is away, for a process that is about to end and for room on the disk, and for
nothing else."""

import socket
from datetime import UTC, datetime

import pytest

from bot.clock import SimulatedClock
from bot.service.awaiting import BETWEEN, OVERLAP, awaited
from bot.store import StoreAway, StoreBusy, StoreError, open_store
from bot.store.writable import ROOM
from tests.databases import ON_FILES
from tests.unit.service.test_full_disk import Disk

NOW = datetime(2026, 3, 2, tzinfo=UTC)
AWAY, BUSY = StoreAway("the database does not answer"), StoreBusy("another quietfeed (pid 7 on host) is using it")


class Door:
    """A store at whose door faults stand first."""

    def __init__(self, path, *faults):
        self.path, self.faults = path, list(faults)

    def __call__(self):
        if self.faults:
            raise self.faults.pop(0)
        return open_store(str(self.path))


@pytest.fixture
def told(caplog):
    caplog.set_level("INFO", "quietfeed")
    return lambda: [record.getMessage() for record in caplog.records]


def test_a_store_that_is_there_is_opened_without_a_word(tmp_path, told):
    clock = SimulatedClock(NOW)
    awaited(Door(tmp_path / "q.sqlite"), clock).close()
    assert (clock.steady(), told()) == (0, [])


def test_whatever_it_waits_for_is_told_once_and_so_is_the_end_of_it(tmp_path, told):
    door = Door(tmp_path / "q.sqlite", *[AWAY] * 3, *[BUSY] * 3, *[AWAY] * 1000)
    awaited(door, SimulatedClock(NOW)).close()
    assert told() == ["waiting for the store"] * 3 + ["store opened"]


def test_a_disk_that_is_full_is_told_once_and_waited_for_until_there_is_room(tmp_path, told, caplog):
    clock, opened = SimulatedClock(NOW), []

    def make():
        opened.append(open_store(str(tmp_path / "q.sqlite")))
        Disk(opened[-1]).full = clock.steady() < 9 * BETWEEN
        return opened[-1]

    store = awaited(make, clock)
    assert told() == ["waiting for the store", "store opened"]
    assert "the disk is full" in caplog.records[0].facts["why"]
    assert store is opened[-1], "the others are closed, or their lock would be in its way"
    assert store.noted(ROOM) is None, "nothing is left of what was tried"
    store.close()


def test_systemd_hears_that_it_waits_and_does_not_end_it(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        awaited(Door(tmp_path / "q.sqlite", AWAY, AWAY), SimulatedClock(NOW)).close()
        words = [heard.recv(1000).decode() for _ in range(3)]
    assert words[0] == f"EXTEND_TIMEOUT_USEC=60000000\nSTATUS=waiting for the store: {AWAY}"
    assert words[1:] == [words[0], "STATUS="]


def test_another_that_does_not_end_is_told_as_ever_in_the_end(tmp_path):
    clock = SimulatedClock(NOW)
    with pytest.raises(StoreBusy, match="pid 7"):
        awaited(Door(tmp_path / "q.sqlite", *[BUSY] * 1000), clock)
    assert clock.steady() > OVERLAP


def test_what_no_waiting_mends_is_told_at_once(tmp_path):
    clock = SimulatedClock(NOW)
    with pytest.raises(StoreError, match="login was refused"):
        awaited(Door(tmp_path / "q.sqlite", StoreError("the login was refused")), clock)
    assert clock.steady() == 0


@ON_FILES
def test_a_second_daemon_on_a_file_is_refused_at_once(tmp_path):
    clock = SimulatedClock(NOW)
    held = open_store(str(tmp_path / "q.sqlite"))
    with pytest.raises(StoreError, match="another quietfeed"):
        awaited(lambda: open_store(str(tmp_path / "q.sqlite")), clock)
    assert clock.steady() == 0
    held.close()
