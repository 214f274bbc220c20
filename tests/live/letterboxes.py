"""Three real servers on which the owner gets their reports as private messages, and can answer them.

Each has the company of `tests.live.places`, and somebody who is followed only on the second day.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

from sqlalchemy import create_engine, insert

from bot.platforms.mastodon.text import read
from tests.live.counting_proxy import CountingProxy
from tests.live.network import BlueskyNetwork
from tests.live.places import DAYS, NEWS, PAPER, MastodonClient, OnBluesky, OnMastodon, Place
from tests.live.seed_bluesky import join, note, times
from tests.servers.bluesky_chat import Chat
from tests.servers.mastodon_network import Network, link
from tests.servers.mastodon_stub import Stub

LATE = 3.0
"""Seconds in which a program can be killed between sending a message and hearing that it arrived."""
OFFERS = "https://market.example.com/offer"
NEW = 12
"""Posts of the newcomer that are new on the second day: as many as are worth a look."""
TOKENS = {name: f"{name}-token" for name in ("owner", "talker", "dropper", "mirror", "booster", "newcomer")}
DOMAIN = "mock.local"
FAULTS = "/api/v1/_mock/faults"


class Letterbox(Place, Protocol):
    """A server where the bot's messages arrive."""

    bot_password: str
    """What `quietfeed login --bot` asks for; empty where the owner's own login sends the messages."""

    def written(self) -> list[str]:
        """Every private message that the bot wrote to the owner, in plain text, oldest first."""

    def reply(self, text: str) -> None:
        """The owner answers the last message by their own app."""

    def intrude(self, text: str) -> None:
        """The talker answers it too, as far as the server lets them."""

    def be_late(self) -> None:
        """The next message is taken, but its sender hears so `LATE` seconds later."""

    def is_late(self) -> bool:
        """Whether a message was sent since then."""

    def meet_newcomer(self) -> None:
        """The owner follows `newcomer`, who has only ever dropped links."""


class BlueskyLetterbox(OnBluesky):
    """The local Bluesky network, with a chat service beside it: a second account writes to the owner."""

    def __init__(self, network: BlueskyNetwork, proxy: CountingProxy) -> None:
        super().__init__(network, proxy.url)
        assert proxy.chat is not None
        self.proxy, self.chat = proxy, proxy.chat
        self.people["bot"] = self.bot = join(network.pds, f"botd{OnBluesky.scenes}")
        self.people["newcomer"] = join(network.pds, f"newcomerd{OnBluesky.scenes}")
        self.bot_password = self.bot.password
        self.profile = self.profile.replace("report_via: file", f"report_via: direct, bot_handle: {self.bot.handle}")

    def written(self) -> list[str]:
        return self.chat.said(self.bot.did, self.owner.did)

    def reply(self, text: str) -> None:
        self.chat.say(self.owner.did, self.bot.did, text)

    def intrude(self, text: str) -> None:
        self.chat.say(self.people["talker"].did, self.bot.did, text)

    def be_late(self) -> None:
        self.proxy.late = LATE

    def is_late(self) -> bool:
        return not self.proxy.late

    def meet_newcomer(self) -> None:
        now, who = datetime.now(UTC), self.people["newcomer"]
        who.post([note(f"{OFFERS}/{i}", at) for i, at in enumerate([*times(now, 3, DAYS), *[now] * NEW])])
        self.owner.follow(who, at=now - timedelta(days=20))
        self.network.settle()


class MastodonLetterbox(MastodonClient):
    """What the two servers of the Mastodon API have in common: the owner's own login writes, they read and answer."""

    bot_password = ""

    def begin(self) -> None:
        """From now on everything that the owner's login posts in private is the bot's, but for `reply`."""
        self.replies: set[str] = set()
        self.me = self.ask("GET", "/api/v1/accounts/verify_credentials")["id"]

    def messages(self) -> list[dict[str, Any]]:
        """The owner's private posts, oldest first."""
        posts = self.ask("GET", f"/api/v1/accounts/{self.me}/statuses", params={"limit": 40})
        return [post for post in reversed(posts) if post["visibility"] == "direct"]

    def written(self) -> list[str]:
        return [read(post["content"]).text for post in self.messages() if post["id"] not in self.replies]

    def last(self) -> str:
        """The id of the bot's last message."""
        return str(next(post["id"] for post in reversed(self.messages()) if post["id"] not in self.replies))

    def reply(self, text: str) -> None:
        body = {"status": text, "in_reply_to_id": self.last(), "visibility": "direct"}
        self.replies.add(self.ask("POST", "/api/v1/statuses", data=body)["id"])


class StubLetterbox(MastodonLetterbox, OnMastodon):
    """The strict stub."""

    def __init__(self, stub: Stub) -> None:
        super().__init__(stub)
        self.profile = self.profile.replace("report_via: file", "report_via: direct")
        self.ids["newcomer"] = self.network.account("newcomer")
        self.begin()

    def intrude(self, text: str) -> None:
        letter = self.network.find(self.last())
        self.network.post(self.ids["talker"], f"<p>{text}</p>", reply_to=letter, visibility="direct")

    def be_late(self) -> None:
        self.stub.fault("slow", "/api/v1/statuses$", number=LATE, method="POST")

    def is_late(self) -> bool:
        return not self.stub.faults

    def meet_newcomer(self) -> None:
        now, who = datetime.now(UTC), self.ids["newcomer"]
        for i, at in enumerate([*times(now, 3, DAYS), *[now] * NEW]):
            self.network.post(who, f"<p>{link(f'{OFFERS}/{i}')}</p>", at)
        self.network.follow(who)


