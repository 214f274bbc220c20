"""Nothing that a post, a profile or a page of a server points to is ever fetched: a trap listens there, and hears
nothing, while the program reads, judges and shows what points at it."""

import itertools
import socket
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.servers import mastodon_stub
from tests.servers.bluesky_stub import HANDLE, PASSWORD, entry, serving
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub
from tests.servers.rogue import Rogue

pytestmark = pytest.mark.slow

BY_NAME = "https://trap.test"
ADDRESSES = "url uri avatar avatar_static header header_static preview_url remote_url href".split()
"""Keys of a status or an account that hold an address."""


@pytest.fixture
def trap() -> Iterator[Rogue]:
    with Rogue() as rogue:
        yield rogue


@pytest.fixture
def bait(trap: Rogue) -> Callable[[], str]:
    """Makes addresses that lead into the trap, no two alike: every other one by a name."""
    number = itertools.count()

    def address() -> str:
        place = next(number)
        return f"{(trap.url, BY_NAME)[place % 2]}/{place}"

    return address


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every name that the process looks up; all but this machine's lead to this machine, as an attacker's may."""
    names: list[str] = []
    real = socket.getaddrinfo

    def find(host: Any, *given: Any, **more: Any) -> Any:
        names.append(str(host.decode() if isinstance(host, bytes) else host))
        return real("127.0.0.1", *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", find)
    return names


@pytest.fixture
def quietfeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs verbs by a config of one profile; gives what was shown."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    for name in ("DATABASE_URL", "QUIETFEED_CONFIG", "QUIETFEED_CONFIG_YAML"):
        monkeypatch.delenv(name, raising=False)

    def run(profile: str, *lines: str) -> str:
        Path("config.yaml").write_text(f"profiles: [{{name: home, report_via: file, {profile}}}]\n")
        codes = [main(line.split()) for line in lines]
        shown = capsys.readouterr()
        assert codes == [0] * len(lines), shown.err
        return shown.out

    return run


def mastodon_bait(found: Any, bait: Callable[[], str]) -> Any:
    """An answer of Mastodon's in which every place that can point somewhere points at the trap."""
    if isinstance(found, list):
        return [mastodon_bait(one, bait) for one in found]
    if not isinstance(found, dict):
        return found
    made = {key: bait() if key in ADDRESSES and value else mastodon_bait(value, bait) for key, value in found.items()}
    if "acct" in made:
        link = f'<a href="{bait()}" rel="me">{bait()}</a>'
        made |= {"note": f"<p>{link}</p>", "fields": [{"name": "site", "value": link, "verified_at": None}]}
        made["emojis"] = [{"shortcode": "a", "url": bait(), "static_url": bait()}]
    if "content" in made:
        made["content"] += f'<p><a href="{bait()}">here</a> {bait()} <img src="{bait()}"><iframe src="{bait()}"></p>'
        made["card"] = {
            "url": bait(),
            "title": "A",
            "image": bait(),
            "embed_url": bait(),
            "html": f"<img src={bait()}>",
        }
        made["media_attachments"] = [{"id": "1", "type": "image", **dict.fromkeys(ADDRESSES, bait())}]
    return made


