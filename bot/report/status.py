"""How each profile fares: its last and next sweep, what they found and used, and its last report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.model import STOPPED, SweepRecord, Trouble
from bot.report.data import moment as iso
from bot.report.escape import terminal
from bot.report.figures import away, moment, plural, short_day, span
from bot.report.shapes import ProfileJson, StatusJson, SweepJson, TroubleJson
from bot.report.tables import Table
from bot.report.troubles import since

FACTS = (
    "profile",
    "mode",
    "last sweep",
    "next sweep",
    "read",
    "looked at",
    "own feeds",
    "requests",
    "gaps",
    "last report",
)


@dataclass(frozen=True)
class ProfileStatus:
    """What `quietfeed status` knows of one profile."""

    profile: str
    platform: str
    mode: str = "dry run"
    """Why nothing is done: `dry run`, or that it is the first days; empty where it acts."""
    last: SweepRecord | None = None
    """The latest sweep; None before the first."""
    next_sweep: datetime | None = None
    """None where no daemon runs."""
    last_report: date | None = None
    """The owner's local date that the last report was for."""
    waiting: tuple[str, datetime] | None = None
    """What is waited for at this moment, and until when."""
    troubles: tuple[Trouble, ...] = ()
    """What fails at present."""
    zone: tzinfo = UTC
    """What the owner's clocks show."""
    jump: tuple[datetime, timedelta] | None = None
    """When the machine's clock was set lately, and by how much."""
    paused: datetime | None = None
    """Until when the owner asked to pause, where they did."""
    question: str = ""
    """What the owner is asked, in a sentence."""
    quieted: int = 0
    """Accounts on which something is in force, or would be in dry run."""


def in_words(profile: ProfileStatus, now: datetime) -> str:
    """`home: read 12 min ago; next in 8 min; 3 accounts quieted.`"""
    last, upcoming = profile.last, profile.next_sweep
    if last is None:
        read = "nothing was read yet"
    elif last.error or last.ended is None:
        read = f"the last sweep {_ended(last, now, profile.troubles)}"
    else:
        read = f"read {away(last.ended, now)}"
    if upcoming is None:
        follows = "no daemon is at work (quietfeed run)"
    else:
        follows = "the next sweep is due" if upcoming <= now else f"next {away(upcoming, now)}"
    many = plural(profile.quieted, "account")
    quiet = f"{many} would be quieted ({profile.mode})" if profile.mode else f"{many} quieted"
    return f"{profile.profile}: {read}; {follows}; {quiet}."


def status(profiles: Sequence[ProfileStatus], now: datetime) -> Table:
    """A row a profile."""
    return Table(FACTS, tuple(_row(profile, now) for profile in profiles))


def status_details(profile: ProfileStatus, now: datetime) -> Table:
    """One profile as a row a fact: what fits a terminal of 80 columns, with every gap and error in full."""
    rows = list(zip(FACTS, _row(profile, now), strict=True))
    rows[1:1] = [("wrong", sentence) for sentence in wrong(profile, now)]
    if profile.jump:
        rows.append(("clock", was_set(profile.jump, now, profile.zone)))
    if profile.paused:
        ends = moment(profile.paused, now.astimezone(profile.zone).date(), profile.zone)
        rows.insert(1, ("paused", f"until {ends}: nobody is touched; `quietfeed resume` ends it"))
    if profile.waiting:
        rows.insert(1, ("now", waits(profile.waiting, now, profile.zone)))
    if profile.last:
        rows += [("gap", gap) for gap in profile.last.gaps]
        rows += [("not known", sentence) for sentence in profile.last.unread]
    if profile.question:
        rows.append(("question", profile.question))
    return Table(("fact", profile.profile), tuple(rows[1:]))


def wrong(profile: ProfileStatus, now: datetime) -> list[str]:
    """What fails, since when, and when it is tried again, a sentence each; a trouble that lasts ends with its time."""
    day = now.astimezone(profile.zone).date()
    again = {trouble: moment(trouble.again, day, profile.zone) for trouble in profile.troubles}
    at_work = profile.next_sweep is not None
    return [
        since(trouble, day, profile.zone) + (f"; tried again at {again[trouble]}" if at_work else "")
        for trouble in profile.troubles
    ]


def ails(profile: ProfileStatus, now: datetime, patience: timedelta) -> list[str]:
    """Why a profile is not well, a sentence each; none where it was read lately, `patience` ago at most, and nothing
    fails."""
    last = profile.last
    if said := wrong(profile, now):
        return said
    if last is None:
        return ["nothing was read yet"]
    latest = last.ended or last.started
    if last.error not in ("", STOPPED):
        return [f"the last sweep failed {away(latest, now)}: {last.error}"]
    if now - latest > patience and not profile.waiting:
        return [f"the last sweep was {away(latest, now)}; is quietfeed running?"]
    return []


