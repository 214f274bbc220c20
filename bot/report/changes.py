"""What changed beside what was read: the rules, and what is to be said of the config."""

from collections.abc import Iterator

from bot.report import rule_changes
from bot.report.day import Day

MOST_WARNINGS = 3


def changes(day: Day, names: int) -> Iterator[str]:
    """A line for the rules, with so many `names` of each kind, and one for each warning."""
    yield from rule_changes.told(day.rules_changed, names, day.upgrade)
    more = len(day.config_warnings) - MOST_WARNINGS
    yield from (f"Your config: {one}." for one in day.config_warnings[:MOST_WARNINGS])
    if more > 0:
        yield f"Your config: {more:,} more of these; `quietfeed doctor` tells all."
