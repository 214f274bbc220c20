"""What somebody may have meant who wrote what is not allowed: said as a question, never taken for granted."""

import re

from bot.config.faults import did_you_mean, shown
from bot.config.types import STRICTNESSES

PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%?")
DECIMAL_COMMA = re.compile(r"([-+]?[0-9]{1,6}),([0-9]{1,6})")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.h]([0-5][0-9])?)? ?(am|pm|h|o'clock)?", re.IGNORECASE)
LONG_SPANS = {"month": 30, "year": 365}
"""Spans that are no fixed time, and how many days stand for one."""
SPAN = re.compile(r"(a|an|one|[0-9]{1,4}) ?(second|minute|hour|day|week|month|year)s?", re.IGNORECASE)


def number(raw: str, most: float | None, *, quoted: bool) -> str:
    """In place of what is no number, or out of range: a share as a percent, a decimal comma, or digits in quotes."""
    comma = DECIMAL_COMMA.fullmatch(raw)
    if comma:
        return f" (a decimal comma; did you mean {comma[1]}.{comma[2]}?)"
    if quoted and re.fullmatch(r"[-+]?[0-9]{1,9}(\.[0-9]{1,9})?", raw):
        return f" in quotes (did you mean {raw}, without them?)"
    percent = PERCENT.fullmatch(raw)
    share = float(percent[1]) / 100 if percent else 2.0
    return f" (did you mean {share:g}?)" if most == 1 and share <= 1 else ""


def time_of_day(raw: str) -> str | None:
    """`8`, `8:30` or `8 pm` as `08:00`, `08:30`, `20:00`; None where it tells no time."""
    found = CLOCK.fullmatch(raw.strip())
    if not found:
        return None
    hour, half = int(found[1]), (found[3] or "").casefold()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{found[2] or '00'}"


def duration(raw: str) -> str:
    """In place of what is no duration: one without its unit, or in words such as `1 month`."""
    if raw.isascii() and raw.isdigit():
        return f" (did you mean {shown(raw + 'd')}?)"
    found = SPAN.fullmatch(raw.strip())
    if not found:
        return ""
    many, unit = int(found[1]) if found[1].isdigit() else 1, found[2].casefold()
    days = LONG_SPANS.get(unit)
    return f" (did you mean {shown(f'{many * days}d' if days else f'{many}{unit[0]}')}?)"


def rules(raw: str) -> str:
    """In place of `rules: shipped` or a list: a near word, or a strictness, which has a key of its own."""
    if raw.casefold() in STRICTNESSES:
        return f"{shown(raw)} is a strictness: write `strictness: {raw.casefold()}` and `rules: shipped`"
    return f"unknown word {shown(raw)}; allowed: shipped, or a list of rules{did_you_mean(raw, ['shipped'])}"


def rule(raw: str) -> str:
    """In place of a rule in a list: a bare name."""
    name = shown(raw)[1:-1]
    return f"{shown(raw)} by itself is no rule; did you mean `use: {name}`?"


def included(raw: str) -> str:
    """In place of a file to include: a strictness."""
    if raw.casefold() in STRICTNESSES:
        return f"{shown(raw)} is no file: the shipped rules are `rules: shipped`, and `strictness: {raw.casefold()}`"
    return ""
