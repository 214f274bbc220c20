"""Accounts' own feeds, handles, the owner and the server."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.model import SELF, Account
from bot.platforms.base import AccountGone
from tests.contract.mastodon.world import HOUR, World
from tests.servers.mastodon_network import Network, link
from tests.servers.mastodon_stub import Stub


def test_an_account_s_own_feed_has_replies_and_reposts_newest_first(world: World) -> None:
    stranger = world.network.account("stranger@else.test")
    question = world.network.post(stranger, "<p>?</p>", world.now - 5 * HOUR)
    own = world.network.post(world.anna, f"<p>{link('https://example.com/a')}</p>", world.now - 4 * HOUR)
    world.network.post(world.anna, "<p>more</p>", world.now - 3 * HOUR, reply_to=own)
    world.network.post(world.anna, "<p>yes</p>", world.now - 2 * HOUR, reply_to=question)
    world.network.post(world.anna, at=world.now - HOUR, boost_of=question)
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert [(post.reply_to, post.repost_of) for post in feed.posts] == [
        (None, stranger),
        (stranger, None),
        (SELF, None),
        (None, None),
    ]
    assert feed.posts[-1].links == ("https://example.com/a",)
    assert feed.account.handle == "anna@example.org"
    assert feed.truncated is False


def test_a_feed_stops_at_the_limit_and_at_the_window(world: World) -> None:
    world.posts(150)
    account = world.account(world.anna)
    limited = world.platform.posts_by(account, world.now - timedelta(days=60), 120)
    assert (len(limited.posts), limited.truncated) == (120, True)
    windowed = world.platform.posts_by(account, world.now - timedelta(days=2) + timedelta(minutes=100), 120)
    assert (len(windowed.posts), windowed.truncated) == (50, False)


def test_an_old_pinned_post_in_front_ends_nothing(world: World) -> None:
    posted = world.posts(3)
    world.network.post(world.anna, "<p>pinned</p>", world.now - timedelta(days=400), pinned=True)
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert [post.id for post in feed.posts] == posted[::-1]


def test_a_vanished_account_is_gone(world: World) -> None:
    with pytest.raises(AccountGone, match="ghost"):
        world.platform.posts_by(Account("404", "ghost@example.org"), world.now - HOUR, 40)


def test_an_account_without_posts_is_still_described(world: World) -> None:
    assert world.platform.posts_by(Account(world.anna, "?"), world.now - HOUR, 40).account.handle == "anna@example.org"


def test_a_handle_is_found_by_lookup_or_by_search(world: World) -> None:
    assert world.platform.find("@anna@example.org").id == world.anna
    assert world.platform.find("owner").handle == "owner@quiet.test"
    assert world.platform.find("owner@quiet.test").id == world.network.owner
    world.network.missing.add("lookup")
    assert world.platform.find("Anna@example.org").id == world.anna
    with pytest.raises(UserError, match="nobody"):
        world.platform.find("nobody@example.org")


def test_the_server_describes_itself(world: World) -> None:
    server = world.platform.server()
    assert server.software == "mastodon 4.5.2"
    assert (server.max_characters, dict(server.lacks), server.notes) == (500, {}, ())
    assert server.clock_offset is not None
    assert abs(server.clock_offset) < 60


def test_an_older_compatible_server_is_described_by_v1() -> None:
    with Stub(Network()) as stub:
        stub.network.missing.add("instance_v2")
        stub.network.version, stub.network.max_characters = "2.7.2 (compatible; Akkoma 3.15)", 5000
        server = World(stub).platform.server()
    assert "Akkoma" in server.software
    assert server.max_characters == 5000


def test_the_owner_s_handle_carries_the_server_s_own_domain(world: World) -> None:
    assert world.platform.owner().handle == "owner@quiet.test"
