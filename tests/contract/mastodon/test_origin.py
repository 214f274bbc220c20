"""An account's own server is asked carefully: for what it shows to everybody, and for nothing that could do harm."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.model import SELF, UNKNOWN, Account, History
from bot.platforms.base import Feed, PlatformError, Unreachable
from bot.platforms.mastodon import Mastodon, origin
from bot.platforms.mastodon.connection import AGENT, Refused
from bot.platforms.mastodon.web import MOST_ADDRESSES, PublicWeb, is_public
from bot.signals.voice import own_posts, reply_share
from tests.servers.origin_stub import OriginStub, send, trickle

NOW = datetime(2026, 5, 31, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DROP = Account("home-7", "drop@shop.test", url="https://shop.test/@drop")
LONG_AGO = NOW - timedelta(days=60)


@pytest.fixture
def shop() -> Iterator[OriginStub]:
    with OriginStub("shop.test") as stub:
        yield stub


def web(stub: OriginStub, **more: object) -> PublicWeb:
    return PublicWeb(SimulatedClock(NOW), **{**stub.reached(), **more})


def read(stub: OriginStub, limit: int = 120, **more: object) -> Feed:
    return origin.read(web(stub, **more), DROP, LONG_AGO, limit)


def lived(stub: OriginStub) -> None:
    """Three links, a thread of two, two answers to two people, and a repost (told by the outbox alone)."""
    for hour in range(3):
        stub.write(f'Offer <a href="https://shop.test/offer/{hour}">here</a>', NOW - hour * HOUR)
    first = stub.write("A story", NOW - 10 * HOUR)
    stub.write("and its end", NOW - 9 * HOUR, inReplyTo=first["id"])
    stub.answer("Yes, gladly", NOW - 11 * HOUR)
    stub.answer("No", NOW - 12 * HOUR, whom="https://town.test/users/ben")


@pytest.mark.parametrize("shows", ["api", "outbox"])
def test_the_replies_that_the_owners_server_never_got_are_there_whichever_way_they_are_told(shop, shows):
    shop.shows = shows
    lived(shop)
    feed = read(shop)
    history = History(feed.account, feed.posts, NOW)
    assert (own_posts(history), reply_share(history)) == (4, 2 / 6)
    assert {post.author for post in feed.posts} == {DROP.id}
    assert [post.reply_to for post in feed.posts].count(SELF) == 1
    assert feed.posts[0].links == ("https://shop.test/offer/0",)
    assert feed.posts[0].url.startswith("https://shop.test/@drop/")
    assert (feed.account, feed.truncated, feed.unreadable) == (DROP, False, 0)


def test_an_outbox_tells_who_was_answered_and_whose_posts_are_shown_again(shop):
    shop.shows = "outbox"
    lived(shop)
    own = shop.notes[0]["id"]
    for number, shown in enumerate((own, "https://town.test/users/ann/statuses/5")):
        announced = {"type": "Announce", "id": f"{shop.actor}/boost/{number}", "object": shown}
        shop.notes.insert(0, {**announced, "published": f"{NOW:%Y-%m-%dT%H:%M:%SZ}"})
    feed = read(shop)
    assert {post.reply_to for post in feed.posts} == {
        None, SELF, "https://town.test/users/ann", "https://town.test/users/ben",
    }  # fmt: skip
    assert {post.repost_of for post in feed.posts} == {None, UNKNOWN, DROP.id}


@pytest.mark.parametrize("shows", ["api", "outbox"])
def test_pages_are_read_up_to_the_limit_and_the_window(shop, shows):
    shop.shows = shows
    for hour in range(150):
        shop.write(f"{hour}", NOW - hour * HOUR)
    feed = read(shop)
    assert (len(feed.posts), feed.truncated) == (120, True)
    assert feed.posts[0].created_at == NOW
    short = origin.read(web(shop), DROP, NOW - 50 * HOUR, 120)
    assert (len(short.posts), short.truncated) == (51, False)


def test_nothing_of_the_owner_reaches_the_other_server(shop):
    lived(shop)
    platform = Mastodon("https://quiet.test", "a-secret-token", SimulatedClock(NOW), web=web(shop))
    platform._domain = "quiet.test"
    assert platform.origin_feed(DROP, LONG_AGO, 120) is not None
    assert platform.origin_feed(Account("1", "ann@quiet.test"), LONG_AGO, 120) is None
    platform.close()
    for asked in shop.log:
        assert set(asked.headers) == {"Host", "Accept-Encoding", "Accept", "User-Agent", "Connection"}
        assert (asked.headers["User-Agent"], asked.headers["Host"]) == (AGENT, "shop.test")
        assert "quiet.test" not in f"{asked.path}{asked.headers}"
        assert "secret" not in f"{asked.path}{asked.headers}"


def test_a_server_that_shows_strangers_nothing_is_an_error_and_no_silence(shop):
    shop.shows = ""
    with pytest.raises(PlatformError):
        read(shop)
    shop.shows = "api outbox"
    with pytest.raises(PlatformError, match="none of its posts"):
        read(shop)


def test_a_feed_of_which_much_cannot_be_read_is_no_feed(shop):
    lived(shop)
    for note in shop.notes[:2]:
        note["published"] = "yesterday"
    with pytest.raises(PlatformError, match="too few"):
        read(shop)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed_not_even_on_the_same_host(shop, status):
    shop.instead = lambda handler: send(handler, status, b"", Location=f"https://shop.test/{len(shop.log)}")
    with pytest.raises(Refused):
        read(shop)
    assert len(shop.log) <= 4


ELSEWHERE = [
    "https://other.test/outbox", "http://shop.test/outbox", "//other.test/outbox", "https://shop.test:8443/outbox",
    "https://me@shop.test/outbox", "https://shop.test.evil.test/", "https://shop.test/ü", "file:///etc/passwd",
    "outbox", "", "https://[", "/a b", "/a\r\nb", "/a\x00", "/a\x7f", "/ü",
]  # fmt: skip


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_an_address_on_another_server_is_never_asked(shop, elsewhere):
    visit = web(shop).visit("shop.test")
    with pytest.raises(Refused):
        visit.get(elsewhere)
    assert shop.log == []


def test_an_answer_that_is_too_long_is_cut_off(shop):
    shop.instead = lambda handler: send(handler, 200, b"[" + b" " * 200_000 + b"]")
    with pytest.raises(Unreachable, match="too long"):
        read(shop, most_bytes=100_000)


def test_an_answer_that_trickles_for_ever_is_cut_off(shop):
    shop.instead = trickle
    with pytest.raises(PlatformError):
        read(shop, seconds=0.3)


def test_a_server_that_accepts_and_says_nothing_is_given_up(shop):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shop.addresses["shop.test"] = [("127.0.0.1", silent.getsockname()[1])]
        with pytest.raises(Unreachable):
            read(shop, seconds=0.3)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


BODIES = [b"<html>", b"[[[", b"null", b"7", b'{"id": 9}', b'{"id": "9", "acct": "other"}', b"[" * 50_000]


@pytest.mark.parametrize("body", BODIES)
def test_whatever_is_answered_is_an_error_of_our_own(shop, body):
    shop.instead = lambda handler: send(handler, 200, body)
    with pytest.raises(PlatformError):
        read(shop)


def test_a_certificate_of_another_name_is_not_accepted(shop):
    shop.addresses["town.test"] = shop.addresses["shop.test"]
    with pytest.raises(Unreachable):
        origin.read(web(shop), Account("1", "drop@town.test"), LONG_AGO, 40)
    assert shop.log == []


PRIVATE = [
    "127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "nonsense", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_connected_to(shop, address):
    assert not is_public(address)
    port = shop.addresses["shop.test"][0][1]
    with pytest.raises(Unreachable, match="no public address"):
        read(shop, allows=is_public, resolve=lambda _: [("203.0.114.7", port), (address, port)])


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8"])
def test_public_addresses_are(address):
    assert is_public(address)


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(shop):
    lived(shop)
    looked: list[str] = []

    def resolve(host: str) -> list[tuple[str, int]]:
        looked.append(host)
        return shop.addresses[host]

    read(shop, resolve=resolve)
    assert len(looked) == len(shop.log)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        return int(closing.getsockname()[1])


def test_the_first_address_that_answers_is_the_one_that_is_asked(shop):
    lived(shop)
    (there,) = shop.addresses["shop.test"]
    nobody = ("127.0.0.1", closed_port())
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        listening = ("127.0.0.1", other.getsockname()[1])
        for found in ([there], [nobody, there], [there, listening], [nobody, there, listening], [there, nobody]):
            assert read(shop, resolve=lambda _, found=found: found).posts
        with pytest.raises(BlockingIOError):
            other.accept()
    with pytest.raises(Unreachable):
        read(shop, resolve=lambda _: [nobody, nobody])
    with pytest.raises(Unreachable, match="no public address"):
        read(shop, resolve=lambda _: [])


def test_of_a_name_with_many_addresses_only_some_are_tried(shop):
    lived(shop)
    (there,), nobody = shop.addresses["shop.test"], ("127.0.0.1", closed_port())
    assert read(shop, resolve=lambda _: [nobody] * (MOST_ADDRESSES - 1) + [there]).posts
    with pytest.raises(Unreachable):
        read(shop, resolve=lambda _: [nobody] * MOST_ADDRESSES + [there])


@pytest.mark.parametrize("status", [200, 201, 204, 301, 400, 404, 407, 408, 410, 425, 429, 499, 500, 503])
def test_a_refusal_is_told_from_what_passes(shop, status):
    shop.instead = lambda handler: send(handler, status, b"[]")
    passing = status in (408, 425, 429) or status >= 500
    if status == 200:
        assert web(shop).visit("shop.test").get("/") == []
        return
    with pytest.raises(Unreachable if passing else Refused, match=str(status)):
        web(shop).visit("shop.test").get("/")


def test_an_answer_may_be_as_long_as_is_read_and_no_longer_nor_packed(shop):
    shop.instead = lambda handler: send(handler, 200, b"[]" + b" " * 98)
    assert web(shop, most_bytes=100).visit("shop.test").get("/") == []
    with pytest.raises(Unreachable, match="too long"):
        web(shop, most_bytes=99).visit("shop.test").get("/")
    shop.instead = lambda handler: send(handler, 200, b"[]", **{"Content-Encoding": "gzip"})
    with pytest.raises(Unreachable, match="packed"):
        web(shop).visit("shop.test").get("/")
    shop.instead = lambda handler: send(handler, 200, b"[]", **{"Content-Encoding": "identity"})
    assert web(shop).visit("shop.test").get("/") == []


def test_a_visit_that_takes_too_long_is_broken_off(shop, monkeypatch):
    lived(shop)
    monkeypatch.setattr("bot.platforms.mastodon.web.VISIT_SECONDS", -1.0)
    with pytest.raises(Unreachable, match="too slow"):
        web(shop).visit("shop.test").get("/")
    assert shop.log == []


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("/a", "/a"),
        ("/a?b=c&d=/e", "/a?b=c&d=/e"),
        ("https://shop.test/a?b", "/a?b"),
        ("https://Shop.Test/a#b", "/a"),
    ],
)
def test_an_address_on_the_server_is_asked_as_it_stands(shop, target, asked):
    with pytest.raises(Refused):
        web(shop).visit("Shop.Test.").get(target, "text/odd")
    assert [(one.path, one.headers["Accept"]) for one in shop.log] == [(asked, "text/odd")]


NO_NAMES = [
    "localhost", "127.0.0.1", "[::1]", "0x7f.1", "", ".", "a b.test", "shop.test:8443", "shop.test/x", "me@shop.test",
    "x" * 300 + ".test", "a\nb.test",
]  # fmt: skip


@pytest.mark.parametrize("host", NO_NAMES)
def test_what_is_no_name_of_a_public_server_is_not_even_looked_up(shop, host):
    with pytest.raises(Refused):
        web(shop, resolve=lambda _: pytest.fail("looked up")).visit(host)


@given(st.text(max_size=30))
def test_any_name_is_a_name_or_refused(host):
    try:
        visit = PublicWeb(SimulatedClock(NOW)).visit(host)
    except Refused:
        return
    assert visit.host.isascii()
    assert not set(visit.host) & set("/:@?#[] \n")


@pytest.mark.parametrize(("handle", "url", "asked"), [
    ("drop@shop.test", "https://shop.test/@drop", "shop.test"),
    ("drop@example.org", "https://social.example.org/@drop", "social.example.org"),
    ("drop@shop.test", "https://victim.test/@drop", "shop.test"),
    ("drop@shop.test", "http://shop.test/@drop", "shop.test"),
    ("drop@shop.test", "", "shop.test"),
    ("drop@shop.test", "https://[", "shop.test"),
])  # fmt: skip
def test_the_host_that_is_asked_is_the_accounts_own(handle, url, asked):
    assert origin.place(Account("1", handle, url=url)) == asked
