"""What a hostile server cannot do: send secrets elsewhere, answer for another, never end, or fill the memory."""

import ssl
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from bot.clock import SimulatedClock
from bot.model import Account
from bot.platforms import answers
from bot.platforms.base import PlatformError, Unusable
from bot.platforms.bluesky import Bluesky, log_in
from bot.platforms.mastodon import AppKeys, Mastodon, exchange, register
from tests.servers import rogue as says
from tests.servers.bluesky_stub import HANDLE, OWNER, token
from tests.servers.origin_stub import OriginStub
from tests.servers.rogue import Rogue, Say

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
SECRETS = ("tok-secret", "pw-secret", "code-secret", "client-secret", "verifier-secret", "the report", "session-secret")
ANN = Account("7", "ann@example.org")


def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


def mastodon(server: str) -> Mastodon:
    return Mastodon(server, "tok-secret", clock(), share=1.0)


def bluesky(server: str) -> Bluesky:
    """With a session that needs no login."""
    from atproto_client import Session

    session = Session(HANDLE, OWNER, token("session-secret", 1, LATER), token("r", 1, LATER), server)
    return Bluesky(
        server, session.export(), clock(), handle=HANDLE, password=lambda: "pw-secret", save_session=lambda _: None
    )


def keys(server: str) -> AppKeys:
    return AppKeys(server, "id", "client-secret", "urn:ietf:wg:oauth:2.0:oob", "read", True)


ASKS: dict[str, Callable[[str], object]] = {
    "Mastodon, reading": lambda server: mastodon(server).lists(),
    "Mastodon, the owner": lambda server: mastodon(server).owner(),
    "Mastodon, writing": lambda server: mastodon(server)._connection.write(
        "POST", "/api/v1/statuses", {"status": "the report"}
    ),
    "Mastodon, deleting": lambda server: mastodon(server)._connection.write("DELETE", "/api/v1/statuses/1"),
    "Mastodon, registering": lambda server: register(server, "urn:ietf:wg:oauth:2.0:oob", clock()),
    "Mastodon, logging in": lambda server: exchange(keys(server), "code-secret", "verifier-secret", clock()),
    "Bluesky, reading": lambda server: list(bluesky(server).timeline(None)),
    "Bluesky, writing": lambda server: bluesky(server)._login.post("app.bsky.graph.muteActor", {"actor": "the report"}),
    "Bluesky, logging in": lambda server: log_in(server, HANDLE, "pw-secret", clock()),
}
READS = {name: ask for name, ask in ASKS.items() if name in ("Mastodon, the owner", "Bluesky, reading")}


@pytest.fixture
def rogue() -> Iterator[Rogue]:
    with Rogue() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Rogue]:
    with Rogue() as server:
        yield server


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_nothing_is_sent_to_where_a_server_points(
    rogue: Rogue, other: Rogue, ask: Callable[[str], object], status: int
) -> None:
    rogue.answer = says.redirect(status, f"{other.url}/there")
    with pytest.raises(PlatformError, match=r"redirects .* put its new address into the config"):
        ask(rogue.url)
    assert other.heard == []
    assert len(rogue.heard) <= 2  # a redirect is no passing fault: nothing is asked again and again


@pytest.mark.parametrize("where", ["//elsewhere.test/", "http://a.test\\@b.test/", "http://[::1", "https://127.0.0.1"])
@pytest.mark.parametrize("ask", READS.values(), ids=READS)
def test_no_odd_address_is_followed(rogue: Rogue, ask: Callable[[str], object], where: str) -> None:
    rogue.answer = says.redirect(302, where)
    with pytest.raises(Unusable, match="redirects to"):
        ask(rogue.url)
    assert len(rogue.heard) == 1


def test_what_the_owners_server_moved_within_itself_is_read(rogue: Rogue) -> None:
    moved = says.plain(200, b'[{"id": "1", "title": "Birds"}]')
    rogue.answer = lambda connection: (moved if "/new" in rogue.heard[-1] else says.redirect(301, "/new"))(connection)
    assert mastodon(rogue.url).lists() == ("Birds",)


def test_a_change_is_not_sent_on_even_within_a_server(rogue: Rogue) -> None:
    rogue.answer = says.redirect(307, "/new")
    with pytest.raises(Unusable):
        mastodon(rogue.url)._connection.write("POST", "/api/v1/statuses", {"status": "the report"})
    assert len(rogue.heard) == 1


