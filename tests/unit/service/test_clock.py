"""The daemon in simulated time, by a clock that is set back and forth: it sweeps on, and says so."""

import contextlib
import logging
import os
import socket
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.model import SweepRecord
from bot.platforms.base import Unreachable
from bot.report.status import ProfileStatus, in_words
from bot.service import state
from bot.service.turns import GAP, JUMP, LONGEST_PAUSE, ClockWatch, Pause, Turn, spread
from tests.unit.service.world import DAY, EVERY, START, Town

HOUR, MINUTES = timedelta(hours=1), timedelta(minutes=5)


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.store.close()


@pytest.mark.slow
@pytest.mark.parametrize("by", [-400 * DAY, -DAY, 400 * DAY])
def test_a_clock_that_is_set_changes_nothing_about_when_is_swept(town, by, caplog):
    caplog.set_level(logging.WARNING, "quietfeed")
    town.run(2 * EVERY)
    town.clock.time += by
    town.run(3 * EVERY)
    town.clock.time -= by
    town.run(2 * EVERY)
    swept = town.swept()
    assert [later - earlier for earlier, later in pairwise(swept)] == [EVERY] * 6
    back = "back" if by < timedelta() else "forward"
    first = caplog.records[0]
    assert first.getMessage() == f"the clock was set {back}"
    assert first.__dict__["facts"]["by"] == abs(by)


def test_that_the_clock_was_set_is_told_for_a_day(town):
    town.run(MINUTES)
    assert state.jump(town.store, town.clock.now()) is None
    town.clock.time -= DAY
    town.run(MINUTES)
    at, by = state.jump(town.store, town.clock.now())
    assert (by, at) == (-DAY, START + MINUTES - DAY)
    how = ProfileStatus("home", "memory", last=SweepRecord("home", at), jump=(at, by))
    said = in_words(how, town.clock.now())
    assert "· the clock was set back by 1 day at 06:05; sweeps went on, dates may be wrong by as much" in said
    assert state.jump(town.store, at + 2 * DAY) is None


