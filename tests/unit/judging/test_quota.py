"""The owner's day, in whatever zone, and who goes beyond a quota in it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from bot.judging.quota import day_began, day_ends, exceeded
from bot.judging.rules import Bounds, Only, Rule
from bot.model import EPOCH, Account, History, Post, Step

ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TIMES, ZONES)
def test_now_lies_in_the_owners_day(now, zone):
    began, ends = day_began(now, zone), day_ends(now, zone)
    assert began <= now < ends
    assert timedelta(hours=20) <= ends - began <= timedelta(hours=49)  # a zone may skip a whole day


def history(links=1.0):
    posts = [Post(str(n), "1", EPOCH, links=("https://shop.example/",) if n < links * 10 else ()) for n in range(10)]
    return History(Account("1", "loud@town.test"), tuple(posts), EPOCH, platform="mastodon", complete=False)


def test_a_quota_is_exceeded_by_one_more_than_it_allows():
    rule = Rule("ten", then=Step.MUTE, quota=10)
    assert exceeded(history(), 11, [rule], "home") is rule
    assert exceeded(history(), 10, [rule], "home") is None


def test_bounds_narrow_a_quota_down():
    rule = Rule("ten links", {"link_share": Bounds(at_least=0.8)}, Step.MUTE, quota=10)
    assert exceeded(history(1.0), 11, [rule], "home") is rule
    assert exceeded(history(0.2), 11, [rule], "home") is None


def test_a_quota_for_another_profile_says_nothing():
    rule = Rule("ten", then=Step.MUTE, quota=10, only=Only(profiles=("work",)))
    assert exceeded(history(), 11, [rule], "home") is None
