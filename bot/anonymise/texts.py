"""Texts with other words, in which everything that signals read stands where it stood."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby

from bot.anonymise.names import Numbers
from bot.anonymise.reading import Address, Kind, Piece, Text, read
from bot.anonymise.words import Words
from bot.urls import APART, UNSEEN, clean, spelled

RUN = re.compile(r"\w+")
NAMED = re.compile(r"([.@-]*)(.*?)([.@-]*)", re.DOTALL)
"""A mention without its sign: what is no part of the name stands around it."""
ADDRESSED = re.compile(r"(?<![\w/])[@＠]\w")
"""A name in a text, as `bot.signals.voice` finds it."""
SIGN = "•"
"""Stands for emoji and other signs, which say something too and which no signal reads."""
BROKEN = "https://site.test"
"""Stands for what begins like an address and is none."""


class Texts:
    """Rewrites texts: `words` gives what stands for a word, `link` for an address, `mention` for a name."""

    def __init__(self, words: Words, link: Callable[[str], str], mention: Callable[[str], str]) -> None:
        self._words, self._link, self._mention = words, link, mention
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
        named = NAMED.fullmatch(rest) if sign == "@" else None
        if named is None:
            return sign + self.tag(rest)
        return "".join((sign, named[1], self._mention(named[2]) if named[2] else "", named[3]))

    def _address(self, piece: Piece, text: Text) -> str:
        """An address that is no link of its own; with what a list or a reader finds in it."""
        url = next((clean(found.url) for found in spelled(piece.read)), None)
        found = groupby(piece.at, lambda place: place in text.known)
        known = ["", *("".join(text.folded[place] for place in places) for is_known, places in found if is_known)]
        named = ",@x" if ADDRESSED.search(piece.read) else ""
        return (self._link(url) if url else BROKEN) + ("/".join(known) if known[1:] else "") + named

    def _spelled(self, piece: Piece, text: Text, inside: Sequence[Address]) -> str:
        """Addresses that the links are read from, and what follows without a blank: those are no words."""
        parts, start = [], piece.at[0]
        for address in inside:
            parts += [self._tail(text.folded[start : address.start]), self._written(address)]
            start = address.end
        return "".join((*parts, self._tail(text.folded[start : piece.at[-1] + 1])))

    def _written(self, address: Address) -> str:
        url = clean(address.url)
        new = self._link(url) if url else BROKEN
        return new.partition("://")[2] if address.schemeless else new

    def _tail(self, folded: str) -> str:
        return self.text(read(folded, ())) if folded else ""

    def _around(self, name: str, start: int, text: Text) -> str:
        """A name with what a list knows of it, and something else for the rest of it."""

        def renamed(run: re.Match[str]) -> str:
            parts = groupby(range(*run.span()), lambda place: start + place in text.known)
            return "".join(
                "".join(name[place] for place in places) if is_known else self.tag(run[0]) for is_known, places in parts
            )

        return RUN.sub(renamed, "".join(map(_sign, name)))


@lru_cache(maxsize=4096)
def _sign(letter: str) -> str:
    """The character where it only orders a text, as spaces and punctuation do; a sign for what says something."""
    says_nothing = letter.isascii() or letter.isalnum() or letter.isspace() or letter == APART
    return letter if says_nothing or UNSEEN.match(letter) or unicodedata.category(letter)[0] == "P" else SIGN
