"""The owner's answer to a report, read as commands: forgiving in form, and never guessing what was meant."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum

from bot import handles


class Verb(StrEnum):
    """What the owner can say. Nothing but these words, exactly, is obeyed."""

    KEEP = "keep"
    UNKEEP = "unkeep"
    MUTE = "mute"
    LIST = "list"
    UNDO = "undo"
    WHY = "why"
    PAUSE = "pause"
    RESUME = "resume"
    HELP = "help"


ALONE = frozenset({Verb.PAUSE, Verb.RESUME, Verb.HELP})
"""Verbs that concern no account."""
LASTING = frozenset({Verb.MUTE, Verb.LIST, Verb.PAUSE})
"""Verbs that may be told for how long."""
QUIETING = frozenset({Verb.MUTE, Verb.LIST})
"""Verbs that do something to somebody: these wait where anything else in the reply is not understood, since that may
take them back (“no, not that one, mute 2”)."""
ASKING = frozenset({Verb.WHY, Verb.HELP})
"""Verbs that may end in a question mark."""
LONGEST, MOST = 10_000, 20
"""Characters and commands of one reply that are read."""
LONGEST_TIME = timedelta(days=365)
SAID = 60
"""Characters of what was not understood that are said again."""

Target = int | str
"""An account: its number in the report, or a handle as it was written."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the owner wants done."""

    verb: Verb
    whom: tuple[Target, ...] = ()
    span: timedelta | None = None
    said: str = ""
    """As they wrote it, on one line."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that are no command."""

    said: str
    meant: str = ""
    """The command that may have been meant, as it would be written; empty where none is close."""
    waits: bool = False
    """Whether it is a command indeed, one that waits since the rest of the reply is not understood."""


Part = Command | Unclear