class MockLetterbox(MastodonLetterbox):
    """The mastodon-mock package: somebody else's reading of the API. What is older than now goes into its database."""

    def __init__(self, url: str, database: Path) -> None:
        self.engine, self.domain = create_engine(f"sqlite:///{database}"), DOMAIN
        self.profile = f"{{name: home, platform: mastodon, server: '{url}', report_via: direct}}"
        self.secrets = {"QUIETFEED_HOME_TOKEN": TOKENS["owner"]}
        self.signed_in(url, TOKENS["owner"])
        self.ids = {name: self.ask("GET", "/api/v1/accounts/lookup", params={"acct": name})["id"] for name in TOKENS}
        self._history(datetime.now(UTC))
        self.begin()

    def _history(self, now: datetime) -> None:
        for i, at in enumerate(times(now, 3, DAYS)):
            said = self._post("talker", f"A thought about the garden, {i}", at)
            self._post("dropper", f"https://shop.example.com/offer/{i}", at)
            self._post("mirror", f"{NEWS} {PAPER}/{i}", at)
            self._post("booster", "", at + timedelta(minutes=5), reblog_of_id=said)
        for name in ("talker", "dropper", "mirror", "booster"):
            self.ask("POST", f"/api/v1/accounts/{self.ids[name]}/follow")

    def _post(self, name: str, text: str, at: datetime | None = None, **more: Any) -> int:
        """A post of any time, as that server stores its own; returns its id.

        Its address has no “@name” in it, as on some servers: this one takes that for a mention wherever it is quoted.
        """
        from mastodon_mock.content_format import render_status_html
        from mastodon_mock.db.models import Status
        from mastodon_mock.ids import next_id

        number = int(at.timestamp() * 1000) + list(TOKENS).index(name) if at else next_id()
        row = {"id": number, "account_id": int(self.ids[name]), "text": text, "content": render_status_html(text)}
        row |= {"created_at": (at or datetime.now(UTC)).replace(tzinfo=None), "url": f"https://{DOMAIN}/notes/{number}"}
        with self.engine.begin() as connection:
            connection.execute(insert(Status).values(**row, **more))
        return number

    def intrude(self, text: str) -> None:
        body = {"status": text, "in_reply_to_id": self.last(), "visibility": "direct"}
        self.ask("POST", "/api/v1/statuses", data=body, headers={"Authorization": f"Bearer {TOKENS['talker']}"})

    def be_late(self) -> None:
        match = {"path": "/api/v1/statuses", "methods": ["POST"]}
        effect = {"type": "latency", "delay_ms": int(LATE * 1000)}
        self.ask("POST", FAULTS, json={"match": match, "effect": effect, "count": 1})

    def is_late(self) -> bool:
        return all(rule["remaining"] == 0 for rule in self.ask("GET", FAULTS))

    def meet_newcomer(self) -> None:
        now = datetime.now(UTC)
        for i, at in enumerate(times(now, 3, DAYS)):
            self._post("newcomer", f"{OFFERS}/{i}", at)
        self.ask("POST", f"/api/v1/accounts/{self.ids['newcomer']}/follow")
        for i in range(NEW):
            self._post("newcomer", f"{OFFERS}/new/{i}")


@contextmanager
def letterbox(kind: str, folder: Path, bluesky: Callable[[], BlueskyNetwork]) -> Iterator[Letterbox]:
    """A running server of that kind: `bluesky`, `mastodon` (the stub) or `mastodon-mock`."""
    if kind == "bluesky":
        there = bluesky()
        with CountingProxy(there.pds, Chat()) as proxy:
            yield BlueskyLetterbox(there, proxy)
    elif kind == "mastodon":
        network = Network()
        network.missing = {"limits"}  # there is no waiting for them, as on many small servers
        with Stub(network) as stub:
            yield StubLetterbox(stub)
    else:
        with mock(folder / "mock.sqlite") as url:
            yield MockLetterbox(url, folder / "mock.sqlite")


@contextmanager
def mock(database: Path) -> Iterator[str]:
    """The mock with the company's accounts, and its address.

    By itself it shows every post to whoever knows its id, private ones too, and no report is sent to such a server.
    So a door is put before it, as servers have that refuse all who are not logged in.
    """
    from fastapi import FastAPI, Request, Response
    from mastodon_mock.app import create_app
    from mastodon_mock.config import DatabaseConfig, FaultConfig, MastodonMockConfig, SeedAccount, SeedConfig
    from mastodon_mock.testing import MockServer
    from starlette.middleware.base import RequestResponseEndpoint

    def with_a_door(config: MastodonMockConfig) -> FastAPI:
        app = create_app(config)

        @app.middleware("http")
        async def door(request: Request, go_on: RequestResponseEndpoint) -> Response:
            strange = "authorization" not in request.headers and request.url.path.startswith("/api/v1/statuses/")
            return Response(status_code=401) if strange else await go_on(request)

        return app

    accounts = [SeedAccount(username=name, access_token=token) for name, token in TOKENS.items()]
    config = MastodonMockConfig(
        database=DatabaseConfig(path=str(database)),
        seed=SeedConfig(accounts=accounts),
        faults=FaultConfig(enabled=True),
    )
    with patch("mastodon_mock.app.create_app", with_a_door), MockServer(config=config) as server:
        yield server.base_url
