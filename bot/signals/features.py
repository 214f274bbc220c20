"""What signals need of one post, worked out once: the text is read here and nowhere else."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import astuple
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from bot import __version__
from bot.model import SELF, UNKNOWN, Lexicon, LinkLists, Post, moment
from bot.signals.phrases import phrases
from bot.signals.text import LONGEST, RUN, without_card, words
from bot.urls import (
    UNSEEN,
    Lists,
    clean,
    domain,
    extended,
    outbound,
    posted_elsewhere,
    shortened,
    site,
    social,
    spelled,
    written_out,
)

AT = ("@", "＠")
SPELLED = re.compile(r"(?<![\w/])[@＠]\w")
"""A name in a text; in an address or a mail address it is none."""
BEFORE_A_NAME = " .\t\n\xa0\u3000"
"""What may stand before a name that is addressed: `.@ann` is a word to her that everybody should see."""
LONGEST_WARNING = 100
"""Characters of one line that can be a content warning; a post tells it in a paragraph before its text. Where only
names follow, they are credits and nobody is spoken to."""
MOST = 0xFFFFFFFF
"""The largest hash."""
MANY = 0xFFFF
"""More words, tags or links of a post are not counted."""


class Kind:
    """What a post is, as far as it is no plain post: bits of one byte."""

    REPOST = 1
    REPLY = 2
    """To somebody else."""
    PART = 4
    """An answer to oneself."""
    UNKNOWN = 8
    """Whom it answers or reposts is not known."""


class Has:
    """What a post has, or does: bits of one byte. Of a thread it is so where it is so of any part."""

    QUOTE = 1
    MEDIA = 2
    PROMO = 4
    """The language of advertising."""
    ADDRESS = 8
    """It opens with a word to somebody by name. Of a thread, its first part."""


class Link(NamedTuple):
    """What an address tells by itself."""

    address: int
    """A hash of it."""
    domain: str | None
    """None where a shortener hides it."""
    site: str | None
    """Whose site it is; None where it does not tell."""
    shortened: bool
    elsewhere: bool
    """Whether it leads to a place where people post."""


class Features(NamedTuple):
    """What signals need of one post. What is only ever compared for equality is a hash of 32 bits."""

    post: int
    """A hash of its id."""
    parent: int
    """Likewise of the post that it answers, where it answers the account itself and that is known; else 0."""
    at: int
    """Microseconds since 1970 (UTC)."""
    kind: int
    """See Kind."""
    has: int
    """See Has."""
    whom: int
    """A hash of who is answered or reposted; else 0."""
    words: int
    """How many of the author's own."""
    tags: int
    text: int
    """A hash of the words, in their order."""
    runs: Sequence[int]
    """A hash of each run of words, in their order: one begins with each word but for the last two."""
    links: tuple[Link, ...]
    """Outbound links, each once."""
    authors: tuple[str, ...]
    """Whom its link card names, in lower case."""


@lru_cache(maxsize=16)
def fingerprint(lexicon: Lexicon) -> str:
    """12 hex digits that change when the same post may be read otherwise: with the words and lists of links that tell
    what is in it, the bundled ones of this version included."""
    told = json.dumps([__version__, lexicon.promo_words, astuple(lexicon.links)])
    return hashlib.sha256(told.encode("ascii")).hexdigest()[:12]


def features(post: Post, lexicon: Lexicon) -> Features:
    """Read one post. What counts as a link and as advertising the lexicon tells."""
    at, whom = moment(post.created_at), _whom(post)
    if post.repost_of is not None:
        return Features(hashed(post.id), 0, at, _kind(post), 0, whom, 0, 0, 0, (), (), ())
    text, links = _text_and_links(post, lexicon)
    own = _own_words(post, text)
    written = " ".join(own).encode("utf-8", "surrogatepass")
    return Features(
        post=hashed(post.id),
        parent=hashed(post.reply_to_post) if post.reply_to == SELF and post.reply_to_post is not None else 0,
        at=at,
        kind=_kind(post),
        has=_has(post, own, lexicon),
        whom=whom,
        words=len(own),
        tags=min(len(post.tags), MANY),
        text=crc32(written),
        runs=_runs(written.split(b" ")) if len(own) >= RUN else (),
        links=links[:MANY],
        authors=tuple(map(str.casefold, post.card_authors)),
    )


