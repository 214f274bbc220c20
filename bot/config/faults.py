"""What is wrong in a config: each fault with its place, all of them at once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

from bot.errors import UserError

LOGIN = re.compile(r"(?<=://)[^/\s]*@")
PATH = re.compile(r"(?<=[^:/])/[^/@\s]\S{7,}")
"""Of an address, where it is no profile's: it may be all of a webhook's secret."""
SHOWN = 40
"""Longest piece of the file that a message repeats."""


class Mark(Protocol):
    """A place in the file; both count from 0."""

    @property
    def line(self) -> int:
        """Lines before it."""

    @property
    def column(self) -> int:
        """Characters before it."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong; line and column count from 1, as editors do."""

    line: int
    column: int
    message: str
    file: str = ""
    """Where it is not the config itself: the included file."""


class ConfigError(UserError):
    """The config cannot be used. `faults` holds every one; the text has one line each."""

    in_file = True

    def __init__(self, path: Path | str, faults: Iterable[Fault]) -> None:
        self.path = path
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.file, fault)))
        super().__init__("\n".join(told_once(path, self.faults)))


def told_once(path: Path | str, faults: Iterable[Fault]) -> Iterator[str]:
    """A line for each thing that is wrong; where the same is wrong several times, with the further lines."""
    same: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        same.setdefault((fault.file, fault.message), []).append(fault)
    for first, *others in same.values():
        lines = list(dict.fromkeys(str(fault.line) for fault in others))
        also = f" (the same on line{'s' if len(lines) > 1 else ''} {listed(lines, 'and')})" if lines else ""
        yield located(path, first) + also


@dataclass(slots=True)
class Faults:
    """Collects while a file is read, so that the owner hears of everything in one go."""

    found: list[Fault] = field(default_factory=list)
    warned: list[Fault] = field(default_factory=list)
    file: str = ""
    """Where it is not the config itself: the included file."""

    def add(self, mark: Mark, message: str) -> None:
        """Note a fault."""
        self.found.append(Fault(mark.line + 1, mark.column + 1, message, self.file))

    def warn(self, mark: Mark, message: str) -> None:
        """Note what is worth knowing but stops nothing."""
        self.warned.append(Fault(mark.line + 1, mark.column + 1, message, self.file))


def placed(path: Path | str, mark: Mark) -> str:
    """`file:line:column`."""
    return f"{path}:{mark.line + 1}:{mark.column + 1}"


def located(path: Path | str, fault: Fault) -> str:
    """`file:line:column: message`, the form that editors jump to."""
    return f"{fault.file or path}:{fault.line}:{fault.column}: {fault.message}"


def shown(text: str) -> str:
    """A piece of the file as a message may repeat it: quoted, printable, short; of an address its host."""
    text = "".join(c if c.isprintable() else "�" for c in text)
    if "://" in text:
        text = PATH.sub("/…", LOGIN.sub("…@", text))
    return "'" + (text if len(text) <= SHOWN else text[: SHOWN - 1] + "…") + "'"


def did_you_mean(text: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing where no allowed word is close."""
    close = get_close_matches(text.casefold().replace("-", "_").replace(" ", "_")[:SHOWN], list(allowed), n=1)
    return f"; did you mean {shown(close[0])}?" if close else ""


def listed(words: Iterable[str], joint: str = "or") -> str:
    """`a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last
