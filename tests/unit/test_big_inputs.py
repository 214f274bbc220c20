"""Long and repetitive text costs time in proportion to its length, wherever text is read or shown.

What is quadratic takes minutes of CPU here: the guard then stops it where it stands. The clock is not looked at, so a
machine that is busy with other things fails nothing.
"""

import re
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

import pytest

from bot import handles
from bot.anonymise import anonymised
from bot.config import default_config
from bot.judging.rules import judge
from bot.model import SELF, Account, History, Post
from bot.platforms.bluesky import posts as bluesky
from bot.platforms.mastodon import letters
from bot.platforms.mastodon import posts as mastodon
from bot.report import escape, split
from bot.signals import ALL
from bot.urls import clean, domain, site, social, spelled

pytestmark = pytest.mark.slow

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MANY = 100_000
"""Characters: what is read of a post at most."""
HOPELESS = 20
"""Seconds of CPU after which a sample is not slow but hangs; each takes a fraction of one."""

UNITS = [
    " ", "\t \n", "\n", "\x00", "\u200b", "a", "a ", "日", "a.", "a-", "a/", "..", "%", "%25", "@", "@a", "a@a.b ",
    "#", "#日", "(", "[a](", "\\", "*", "_", "`a", ":", "://", "&", "&#", "<", "</", "<a>", "<a href='",
    "<a href='https://a.test'>x", "<span>x", "<span class=invisible>x", "<span class='", "<p>", "<!--", "<![",
    "<?", "-->", "http://", "https://a.test ", "https://a.test/ ", "www.", "www.a.com ", "a.test/a ", "?a=b&",
    "https://l.facebook.com/l.php?u=", "http%3A%2F%2F", "xn--", "RE: ", "1. ", "- ", "did:plc:", "-eyJ",
]  # fmt: skip

MASTODON: dict[str, Any] = {"id": "1", "created_at": NOW.isoformat(), "account": {"id": "2", "acct": "ann"}}
BLUESKY: dict[str, Any] = {
    "uri": "at://did:plc:ann/app.bsky.feed.post/3k",
    "author": {"did": "did:plc:ann", "handle": "ann.test"},
    "indexedAt": NOW.isoformat(),
    "record": {"createdAt": NOW.isoformat(), "text": "hello"},
}


class Hangs(Exception):
    """A sample takes as if without end. Its traceback says where."""


@pytest.fixture(autouse=True)
def never_hangs() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, stop)
    allow(HOPELESS)
    yield
    allow(0)
    signal.signal(signal.SIGVTALRM, before)


def stop(*_: object) -> None:
    raise Hangs(f"more than {HOPELESS} s of CPU")


def allow(seconds: float) -> None:
    """So much CPU from now on; 0: as much as it likes."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def test_the_guard_stops_what_hangs() -> None:
    allow(0.05)
    with pytest.raises(Hangs):
        re.fullmatch(r"(a+)+b", "a" * 40)


def status(text: str) -> Post:
    author = MASTODON["account"] | {"note": text, "fields": [{"name": text, "value": text}]}
    card = {"url": text, "title": text, "description": text, "author_url": text}
    names = {"tags": [{"name": text}], "mentions": [{"id": "3", "acct": text, "url": text}]}
    raw = MASTODON | names | {"account": author, "content": text, "spoiler_text": text, "url": text, "card": card}
    return mastodon.statuses([raw], "e.test").posts[0]


def skeet(text: str) -> Post:
    card = {"uri": text, "title": text, "description": text}
    embed = {"$type": "app.bsky.embed.external", "external": card}
    bluesky.account(BLUESKY["author"] | {"displayName": text, "description": text})
    return bluesky.post(BLUESKY | {"record": BLUESKY["record"] | {"text": text, "tags": [text], "embed": embed}})


def address(text: str) -> None:
    for url in (text, f"https://a.test/{text}", f"https://a.test/?{text}", f"https://a.test/#{text}"):
        for read in (clean, domain, site, social):
            read(url)
    spelled(text)
    handles.key(text)


def shown(text: str) -> None:
    for show in (escape.terminal, escape.web, escape.unmentioned, letters.quiet, escape.inline):
        show(text)
    escape.markdown(text, MANY)
    escape.code(text, MANY)
    split.split(text, 500)


def measured(text: str) -> None:
    posts = tuple(Post(str(n), "ann", NOW, text, card_title=text, links=("https://a.test",)) for n in range(2))
    history = History(Account("ann", "ann", bio=text), posts, NOW)
    for one in ALL:
        one(history)


def anonymous(text: str) -> None:
    posts = (Post("1", "ann", NOW, text, tags=(text,)), Post("2", "ann", NOW, text, links=("https://a.test",)))
    anonymised(
        History(Account("ann", text, text, text, (text,), url=text), posts, NOW, lexicon=default_config().lexicon)
    )


@pytest.mark.parametrize("read", [status, skeet, address, shown, measured, anonymous])
def test_no_repetitive_text_hangs_what_reads_or_shows_it(read: Callable[[str], object]) -> None:
    for unit in UNITS:
        allow(HOPELESS)  # anew for each
        read(unit * (MANY // len(unit)))


@pytest.mark.parametrize("text", ["number {n}", "the same words in every part of it, " * 6])
@pytest.mark.parametrize("link", ["https://a{n}.test/{n}", "https://a.test/1", "https://bit.ly/{n}"])
def test_no_thread_is_so_long_that_its_judging_hangs(text: str, link: str) -> None:
    posts = tuple(
        Post(str(n), "ann", NOW - timedelta(minutes=n), text.format(n=n), links=(link.format(n=n),), reply_to=SELF)
        for n in range(30_000)
    )
    allow(HOPELESS)
    config = default_config()
    history = History(Account("ann", "ann"), posts, NOW, lexicon=config.lexicon)
    assert judge(history, config.rules, config.minimum).rule is None
    assert [one.name for one in ALL if (reading := one(history)) is not None and not isfinite(reading)] == []


def facets(many: int, feature: dict[str, str], width: int) -> list[dict[str, Any]]:
    return [{"index": {"byteStart": n, "byteEnd": n + width}, "features": [feature]} for n in range(many)]


@pytest.mark.parametrize("width", [1, 10, MANY])
@pytest.mark.parametrize("feature", [
    {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.test/1"},
    {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bob"},
    {"$type": "app.bsky.richtext.facet#tag", "tag": "birds"},
])  # fmt: skip
def test_no_number_of_facets_hangs_the_reading_of_a_post(feature: dict[str, str], width: int) -> None:
    record = BLUESKY["record"] | {"text": "a b" * (MANY // 6), "facets": facets(MANY // 2, feature, width)}
    assert bluesky.post(BLUESKY | {"record": record}).id


def test_no_number_of_names_and_anchors_hangs_the_reading_of_a_status() -> None:
    anchors = "".join(f'<a href="https://a.test/{n}">#a{n}</a> ' for n in range(MANY // 40))
    names = [{"id": str(n), "name": f"a{n}", "acct": f"a{n}", "url": f"https://a.test/{n}"} for n in range(MANY // 2)]
    raw = MASTODON | {"content": anchors, "tags": names, "mentions": names, "media_attachments": names}
    assert mastodon.statuses([raw], "e.test").posts
