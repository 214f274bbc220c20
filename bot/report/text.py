"""The daily report as plain text: short, to be posted to the owner alone."""

from collections.abc import Callable, Iterator, Sequence

from bot.model import Step
from bot.report import good_links, sentences
from bot.report.day import RENEWED, Day, Line, is_empty, is_quiet
from bot.report.escape import handle, inline, terminal, unmentioned, web
from bot.report.figures import several

MOST = 10
"""Accounts shown under one heading; `quietfeed report` shows all."""
EVIDENCE = 3


def text(day: Day, posted: bool = True, most: int = MOST) -> str:
    """The report of a day, without a trailing newline.

    `posted` writes it so that it mentions nobody and tags nothing on any platform (see `escape.unmentioned`);
    A quiet day is one line then. False leaves handles as they are and tells all, for a terminal or a file.
    `most` accounts show under each heading.
    """
    plain = terminal(
        sentences.calm(day) if (is_quiet(day) if posted else is_empty(day)) else "\n\n".join(_blocks(day, most))
    )
    return unmentioned(plain) if posted else plain


def _blocks(day: Day, most: int) -> Iterator[str]:
    yield f"{sentences.title(day)}: {sentences.summary(day)}"
    for step in sorted(Step, key=lambda a: -a.severity):
        lines = [line for line in day.planned if line.step is step]
        yield from _section(sentences.heading(day, step), lines, _found, most)
    yield from _section("Done", day.done, _done, most)
    yield from _section("Found again", day.found_again, _again, most)
    yield from _section("Failed", day.failed, _with_reason, most)
    yield from _section("Cancelled", day.cancelled, _with_reason, most)
    yield from _section("Expired", day.expired, _with_reason, most)
    yield from _section("Undone", day.undone, _with_reason, most)
    yield from _section("Taken back by you, left alone from now on", day.vetoed, _with_reason, most)
    yield from good_links.text(day.good_links)
    yield from _protected(day, most)
    yield from _section("Near misses", day.near, _near, most)
    yield from _sweeps(day)


def _section(name: str, lines: Sequence[Line], write: Callable[[Line], str], most: int) -> Iterator[str]:
    if not lines:
        return
    rows = [f"• {write(line)}" for line in lines[:most]]
    if len(lines) > most:
        rows.append(f"… and {len(lines) - most:,} more: quietfeed report")
    yield "\n".join([f"{name}:", *rows])


def _found(line: Line) -> str:
    facts = [inline(line.rule or ""), sentences.loudness(line), sentences.expiry(line)]
    head = f"{handle(line.account)} ({', '.join(fact for fact in facts if fact)})"
    return "\n  ".join(
        row for row in (head, inline(sentences.not_yet(line), 200), sentences.why(line), _links(line)) if row
    )


def _done(line: Line) -> str:
    again = " again" if line.reason == RENEWED else ""
    return f"{line.step.replace('_', ' ')}{again} {_found(line)}" if line.step else _found(line)


def _again(line: Line) -> str:
    what, how = sentences.again(line)
    return f"{handle(line.account)} ({what}): {inline(how, 200)}"


def _links(line: Line) -> str:
    return " ".join(web(url) or inline(url, 200) for url in line.evidence[:EVIDENCE])


def _with_reason(line: Line) -> str:
    step = f" ({line.step.replace('_', ' ')})" if line.step else ""
    return handle(line.account) + step + (f": {inline(line.reason, 200)}" if line.reason else "")


def _protected(day: Day, most: int) -> Iterator[str]:
    if day.protected:
        yield "\n".join(["Left alone:", *(f"• {_group(name, lines, most)}" for name, lines in day.protected.items())])


def _group(protection: str, lines: Sequence[Line], most: int) -> str:
    whom = several([handle(line.account) for line in lines], most)
    return f"{inline(sentences.protected_because(protection, lines), 200)} ({whom})"


def _near(line: Line) -> str:
    rule = f" ({inline(sentences.nearly(line))})" if sentences.nearly(line) else ""
    return f"{handle(line.account)}{rule}: {inline(sentences.lacking(line), 200)}"


def _sweeps(day: Day) -> Iterator[str]:
    troubles = [
        *(f"Gap: {inline(gap, 200)}" for gap in day.gaps),
        *(f"Error: {inline(e, 200)}" for e in day.errors),
        *(f"Not known: {inline(sentence, 200)}" for sentence in day.unread),
        *(f"{inline(sentences.capital(sentence), 200)}." for sentence in day.staying),
        *([f"{sentences.capital(day.question)}."] if day.question else []),
    ]
    hint = ["Why is one here? quietfeed explain HANDLE"] if day.planned or day.protected or day.near else []
    yield "\n".join([sentences.sweeps(day), *troubles, *hint])
