"""What of a text is read, and where it stands: words, links, mentions, hashtags, and phrases that a list knows.

It goes by the same marks as `bot.signals.text`, but remembers the places, so that what is read can be replaced there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby
from typing import NamedTuple

from bot.signals.features import SPELLED
from bot.signals.phrases import Phrases
from bot.signals.text import INSIDE, LONGEST, NO_WORDS, UNSPACED, WORD
from bot.urls import UNSEEN, Spelled, spelled

PLAIN_WORD = re.compile(r"[a-z0-9]+")
"""A word of a text in ASCII, in lower case."""

NAMED_INSIDE = ",@x"
"""A name as signals find one, to stand in an address where one stood."""


class Kind(Enum):
    """What a piece of a text is."""

    WORD = auto()
    CHUNK = auto()
    """So many characters of a script without spaces: a word, too."""
    NO_WORD = auto()
    """An address, a mention or a hashtag."""


class Piece(NamedTuple):
    """A part of a text that means something."""

    kind: Kind
    read: str
    """As it is read: in lower case, a word without what stands inside of it."""
    at: Sequence[int]
    """The places of its characters."""


class Address(NamedTuple):
    """An address that the text only spells: from `start` up to `end`."""

    start: int
    end: int
    url: str
    schemeless: bool


@dataclass(frozen=True)
class Text:
    """A text as it is read: in lower case, and where addresses without a scheme are its links, with theirs."""

    folded: str
    addresses: tuple[Address, ...]
    """What the links are read from; empty where the platform knows them."""
    known: frozenset[int]
    """The places at which a listed phrase stands."""

    @property
    def pieces(self) -> list[Piece]:
        """What is read of it."""
        return pieces(self.folded)

    def known_in(self, places: Iterable[int]) -> list[str]:
        """The parts of a stretch that belong to listed phrases."""
        parts = groupby(places, lambda place: place in self.known)
        return ["".join(self.folded[place] for place in part) for is_known, part in parts if is_known]


def read(text: str, lists: Iterable[Phrases], *, has_links: bool = True) -> Text:
    """A text taken apart; `lists` are the phrases to be found in it, `has_links` whether the platform knows its links.

    Only so much of it as signals read.
    """
    text = text[:LONGEST]
    found = [] if has_links else spelled(text)
    if not any(address.schemeless for address in found):
        folded = text.casefold()
        return Text(folded, (), frozenset(_known(folded, lists)))
    return _written_out(text, found, lists)


def _written_out(text: str, found: Sequence[Spelled], lists: Iterable[Phrases]) -> Text:
    """The text with a scheme before each of its addresses, as its words are read."""
    parts, addresses, origin, start, length = [], [], [], 0, 0
    for address in found:
        for before, is_address in ((text[start : address.start], False), (text[address.start : address.end], True)):
            added = "https://" if is_address and address.schemeless else ""
            folded = before.casefold()
            if is_address:
                end = length + len(added) + len(folded)
                addresses.append(Address(length, end, address.url, address.schemeless))
            parts += [added, folded]
            origin += [False] * len(added) + [True] * len(folded)
            length += len(added) + len(folded)
        start = address.end
    rest = text[start:].casefold()
    places = [place for place, is_own in enumerate(origin + [True] * len(rest)) if is_own]
    known = _known(text.casefold(), lists)
    return Text("".join((*parts, rest)), tuple(addresses), frozenset(places[place] for place in known))


def _known(folded: str, lists: Iterable[Phrases]) -> set[int]:
    """The places in a text of lower case at which phrases of the lists stand."""
    places: set[int] = set()
    straight = folded.replace("’", "'")
    for phrases in lists:
        for match in phrases.pattern.finditer(straight):
            places.update(range(*match.span()))
        for phrase in phrases.anywhere:
            at = folded.find(phrase)
            while at >= 0:
                places.update(range(at, at + len(phrase)))
                at = folded.find(phrase, at + 1)
    return places


def names_somebody(text: str) -> bool:
    """Whether a reader finds a name in a text, be it inside of an address."""
    return SPELLED.search(UNSEEN.sub("", text)) is not None


def pieces(folded: str) -> list[Piece]:
    """What is read of a text of lower case."""
    zones = [Piece(Kind.NO_WORD, match[0], range(*match.span())) for match in NO_WORDS.finditer(folded)]
    blanked = NO_WORDS.sub(lambda match: " " * len(match[0]), folded)
    places = [place for place, letter in enumerate(blanked) if not INSIDE.match(letter)]
    kept = "".join(blanked[place] for place in places)
    found = zones
    if kept.isascii() and blanked.isascii():
        return found + [_piece(Kind.WORD, match[0], match.start(), places) for match in PLAIN_WORD.finditer(kept)]
    for script, size in UNSPACED:
        for run in script.finditer(kept):
            for at in range(0, len(run[0]), size):
                found.append(_piece(Kind.CHUNK, run[0][at : at + size], run.start() + at, places))
        kept = script.sub(lambda run: " " * len(run[0]), kept)
    return found + [_piece(Kind.WORD, match[0], match.start(), places) for match in WORD.finditer(kept)]


def _piece(kind: Kind, read: str, start: int, places: Sequence[int]) -> Piece:
    return Piece(kind, read, places[start : start + len(read)])
