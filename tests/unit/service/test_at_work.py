"""The daemon at work in simulated time: restarts, ends of actions, consent, and a store that is gone."""

import logging
import os
import signal
import threading
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import SystemClock
from bot.config import SweepSettings
from bot.errors import Stopped
from bot.model import Event, SweepRecord
from bot.platforms.base import RateLimited, Unreachable
from bot.platforms.memory import Memory, Network
from bot.service import state
from bot.service.daemon import Daemon, last_whole
from bot.service.runner import Runner
from bot.store import StoreGone, open_store
from tests.databases import ON_FILES
from tests.unit.service.world import CONFIG, DAY, EVERY, HOME, ROBIN, START, Town

MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.store.close()


def restart(town):
    town.daemon.end()
    town.daemon = town.new_daemon()
    return town


# -- a restart


def test_a_sweep_that_was_cut_off_is_made_good_at_once(town):
    town.network.faults = [Stopped()]
    town.run(MINUTE)
    assert town.store.sweeps("home")[-1].cut_off
    restart(town).run(MINUTE)
    assert [sweep.error for sweep in town.store.sweeps("home")] == ["stopped", ""]


def test_a_sweep_that_came_to_its_end_is_not_done_again_before_its_time(town):
    town.run(MINUTE)
    restart(town).run(EVERY - 10 * MINUTE)
    assert len(town.swept()) == 1
    town.run(20 * MINUTE)
    assert len(town.swept()) == 2


def test_whoever_is_still_at_work_begins_nothing_else_and_is_swept_an_interval_later(town):
    town.run(MINUTE)
    town.clock.wait(2 * EVERY.total_seconds())
    assert town.daemon.first_wait(HOME, CONFIG) == timedelta()
    work = town.daemon.working[town.runner] = Future()
    assert town.daemon.is_working(town.runner)
    assert town.daemon.first_wait(HOME, CONFIG) == EVERY
    assert town.daemon.first_wait(replace(HOME, name="work"), CONFIG) == timedelta()
    town.run(3 * EVERY)
    assert len(town.swept()) == 1
    work.set_result(None)
    assert not town.daemon.is_working(town.runner)
    town.run(MINUTE)
    assert len(town.swept()) == 2


def test_once_it_has_ended_no_sweep_is_told_to_come(town):
    town.run(MINUTE)
    assert state.next_sweep("home", town.store) is not None
    town.daemon.end()
    assert state.next_sweep("home", town.store) is None


SWEPT = SweepRecord("home", START, ended=START + MINUTE)
FAILED = replace(SWEPT, error="no connection")
CUT_OFF = replace(SWEPT, error="stopped")
DIED = replace(SWEPT, ended=None)


@pytest.mark.parametrize(
    ("sweeps", "last"),
    [
        ([], None),
        ([SWEPT], START),
        ([FAILED], START),
        ([CUT_OFF], None),
        ([CUT_OFF, CUT_OFF], None),
        ([DIED], None),
        ([SWEPT, replace(CUT_OFF, started=START + EVERY)], START),
        ([DIED, replace(DIED, started=START + EVERY)], START + EVERY),  # what kills it would kill it again
    ],
)
def test_only_what_was_swept_to_an_end_counts_as_swept(sweeps, last):
    assert last_whole(sweeps) == last


def test_a_sweep_dated_by_a_clock_that_was_ahead_puts_the_next_off_by_an_interval_at_most(town):
    town.clock.time += 40 * DAY
    town.run(MINUTE)
    town.clock.time -= 40 * DAY
    assert timedelta() <= town.daemon.first_wait(HOME, CONFIG) <= EVERY


# -- what hangs on dates


@pytest.mark.slow
def test_a_mute_ends_when_its_time_is_up_and_not_an_interval_later(town):
    town.config = replace(CONFIG, sweep=SweepSettings(every=DAY, jitter=timedelta()))
    town.daemon = town.new_daemon()
    town.drop()
    town.run(10 * MINUTE)
    assert town.muted()
    end = town.runner.next_end
    assert end is not None
    town.run(end - town.clock.now() + 10 * MINUTE)
    assert any(end <= at <= end + 10 * MINUTE for at in town.swept())


