"""What an account says: the words of a text in any script, and what of a post is the author's own."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.model import History, Post
from bot.signals.base import view
from bot.urls import SUFFIXES

MARKS = r"'’\-\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u200c\u200d"
"""What stands inside a word besides letters and digits: apostrophes, hyphens, accents and vowel signs."""
WORD = re.compile(rf"https?://\S+|[@#＃][\w.@-]+|(\w[\w{MARKS}]*)")
"""Finds URLs, mentions and hashtags in order to pass over them; its group holds a word, or nothing for those."""
UNSPACED = (
    (re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002ffff]+"), 2),
    (re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"), 4),
)
"""Scripts without spaces, and how many characters make a word: Japanese, Chinese; Thai, Lao, Burmese, Khmer."""
TAG = re.compile(r"(?:https?://\S+|@\S+|[#＃]\w+)")
SCHEMELESS = re.compile(r"(?<![\w@/.:-])((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})((?:/[^\s<>\"']*)?)", re.IGNORECASE)
LONGEST = 20_000
"""Characters of a text that are read; nobody's words begin after them."""


class Utterance(NamedTuple):
    """What was said in one breath: a thread of own posts, or a reply to somebody else."""

    links: tuple[str, ...]
    """Outbound links, each once."""
    words: list[str]
    """The author's own words, in lower case: no URLs, mentions, hashtags, nor the link card's title."""


@view
def own(history: History) -> list[Utterance]:
    """What each own post says, newest first; a thread is one."""
    return [utterance(parts) for parts in history.threads]


@view
def answers(history: History) -> list[Utterance]:
    """What each reply to others says, newest first."""
    return [utterance((post,)) for post in history.replies]


def utterance(parts: Sequence[Post]) -> Utterance:
    """Links and words of the parts of a thread, or of one post."""
    found = tuple(dict.fromkeys(link for post in parts for link in outbound(post)))
    return Utterance(found, [word for post in parts for word in own_words(post)])


def own_words(post: Post) -> list[str]:
    """The words of a post that are the author's own."""
    text = post.text[:LONGEST].casefold()
    if post.card_title:
        text = text.replace(post.card_title[:LONGEST].casefold(), " ")
    if not post.links:
        for link in schemeless(text):
            text = text.replace(link, " ")
    return words(text)


def words(text: str) -> list[str]:
    """The words of a text: what spaces and punctuation divide, or so many characters in scripts without spaces.

    URLs, mentions, hashtags, emoji and punctuation are no words.
    """
    if text.isascii():
        return [word for word in WORD.findall(text) if word]
    found: list[str] = []
    for script, size in UNSPACED:
        if script.search(text):
            plain = TAG.sub(" ", text)
            found += [run[i : i + size] for run in script.findall(plain) for i in range(0, len(run), size)]
            text = script.sub(" ", plain)
    return [word for word in WORD.findall(text) if word] + found


def outbound(post: Post) -> tuple[str, ...]:
    """The links of a post: those that the platform knows, else those that its text spells without a scheme."""
    return post.links or tuple(f"https://{link}" for link in schemeless(post.text))


def schemeless(text: str) -> list[str]:
    """Links that a text spells without a scheme: `www.example.com`, `example.com/offer`.

    A bare `example.com` is no link: too many names look like one (node.js, e.g., report.pdf).
    """
    if "/" not in text and "www." not in text.casefold():
        return []
    plain = TAG.sub(" ", text[:LONGEST])
    return [host + path for host, path in SCHEMELESS.findall(plain) if _is_link(host, path)]


def _is_link(host: str, path: str) -> bool:
    named = host.casefold().startswith("www.") or (len(path) > 1 and host.islower())
    return named and _known_suffix(host.rsplit(".", 1)[-1].lower())


@lru_cache(maxsize=1024)
def _known_suffix(suffix: str) -> bool:
    return SUFFIXES.publicsuffix(f"example.{suffix}", accept_unknown=False) is not None
