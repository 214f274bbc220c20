"""Whether all is well, for whoever watches over the machine: a level, which is an exit code, and the reason."""

from datetime import UTC, datetime, timedelta
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import STOPPED, SweepRecord, Trouble
from bot.report.health import Ailment, Level, health, health_data
from bot.report.status import ProfileStatus

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def swept(ago, error="", ended=True):
    """A sweep that began so long ago."""
    return SweepRecord("home", NOW - ago, ended=NOW - ago if ended else None, error=error)


def profile(last, read=None, **more):
    """Swept last so, and read so long ago."""
    well = last is not None and last.ended and not last.error
    return ProfileStatus("home", "mastodon", last=last, read=last.ended if well else read and NOW - read, **more)


def fails(what):
    return Trouble(what, NOW - 3 * HOUR, f"the {what} fails", NOW + MINUTE)


def told(*profiles, every=10 * MINUTE, beside=()):
    return health(profiles, NOW, every, beside)


@pytest.mark.parametrize(
    "fares",
    [
        profile(swept(4 * MINUTE)),
        profile(swept(4 * MINUTE, error=STOPPED)),
        profile(swept(30 * MINUTE, ended=False)),
        profile(swept(3 * HOUR, ended=False), waiting=("the server's limit", NOW + MINUTE)),
        profile(swept(MINUTE, ended=False), read=11 * MINUTE),
    ],
    ids=["read lately", "stopped and not started yet", "at its first sweep", "waiting for the server", "at work"],
)
def test_who_was_read_lately_is_well(fares):
    assert told(fares).level is Level.OK
    assert told(fares).line.startswith("ok: home ")


@pytest.mark.parametrize(
    ("fares", "level", "why"),
    [
        (profile(None), Level.CRITICAL, "nothing was read yet"),
        (profile(swept(3 * HOUR)), Level.CRITICAL, "nothing was read for 3 hours, and no daemon is at work"),
        (profile(swept(3 * HOUR), next_sweep=NOW), Level.CRITICAL, "nothing was read for 3 hours"),
        (profile(swept(3 * HOUR, ended=False), read=4 * HOUR), Level.CRITICAL, "nothing was read for 4 hours"),
        (profile(swept(MINUTE, ended=False), read=4 * HOUR, troubles=(fails("sweep"),)), Level.CRITICAL, "4 hours"),
        (profile(swept(MINUTE, "no answer"), read=11 * MINUTE), Level.WARNING, "the last sweep failed 1 minute ago"),
        (profile(swept(4 * MINUTE), troubles=(fails("sweep"),)), Level.WARNING, "since 09:00: the sweep fails"),
        (profile(swept(4 * MINUTE), troubles=(fails("report"),)), Level.WARNING, "since 09:00: the report fails"),
        (profile(swept(4 * MINUTE), troubles=(fails("config"),)), Level.WARNING, "since 09:00: the config fails"),
        (profile(swept(4 * MINUTE), troubles=(fails("login"),)), Level.CRITICAL, "since 09:00: the login fails"),
    ],
)
def test_who_is_not_well_hears_how_much_and_why(fares, level, why):
    assert told(fares).level is level
    assert told(fares).line.startswith(f"{level.name.lower()}: home: ")
    assert why in told(fares).line


def test_a_server_that_is_swept_rarely_is_waited_for_as_long():
    assert told(profile(swept(5 * HOUR)), every=2 * HOUR).level is Level.OK
    assert told(profile(swept(7 * HOUR)), every=2 * HOUR).level is Level.CRITICAL


def test_of_several_the_worst_decides_and_comes_first():
    late = profile(swept(4 * MINUTE), troubles=(fails("report"),))
    full = Ailment(Level.CRITICAL, "the disk is full")
    said = told(profile(swept(MINUTE)), late, beside=[full])
    assert said.level is Level.CRITICAL
    assert said.line.startswith("critical: the disk is full; home: since 09:00: the report fails")


def test_the_levels_are_the_exit_codes_of_monitoring_tools():
    assert [level.value for level in (Level.OK, Level.WARNING, Level.CRITICAL, Level.UNKNOWN)] == [0, 1, 2, 3]
    assert health_data(told(profile(None)))["code"] == 2


@given(words=st.text())
def test_what_a_server_says_is_harmless_there_and_one_line(words):
    line = told(profile(swept(MINUTE, error=f"x{words}"), read=2 * MINUTE)).line
    assert not any(category(letter) in ("Cc", "Zl", "Zp") for letter in line)
