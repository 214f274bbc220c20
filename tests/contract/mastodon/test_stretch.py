"""An action on a server whose limit is nearly used up: it waits before it begins, and then not any more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.model import Decision, Event, Step, Verdict
from bot.platforms.mastodon import Mastodon
from bot.store import open_store
from tests.contract.mastodon.world import HOUR, World
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub

SHARE = 0.2
OWN_PART = 60
"""Requests in five minutes that are the daemon's share of a stock server's 300."""


@pytest.fixture(params=[1, 3, 4, 6])
def near_its_limit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, Executor]]:
    """The daemon has used up all but a few requests of its share."""
    with Stub(Network()) as stub:
        world = World(stub)
        platform = Mastodon(stub.url, stub.network.token, world.clock, share=SHARE)
        store = open_store(str(tmp_path / "store.sqlite"))
        platform.owner()
        while platform.usage().requests < OWN_PART - request.param:
            platform.lists()
        yield world, Executor("home", platform, store, world.clock)
        store.close()
        platform.close()
        world.platform.close()


@pytest.mark.parametrize("step", [Step.MUTE, Step.LIST, Step.HIDE_REPOSTS])
def test_nothing_waits_between_an_action_and_its_record(near_its_limit: tuple[World, Executor], step: Step) -> None:
    world, executor = near_its_limit
    verdict = Verdict(world.account(world.anna), "dropper", step, (), {})
    until = world.clock.now() + 30 * HOUR
    assert executor.carry_out(Decision(verdict, step, until=until), Terms("", "Quieted")) is Event.DONE
    planned, done = executor.store.entries("home")
    assert planned.at == done.at
    assert planned.at - world.now == timedelta(minutes=5), "it waits for room before it is planned"
    (action,) = executor.actions()
    for _ in range(OWN_PART - 20):
        executor.platform.lists()
    assert executor.take_back(action, Event.UNDONE, "you undid it") is Event.UNDONE
    lifting, undone = executor.store.entries("home")[2:]
    assert lifting.at == undone.at
