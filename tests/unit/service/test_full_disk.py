"""A disk that fills up costs the sweeps meanwhile, and says so; nothing is lost, and nothing done twice."""

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.errors import Failure
from bot.files import put_in_place
from bot.model import Event
from bot.service.report_files import write_page
from tests.unit.service.world import CONFIG, DAY, EVERY, Town


class Disk:
    """What a store lies on: once it is told to fill up, it has room for some more writes, and then for none."""

    def __init__(self, store, room=0):
        self.room, self.full = room, False
        event.listen(store._engine, "begin", self._begin)

    def _begin(self, connection):
        if self.full and connection.get_execution_options().get("writes"):
            self.room -= 1
            if self.room < 0:
                raise OperationalError("", {}, sqlite3.OperationalError("database or disk is full"))


def test_while_it_lasts_the_log_says_so_and_afterwards_it_goes_on_by_itself(tmp_path, caplog):
    town = Town(tmp_path, replace(CONFIG, dry_run=True))
    town.drop(40)
    town.run(EVERY)
    disk = Disk(town.store)
    disk.full = True
    town.drop(100)
    town.run(2 * EVERY)
    failed = [record.facts["fault"] for record in caplog.records if record.message == "sweep failed"]
    assert failed
    assert all("the disk is full; nothing of the last step was saved" in fault for fault in failed)
    assert not {"job broke", "sweep broke"} & set(caplog.messages)
    disk.full = False
    town.run(4 * EVERY)
    counts = town.store.timeline_counts("home", town.right.now() - DAY, town.right.now())
    assert sum(counts.values()) == 140
    told = [sweep.error for sweep in town.store.sweeps("home") if "the disk is full" in sweep.error]
    assert told, "what could not be recorded meanwhile is recorded for the next report"
    town.store.close()


@pytest.mark.parametrize("room", [1, 5, 8, 9, 10, 11, 12, 13, 15])
def test_wherever_it_fills_up_everything_is_done_once_and_is_known_to_be_ours(tmp_path, room):
    town = Town(tmp_path)
    disk = Disk(town.store, room)
    disk.full = True
    town.drop(40)
    town.run(EVERY)
    disk.full = False
    town.run(4 * EVERY)
    assert town.muted()
    became = town.store.entries("home", events={Event.DONE, Event.VETOED, Event.FAILED})
    assert [entry.event for entry in became] == [Event.DONE]
    town.store.close()


def test_a_report_or_a_page_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "index.html"
    write_page("the one before", path)

    def fill():
        with put_in_place(path) as out:
            out.write(b"half of")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fill()
    assert path.read_text() == "the one before\n"
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]
    with pytest.raises(Failure, match="cannot be written"):
        write_page("x", path / "below")
