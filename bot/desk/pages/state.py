"""State: sweeps, gaps, what fails and what waits, how much of each limit is used, and how the store is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.visit import Facts, Visit
from bot.model import Entry, SweepRecord
from bot.report import sweeps
from bot.report.escape import handle, inline
from bot.report.figures import percent, plural, short_day, span
from bot.report.picture.sweeps import drawn
from bot.report.sentences import capital
from bot.report.status import in_words, overview
from bot.service import spent, unread
from bot.service.mode import why_dry
from bot.service.spent import LEAST_A_WEEK, Room
from bot.service.status import fares

SENTENCE = 300
TITLES = {
    "unconfirmed": "For a second look",
    "newly followed": "Since you follow it only lately",
    "failed before": "Since it failed before",
    "too many at once": "Since its rule suddenly finds many",
    "sweep limit": "For the next sweep",
    "daily limit": "For another day",
    "weekly limit": "For another week",
    "paused": "For the end of the pause",
}
"""What each limit is called above the accounts that wait for it; another one is called by its own name."""
STRETCHES = {
    "sweep limit": "In the last sweep",
    "daily limit": "In the last 24 hours",
    "weekly limit": "In the last 7 days",
}
"""What each limit on how many actions are begun looks back on."""


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of something is used."""

    label: str
    says: str
    percent: float
    full: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What there is to say, in a sentence; whether it is something wrong, or only something to know."""

    words: str
    wrong: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that wait for one thing."""

    title: str
    why: str
    """What all of them wait for; empty where each has a reason of its own."""
    rows: list[tuple[str, str, str]]
    """Account id, handle, and its own reason."""


def facts(visit: Visit) -> Facts:
    """How the profile fares, in the words of `status`, with the numbers beside it."""
    name = visit.profile.name
    mark = visit.store.fingerprint(name), visit.config, visit.about
    known = visit.seat.once(("state", name), mark, lambda: _known(visit))
    told = in_words(fares(visit.profile, visit.store, visit.config, visit.now), visit.now)
    *lines, report = [_line(words) for words in told.removeprefix(f"{name}: ").splitlines()]
    return {**known, "lines": lines if known["report"] else [*lines, report], "profiles": list(_profiles(visit))}


def _line(words: str) -> Line:
    """A sentence of `status` without the sign before it."""
    bare = words.removeprefix("✗ ").removeprefix("· ")
    return Line(capital(bare), words.startswith("✗ "), words.startswith("· "))


def _profiles(visit: Visit) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Where there are several: the address of each one's page, and its row of the overview, by the columns' names."""
    profiles = visit.config.profiles
    if len(profiles) < 2:
        return
    table = overview([fares(one, visit.store, visit.config, visit.now) for one in profiles], visit.now)
    for profile, row in zip(profiles, table.rows, strict=True):
        cells = [(column, inline(cell, SENTENCE)) for column, cell in zip(table.columns, row, strict=True)]
        yield visit.of(profile).to("/state"), cells


def _known(visit: Visit) -> Facts:
    """What changes with a sweep or a word of the owner's alone."""
    name, store, now = visit.profile.name, visit.store, visit.now
    records = store.sweeps(name, since=now - timedelta(days=sweeps.DAYS + 1))
    days = sweeps.by_day(records, visit.today, visit.zone)
    gaps, faults = sweeps.shortfalls(records, visit.today, visit.zone)
    last = max(records, key=lambda one: one.started, default=None)
    rooms, followed = spent.actions(name, store, visit.config, now, last.started if last else None)
    report = max(store.reports(name), default=None)
    return {
        "days": list(reversed(days)),
        "swept": sweeps.in_words(days),
        "picture": drawn(days) if records else None,
        "gaps": gaps,
        "faults": faults,
        "dry": bool(why_dry(name, store, visit.config, now)),
        "limits": [_meter(room, visit, followed) for room in rooms],
        "asked": _asked(records, now),
        "server": [meter] if last and (meter := _server(last.allowed, last.remaining)) else [],
        "share": percent(spent.SHARE),
        "waiting": [_group(limit, entries) for limit, entries in spent.waiting(name, store).items()],
        "to_come": _to_come(visit),
        "unread": [capital(inline(one, SENTENCE)) for one in (last.unread if last else ())],
        "staying": [capital(inline(one.sentence, SENTENCE)) for one in unread.staying(name, store, visit.config.trust)],
        "store": _store(visit),
        "report": (short_day(report[0]), visit.to("/day", date=report[0].isoformat()), report[1]) if report else None,
    }


def _meter(room: Room, visit: Visit, followed: int | None) -> Meter:
    label = STRETCHES[room.name]
    if room.name == "weekly limit" and followed is not None:
        share = percent(visit.config.limits.followed_share_per_week)
        label += f" ({share} of the {followed:,} you follow, and {LEAST_A_WEEK} at least)"
    return Meter(label, f"{room.used:,} of {room.most:,}", _part(room.used, room.most), room.left <= 0)


def _part(some: int, whole: int) -> float:
    """In percent, for a bar."""
    return round(min(1.0, some / whole) * 100, 1) if whole else 100.0


def _server(allowed: int | None, remaining: int | None) -> Meter | None:
    """What the server counted against its own limit, where it says that it has one."""
    if not allowed or remaining is None:
        return None
    used = max(0, allowed - remaining)
    label = "Of what the server allows at a time, when the last sweep ended"
    return Meter(label, f"{used:,} of {allowed:,}", _part(used, allowed), full=False)


def _asked(records: Sequence[SweepRecord], now: datetime) -> str:
    """What was asked of the server in a day."""
    day = [one for one in records if one.started > now - timedelta(days=1)]
    requests, retries = sum(one.requests for one in day), sum(one.retries for one in day)
    waited = sum(one.waited for one in day)
    beside = [plural(retries, "retry", "retries")] if retries else []
    beside += [f"{span(timedelta(seconds=waited))} of waiting"] if waited >= 1 else []
    told = f"{plural(requests, 'request')} in the last 24 hours"
    return told + (f", with {' and '.join(beside)}" if beside else "") + "."


def _group(limit: str, entries: Sequence[Entry]) -> Group:
    reasons = {capital(inline(one.reason, SENTENCE)) for one in entries}
    shared = reasons.pop() if len(reasons) == 1 else ""
    rows = [(one.account.id, handle(one.account), "" if shared else inline(one.reason, SENTENCE)) for one in entries]
    return Group(TITLES.get(limit, capital(inline(limit))), shared, sorted(rows, key=lambda row: row[1].casefold()))


def _to_come(visit: Visit) -> list[str]:
    """Whom the last sweep did not come to, in sentences."""
    read, judge = spent.to_come(visit.profile.name, visit.store, visit.seat.clock)
    said = [f"{plural(read, 'account')} whose own posts are still to be read"] if read else []
    return said + ([f"{plural(judge, 'account')} still to be judged"] if judge else [])


def _store(visit: Visit) -> str:
    """Where the store is, and its size."""
    megabytes = visit.store.size() / 1_000_000
    size = f"{megabytes:,.0f} MB" if megabytes >= 10 else f"{megabytes:.1f} MB"
    return f"{inline(visit.store.url, SENTENCE)}, {size}"
