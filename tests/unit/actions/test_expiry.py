"""What becomes of an action whose time is up, whose rule is gone, or whose account the owner stands by."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.recorded import recorded_actions
from bot.model import Event, Standing, Step
from tests.unit.actions.world import DAY, DROP, OWNER, rule

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("step", "shows"),
    [
        (Step.MUTE, lambda s: s.muted),
        (Step.LIST, lambda s: s.lists == ("Quieted",)),
        (Step.HIDE_REPOSTS, lambda s: s.reposts_hidden),
    ],
)
def test_every_step_is_done_once_and_taken_back_when_its_account_is_better(world, step, shows):
    world.with_rule(rule(step))
    world.go(2 * DAY)
    assert shows(world.standing)
    world.links = False
    world.go(8 * DAY)
    assert not shows(world.standing)
    assert world.events() == [Event.PLANNED, Event.DONE, Event.LIFTING, Event.EXPIRED]
    ended = [] if step is Step.MUTE else [f"undo {step}"]  # a mute ends on the server by itself
    done = [asked.what for asked in world.network.requests if asked.write]
    assert [what for what in done if what != "note"] == [step, *ended]
    assert done.count("note") == 2, "marked, and no longer"


def test_an_action_that_helped_nothing_is_renewed_for_twice_as_long(world):
    world.go(2 * DAY)
    first = world.standing.muted_until
    world.go(4 * DAY)
    assert world.muted
    assert world.standing.muted_until - first >= 6 * DAY - timedelta(hours=12)
    assert world.reasons()[-1].startswith("no better: renewed until")


def test_a_renewal_never_lasts_longer_than_the_cap(world):
    world.with_rule(rule(), longest=4 * DAY)
    world.go(12 * DAY)
    spans = [e.until - e.at for e in world.store.entries("home") if e.event is Event.PLANNED]
    assert len(spans) > 1
    assert max(spans) <= 4 * DAY


def test_an_account_that_the_owner_warms_to_is_let_go(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.network.follow(DROP, OWNER)
    world.go(2 * DAY)
    assert not world.muted
    assert world.reasons()[-1] == "mutual: you follow each other"


def test_no_rule_means_an_end_but_only_after_a_report_has_shown_it(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.config = replace(world.config, rules=(), fingerprint="without the rule")
    world.sweep()
    assert world.muted
    world.clock.wait(60)
    world.store.save_report("home", world.clock.now().date(), "", "", "{}", world.clock.now(), "sent")
    world.sweep()
    assert not world.muted
    assert world.reasons()[-1] == "no rule of your config fires on it any more"


def test_a_server_that_ignores_the_duration_is_asked_to_unmute_in_time(world):
    real = world.network.mute
    world.network.mute = lambda who, whom, until=None: real(who, whom)
    world.go(2 * DAY)
    world.links = False
    world.go(8 * DAY)
    assert not world.muted
    assert world.events()[-1] is Event.EXPIRED


def test_what_runs_out_while_nothing_runs_is_judged_again_afterwards(world):
    world.go(2 * DAY)
    world.clock.wait(60 * 86400)
    world.sweep()
    assert not world.muted
    assert world.events()[-1] is Event.EXPIRED
    assert not world.store.feedback("home", "veto")


@pytest.mark.parametrize("what", ["deleted", "blocked", "suspended"])
def test_an_account_that_goes_away_is_no_veto(world, what):
    world.go(2 * DAY)
    if what == "blocked":
        world.network.block(DROP, OWNER)
    else:
        world.network.suspend(DROP)
    world.platform.standing = unknowing(world.platform) if what == "deleted" else world.platform.standing
    for _ in range(20):
        world.clock.wait(6 * 3600)
        world.sweep()
    assert not world.store.feedback("home", "veto")
    assert not [one for one in recorded_actions(world.store, "home", dry=False) if one.in_force or one.unfinished]


@pytest.mark.parametrize("told", [True, False])
def test_the_mute_of_an_account_that_is_away_is_not_there_when_it_comes_back(world, told):
    """Though the server ends none by itself, and whether or not it still tells how the owner stands to the account."""
    mute = world.network.mute
    world.network.mute = lambda who, whom, until=None: mute(who, whom)
    world.go(2 * DAY)
    assert world.muted
    world.network.suspend(DROP)
    world.platform.standing = world.platform.standing if told else unknowing(world.platform)
    for _ in range(16):
        world.clock.wait(6 * 3600)
        world.sweep()
    assert not world.network.mutes
    assert Event.EXPIRED in world.events()


def unknowing(platform):
    real = platform.standing
    return lambda accounts, **how: {one: Standing() for one in real(accounts, **how)}


def test_a_kept_account_is_let_go_at_the_next_sweep_though_no_rule_fires_any_more(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.store.set_feedback("home", world.network.account(DROP), "keep", "my baker", world.clock.now())
    world.sweep()
    assert not world.muted
    assert world.reasons()[-1] == "kept: you asked to keep it"


def test_back_in_dry_run_what_stands_runs_out_and_nothing_new_is_done(world):
    world.go(2 * DAY)
    world.config = replace(world.config, dry_run=True)
    world.go(6 * DAY)
    assert not world.muted
    assert world.events().count(Event.DONE) == 1


def test_a_rule_that_is_renamed_keeps_what_it_did(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.with_rule(rule(name="link dropper", days=30))
    world.store.save_report("home", world.clock.now().date(), "", "", "{}", world.clock.now() + DAY, "sent")
    world.go(4 * DAY)
    assert world.muted
    assert world.events() == [Event.PLANNED, Event.DONE]
