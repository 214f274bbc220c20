"""The sentences that every form of the daily report shares: its headline, its reasons and its account of the sweeps."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from bot.model import Step
from bot.report.day import Day, Line
from bot.report.figures import day as day_name
from bot.report.figures import percent, plural, span

WOULD = {
    Step.MUTE: "mute {}",
    Step.LIST: "list {}",
    Step.HIDE_REPOSTS: "hide the reposts of {}",
    Step.REPORT: "only report {}",
}
DID = {
    Step.MUTE: "muted {}",
    Step.LIST: "listed {}",
    Step.HIDE_REPOSTS: "hid the reposts of {}",
    Step.REPORT: "reported {}",
}
HEADINGS = {
    Step.MUTE: "mute",
    Step.LIST: "put on a list",
    Step.HIDE_REPOSTS: "hide the reposts of",
    Step.REPORT: "only report",
}


def title(day: Day) -> str:
    """`quietfeed · Sun 22 Nov · dry run`."""
    return " · ".join(part for part in ("quietfeed", day_name(day.date), day.mode, day.paused) if part)


def summary(day: Day) -> str:
    """The day in one sentence without its full stop: `would mute 3, list 1; 12 % of your timeline was noise`."""
    if not day.sweeps:
        return "no sweep ran, so nothing was read"
    parts = [_planned(day), _counts(day.done, DID), *_outcomes(day)]
    said = [part for part in parts if part] or ["nothing to do"]
    if day.noise_share:
        said.append(f"{percent(day.noise_share)} of your timeline was noise")
    said += [plural(len(some), word) for some, word in ((day.gaps, "gap"), (day.errors, "error")) if some]
    return "; ".join(said)


def calm(day: Day) -> str:
    """The whole report of a day without news: `quietfeed · Wed 25 Nov: no news. 11 quieted, 512 posts read.`"""
    told = f"{len(quieted(day)):,} {'would be ' if day.dry else ''}quieted, " if quieted(day) else ""
    return f"{title(day)}: no news. {told}{plural(day.new_posts, 'post')} read."


def quieted(day: Day) -> set[str]:
    """Ids of the accounts on which something stands, or is to be done."""
    return {line.account.id for line in (*day.in_force, *day.planned)}


def as_before(day: Day, many: int) -> str:
    """`As before: 11 accounts. Noise was 31 % of your timeline.`"""
    said = [f"As before: {plural(many, 'account')}."] if many else []
    said += [f"Noise was {percent(day.noise_share)} of your timeline."] if day.noise_share else []
    return " ".join(said)


def _planned(day: Day) -> str:
    counts = _counts(day.planned, WOULD)
    return f"{'would' if day.dry else 'will'} {counts}" if counts else ""


def _counts(lines: Sequence[Line], words: dict[Step, str]) -> str:
    many = Counter(line.step for line in lines)
    return ", ".join(word.format(f"{many[step]:,}") for step, word in words.items() if many[step])


def _outcomes(day: Day) -> list[str]:
    said = (
        (day.found_again, "found again"),
        (day.failed, "failed"),
        (day.cancelled, "cancelled"),
        (day.expired, "expired"),
        (day.undone, "undone"),
        (day.vetoed, "taken back by you"),
    )
    return [f"{len(lines):,} {word}" for lines, word in said if lines]


def heading(day: Day, step: Step) -> str:
    """What stands above the accounts of one action: `Would mute`."""
    return f"{'Would' if day.dry else 'Will'} {HEADINGS[step]}"


def nearly(line: Line) -> str:
    """Which rule nearly fired, as far as the ledger says."""
    return line.rule or line.reason


def protected_because(protection: str, lines: Sequence[Line]) -> str:
    """The sentence of the protection where all whom it spares share one: `you follow each other`; else its name."""
    reasons = {line.reason for line in lines}
    return (reasons.pop() if len(reasons) == 1 else "") or protection


def capital(sentence: str) -> str:
    """The sentence with a capital at its beginning."""
    return sentence[:1].upper() + sentence[1:]


def sweeps(day: Day) -> str:
    """What was read and what it cost, in sentences."""
    if not day.sweeps:
        return "No sweep ran on this day. What is wrong: quietfeed doctor"
    return f"{_polled(day)} {_used(day)}"


def _polled(day: Day) -> str:
    """What was read: `Read 1,432 new posts in 144 sweeps and judged 12 accounts.`"""
    read = f"Read {plural(day.new_posts, 'new post')} in {plural(day.sweeps, 'sweep')}"
    judged = f", judged {plural(day.judged, 'account')}" if day.judged else ""
    skipped = f", skipped {plural(day.unreadable, 'unreadable item')}" if day.unreadable else ""
    return f"{read}{judged}{skipped}. {plural(len(day.gaps), 'gap') if day.gaps else 'No gaps'}."


def _used(day: Day) -> str:
    """What was asked of the server: `96 requests (204 of 300 left), 2 retries, waited 12 s.`"""
    left = (
        f" ({day.remaining:,} of {day.allowed:,} left)" if day.allowed is not None and day.remaining is not None else ""
    )
    writes = "" if day.dry else f", {plural(day.writes, 'write')}"
    retries = f", {plural(day.retries, 'retry', 'retries')}" if day.retries else ""
    waited = f", waited {span(timedelta(seconds=day.waited))}" if day.waited >= 1 else ""
    return f"{plural(day.requests, 'request')}{left}{writes}{retries}{waited}."