_QUOTES = "\"'`*_“”„‟«»‹›‘’‚‛()[]<>"
_ENDS = ".,;:!…-–—•" + _QUOTES
_BORDERS = re.compile(r"[,;\n&+]+|(?<!\S)(?:and|then)(?!\S)", re.IGNORECASE)
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_SPAN = re.compile(r"(\d{1,5})(h|d|w|hours?|days?|weeks?)", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_NUMBER = re.compile(r"#?(\d{1,4})")
_FILLERS = frozenset({"please", "pls"})
_VERBS = {str(verb): verb for verb in Verb}


def read(text: str) -> list[Part]:
    """The commands of a reply in their order, and what in it is none. A reply without a word gives nothing.

    Commands stand apart by lines, commas, semicolons or “and”; numbers and handles that follow one belong to it:
    `keep 1 and 2, mute a@b.test 30d`. Case, quotation marks, a mention of oneself in front and characters that nobody
    sees do not matter; lines that begin with “>” are somebody's words repeated, and say nothing. Never raises.
    """
    parts: list[Part] = []
    for clause in _clauses(text[:LONGEST]):
        before = parts[-1] if parts else None
        more = _more(clause, before) if isinstance(before, Command) else None
        if more is not None:
            parts[-1] = more
        else:
            parts += _read(clause)
        if len(parts) >= MOST:
            break
    return _careful(parts[:MOST])


def _clauses(text: str) -> Iterator[list[str]]:
    """The words of each clause, without quotation marks, full stops and “please”."""
    seen = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs", "Co") and c != "\x00")
    plain = _QUOTED.sub("", seen.translate({0xFF20: "@", 0xFF03: "#", 0xFF0C: ",", 0x3001: ",", 0x3002: "."}))
    first = True
    for clause in _BORDERS.split(plain):
        words = [word for word in (raw.strip(_ENDS) for raw in clause.split()) if word]
        words = [word for word in words if word.casefold() not in _FILLERS]
        while first and len(words) > 1 and words[0].startswith("@"):
            words = words[1:]
        if words:
            first = False
            yield words


def _read(words: Sequence[str]) -> list[Part]:
    """One clause: commands one after the other, or as a whole something that is none."""
    starts = [place for place, word in enumerate(words) if _verb(word)]
    if not starts or starts[0] != 0:
        return [Unclear(_said(words), _close(words))]
    ends = [*starts[1:], len(words)]
    parts = [_command(words[start:end]) for start, end in zip(starts, ends, strict=True)]
    return list(parts) if all(isinstance(part, Command) for part in parts) else [_whole(words, parts)]


def _whole(words: Sequence[str], parts: Sequence[Part]) -> Unclear:
    """A clause of which some is not understood is not understood as a whole."""
    wrong = next(part for part in parts if isinstance(part, Unclear))
    return wrong if len(parts) == 1 else Unclear(_said(words))


def _verb(word: str) -> Verb | None:
    found = _VERBS.get(word.casefold().removesuffix("?"))
    return found if found and (found in ASKING or not word.endswith("?")) else None


def _command(words: Sequence[str]) -> Part:
    """A verb and what follows it."""
    verb = _verb(words[0])
    assert verb is not None  # noqa: S101  the clause was cut at its verbs
    rest = [word.removesuffix("?") if verb in ASKING else word for word in words[1:]]
    rest, span = _without_span([word for word in rest if word], verb)
    whom = _targets(rest)
    said = _said(words)
    if len(whom) < len(rest):
        return Unclear(said, _corrected(verb, rest, span))
    if verb in ALONE:
        bare = verb is Verb.PAUSE and len(whom) == 1 and isinstance(whom[0], int)
        return Unclear(said, f"pause {whom[0]}d" if bare else str(verb)) if whom else Command(verb, (), span, said)
    return Command(verb, whom, span, said) if whom else Unclear(said, f"{verb} 1")


def _without_span(words: list[str], verb: Verb) -> tuple[list[str], timedelta | None]:
    """What is left of the words, and the time among the last of them: `30d`, `for 30 days`."""
    if verb not in LASTING:
        return words, None
    for count in (2, 1):
        found = _SPAN.fullmatch("".join(words[-count:])) if len(words) >= count else None
        if found and (count == 1 or words[-1].isalpha()):
            left = words[:-count]
            return (left[:-1] if left and left[-1].casefold() == "for" else left), _span(found)
    return words, None


def _span(found: re.Match[str]) -> timedelta:
    return min(int(found[1]) * _UNITS[found[2][0].lower()], LONGEST_TIME)


def _target(word: str) -> Target | None:
    """The account that a word names. A bare word names none: it may be anything, and `@name` is quickly written."""
    number = _NUMBER.fullmatch(word)
    if number:
        return int(number[1]) or None
    named = "@" in word or "." in word or handles.is_did(word)
    return word if named and handles.parse(word) else None


def _targets(words: Sequence[str]) -> tuple[Target, ...]:
    return tuple(target for word in words if (target := _target(word)))


def _more(words: Sequence[str], before: Command) -> Command | None:
    """The command with the accounts and the time that a clause without a verb adds to it, where it does."""
    if before.verb in ALONE or _verb(words[0]):
        return None
    rest, span = _without_span(list(words), before.verb)
    whom = _targets(rest)
    if len(whom) < len(rest) or (span and before.span):
        return None
    said = f"{before.said}, {_said(words)}"
    return replace(before, whom=before.whom + whom, span=span or before.span, said=said)


def _careful(parts: list[Part]) -> list[Part]:
    """The parts, where those that quiet somebody wait if not all of the reply is understood."""
    if all(isinstance(part, Command) for part in parts):
        return parts
    return [
        Unclear(part.said, waits=True) if isinstance(part, Command) and part.verb in QUIETING else part
        for part in parts
    ]


def _close(words: Sequence[str]) -> str:
    """The command that a clause may have been meant for, judging by its first word."""
    first = words[0].casefold().removesuffix("?")
    near = get_close_matches(first[:20], _VERBS, n=1, cutoff=0.7)
    if not near:
        return ""
    found = _command([near[0], *words[1:]])
    return _written(found) if isinstance(found, Command) else found.meant


def _corrected(verb: Verb, words: Sequence[str], span: timedelta | None) -> str:
    """The command with bare names as handles, where that is all that was wrong."""
    names = [word if _target(word) or not word.isalpha() else f"@{word}" for word in words]
    whom = _targets(names)
    sound = len(words) <= 2 and len(whom) == len(words) and verb not in ALONE
    return _written(Command(verb, whom, span)) if sound else ""


def _written(command: Command) -> str:
    """A command as the owner would write it."""
    whom = ", ".join(str(one)[:SAID] for one in command.whom[:5])
    span = _span_written(command.span) if command.span else ""
    return " ".join(word for word in (str(command.verb), whom, span) if word)


def _span_written(span: timedelta) -> str:
    hours = round(span.total_seconds() / 3600)
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"


def _said(words: Sequence[str]) -> str:
    """The words on one line, cut where they are many."""
    line = " ".join(words[:SAID])
    return line if len(line) <= SAID else line[: SAID - 1].rstrip() + "…"
