"""Mutes under a quota: until the owner's midnight, and no longer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.recorded import recorded_actions
from bot.judging.rules import Bounds, Rule
from bot.model import Event, Step
from tests.unit.actions.world import AT_ONCE, DAY, DROP, OWNER, rule


def quota_world(world, quota=5):
    made = Rule("ten a day", then=Step.MUTE, quota=quota)
    world.config = replace(
        world.config, rules=(made,), report=replace(world.config.report, timezone="Europe/Lisbon"), fingerprint="quota"
    )


def test_whoever_goes_beyond_the_quota_is_muted_until_the_owners_midnight(world):
    quota_world(world)
    world.go(timedelta(hours=6))
    assert world.muted
    assert world.standing.muted_until == datetime(2026, 3, 3, tzinfo=UTC)  # Lisbon keeps UTC in winter
    world.clock.wait(12 * 3600)
    world.sweep()
    assert not world.muted
    assert world.events() == [Event.PLANNED, Event.DONE, Event.LIFTING, Event.EXPIRED]


def test_whoever_stays_within_the_quota_is_not_touched(world):
    quota_world(world, quota=24)
    world.go(3 * DAY)
    assert world.events() == []


def test_a_quota_spares_whom_the_owner_trusts(world):
    quota_world(world)
    world.network.follow(DROP, OWNER)
    world.go(DAY)
    assert not world.muted


def test_a_quota_mute_is_lifted_after_downtime_across_midnight(world):
    quota_world(world)
    world.go(timedelta(hours=6))
    world.clock.wait(5 * 24 * 3600)
    world.sweep()
    assert not world.muted
    assert world.events()[-1] is Event.EXPIRED


def test_a_quota_is_only_planned_in_dry_run(world):
    quota_world(world)
    world.config = replace(world.config, dry_run=True)
    world.go(timedelta(hours=6))
    assert world.events() == [Event.PLANNED]
    assert not world.muted


def test_a_quota_mute_ends_at_midnight_though_another_rule_fires_too(world):
    quota_world(world)
    other = rule(name="waits", days=30)
    world.config = replace(
        world.config,
        rules=(*world.config.rules, other),
        minimum=replace(world.config.minimum, own_posts=5, days_seen=0),
        limits=replace(AT_ONCE, confirm_after=30 * DAY),
    )
    world.go(timedelta(hours=6))
    assert world.muted
    (judged,) = world.store.latest_judged("home").values()
    assert (judged.rule, judged.limit) == ("waits", "unconfirmed")
    world.clock.wait(12 * 3600)
    world.sweep()
    assert not world.muted
    assert world.events() == [Event.PLANNED, Event.DONE, Event.LIFTING, Event.EXPIRED]
    assert world.reasons()[-1] == "the day is over"


LOUD = [f"loud{number}@town.test" for number in range(3)]


def loud_world(world, **limits):
    """Besides the dropper three others are loud today, whom no other rule asks for."""
    dropper = Rule("dropper", {"link_share": Bounds(at_least=0.9)}, Step.MUTE, duration=3 * DAY)
    quota = Rule("ten a day", then=Step.MUTE, quota=3)
    for handle in LOUD:
        world.network.join(handle)
        world.network.follow(OWNER, handle)
    world.config = replace(
        world.config,
        rules=(dropper, quota),
        minimum=replace(world.config.minimum, own_posts=5, days_seen=0),
        limits=replace(AT_ONCE, **limits),
        report=replace(world.config.report, timezone="Europe/Lisbon"),
    )
    for handle in LOUD:
        for number in range(6):
            world.network.post(handle, f"Post {number}")


@pytest.mark.parametrize(("per_sweep", "done"), [(2, 2), (3, 3), (1, 1)])
def test_quotas_and_rules_share_what_a_sweep_may_do(world, per_sweep, done):
    loud_world(world, per_sweep=per_sweep)
    world.go(timedelta(hours=6))
    assert world.events().count(Event.DONE) == done
    reasons = [e.reason for e in world.store.entries("home", events={Event.PLANNED})]
    assert reasons[0] == "", "the rules come first"


def test_quotas_and_rules_share_what_a_day_may_see(world):
    loud_world(world, per_sweep=3, per_day=3)
    world.config = replace(world.config, rules=world.config.rules[::-1])
    world.sweep()
    assert world.events().count(Event.DONE) == 3
    world.go(timedelta(hours=6))
    assert world.events().count(Event.DONE) == 3
    assert [one.until_midnight for one in recorded_actions(world.store, "home", dry=False)] == [True] * 3


def test_where_there_is_room_for_few_the_loudest_of_the_day_come_first(world):
    loud_world(world, per_sweep=1)
    world.config = replace(world.config, rules=world.config.rules[1:])
    for number in range(3):
        world.network.post(LOUD[1], f"One more {number}")
    world.sweep()
    plans = world.store.entries("home", events={Event.PLANNED})
    assert [plan.account.handle for plan in plans] == [LOUD[1]]
