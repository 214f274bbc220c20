"""What the owner asks for: done whatever the rules say, for as long as they said, and theirs to take back."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.dry_run import DryRunExecutor
from bot.actions.executor import Executor
from bot.actions.lifecycle import ASKED
from bot.actions.recorded import recorded_actions
from bot.judging.trust import Trust
from bot.model import Entry, Event, Step
from bot.platforms.base import Unreachable
from bot.service import word
from tests.unit.actions.world import DAY, DROP, OWNER, World

INES = "ines@town.test"


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def ask(world, handle=INES, step=Step.MUTE, days=3, dry=False, since=None):
    executor = (
        DryRunExecutor("home", world.store, world.clock)
        if dry
        else Executor("home", world.platform, world.store, world.clock)
    )
    account = world.network.account(handle)
    return word.ask(executor, account, step, world.clock.now() + timedelta(days=days), world.config, since)


def muted(world, handle=INES):
    return world.network.muted(world.network.account(OWNER).id, world.network.account(handle).id)


def in_force(world):
    return [(a.step, a.plan.reason) for a in recorded_actions(world.store, "home", dry=False) if a.in_force]


@pytest.mark.slow
def test_what_the_owner_asks_for_lasts_its_time_and_is_not_renewed(world):
    world.go(DAY, DAY)
    assert ask(world).event is Event.DONE
    entry = world.store.entries("home", events={Event.DONE})[-1]
    assert (entry.rule, entry.reason) == (None, ASKED)
    world.go(2 * DAY, DAY)
    assert muted(world)
    world.go(2 * DAY, DAY)
    assert not muted(world)
    assert ASKED not in {reason for _, reason in in_force(world)}, "the dropper is muted by the rule"
    ended = [e for e in world.store.entries("home", events={Event.EXPIRED}) if e.account.handle == INES]
    assert [e.reason.split(" ")[:2] for e in ended] == [["its", "time"]]


@pytest.mark.slow
def test_a_dropper_muted_because_the_owner_asked_is_muted_by_a_rule_only_when_that_is_over(world):
    ask(world, DROP, days=2)
    world.go(DAY, DAY)
    assert in_force(world) == [(Step.MUTE, ASKED)]
    world.go(2 * DAY, DAY)
    assert in_force(world) == [(Step.MUTE, "")]


@pytest.mark.parametrize("step", [Step.MUTE, Step.LIST])
def test_it_survives_that_no_rule_fires_that_the_config_changes_and_that_the_account_is_a_mutual(world, step):
    world.links = False
    world.go(DAY, DAY)
    ask(world, DROP, step, days=30)
    world.network.follow(DROP, OWNER)
    world.config = replace(world.config, fingerprint="another")
    world.store.save_report("home", world.clock.now().date(), "", "", "{}", world.clock.now(), "sent")
    world.go(2 * DAY, DAY)
    assert in_force(world) == [(step, ASKED)]


@pytest.mark.slow
@pytest.mark.parametrize("by", ["keep", "config"])
def test_keeping_an_account_ends_what_was_asked_for(world, by):
    world.go(DAY, DAY)
    ask(world, DROP, days=30)
    if by == "keep":
        word.keep("home", world.network.account(DROP), "", world.store, world.clock.now())
    else:
        world.config = replace(world.config, trust=Trust(keep=(DROP,)), fingerprint="kept")
    world.go(DAY, DAY)
    assert not world.muted
    assert in_force(world) == []


def test_a_kept_account_is_left_alone_until_it_is_kept_no_longer(world):
    account = world.network.account(INES)
    word.keep("home", account, "", world.store, world.clock.now())
    assert (ask(world).event, ask(world).why) == (Event.CANCELLED, "you keep it")
    assert not muted(world)
    assert word.unkeep("home", account, world.store, world.config) == word.Dropped(True, False)
    assert ask(world).event is Event.DONE


@pytest.mark.slow
def test_it_is_a_newer_word_than_that_an_action_was_taken_back(world):
    world.go(2 * DAY, DAY)
    executor = Executor("home", world.platform, world.store, world.clock)
    (action,) = executor.actions()
    assert word.undo(executor, action) is Event.UNDONE
    assert not world.muted
    assert ask(world, DROP).event is Event.DONE
    world.go(DAY, DAY)
    assert world.muted
    word.undo(executor, executor.actions()[-1])
    world.go(5 * DAY, DAY)
    assert not world.muted


def test_one_that_fails_leaves_the_account_as_protected_as_it_was(world):
    account = world.network.account(INES)
    world.network.unfollow(OWNER, INES)
    world.store.set_feedback("home", account, "veto", "you undid it", world.clock.now())
    outcome = ask(world, step=Step.LIST)
    assert (outcome.event, bool(outcome.why)) == (Event.FAILED, True)
    assert list(world.store.feedback("home", "veto")) == [account.id]


@pytest.mark.slow
def test_asked_for_anew_it_has_its_new_time_and_undo_brings_back_what_stood_before_all_of_it(world):
    world.go(2 * DAY, DAY)
    assert in_force(world) == [(Step.MUTE, "")]
    ask(world, DROP, days=60)
    assert in_force(world) == [(Step.MUTE, ASKED)]
    assert world.standing.muted_until == world.clock.now() + 60 * DAY
    executor = Executor("home", world.platform, world.store, world.clock)
    word.undo(executor, executor.actions()[-1])
    assert not world.muted


@pytest.mark.slow
def test_another_step_takes_the_place_of_what_is_in_force(world):
    world.go(2 * DAY, DAY)
    ask(world, DROP, Step.LIST, days=60)
    assert in_force(world) == [(Step.LIST, ASKED)]
    assert not world.muted
    world.go(2 * DAY, DAY)
    assert in_force(world) == [(Step.LIST, ASKED)], "the rule's mute does not come back meanwhile"


def test_a_mute_that_the_owner_set_by_hand_stays_theirs(world):
    world.network.mute(OWNER, INES)
    assert ask(world).event is Event.CANCELLED
    assert in_force(world) == []


def test_nobody_is_quieted_who_is_the_owner(world):
    world.sweep()
    assert ask(world, OWNER).why == "that is you"


@pytest.mark.parametrize(
    "other", [{"handle": DROP}, {"step": Step.LIST}, {"reason": ""}], ids=["another account", "step", "not asked for"]
)
def test_what_another_process_began_meanwhile_is_not_taken_for_it(world, monkeypatch, other):
    real = Executor.carry_out

    def carry_out(executor, decision, terms):
        event = real(executor, decision, terms)
        account = world.network.account(other.get("handle", INES))
        facts = {"step": other.get("step", Step.MUTE), "reason": other.get("reason", ASKED), "action_id": "theirs"}
        plan = Entry(world.clock.now(), "home", account, Event.PLANNED, dry=False, **facts)
        world.store.record([plan, replace(plan, event=Event.FAILED, reason="the server refused")])
        return event

    monkeypatch.setattr(Executor, "carry_out", carry_out)
    since = world.clock.now()
    outcome = ask(world, since=since)
    assert (outcome.event, outcome.action.account.handle, outcome.action.step) == (Event.DONE, INES, Step.MUTE)
    assert outcome.action.is_asked
    assert ask(world, since=since).action.plan.action_id == outcome.action.plan.action_id


def test_what_was_asked_for_before_that_moment_or_is_over_is_done_anew(world):
    ask(world, DROP, days=3)
    first = len(world.store.entries("home", events={Event.PLANNED}))
    world.clock.wait(60)
    since = world.clock.now()
    assert ask(world, DROP, days=3, since=since).event is Event.DONE
    assert len(world.store.entries("home", events={Event.PLANNED})) == first + 1
    executor = Executor("home", world.platform, world.store, world.clock)
    executor.take_back(executor.actions()[-1], Event.EXPIRED, "its time is up")
    assert ask(world, DROP, days=3, since=since).event is Event.DONE
    assert len(world.store.entries("home", events={Event.PLANNED})) == first + 2


def test_in_dry_run_it_is_only_planned(world):
    world.config = replace(world.config, dry_run=True)
    world.go(DAY, DAY)
    assert ask(world, dry=True).event is Event.PLANNED
    assert not muted(world)
    assert not any(asked.write for asked in world.network.requests)


@pytest.mark.slow
def test_asked_for_twice_it_takes_nobodys_room_and_waits_for_no_limit(world):
    world.with_rule(world.config.rules[0], per_day=1, per_sweep=1)
    ask(world)
    ask(world, step=Step.LIST)
    world.go(2 * DAY, DAY)
    assert world.muted


def test_what_took_already_is_not_done_again_after_a_crash(world):
    since = world.clock.now()
    ask(world, since=since)
    before = len(world.store.entries("home"))
    assert ask(world, since=since).event is Event.DONE
    assert len(world.store.entries("home")) == before


@pytest.mark.slow
@pytest.mark.parametrize("when", range(8))
def test_cut_off_anywhere_between_old_and_new_only_the_new_one_is_in_force(world, when):
    """A fault at each of the requests: the next sweep finishes or cancels, and nothing stands that the ledger lacks."""
    world.go(2 * DAY, DAY)
    since = world.clock.now()
    world.network.faults = [None] * when + [Unreachable("cut off")]
    with suppress(Unreachable):
        ask(world, DROP, days=60, since=since)
    world.network.faults = []
    world.sweep()
    ask(world, DROP, days=60, since=since)
    assert in_force(world) == [(Step.MUTE, ASKED)]
    assert world.muted
