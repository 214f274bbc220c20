"""Texts with other words, in which everything that signals read stands where it stood."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby

from bot.anonymise.links import Links
from bot.anonymise.names import Numbers
from bot.anonymise.reading import NAMED_INSIDE, Address, Kind, Piece, Text, names_somebody, read
from bot.anonymise.words import Words
from bot.urls import APART, UNSEEN, clean, spelled

RUN = re.compile(r"\w+")
DOT = re.compile(r"^\.(?=\w)")
AROUND = ".@-"
"""What may stand around the name of a mention and is no part of it."""
SIGN = "•"
"""Stands for emoji and other signs, which say something too and which no signal reads."""
BROKEN = "https://site.test"
"""Stands for what begins like an address and is none."""


class Texts:
    """Rewrites texts: `words`, `links` and `mention` give what stands for a word, an address and a name."""

    def __init__(self, words: Words, links: Links, mention: Callable[[str], str]) -> None:
        self._words, self._links, self._mention = words, links, mention
        self._tags = Numbers()

    def text(self, text: Text) -> str:
        """The text, in lower case, with everything in it replaced."""
        shown = [_sign(letter) for letter in text.folded]
        for piece in text.pieces:
            self._replace(piece, text, shown)
        return re.sub(f"{SIGN}{{2,}}", SIGN, "".join(shown))

    def tag(self, tag: str) -> str:
        """A hashtag without its sign."""
        return RUN.sub(lambda run: f"tag{self._tags.of(run[0].casefold())}", "".join(map(_sign, tag)))

    def _replace(self, piece: Piece, text: Text, shown: list[str]) -> None:
        """Write what stands for a piece into the characters that are shown."""
        first, end = piece.at[0], piece.at[-1] + 1
        if piece.kind is Kind.CHUNK:
            for place, letter in zip(piece.at, self._words.of_chunk(piece.read), strict=True):
                shown[place] = letter
        elif piece.kind is Kind.WORD and piece.read in self._words.kept:
            shown[first:end] = text.folded[first:end]
        else:
            new = self._words.of(piece.read) if piece.kind is Kind.WORD else self._no_word(piece, text)
            shown[first:end] = [new, *[""] * (end - first - 1)]

    def _no_word(self, piece: Piece, text: Text) -> str:
        """What stands for an address, a mention or a hashtag."""
        if piece.read.startswith("http"):
            inside = [address for address in text.addresses if address.start in piece.at]
            return self._spelled(piece, text, inside) if inside else self._address(piece, text)
        sign, rest = piece.read[0], piece.read[1:]
        if not text.known.isdisjoint(piece.at):
            return sign + self._around(rest, piece.at[0] + 1, text)
        if sign != "@" or names_somebody(rest):
            return sign + self.tag(rest)
        name = rest.strip(AROUND)
        before, _, after = rest.partition(name) if name else (rest, "", "")
        return f"{sign}{before}{self._mention(name) if name else ''}{after}"

    def _address(self, piece: Piece, text: Text) -> str:
        """An address that is no link of its own; with what a list or a reader finds in it."""
        url = next((clean(found.url) for found in spelled(piece.read)), None)
        known = [f"/{part}" for part in text.known_in(piece.at)]
        named = NAMED_INSIDE if names_somebody(piece.read) else ""
        after = map(_sign, _end(piece.read))
        return "".join((self._links.spelled(url) if url else BROKEN, *known, named, *after))

    def _spelled(self, piece: Piece, text: Text, inside: Sequence[Address]) -> str:
        """Addresses that the links are read from, and what follows without a blank: those are no words."""
        parts, start = [], piece.at[0]
        for address in inside:
            parts += [self._tail(text.folded[start : address.start]), self._written(address)]
            start = address.end
        return "".join((*parts, self._tail(text.folded[start : piece.at[-1] + 1])))

    def _written(self, address: Address) -> str:
        url = clean(address.url)
        new = self._links.link(url) if url else BROKEN
        return new.partition("://")[2] if address.schemeless else new

    def _tail(self, folded: str) -> str:
        """What stands between addresses. A dot that ended one must not go on with a host that goes by another name."""
        return self.text(read(DOT.sub(",", folded), ())) if folded else ""

    def _around(self, name: str, start: int, text: Text) -> str:
        """A name with what a list knows of it, and something else for the rest of it."""

        def renamed(run: re.Match[str]) -> str:
            parts = groupby(range(*run.span()), lambda place: start + place in text.known)
            return "".join(
                "".join(name[place] for place in places) if is_known else self.tag(run[0]) for is_known, places in parts
            )

        return RUN.sub(renamed, "".join(map(_sign, name)))


def _end(address: str) -> str:
    """What stands behind the last letter or digit of an address."""
    last = next((place for place in range(len(address), 0, -1) if RUN.match(address[place - 1])), 0)
    return address[last:]


@lru_cache(maxsize=4096)
def _sign(letter: str) -> str:
    """The character where it only orders a text, as spaces and punctuation do; a sign for what says something."""
    says_nothing = letter.isascii() or letter.isalnum() or letter.isspace() or letter == APART
    return letter if says_nothing or UNSEEN.match(letter) or unicodedata.category(letter)[0] == "P" else SIGN