def test_an_end_that_cannot_come_yet_is_tried_at_each_turn_and_not_at_each_look(town):
    town.config = replace(CONFIG, sweep=SweepSettings(every=DAY, jitter=timedelta()))
    town.daemon = town.new_daemon()
    town.drop()
    town.run(10 * MINUTE)
    assert town.muted()
    town.network.trouble = _feeds_broken
    town.run(3 * DAY, tick=3600)
    before = len(town.swept())
    town.run(30 * MINUTE, tick=60)
    assert len(town.swept()) - before <= 1


def _feeds_broken(request):
    if request.what == "posts_by":
        raise Unreachable("posts_by said 500")


@pytest.mark.slow
def test_the_dry_run_ends_by_itself_and_nothing_is_touched_before(town):
    town.config = replace(
        CONFIG,
        sweep=SweepSettings(every=DAY / 2, jitter=timedelta()),
        limits=replace(CONFIG.limits, first_days_dry=DAY),
    )
    town.daemon = town.new_daemon()
    town.drop()
    town.run(DAY - MINUTE, tick=3600)
    assert not town.muted()
    assert not any(request.write for request in town.network.requests if request.what != "publish")
    town.run(1.5 * DAY, tick=3600)
    assert town.muted()


@pytest.mark.parametrize("consented", [True, False])
def test_the_owners_consent_ends_the_first_days_and_nothing_else_does(town, consented):
    town.config = replace(CONFIG, limits=replace(CONFIG.limits, first_days_dry=7 * DAY))
    town.daemon = town.new_daemon()
    town.drop()
    town.run(MINUTE)
    assert not town.muted()
    if consented:
        town.store.note("consent:home", town.clock.now().isoformat())
    town.run(EVERY + 10 * MINUTE)
    assert town.muted() is consented


@pytest.mark.slow
def test_before_a_report_was_made_the_first_days_are_not_over(town):
    town.config = replace(
        CONFIG,
        sweep=SweepSettings(every=DAY / 2, jitter=timedelta()),
        limits=replace(CONFIG.limits, first_days_dry=DAY),
    )
    town.daemon = town.new_daemon()
    town.network.trouble = _reports_refused
    town.drop()
    town.run(3 * DAY, tick=7200)
    assert not town.muted()


def _reports_refused(request):
    if request.what == "publish":
        raise Unreachable("publish said 500")


# -- what is told


