"""The connection is cut at any statement of a sweep: it ends in a line, the next one goes on, and nothing is twice."""

import logging
import os
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.model import Event
from bot.service.daemon import TICK
from tests.databases import Databases
from tests.unit.service.world import DROP, EVERY, START, Town

pytestmark = pytest.mark.parametrize("database", [pytest.param(Databases.name, marks=pytest.mark.live)], indirect=True)

HOURS = 3
"""In which it sweeps, mutes and sends the report, whatever is cut once."""
STEP = int(os.environ.get("QUIETFEED_CUT_STEP", "25"))
"""Of so many statements it is cut at one: at another one of them in each stretch of work. 1 cuts at every one."""
FAILED = ("sweep failed", "report failed", "report waits")
"""The line in which it is told."""
QUICK = 1800 * TICK
"""How often the daemon looks round."""


class Cut:
    """Counts the statements of a store, and cuts every session off before one of them."""

    def __init__(self, database, path, town, at=0):
        self.server, self.name, self.at, self.count, self.lost = database.server, database.database(path), at, 0, ""
        event.listen(town.store._engine, "before_cursor_execute", self.hear)

    def hear(self, _connection, _cursor, statement, *_):
        self.count += 1
        if self.count == self.at:
            self.lost = statement
            assert self.server.cut(self.name, "application_name LIKE 'quietfeed pid %'")

    def end(self, town):
        """What is asked from now on is the test's own, which is neither counted nor cut."""
        event.remove(town.store._engine, "before_cursor_execute", self.hear)


def lived(folder, database, at=0):
    """Three hours with a cut: the cut, the town, and what does not hold."""
    folder.mkdir()
    town = Town(folder)
    with closing(town.store):
        cut = Cut(database, folder / "store.sqlite", town, at)
        town.drop(20)
        town.run(HOURS * EVERY + EVERY, tick=QUICK)
        cut.end(town)
        return cut, [*disagreements(town)]


def disagreements(town):
    """What was lost, done twice or left undone."""
    entries = town.store.entries("home", events=set(Event) - {Event.JUDGED})
    if [entry.event for entry in entries] != [Event.PLANNED, Event.DONE]:
        yield f"in the ledger: {[str(entry.event) for entry in entries]}"
    if not town.muted():
        yield "not muted"
    asked = [request.what for request in town.network.requests]
    if asked.count("mute") != 1:
        yield f"asked for {asked.count('act')} times"
    dropper = town.network.account(DROP).id
    there = town.store.timeline_counts("home", START - timedelta(days=9), START + timedelta(days=9))
    if there != {dropper: 20}:
        yield f"of 20 posts these are stored: {there}"
    if [state for _, state in town.store.reports("home")] != ["sent"]:
        yield f"reports: {town.store.reports('home')}"
    if len(town.network.messages) != 1:  # asked for again it is found by its key
        yield f"the report was sent {len(town.network.messages)} times"


def test_a_connection_cut_at_any_statement_costs_a_line_and_nothing_else(database, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    whole, wrong = lived(tmp_path / "whole", database)
    assert (wrong, caplog.messages) == ([], [])
    for number, at in enumerate(range(1, whole.count + 1, STEP)):
        caplog.clear()
        cut, found = lived(tmp_path / str(at), database, min(at + number % STEP, whole.count))
        found += [f"said: {words}" for words in caplog.messages if words not in FAILED]
        found += [f"{len(caplog.messages)} lines: {caplog.messages}"] if len(caplog.messages) > 1 else []
        wrong += [f"cut at {cut.at} ({cut.lost[:60]}): {one}" for one in found]
        database.remove(tmp_path / str(at) / "store.sqlite")
    print(f"{number + 1} cuts of {whole.count} statements")
    assert wrong == []


def test_a_server_that_is_away_for_hours_is_told_in_a_line_a_try_and_all_goes_on(database, tmp_path, caplog, postgres):
    caplog.set_level(logging.WARNING)
    town = Town(tmp_path)
    with closing(town.store):
        town.run(EVERY, tick=QUICK)
        town.drop(20)
        postgres.stop()
        try:
            town.run(3 * EVERY, tick=60 * TICK)
        finally:
            postgres.start()
        told = list(caplog.messages)
        town.run(8 * EVERY, tick=QUICK)
        assert [*disagreements(town)] == []
    assert set(told) <= {"sweep failed", "report failed"}
    assert len(told) <= 4
    assert caplog.messages == told
