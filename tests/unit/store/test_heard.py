"""What the timeline had shown by a time gone by."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import EPOCH, Account, Post
from bot.platforms.base import Page
from bot.store import open_store

NOW = datetime(2026, 5, 8, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANN, BEN = Account("1", "ann@example.org"), Account('b"en\ud800', "ben@example.org")


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "quietfeed.sqlite"))
    yield opened
    opened.close()


def heard(store, profile: str, *items: tuple[Account, float, float]) -> None:
    """Keep posts: whose, how many hours ago it was posted, and how many hours ago it was seen."""
    for number, (author, posted, seen) in enumerate(items):
        made = Post(f"{author.id}{number}", author.id, NOW - posted * HOUR)
        store.remember(profile, Page((made,), (author,), None), NOW - seen * HOUR)


def test_an_item_is_there_from_when_it_was_seen_and_not_before_its_own_time(store):
    heard(store, "home", (ANN, 5, 2), (ANN, 1, 3), (ANN, 4, 4))
    assert store.loud("home", NOW - DAY, NOW, 2) == {
        ANN.id: [(NOW - 5 * HOUR, NOW - 2 * HOUR), (NOW - 4 * HOUR,) * 2, (NOW - HOUR,) * 2]
    }


def test_of_a_profile_and_a_time_only_its_own(store):
    heard(store, "home", *((ANN, hours, 0) for hours in (1, 2, 30)))
    heard(store, "work", *((BEN, hours, 0) for hours in (1, 2, 3)))
    assert {one: len(times) for one, times in store.loud("home", NOW - DAY, NOW, 1).items()} == {ANN.id: 2}
    assert [post.created_at for _, post in store.items_of("home", ANN.id, NOW - DAY, NOW)] == [
        NOW - HOUR,
        NOW - 2 * HOUR,
    ]
    assert store.items_of("home", BEN.id, EPOCH, NOW) == []


def test_what_came_later_is_not_counted_before(store):
    heard(store, "home", (ANN, 6, 6), (BEN, 5, 1), (BEN, 3, 3))
    assert store.total_then("home", NOW - DAY, NOW) == 3
    assert store.total_then("home", NOW - DAY, NOW - 3 * HOUR) == 2
    assert store.total_then("home", NOW - 4 * HOUR, NOW - 3 * HOUR) == 1


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    hours=st.lists(st.integers(0, 60), max_size=14),
    begins=st.integers(0, 23),
    more_than=st.integers(0, 5),
    name=st.uuids().map(str),
)
def test_nobody_is_missed_who_brought_more_in_any_day_of_the_owners(store, hours, begins, more_than, name):
    heard(store, name, *((ANN, hour, 0) for hour in hours))
    days = [NOW.replace(hour=begins) - number * DAY for number in range(-1, 5)]
    most = max(sum(day <= NOW - hour * HOUR < day + DAY for hour in hours) for day in days)
    assert most <= more_than or ANN.id in store.loud(name, NOW - 9 * DAY, NOW, more_than)
