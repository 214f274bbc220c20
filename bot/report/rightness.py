"""How right each rule was, in a sentence: what became of its actions, and the bound that would have spared some."""

from collections.abc import Iterator, Sequence

from bot.model import RuleRecord, Sparing
from bot.report.escape import inline
from bot.report.escape import markdown as escaped
from bot.report.figures import edge, is_share, plural
from bot.report.shapes import BoundMoveJson, RuleRecordJson

WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def heading(days: int) -> str:
    """What stands above it; entries of the ledger that are older are forgotten."""
    return f"How right the rules were, in the last {plural(days, 'day')}"


def rightness_lines(records: Sequence[RuleRecord]) -> list[str]:
    """One line for each rule that had actions, plain text: those that may be wrong first."""
    return [line(record) for record in records]


def markdown(records: Sequence[RuleRecord], days: int) -> Iterator[str]:
    """The section of the whole report; nothing where no rule had actions."""
    if records:
        yield f"## {heading(days)}"
        yield "\n".join(f"- {escaped(one)}" for one in rightness_lines(records))


def line(record: RuleRecord) -> str:
    """`“teaser feed”: 12 actions; 8 in force, 3 ended by themselves, 1 taken back by you.`"""
    rule = f"“{inline(record.rule)}”"
    if record.often:
        return f"{rule}: {_often(record)}.{f' {moved(record)}.' if record.sparing else ''}"
    counts = (
        (record.in_force, "as before" if record.dry else "in force"),
        (record.confirmed, "confirmed by you"),
        (record.ended, "ended by itself" if record.ended == 1 else "ended by themselves"),
        (record.taken_back, "kept by you" if record.dry else "taken back by you"),
    )
    what = f"would have quieted {plural(record.actions, 'account')}" if record.dry else plural(record.actions, "action")
    return f"{rule}: {what}; {', '.join(f'{count:,} {word}' for count, word in counts if count)}."


def _often(record: RuleRecord) -> str:
    """`you took back 3 of 5 of its actions`."""
    every = record.taken_back == record.actions
    part = f"all {record.actions:,}" if every else f"{record.taken_back:,} of {record.actions:,}"
    if record.dry:
        part = part if every else part.replace("of ", "of the ")
        return f"you kept {part} accounts that it would have quieted"
    return f"you took back {part} of its actions"


def moved(record: RuleRecord) -> str:
    """`link_share at_least 0.97 instead of 0.90 would have spared all three, and kept the other two`; nothing where
    there is no such bound."""
    move = record.sparing
    if move is None:
        return ""
    spared = f"{_bound(move)} would have spared all {_count(record.taken_back)}"
    others, kept = record.actions - record.taken_back, "quieted" if record.dry else "kept"
    if not others:
        return spared
    rest = f"the other {_count(others)}"
    return f"{spared}, and {kept} {f'{_count(others - move.lost)} of {rest}' if move.lost else rest}"


def _bound(move: Sparing) -> str:
    share = is_share(move.signal)
    return f"{move.signal} {move.end} {edge(move.instead, share)} instead of {edge(move.now, share)}"


def _count(many: int) -> str:
    return WORDS[many] if many < len(WORDS) else f"{many:,}"


def rightness_data(records: Sequence[RuleRecord]) -> list[RuleRecordJson]:
    """The same for programs."""
    return [
        {
            "rule": record.rule,
            "actions": record.actions,
            "taken_back": record.taken_back,
            "confirmed": record.confirmed,
            "ended": record.ended,
            "in_force": record.in_force,
            "often_taken_back": record.often,
            "would_spare": _move(record.sparing),
            "dry_run": record.dry,
        }
        for record in records
    ]


def _move(move: Sparing | None) -> BoundMoveJson | None:
    if move is None:
        return None
    return {"signal": move.signal, "end": move.end, "now": move.now, "instead": move.instead, "lost": move.lost}
