"""The owner's day, in whatever zone, and who goes beyond a quota in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from bot.judging.quota import day_began, day_ends, judge
from bot.judging.rules import Bounds, Only, Rule
from bot.model import EPOCH, Account, History, Post, Step

ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TIMES, ZONES)
def test_now_lies_in_the_owners_day(now, zone):
    began, ends = day_began(now, zone), day_ends(now, zone)
    assert began <= now < ends
    assert timedelta(hours=20) <= ends - began <= timedelta(hours=49)  # a zone may skip a whole day


@given(TIMES, ZONES)
def test_one_day_ends_where_the_next_begins(now, zone):
    began, ends = day_began(now, zone), day_ends(now, zone)
    assert day_began(ends, zone) == ends
    assert day_began(ends - timedelta(seconds=1), zone) == began


def history(links=1.0):
    posts = [Post(str(n), "1", EPOCH, links=("https://shop.example/",) if n < links * 10 else ()) for n in range(10)]
    return History(Account("1", "loud@town.test"), tuple(posts), EPOCH, platform="mastodon", complete=False)


def test_a_quota_is_exceeded_by_one_more_than_it_allows():
    rule = Rule("ten", then=Step.MUTE, quota=10)
    assert judge(history(), 11, [rule], "home").rule == rule.name
    assert judge(history(), 10, [rule], "home").rule is None


def test_bounds_narrow_a_quota_down():
    rule = Rule("ten links", {"link_share": Bounds(at_least=0.8)}, Step.MUTE, quota=10)
    assert judge(history(1.0), 11, [rule], "home").rule == rule.name
    assert judge(history(0.2), 11, [rule], "home").rule is None


def test_a_quota_for_another_profile_says_nothing():
    rule = Rule("ten", then=Step.MUTE, quota=10, only=Only(profiles=("work",)))
    assert judge(history(), 11, [rule], "home").rule is None


def test_what_it_shows_of_an_account_is_named_by_its_page_and_else_by_its_id():
    found = history()
    paged = [replace(post, url=f"https://town.test/{post.id}") for post in found.posts]
    shown = replace(found, posts=(paged[0], *found.posts[1:]))
    evidence = judge(shown, 11, [Rule("ten", then=Step.MUTE, quota=10)], "home").evidence
    assert evidence[:2] == ("https://town.test/0", "1")
