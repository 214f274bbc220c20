"""The words of a text, in any script, and what of a post is the author's own."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.model import Post
from bot.urls import SUFFIXES

URL = re.compile(r"https?://\S+", re.IGNORECASE)
HANDLE = re.compile(r"(?<![\w/])@[\w.-]+(?:@[\w.-]+)?")
TAG = re.compile(r"(?<![\w&/])[#＃]\w+")
SCHEMELESS = re.compile(
    r"(?<![\w@/.:-])((?:www\.)?(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})((?:/[^\s<>\"']*)?)", re.IGNORECASE
)
UNSPACED = (
    (re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002ffff]+"), 2),
    (re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"), 4),
)
"""Scripts without spaces, and how many characters make a word: Japanese, Chinese; Thai, Lao, Burmese, Khmer."""
WORD = re.compile(r"[^\W\d_][\w'’\u0300-\u036f-]*|\d+", re.UNICODE)
LONGEST = 20_000
"""Characters of a text that are read; nobody's words begin after them."""


def words(text: str) -> list[str]:
    """The words of a text in lower case: what spaces divide, and in scripts without spaces so many characters each.

    URLs, mentions, hashtags, emoji and punctuation are no words.
    """
    plain = TAG.sub(" ", HANDLE.sub(" ", URL.sub(" ", text[:LONGEST].casefold())))
    if plain.isascii():
        return WORD.findall(plain)
    found: list[str] = []
    for script, size in UNSPACED:
        for run in script.findall(plain):
            found += [run[i : i + size] for i in range(0, len(run), size)]
        plain = script.sub(" ", plain)
    return WORD.findall(plain) + found


def own_words(post: Post) -> int:
    """How many words of a post are the author's own: without URLs, mentions, hashtags and the link card's title."""
    text = post.text[:LONGEST].casefold()
    if post.card_title:
        text = text.replace(post.card_title[:LONGEST].casefold(), " ")
    for bare in schemeless(text):
        text = text.replace(bare, " ")
    return len(words(text))


def schemeless(text: str) -> list[str]:
    """Links that a text spells without a scheme: `www.example.com`, `example.com/offer`.

    A bare `example.com` is no link: too many names look like one (node.js, e.g., report.pdf).
    """
    if "/" not in text and "www." not in text.lower():
        return []
    rest = URL.sub(" ", text[:LONGEST])
    return [host + path for host, path in SCHEMELESS.findall(rest) if _is_link(host, path)]


def _is_link(host: str, path: str) -> bool:
    named = host.lower().startswith("www.") or (len(path) > 1 and host.islower())
    return named and _known_suffix(host.rsplit(".", 1)[-1].lower())


@lru_cache(maxsize=1024)
def _known_suffix(suffix: str) -> bool:
    return SUFFIXES.publicsuffix(f"example.{suffix}", accept_unknown=False) is not None


def outbound(post: Post) -> tuple[str, ...]:
    """The links of a post: those that the platform knows, and those that its text spells without a scheme."""
    return post.links or tuple(f"https://{link}" for link in schemeless(post.text))


def outbound_of(parts: Iterable[Post]) -> tuple[str, ...]:
    """The links of a thread, each once."""
    return tuple(dict.fromkeys(link for part in parts for link in outbound(part)))


def said(parts: Sequence[Post]) -> str:
    """What is said in a text, so that equal sayings are equal: its words alone."""
    return " ".join(word for part in parts for word in words(part.text))
