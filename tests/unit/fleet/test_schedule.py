"""The next round comes with the turn, or sooner with an end or the owner's hour, by the owner's clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fleet.schedule import SOON, next_hour, next_round

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LISBON, KOLKATA, AUCKLAND = (ZoneInfo(name) for name in ("Europe/Lisbon", "Asia/Kolkata", "Pacific/Auckland"))
TURN = NOW + timedelta(minutes=10)
EIGHT = time(8)


@pytest.mark.parametrize(
    ("end", "at", "expected"),
    [
        (None, EIGHT, TURN),
        (NOW + timedelta(minutes=4), EIGHT, NOW + timedelta(minutes=4)),
        (NOW + timedelta(days=4), EIGHT, TURN),
        (None, time(13, 5), NOW + timedelta(minutes=5)),  # Lisbon is an hour ahead in summer
        (NOW - timedelta(days=1), EIGHT, NOW + SOON),
    ],
)
def test_the_first_of_turn_end_and_report_counts(end, at, expected):
    assert next_round(NOW, TURN, end, at, LISBON) == expected


@pytest.mark.parametrize(
    ("now", "at", "zone", "expected"),
    [
        ("2026-05-01T12:00+00:00", EIGHT, LISBON, "2026-05-02T07:00+00:00"),
        ("2026-05-01T06:59+00:00", EIGHT, LISBON, "2026-05-01T07:00+00:00"),
        ("2026-05-01T07:00+00:00", EIGHT, LISBON, "2026-05-02T07:00+00:00"),
        ("2026-05-01T02:00+00:00", EIGHT, KOLKATA, "2026-05-01T02:30+00:00"),
        ("2026-05-01T21:00+00:00", time(9, 30), AUCKLAND, "2026-05-01T21:30+00:00"),
        ("2026-03-29T00:30+00:00", time(1, 30), LISBON, "2026-03-29T01:30+00:00"),  # leapt over: an hour later
        ("2026-10-25T00:00+00:00", time(1, 30), LISBON, "2026-10-25T00:30+00:00"),  # comes twice: the first
        ("2026-10-25T00:30+00:00", time(1, 30), LISBON, "2026-10-26T01:30+00:00"),  # and not again
    ],
)
def test_the_hour_of_the_report_is_the_owners(now, at, zone, expected):
    assert next_hour(datetime.fromisoformat(now), at, zone) == datetime.fromisoformat(expected)


@given(
    st.integers(0, 9_000_000).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.times().map(lambda at: at.replace(tzinfo=None)),
    st.sampled_from([LISBON, KOLKATA, AUCKLAND, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")]),
)
def test_the_hour_of_the_report_always_comes_within_two_days(now, at, zone):
    assert now < next_hour(now, at, zone) <= now + timedelta(days=2)
