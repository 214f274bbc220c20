"""Whom the owner's own files name, looked up in the store and, to protect them, on the server."""

from datetime import UTC, datetime

import pytest

from bot.clock import SimulatedClock
from bot.config import Profile, default_config
from bot.forms import read
from bot.model import Account, Post
from bot.platforms.base import LoginNeeded, Page
from bot.platforms.memory import Memory, Network
from bot.service.importing import Taking
from bot.store import open_store

NOW = datetime(2026, 5, 8, 12, tzinfo=UTC)
ROBIN = "robin@home.test"
ANN, BEN, CAT = (Account(f"a{n}", f"{name}@a.test") for n, name in enumerate(("ann", "ben", "cat"), 1))
HOME = Profile("home", "mastodon", server="https://home.test")


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "quietfeed.sqlite"))
    opened.remember("home", Page((Post("1", ANN.id, NOW),), (ANN,), None), NOW)
    yield opened
    opened.close()


@pytest.fixture
def asked():
    return []


def taken(store, asked, word, *addresses, fault=None):
    """What comes of a file with these addresses; the server knows Ann and Ben."""
    network = Network(SimulatedClock(NOW))
    for handle in (ANN.handle, BEN.handle, ROBIN):
        network.join(handle)

    def connected():
        asked.append(1)
        if fault:
            raise fault
        return Memory(network, ROBIN, "mastodon")

    table = read("\n".join(addresses).encode(), "x", "home.test")
    return Taking(word, HOME, store, default_config(), connected).take(table, "x", NOW, lambda _done, _total: None)


def test_whom_the_store_does_not_know_the_server_is_asked_about_to_protect_them(store, asked):
    came = taken(store, asked, "keep", ANN.handle, BEN.handle, CAT.handle)
    assert (came.new, came.unknown, came.unasked) == ([ANN.handle, BEN.handle], [CAT.handle], "")
    assert store.feedback("home", "keep").keys() == {ANN.id, BEN.id}


def test_for_a_judgement_the_server_is_not_asked(store, asked):
    came = taken(store, asked, "noise", ANN.handle, BEN.handle)
    assert (came.new, came.unknown, asked) == ([ANN.handle], [BEN.handle], [])


def test_a_server_that_cannot_be_asked_is_asked_once_and_costs_only_the_unknown(store, asked):
    came = taken(store, asked, "keep", BEN.handle, CAT.handle, ANN.handle, fault=LoginNeeded("not logged in"))
    assert (came.new, came.unknown, came.unasked) == ([ANN.handle], [BEN.handle, CAT.handle], "not logged in")
    assert asked == [1]
