"""Both platforms' adapters, talking through their real libraries to answers in this process, most of them odd."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import requests
from requests.adapters import BaseAdapter

from bot.clock import SimulatedClock
from bot.platforms.bluesky import Bluesky, BotLogin
from bot.platforms.bluesky import login as login_room
from bot.platforms.bluesky.transport import Guarded
from bot.platforms.mastodon import Mastodon, connection
from bot.platforms.mastodon.transport import OneServer
from tests.fuzz import odd
from tests.fuzz.samples import NOW, OWNER, Answers, route
from tests.servers.bluesky_stub import HANDLE, token

SERVER = "https://e.test"
STATUSES = (200, 201, 204, 206, 302, 304, 400, 401, 403, 404, 408, 410, 422, 429, 500, 501, 502, 503, 599)
NAMES = ("x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset ratelimit-limit ratelimit-remaining "
         "ratelimit-reset retry-after date link content-type location deprecation set-cookie").split()  # fmt: skip
HEADERS = [
    "99999999999999", "-1e20", "0", "1", "-1", "NaN", "soon", "", "9" * 400, "Fri, 99 Foo 2026 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "2026-05-01T12:00:30Z", "0001-01-01T00:00:00Z",
    "<http://[::1?max_id=3>; rel=next", "<https://e.test/a?max_id=3&min_id=>; rel=\"next\", <>; rel=prev", "<;;>,,=",
    "<?max_id=%ED%A0%80&page=1e9>; rel=next", "text/html", "application/json; charset=\xff", "a=b; Domain=..; Path=x",
    "http://[::1", "//", "/api/v1/other", "https://elsewhere.test/", "\xe4\xff",
]  # fmt: skip
ERRORS = ({"error": "x"}, {"error": "ExpiredToken", "message": "scope"}, {"error": "InvalidRequest", "message": 7}, [],
          "x", {"error": {"a": 1}}, {"error": None, "error_description": "The access token is invalid"},
          {"error": "BlockedByActor", "message": "\ud800"}, None)  # fmt: skip


class Answering:
    """Gives each request its sample, made odd as often as not. `given` counts the answers, `last` is the newest."""

    def __init__(self, random: Random, samples: Answers, tame: float = 0.0) -> None:
        self.random, self.samples, self.tame = random, samples, tame
        self.given = 0
        self.last: tuple[str, int, dict[str, str], bytes] = ("", 0, {}, b"")

    def answer(self, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        random, what = self.random, route(method, path)
        self.given += 1
        status, headers = 200, {"content-type": "application/json"}
        body = self._body(what)
        kind = random.random()
        if what.endswith(("createSession", "refreshSession")):
            kind = max(kind, 0.3)
        if kind < 0.08:
            body = odd.damaged(random, body)
        elif kind < 0.18:
            status = random.choice(STATUSES)
            body = json.dumps(random.choice(ERRORS)).encode() if random.random() < 0.7 else body
        elif kind < 0.28:
            headers |= {random.choice(NAMES): random.choice(HEADERS) for _ in range(3)}
            status = random.choice((200, 200, 429))
        self.last = (what, status, headers, body)
        return status, headers, body

    def _body(self, what: str) -> bytes:
        random = self.random
        choice = self.samples.get(what) or self.samples[random.choice(list(self.samples))]
        if random.random() < 0.03:
            choice = self.samples[random.choice(list(self.samples))]
        if what.endswith(("createSession", "refreshSession")):
            choice = [json.dumps(session(random))]
        good = random.choice(choice)
        if random.random() < max(0.25, self.tame):
            return good.encode()
        return odd.encoded(odd.changed(random, json.loads(good), random.choice((1, 1, 2, 4)))).encode()


def session(random: Random) -> dict[str, Any]:
    """What a new session looks like."""
    later = datetime(2035, 1, 1, tzinfo=UTC)
    number = random.randrange(10**6)
    return {"accessJwt": token("access", number, later), "refreshJwt": token("refresh", number, later), "did": OWNER,
            "handle": HANDLE, "active": True}  # fmt: skip


class _Wire(BaseAdapter):
    """The end of requests where the network would begin."""

    def __init__(self, answering: Answering) -> None:
        super().__init__()
        self.answering = answering

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer, as it would have come."""
        status, headers, body = self.answering.answer(str(request.method), str(request.path_url))
        answer = requests.Response()
        answer.status_code, answer._content, answer.url, answer.request = status, body, str(request.url), request
        answer.headers.update(headers)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def wired(answering: Answering, clock: SimulatedClock) -> connection.Connection:
    """A connection to the server, its network replaced."""
    made = connection.Connection(SERVER, "token", clock, share=1.0)
    _wire(made, answering)
    return made


def _wire(made: connection.Connection, answering: Answering) -> None:
    session = made._client.session
    assert isinstance(session, OneServer)
    session.mount(session.own, _Wire(answering))


def mastodon(answering: Answering) -> Mastodon:
    """One owner's login on a server of the Mastodon API."""
    made = Mastodon(SERVER, "token", SimulatedClock(NOW), share=1.0)
    _wire(made._connection, answering)
    return made


def bluesky(answering: Answering) -> Bluesky:
    """One owner's login on a PDS, and a bot's; half of them have a kept session."""
    from atproto_client import Session  # type: ignore[import-untyped]

    told = session(answering.random)
    kept = Session(HANDLE, OWNER, told["accessJwt"], told["refreshJwt"], SERVER).export()
    kept = kept if answering.random.random() < 0.9 else odd.text(answering.random, kept)
    keep: dict[str, Any] = {"handle": HANDLE, "password": lambda: "password", "save_session": lambda _: None}
    bot = BotLogin(session=kept, server=SERVER, **keep)
    return Bluesky(SERVER, kept, SimulatedClock(NOW + timedelta(seconds=1)), bot=bot, share=1.0, **keep)


@contextmanager
def atproto(answering: Answering) -> Iterator[None]:
    """Every client of a PDS that is made meanwhile is answered by `answering`."""

    def answer(request: httpx.Request) -> httpx.Response:
        status, headers, body = answering.answer(request.method, request.url.raw_path.decode("latin-1"))
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))

    class Wired(Guarded):
        def __init__(self, timeout: float, plain: bool = False) -> None:
            super().__init__(timeout, plain)
            self._client.close()
            hooks: Any = {"request": [self._leaving], "response": [self._answered]}
            self._client = httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True, event_hooks=hooks)

    before = login_room.Guarded
    login_room.Guarded = Wired  # type: ignore[misc]
    try:
        yield
    finally:
        login_room.Guarded = before  # type: ignore[misc]
