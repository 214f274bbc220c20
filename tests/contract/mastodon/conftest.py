"""The adapter goes through the real library, over HTTP, to a strict stub of the API, with ids of both kinds."""

from collections.abc import Iterator

import pytest

from tests.contract.mastodon.world import World
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub


@pytest.fixture(params=["snowflake", "ulid"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with Stub(Network(ids=request.param)) as stub:
        made = World(stub)
        yield made
        made.platform.close()
