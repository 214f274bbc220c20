"""The daily report as Markdown: complete, for a file or a pager."""

from collections.abc import Callable, Iterator, Sequence

from bot.model import Step
from bot.report import good_links, rightness, sentences
from bot.report.accounts import again, expiry, loudness, not_yet, quotation, spared, who, why
from bot.report.changes import changes
from bot.report.day import RENEWED, Day, Line, is_empty
from bot.report.escape import code, handle, link
from bot.report.escape import markdown as escaped
from bot.report.reasons import lacking

NAMED = 10
"""Accounts of one kind that a change of the rules is told of by name."""
EVIDENCE = 3
"""Links shown for an account."""


def markdown(day: Day) -> str:
    """The report of a day. It ends in a newline; names, reasons and addresses of others render as themselves."""
    if is_empty(day):
        return f"{escaped(sentences.calm(day))}\n"
    blocks = [
        f"# {escaped(sentences.title(day))}",
        f"**{escaped(sentences.capital(sentences.summary(day)))}.**",
        *(escaped(line, 2000) for line in changes(day, NAMED)),
        *_section("Done", day.done, _done),
        *_planned(day),
        *_section("Found again", day.found_again, _again),
        *_section("Failed", day.failed, _with_reason),
        *_section("Cancelled", day.cancelled, _with_reason),
        *_section("Expired", day.expired, _with_reason),
        *_section("Undone", day.undone, _with_reason),
        *_section("Taken back by you, left alone from now on", day.vetoed, _with_reason),
        *_section("Now left alone", day.spared, lambda line: escaped(spared(line))),
        *_section("In force", day.in_force, _done),
        *good_links.markdown(day.good_links),
        *_protected(day),
        *_section("Near misses", day.near, _near),
        *rightness.markdown(day.rules, day.kept_days),
        *_sweeps(day),
    ]
    return "\n\n".join(blocks) + "\n"


def _section(name: str, lines: Sequence[Line], write: Callable[[Line], str]) -> Iterator[str]:
    if lines:
        yield f"## {name}"
        yield "\n".join(f"- {write(line)}" for line in lines)


def _planned(day: Day) -> Iterator[str]:
    for step in sorted(Step, key=lambda a: -a.severity):
        lines = [line for line in day.planned if line.step is step]
        yield from _section(sentences.heading(day, step), lines, _found)


def _found(line: Line) -> str:
    """An account, its rule and how loud it is; under it why, and a post of its."""
    facts = [_who(line), escaped(line.rule or ""), loudness(line), expiry(line)]
    rows = [" · ".join(fact for fact in facts if fact), escaped(why(line)), _quoted(line)]
    rows.append(escaped(not_yet(line)))
    return "  \n  ".join(row for row in rows if row)


def _quoted(line: Line) -> str:
    """One of its posts and links to more."""
    return " ".join(part for part in (escaped(quotation(line.quote)), _links(line)) if part)


def _done(line: Line) -> str:
    again = " again" if line.reason == RENEWED else ""
    return f"{line.step.replace('_', ' ')}{again} · {_found(line)}" if line.step else _found(line)


def _again(line: Line) -> str:
    what, how = again(line)
    return f"{_who(line)} ({what}): {escaped(how)}"


def _who(line: Line) -> str:
    """Its name, and the handle as a code span: literal, to copy, and no mention anywhere."""
    name = who(line).removesuffix(handle(line.account)).strip()
    return f"{escaped(name)} {code(handle(line.account))}".strip()


def _links(line: Line) -> str:
    links = [link(url, str(place)) for place, url in enumerate(line.evidence[:EVIDENCE], 1)]
    return f"see {' '.join(links)}" if links else ""


def _with_reason(line: Line) -> str:
    step = f" ({line.step.replace('_', ' ')})" if line.step else ""
    return _who(line) + step + (f": {escaped(line.reason)}" if line.reason else "")


def _protected(day: Day) -> Iterator[str]:
    if day.protected:
        yield "## Left alone"
        yield "\n".join(_group(protection, lines) for protection, lines in day.protected.items())


def _group(protection: str, lines: Sequence[Line]) -> str:
    """One protection and whom it spares; a reason of their own stands behind each where they differ."""
    shared = sentences.protected_because(protection, lines)
    spared = [f"  - {_protected_line(line, tell=shared == protection)}" for line in lines]
    return "\n".join([f"- {escaped(shared)}", *spared])


def _protected_line(line: Line, tell: bool) -> str:
    reason = escaped(line.reason) if tell and line.reason != line.protection else ""
    facts = [escaped(line.rule or ""), reason, escaped(why(line)), _links(line)]
    return " · ".join([_who(line), *(fact for fact in facts if fact)])


def _near(line: Line) -> str:
    facts = [escaped(sentences.nearly(line)), escaped(lacking(line.comparisons)), _links(line)]
    return " · ".join([_who(line), *(fact for fact in facts if fact)])


def _sweeps(day: Day) -> Iterator[str]:
    yield "## Sweeps"
    yield escaped(sentences.sweeps(day))
    troubles = [
        *(f"- gap: {escaped(gap)}" for gap in day.gaps),
        *(f"- error: {escaped(e)}" for e in day.errors),
        *(f"- not known: {escaped(sentence)}" for sentence in day.unread),
        *(f"- {escaped(sentence)}" for sentence in day.staying),
        *([f"- {escaped(day.question)}"] if day.question else []),
    ]
    if troubles:
        yield "\n".join(troubles)
