"""The daemon waits for a server that is away and for a process that is about to end, and for nothing else."""

from datetime import UTC, datetime

import pytest

from bot.clock import SimulatedClock
from bot.service.awaiting import OVERLAP, awaited
from bot.store import StoreAway, StoreBusy, StoreError, open_store
from tests.databases import ON_FILES

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