def said(post: Post, lexicon: Lexicon) -> list[str]:
    """The author's own words in a post, in lower case: no URLs, mentions, hashtags, nor what the link card says."""
    return _own_words(post, _text_and_links(post, lexicon)[0])


def _own_words(post: Post, text: str) -> list[str]:
    found = words(text.casefold())
    return without_card(found, post) if post.card_title or post.card_description else found


def _runs(words: Sequence[bytes]) -> list[int]:
    """Three words in a row, as one number; their order counts."""
    each = list(map(crc32, words))
    return [(31 * (31 * a + b) + c) & MOST for a, b, c in zip(each, each[1:], each[2:], strict=False)]


def hashed(text: str) -> int:
    """A text as a number of 32 bits that is never 0 and the same in every process."""
    return crc32(text.encode("utf-8", "surrogatepass")) or MOST


def _whom(post: Post) -> int:
    """Who is reposted or answered, 0 where it is nobody else."""
    whom = post.repost_of if post.repost_of is not None else post.reply_to
    return 0 if whom is None or (whom == SELF and post.repost_of is None) else hashed(whom)


def _kind(post: Post) -> int:
    """What a post is."""
    if post.repost_of is not None:
        return Kind.REPOST | (Kind.UNKNOWN if post.repost_of == UNKNOWN else 0)
    if post.reply_to is None:
        return 0
    if post.reply_to == SELF:
        return Kind.PART
    return Kind.REPLY | (Kind.UNKNOWN if post.reply_to == UNKNOWN else 0)


def _has(post: Post, own: Sequence[str], lexicon: Lexicon) -> int:
    """What a post has, whose author's words these are."""
    return (
        (Has.QUOTE if post.quote_of else 0)
        | (Has.MEDIA if post.media else 0)
        | (Has.PROMO if phrases(lexicon.promo_words).among([post.text], own) else 0)
        | (Has.ADDRESS if _addresses(post) else 0)
    )


def _addresses(post: Post) -> bool:
    """Whether a post is a word to somebody."""
    if not post.mentions and "@" not in post.text and "＠" not in post.text:
        return False
    text = UNSEEN.sub("", post.text[:LONGEST]).lstrip(BEFORE_A_NAME)
    if text.startswith(AT):
        return True
    if not SPELLED.search(text):
        return bool(post.mentions)
    warning, _, body = text.partition("\n\n")
    body = body.lstrip(BEFORE_A_NAME)
    is_warning = "\n" not in warning and "://" not in warning and len(warning) <= LONGEST_WARNING
    return is_warning and body.startswith(AT) and bool(words(body.casefold()))


@lru_cache(maxsize=16)
def lists(known: LinkLists) -> Lists:
    """What tells links apart: the bundled lists, and the owner's own."""
    return extended(*astuple(known))


def _text_and_links(post: Post, lexicon: Lexicon) -> tuple[str, tuple[Link, ...]]:
    """The text, and its outbound links by the owner's own lists too: those may lead on, or be posts of the networks.

    Links that the text spells without a scheme count where the platform knows none; those with one are known to it, or
    are something else to it, such as an attachment.
    """
    text, urls = post.text[:LONGEST], post.links
    if not urls and (found := [address for address in spelled(text) if address.schemeless]):
        text, urls = written_out(text), outbound((), spellings=found)
    if not urls:
        return text, ()
    known = lists(lexicon.links)
    if known is not extended():  # the bundled lists were asked when the post was read
        cleaned = (clean(url, known) for url in urls)
        urls = tuple(url for url in cleaned if url and not social(url, known))
    return text, tuple(link(url, known) for url in dict.fromkeys(urls))


@lru_cache(maxsize=4096)
def link(url: str, known: Lists) -> Link:
    """What an address tells."""
    hidden = shortened(url, known)
    return Link(hashed(url), domain(url, known), site(url, known), hidden, posted_elsewhere(url, known))
