"""A check of the doctor's, and how it is printed: where there are many profiles, what is the same of them once."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.config import some
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
    profiles: tuple[str, ...] = ()
    """Whose it is; empty where it is nobody's alone."""
    alike: str = ""
    """What is said in place of the words where many are told as one: without what differs from profile to profile."""

    def of(self, *profiles: str) -> "Check":
        """The same check of these profiles."""
        return replace(self, profiles=profiles)


MARKS = {State.WELL: "✓", State.NOTE: "·", State.BAD: "✗"}
NAME = "NAME"
"""Stands for each one's name in the remedy of many."""


def together(checks: Iterable[Check]) -> Iterator[Check]:
    """Checks of many profiles: what is nobody's alone at once, then all else, with what is the same of several as one
    check, the most common first."""
    groups: dict[str, dict[Check, list[Check]]] = {}
    for check in checks:
        if check.profiles:
            groups.setdefault(check.what, {}).setdefault(_in_common(check), []).append(check)
        else:
            yield check
    for found in groups.values():
        for same, those in sorted(found.items(), key=lambda one: -len(one[1])):
            yield those[0] if len(those) == 1 else same.of(*(name for one in those for name in one.profiles))


def _in_common(check: Check) -> Check:
    """The check as it would be of another profile."""
    words, remedy = (_unnamed(text, check.profiles) for text in (check.alike or check.words, check.remedy))
    return Check(check.what, check.state, words, remedy)


def _unnamed(text: str, profiles: Sequence[str]) -> str:
    names = "|".join(map(re.escape, profiles))
    return re.sub(rf"(?<=quietfeed login )(?:{names})(?![\w-])", NAME, text)


def data(checks: Iterable[Check]) -> list[CheckJson]:
    """Checks as `--json` prints them."""
    return [
        {"what": _whose(one, ", ".join(one.profiles)), "state": one.state, "words": one.words, "remedy": one.remedy}
        for one in checks
    ]


def line(check: Check) -> str:
    """A check as it is printed. Of many profiles those are named that are not well."""
    count = len(check.profiles)
    who = f"{count:,} profiles" if count > 1 and check.state is State.WELL else some(check.profiles)
    remedy = f"\n    → {terminal(check.remedy)}" if check.remedy else ""
    return f"{MARKS[check.state]} {_whose(check, who)}: {terminal(check.words)}{remedy}"


def _whose(check: Check, who: str) -> str:
    return f"{who}: {check.what}" if who else check.what
