"""A lack of replies counts only where replies are known; those that are seen always do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import default_config
from bot.judging.rules import judge
from bot.model import Account, History, Post, Step
from bot.signals.voice import answered_people, known, reply_share, repost_share, self_repost_share
from bot.signals.window import window

NOW = datetime(2026, 5, 31, 8, tzinfo=UTC)
DAY = timedelta(days=1)
KNOWN_SINCE = NOW - 20 * DAY
CONFIG = default_config()
SIGNALS = (reply_share, answered_people, repost_share, self_repost_share)


def shared(n, days):
    """A headline and a link to a place of its own."""
    at = NOW - timedelta(days=days)
    return Post(f"o{n}-{days}", "1", at, text=f"Headline number {n}", links=(f"https://site{n}.test/{days}",))


def replied(n, days):
    return Post(f"r{n}-{days}", "1", NOW - timedelta(days=days), text="Gladly, I will", reply_to=f"p{n}")


def reposted(n, days):
    return Post(f"b{n}-{days}", "1", NOW - timedelta(days=days), repost_of="2")


def history(*made, since=KNOWN_SINCE):
    posts = sorted(made, key=lambda post: post.created_at, reverse=True)
    return History(
        Account("1", "drop@shop.test", automated=False), tuple(posts), NOW, "mastodon", replies_known_since=since
    )


LATE = [shared(n, n / 3) for n in range(50)]
"""Fifty own posts of the last seventeen days, in which replies are known."""
EARLY = [shared(n, 21 + n / 3) for n in range(100)]


def test_posts_from_before_count_for_links_but_their_lack_of_replies_for_nothing():
    alone = history(*EARLY)
    assert [signal(alone) for signal in SIGNALS] == [None] * 4
    assert judge(alone, CONFIG.rules, CONFIG.minimum).rule is None
    assert judge(alone, CONFIG.rules, CONFIG.minimum).readings["link_share"] == 1.0
    assert judge(replace(alone, replies_known_since=None), CONFIG.rules, CONFIG.minimum).step in (Step.LIST, Step.MUTE)


def test_enough_posts_since_then_tell_that_there_are_no_replies():
    made = history(*LATE, *EARLY)
    assert (reply_share(made), answered_people(made)) == (0.0, 0)
    assert judge(made, CONFIG.rules, CONFIG.minimum).step in (Step.LIST, Step.MUTE)


def test_a_share_is_measured_where_replies_are_known():
    made = history(*LATE, *EARLY, *(replied(n, n + 1) for n in range(10)))
    assert reply_share(made) == pytest.approx(10 / 60)


def test_replies_seen_from_before_count_in_favour():
    made = history(*LATE, *EARLY, *(replied(n, 30 + n) for n in range(10)))
    assert reply_share(made) == pytest.approx(10 / 160)
    assert answered_people(made) == 10
    assert judge(made, CONFIG.rules, CONFIG.minimum).rule is None


def test_too_few_posts_or_a_single_day_tell_nothing():
    few = history(*LATE[:39], *EARLY)
    loud = history(*(shared(n, n / 100) for n in range(120)), *EARLY)
    assert (reply_share(few), reply_share(loud)) == (None, None)


def test_reposts_alone_tell_nothing_of_a_conversation_but_of_reposts():
    made = history(*(reposted(n, n / 3) for n in range(50)), *(shared(n, n) for n in range(10)), *EARLY)
    assert (reply_share(made), answered_people(made)) == (None, None)
    assert repost_share(made) == pytest.approx(50 / 60)


def test_where_all_is_known_nothing_is_measured_otherwise():
    made = history(*LATE[:5], replied(1, 2), since=None)
    assert known(made) is window(made)
    assert (reply_share(made), answered_people(made)) == (pytest.approx(1 / 6), 1)


KINDS = st.sampled_from([shared, replied, reposted])
POSTS = st.lists(
    st.builds(lambda kind, n, days: kind(n, days), KINDS, st.integers(0, 9), st.integers(0, 50)), max_size=90
)


@settings(max_examples=60)
@given(POSTS, st.sampled_from([5, 20, 45]))
def test_not_knowing_never_makes_an_account_look_quieter(made, days):
    """Each reading is None or at least what it would be if all were known, as far as bounds on it condemn."""
    told, partly = history(*made, since=None), history(*made, since=NOW - timedelta(days=days))
    assert reply_share(partly) is None or reply_share(partly) >= reply_share(told)
    assert answered_people(partly) in (None, answered_people(told))


@settings(max_examples=60)
@given(POSTS, st.integers(1, 9))
def test_one_more_reply_from_before_never_counts_against_it(made, number):
    before = history(*made)
    after = history(*made, *(replied(n, 40 + n) for n in range(number)))
    assert (reply_share(before) is None) is (reply_share(after) is None)
    assert reply_share(before) is None or reply_share(after) >= reply_share(before)
    assert answered_people(before) is None or answered_people(after) >= answered_people(before)
