"""Words set to the width of a terminal: broken between words alone, so that no handle and no address is cut."""

import re
from unicodedata import combining, east_asian_width

MARKER = re.compile(r"\s*(?:[✓✗·→•]|\d+\.|[-*])?\s*")
"""What a line begins with, below which it goes on."""
GAP = re.compile(r"\S {2,}(?=\S)")
"""Between two columns."""
FORMAT = "\u2060\u200b\u200d\ufe0f"
"""Signs that take no room."""
LEAST = 20
"""Columns that are left to words at least."""


def wrapped(text: str, width: int) -> str:
    """Each line set to `width` columns; what it goes on with stands below its first word, or below its last column."""
    return "\n".join(_line(line, width) for line in text.split("\n"))


def columns(text: str) -> int:
    """How many columns of a terminal it takes."""
    return sum(0 if sign in FORMAT or combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _line(line: str, width: int) -> str:
    if columns(line) <= width:
        return line
    start = _hanging(line, width)
    lines, left = [line[:start]], columns(line[:start])
    below = " " * left
    for word in line[start:].split(" "):
        if lines[-1].strip() and lines[-1] != line[:start] and left + 1 + columns(word) > width:
            lines.append(below + word)
            left = columns(lines[-1])
            continue
        joined = word if lines[-1] in (below, line[:start]) else f" {word}"
        lines[-1] += joined
        left += columns(joined)
    return "\n".join(one.rstrip() for one in lines)


def _hanging(line: str, width: int) -> int:
    """Where the words begin that are set: behind the last gap between columns that leaves room, else the marker."""
    gaps = [
        found.end()
        for found in GAP.finditer(line)
        if columns(line[: found.end()]) + max(LEAST, *map(columns, line[found.end() :].split(" "))) <= width
    ]
    marker = MARKER.match(line)
    return max([*gaps[-1:], marker.end() if marker else 0])
