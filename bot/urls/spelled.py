"""Addresses that a text spells, with a scheme or without: a reader takes them for links, anchor or not."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.urls.hosts import ascii_host, ending
from bot.urls.lists import bundled

REST = r"[^\s<>\"`{}|\\^…、。，！？；「」『』《》【】（）\ufffc\u200b]"
"""What an address goes on with. Commas and full stops of scripts without spaces end it."""
APART = "\ufffc"
"""What stands in a text for an anchor or a facet: what runs into one, or goes on behind it, is a part of it."""
ADDRESS = re.compile(
    rf"""
    (?<![a-z0-9])(?P<whole>https?://{REST}{{1,2000}})
    | (?<![\w@＠/.:#＃&=?%+~\ufffc-])
      (?P<host>(?:[^\W_](?:[^\W_]|-){{0,62}}\.){{1,6}}[^\W\d_][^\W_]{{1,23}})(?![\w@＠-])
      (?::\d{{1,5}}(?!\d))?
      (?P<path>[/?]{REST}{{0,2000}})?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Every repeat is bounded or cannot begin anew inside itself, so that the search stays linear."""
CUT = ("…", "...")
SENTENCE = ".,;:!?'*_~"
"""Marks that end a sentence or set a word off, and no address."""
OPENED_BY = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Spelled:
    """An address in a text: from `start` up to `end` stands what means `url`."""

    start: int
    end: int
    url: str
    cut: bool
    """Whether the text shows only its beginning: `example.com/a-lon…`."""

    @property
    def schemeless(self) -> bool:
        """Whether the text leaves its scheme away."""
        return len(self.url) > self.end - self.start


def spelled(text: str) -> list[Spelled]:
    """The addresses in a text, in its order.

    Without a scheme only `www.example.com` and `example.com/offer` are, on a known public suffix: too many names look
    like a bare `example.com` (node.js, e.g., report.pdf).
    """
    if "/" not in text and "www." not in text.casefold():
        return []
    return [found for match in ADDRESS.finditer(text) if (found := _address(match, text))]


def _address(match: re.Match[str], text: str) -> Spelled | None:
    written = _without_punctuation(match[0])
    end = match.start() + len(written)
    name, path = match["host"], match["path"] or ""
    if text.startswith(APART, end):
        return None
    if name is not None and not _is_host(name, path[: len(path) - len(match[0]) + len(written)]):
        return None
    url = written if name is None else f"https://{written}"
    return Spelled(match.start(), end, url, text.startswith(CUT, end))


def _without_punctuation(written: str) -> str:
    """As clients do it: the marks of the sentence are no part of the address, a bracket only where it was opened."""
    written = written.rstrip(SENTENCE)
    while written.endswith((")", "]")) and written.count(written[-1]) > written.count(OPENED_BY[written[-1]]):
        written = written[:-1].rstrip(SENTENCE)
    return written


def _is_host(name: str, path: str) -> bool:
    if name[1:] != name[1:].lower():  # tomorrow.So, U.S.
        return False
    if not (name.casefold().startswith("www.") or len(path) > 1) or not _known(ascii_host(name.lower())):
        return False
    labels = name.lower().split(".")
    if len(labels) > 2:
        return True
    is_file = labels[1] in bundled().file_endings and path.count("/") < 2
    return not is_file and not (labels[0].isdecimal() and len(labels[1]) == 2)  # 9.am/pm


@lru_cache(maxsize=1024)
def _known(name: str) -> bool:
    """Whether somebody can have registered the name."""
    if name.rpartition(".")[2] in bundled().special_endings:
        return True
    return ending(name, listed=True) not in (None, name)


def written_out(text: str) -> str:
    """The text with the addresses that lack it given their scheme, so that they do not read as the author's words."""
    parts, start = [], 0
    for found in spelled(text):
        parts += [text[start : found.start], found.url]
        start = found.end
    return "".join((*parts, text[start:]))
