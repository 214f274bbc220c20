"""What is printed for people, as the terminal shows it that they sit at; a pipe gets it as it is."""

import os
import re
import shutil
import sys
from typing import TextIO

from bot import secrecy
from bot.errors import UserError
from bot.report.escape import terminal
from bot.report.tables import Table, shown
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


def complain(words: str) -> None:
    """Tell on standard error what is wrong: a sentence, or several lines that stay as they are, some of a file."""
    told = f"quietfeed: {terminal(secrecy.without(words))}"
    if "\n" not in told:
        say(told, file=sys.stderr, flush=True)
        return
    if in_colour(sys.stderr):
        told = re.sub(r"(?m)^( +\| *)(\^+)$", f"\\1{RED}\\2{PLAIN}", told)
    print(told, file=sys.stderr, flush=True)


def worded(fault: UserError) -> str:
    """What went wrong, of a config with the lines that it speaks of, and the next step."""
    words = str(fault)
    if fault.in_file:
        from bot.config.excerpts import with_excerpts

        words = with_excerpts(words)
    return ("\n" if "\n" in words else "; ").join(filter(None, (words, fault.next_step)))


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


def table(content: Table) -> str:
    """A table as standard output wants it: drawn on a terminal, plain lines in a pipe."""
    return shown(content, terminal=sys.stdout.isatty(), width=width(), colour=in_colour(sys.stdout))