def test_the_sign_of_life_comes_from_the_loop_that_begins_the_sweeps(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        monkeypatch.setitem(os.environ, "NOTIFY_SOCKET", heard.getsockname())
        monkeypatch.setitem(os.environ, "WATCHDOG_USEC", str(1_200_000_000))  # a sign every ten minutes
        town = Town(tmp_path)
        town.run(30 * MINUTES / 5)
        said = []
        with contextlib.suppress(BlockingIOError):
            while True:
                said.append(heard.recv(100))
        town.store.close()
    assert said == [b"WATCHDOG=1"] * 3


@pytest.mark.slow
def test_a_clock_that_jumps_about_keeps_every_sweep(town):
    for jump in (timedelta(), -DAY, 2 * DAY, timedelta(), -3 * HOUR, 40 * DAY, -DAY / 3, timedelta()):
        town.clock.time = town.right.now() + jump
        town.run(EVERY * 1.5)
    assert [later - earlier for earlier, later in pairwise(town.swept())] == [EVERY] * 11


def test_the_next_sweep_is_told_by_the_clock_as_it_stands(town):
    town.run(timedelta(minutes=5))
    for by in (-DAY, 2 * DAY):
        town.clock.time += by
        town.run(timedelta(minutes=5))
        noted = town.store.noted("next:home")
        assert noted is not None
        assert timedelta() < town.runner.turn.at() - town.clock.now() <= EVERY
        assert noted[:16] == town.runner.turn.at().isoformat()[:16]


def test_a_pause_after_faults_is_no_longer_by_a_clock_that_was_set_back(town):
    town.network.faults = [Unreachable("no connection")]
    town.run(timedelta(minutes=5))
    assert town.runner.pausing()
    town.clock.time -= DAY
    town.run(EVERY + timedelta(minutes=5))
    assert [bool(sweep.error) for sweep in town.store.sweeps("home")] == [False, True]  # in the order of their dates


@given(
    passes=st.lists(st.floats(0, 30000), min_size=1, max_size=60),
    sets=st.lists(st.integers(-(10**8), 10**8), max_size=60),
    jitter=st.integers(0, 3000),
)
def test_a_turn_comes_once_an_interval_whoever_sets_the_clock(passes, sets, jitter):
    clock = SimulatedClock(START)
    turn = Turn(clock, EVERY, timedelta(seconds=jitter), after=EVERY)
    came, step = [], EVERY.total_seconds()
    for number, seconds in enumerate(passes):
        clock.wait(seconds)
        if number < len(sets):
            clock.time = START + timedelta(seconds=sets[number])
        if turn.has_come():
            came.append(clock.steady())
            turn.move_on()
        assert not turn.has_come()
        assert timedelta() <= turn.at() - clock.now() <= EVERY * 1.5 + timedelta(seconds=jitter)
    assert len(came) <= clock.steady() / step + 1


@given(late=st.lists(st.floats(0, EVERY.total_seconds() * 3), min_size=1, max_size=20), jitter=st.integers(0, 1800))
def test_turns_that_were_made_use_of_late_come_when_they_would_have_come_anyway(late, jitter):
    clock = SimulatedClock(START)
    turn = Turn(clock, EVERY, timedelta(seconds=jitter), after=EVERY / 3)
    for seconds in late:
        clock.wait(max(0.0, turn.came - clock.steady()) + seconds)
        turn.move_on()
        behind = (turn.came - EVERY.total_seconds() / 3) % EVERY.total_seconds()
        assert behind <= jitter + 0.001 or behind >= EVERY.total_seconds() - 0.001
        assert turn.came - clock.steady() >= EVERY.total_seconds() / 2 - 0.001


NAMES = st.lists(st.text("abc", min_size=1), unique=True, max_size=200)


@pytest.mark.slow
@given(names=NAMES, waits=st.lists(st.integers(-5, 3600), min_size=200, max_size=200), within=st.integers(1, 7200))
def test_who_would_be_swept_at_once_is_swept_one_after_the_other_within_an_interval(names, waits, within):
    given_waits = {name: timedelta(seconds=wait) for name, wait in zip(names, waits, strict=False)}
    first = spread(given_waits, timedelta(seconds=within))
    assert list(first) == names
    overdue = [first[name] for name in names if given_waits[name] <= timedelta()]
    assert overdue[:1] in ([], [timedelta()])
    assert all(timedelta() < later - earlier <= GAP for earlier, later in pairwise(overdue))
    assert all(wait < timedelta(seconds=within) for wait in overdue)
    assert all(first[name] == given_waits[name] for name in names if given_waits[name] > timedelta())


@pytest.mark.parametrize("missed", [1, 10])
def test_what_was_missed_is_not_made_up_for(missed):
    clock = SimulatedClock(START)
    turn = Turn(clock, EVERY)
    clock.wait(missed * EVERY.total_seconds())
    turn.move_on()
    assert turn.at() == clock.now() + EVERY


def test_a_pause_doubles_up_to_its_longest_and_is_over_after_it():
    clock = SimulatedClock(START)
    pause = Pause(clock)
    lengths = [pause.begin(EVERY) - clock.now() for _ in range(12)]
    assert lengths[:6] == [min(EVERY * 2**times, LONGEST_PAUSE) for times in range(6)]
    assert lengths[-1] == LONGEST_PAUSE
    assert pause.lasts()
    clock.wait(LONGEST_PAUSE.total_seconds())
    assert not pause.lasts()
    pause.begin(EVERY)
    pause.end()
    assert not pause.lasts()
    assert pause.begin(EVERY) == clock.now() + EVERY


@pytest.mark.parametrize(
    ("named", "pause"), [(2 * HOUR, 2 * HOUR), (timedelta(seconds=-5), EVERY), (9 * DAY, LONGEST_PAUSE)]
)
def test_a_pause_lasts_at_least_until_the_time_that_the_server_named(named, pause):
    clock = SimulatedClock(START)
    assert Pause(clock).begin(EVERY, clock.now() + named) == clock.now() + pause


def test_the_turn_that_is_told_is_the_first_after_a_pause():
    clock = SimulatedClock(START)
    turn, pause = Turn(clock, EVERY, after=EVERY), Pause(clock)
    pause.begin(5 * EVERY)
    assert turn.at() == START + EVERY
    assert turn.at(pause) == START + 3 * EVERY
    pause.end()
    assert turn.at(pause) == START + EVERY


@pytest.mark.parametrize(("by", "noticed"), [(JUMP, True), (-JUMP, True), (JUMP / 2, False), (timedelta(), False)])
def test_a_clock_that_is_set_is_noticed_once_and_a_correction_is_not(by, noticed):
    clock = SimulatedClock(START)
    watch = ClockWatch(clock)
    clock.wait(100)
    assert watch.jump() is None
    clock.time += by
    clock.wait(1)
    assert watch.jump() == (by if noticed else None)
    assert watch.jump() is None
