"""Exactly at a bound and a moment beside it: protections that lapse, shares that suffice, looks that count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.judging import quota, reach
from bot.judging.rules import LOUD_DAYS, Bounds, Minimum, Rule
from bot.judging.trust import Circumstances, Trust, decide, without_our_actions
from bot.model import Account, Action, Decision, History, Look, Post, Standing, Step, Verdict

NOW = datetime(2026, 5, 31, 8, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SHOP = Account("1", "shop@market.test")
MUTE = Verdict(SHOP, "links", Step.MUTE, (), {}, duration=30 * DAY)
FOLLOWED = Standing(following=True, followed_by=False)


def decided(verdict: Verdict = MUTE, standing: Standing = FOLLOWED) -> Decision:
    return decide([verdict], Circumstances({SHOP.id: standing}), Trust(), NOW)[0]


# -- whom the owner is taken to want


@pytest.mark.parametrize("what", ["answered", "favourited", "bookmarked", "reposted"])
def test_what_the_owner_did_protects_to_the_very_end_of_lately(what: str) -> None:
    last = NOW - Trust().within
    assert decided(standing=replace(FOLLOWED, **{what: last})).protection == what
    assert decided(standing=replace(FOLLOWED, **{what: last})).reason.endswith(" on 2 Mar 2026")
    assert decided(standing=replace(FOLLOWED, **{what: last - SECOND})).step is Step.MUTE


def test_what_is_only_reported_or_lasts_for_good_has_no_end() -> None:
    assert decided().until == NOW + 30 * DAY
    assert decided(replace(MUTE, duration=None)).until is None
    assert decided(replace(MUTE, step=Step.REPORT)).until is None


def test_why_a_step_is_milder_is_kept_as_the_reason() -> None:
    assert (
        decided(replace(MUTE, lowered="your server has few of its posts")).reason == "your server has few of its posts"
    )


def test_reposts_that_the_owner_hid_are_theirs_and_stand_before_no_mute() -> None:
    hidden = replace(FOLLOWED, reposts_hidden=True)
    assert decided(replace(MUTE, step=Step.HIDE_REPOSTS), hidden).protection == "hidden already"
    assert decided(standing=hidden).step is Step.MUTE
    assert decided(replace(MUTE, step=Step.HIDE_REPOSTS)).step is Step.HIDE_REPOSTS


STANDS = replace(FOLLOWED, muted=True, muted_until=NOW, reposts_hidden=True, lists=("Friends", " quieted "))
BY_LIST = replace(STANDS, muted_by_list=True)


@pytest.mark.parametrize(
    ("stands", "ours", "left"),
    [
        (STANDS, [], STANDS),
        (STANDS, [Step.MUTE], replace(STANDS, muted=False, muted_until=None)),
        (STANDS, [Step.HIDE_REPOSTS], replace(STANDS, reposts_hidden=False)),
        (STANDS, [Step.LIST], replace(STANDS, lists=("Friends",))),
        (BY_LIST, [Step.LIST], replace(BY_LIST, muted=False, lists=("Friends",))),
    ],
    ids=["nothing", "a mute", "hidden reposts", "a list beside the owner's mute", "a list, which mutes on Bluesky"],
)
def test_only_what_we_did_ourselves_is_left_out(stands: Standing, ours: list[Step], left: Standing) -> None:
    actions = [Action(SHOP, step, list_title="Quieted" if step is Step.LIST else "") for step in ours]
    assert without_our_actions(stands, actions) == left


# -- how much is seen


def posts(*ages: timedelta) -> list[Post]:
    return [Post(str(age), "1", NOW - age) for age in sorted(ages)]


@pytest.mark.parametrize(("share", "step"), [(0.9, Step.MUTE), (0.89, Step.LIST), (1.0, Step.MUTE), (None, Step.LIST)])
def test_too_few_of_its_posts_lower_a_mute_to_a_list(share: float | None, step: Step) -> None:
    lowered = reach.lowered(replace(MUTE, seen_share=share))
    assert lowered.step is step
    assert bool(lowered.lowered) is (step is Step.LIST)
    for milder in (Step.LIST, Step.HIDE_REPOSTS, Step.REPORT, None):
        verdict = replace(MUTE, step=milder, seen_share=share)
        assert reach.lowered(verdict) is verdict


def test_a_share_counts_what_came_after_the_first_look_up_to_the_last() -> None:
    first, last = Look(NOW - 10 * DAY, 100), Look(NOW, 120)
    seen = posts(10 * DAY + SECOND, 10 * DAY, 10 * DAY - SECOND, 5 * DAY, timedelta())
    assert reach.seen_share([first, last], seen, first.at) == 3 / 20
    assert reach.seen_share([first, last], seen, first.at + SECOND) is None  # followed since
    assert reach.seen_share([first, replace(last, post_count=119)], seen, first.at) is None
    assert reach.seen_share([first, replace(last, post_count=102)], seen, first.at) is None
    assert reach.seen_share([], seen, first.at) is None
    assert reach.seen_share([first, last], [], first.at) is None


def test_where_posts_are_cut_off_only_looks_within_them_count() -> None:
    looks, seen = [Look(NOW - 10 * DAY, 100), Look(NOW, 140)], posts(9 * DAY, DAY)
    assert reach.seen_share(looks, seen, NOW - 30 * DAY) == 2 / 40
    assert reach.seen_share(looks, seen, NOW - 30 * DAY, truncated=True) is None
    assert reach.seen_share(looks, posts(10 * DAY, DAY), NOW - 30 * DAY, truncated=True) == 1 / 40


@pytest.mark.parametrize(
    ("platform", "handle", "owner", "remote"),
    [
        ("mastodon", "shop@market.test", "robin@quiet.test", True),
        ("mastodon", "shop@Quiet.test", "robin@quiet.Test", False),
        ("mastodon", "shop@market.test", None, True),
        ("bluesky", "shop.market.test", "robin.quiet.test", False),
    ],
)
def test_only_who_lives_on_another_mastodon_server_is_remote(
    platform: str, handle: str, owner: str | None, remote: bool
) -> None:
    assert reach.is_remote(platform, handle, owner) is remote


def test_what_waits_is_not_to_be_done_unless_that_is_what_is_waited_for() -> None:
    decision = Decision(MUTE, Step.MUTE)
    waiting = replace(decision, limit="unconfirmed")
    assert reach.is_to_act(decision)
    assert not reach.is_to_act(waiting)
    assert reach.is_to_act(waiting, ("unconfirmed",))
    assert not reach.is_to_act(replace(waiting, limit="daily limit"), ("unconfirmed",))
    assert not reach.is_to_act(replace(decision, step=Step.REPORT))
    assert not reach.is_to_act(replace(decision, step=None))


def test_the_days_that_are_missing_are_those_of_the_rule_that_asks_for_most() -> None:
    few, many = Minimum(own_posts=5, days_seen=3), Minimum(own_posts=50, days_seen=20)
    seen = posts(timedelta(), DAY)
    assert reach.days_missing(seen, 5, [few, many]) == 2 * DAY
    assert reach.days_missing(seen, 4, [few, many]) == timedelta(0)
    assert reach.days_missing(seen, 50, [few, many]) >= min(20, LOUD_DAYS) * DAY - DAY
    assert reach.days_missing(posts(timedelta(), 9 * DAY), 5, [few]) == timedelta(0)
    assert reach.days_missing([], 5, [few]) == timedelta(0)


# -- quotas


def history(count: int = 30) -> History:
    return History(SHOP, tuple(posts(*(n * SECOND for n in range(count)))), NOW, platform="mastodon", complete=False)


def test_the_first_quota_that_is_exceeded_decides_and_an_exception_spares() -> None:
    twenty, ten = Rule("twenty", then=Step.MUTE, quota=20), Rule("ten", then=Step.MUTE, quota=10)
    assert quota.judge(history(), 21, [twenty, ten], "home").rule == "twenty"
    assert quota.judge(history(), 20, [twenty, ten], "home").rule == "ten"
    assert quota.judge(history(), 30, [Rule("no quota", then=Step.MUTE)], "home").rule is None
    spared = replace(ten, unless={"link_share": Bounds(at_most=0.5)})
    assert quota.judge(history(), 30, [spared], "home").rule is None
    unknown = replace(ten, unless={"reply_share": Bounds(at_least=0.5)})
    assert quota.judge(replace(history(), posts=()), 30, [unknown], "home").rule is None


def test_a_verdict_under_a_quota_says_how_many_and_shows_a_few() -> None:
    made = quota.judge(history(), 30, [Rule("ten", then=Step.MUTE, quota=10)], "home")
    assert (made.rule, made.step, made.feed_read) == ("ten", Step.MUTE, NOW)
    assert made.readings["posts_today"] == 30
    assert 0 < len(made.evidence) < 30


def test_a_mute_under_a_quota_ends_at_midnight_and_a_protection_has_no_end() -> None:
    midnight = NOW + 14 * timedelta(hours=1)
    assert quota.until_midnight(Decision(MUTE, Step.MUTE), midnight).until == midnight
    assert quota.until_midnight(Decision(MUTE, None, "mutual"), midnight).until is None
