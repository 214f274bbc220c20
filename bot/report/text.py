"""The daily report as plain text, for a terminal or a file: the news, and all the rest where that is asked for."""

from collections.abc import Iterator, Sequence

from bot.report import good_links, rightness, sentences
from bot.report.accounts import expiry, found, loudness, numbered, page, quotation, waiting, who
from bot.report.changes import changes
from bot.report.day import Day, Line
from bot.report.escape import handle, inline, terminal
from bot.report.figures import plural
from bot.report.letter import outcomes, troubles
from bot.report.reasons import lacking

EVERYBODY = 10_000
NAMED = 10
"""Accounts of one kind that a change of the rules is told of by name."""


def text(day: Day, *, whole: bool = False) -> str:
    """The report of a day, without a trailing newline. Handles stay as they are, to copy.

    `whole`: also what the last report told, who was left alone and why, and the near misses.
    """
    blocks = [sentences.title(day), "\n".join([*troubles(day), *changes(day, NAMED)])]
    blocks += [*_news(day), "\n".join(outcomes(day, EVERYBODY))]
    blocks += good_links.text(day.good_links)
    blocks += list(_rest(day)) if whole else ["\n".join(_in_short(day))]
    staying = [f"{sentences.capital(inline(one, 200))}." for one in day.staying if not day.staying_is_news]
    blocks += ["\n".join([sentences.sweeps(day), *staying]), _hints(day, whole)]
    return terminal("\n\n".join(block for block in blocks if block))


def _news(day: Day) -> Iterator[str]:
    for heading, lines in numbered(day):
        rows = [_account(line, f"{number}.") for number, line in lines]
        yield "\n".join([f"{heading}:", *rows])


def _account(line: Line, mark: str) -> str:
    """An account on one line, one of its posts below, what it waits for below that."""
    facts = [found(line), loudness(line), expiry(line)]
    rule = f" ({inline(line.rule)})" if line.rule else ""
    rows = [
        ", ".join(fact for fact in facts if fact) + rule,
        f"{quotation(line.quote)}  {page(line)}".strip(),
        waiting(line),
    ]
    pad = " " * (len(mark) + 3)
    return f"  {mark} " + f"\n{pad}".join(row for row in rows if row)


def _in_short(day: Day) -> Iterator[str]:
    """What is no news, in a line each."""
    if not any(numbered(day)) and not any(outcomes(day, EVERYBODY)):
        yield "No news."
    told = sentences.quieted(day) - {line.account.id for _, lines in numbered(day) for _, line in lines}
    if told or day.noise_share:
        yield sentences.as_before(day, len(told))
    if spared := sum(len(lines) for lines in day.protected.values()):
        reasons = (f"{sentences.protected_because(p, lines)} ({len(lines):,})" for p, lines in day.protected.items())
        yield f"Left alone: {plural(spared, 'account')} that look similar; {inline(', '.join(reasons), 300)}."
    if day.near:
        yield f"{plural(len(day.near), 'near miss', 'near misses')}."


def _rest(day: Day) -> Iterator[str]:
    """Everything that is no news."""
    yield from _section("In force", [found_with(line) for line in day.in_force])
    yield from _section("To be done, as told before", [found_with(line) for line in day.planned if not line.new])
    if day.protected:
        yield "\n".join(["Left alone:", *(f"  · {_group(name, lines)}" for name, lines in day.protected.items())])
    yield from _section("Near misses", [_near(line) for line in day.near])
    yield from _section(rightness.heading(day.kept_days), rightness.rightness_lines(day.rules))
    if day.noise_share:
        yield sentences.as_before(day, 0)


def found_with(line: Line) -> str:
    """An account that stands in the report as before, with its share of the timeline and its end."""
    return ", ".join(fact for fact in (found(line), loudness(line), expiry(line)) if fact)


def _section(name: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield "\n".join([f"{name}:", *(f"  · {row}" for row in rows)])


def _group(protection: str, lines: Sequence[Line]) -> str:
    shared = inline(sentences.protected_because(protection, lines), 200)
    return f"{shared}: {', '.join(map(who, lines))}"


def _near(line: Line) -> str:
    rule = f" ({inline(sentences.nearly(line))})" if sentences.nearly(line) else ""
    return f"{who(line)}{rule}: {inline(lacking(line.comparisons), 300)}"


def _hints(day: Day, whole: bool) -> str:
    """What may be done next."""
    asked = [f"{sentences.capital(inline(day.question, 300))}."] if day.question else []
    somebody = next((line for _, lines in numbered(day) for _, line in lines), None)
    if somebody is not None:
        name = handle(somebody.account)
        asked.append(f"Why?  quietfeed explain {name}    Wrong?  quietfeed keep {name}")
    if not whole and (day.in_force or day.planned or day.protected or day.near):
        asked.append("Everything: quietfeed report --all")
    return "\n".join(asked)