def well(profile: ProfileStatus, now: datetime, patience: timedelta) -> str:
    """How a profile fares in one line: `home: all is well, read 4 minutes ago`."""
    reasons = ails(profile, now, patience)
    if not reasons and profile.last:
        reasons = [f"all is well, read {away(profile.last.ended or profile.last.started, now)}"]
    return terminal(" ".join(f"{profile.profile}: {'; '.join(reasons)}".split()))


def waits(waiting: tuple[str, datetime], now: datetime, zone: tzinfo) -> str:
    """`waiting for the server's limit until 03:12`."""
    what_for, until = waiting
    return f"waiting for {what_for} until {moment(until, now.astimezone(zone).date(), zone)}"


def was_set(jump: tuple[datetime, timedelta], now: datetime, zone: tzinfo) -> str:
    """`was set back by 1 day at 03:12; …`: what hangs on dates may be early or late by as much."""
    at, by = jump
    back = "back" if by < timedelta() else "forward"
    when = moment(at, now.astimezone(zone).date(), zone)
    return f"was set {back} by {span(abs(by))} at {when}; sweeps went on, dates may be wrong by as much"


def _row(profile: ProfileStatus, now: datetime) -> tuple[str, ...]:
    last = profile.last
    upcoming = away(profile.next_sweep, now) if profile.next_sweep else "when asked: no daemon is at work"
    if profile.next_sweep and profile.next_sweep <= now:
        upcoming = "due"
    reported = short_day(profile.last_report) if profile.last_report else "none yet"
    mode = profile.mode or "acting"
    if last is None:
        return profile.profile, mode, "none yet", upcoming, "", "", "", "", "", reported
    read = f"{plural(last.posts, 'post')}, {last.new_posts:,} new"
    if last.unreadable:
        read += f", {last.unreadable:,} unreadable"
    counts = (f"{last.suspects:,}", f"{last.own_feeds:,}")
    return (
        profile.profile,
        mode,
        _ended(last, now, profile.troubles),
        upcoming,
        read,
        *counts,
        _usage(last),
        _gaps(last),
        reported,
    )


def _ended(last: SweepRecord, now: datetime, troubles: Sequence[Trouble]) -> str:
    if last.error == STOPPED:
        return f"broken off {away(last.ended or last.started, now)}, when quietfeed was stopped"
    if last.error:
        said = any(trouble.words == last.error for trouble in troubles)  # what lasts is told first, with its time
        return f"failed {away(last.ended or last.started, now)}" + ("" if said else f": {last.error}")
    if last.ended is None:
        return f"began {away(last.started, now)}, not ended"
    return away(last.ended, now)


def _usage(last: SweepRecord) -> str:
    left = f", {last.remaining:,} of {last.allowed:,} left" if last.allowed and last.remaining is not None else ""
    retries = f", {plural(last.retries, 'retry', 'retries')}" if last.retries else ""
    waited = f", waited {span(timedelta(seconds=last.waited))}" if last.waited >= 1 else ""
    return f"{plural(last.requests, 'request')}{left}{retries}{waited}"


def _gaps(last: SweepRecord) -> str:
    return f"{len(last.gaps):,}" if last.gaps else "none"


def status_data(profiles: Sequence[ProfileStatus]) -> StatusJson:
    """What `status` shows, JSON-ready; times are ISO 8601 in UTC, `last_sweep` is null before the first."""
    return {"profiles": [_profile(profile) for profile in profiles]}


def _profile(profile: ProfileStatus) -> ProfileJson:
    return {
        "profile": profile.profile,
        "platform": profile.platform,
        "dry_run": bool(profile.mode),
        "last_sweep": _sweep(profile.last) if profile.last else None,
        "next_sweep": iso(profile.next_sweep),
        "waiting_for": profile.waiting[0] if profile.waiting else None,
        "waiting_until": iso(profile.waiting[1]) if profile.waiting else None,
        "troubles": [_trouble(trouble) for trouble in profile.troubles],
        "paused_until": iso(profile.paused),
        "last_report": profile.last_report.isoformat() if profile.last_report else None,
        "question": terminal(profile.question) or None,
    }


def _trouble(trouble: Trouble) -> TroubleJson:
    return {
        "what": trouble.what,
        "since": trouble.since.isoformat(),
        "words": terminal(trouble.words),
        "again": trouble.again.isoformat(),
    }


def _sweep(last: SweepRecord) -> SweepJson:
    return {
        "started": last.started.isoformat(),
        "ended": iso(last.ended),
        "posts": last.posts,
        "new_posts": last.new_posts,
        "unreadable": last.unreadable,
        "looked_at": last.suspects,
        "own_feeds": last.own_feeds,
        "judged": last.judged,
        "gaps": [terminal(gap) for gap in last.gaps],
        "unread": [terminal(sentence) for sentence in last.unread],
        "error": terminal(last.error),
        "usage": {
            "requests": last.requests,
            "writes": last.writes,
            "retries": last.retries,
            "waited_seconds": round(last.waited, 1),
            "allowed": last.allowed,
            "remaining": last.remaining,
        },
    }
