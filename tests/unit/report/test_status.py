"""How a profile fares, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.model import SweepRecord, Trouble
from bot.report.status import ProfileStatus, in_words, overview

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def swept(ago, error="", ended=True):
    """A sweep that began so long ago."""
    return SweepRecord("home", NOW - ago, ended=NOW - ago if ended else None, error=error)


def profile(last, **more):
    return ProfileStatus("home", "mastodon", last=last, **more)


BUSY = replace(
    swept(12 * MINUTE), posts=90, new_posts=31, suspects=4, own_feeds=3, requests=12, remaining=280, allowed=300
)


IDLE = "no daemon is at work (quietfeed run)"
NOBODY = "no accounts would be quieted (dry run)"


@pytest.mark.parametrize(
    ("fares", "read", "follows", "quieted"),
    [
        (
            profile(BUSY, next_sweep=NOW + 8 * MINUTE, quieted=3, mode=""),
            "read 12 minutes ago",
            "next in 8 minutes",
            "3 accounts quieted",
        ),
        (profile(BUSY, next_sweep=NOW), "read 12 minutes ago", "the next sweep is due", NOBODY),
        (profile(BUSY, quieted=1), "read 12 minutes ago", IDLE, "1 account would be quieted (dry run)"),
        (profile(None, mode=""), "nothing was read yet", IDLE, "no accounts quieted"),
        (profile(replace(BUSY, error="no answer")), "the last sweep failed 12 minutes ago: no answer", IDLE, NOBODY),
        (profile(replace(BUSY, ended=None)), "the last sweep began 12 minutes ago and has not ended", IDLE, NOBODY),
    ],
    ids=["at work", "due", "dry", "before the first sweep", "failed", "not ended"],
)
def test_status_opens_with_a_sentence(fares, read, follows, quieted):
    assert in_words(fares, NOW).splitlines()[0] == f"home: {read}; {follows}; {quieted}."


@pytest.mark.parametrize(
    ("last", "read", "asked"),
    [
        (BUSY, "90 posts, 31 of them new", "12 requests (280 of 300 left)"),
        (replace(BUSY, new_posts=90, unreadable=2), "90 new posts, 2 unreadable", "12 requests (280 of 300 left)"),
        (replace(BUSY, posts=1, new_posts=0, allowed=None), "1 post, none new", "12 requests"),
        (
            replace(BUSY, posts=0, new_posts=0, allowed=None, retries=1, waited=61),
            "no new posts",
            "12 requests (1 retry, 1 minute of waiting)",
        ),
    ],
)
def test_status_tells_what_the_last_sweep_did(last, read, asked):
    did = f"The last sweep read {read}, looked closer at 4 accounts, and read 3 own feeds, with {asked}; no gaps."
    assert in_words(profile(last), NOW).splitlines()[1:] == [did, "No report was made yet."]


def test_status_tells_nothing_of_what_a_sweep_did_that_came_to_nothing():
    for last in (swept(MINUTE, error="no answer"), swept(MINUTE, ended=False), None):
        assert in_words(profile(last, last_report=date(2026, 3, 1)), NOW).splitlines()[1:] == [
            "The last report is that of 1 Mar."
        ]


def test_status_has_a_line_for_each_thing_whatever_a_server_says():
    last = replace(BUSY, gaps=("a\nb",), unread=("\x1b[31mc\nhome: all is well",))
    told = in_words(profile(last, question="two\nlines", paused=NOW + HOUR), NOW)
    assert told.splitlines()[1:-1] == [
        "· paused until 13:00: nobody is touched; `quietfeed resume` ends it",
        "· two lines",
        told.splitlines()[3],
        "· gap: a b",
        "· not known: [31mc home: all is well",
    ]
    assert "; 1 gap." in told


def test_many_profiles_are_told_a_line_each():
    down = Trouble("sweep", NOW - HOUR, "social.test does not answer", NOW + HOUR)
    made = overview(
        [
            profile(BUSY, next_sweep=NOW + 8 * MINUTE, quieted=3, mode=""),
            replace(
                profile(swept(HOUR, "social.test does not answer"), next_sweep=NOW, troubles=(down,)), profile="ann"
            ),
            replace(profile(None, paused=NOW + HOUR), profile="bob"),
        ],
        NOW,
    )
    assert made.rows == (
        ("home", "read 12 minutes ago", "in 8 minutes", "3", ""),
        (
            "ann",
            "the last sweep failed 1 hour ago",
            "now",
            "0",
            "since 11:00: social.test does not answer; tried again at 13:00",
        ),
        ("bob", "nothing was read yet", "", "0", "paused until 13:00: nobody is touched; `quietfeed resume` ends it"),
    )
