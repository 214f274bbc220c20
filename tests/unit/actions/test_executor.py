"""Actions on the network in memory: planned, done, read back, recovered, and left to the owner's hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.actions.lifecycle import ASKED, INSTEAD, RENEWAL, fold
from bot.actions.recorded import recorded_actions
from bot.model import Decision, Event, Step, Verdict
from bot.platforms.base import RateLimited, Unreachable, Unsupported
from bot.platforms.memory import Memory
from tests.unit.actions.world import DAY, DROP, OWNER, World, rule

pytestmark = pytest.mark.slow


def test_an_action_is_planned_done_and_verified_with_its_reasons(world):
    world.go(2 * DAY)
    assert world.muted
    plan, done = [e for e in world.store.entries("home") if e.event is not Event.JUDGED]
    assert (plan.event, done.event, plan.action_id) == (Event.PLANNED, Event.DONE, done.action_id)
    assert plan.rule == "dropper"
    assert plan.readings["link_share"] == 1.0
    assert plan.evidence
    assert world.standing.muted_until == plan.until


def test_an_action_is_marked_as_ours_while_it_lasts(world):
    """So that it is found again where the store is lost."""
    account = world.network.account(DROP)
    world.go(2 * DAY)
    (found,) = world.platform.quieted("Quieted")
    assert (found.account.id, found.ours, found.until) == (account.id, True, world.standing.muted_until)
    world.links = False
    world.go(20 * DAY)
    assert not world.muted
    assert [one for one in world.platform.quieted("Quieted") if one.ours] == []


@pytest.mark.parametrize("fault", [Unreachable("no connection"), RateLimited("too many requests")])
def test_a_fault_that_passes_is_no_failed_step(world, fault):
    """What stood before could not be asked: nothing is planned, and the next sweep tries again."""

    class Passing(Memory):
        def before(self, action, standing):
            raise fault

    executor = Executor("home", Passing(world.network, OWNER), world.store, world.clock)
    verdict = Verdict(world.network.account(DROP), "dropper", Step.MUTE, (), {})
    with pytest.raises(type(fault)):
        executor.carry_out(Decision(verdict, Step.MUTE, until=world.clock.now() + DAY), Terms("", ""))
    assert world.events() == []


def test_what_the_owner_unmutes_by_hand_is_a_veto_for_good(world):
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.go(20 * DAY)
    assert not world.muted
    assert world.events() == [Event.PLANNED, Event.DONE, Event.VETOED]
    assert world.store.latest_judged("home")[world.network.account(DROP).id].protection == "taken back"


def test_what_the_owner_muted_first_stays_theirs(world):
    world.network.mute(OWNER, DROP)
    world.go(3 * DAY)
    assert world.events() == []
    assert world.muted


def test_after_a_crash_between_a_renewal_and_its_record_the_renewal_alone_goes_on(world):
    world.go(2 * DAY)
    executor = Executor("home", world.platform, world.store, world.clock)
    (action,) = [one for one in executor.actions() if one.in_force]
    renewal = replace(
        action.plan, at=world.clock.now(), reason=RENEWAL, action_id="renewal", until=action.until + 3 * DAY
    )
    world.store.record([renewal, replace(renewal, event=Event.DONE)])
    executor.recover()
    assert [one.plan.action_id for one in executor.actions() if one.in_force] == ["renewal"]
    assert world.events()[-1] is Event.EXPIRED
    many = len(world.events())
    executor.recover()
    assert len(world.events()) == many


@pytest.mark.parametrize(("ours", "event"), [(Step.MUTE, Event.DONE), (Step.LIST, Event.CANCELLED)])
def test_what_the_owner_asks_for_is_done_over_the_same_of_ours_and_not_over_their_own(world, ours, event):
    world.with_rule(rule(ours))
    world.go(2 * DAY)
    if ours is not Step.MUTE:
        world.network.mute(OWNER, DROP)
    executor = Executor("home", world.platform, world.store, world.clock)
    verdict = Verdict(world.network.account(DROP), None, Step.MUTE, (), {})
    decision = Decision(verdict, Step.MUTE, until=world.clock.now() + 9 * DAY)
    assert executor.carry_out(decision, Terms("", "", reason=ASKED)) is event


def test_what_the_owner_asks_for_and_did_themselves_since_ours_ended_stays_theirs(world):
    world.go(2 * DAY)
    world.links = False
    world.go(4 * DAY)
    assert not world.muted
    world.network.mute(OWNER, DROP)
    executor = Executor("home", world.platform, world.store, world.clock)
    verdict = Verdict(world.network.account(DROP), None, Step.MUTE, (), {})
    decision = Decision(verdict, Step.MUTE, until=world.clock.now() + DAY)
    assert executor.carry_out(decision, Terms("", "", reason=ASKED)) is Event.CANCELLED
    world.go(3 * DAY)
    assert world.muted


def test_a_mute_that_the_owner_sets_anew_over_ours_is_theirs_from_then_on(world):
    world.go(2 * DAY)
    world.network.mute(OWNER, DROP, world.clock.now() + 300 * DAY)
    world.go(10 * DAY)
    assert world.muted
    assert world.events() == [Event.PLANNED, Event.DONE, Event.CANCELLED]


def test_the_first_days_are_dry_whatever_the_config_says(world):
    world.with_rule(rule(days=30), first_days_dry=7 * DAY)
    world.go(6 * DAY)
    assert not world.muted
    assert world.events() == [Event.PLANNED]
    assert not [request for request in world.network.requests if request.write]


def test_the_plan_of_a_dry_run_equals_that_of_a_live_run(tmp_path):
    worlds = []
    for number, dry in enumerate((True, False)):
        (tmp_path / str(number)).mkdir()
        world = World(tmp_path / str(number))
        world.config = replace(world.config, dry_run=dry)
        world.go(2 * DAY)
        worlds.append(world)
    plans = [
        [
            (e.at, e.account.handle, e.rule, e.step, e.until, e.readings)
            for e in world.store.entries("home", events={Event.PLANNED})
        ]
        for world in worlds
    ]
    assert plans[0] == plans[1] != []
    for world in worlds:
        world.store.close()


def test_a_verdict_waits_for_a_second_look_at_fresh_posts(world):
    world.with_rule(rule(), confirm_after=DAY)
    world.go(DAY + timedelta(hours=12))
    (entry,) = [e for e in world.store.latest_judged("home").values() if e.rule]
    assert entry.limit == "unconfirmed"
    assert not world.muted
    world.go(DAY + timedelta(hours=12))
    assert world.muted


def test_an_account_followed_a_moment_ago_is_left_alone(world):
    world.with_rule(rule(), newly_followed=7 * DAY)
    world.go(6 * DAY)
    assert not world.muted
    world.go(2 * DAY)
    assert world.muted


def test_a_mute_that_did_not_take_is_tried_again_and_then_reported(world):
    world.network.trouble = lambda request: None
    real_mute, world.network.mute = world.network.mute, lambda *_: None
    world.go(2 * DAY)
    assert Event.FAILED in world.events()
    assert "the mute did not take" in world.reasons()
    tried = world.events().count(Event.FAILED)
    assert tried <= 4, "it backs off"
    world.network.mute = real_mute
    world.go(4 * DAY)
    assert world.muted


def test_an_action_cut_off_before_it_was_done_is_cancelled_at_the_next_start(world):
    world.go(DAY)
    world.network.trouble = lambda request: fail() if request.write else None
    world.go(timedelta(hours=6))
    assert world.events() == [Event.PLANNED]
    world.network.trouble = None
    world.sweep()
    assert world.events() == [Event.PLANNED, Event.CANCELLED, Event.PLANNED, Event.DONE], "and done at once"


def test_an_action_cut_off_after_it_was_done_is_found_done_at_the_next_start(world):
    world.go(DAY)
    world.network.lost = [Unreachable("the answer was lost")]
    world.go(timedelta(hours=6))
    assert world.events() == [Event.PLANNED]
    world.sweep()
    assert world.events() == [Event.PLANNED, Event.DONE]
    assert world.muted


def fail():
    raise Unreachable("the server is gone")


def test_a_taking_back_that_was_cut_off_is_finished_and_is_no_veto(world):
    world.go(2 * DAY)
    executor = Executor("home", world.platform, world.store, world.clock)
    (action,) = [one for one in executor.actions() if one.in_force]
    world.network.lost = [Unreachable("the answer was lost")]
    with pytest.raises(Unreachable):
        executor.take_back(action, Event.UNDONE, "you undid it")
    executor.recover()
    assert world.events()[-2:] == [Event.LIFTING, Event.UNDONE]
    assert not world.store.feedback("home", "veto")
    assert not world.muted


def test_the_ledger_folds_to_one_action(world):
    world.go(2 * DAY)
    entries = world.store.entries("home")
    (action,) = fold(entries, dry=False)
    assert action.in_force
    assert not action.unfinished
    assert fold(entries, dry=True) == []
    assert recorded_actions(world.store, "home", dry=False) == [action]


def in_force(world):
    (action,) = [one for one in recorded_actions(world.store, "home", dry=False) if one.in_force]
    return action


def test_a_mute_for_good_that_the_owner_sets_over_ours_is_theirs(world):
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.network.mute(OWNER, DROP)
    world.go(9 * DAY)
    assert world.network.mutes[world.network.account(OWNER).id, world.network.account(DROP).id] is None
    assert world.events() == [Event.PLANNED, Event.DONE, Event.CANCELLED]


def test_a_server_whose_clock_is_an_hour_ahead_makes_no_mute_the_owners(world):
    real, skew = world.network.mute, timedelta(hours=1)
    world.network.mute = lambda who, whom, until=None: real(who, whom, until and until + skew)
    world.go(10 * DAY)
    assert Event.CANCELLED not in world.events()
    assert Event.VETOED not in world.events()
    assert world.events().count(Event.DONE) > 1


def test_an_unmute_by_hand_is_a_veto_even_where_the_time_ran_out_meanwhile(world):
    real = world.network.mute
    world.network.mute = lambda who, whom, until=None: real(who, whom)
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.clock.wait(30 * 86400)
    world.go(2 * DAY)
    assert world.events() == [Event.PLANNED, Event.DONE, Event.VETOED]


def test_one_account_that_cannot_be_let_go_does_not_stop_the_sweeps(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    executor, action = Executor("home", world.platform, world.store, world.clock), in_force(world)
    world.store.set_feedback("home", action.account, "veto", "you undid it", world.clock.now())
    world.platform.undo = lambda action: refuse()
    assert executor.take_back(action, Event.UNDONE, "you undid it") is Event.LIFTING
    for _ in range(6):
        world.clock.wait(600)
        world.sweep()
    stuck = [e for e in world.store.entries("home", events={Event.LIFTING}) if e.limit]
    assert 2 <= len(stuck) <= 4, "it backs off"
    del world.platform.undo
    world.clock.wait(86400)
    world.sweep()
    assert not world.muted
    assert world.events()[-1] is Event.UNDONE


def test_what_cannot_be_taken_back_is_tried_at_once_then_more_and_more_rarely_and_daily_at_least(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    executor, action = Executor("home", world.platform, world.store, world.clock), in_force(world)
    world.platform.undo = lambda action: refuse()
    executor.take_back(action, Event.UNDONE, "you undid it")
    began, tries = world.clock.now(), []
    for minutes in (10, 10, *[20] * 210):
        world.clock.wait(minutes * 60)
        before = len(world.store.entries("home"))
        executor.recover()
        if len(world.store.entries("home")) > before:
            tries.append((world.clock.now() - began) / timedelta(minutes=1))
    assert tries == [10, 20, 80, 320, 1280, 2720, 4160]
    world.clock.time -= 30 * DAY
    del world.platform.undo
    executor.recover()
    assert not world.muted, "a clock that was set back makes no pause longer"


def refuse():
    raise Unsupported("this server cannot unmute")


def test_an_undo_while_the_action_is_being_done_wins(world):
    world.go(DAY)
    other = Executor("home", Memory(world.network, OWNER), world.store, world.clock)
    real = world.platform.act

    def act(action):
        (open_,) = [one for one in other.actions() if one.unfinished]
        world.store.set_feedback("home", action.account, "veto", "you undid it", world.clock.now())
        other.take_back(open_, Event.UNDONE, "you undid it")
        return real(action)

    world.platform.act = act
    world.go(DAY)
    world.platform.act = real
    world.go(DAY)
    assert not world.muted
    assert world.events() == [Event.PLANNED, Event.LIFTING, Event.UNDONE]


@pytest.mark.parametrize("what", ["mutes", "keeps"])
def test_the_owner_is_heard_until_the_last_moment(world, what):
    world.go(DAY - timedelta(hours=6))
    real = Executor.carry_out

    def carry_out(executor, decision, terms):
        if what == "mutes":
            world.network.mute(OWNER, DROP)
        else:
            world.store.set_feedback("home", decision.account, "keep", "", world.clock.now())
        return real(executor, decision, terms)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Executor, "carry_out", carry_out)
        world.go(2 * DAY)
    assert world.events() == []
    assert world.muted is (what == "mutes")


@pytest.mark.parametrize(
    ("planned", "done"), [("", ""), (RENEWAL, RENEWAL), (ASKED, ASKED), (f"{INSTEAD}the mute did not take", "")]
)
def test_that_it_was_done_is_told_with_the_reason_where_that_says_who_wanted_it(world, planned, done):
    executor = Executor("home", world.platform, world.store, world.clock)
    verdict = Verdict(world.network.account(DROP), "dropper", Step.MUTE, (), {})
    decision = Decision(verdict, Step.MUTE, until=world.clock.now() + DAY)
    assert executor.carry_out(decision, Terms("f", "", reason=planned)) is Event.DONE
    assert world.reasons() == [planned, done]


@pytest.mark.parametrize("reason", ["", ASKED])
def test_a_mute_of_the_owners_own_stays_theirs_also_where_they_ask_for_one_and_others_are_ours(world, reason):
    world.go(2 * DAY)
    assert world.muted
    world.network.mute(OWNER, "ines@town.test")
    executor = Executor("home", world.platform, world.store, world.clock)
    verdict = Verdict(world.network.account("ines@town.test"), None, Step.MUTE, (), {})
    decision = Decision(verdict, Step.MUTE, until=world.clock.now() + DAY)
    assert executor.carry_out(decision, Terms("f", "", reason=reason)) is Event.CANCELLED
    assert world.events() == [Event.PLANNED, Event.DONE]


def test_a_clock_that_goes_backwards_undoes_and_doubles_nothing(world):
    world.go(2 * DAY)
    world.clock.time -= DAY
    world.go(DAY)
    assert world.muted
    assert world.events() == [Event.PLANNED, Event.DONE]
