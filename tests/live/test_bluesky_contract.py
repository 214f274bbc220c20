"""The contract of every platform, held against a real PDS and AppView: each test has an owner and people of its own."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from bot.clock import SystemClock
from bot.model import Account
from bot.platforms.base import Platform
from bot.platforms.bluesky import Bluesky
from bot.platforms.bluesky.posts import account
from tests.contract.platform_contract import OWNER, PlatformContract
from tests.live.network import BlueskyNetwork
from tests.live.seed_bluesky import Person, join, note, reply, repost
from tests.servers.bluesky_stub import stamp

pytestmark = pytest.mark.live


class HastyClock(SystemClock):
    """Waits no longer than the AppView takes to catch up, so that retries of an outage cost no minutes."""

    def wait(self, seconds: float, what_for: str = "") -> None:
        super().wait(min(seconds, 0.5), what_for)


class LiveScene:
    """The network, arranged through people's own logins."""

    page = 100
    lacks = frozenset({"expiry", "mark", "publish"})
    scenes = 0

    def __init__(self, network: BlueskyNetwork) -> None:
        LiveScene.scenes += 1
        self.network, self.number = network, LiveScene.scenes
        self.people: dict[str, Person] = {}
        self.references: dict[str, dict[str, str]] = {}
        self.failing: int | None = None
        self.unsettled = "records"
        owner = self.who(OWNER)
        self.bluesky = Bluesky(
            network.pds, None, HastyClock(),
            handle=owner.handle, password=lambda: owner.password, save_session=lambda _: None, share=1.0,
        )  # fmt: skip
        self.platform: Platform = self.bluesky
        network.settle()
        self.bluesky.owner()
        client = self.bluesky._login._connected().request._client
        client.event_hooks = {**client.event_hooks, "request": [self._on_request, *client.event_hooks["request"]]}

    def _on_request(self, request: httpx.Request) -> None:
        """What the AppView must have taken in is waited for only when somebody looks."""
        if self.unsettled:
            self.network.settle()
            time.sleep(0.5 if self.unsettled == "aside" else 0)
            self.unsettled = ""
        if self.failing is not None:
            self.failing -= 1
            if self.failing < 0:
                raise httpx.ConnectError("an outage", request=request)

    def who(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = join(self.network.pds, f"{name}{self.number}")
        return self.people[name]

    def settle(self) -> None:
        self.unsettled = self.unsettled or "records"

    def _write(self, name: str, record: dict[str, object]) -> str:
        (made,) = self.who(name).write([record])
        self.references[made["uri"]] = made
        self.settle()
        return made["uri"]

    def person(self, name: str) -> Account:
        who = self.who(name)
        self.settle()
        return account({"did": who.did, "handle": who.handle, "labels": []})

    def follow(self, name: str) -> None:
        self.who(OWNER).follow(self.who(name), at=datetime.now(UTC))
        self.settle()

    def follow_back(self, name: str) -> None:
        self.who(name).follow(self.who(OWNER), at=datetime.now(UTC))
        self.settle()

    def post(self, name: str, text: str) -> str:
        return self._write(name, note(text, datetime.now(UTC)))

    def reply(self, name: str, to: str, text: str) -> str:
        return self._write(name, note(text, datetime.now(UTC), **reply(self.references[to])))

    def repost(self, name: str, post: str) -> str:
        return self._write(name, repost(self.references[post], datetime.now(UTC)))

    def favourite(self, post: str) -> None:
        like = {"$type": "app.bsky.feed.like", "subject": self.references[post], "createdAt": stamp(datetime.now(UTC))}
        self._write(OWNER, like)

    def bookmark(self, post: str) -> None:
        self.who(OWNER).call("app.bsky.bookmark.createBookmark", self.references[post])
        self._moment()

    def notify(self, name: str) -> None:
        body = {"subject": self.who(name).did, "activitySubscription": {"post": True, "reply": False}}
        self.who(OWNER).call("app.bsky.notification.putActivitySubscription", body)
        self._moment()

    def mute(self, name: str) -> None:
        self.who(OWNER).call("app.bsky.graph.muteActor", {"actor": self.who(name).did})
        self._moment()

    def unmute(self, name: str) -> None:
        self.who(OWNER).call("app.bsky.graph.unmuteActor", {"actor": self.who(name).did})
        self._moment()

    def _moment(self) -> None:
        """What goes past the repositories (mutes, bookmarks) reaches the AppView by another way."""
        self.unsettled = "aside"

    def block(self, name: str) -> None:
        at = stamp(datetime.now(UTC))
        self._write(name, {"$type": "app.bsky.graph.block", "subject": self.who(OWNER).did, "createdAt": at})

    def add_to_list(self, title: str, name: str) -> None:
        at = stamp(datetime.now(UTC))
        purpose = "app.bsky.graph.defs#curatelist"
        uri = self._write(OWNER, {"$type": "app.bsky.graph.list", "purpose": purpose, "name": title, "createdAt": at})
        member = {"subject": self.who(name).did, "list": uri, "createdAt": at}
        self._write(OWNER, {"$type": "app.bsky.graph.listitem", **member})

    def requests(self) -> int:
        return self.platform.usage().requests

    def messages(self) -> list[tuple[str, ...]]:
        return []

    def outage(self, after: int) -> None:
        self.failing = after

    def restore(self) -> None:
        self.failing = None


class TestBluesky(PlatformContract):
    """Bluesky keeps the promises of a platform."""

    @pytest.fixture
    def scene(self, bluesky_network: BlueskyNetwork) -> Iterator[LiveScene]:
        arranged = LiveScene(bluesky_network)
        yield arranged
        arranged.platform.close()
