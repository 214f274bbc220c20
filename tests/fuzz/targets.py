"""What a coverage-guided fuzzer feeds with bytes: a target takes them, and whatever but an error for the owner leaves
it is a finding. Each has samples of our own to begin with."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot import config, forms, handles
from bot.errors import UserError
from bot.platforms.answers import decoded
from bot.platforms.bluesky import posts as bluesky_posts
from bot.platforms.bluesky.json import Unreadable
from bot.platforms.mastodon import posts as mastodon_posts
from bot.platforms.mastodon.text import read as read_html
from bot.report import escape
from bot.service import commands
from bot.urls import clean, domain, site, social, spelled
from tests.fuzz import desk, odd
from tests.fuzz.samples import PAGE, _entry, _status


@dataclass(frozen=True)
class Target:
    """What is fed, and what to begin with."""

    feed: Callable[[bytes], None]
    samples: tuple[str, ...]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def html(data: bytes) -> None:
    """Mastodon's HTML: its text and its links, of a post and of a profile."""
    read_html(_text(data))
    mastodon_posts.statuses([_status(1, "ann", content=_text(data), spoiler_text=_text(data))], "e.test")


def mastodon(data: bytes) -> None:
    """A page of statuses."""
    with suppress(ValueError):
        mastodon_posts.statuses(decoded(data), "e.test")


def bluesky(data: bytes) -> None:
    """A page of a feed: posts, facets, embeds."""
    with suppress(ValueError):
        page = decoded(data)
        if isinstance(page, list):
            bluesky_posts.readable(page)


def facets(data: bytes) -> None:
    """Facets of a post whose text is the first line."""
    first, _, rest = data.partition(b"\n")
    entry = _entry(1)["post"]
    with suppress(ValueError, Unreadable):
        entry["record"] |= {"text": _text(first), "facets": decoded(rest)}
        bluesky_posts.post(entry)


def embeds(data: bytes) -> None:
    """What a post of Bluesky carries along."""
    entry = _entry(1)["post"]
    with suppress(ValueError, Unreadable):
        entry["record"]["embed"] = entry["embed"] = decoded(data)
        bluesky_posts.post(entry)


def addresses(data: bytes) -> None:
    """An address, cleaned and judged; what is clean stays as it is."""
    url = _text(data)
    for read in (domain, site, social, spelled, escape.web):
        read(url)
    cleaned = clean(url)
    assert cleaned is None or clean(cleaned) in (cleaned, None), cleaned
    with suppress(UserError):
        handles.parsed(url)


def replies(data: bytes) -> None:
    """A reply to a report: no command whose verb does not stand in it, and no more than are read."""
    parts = commands.read(_text(data))
    assert len(parts) <= commands.MOST
    for part in parts:
        assert isinstance(part, commands.Unclear) or str(part.verb) in part.said.casefold()


def configs(data: bytes) -> None:
    """A config."""
    with suppress(UserError):
        config.read(_text(data), Path("config.yaml"))


def tables(data: bytes) -> None:
    """Mastodon's CSV forms."""
    with suppress(UserError):
        forms.read(data, "a.csv", "e.test")


def local_page(data: bytes) -> None:
    """A request to the desk: what comes along, its address, a header and its form."""
    page, _ = desk.opened()
    page.ask(desk.from_bytes(page, data))
    page.tidy()


SHORT = """dry_run: true
profiles:
  - {name: home, platform: mastodon, server: https://e.test, report_also: [feed]}
rules:
  - name: links
    when: &few {link_share: {at_least: 0.9}, own_posts: {at_least: 40}}
    unless: {reply_share: {at_least: 0.1}}
    then: mute
    for: 30d
  - {name: more, when: *few, then: list}
window: 30d
trust: {keep: [ann@e.test]}
"""
LINK = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.test"}
FACET = [{"index": {"byteStart": 0, "byteEnd": 4}, "features": [LINK]}]
CARD = {"uri": "https://a.test/b", "title": "A", "description": "B"}
EXTERNAL = {"$type": "app.bsky.embed.external#view", "external": CARD}
BOTH = {"$type": "app.bsky.embed.recordWithMedia#view", "media": EXTERNAL, "record": {"record": {}}}
TARGETS: Mapping[str, Target] = {
    "html": Target(html, (str(_status(1, "ann")["content"]), *odd.HTML)),
    "mastodon": Target(mastodon, (json.dumps(PAGE), json.dumps(PAGE[2:]))),
    "bluesky": Target(bluesky, (json.dumps([_entry(1)]), json.dumps([_entry(2), _entry(3)]))),
    "facets": Target(facets, ("Look at a.test\n" + json.dumps(FACET), "ß🤖 a.test\n" + json.dumps(FACET * 2))),
    "embeds": Target(embeds, (json.dumps(EXTERNAL), json.dumps(BOTH))),
    "addresses": Target(addresses, ("https://shop.test/k/1?utm_source=a&b=c#d", *odd.ADDRESSES)),
    "replies": Target(
        replies, ("keep 1 and 2, mute @a@b.test for 30d", "why 3?", "“undo 1”; pause 3 days", "> mute 1")
    ),
    "configs": Target(configs, (SHORT, "profiles: []\n", "strictness: gentle\nrules: shipped\n")),
    "desk": Target(local_page, desk.SAMPLES),
    "tables": Target(tables, ("Account address,Hide notifications\nann@e.test,true\n", "Quieted,ann@e.test\n")),
}
