"""The daily report as it is posted to the owner alone: only the news, short enough for three posts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.report import good_links, rightness, sentences
from bot.report.accounts import again, ended, expiry, found, numbered, page, quotation, spared, who
from bot.report.changes import changes
from bot.report.day import RENEWED, UNCONFIRMED, Day, Line, is_quiet
from bot.report.escape import inline, terminal, unmentioned
from bot.report.figures import plural
from bot.report.split import Count, split

PARTS, LENGTH = 3, 500
"""Most posts of one report, and characters of each: the most common limit."""
FEW = 2
"""So little news is told in one post where that can be."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much is told: of so many accounts under a heading, quoting each, so many reasons."""

    accounts: int
    quoted: bool
    reasons: int


ROOMS = (
    *(Room(10, True, 3), Room(10, True, 2), Room(10, False, 2), Room(10, False, 1)),
    *(Room(6, False, 1), Room(3, False, 1), Room(1, False, 1), Room(0, False, 0)),
)
"""From most to least: the first that fits is taken."""
NAMED = 3
"""Accounts of one kind that a change of the rules is told of by name."""
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
    few = sum(len(lines) for _, lines in numbered(day)) <= FEW
    for parts, rooms in ((1, ROOMS[:3] if few else ROOMS[:1]), (PARTS, ROOMS)):
        for room in rooms:
            blocks = [block for block in _blocks(day, room, whole) if block]
            text = _posted(("\n" if parts == 1 else "\n\n").join(blocks))
            if len(split(text, LENGTH, count)) <= parts:
                return text
    return _cut(day, count)


def _posted(text: str) -> str:
    return unmentioned(terminal(text))


def _cut(day: Day, count: Count) -> str:
    """Where even the headings are too much, as many lines as fit."""
    kept: list[str] = []
    for line in "\n".join(_blocks(day, ROOMS[-1], whole=False)).splitlines():
        if len(split(_posted("\n".join([*kept, line, MORE])), LENGTH, count)) > PARTS:
            break
        kept.append(line)
    return _posted("\n".join([*kept, MORE]))


def _blocks(day: Day, room: Room, whole: bool) -> Iterator[str]:
    yield "\n".join([sentences.title(day), *troubles(day), *changes(day, min(NAMED, room.accounts))])
    yield from _numbered(day, room)
    yield "\n".join(outcomes(day, room.accounts))
    yield from good_links.text(day.good_links if room.quoted else day.good_links[:1])
    if whole:
        yield "\n".join(rightness.line(record) for record in day.rules[:MOST_TROUBLES] if record.often)
    question = [f"{sentences.capital(inline(day.question, 300))}."] if day.question else []
    help_ = [HELP] if any(numbered(day)) else []
    yield "\n".join([*_standing(day, room.accounts, whole), *question, *help_])


def troubles(day: Day) -> Iterator[str]:
    """What is wrong, before anything else."""
    if not day.sweeps:
        yield "No sweep ran on this day. What is wrong: quietfeed doctor"
    yield from (f"Went wrong, {inline(error, 300)}" for error in day.errors[:MOST_TROUBLES])
    yield from (f"Not read: {inline(gap, 200)}" for gap in day.gaps[:MOST_TROUBLES])
    yield from (f"Not known: {inline(one, 200)}" for one in day.unread[:MOST_TROUBLES])
    if day.staying_is_news:
        yield from (f"{sentences.capital(inline(one, 200))}." for one in day.staying[:MOST_TROUBLES])


def _numbered(day: Day, room: Room) -> Iterator[str]:
    """The news, a block a heading."""
    for heading, lines in numbered(day):
        shown = [_account(number, line, room) for number, line in lines[: room.accounts]]
        more = [f"… and {len(lines) - len(shown):,} more: quietfeed report"] if len(lines) > len(shown) > 0 else []
        yield "\n".join([f"{heading}:" if shown else f"{heading}.", *shown, *more])


def _account(number: int, line: Line, room: Room) -> str:
    """`1. Growth Hive growthhive@market.test – 120 posts in 4 days, …. “Five funnels” https://…`

    What the last report told of an account, and one of its posts, is not told again.
    """
    facts = [who(line) if line.known else found(line, room.reasons), expiry(line)]
    facts += [f"not yet ({line.limit})"] if line.limit not in ("", UNCONFIRMED) else []
    told = f"{number}. {', '.join(fact for fact in facts if fact)}."
    show = room.quoted and quotation(line.quote) and not line.known
    return f"{told} {quotation(line.quote)} {page(line)}".strip() if show else told


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
