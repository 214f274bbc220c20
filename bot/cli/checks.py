"""A check of the doctor's, and how it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.report.escape import terminal
from bot.report.shapes import CheckJson


class State(StrEnum):
    """How a check came out."""

    WELL = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: what was looked at, how it is, and the remedy where it is not well."""

    what: str
    state: State
    words: str
    remedy: str = ""


MARKS = {State.WELL: "✓", State.NOTE: "·", State.BAD: "✗"}


def data(checks: Iterable[Check]) -> list[CheckJson]:
    """Checks as `--json` prints them."""
    return [{"what": one.what, "state": one.state, "words": one.words, "remedy": one.remedy} for one in checks]


def line(check: Check) -> str:
    """A check as it is printed."""
    remedy = f"\n    → {terminal(check.remedy)}" if check.remedy else ""
    return f"{MARKS[check.state]} {check.what}: {terminal(check.words)}{remedy}"
