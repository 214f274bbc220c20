"""What is printed for people, as the terminal shows it that they sit at; a pipe gets it as it is."""

import os
import re
import shutil
import sys
from typing import TextIO

from bot.report.wrapped import wrapped

GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"
COLOURS = {"✓": GREEN, "✗": RED}
"""Of the marks that say whether something is well."""


def say(words: str = "", *, file: TextIO | None = None, flush: bool = False, marks: bool = False) -> None:
    """Print sentences: on a terminal set to its width, and with `marks` its marks in colour."""
    stream = file or sys.stdout
    if stream.isatty():
        words = wrapped(words, width())
        if marks and in_colour(stream):
            words = re.sub("(?m)^[✓✗]", lambda mark: f"{COLOURS[mark[0]]}{mark[0]}{PLAIN}", words)
    print(words, file=stream, flush=flush)


def width() -> int:
    """Columns of the terminal; 80 where it does not know its own."""
    return shutil.get_terminal_size().columns


def columns() -> int | None:
    """Those of the terminal that standard output is; None for a pipe."""
    return width() if sys.stdout.isatty() else None


def in_colour(stream: TextIO) -> bool:
    """Whether colours may be shown there: on a terminal that has some, where the owner does not decline them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def agreed(question: str) -> bool:
    """Whether the owner, who sits at the terminal, says yes; whatever else is typed, and nothing, is a no."""
    try:
        return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        return False
