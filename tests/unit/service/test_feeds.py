"""Own feeds as they are kept: joined with what is known already, without a hole and without a doubt lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import default_config
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import Account, Lexicon, Look, Post, Step
from bot.platforms.base import Feed
from bot.service import feeds
from bot.store import kept_feed, open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
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
        feeds.keep(store, "home", Feed(counted, (own("1", 3 - day),)), START + day * DAY, Lexicon())
    told = Feed(DROPPER, (own("2", 0),), origin_read=START + 3 * DAY)
    feeds.keep(store, "home", told, START + 3 * DAY, Lexicon())
    kept = store.own_feed("home", "1").feed
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
    return feeds.reach_of("home", "mastodon", store, kept_feed(feed, at))


def test_how_whole_a_feed_is(tmp_path):
    store = open_store(str(tmp_path / "store.sqlite"))
    store.note("owner:home", "robin@quiet.test")
    feed = Feed(DROPPER, (own("1", 1),))
    assert reach_of(store, feed) == feeds.Reach(START, None), "never seen before: nothing is known"
    assert reach_of(store, replace(feed, account=Account("2", "near@quiet.test"))) == feeds.WHOLE
    assert feeds.reach_of("home", "bluesky", store, kept_feed(feed, START)) == feeds.WHOLE
    assert reach_of(store, replace(feed, origin_read=START - DAY)) == feeds.WHOLE
    assert reach_of(store, replace(feed, origin_read=START - 9 * DAY)) == feeds.Reach(None, None)
    store.close()


# -- how far back a feed is read


class Server:
    """Knows so many posts of an account, one each `every`; the limits that it was asked with."""

    def __init__(self, many, every):
        self.posts = tuple(Post(f"{n}", "1", START - n * every) for n in range(many))
        self.limits = []

    def posts_by(self, account, since, limit):
        self.limits.append(limit)
        return Feed(account, self.posts[:limit], truncated=limit < len(self.posts))


def read(server, rules=None, minimum=None):
    config = default_config()
    config = replace(
        config,
        rules=config.rules if rules is None else rules,
        minimum=minimum or Minimum(own_posts=20, days_seen=7, enough_posts=10_000),
        own_feed=replace(config.own_feed, posts=100),
    )
    return feeds.read(server, DROPPER, START - 60 * DAY, config)


LINKS = {"link_share": Bounds(at_least=0.9)}
RULE = Rule("dropper", LINKS, Step.MUTE)


def test_a_feed_that_covers_the_days_or_is_whole_is_asked_for_once():
    for server in (Server(500, 2 * HOUR), Server(100, SECOND), Server(0, HOUR)):
        read(server, [RULE])
        assert server.limits == [100]


def test_one_that_covers_too_few_days_is_asked_for_again_as_far_back_as_its_pace_wants():
    server = Server(900, DAY / 50)
    feed = read(server, [RULE])
    assert server.limits[0] == 100
    assert len(server.limits) == 2
    assert feed.posts[0].created_at - feed.posts[-1].created_at >= 7 * DAY
    assert 350 < server.limits[1] <= 450, "some more than is wanted, and not twice as much"


class Slower(Server):
    """Posted ever more rarely: its newest posts promise more than those behind them keep."""

    def __init__(self):
        super().__init__(2_000, HOUR)
        times = (START - DAY * (0.2 * number**0.5) for number in range(len(self.posts)))
        self.posts = tuple(replace(post, created_at=at) for post, at in zip(self.posts, times, strict=True))


def test_it_is_asked_for_three_times_at_most_and_never_for_more_than_a_thousand():
    flood, slower = Server(5_000, SECOND), Slower()
    read(flood, [RULE])
    assert flood.limits == [100, 1_000]
    feed = read(slower, [RULE])
    assert len(slower.limits) == 3
    assert slower.limits == sorted(set(slower.limits))
    assert feed.posts[-1].created_at > START - 7 * DAY, "though it is still too little"


def test_posts_that_all_bear_one_moment_are_read_to_the_last():
    one_moment = Server(700, timedelta(0))
    assert len(read(one_moment, [RULE]).posts) == 700
    assert one_moment.limits == [100, 1_000]


def test_no_rule_or_one_that_asks_for_fewer_days_wants_nothing_further():
    for rules in ([], [replace(RULE, quota=10, when={})], [replace(RULE, minimum=Minimum(20, 1, 10_000))]):
        server = Server(900, DAY / 50)
        read(server, rules)
        assert server.limits == [100]


# -- what is kept of it


def looks_of(feed, before=None, now=START):
    return [look.at for look in feeds.joined(feed, before, now).looks]


def test_a_look_is_taken_where_the_owners_server_counted_and_was_asked():
    feed = Feed(DROPPER, (own("1", 0),))
    assert looks_of(feed) == [START]
    assert looks_of(Feed(DROPPER, ())) == []
    assert looks_of(replace(feed, account=replace(DROPPER, post_count=None))) == []
    assert looks_of(replace(feed, origin_read=START)) == []
    assert looks_of(feed, replace(feed, looks=(Look(START, 99),))) == [START], "no two of one moment"


def test_of_many_looks_the_newest_are_kept():
    before = Feed(DROPPER, (), looks=tuple(Look(START - n * HOUR, 1) for n in range(200, 0, -1)))
    kept = looks_of(Feed(DROPPER, (own("1", 0),)), before)
    assert kept == [START - n * HOUR for n in range(len(kept) - 1, -1, -1)]
    assert 1 < len(kept) < 100


def test_two_feeds_that_meet_are_one_and_the_older_says_whether_there_is_more():
    told = START - 2 * DAY
    before = Feed(DROPPER, (own("b", 2), own("c", 4)), origin_read=told, truncated=True)
    meets = Feed(DROPPER, (own("new", 0), own("at", 2)), truncated=True)
    made = feeds.joined(meets, before, START)
    assert ([post.id for post in made.posts], made.truncated) == (["new", "b", "c"], True)
    apart = replace(meets, posts=(own("new", 0), replace(own("at", 2), created_at=told + SECOND)))
    assert feeds.joined(apart, before, START).posts == apart.posts
    whole = replace(apart, truncated=False)
    assert [post.id for post in feeds.joined(whole, before, START).posts] == ["new", "at", "b", "c"]
    newer = replace(whole, origin_read=START)
    assert feeds.joined(newer, before, START).posts == newer.posts
    assert feeds.joined(whole, replace(before, origin_read=None), START).posts == whole.posts


def test_where_the_origin_told_a_part_only_replies_of_that_part_are_added():
    origin = Feed(DROPPER, (own("1", 1), own("2", 3)), truncated=True)
    replies = tuple(own(name, days, reply_to="9") for name, days in (("a", 2), ("b", 3), ("c", 4)))
    here = Feed(DROPPER, (*replies, own("d", 2, reply_to="self"), own("e", 2, reply_to="9", repost_of="8")))
    assert [post.id for post in feeds.merged(origin, here).posts] == ["1", "a", "2", "b"]
    whole = replace(origin, truncated=False)
    assert [post.id for post in feeds.merged(whole, here).posts] == ["1", "a", "2", "b", "c"]


@pytest.mark.parametrize(
    ("ago", "told"), [(timedelta(), True), (3 * DAY, True), (3 * DAY + SECOND, False), (-SECOND, False), (None, False)]
)
def test_what_the_origin_told_is_good_for_three_days(ago, told):
    feed = Feed(DROPPER, (), origin_read=None if ago is None else START - ago)
    assert feeds.is_told(feed, START) is told


@pytest.mark.parametrize(
    ("posts", "unreadable", "truncated", "whole"),
    [
        (10, 0, False, True),
        (98, 2, False, True),
        (97, 3, False, False),
        (0, 0, False, True),
        (100, 0, True, True),
        (99, 0, True, False),
    ],
)
def test_a_feed_is_judged_by_where_hardly_anything_of_it_is_missing(posts, unreadable, truncated, whole):
    feed = Feed(DROPPER, tuple(own(f"{n}", 1) for n in range(posts)), unreadable, truncated)
    assert feeds.is_whole(feed, 100) is whole


def test_a_history_begins_with_the_window_and_has_its_part_of_the_timeline():
    config = replace(default_config(), window=2 * DAY)
    posts = (own("1", 1), replace(own("2", 2), created_at=START - 2 * DAY + SECOND), own("3", 2))
    made = feeds.history_of(kept_feed(Feed(DROPPER, posts), START), "mastodon", {"1": 3, "2": 4}, config)
    assert [post.id for post in made.posts] == ["1", "2"]
    assert (made.timeline_posts, made.timeline_total, made.complete) == (3, 7, True)
    assert (made.replies_known_since, made.seen_share) == (None, 1.0)
    silent = feeds.history_of(kept_feed(Feed(DROPPER, posts), START), "mastodon", {"2": 4}, config)
    assert (silent.timeline_posts, silent.timeline_total) == (0, 4)
