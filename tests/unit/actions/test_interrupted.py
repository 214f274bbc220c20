"""An action that took though nobody could record it: found done at the next start, renewed, and taken back whole."""

from contextlib import suppress

import pytest

from bot.actions.executor import Executor
from bot.model import Event, Step
from bot.platforms.base import Unreachable, Unsupported
from bot.platforms.memory import Memory
from tests.unit.actions.world import DAY, OWNER, START, World, rule

pytestmark = pytest.mark.slow

STEPS = pytest.mark.parametrize("step", [Step.MUTE, Step.LIST, Step.HIDE_REPOSTS])


class Killed(BaseException):
    """The process ends here."""


LOSSES = pytest.mark.parametrize("loss", [Unreachable("the answer was lost"), Killed()], ids=["answer lost", "killed"])


def begun_and_lost(world: World, step: Step, loss: BaseException) -> None:
    """The step is done once, and what was to be recorded of it is lost."""
    world.with_rule(rule(step))
    real = world.platform.act

    def act(action):
        world.platform.act = real
        real(action)
        raise loss

    world.platform.act = act
    with suppress(Killed):
        world.go(2 * DAY)
    assert world.platform.act is real
    world.platform = Memory(world.network, OWNER)
    assert stands(world, step)


def stands(world: World, step: Step) -> bool:
    now = world.standing
    return {Step.MUTE: now.muted, Step.LIST: bool(now.lists), Step.HIDE_REPOSTS: now.reposts_hidden}[step]


@STEPS
@LOSSES
def test_it_ends_after_its_renewal(world, step, loss):
    begun_and_lost(world, step, loss)
    world.go(6 * DAY)
    assert world.events()[:2] == [Event.PLANNED, Event.DONE]
    assert world.events().count(Event.DONE) == 2, "found done, then renewed"
    world.links = False
    world.go(20 * DAY)
    assert not stands(world, step)
    assert world.events()[-2:] == [Event.LIFTING, Event.EXPIRED]


@STEPS
@LOSSES
def test_the_owner_takes_it_back_after_its_renewal(world, step, loss):
    begun_and_lost(world, step, loss)
    world.go(6 * DAY)
    executor = Executor("home", world.platform, world.store, world.clock)
    (action,) = [one for one in executor.actions() if one.in_force]
    assert executor.take_back(action, Event.UNDONE, "you undid it") is Event.UNDONE
    assert not stands(world, step)


@STEPS
def test_what_stood_before_is_in_the_ledger_before_anything_is_written(world, step):
    world.with_rule(rule(step))
    told = []
    real = world.platform.act

    def act(action):
        told.extend(entry.before for entry in world.store.entries("home", events={Event.PLANNED}))
        real(action)

    world.platform.act = act
    world.go(2 * DAY)
    (plan, done) = [e for e in world.store.entries("home") if e.event is not Event.JUDGED]
    assert told == [plan.before] == [done.before] == [{str(step): "no"}]


def test_where_what_stands_is_refused_nothing_is_done(world):
    def refuse(action, standing):
        raise Unsupported("the server does not say what stands")

    world.platform.before = refuse
    world.go(2 * DAY)
    assert not world.muted
    assert set(world.events()) == {Event.PLANNED, Event.FAILED}
    assert not [request for request in world.network.requests if request.write]


def test_the_end_of_what_was_found_done_is_the_one_that_was_planned(world):
    begun_and_lost(world, Step.MUTE, Killed())
    world.sweep()
    (action,) = [one for one in Executor("home", world.platform, world.store, world.clock).actions() if one.in_force]
    assert action.until == action.ends
    assert action.plan.at >= START


@pytest.mark.parametrize("fault", [("lists", Unsupported("403")), ("relations", Unreachable("no connection"))])
def test_whether_it_took_is_settled_only_once_the_server_says_so(world, fault):
    begun_and_lost(world, Step.LIST, Killed())
    what, refusal = fault

    def trouble(request):
        if request.what == what:
            raise refusal

    executor = Executor("home", world.platform, world.store, world.clock)
    world.network.trouble = trouble
    executor.recover()
    assert world.events() == [Event.PLANNED]
    world.network.trouble = None
    executor.recover()
    assert world.events() == [Event.PLANNED, Event.DONE]
