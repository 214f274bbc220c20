"""What somebody may have meant who wrote what is not allowed: said as a question, never taken for granted."""

import re
from collections.abc import Collection

from bot.config.faults import did_you_mean, shown
from bot.config.types import STRICTNESSES

PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%?")
DECIMAL_COMMA = re.compile(r"([-+]?[0-9]{1,6}),([0-9]{1,6})")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.h]([0-5][0-9])?)? ?(am|pm|h|o'clock)?", re.IGNORECASE)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 30 * 86400, "y": 365 * 86400}
"""Seconds of each; a month and a year are no fixed time."""
SPAN = re.compile(
    r"(a|an|one|[0-9]{1,4}(?:\.[0-9]{1,2})?) ?(?:(mo)n?|(s)ec|(m)in|(h)r|(w)k|(y)r|([smhdwy])|"
    r"(mo)nth|(s)econd|(m)inute|(h)our|(d)ay|(w)eek|(y)ear)s?",
    re.IGNORECASE,
)
AGAIN = {"hourly": "1h", "daily": "1d", "weekly": "1w", "monthly": "30d"}
SIDES = {">": "at_least", "≥": "at_least", "<": "at_most", "≤": "at_most"}
COMPARED = re.compile(r"([<>≤≥])=? ?([0-9]{1,9}(?:\.[0-9]{1,9})?)")
SMART_QUOTES = "“”„‟‘’‚‛«»"
"""Quotes of word processors and web pages, which YAML does not know."""
OTHER_WORDS = {
    "if": "when",
    "condition": "when",
    "conditions": "when",
    "except": "unless",
    "action": "then",
    "duration": "for",
    "min": "at_least",
    "minimum": "at_least",
    "max": "at_most",
    "maximum": "at_most",
}
"""Keys that people try, and what they are called here."""


def number(raw: str, most: float | None, *, quoted: bool) -> str:
    """In place of what is no number, or out of range: a share as a percent, a decimal comma, or digits in quotes."""
    comma = DECIMAL_COMMA.fullmatch(raw)
    if comma:
        return f" (a decimal comma; did you mean {comma[1]}.{comma[2]}?)"
    if quoted and re.fullmatch(r"[-+]?[0-9]{1,9}(\.[0-9]{1,9})?", raw):
        return f" in quotes (did you mean {raw}, without them?)"
    plain = raw.strip(SMART_QUOTES)
    if plain != raw and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", plain):
        return f" in typographic quotes (did you mean {plain}, without them?)"
    percent = PERCENT.fullmatch(raw)
    share = float(percent[1]) / 100 if percent else 2.0
    return f" (did you mean {share:g}?)" if most == 1 and share <= 1 else ""


def time_of_day(raw: str) -> str | None:
    """`8`, `8:30`, `8 pm` or `noon` as `08:00`, `08:30`, `20:00`, `12:00`; None where it tells no time."""
    written = raw.strip().strip(SMART_QUOTES)
    if called := {"noon": "12:00", "midnight": "00:00", "24:00": "00:00"}.get(written.casefold()):
        return called
    found = CLOCK.fullmatch(written)
    if not found:
        return None
    hour, half = int(found[1]), (found[3] or "").casefold()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{found[2] or '00'}"


def duration(raw: str) -> str:
    """In place of what is no duration: one in words such as `1 month`, `30 min`, `1.5d` or `daily`."""
    written = raw.strip().strip(SMART_QUOTES)
    found = SPAN.fullmatch(written)
    if not found:
        again = AGAIN.get(written.casefold())
        return f" (did you mean {shown(again)}?)" if again else ""
    unit = next(filter(None, found.groups()[1:])).casefold()
    many = float(found[1]) if found[1][0].isdigit() else 1.0
    if many.is_integer() and len(unit) == 1 and unit != "y":
        return f" (did you mean {shown(f'{many:g}{unit}')}?)"
    seconds = round(many * UNITS[unit])
    whole = next(one for one in "dhms" if seconds % UNITS[one] == 0)
    return f" (did you mean {shown(f'{seconds // UNITS[whole]}{whole}')}?)"


def bound(raw: str) -> str:
    """In place of a map of bounds: `>= 0.9`."""
    found = COMPARED.fullmatch(raw.strip())
    return f"{shown(raw)} is no bound (did you mean {{{SIDES[found[1]]}: {found[2]}}}?)" if found else ""


def key(name: str, allowed: Collection[str]) -> str:
    """In place of a key that there is not: one of another word, one whose colon has no blank behind it, or one that a
    no-break space stands before. Empty where nothing comes to mind."""
    if "\u00a0" in name:
        return f"a no-break space stands at {shown(name.strip())}, as copied text has them: type a plain space"
    before, colon, behind = name.partition(":")
    if colon and behind and before in allowed:
        return f"{shown(name)} lacks the space behind its colon: write {before}: {behind}"
    called = OTHER_WORDS.get(name.casefold(), "")
    return f"unknown key {shown(name)}; did you mean {shown(called)}?" if called in allowed else ""


def keys(raw: str) -> str:
    """In place of a map: a key without its colon, or without the space behind it. Its value may be a secret."""
    found = re.fullmatch(r"([a-z_]{2,30})(?: +|:)\S.*", raw)
    return f" (a key has a colon and a space behind it: {found[1]}: …)" if found else ""


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
