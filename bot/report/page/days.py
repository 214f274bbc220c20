"""The index of past days: the newest first, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.report.escape import inline
from bot.report.figures import day as day_name
from bot.report.filled import filled

SENTENCE = 300


@dataclass(frozen=True, slots=True)
class Past:
    """A day that has a report."""

    day: date
    says: str
    """The day in one sentence; hostile text."""
    file: str = ""
    """The file beside the index that holds it; empty where it is gone."""


def index(profile: str, past: Iterable[Past]) -> str:
    """The index as one HTML document."""
    days = sorted(past, key=lambda one: one.day, reverse=True)
    rows = [(day_name(one.day), one.day.isoformat(), inline(one.says, SENTENCE), one.file) for one in days]
    return filled("index.html", profile=inline(profile, 80), rows=rows)
