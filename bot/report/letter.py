"""The daily report as it is posted to the owner alone: only the news, short enough for three posts."""

from collections.abc import Callable, Iterator, Sequence

from bot.report import sentences
from bot.report.accounts import again, ended, expiry, found, numbered, page, quotation, spared, waiting, who
from bot.report.day import RENEWED, Day, Line, is_quiet
from bot.report.escape import inline, terminal, unmentioned
from bot.report.figures import plural
from bot.report.split import Count, split

PARTS, LENGTH = 3, 500
"""Most posts of one report, and characters of each: the most common limit."""
ROOM = ((10, True), (10, False), (6, False), (3, False), (1, False), (0, False))
"""How many accounts show under a heading, and whether they are quoted: the first that fits."""
MOST_TROUBLES = 3
"""Troubles of one kind that are told."""
MORE = "… more: quietfeed report"
HELP = "Reply “keep 1”, “why 1” or “help”."


def letter(day: Day, count: Count = len, *, whole: bool = False) -> str:
    """The news of a day, for a post that mentions nobody and tags nothing on any platform (`escape.unmentioned`).

    At most PARTS posts long, as `count` measures characters: where there is more to tell, less is told of each
    account, then fewer of them. A day without news is one line. `whole`: a summary, with all that is in force.
    """
    if is_quiet(day) and not whole:
        return unmentioned(terminal(sentences.calm(day)))
    written = (unmentioned(terminal("\n".join(_lines(day, most, quoted, whole)))) for most, quoted in ROOM)
    return next((text for text in written if _fits(text, count)), None) or _cut(day, count)


def _fits(text: str, count: Count) -> bool:
    return len(split(text, LENGTH, count)) <= PARTS


def _cut(day: Day, count: Count) -> str:
    """Where even the headings are too much, as many lines as fit."""
    kept: list[str] = []
    for line in _lines(day, 0, False, whole=False):
        if not _fits(unmentioned(terminal("\n".join([*kept, line, MORE]))), count):
            break
        kept.append(line)
    return unmentioned(terminal("\n".join([*kept, MORE])))


def _lines(day: Day, most: int, quoted: bool, whole: bool) -> Iterator[str]:
    yield sentences.title(day)
    yield from troubles(day)
    yield from _numbered(day, most, quoted)
    yield from outcomes(day, most)
    yield from _standing(day, most, whole)
    if day.question:
        yield f"{sentences.capital(inline(day.question, 300))}."
    if any(lines for _, lines in numbered(day)):
        yield HELP


def troubles(day: Day) -> Iterator[str]:
    """What is wrong, before anything else."""
    if not day.sweeps:
        yield "No sweep ran on this day. What is wrong: quietfeed doctor"
    yield from (f"Went wrong, {inline(error, 300)}" for error in day.errors[:MOST_TROUBLES])
    yield from (f"Not read: {inline(gap, 200)}" for gap in day.gaps[:MOST_TROUBLES])
    yield from (f"Not known: {inline(one, 200)}" for one in day.unread[:MOST_TROUBLES])
    if day.staying_is_news:
        yield from (f"{sentences.capital(inline(one, 200))}." for one in day.staying[:MOST_TROUBLES])


def _numbered(day: Day, most: int, quoted: bool) -> Iterator[str]:
    number = 0
    for heading, lines in numbered(day):
        yield f"{heading}:"
        for line in lines[:most]:
            yield _account(number + lines.index(line) + 1, line, quoted)
        if len(lines) > most:
            yield f"… and {len(lines) - most:,} more: quietfeed report" if most else "… quietfeed report"
        number += len(lines)


def _account(number: int, line: Line, quoted: bool) -> str:
    """`1. Growth Hive growthhive@market.test – 120 posts in 4 days, …. “Five funnels” https://…`"""
    facts = [found(line), expiry(line), waiting(line)]
    told = f"{number}. {', '.join(fact for fact in facts if fact)}."
    return f"{told} {quotation(line)} {page(line)}".strip() if quoted and quotation(line) else told


def outcomes(day: Day, most: int) -> Iterator[str]:
    """What became of actions, a line each."""
    renewed = [line for line in day.done if line.reason == RENEWED]
    yield from _several("Quieted again, no better", renewed, most, lambda line: f"{who(line)}, {expiry(line)}")
    yield from _several("Found again", day.found_again, most, lambda line: f"{who(line)} ({', '.join(again(line))})")
    yield from _several("Did not take", day.failed, most, ended)
    yield from _several("Given up", day.cancelled, most, ended)
    yield from _several("Ended", (*day.expired, *day.undone), most, ended)
    yield from _several("You took back, and it is left alone from now on", day.vetoed, most, who)
    yield from _several("Now left alone", day.spared, most, spared)


def _several(name: str, lines: Sequence[Line], most: int, write: Callable[[Line], str]) -> Iterator[str]:
    if not lines:
        return
    if len(lines) > most:
        yield f"{name}: {plural(len(lines), 'account')}"
    else:
        yield from (f"{name}: {write(line)}" for line in lines)


def _standing(day: Day, most: int, whole: bool) -> Iterator[str]:
    """What the last report told already, in one line; in a summary each account."""
    if whole and day.in_force:
        yield f"In force, {plural(len(day.in_force), 'account')}:"
        yield from (f"· {who(line)}, {expiry(line) or 'for good'}" for line in day.in_force[:most])
    told = [line for line in day.planned if not line.new]
    before = {line.account.id for line in (*day.in_force, *told)} - {line.account.id for line in day.done}
    if before or day.noise_share:
        yield sentences.as_before(day, len(before))
