"""Whether a profile is well, for whoever watches over the machine: in words, and only where it is so."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import STOPPED, SweepRecord, Trouble
from bot.report.status import ProfileStatus, ails, well

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def swept(ago, error="", ended=True):
    """A sweep that began so long ago."""
    return SweepRecord("home", NOW - ago, ended=NOW - ago if ended else None, error=error)


def profile(last, **more):
    return ProfileStatus("home", "mastodon", last=last, **more)


REFUSED = Trouble("sweep", NOW - 3 * HOUR, "the server does not answer", NOW + MINUTE)


@pytest.mark.parametrize(
    "fares",
    [
        profile(swept(4 * MINUTE)),
        profile(swept(4 * MINUTE, error=STOPPED)),
        profile(swept(30 * MINUTE, ended=False)),
        profile(swept(3 * HOUR, ended=False), waiting=("the server's limit", NOW + MINUTE)),
    ],
    ids=["read lately", "stopped and not started yet", "at its first sweep", "waiting for the server"],
)
def test_who_was_read_lately_is_well(fares):
    assert ails(fares, NOW, HOUR) == []
    assert well(fares, NOW, HOUR).startswith("home: all is well, read ")


@pytest.mark.parametrize(
    ("fares", "why"),
    [
        (profile(None), "nothing was read yet"),
        (profile(swept(3 * HOUR)), "is quietfeed running?"),
        (profile(swept(3 * HOUR, ended=False)), "is quietfeed running?"),
        (profile(swept(4 * MINUTE, error="the server does not answer")), "the last sweep failed"),
        (profile(swept(4 * MINUTE), troubles=(REFUSED,)), "the server does not answer"),
    ],
    ids=["never read", "not read for long", "hanging", "failed", "failing for long"],
)
def test_who_is_not_well_hears_why_in_one_line(fares, why):
    assert ails(fares, NOW, HOUR)
    said = well(fares, NOW, HOUR)
    assert why in said
    assert "\n" not in said


def test_what_a_server_says_is_harmless_there():
    fares = profile(swept(4 * MINUTE, error="\x1b[31mred\nforged: all is well"))
    assert "\x1b" not in well(fares, NOW, HOUR)
    assert "\n" not in well(fares, NOW, HOUR)