@pytest.mark.slow
def test_the_log_names_each_action_done_and_what_became_of_it(town, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    town.drop()
    town.run(MINUTE)
    town.network.unmute(ROBIN, "drop@market.test")
    town.run(2 * EVERY)
    told = {r.getMessage(): r.__dict__["facts"] for r in caplog.records if r.getMessage().startswith("action")}
    assert list(told) == ["action done", "action vetoed"]
    assert told["action done"]["account"] == "drop@market.test"
    assert told["action done"]["step"] == "mute"
    assert told["action done"]["rule"] == "dropper"


def test_the_log_of_a_dry_run_names_no_action(town, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    town.config = replace(CONFIG, dry_run=True)
    town.daemon = town.new_daemon()
    town.drop()
    town.run(MINUTE)
    assert [e.event for e in town.store.entries("home") if e.event is not Event.JUDGED] == [Event.PLANNED]
    assert "action" not in " ".join(caplog.messages)


def test_a_long_wait_is_told_while_it_lasts_and_not_afterwards(town, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    seen = []

    class Slow(Memory):
        def timeline(self, after):
            self.clock.wait(120, "the server's limit")
            return super().timeline(after)

    def connect(profile, clock):
        platform = Slow(town.network, ROBIN)
        platform.clock = clock
        return platform

    town.runner.connect = connect
    tell = town.runner.tell_wait

    def tell_and_look(what_for, until):
        tell(what_for, until)
        seen.append(state.waiting("home", town.store, town.clock.now()))

    town.runner.tell_wait = tell_and_look
    town.run(MINUTE)
    assert seen == [("the server's limit", START + 2 * MINUTE), None]
    assert "waiting for the server's limit" in caplog.messages


def test_a_limit_beyond_patience_is_waited_for_as_the_server_said(town):
    town.network.faults = [RateLimited("quiet.example asks to slow down", START + 3 * EVERY)]
    town.run(3 * EVERY)
    assert len(town.store.sweeps("home")) == 1
    town.run(EVERY)
    assert town.store.sweeps("home")[-1].error == ""


def test_the_next_sweep_is_known_from_the_start_and_forgotten_at_the_end(town):
    assert state.next_sweep("home", town.store) == START
    town.network.faults = [Unreachable("no connection")]
    town.run(MINUTE)
    assert state.next_sweep("home", town.store) == START + EVERY
    town.daemon.end()
    assert state.next_sweep("home", town.store) is None


# -- a store that is gone


@ON_FILES
@pytest.mark.parametrize("what", ["all", "the store", "the lock", "replaced"])
def test_a_store_that_was_taken_away_ends_the_daemon_with_a_word(town, what):
    town.run(MINUTE)
    path, lock = town.folder / "store.sqlite", town.folder / "store.sqlite.lock"
    if what != "the lock":
        path.rename(town.folder / "elsewhere.sqlite")
    if what in ("all", "the lock"):
        lock.unlink()
    if what == "replaced":
        path.write_bytes((town.folder / "elsewhere.sqlite").read_bytes())
    town.run(10 * MINUTE)
    assert isinstance(town.daemon.lost, StoreGone)
    assert "moved, removed or replaced" in str(town.daemon.lost)
    requests = len(town.network.requests)
    town.daemon.attend()  # returns at once
    town.daemon.end()
    assert len(town.network.requests) == requests


@ON_FILES
def test_nothing_is_written_once_a_second_process_may_be_at_work(town):
    (town.folder / "store.sqlite").unlink()
    (town.folder / "store.sqlite.lock").unlink()
    second = open_store(str(town.folder / "store.sqlite"))
    with pytest.raises(StoreGone):
        town.store.note("anything", "at all")
    assert second.noted("anything") is None
    second.close()


def test_a_store_that_is_where_it_was_is_in_use_as_long_as_it_is_held(tmp_path, database):
    path = str(tmp_path / "q.sqlite")
    held = open_store(path)
    looking = open_store(path, exclusive=False)
    held.check_place()
    assert held.in_use()
    assert looking.in_use()
    held.close()
    looking.close()
    database.settle(path)
    with closing(open_store(path, exclusive=False)) as looking:
        assert not looking.in_use()


# -- the whole of it, by the machine's clock


@pytest.fixture
def signals():
    """What this process does on signals, put back afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


class Hanging(Memory):
    """A server that takes its time, and is heard to be asked."""

    def __init__(self, network, asked, clock):
        super().__init__(network, ROBIN)
        self.asked, self.clock = asked, clock

    def timeline(self, after):
        self.asked.set()
        self.clock.wait(60, "the server's limit")
        return super().timeline(after)


def test_sigterm_in_a_sweep_ends_the_whole_daemon_and_leaves_the_sweep_to_be_made_good(tmp_path, signals, monkeypatch):
    a_day = 86_400.0  # the guard outlives this test, and would end all others with it
    monkeypatch.setattr("bot.service.ending.LAST_RESORT", a_day)
    store, network, asked = open_store(str(tmp_path / "q.sqlite")), Network(SystemClock()), threading.Event()
    network.join(ROBIN)
    loads = []

    def load():
        loads.append(1)
        return CONFIG

    daemon = Daemon(load, lambda _, clock: Hanging(network, asked, clock), store, tmp_path / "reports")

    def owner():
        assert asked.wait(20)
        os.kill(os.getpid(), signal.SIGHUP)
        for _ in range(200):
            if len(loads) > 1:
                break
            asked.wait(0.05) and threading.Event().wait(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    watching = threading.Thread(target=owner)
    watching.start()
    daemon.run()
    watching.join()
    assert len(loads) == 2
    (sweep,) = store.sweeps("home")
    assert sweep.cut_off
    assert sweep.ended is not None
    assert state.next_sweep("home", store) is None
    assert isinstance(daemon.runners[0], Runner)
    store.close()
