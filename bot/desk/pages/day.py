"""The report of a day before, in the words in which it was told."""

from dataclasses import dataclass
from datetime import date

from bot.desk.visit import Facts, NotThere, Visit
from bot.report.escape import inline, terminal, web
from bot.report.figures import day as day_name
from bot.report.figures import moment
from bot.store import StoredReport

SENTENCE, LONGEST = 300, 2000
"""Characters of a sentence, and of a line."""
BECAME = {
    "planned": "It was not sent yet.",
    "sent": "It was sent to you.",
    "kept": "It was not sent: it lies on this machine.",
    "failed": "It could not be sent on its day.",
}


@dataclass(frozen=True, slots=True)
class Block:
    """What belongs together, under a heading where it has one."""

    heading: str
    lines: list[str]
    """Sentences."""
    rows: list[list[str]]
    """The things that are listed, each with the lines that belong to it."""


def facts(visit: Visit) -> Facts:
    """The report's lines by their headings, and the days beside it that have one."""
    day = _day(visit)
    kept = visit.store.report(visit.profile.name, day)
    if kept is None:
        raise NotThere(f"there is no report of {day_name(day)}")
    title, *blocks = blocks_of(kept.text)
    days = [one for one, _ in visit.store.reports(visit.profile.name)]
    at = days.index(day)
    return {
        "title": f"Report of {day_name(day)}",
        "says": inline(kept.says, SENTENCE) or " ".join(title.lines),
        "blocks": blocks,
        "became": _became(kept, visit),
        "address": web(kept.where) or "",
        "sooner": _link(visit, days[at - 1]) if at else None,
        "later": _link(visit, days[at + 1]) if at + 1 < len(days) else None,
    }


def _day(visit: Visit) -> date:
    try:
        return date.fromisoformat(visit.query.get("date", ""))
    except ValueError:
        raise NotThere("a day is written as 2026-11-22") from None


def _link(visit: Visit, day: date) -> tuple[str, str]:
    return day_name(day), visit.to("/day", date=day.isoformat())


def _became(kept: StoredReport, visit: Visit) -> str:
    return f"Made {moment(kept.at, visit.today, visit.zone)}. {BECAME[kept.state]}"


def blocks_of(text: str) -> list[Block]:
    """A report's text by its empty lines; there is at least one block. A first line that ends with a colon is a
    heading; a line that is indented is of a list, and goes on with what is indented further."""
    found = [block.splitlines() for block in terminal(text).split("\n\n") if block.strip()]
    return [_block(lines) for lines in found] or [Block("", [], [])]


def _block(lines: list[str]) -> Block:
    headed = len(lines) > 1 and lines[0].endswith(":")
    block = Block(inline(lines[0].rstrip(":"), SENTENCE) if headed else "", [], [])
    for line in lines[headed:]:
        words = inline(line.strip().removeprefix("· "), LONGEST)
        if not line.startswith(" ") and not line.startswith("· "):
            block.lines.append(words)
        elif block.rows and line.startswith("    "):
            block.rows[-1].append(words)
        else:
            block.rows.append([words])
    return block
