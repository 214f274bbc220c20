"""How much of an account reaches the owner's server, and that nothing harsh is done on a part of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging import reach
from bot.judging.rules import Minimum
from bot.model import Account, Look, Post, Step, Verdict

NOW = datetime(2026, 5, 31, 8, tzinfo=UTC)
DAY = timedelta(days=1)
FOLLOWED = NOW - 30 * DAY
MUTE = Verdict(Account("1", "drop@shop.test"), "link broadcaster", Step.MUTE, (), {})


def posts(days, a_day=10):
    """So many posts a day over so many days, newest first."""
    return tuple(Post(str(n), "1", NOW - n * DAY / a_day) for n in range(int(days * a_day)))


def looks(*counts):
    """A look every five days, the last one now."""
    return tuple(Look(NOW - 5 * DAY * (len(counts) - 1 - n), count) for n, count in enumerate(counts))


@pytest.mark.parametrize(("platform", "handle", "owner", "remote"), [
    ("mastodon", "drop@shop.test", "robin@quiet.example", True),
    ("mastodon", "drop@Quiet.Example", "robin@quiet.example", False),
    ("mastodon", "drop@quiet.example", None, True),
    ("bluesky", "drop.shop.test", "robin.quiet.example", False),
    ("memory", "drop@shop.test", "robin@quiet.example", False),
])  # fmt: skip
def test_who_lives_on_another_mastodon_server_is_remote(platform, handle, owner, remote):
    assert reach.is_remote(platform, handle, owner) is remote


@pytest.mark.parametrize(("grown", "share"), [(50, 1.0), (100, 0.5), (40, 1.0), (10, None), (0, None), (-5, None)])
def test_the_share_is_what_was_seen_of_what_the_count_grew_by(grown, share):
    """Deleted posts lower the count: the share never passes 1. Little growth tells nothing."""
    assert reach.seen_share(looks(1000, 1000 + grown), posts(20), FOLLOWED) == share


def test_looks_from_before_anybody_here_followed_it_do_not_count():
    assert reach.seen_share(looks(1000, 1100), posts(20), NOW - 4 * DAY) is None
    assert reach.seen_share(looks(1000, 1100, 1150), posts(20), NOW - 6 * DAY) == 1.0


def test_posts_that_were_not_read_are_not_missed():
    """A feed cut short after two days says nothing of the five days between two looks."""
    assert reach.seen_share(looks(1000, 1050), posts(2), FOLLOWED, truncated=True) is None
    assert reach.seen_share(looks(1000, 1050), posts(2), FOLLOWED) == pytest.approx(20 / 50)


def test_without_two_looks_or_without_posts_the_share_is_not_known():
    assert reach.seen_share((), posts(3), FOLLOWED) is None
    assert reach.seen_share(looks(1000), posts(3), FOLLOWED) is None
    assert reach.seen_share(looks(1000, 1100), (), FOLLOWED) is None


@pytest.mark.parametrize(("share", "step"), [(1.0, Step.MUTE), (0.9, Step.MUTE), (0.89, Step.LIST), (None, Step.LIST)])
def test_nobody_is_muted_on_a_part_of_their_posts(share, step):
    assert reach.lowered(replace(MUTE, seen_share=share)).step is step


@given(st.sampled_from([None, *Step]), st.none() | st.floats(0, 1))
def test_knowing_less_is_never_harsher(step, share):
    verdict = replace(MUTE, step=step, seen_share=share)
    made = reach.lowered(verdict)
    assert made == verdict or (step, made.step) == (Step.MUTE, Step.LIST)
    assert bool(made.lowered) is (made.step is not step)


MINIMUM = Minimum(own_posts=20, days_seen=7, enough_posts=100)
SPAM = Minimum(own_posts=0, days_seen=3)


@pytest.mark.parametrize(("days", "own", "minima", "missing"), [
    (1.5, 120, [MINIMUM], 2),
    (3, 120, [MINIMUM], 0),
    (3, 60, [MINIMUM], 7),
    (1, 5, [MINIMUM], 0),
    (1, 5, [MINIMUM, SPAM], 3),
    (9, 60, [MINIMUM, SPAM], 0),
    (1, 60, [], 0),
])  # fmt: skip
def test_the_days_that_are_missing_are_those_that_a_rule_still_waits_for(days, own, minima, missing):
    made = posts(days, a_day=100)
    seen = made[0].created_at - made[-1].created_at
    assert reach.days_missing(made, own, minima) == max(missing * DAY - seen, timedelta(0))
