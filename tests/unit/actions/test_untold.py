"""What a platform does not tell is no sign that the owner took an action back, nor that it took or was lifted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.model import Asked, Decision, Event, Stays, Step, Unread, Verdict
from bot.platforms.base import Unsupported
from bot.platforms.memory import Memory
from tests.unit.actions.world import DAY, DROP, OWNER, World, rule


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.with_rule(rule(Step.LIST, days=3))
    made.go(2 * DAY)
    assert made.events()[-1] is Event.DONE
    yield made
    made.store.close()


def refuse(world, what):
    def trouble(request):
        if request.what == what:
            raise Unsupported("403")

    world.network.trouble = trouble


def test_a_list_that_cannot_be_read_is_no_veto(world):
    refuse(world, "lists")
    world.go(DAY)
    assert Event.VETOED not in world.events()
    assert world.events()[-1] is Event.DONE


def test_what_cannot_be_read_back_is_not_taken_for_lifted(world):
    refuse(world, "lists")
    world.links = False
    world.config = replace(world.config, rules=(rule(Step.LIST, name="none", days=3),))
    world.go(3 * DAY)
    assert Event.EXPIRED not in world.events()
    assert not [request for request in world.network.requests[-20:] if request.write]
    world.network.trouble = None
    assert world.standing.lists
    world.go(DAY)
    assert world.events()[-1] in (Event.EXPIRED, Event.UNDONE)
    assert world.standing.lists == ()


class EndUntold(Memory):
    """A server that shows a mute, and cannot say just now when it ends."""

    def standing(self, accounts, **how_told):
        untold = (Unread(Asked.MUTES, "the server did not say until when you muted"),)
        return {
            who: replace(how, muted_until=None, unread=untold)
            for who, how in super().standing(accounts, **how_told).items()
        }


def test_a_mute_whose_end_cannot_be_read_is_not_taken_for_the_owners(tmp_path):
    world = World(tmp_path)
    world.go(2 * DAY)
    assert world.muted
    world.platform = EndUntold(world.network, OWNER)
    executor = Executor("home", world.platform, world.store, world.clock)
    (action,) = [one for one in executor.actions() if one.in_force]
    assert action.ends is not None
    executor.watch()
    assert world.events()[-1] is Event.DONE
    world.store.close()


class ListsUntold(Memory):
    """A server that puts an account on a list, and then does not say whom it has there."""

    acted = False

    def act(self, action):
        super().act(action)
        self.acted = True

    def standing(self, accounts, **how_told):
        told = super().standing(accounts, **how_told)
        refused = Unread(Asked.LISTS, "the server refused to say whom you put on a list (403)")
        lacking = Unread(Asked.NOTIFICATIONS, "it has no notifications", Stays.LACKING)
        untold = {who: replace(how, lists=(), unread=(refused, lacking)) for who, how in told.items()}
        return untold if self.acted else told


def test_a_step_that_cannot_be_read_back_says_what_could_not_be_read(tmp_path):
    world = World(tmp_path)
    world.with_rule(rule(Step.LIST))
    executor = Executor("home", ListsUntold(world.network, OWNER), world.store, world.clock)
    verdict = Verdict(world.network.account(DROP), "dropper", Step.LIST, (), {})
    decision = Decision(verdict, Step.LIST, until=world.clock.now() + DAY)
    assert executor.carry_out(decision, Terms("", "Quieted")) is Event.FAILED
    assert world.reasons()[-1] == "the server refused to say whom you put on a list (403)"
    world.store.close()


def test_a_mute_does_not_hang_on_what_the_lists_say(tmp_path):
    world = World(tmp_path)
    world.config = replace(world.config, trust=replace(world.config.trust, listed=False))
    refuse(world, "lists")
    world.go(2 * DAY)
    assert world.muted
    world.clock.wait(timedelta(hours=1).total_seconds())
    world.sweep()
    assert world.muted
    world.store.close()
