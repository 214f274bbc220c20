"""What becomes of a mute whose time ran out while nobody could look: what no longer shows is ended, not renewed."""

from datetime import timedelta

import pytest

from bot.model import Event, Step
from bot.platforms.base import Unreachable
from tests.unit.actions.world import DAY, DROP, OWNER, rule


def planned(world):
    return world.store.entries("home", events={Event.PLANNED})


@pytest.mark.parametrize("lifted", [True, False], ids=["lifted by the owner", "run out by itself"])
def test_after_a_blind_stretch_what_no_longer_shows_is_ended_and_not_renewed(world, lifted):
    world.go(2 * DAY)
    assert world.muted
    if lifted:
        world.network.unmute(OWNER, DROP)
    world.clock.wait(5 * 86400)
    world.sweep()
    assert world.events() == [Event.PLANNED, Event.DONE, Event.EXPIRED]
    assert "you may have taken it back yourself" in world.reasons()[-1]
    assert not world.store.feedback("home", "veto")
    assert not world.muted


def test_failing_sweeps_see_nothing_either(world):
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.network.trouble = gone
    for _ in range(20):
        with pytest.raises(Unreachable):
            world.sweep()
        world.clock.wait(6 * 3600)
    world.network.trouble = None
    world.sweep()
    assert not world.muted
    assert len(planned(world)) == 1


def gone(request):
    raise Unreachable("no connection")


def test_what_a_blind_stretch_ended_is_only_done_again_after_a_second_look(world):
    world.go(2 * DAY)
    world.with_rule(rule(), confirm_after=DAY)
    world.clock.wait(5 * 86400)
    world.go(timedelta(hours=6))
    assert [e.limit for e in world.store.entries("home", events={Event.JUDGED})][-1] == "unconfirmed"
    assert not world.muted
    world.go(2 * DAY)
    assert world.muted


@pytest.mark.parametrize(("before", "renewed"), [(8 * 3600, True), (8 * 3600 + 60, False)], ids=["seen", "too early"])
def test_what_was_seen_in_the_last_eight_hours_of_its_time_ran_out_and_is_renewed(world, before, renewed):
    world.go(2 * DAY)
    ends = world.standing.muted_until
    world.clock.wait((ends - world.clock.now()).total_seconds() - before)
    world.sweep()
    world.clock.wait(before + 60)
    world.sweep()
    assert world.muted is renewed
    assert world.reasons()[-1].startswith("no better: renewed until") is renewed


def test_what_no_longer_shows_in_its_last_minute_is_ended_when_its_time_is_up_and_not_before(world):
    world.go(2 * DAY)
    world.clock.wait((world.standing.muted_until - world.clock.now()).total_seconds() - 60)
    world.network.unmute(OWNER, DROP)
    world.sweep()
    assert world.events() == [Event.PLANNED, Event.DONE]
    world.clock.wait(120)
    world.sweep()
    assert world.events() == [Event.PLANNED, Event.DONE, Event.EXPIRED]
    assert "you may have taken it back yourself" in world.reasons()[-1]


def test_what_still_shows_after_a_blind_stretch_is_renewed(world):
    real = world.network.mute
    world.network.mute = lambda who, whom, until=None: real(who, whom, until and until + timedelta(hours=1))
    world.go(2 * DAY)
    ends = world.standing.muted_until
    world.clock.wait((ends - world.clock.now()).total_seconds() - 1800)
    world.sweep()
    assert world.muted
    assert world.reasons()[-1].startswith("no better: renewed until")


@pytest.mark.parametrize("step", [Step.LIST, Step.HIDE_REPOSTS])
def test_nothing_of_this_concerns_what_no_server_ends(world, step):
    world.with_rule(rule(step))
    world.go(2 * DAY)
    world.clock.wait(5 * 86400)
    world.sweep()
    assert world.reasons()[-1].startswith("no better: renewed until")


@pytest.mark.parametrize("step", [Step.LIST, Step.HIDE_REPOSTS])
def test_nothing_is_renewed_on_an_account_that_the_owner_muted(world, step):
    world.with_rule(rule(step))
    world.go(2 * DAY)
    world.network.mute(OWNER, DROP)
    world.clock.wait(3 * 86400)
    world.sweep()
    assert world.events()[-1] is Event.EXPIRED
    assert world.reasons()[-1] == "its time is up: you muted it yourself"
    assert (world.standing.lists, world.standing.reposts_hidden, world.muted) == ((), False, True)
