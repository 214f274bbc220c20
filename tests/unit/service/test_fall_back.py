"""A step that is refused: tried again at later sweeps, and meanwhile nothing, or something milder, never harsher."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Event, Step
from bot.platforms.base import Unsupported
from tests.unit.actions.world import DAY, World, rule

pytestmark = pytest.mark.slow

LIST, MUTE, HIDE = rule(Step.LIST, "to the list", 30), rule(Step.MUTE, "mute", 30), rule(Step.HIDE_REPOSTS, "hide", 30)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def refuse(world: World, *steps: Step) -> None:
    """The server refuses these steps from now on."""
    real = type(world.platform).act

    def act(action):
        if action.step in steps:
            raise Unsupported(f"this server has no {action.step} just now")
        return real(world.platform, action)

    world.platform.act = act


def done(world: World) -> list[Step | None]:
    return [entry.step for entry in world.store.entries("home", events={Event.DONE})]


@pytest.mark.parametrize("rules", [(LIST, MUTE), (LIST, HIDE, MUTE), (HIDE, MUTE), (HIDE, LIST)])
def test_a_refused_step_never_becomes_a_harsher_one(world, rules):
    world.config = replace(world.config, rules=rules)
    refuse(world, rules[0].then)
    world.go(10 * DAY)
    wanted = rules[0].then
    assert all(step.severity < wanted.severity for step in done(world))
    assert not world.muted


def test_a_refused_mute_becomes_a_list_entry_until_the_mute_takes(world):
    world.config = replace(world.config, rules=(MUTE, LIST))
    refuse(world, Step.MUTE)
    world.go(2 * DAY)
    assert (world.muted, world.standing.lists) == (False, ("Quieted",))
    del world.platform.act
    world.go(8 * DAY)
    assert (world.muted, world.standing.lists) == (True, ())
    assert done(world) == [Step.LIST, Step.MUTE]
    assert "the mute that was wanted took" in world.reasons()


def test_a_step_refused_once_is_done_at_a_later_sweep(world):
    """Seen on real servers for minutes after a follow."""
    world.config = replace(world.config, rules=(LIST, MUTE))
    refuse(world, Step.LIST)
    world.go(2 * DAY)
    assert world.events()[-1] is Event.FAILED
    del world.platform.act
    world.go(DAY)
    assert (world.muted, world.standing.lists) == (False, ("Quieted",))


def test_a_step_that_is_refused_for_ever_is_asked_for_ever_more_rarely(world):
    world.config = replace(world.config, rules=(LIST,))
    refuse(world, Step.LIST)
    world.go(14 * DAY, every=timedelta(hours=2))
    assert 3 <= world.events().count(Event.FAILED) <= 8


def test_what_stands_in_for_a_refused_step_is_not_done_again_at_every_sweep(world):
    world.config = replace(world.config, rules=(MUTE, LIST))
    refuse(world, Step.MUTE)
    world.go(6 * DAY)
    assert done(world) == [Step.LIST]
    assert world.standing.lists == ("Quieted",)
