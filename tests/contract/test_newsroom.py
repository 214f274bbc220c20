"""An account that posts all day is read far enough back to be judged, on every platform, and no further."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import default_config
from bot.model import EPOCH, Account, History, Post
from bot.platforms.base import Platform
from bot.platforms.bluesky import Bluesky
from bot.platforms.mastodon import Mastodon
from bot.platforms.memory import Memory, Network
from bot.service import feeds
from tests.servers import bluesky_stub, mastodon_network, mastodon_stub

NOW = datetime.now(UTC).replace(microsecond=0)
SINCE = NOW - timedelta(days=60)
CONFIG = default_config()
A_DAY, DAYS = 90, 12
TIMES = [NOW - timedelta(days=1) * n / A_DAY for n in range(1, A_DAY * DAYS)]
"""Of each post, newest first."""


class Newsroom:
    """Ninety headlines a day for twelve days, somewhere; and the requests that reading them took."""

    def __init__(self, platform: Platform, account: Account) -> None:
        self.platform, self.account = platform, account

    def read(self) -> tuple[History, int]:
        before = self.platform.usage().requests
        feed = feeds.read(self.platform, self.account, SINCE, CONFIG)
        return History(feed.account, feed.posts, NOW, self.platform.name), self.platform.usage().requests - before


def in_memory() -> Iterator[Newsroom]:
    network = Network(SimulatedClock(NOW))
    network.join("robin@quiet.test")
    desk = network.join("desk@news.test")
    for number, at in enumerate(TIMES):
        link = (f"https://news.test/{number}",)
        network.post("desk@news.test", Post("", "", EPOCH, text=f"Headline {number}", links=link), at)
    yield Newsroom(Memory(network, "robin@quiet.test"), desk)


def on_mastodon() -> Iterator[Newsroom]:
    with mastodon_stub.Stub(mastodon_network.Network()) as stub:
        desk = stub.network.account("desk@news.test")
        for number, at in enumerate(TIMES):
            stub.network.post(desk, f"<p>Headline {mastodon_network.link(f'https://news.test/{number}')}</p>", at)
        platform = Mastodon(stub.url, stub.network.token, SimulatedClock(NOW), share=1.0)
        yield Newsroom(platform, Account(desk, "desk@news.test"))
        platform.close()


def on_bluesky() -> Iterator[Newsroom]:
    did = "did:plc:desk"
    items = [bluesky_stub.entry(n, did, f"Headline https://news.test/{n}") for n in range(len(TIMES))]
    for item, at in zip(items, TIMES, strict=True):
        item["post"]["record"]["createdAt"] = item["post"]["indexedAt"] = bluesky_stub.stamp(at)

    def author_feed(query: dict[str, list[str]]) -> object:
        start = int(query.get("cursor", ["0"])[0])
        return {"feed": items[start : start + 100], "cursor": str(start + 100)}

    with bluesky_stub.serving() as stub:
        stub.answers["app.bsky.actor.getProfiles"] = lambda _: {"profiles": [{"did": did, "handle": "desk.test"}]}
        stub.answers["app.bsky.feed.getAuthorFeed"] = author_feed
        platform = Bluesky(
            stub.url, None, SimulatedClock(NOW), handle=bluesky_stub.HANDLE,
            password=lambda: bluesky_stub.PASSWORD, save_session=lambda _: None, share=1.0,
        )  # fmt: skip
        yield Newsroom(platform, Account(did, "desk.test"))
        platform.close()


@pytest.fixture(params=[in_memory, on_mastodon, on_bluesky])
def newsroom(request: pytest.FixtureRequest) -> Iterator[Newsroom]:
    yield from request.param()


def test_a_newsroom_of_ninety_posts_a_day_is_judged(newsroom: Newsroom) -> None:
    history, requests = newsroom.read()
    verdict = feeds.judge(history, CONFIG, "home")
    assert verdict.abstained is None
    assert (verdict.readings["days_seen"] or 0) >= 2
    assert len(history.posts) < 400, "no further back than the rules ask"
    assert requests <= 14


def test_an_account_that_posts_a_few_times_a_day_costs_no_further_request() -> None:
    network = Network(SimulatedClock(NOW))
    network.join("robin@quiet.test")
    ann = network.join("ann@town.test")
    for number in range(500):
        network.post("ann@town.test", f"Thinking of {number}", NOW - timedelta(hours=4 * number + 1))
    platform = Memory(network, "robin@quiet.test")
    feed = feeds.read(platform, ann, SINCE, CONFIG)
    assert (len(feed.posts), platform.usage().requests) == (CONFIG.own_feed.posts, 3)


def test_a_flood_is_read_up_to_a_thousand_posts() -> None:
    network = Network(SimulatedClock(NOW))
    network.join("robin@quiet.test")
    flood = network.join("flood@shop.test")
    for number in range(3000):
        network.post("flood@shop.test", f"Offer {number}", NOW - timedelta(seconds=20 * number + 1))
    platform = Memory(network, "robin@quiet.test")
    assert len(feeds.read(platform, flood, SINCE, CONFIG).posts) == feeds.MOST_POSTS


def test_someone_who_answers_all_day_is_read_until_a_rule_can_tell() -> None:
    """Such accounts may have no post of their own; the rules on replies ask for three days."""
    network = Network(SimulatedClock(NOW))
    network.join("robin@quiet.test")
    network.join("ann@town.test")
    helper = network.join("spam@shop.test")
    said = network.post("ann@town.test", "Hello", SINCE)
    for number in range(800):
        network.post("spam@shop.test", "Buy", NOW - timedelta(minutes=10 * number + 1), answering=said)
    feed = feeds.read(Memory(network, "robin@quiet.test"), helper, SINCE, CONFIG)
    assert feed.posts[0].created_at - feed.posts[-1].created_at >= timedelta(days=3)
