"""What went wrong is told once, with its time: an error that is over never reads like one that lasts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import SweepRecord, Trouble
from bot.report.day import build, is_quiet
from bot.report.figures import every, moment
from bot.report.health import Health, Level, health_data
from bot.report.status import ProfileStatus, in_words, status_data
from bot.report.text import text
from bot.report.troubles import errors

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 24)
"""A Tuesday."""
MONDAY = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOWN, DEAD = "social.example: no connection", "the login is not valid any more; on this machine: `quietfeed login home`"


def sweep(hours: float, error: str = "") -> SweepRecord:
    at = MONDAY + hours * HOUR
    return SweepRecord("home", at - timedelta(minutes=1), ended=at, error=error)


WELL = health_data(Health(Level.OK, "home read just now"))
LASTS = Trouble("sweep", MONDAY, DEAD, MONDAY + 30 * HOUR)


@pytest.mark.parametrize(
    ("rounds", "troubles", "told"),
    [
        ([sweep(0)], [], ()),
        ([sweep(0, DOWN), sweep(1)], [], (f"Mon 14:05: {DOWN}",)),
        ([sweep(0, DOWN), sweep(1, DOWN), sweep(2)], [], (f"Mon 14:05 to 15:05, 2 times: {DOWN}",)),
        ([sweep(0, DOWN), sweep(20, DOWN), sweep(21)], [], (f"Mon 14:05 to 10:05, 2 times: {DOWN}",)),
        ([sweep(0, DEAD), sweep(1, DEAD)], [LASTS], (f"since Mon 14:05: {DEAD}",)),
        ([sweep(0, DOWN), sweep(1, DEAD)], [LASTS], (f"Mon 14:05: {DOWN}", f"since Mon 14:05: {DEAD}")),
        ([], [LASTS], (f"since Mon 14:05: {DEAD}",)),  # it could not even begin
        ([sweep(0, "stopped"), replace(sweep(1), ended=None)], [], ()),  # somebody stopped the program
    ],
)
def test_each_error_is_told_once_with_its_time(rounds, troubles, told):
    assert errors(rounds, troubles, TODAY, BERLIN) == told


def test_a_report_tells_since_when_and_is_quiet_again_once_it_is_mended():
    failing = build("home", "mastodon", "r", TODAY, [], [sweep(0, DEAD)], {}, troubles=[LASTS], zone=BERLIN)
    assert f"Went wrong, since Mon 14:05: {DEAD}" in text(failing)
    mended = build("home", "mastodon", "r", TODAY, [], [sweep(20)], {}, zone=BERLIN)
    assert is_quiet(mended)


def test_a_restart_makes_no_day_loud():
    assert is_quiet(build("home", "mastodon", "r", TODAY, [], [sweep(0, "stopped"), sweep(1)], {}))


FARES = ProfileStatus("home", "mastodon", last=sweep(2, DEAD), next_sweep=MONDAY + 3 * HOUR, zone=BERLIN)
NOW = MONDAY + 2.5 * HOUR


def test_status_says_first_what_is_wrong_since_when_and_when_it_is_tried_again():
    troubled = replace(FARES, troubles=(replace(LASTS, again=MONDAY + 4 * HOUR),))
    lines = in_words(troubled, NOW).splitlines()
    assert lines[0].startswith("home: the last sweep failed 30 minutes ago; ")
    assert lines[1] == f"✗ since 14:05: {DEAD}; tried again at 18:05"
    assert status_data([troubled], WELL)["profiles"][0]["troubles"][0]["words"] == DEAD
    assert "tried again" not in in_words(replace(troubled, next_sweep=None), NOW)


def test_status_says_what_is_waited_for_and_until_when():
    waiting = replace(FARES, waiting=("the server's limit", datetime(2026, 11, 24, 2, 12, tzinfo=UTC)))
    assert "waiting for the server's limit until Tue 03:12" in in_words(waiting, NOW)
    assert status_data([waiting], WELL)["profiles"][0]["waiting_until"] == "2026-11-24T02:12:00+00:00"
    assert status_data([FARES], WELL)["profiles"][0]["waiting_for"] is None


def test_status_tells_a_sweep_that_was_stopped_from_one_that_failed():
    stopped = replace(FARES, last=sweep(2, "stopped"))
    assert "broken off 30 minutes ago, when quietfeed was stopped" in in_words(stopped, NOW)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=30), "30 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=10), "10 minutes"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(days=1), "1 day"),
    ],
)
def test_how_often_is_said_as_people_say_it(length, words):
    assert every(length) == words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "09:00"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 11, 18, 8, 0, tzinfo=UTC), "Wed 09:00"),
        (datetime(2026, 11, 17, 8, 0, tzinfo=UTC), "17 Nov 09:00"),
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "Wed 09:00"),
    ],
)
def test_a_time_is_told_by_the_owners_clock_and_no_longer_than_needed(when, words):
    assert moment(when, TODAY, BERLIN) == words
