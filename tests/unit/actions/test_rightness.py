"""Of each rule it is told what became of its actions; one that is often taken back names the bound that would spare."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.executor import Executor
from bot.actions.lifecycle import KEPT, TAKEN_BACK, UNDID, UNSEEN, YOURS
from bot.actions.rightness import Fate, fate_of, records
from bot.model import Account, Comparison, Entry, Event, RuleRecord, Step
from bot.service import daily
from tests.unit.actions.world import DAY, DROP, OWNER, World, rule

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


def entry(action: str, event: Event, reason: str = "", reading: float = 0.95, **facts) -> Entry:
    held = (Comparison("link_share", reading, 0.9, None, True),)
    account = Account(action, f"{action}@example.com")
    facts = {"rule": "dropper", "dry": False, "comparisons": held, **facts}
    return Entry(NOW, "me", account, event, step=Step.MUTE, reason=reason, action_id=action, **facts)


@pytest.mark.parametrize(
    ("event", "reason", "fate"),
    [
        (Event.VETOED, "you took it back by hand", Fate.TAKEN_BACK),
        (Event.UNDONE, UNDID, Fate.TAKEN_BACK),
        (Event.UNDONE, f"{UNDID}; the account is gone", Fate.TAKEN_BACK),
        (Event.UNDONE, KEPT, Fate.TAKEN_BACK),
        (Event.UNDONE, TAKEN_BACK, Fate.TAKEN_BACK),
        (Event.LIFTING, f"undone: {UNDID}", Fate.TAKEN_BACK),
        (Event.CANCELLED, YOURS, Fate.CONFIRMED),
        (Event.UNDONE, "mutual: you follow each other", Fate.ENDED),
        (Event.UNDONE, "no rule of your config fires on it any more", Fate.ENDED),
        (Event.EXPIRED, "its time is up: no rule fires on its fresh posts", Fate.ENDED),
        (Event.EXPIRED, UNSEEN, Fate.ENDED),
        (Event.LIFTING, "expired: its time is up", Fate.ENDED),
        (Event.DONE, "", Fate.IN_FORCE),
        (Event.DONE, "renewed", Fate.IN_FORCE),
        (Event.EXPIRED, "no better: renewed until 3 Dec 2026", None),
        (Event.CANCELLED, "interrupted before it was done", None),
        (Event.FAILED, "the mute did not take", None),
        (Event.PLANNED, "", None),
    ],
)
def test_an_action_became(event: Event, reason: str, fate: Fate | None) -> None:
    assert fate_of(entry("a", event, reason), ()) is fate


def test_what_the_owner_said_was_right_is_confirmed() -> None:
    assert fate_of(entry("a", Event.DONE), {"a"}) is Fate.CONFIRMED
    assert fate_of(entry("a", Event.EXPIRED, "its time is up"), {"a"}) is Fate.CONFIRMED
    assert fate_of(entry("a", Event.EXPIRED, "its time is up"), {"b"}) is Fate.ENDED
    assert fate_of(entry("a", Event.EXPIRED, "the dry run is over"), {"a"}) is None
    assert fate_of(entry("a", Event.UNDONE, UNDID), {"a"}) is Fate.TAKEN_BACK
    assert fate_of(entry("a", Event.FAILED), {"a"}) is None


def test_what_a_dry_run_planned_is_told_apart_and_its_end_is_no_end_of_an_action() -> None:
    planned = entry("a", Event.PLANNED, dry=True)
    over = entry("b", Event.EXPIRED, "the dry run is over", dry=True)
    assert records([planned, over], (), dry=True) == (RuleRecord("dropper", in_force=1, dry=True),)
    assert records([planned, over], (), dry=False) == ()


def test_the_end_of_an_action_whose_beginning_is_forgotten_counts() -> None:
    assert records([entry("a", Event.UNDONE, UNDID)], (), dry=False) == (RuleRecord("dropper", taken_back=1),)


def test_nothing_comes_after_an_end() -> None:
    told = [entry("a", Event.UNDONE, UNDID), entry("a", Event.DONE)]
    assert records(told, (), dry=False) == (RuleRecord("dropper", taken_back=1),)


def test_what_was_found_again_is_no_rules() -> None:
    assert records([entry("a", Event.DONE, rule=None)], (), dry=False) == ()


def test_a_rule_that_is_often_taken_back_stands_first_and_names_the_bound() -> None:
    wrong = [entry(name, Event.UNDONE, UNDID, reading) for name, reading in (("a", 0.91), ("b", 0.95), ("c", 0.96))]
    right = [entry("d", Event.DONE, reading=0.98), entry("e", Event.EXPIRED, "its time is up", 1.0)]
    calm = [entry("f", Event.DONE, rule="another")]
    first, second = records([*calm, *wrong, *right], (), dry=False)
    assert (first.rule, first.taken_back, first.actions, first.often) == ("dropper", 3, 5, True)
    assert (first.sparing.instead, first.sparing.lost) == (0.97, 0)
    assert (second.rule, second.often, second.sparing) == ("another", False, None)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def told(world) -> RuleRecord:
    """What the report says of the one rule."""
    now = world.clock.now()
    (record,) = daily.compose(world.config.profiles[0], world.store, world.config, now.date(), now).rules
    return record


@pytest.mark.slow
def test_a_renewal_goes_on_with_the_action(world):
    world.with_rule(rule(days=2))
    world.go(6 * DAY)
    assert [event for event in world.events() if event is Event.EXPIRED]
    assert told(world) == RuleRecord("dropper", in_force=1)


@pytest.mark.slow
def test_what_the_owner_undid_lifted_or_keeps_was_taken_back(world):
    world.go(2 * DAY)
    executor = Executor("home", world.platform, world.store, world.clock)
    (action,) = [one for one in executor.actions() if one.in_force]
    world.store.set_feedback("home", action.account, "keep", "", world.clock.now())
    world.sweep()
    assert told(world) == RuleRecord("dropper", taken_back=1)


@pytest.mark.slow
def test_a_mute_lifted_by_hand_was_taken_back(world):
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.clock.wait(timedelta(hours=1).total_seconds())
    world.sweep()
    assert told(world) == RuleRecord("dropper", taken_back=1)


@pytest.mark.slow
def test_what_is_no_noise_any_more_ended_by_itself(world):
    world.with_rule(rule(days=2))
    world.go(2 * DAY)
    world.links = False
    world.go(4 * DAY)
    assert told(world) == RuleRecord("dropper", ended=1)
