"""Servers and people of the live tests. What cannot start fails, and says what to install; a browser is only missed in
CI."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.platforms.bluesky import Bluesky, BotLogin
from tests.live.fleets import NAMES, Fleet
from tests.live.network import BlueskyNetwork, CannotStart
from tests.live.seed_bluesky import Person, seed
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub
from tests.servers.postgres import Server


@dataclass(frozen=True)
class Seeded:
    """The running network with its people; `now` is when they were seeded."""

    network: BlueskyNetwork
    people: dict[str, Person]
    now: datetime


@pytest.fixture(scope="session")
def bluesky_network() -> Iterator[BlueskyNetwork]:
    """A running Bluesky network."""
    network = BlueskyNetwork()
    try:
        with network:
            yield network
    except CannotStart as fault:
        pytest.fail(str(fault), pytrace=False)


@pytest.fixture(scope="session")
def bluesky(bluesky_network: BlueskyNetwork) -> Seeded:
    """The network with every kind of account and two weeks of history."""
    now = datetime.now(UTC)
    people = seed(bluesky_network.pds, now)
    bluesky_network.settle()
    return Seeded(bluesky_network, people, now)


Adapter = Callable[..., Bluesky]


@pytest.fixture
def adapter(bluesky: Seeded) -> Iterator[Adapter]:
    """Makes adapters for a person by name; closed at the end."""
    made: list[Bluesky] = []

    def make(name: str = "reader", bot: str | None = None, appview: str | None = None) -> Bluesky:
        who = bluesky.people[name]
        login = None
        if bot is not None:
            other = bluesky.people[bot]
            login = BotLogin(other.handle, lambda: other.password, None, lambda _: None, bluesky.network.pds)
        made.append(
            Bluesky(
                bluesky.network.pds,
                None,
                SystemClock(),
                handle=who.handle,
                password=lambda: who.password,
                save_session=lambda _: None,
                share=1.0,
                appview=appview,
                bot=login,
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def fleet(tmp_path: Path, postgres: Server) -> Iterator[Fleet]:
    """A fleet that has nobody yet; its workers are killed at the end."""
    with ExitStack() as stack:
        stubs = {name: stack.enter_context(Stub(seeded(datetime.now(UTC), shop=""))) for name in NAMES}
        for stub in stubs.values():
            stub.network.missing.add("limits")  # none that a first sweep would have to wait for
        made = Fleet(tmp_path, postgres.address(postgres.fresh()), stubs)
        try:
            yield made
        finally:
            for worker in made.workers:
                worker.kill()