def test_a_login_leads_to_no_server_that_is_asked_by_plain_http(rogue: Rogue) -> None:
    """Nor to one on this machine, where the login itself was made by https."""
    from bot.errors import UserError
    from bot.platforms.bluesky.faults import check_address
    from bot.platforms.bluesky.transport import Guarded

    with pytest.raises(Unusable, match="plain http"):
        Guarded(1.0, plain=False).get(f"{rogue.url}/xrpc/_health")
    with pytest.raises(UserError):
        check_address(rogue.url, plain=False)
    assert rogue.heard == []


SLOW = [says.drip_headers, says.drip_body, says.drip_lengthless, says.drip_chunk_length, says.continue_for_ever]


@pytest.mark.parametrize("answer", SLOW, ids=[say.__name__ for say in SLOW])
@pytest.mark.parametrize("ask", READS.values(), ids=READS)
def test_an_answer_that_drips_is_given_up(
    rogue: Rogue, monkeypatch: pytest.MonkeyPatch, ask: Callable[[str], object], answer: Say
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.3)
    rogue.answer = answer
    with pytest.raises(Unusable, match="did not finish its answer"):
        ask(rogue.url)
    assert len(rogue.heard) == 1


@pytest.mark.filterwarnings("ignore")  # of a certificate that nobody signed
def test_an_answer_that_drips_through_tls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.platforms.bluesky import transport
    from bot.platforms.mastodon.transport import OneServer

    def drip(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            says.drip_headers(handler.connection)

    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    monkeypatch.setattr(transport, "_certificates", lambda: trusting)
    monkeypatch.setattr(answers, "SECONDS", 0.5)
    with OriginStub("shop.test") as stub:
        stub.instead = drip
        url = f"https://127.0.0.1:{stub.addresses['shop.test'][0][1]}"
        for ask in (lambda: OneServer(url).get(url, verify=False), lambda: transport.Guarded(20.0).get(url)):
            with pytest.raises(Unusable, match="did not finish its answer"):
                ask()


@pytest.mark.parametrize(
    "make", [lambda: says.endless_body, says.bomb, lambda: says.bomb(2), lambda: says.bomb(name="br")]
)
@pytest.mark.parametrize("ask", READS.values(), ids=READS)
def test_no_answer_fills_the_memory(rogue: Rogue, ask: Callable[[str], object], make: Callable[[], Say]) -> None:
    rogue.answer = make()
    ask_once(ask, says.plain(404, b""))  # imports are no part of what an answer takes
    tracemalloc.start()
    try:
        with pytest.raises(Unusable, match=r"more than 16 MB|not asked for"):
            ask(rogue.url)
        assert tracemalloc.get_traced_memory()[1] < 3 * answers.MOST_BYTES
    finally:
        tracemalloc.stop()


ASKS_TWICE: dict[str, tuple[Callable[[Any], object], Callable[[str], Any], bytes]] = {
    "Mastodon": (lambda platform: platform.lists(), mastodon, b"[]"),
    "Bluesky": (lambda platform: list(platform.timeline(None)), bluesky, b'{"feed": []}'),
}


@pytest.mark.parametrize(("ask", "login", "body"), ASKS_TWICE.values(), ids=ASKS_TWICE)
def test_no_cookie_is_kept(
    rogue: Rogue, ask: Callable[[Any], object], login: Callable[[str], Any], body: bytes
) -> None:
    rogue.answer = says.plain(200, body, "Set-Cookie: tracked=1; Max-Age=99999999\r\nSet-Cookie: more=2\r\n")
    platform = login(rogue.url)
    for _ in range(3):
        ask(platform)
    assert len(rogue.heard) >= 3
    assert not [heard for heard in rogue.heard if "cookie" in heard.lower()]
    platform.close()


def ask_once(ask: Callable[[str], object], answer: Say) -> None:
    with Rogue(answer) as server, pytest.raises(Exception, match=r"."):
        ask(server.url)


def test_a_packed_answer_is_read(rogue: Rogue) -> None:
    rogue.answer = says.packed([{"id": "1", "title": "Birds"}])
    assert mastodon(rogue.url).lists() == ("Birds",)
    rogue.answer = says.packed({"feed": []})
    assert [page.posts for page in bluesky(rogue.url).timeline(None)] == [()]


@pytest.mark.parametrize("ask", READS.values(), ids=READS)
def test_a_packed_answer_that_breaks_off_is_none(rogue: Rogue, ask: Callable[[str], Any]) -> None:
    import gzip

    whole = gzip.compress(b'{"feed": [], "id": "1", "acct": "ann"}')
    rogue.answer = says.plain(200, whole[:-9], "Content-Encoding: gzip\r\n")
    with pytest.raises(PlatformError):
        ask(rogue.url)
