"""The Mastodon adapter keeps the contract, over HTTP, on servers with ids of either kind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.model import Account
from bot.platforms.base import Platform
from bot.platforms.mastodon import Mastodon
from bot.platforms.mastodon.text import read
from tests.contract.platform_contract import OWNER, PlatformContract, Scene
from tests.servers.mastodon_network import Network, OwnList, Status
from tests.servers.mastodon_stub import Stub


class MastodonScene:
    """A Scene on the stub server; everything is written a second after the last."""

    page = 40
    lacks = frozenset({"block"})

    def __init__(self, stub: Stub) -> None:
        self.stub, self.network = stub, stub.network
        now = datetime.now(UTC).replace(microsecond=0)
        self.platform: Platform = Mastodon(stub.url, stub.network.token, SimulatedClock(now), share=1.0)
        self.last = now - timedelta(hours=1)
        self.ids = {OWNER: self.network.owner}

    def _id(self, name: str) -> str:
        if name not in self.ids:
            self.ids[name] = self.network.account(f"{name}@garden.test")
        return self.ids[name]

    def person(self, name: str) -> Account:
        handle = "owner@quiet.test" if name == OWNER else f"{name}@garden.test"
        return Account(self._id(name), handle)

    def follow(self, name: str) -> None:
        self.network.follow(self._id(name))

    def follow_back(self, name: str) -> None:
        self.network.followed_by(self._id(name))

    def _write(self, name: str, text: str, **more: Status) -> str:
        self.last += timedelta(seconds=1)
        content = f"<p>{text}</p>" if text else ""
        return self.network.post(self._id(name), content, self.last, **more).id  # type: ignore[arg-type]

    def _status(self, post: str) -> Status:
        found = self.network.find(post)
        assert found is not None
        return found

    def post(self, name: str, text: str) -> str:
        return self._write(name, text)

    def reply(self, name: str, to: str, text: str) -> str:
        return self._write(name, text, reply_to=self._status(to))

    def repost(self, name: str, post: str) -> str:
        return self._write(name, "", boost_of=self._status(post))

    def favourite(self, post: str) -> None:
        self.network.favourites.append(self._status(post))

    def bookmark(self, post: str) -> None:
        self.network.bookmarks.append(self._status(post))

    def notify(self, name: str) -> None:
        self.network.follows[self._id(name)].notify = True

    def mute(self, name: str) -> None:
        self.network.mutes[self._id(name)] = (True, None)

    def unmute(self, name: str) -> None:
        del self.network.mutes[self._id(name)]

    def block(self, name: str) -> None:
        raise AssertionError("not in this scene")

    def add_to_list(self, title: str, name: str) -> None:
        made = OwnList(str(len(self.network.lists) + 1), title, exclusive=False, members=[self._id(name)])
        self.network.lists[made.id] = made

    def requests(self) -> int:
        return len(self.stub.log)

    def messages(self) -> list[tuple[str, ...]]:
        threads: dict[str, list[str]] = {}
        thread_of: dict[str, str] = {}
        for status in self.network.statuses:
            if status.author != self.network.owner or status.visibility != "direct" or status.deleted:
                continue
            thread_of[status.id] = thread_of[status.reply_to.id] if status.reply_to else status.id
            threads.setdefault(thread_of[status.id], []).append(read(status.content).text)
        return [tuple(parts) for parts in threads.values()]

    def answer(self, name: str, letter: str, text: str) -> str:
        letter_id = letter.rpartition("/")[2]
        return self._write(name, text, reply_to=self._status(letter_id), visibility="direct")  # type: ignore[arg-type]

    def edit(self, answer: str, text: str) -> None:
        self._status(answer).content = f"<p>{text}</p>"

    def outage(self, after: int) -> None:
        self.stub.answers_left = after

    def restore(self) -> None:
        self.stub.answers_left = None


class TestMastodon(PlatformContract):
    """The shared promises."""

    @pytest.fixture(params=["snowflake", "ulid"])
    def scene(self, request: pytest.FixtureRequest) -> Iterator[Scene]:
        with Stub(Network(ids=request.param)) as stub:
            made = MastodonScene(stub)
            yield made
            made.platform.close()
