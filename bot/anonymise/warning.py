"""A content warning stays one: a first paragraph counts as such only up to a length (`bot.signals.voice`)."""

from bot.signals.features import AT, BEFORE_A_NAME, LONGEST_WARNING
from bot.urls import UNSEEN

APART = "\n\n"


def as_long(text: str, new: str) -> str:
    """The new text, its first paragraph too long for a warning where that of the text it stands for is."""
    warning, apart, body = new.partition(APART)
    if not body.lstrip(BEFORE_A_NAME).startswith(AT) or _length(text) <= LONGEST_WARNING:
        return new
    return warning + " " * max(0, LONGEST_WARNING + 1 - _length(new)) + apart + body


def _length(text: str) -> int:
    """Characters of the first paragraph, as signals count them."""
    return len(UNSEEN.sub("", text).lstrip(BEFORE_A_NAME).partition(APART)[0])
