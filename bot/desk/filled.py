"""Templates of the desk, filled in; those of the report are at hand too, to be used again."""

from bot.report.filled import filler

filled = filler("bot.desk")
"""The template of that name with these facts in it, escaped; a name that is missing is a fault."""
