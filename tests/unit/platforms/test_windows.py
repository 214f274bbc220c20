"""Asked as fast as can be, each window that a server documents is used to its share and no further.

A PDS (docs.bsky.app/docs/advanced-guides/rate-limits): 3,000 requests in 5 minutes, 5,000 points of writes an hour and
35,000 a day at 3 points for what is created, 30 logins in 5 minutes and 300 a day. Mastodon (config/initializers/
rack_attack.rb): 300 requests of a token in 5 minutes, 1,500 of a user, 300 that page in 15.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any

import pytest
import requests
from atproto_client.request import Request, Response

from bot.clock import SimulatedClock
from bot.platforms.base import RateLimited
from bot.platforms.bluesky import Bluesky
from bot.platforms.bluesky import login as room
from bot.platforms.bluesky.login import Login
from bot.platforms.budget import Asked, Budget
from bot.platforms.mastodon import Mastodon
from bot.platforms.mastodon.connection import Connection
from bot.platforms.mastodon.transport import OneServer
from tests.servers.bluesky_stub import HANDLE, PASSWORD, Stub

MINUTES, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
POINTS = 3
"""What a created record costs a PDS's writer."""


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime.now(UTC))


class Wire(Request):  # type: ignore[misc]
    """Answers at once, as a PDS without a word of its limits does."""

    def __init__(self, *_: object) -> None:
        super().__init__(verify=False)  # reading certificates for each login takes long

    def get(self, *_: object, **__: object) -> Response:
        return Response(success=True, status_code=200, content={}, headers={})

    def post(self, url: str, **_: object) -> Response:
        content = Stub().new_session() if url.endswith("createSession") else {}
        return Response(success=True, status_code=200, content=content, headers={})


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch, clock: SimulatedClock) -> Login:
    monkeypatch.setattr(room, "Guarded", Wire)
    return Login(
        "https://pds.test", None, clock, Budget(clock, room.WINDOWS, share=1.0),
        handle=HANDLE, password=lambda: PASSWORD, save_session=lambda _: None,
    )  # fmt: skip


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch, clock: SimulatedClock) -> Connection:
    def send(*_: object, **__: object) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer._content = 200, b"[]"
        return answer

    monkeypatch.setattr(OneServer, "send", send)
    return Connection("https://home.test", "token", clock, share=1.0)


def took(clock: SimulatedClock, ask: Callable[[], Any], times: int) -> timedelta:
    """How long it takes to ask so often, coming back whenever that is what it is told."""
    began = clock.now()
    while times:
        try:
            ask()
        except RateLimited as later:
            clock.wait(((later.retry_at or clock.now()) - clock.now()).total_seconds())
        else:
            times -= 1
    return clock.now() - began


def fills(clock: SimulatedClock, ask: Callable[[], Any], allowed: int, per: timedelta) -> None:
    first = took(clock, ask, allowed)
    assert first < per, "so many are asked within the window"
    assert first + took(clock, ask, 1) == per, "and the next one only when the first has left it"


@pytest.mark.parametrize(("points", "per"), [(5_000, HOUR), (35_000, DAY)])
def test_what_is_written_to_a_pds_fills_the_hour_and_the_day(
    login: Login, clock: SimulatedClock, points: int, per: timedelta
) -> None:
    login.renew()
    clock.wait(DAY.total_seconds())
    fills(clock, lambda: login.post("com.atproto.repo.putRecord", {}), points // POINTS, per)
    assert login._budget.usage().writes == points // POINTS + 1


@pytest.mark.parametrize(("allowed", "per"), [(30, MINUTES), (300, DAY)])
def test_logins_on_a_pds_fill_their_windows(login: Login, clock: SimulatedClock, allowed: int, per: timedelta) -> None:
    fills(clock, login.renew, allowed, per)


def test_what_is_read_of_a_pds_fills_its_five_minutes(login: Login, clock: SimulatedClock) -> None:
    login.renew()
    clock.wait(DAY.total_seconds())
    fills(clock, lambda: login.get("app.bsky.feed.getTimeline"), 3_000, MINUTES)
    assert login._budget.usage().writes == 0


def test_what_is_asked_of_mastodon_fills_its_five_minutes(connection: Connection, clock: SimulatedClock) -> None:
    asked = iter(range(1_000))

    def ask() -> None:
        if next(asked) % 2:
            connection.get("/api/v1/lists")
        else:
            connection.write("POST", "/api/v1/lists", {"title": "Quieted"})

    fills(clock, ask, 300, MINUTES)
    assert connection.budget.usage().writes == 151


@pytest.mark.parametrize("name", ["max_id", "min_id", "since_id"])
def test_what_pages_through_mastodon_fills_its_quarter_of_an_hour(
    connection: Connection, clock: SimulatedClock, name: str
) -> None:
    fills(clock, lambda: connection.get("/api/v1/timelines/home", {name: "1"}), 300, 3 * MINUTES)


def test_owners_on_one_mastodon_server_ask_together_what_it_allows_one_user(
    connection: Connection, clock: SimulatedClock
) -> None:
    asked = Asked()
    logins = cycle(
        Mastodon("https://home.test", f"token{number}", clock, share=1.0, asked=asked) for number in range(6)
    )
    fills(clock, lambda: next(logins).lists(), 1_500, MINUTES)


def test_owners_on_one_pds_ask_together_what_it_allows_an_address(
    monkeypatch: pytest.MonkeyPatch, clock: SimulatedClock
) -> None:
    monkeypatch.setattr(room, "Guarded", Wire)
    asked, turns = Asked(), count()
    logins = [
        Bluesky(
            "https://pds.test", None, clock, asked=asked, share=1.0,
            handle=HANDLE, password=lambda: PASSWORD, save_session=lambda _: None,
        )
        for _ in range(3)
    ]  # fmt: skip
    for login in logins:
        login._login.renew()
    clock.wait(DAY.total_seconds())
    fills(clock, lambda: logins[next(turns) % 3]._login.get("app.bsky.feed.getTimeline"), 3_000, MINUTES)
