"""A long report cut into the parts of a thread, at the borders where a reader would pause."""

import re
import unicodedata
from collections.abc import Callable

Count = Callable[[str], int]
JOINER = "\u200d"
BORDERS = tuple(re.compile(pattern) for pattern in (r"\n\n", r"\n(?=\S)", r"\n"))
"""The best first: a paragraph's end, the end of a line with its indented ones, the end of any line."""


def split(text: str, limit: int, count: Count = len) -> list[str]:
    """The text as parts of a thread, each at most `limit` long as `count` measures it.

    One part stands alone; several end in "(1/3)". Cuts fall between paragraphs, else lines, else words, and so
    never inside a URL unless it alone is longer than a part. Nothing but blank space at the cuts is lost.
    """
    whole = text.strip()
    if not whole:
        return []
    if count(whole) <= limit:
        return [whole]
    digits, pieces = 0, [whole]
    while len(pieces) >= 10**digits:
        digits += 1
        pieces = _pieces(whole, limit, count, _mark("9" * digits, "9" * digits))
    return [piece + _mark(place, len(pieces)) for place, piece in enumerate(pieces, 1)]


def _mark(place: int | str, of: int | str) -> str:
    return f" ({place}/{of})"


def _pieces(text: str, limit: int, count: Count, mark: str) -> list[str]:
    """The text cut so that each piece has room for the mark."""

    def fits(piece: str) -> bool:
        return count(piece + mark) <= limit

    pieces, rest = [], text
    while rest:
        cut = _border(rest, _longest(rest, fits))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return pieces


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """The length of the longest beginning that fits, at least 1: doubled until it does not, then halved in on."""
    good, bad = 1, 2
    while bad <= len(text) and fits(text[:bad]):
        good, bad = bad, bad * 2
    bad = min(bad, len(text) + 1)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if fits(text[:middle]) else (good, middle)
    return good


def _border(text: str, longest: int) -> int:
    """Where to cut at or before `longest`: a paragraph's or line's end, unless that wastes over half."""
    if longest >= len(text):
        return len(text)
    for border in BORDERS:
        places = [found.start() for found in border.finditer(text, 0, longest + 2) if found.start() <= longest]
        if places and places[-1] * 2 >= longest:
            return places[-1]
    blanks = [found.start() for found in re.finditer(r"\s", text[: longest + 1])]
    if blanks and blanks[-1] > 0:
        return blanks[-1]
    return _whole_characters(text, longest)


def _whole_characters(text: str, longest: int) -> int:
    """A cut in a word without blanks, moved back so that no letter loses its accents or emoji its parts."""
    cut = longest
    while cut > 1 and (unicodedata.combining(text[cut]) or JOINER in text[cut - 1 : cut + 1]):
        cut -= 1
    return cut if cut > 1 else longest
