"""Dry run: reads pass, actions cannot happen."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.model import Action, Step
from bot.platforms.base import DryRunViolation, Platform
from bot.platforms.dry import Dry
from bot.platforms.memory import Memory, Network

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def network() -> Network:
    network = Network(SimulatedClock(NOW))
    network.join("robin@quiet.example")
    network.join("ann@garden.test")
    network.follow("robin@quiet.example", "ann@garden.test")
    network.post("ann@garden.test", "The first crocus is out.")
    return network


@pytest.fixture
def memory(network: Network) -> Memory:
    return Memory(network, "robin@quiet.example")


@pytest.mark.parametrize("step", list(Step))
def test_no_action_happens_in_dry_run(network: Network, memory: Memory, step: Step) -> None:
    ann = network.account("ann@garden.test")
    action = Action(ann, step, NOW + timedelta(days=30), list_title="noise")
    with pytest.raises(DryRunViolation, match="in dry run"):
        Dry(memory).act(action)
    with pytest.raises(DryRunViolation, match=step):
        Dry(memory).undo(action)
    assert network.requests == []
    assert not network.mutes
    assert not network.hidden
    assert not network.lists


def test_what_is_read_in_dry_run_is_what_is_read_live(network: Network, memory: Memory) -> None:
    dry: Platform = Dry(memory)
    ann = network.account("ann@garden.test")
    assert list(dry.timeline(None)) == list(memory.timeline(None))
    assert dry.posts_by(ann, NOW - timedelta(days=1), 10) == memory.posts_by(ann, NOW - timedelta(days=1), 10)
    assert dry.standing([ann], deciding=True) == memory.standing([ann], deciding=True)
    assert (dry.owner(), dry.server(), dry.lists()) == (memory.owner(), memory.server(), memory.lists())
    assert (dry.find(ann.handle), dry.message_limit(), dry.name) == (ann, memory.message_limit(), "memory")
    assert dry.usage() == memory.usage()


def test_a_report_reaches_the_owner_in_dry_run(network: Network, memory: Memory) -> None:
    where = Dry(memory).publish(["Nothing was done."], key="2026-03-02")
    assert [(m.url, m.parts) for m in network.messages] == [(where, ("Nothing was done.",))]


def test_a_violation_is_not_an_error_that_a_sweep_would_catch() -> None:
    from bot.errors import UserError

    assert not issubclass(DryRunViolation, UserError)
