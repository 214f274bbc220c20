"""Templates of the desk, filled in; those of the report are at hand too, to be used again."""

from bot.report.filled import filler, made_ready

OURS = "bot.desk"
filled = filler(OURS)
"""The template of that name with these facts in it, escaped; a name that is missing is a fault."""


def ready() -> None:
    """Read all of them now: the first page is not to wait for it."""
    made_ready(OURS)
