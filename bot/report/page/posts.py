"""Posts of an account on a page, as a reader sees them: when, whether they repost or answer, words and links."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import islice

from bot.model import SELF, UNKNOWN, Account, Post
from bot.report.escape import handle, inline, web
from bot.report.figures import moment, plural
from bot.report.review import did, wordless

MOST_LINES, MOST_IN_LINE, MOST_LINKS, MOST_ADDRESS = 40, 600, 6, 100
"""What is shown of one post: lines, characters in each, links, and characters of each."""


ADDRESS = re.compile(r"(https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]}'’])")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words, and the address that they are, if they are one that may be clicked."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """One post. Hostile text is harmless here, and escaped by the template."""

    at: str
    iso: str
    url: str
    """Its page; empty where there is none that may be clicked."""
    did: str
    """`reposted anna@example.org`, `answered`; empty for a post of its own."""
    lines: list[list[Part]]
    links: list[Part]
    """What it leads to beside the addresses that stand in its words."""
    note: str
    """Whatever else there is to see: `2 pictures or the like`."""


def read(posts: Iterable[Post], known: Mapping[str, Account], today: date, zone: tzinfo) -> list[Read]:
    """The posts in their order. `known` are the accounts that are named in them, by id, as far as they are known."""
    return [_read(post, known, today, zone) for post in posts]


def named_in(posts: Iterable[Post]) -> set[str]:
    """The ids of the accounts that these posts repost or answer."""
    return {one for post in posts for one in (post.repost_of, post.reply_to) if one not in (None, SELF, UNKNOWN)}


def _read(post: Post, known: Mapping[str, Account], today: date, zone: tzinfo) -> Read:
    lines = [_parts(inline(line, MOST_IN_LINE)) for line in post.text.strip().splitlines()[:MOST_LINES]]
    beside = (url for url in post.links if url.partition("?")[0].rstrip("/") not in post.text)
    links = [Part(inline(url, MOST_ADDRESS), url) for url in map(web, islice(beside, MOST_LINKS)) if url]
    pictures = plural(post.media, "picture or the like", "pictures or the like") if post.media else ""
    return Read(
        at=moment(post.created_at, today, zone),
        iso=post.created_at.isoformat(),
        url=web(post.url) or "",
        did=_did(post, known),
        lines=lines,
        links=links,
        note=pictures if lines or links else wordless(post),
    )


def _parts(line: str) -> list[Part]:
    """A line with its addresses apart."""
    return [Part(words, web(words) or "" if at % 2 else "") for at, words in enumerate(ADDRESS.split(line)) if words]


def _did(post: Post, known: Mapping[str, Account]) -> str:
    """With whom it did so, where that is known."""
    done = did(post)
    if not done:
        return "in a thread" if post.reply_to == SELF else ""
    whom = post.repost_of if post.repost_of is not None else post.reply_to
    if whom == post.author:
        return f"{done} itself"
    account = known.get(whom or "")
    return f"{done} {handle(account)}" if account else done
