"""Mutes under a quota: until the owner's midnight, and no longer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.judging.rules import Rule
from bot.model import Event, Step
from tests.unit.actions.world import DAY, DROP, OWNER


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
