"""A fleet is told in a line and a row a profile, and as JSON of the shape that docs/json.md promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Trouble
from bot.report import fleet
from bot.report.fleet import FleetProfile, FleetStatus
from bot.report.shapes import PRINTED
from tests.shapes import misfits

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADA = FleetProfile("ada", "mastodon", "https://social.test/", NOW - 9 * MINUTE, upcoming=NOW + 7 * MINUTE)
LOST = Trouble("sweep", NOW - 60 * MINUTE, "the login is not valid any more", NOW + MINUTE)
ROWS = [
    (replace(ADA, last=NOW - 3 * MINUTE), ("3 minutes ago", "in 7 minutes", "")),
    (ADA, ("none yet", "in 7 minutes", "")),
    (replace(ADA, at_work=True), ("none yet", "at work", "")),
    (replace(ADA, upcoming=NOW - MINUTE), ("none yet", "due", "")),
    (replace(ADA, upcoming=None), ("none yet", "as soon as a worker looks", "")),
    (replace(ADA, paused=NOW, upcoming=None), ("none yet", "paused since 1 May", "")),
    (replace(ADA, failures=2), ("none yet", "in 7 minutes", "failed 2 times: the worker's log says why")),
    (replace(ADA, failures=2, troubles=(LOST,)), ("none yet", "in 7 minutes", LOST.words)),
]


@pytest.mark.parametrize(("profile", "expected"), ROWS)
def test_a_profile_is_a_row(profile, expected):
    (row,) = fleet.table(FleetStatus(1, 0, [profile]), NOW).rows
    assert row == ("ada", "social.test", *expected)


@pytest.mark.parametrize(
    ("workers", "silent", "profiles", "expected"),
    [
        (
            0,
            0,
            [],
            "no profile yet; no worker is at work (quietfeed worker). `quietfeed fleet add FILE` takes one up.",
        ),
        (1, 0, [ADA], "1 profile; 1 worker."),
        (4, 1, [ADA, replace(ADA, paused=NOW)], "2 profiles, 1 paused; 4 workers, 1 silent."),
        (4, 0, [replace(ADA, failures=1), replace(ADA, upcoming=NOW)], "2 profiles, 1 failing, 1 due; 4 workers."),
    ],
)
def test_a_fleet_is_summed_up_in_a_line(workers, silent, profiles, expected):
    assert fleet.summary(FleetStatus(workers, silent, profiles), NOW) == expected


def test_the_json_has_the_shape_of_its_table():
    told = fleet.data(FleetStatus(2, 1, [profile for profile, _ in ROWS]))
    assert misfits(told, PRINTED["fleet"][0]) == []
    assert told["profiles"][0]["next_sweep"] == "2026-05-01T12:07:00+00:00"
