"""A face for every account, drawn here: its initials in a circle, whose colour goes with its id. Nothing is fetched."""

import unicodedata
from dataclasses import dataclass
from zlib import crc32

from bot.report.escape import inline

COLOURS = 6


@dataclass(frozen=True, slots=True)
class Face:
    """What the macro `face_of` draws."""

    initials: str
    colour: int
    """1 to `COLOURS`, the class `face-1` and so on."""


def face(account_id: str, name: str, written: str) -> Face:
    """The face of an account of that id, name and handle; the name may be empty, or hold no letter."""
    words = [word for word in inline(name, 60).split() if _begins(word)] or [inline(written, 60).lstrip("@_.-")]
    initials = "".join(filter(None, map(_begins, words[:2]))) or "?"
    return Face(initials, crc32(account_id.encode(errors="replace")) % COLOURS + 1)


def _begins(word: str) -> str:
    """The letter or number that a word begins with, signs before it left out; empty where it has none."""
    found = next((char for char in word if unicodedata.category(char)[0] in "LN"), "")
    return found.upper()[:1]
