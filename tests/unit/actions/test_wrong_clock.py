"""Our clock may be wrong by days: what became of an action is told by the server's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.clock import SimulatedClock
from bot.model import Decision, Event, Step, Verdict
from bot.platforms.memory import Memory
from tests.unit.actions.world import DAY, DROP, OWNER, START


class ByItsOwnClock(Memory):
    """A server whose clock is right, whatever ours says; every answer tells it, as an HTTP `Date` does."""

    def __init__(self, network, handle, ours):
        super().__init__(network, handle)
        self.ours = ours

    def usage(self):
        ahead = (self.network.clock.now() - self.ours.now()).total_seconds()
        return replace(super().usage(), clock_offset=ahead)


@pytest.fixture
def muting(world):
    """An executor by a clock of its own, which has muted somebody for a day."""
    ours = SimulatedClock(START)
    executor = Executor("home", ByItsOwnClock(world.network, OWNER, ours), world.store, ours)
    verdict = Verdict(world.network.account(DROP), "dropper", Step.MUTE, (), {})
    assert executor.carry_out(Decision(verdict, Step.MUTE, until=START + DAY), Terms("", "")) is Event.DONE
    return executor


@pytest.mark.parametrize("behind", [timedelta(), DAY, 40 * DAY])
def test_a_mute_that_the_server_ended_is_no_veto_though_our_clock_is_behind(world, muting, behind):
    world.network.clock.wait((DAY + timedelta(hours=1)).total_seconds())
    muting.clock.time = world.network.clock.now() - behind
    muting.watch()
    assert not world.muted
    assert Event.VETOED not in world.events()
    assert not world.store.feedback("home", "veto")


def test_a_mute_that_the_owner_lifted_is_a_veto_though_our_clock_is_ahead(world, muting):
    muting.clock.time += 2 * DAY
    world.network.unmute(OWNER, DROP)
    muting.watch()
    assert world.events()[-1] is Event.VETOED
