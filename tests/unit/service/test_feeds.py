"""Own feeds as they are kept: joined with what is known already, without a hole and without a doubt lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model import Account, Look, Post
from bot.platforms.base import Feed
from bot.service import feeds
from bot.store import open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
DAY = timedelta(days=1)
DROPPER = Account("1", "drop@shop.test", post_count=100)


def own(n, days, **more):
    return Post(f"{n}", "1", START - timedelta(days=days), url=f"https://shop.test/@drop/{n}", **more)


def test_what_the_origin_told_stands_behind_what_came_here_since():
    told = START - 2 * DAY
    before = Feed(DROPPER, (own("a", 1.9), own("b", 3), own("c", 4, reply_to="9")), origin_read=told)
    feed = Feed(DROPPER, (own("new", 0), own("a2", 1.9), own("b2", 3)))
    made = feeds.joined(feed, before, START)
    assert [post.id for post in made.posts] == ["new", "a2", "b", "c"]
    assert made.origin_read == told
    assert made.looks == (Look(START, 100),)


def test_where_the_two_do_not_meet_or_the_account_is_gone_the_newer_stands_alone():
    before = Feed(DROPPER, (own("b", 9),), origin_read=START - 8 * DAY)
    loud = Feed(DROPPER, (own("new", 0), own("new2", 1)), truncated=True)
    assert feeds.joined(loud, before, START).posts == loud.posts
    assert feeds.joined(Feed(DROPPER, ()), before, START) == Feed(DROPPER, ())


def test_replies_that_only_the_owners_server_has_still_speak_for_the_account():
    origin = Feed(DROPPER, (own("1", 1), own("2", 2)))
    here = Feed(DROPPER, (replace(own("2", 2), id="22"), own("3", 3, reply_to="9"), own("4", 4)))
    assert [post.id for post in feeds.merged(origin, here).posts] == ["1", "2", "3"]


def test_what_is_known_of_a_feed_survives_the_store(tmp_path):
    store = open_store(str(tmp_path / "store.sqlite"))
    for day in range(3):
        counted = replace(DROPPER, post_count=100 + 20 * day)
        feeds.keep(store, "home", Feed(counted, (own("1", 3 - day),)), START + day * DAY)
    told = Feed(DROPPER, (own("2", 0),), origin_read=START + 3 * DAY)
    feeds.keep(store, "home", told, START + 3 * DAY)
    kept, _ = store.own_feed("home", "1")
    assert [look.post_count for look in kept.looks] == [100, 120, 140]
    assert kept.origin_read == START + 3 * DAY
    store.close()


def test_a_look_from_a_time_to_come_is_forgotten():
    """The clock was wrong, and was put right."""
    before = Feed(DROPPER, (), looks=(Look(START - DAY, 90), Look(START + 900 * DAY, 95)))
    made = feeds.joined(Feed(DROPPER, (own("1", 0),)), before, START)
    assert made.looks == (Look(START - DAY, 90), Look(START, 100))
    assert not feeds.is_told(replace(made, origin_read=START + 900 * DAY), START)


def reach_of(store, feed, at=START):
    return feeds.reach_of("home", "mastodon", store, feed, at)


def test_how_whole_a_feed_is(tmp_path):
    store = open_store(str(tmp_path / "store.sqlite"))
    store.note("owner:home", "robin@quiet.test")
    feed = Feed(DROPPER, (own("1", 1),))
    assert reach_of(store, feed) == feeds.Reach(START, None), "never seen before: nothing is known"
    assert reach_of(store, replace(feed, account=Account("2", "near@quiet.test"))) == feeds.WHOLE
    assert feeds.reach_of("home", "bluesky", store, feed, START) == feeds.WHOLE
    assert reach_of(store, replace(feed, origin_read=START - DAY)) == feeds.WHOLE
    assert reach_of(store, replace(feed, origin_read=START - 9 * DAY)) == feeds.Reach(None, None)
    store.close()