def test_nothing_on_mastodon_is_fetched_that_a_post_or_a_page_points_to(
    trap: Rogue, bait: Callable[[], str], looked_up: list[str], quietfeed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = mastodon_stub._Handler
    answer = handler._answer

    def baited(self: Any, status: int, found: object, fault: Any = None) -> None:
        if "/v2/instance" not in self.path:
            found = mastodon_bait(found, bait)
        self.link = getattr(self, "link", "").replace(self.stub.url, trap.url)
        answer(self, status, found, fault)

    monkeypatch.setattr(handler, "_answer", baited)
    with Stub(seeded(datetime.now(UTC))) as stub:
        monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
        told = quietfeed(
            f'platform: mastodon, server: "{stub.url}"',
            "sweep", "check dropper0@shop.test", "capture dropper0@shop.test --output out.jsonl",
            "report --format html",
        )  # fmt: skip
        paged = {asked.path for asked in stub.log if "max_id" in asked.path}
        assert len(paged) > 3, "pages were followed, by their ids"
    assert f"{BY_NAME}/" in told + Path("out.jsonl").read_text(), "it was read, and shown"
    assert trap.heard == []
    hosts = set(looked_up) - {"127.0.0.1"}
    assert hosts <= {"shop.test", "friends.test", "else.test"}, "own servers of accounts alone, by their handles"


def test_an_accounts_own_server_that_leads_into_the_owners_network_is_not_connected_to(
    looked_up: list[str], quietfeed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[str] = []
    real = socket.create_connection

    def connect(address: Any, *given: Any, **more: Any) -> socket.socket:
        connected.append(f"{address[0]}:{address[1]}")
        return real(address, *given, **more)

    monkeypatch.setattr(socket, "create_connection", connect)
    with Stub(seeded(datetime.now(UTC))) as stub:
        monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
        quietfeed(f'platform: mastodon, server: "{stub.url}"', "sweep", "check dropper0@shop.test")
    assert "shop.test" in looked_up
    assert "127.0.0.1:443" not in connected


def bluesky_bait(number: int, bait: Callable[[], str]) -> dict[str, Any]:
    """An item in which every place that can point somewhere points at the trap."""
    link, thumb = bait(), bait()
    external = {"uri": link, "title": "A", "description": bait(), "thumb": thumb}
    features = [{"$type": "app.bsky.richtext.facet#link", "uri": bait()}]
    record = {
        "facets": [{"index": {"byteStart": 0, "byteEnd": 4}, "features": features}],
        "embed": {"$type": "app.bsky.embed.external", "external": {**external, "thumb": None}},
    }
    made = entry(number, "did:plc:drop", f"Look {bait()}", **record)
    made["post"]["embed"] = {"$type": "app.bsky.embed.external#view", "external": external}
    made["post"]["author"] |= {"avatar": bait(), "handle": "drop.test"}
    return made


def test_nothing_on_bluesky_is_fetched_that_a_post_or_a_page_points_to(
    trap: Rogue, bait: Callable[[], str], looked_up: list[str], quietfeed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as stub:
        stub.feed = [bluesky_bait(place, bait) for place in range(120)]

        def profile(query: dict[str, list[str]]) -> dict[str, Any]:
            who = query["actor"][0]
            named = "drop.test" if "drop" in who else HANDLE
            did = "did:plc:drop" if "drop" in who else who
            shown = {"avatar": bait(), "banner": bait(), "description": bait(), "viewer": {}}
            return {"did": did, "handle": named, **shown}

        def feed(query: dict[str, list[str]]) -> dict[str, Any]:
            rest = urllib.parse.urlsplit(query.get("cursor", [""])[0]).path.strip("/")
            start = int(rest or 0)
            return {"feed": stub.feed[start : start + 50], "cursor": f"{trap.url}/{start + 50}"}

        stub.answers |= {
            "app.bsky.actor.getProfile": profile,
            "app.bsky.actor.getProfiles": lambda query: {
                "profiles": [profile({"actor": [who]}) for who in query["actors"]]
            },
            "app.bsky.feed.getAuthorFeed": feed,
            "app.bsky.graph.getMutes": lambda _: {"mutes": []},
            "app.bsky.graph.getLists": lambda _: {"lists": []},
        }
        monkeypatch.setenv("QUIETFEED_HOME_APP_PASSWORD", PASSWORD)
        told = quietfeed(
            f'platform: bluesky, handle: {HANDLE}, server: "{stub.url}"',
            "sweep", "check drop.test", "capture drop.test --output out.jsonl", "report --format html",
        )  # fmt: skip
        assert stub.asked["app.bsky.feed.getAuthorFeed"] > 2, "pages were followed, by their cursor"
    assert f"{BY_NAME}/" in told + Path("out.jsonl").read_text(), "it was read, and shown"
    assert trap.heard == []
    assert set(looked_up) == {"127.0.0.1"}
