"""Accounts' own feeds, handles, the owner and the server."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.model import SELF, Account, Action, Step
from bot.platforms.base import AccountGone, Unreachable
from bot.platforms.mastodon import Mastodon
from bot.platforms.mastodon.login import LEAST
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


def test_a_backdated_last_post_ends_no_feed(world: World) -> None:
    posted = world.posts(60)
    backdated = world.network.find(posted[20])  # the last of the newest page
    assert backdated is not None
    backdated.extra["created_at"] = "2009-01-01T00:00:00.000Z"
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert (len(feed.posts), feed.truncated) == (59, False)


def test_a_page_on_which_nothing_can_be_read_ends_no_feed(world: World) -> None:
    posted = world.posts(100)
    world.stub.fault("spoiled", "statuses")
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert [post.id for post in feed.posts] == posted[59::-1]
    assert (feed.unreadable, feed.truncated) == (40, False)


def test_a_feed_of_which_nothing_can_be_read_is_cut_short_and_asked_for_no_longer(world: World) -> None:
    world.posts(900)
    world.stub.fault("spoiled", "statuses", times=99)
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert (feed.posts, feed.truncated) == ((), True)
    assert len(world.stub.reads) < 10


def test_a_server_that_goes_round_in_circles_is_left(world: World) -> None:
    posted = world.posts(80)
    world.network.goes_round = True
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert [post.id for post in feed.posts] == posted[:39:-1]
    assert feed.truncated


@pytest.mark.parametrize("kind", ["html403", "html404", "object", "malformed"])
def test_what_a_proxy_says_of_a_feed_passes_and_makes_nobody_gone(world: World, kind: str) -> None:
    world.posts(3)
    world.stub.fault(kind, "statuses", times=99)
    with pytest.raises(Unreachable):
        world.platform.posts_by(world.account(world.anna), world.now - HOUR, 40)


@pytest.mark.parametrize("kind", ["html403", "html404"])
def test_what_a_proxy_says_of_an_account_passes_and_makes_nobody_gone(world: World, kind: str) -> None:
    world.stub.fault(kind, f"accounts/{world.anna}$", times=99)
    with pytest.raises(Unreachable):
        world.platform.posts_by(Account(world.anna, "anna@example.org"), world.now - HOUR, 40)
    world.stub.fault("status", "mute", number=404)
    with pytest.raises(Unreachable):
        world.platform.act(Action(world.account(world.anna), Step.MUTE))


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_the_server_itself_refuses_is_gone(world: World, status: int) -> None:
    world.stub.fault("status", "statuses", number=status)
    with pytest.raises(AccountGone):
        world.platform.posts_by(world.account(world.anna), world.now - HOUR, 40)


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


@pytest.mark.parametrize("fault", ["", "html404", "status"])
def test_a_name_that_nobody_bears_is_said_to_be_none(world: World, fault: str) -> None:
    """Search would need a permission that the login does not ask for, and would ask to log in again for ever."""
    if fault:
        world.stub.fault(fault, "lookup", number=403)
    platform = Mastodon(world.stub.url, world.network.grant(LEAST), world.clock, share=1.0)
    with pytest.raises(UserError, match="no account of that name is known to your server"):
        platform.find("nobody@example.org")
    assert not any("/v2/search" in asked.path for asked in world.stub.log)


def test_a_handle_that_cannot_be_asked_for_is_not_said_to_be_none(world: World) -> None:
    world.stub.fault("html403", "lookup|search", times=9)
    with pytest.raises(Unreachable):
        world.platform.find("nobody@example.org")


@pytest.mark.parametrize(
    "typed",
    ["acct:anna@example.org", "https://example.org/@anna", "https://quiet.test/@anna@example.org", "ANNA@EXAMPLE.ORG"],
)
def test_a_handle_is_found_in_any_spelling(world: World, typed: str) -> None:
    assert world.platform.find(typed).id == world.anna


def test_a_host_in_punycode_is_asked_for_in_its_own_letters(world: World) -> None:
    bea = world.network.account("bea@bücher.example")
    assert world.platform.find("bea@xn--bcher-kva.example").id == bea


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


def test_the_server_s_own_are_told_with_its_domain_wherever_they_are_named_and_it_is_asked_for_once(
    world: World,
) -> None:
    world.posts(1)
    list(world.platform.timeline(None))
    assert not any("/instance" in asked.path for asked in world.stub.log), "nobody of its own was named"
    mover = world.network.account("mover@example.org", moved={"id": "9", "acct": "mover", "username": "mover"})
    card = {"url": "https://example.com/a", "authors": [{"account": {"id": "8", "acct": "bea"}}]}
    world.network.post(mover, "<p>bye</p>", world.now - HOUR)
    world.network.post(world.anna, "<p>look</p>", world.now - HOUR, card=card)
    for _ in range(2):
        feed = world.platform.posts_by(world.account(mover), world.now - timedelta(days=60), 120)
        assert feed.account.moved_to == "mover@quiet.test"
    shown = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert shown.posts[0].card_authors == ("bea@quiet.test",)
    assert sum("/instance" in asked.path for asked in world.stub.log) == 1
