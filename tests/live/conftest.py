"""Servers and people of the live tests. Nothing is skipped: what cannot start fails, and says what to install."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.clock import SystemClock
from bot.platforms.bluesky import Bluesky, BotLogin
from tests.live.network import BlueskyNetwork, CannotStart
from tests.live.seed_bluesky import Person, seed


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
