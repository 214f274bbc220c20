"""A face for each account: a round monogram, drawn here. No picture of anybody is ever fetched."""

from dataclasses import dataclass
from hashlib import sha256

from bot.model import Account
from bot.report.escape import inline

HUES = 8
"""Colours that the stylesheet has for faces."""


@dataclass(frozen=True, slots=True)
class Face:
    """One monogram."""

    letters: str
    """One or two."""
    hue: int
    """Which of the colours."""


def face(account: Account) -> Face:
    """The same for the same account, whatever it calls itself meanwhile, but for the letters."""
    words = inline(account.display_name, 80).split() or [account.handle]
    found = [letter for word in words if (letter := _first(word))] or [_first(account.handle) or "?"]
    letters = found[0] + (found[-1] if len(found) > 1 else "")
    return Face(letters.upper()[:2], sha256(account.id.encode("utf-8", "surrogatepass")).digest()[0] % HUES)


def _first(word: str) -> str:
    """The first letter or number of a word; no signs, which may be drawn over what stands beside them."""
    return next((letter for letter in word if letter.isalnum()), "")
