"""How each profile fares: its last and next sweep, what they found and used, and its last report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.model import SweepRecord
from bot.report.data import moment
from bot.report.escape import terminal
from bot.report.figures import away, plural, short_day, span
from bot.report.shapes import ProfileJson, StatusJson, SweepJson
from bot.report.tables import Table

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
    dry: bool = True
    last: SweepRecord | None = None
    """The latest sweep; None before the first."""
    next_sweep: datetime | None = None
    """None where no daemon runs."""
    last_report: date | None = None
    """The owner's local date that the last report was for."""
    question: str = ""
    """What the owner is asked, in a sentence."""


def status(profiles: Sequence[ProfileStatus], now: datetime) -> Table:
    """A row a profile."""
    return Table(FACTS, tuple(_row(profile, now) for profile in profiles))


def status_details(profile: ProfileStatus, now: datetime) -> Table:
    """One profile as a row a fact: what fits a terminal of 80 columns, with every gap and error in full."""
    rows = list(zip(FACTS, _row(profile, now), strict=True))
    if profile.last:
        rows += [("gap", gap) for gap in profile.last.gaps]
        rows += [("not known", sentence) for sentence in profile.last.unread]
    if profile.question:
        rows.append(("question", profile.question))
    return Table(("fact", profile.profile), tuple(rows[1:]))


def _row(profile: ProfileStatus, now: datetime) -> tuple[str, ...]:
    last = profile.last
    upcoming = away(profile.next_sweep, now) if profile.next_sweep else "when asked"
    if profile.next_sweep and profile.next_sweep <= now:
        upcoming = "due"
    reported = short_day(profile.last_report) if profile.last_report else "none yet"
    mode = "dry run" if profile.dry else "acting"
    if last is None:
        return profile.profile, mode, "none yet", upcoming, "", "", "", "", "", reported
    read = f"{plural(last.posts, 'post')}, {last.new_posts:,} new"
    if last.unreadable:
        read += f", {last.unreadable:,} unreadable"
    counts = (f"{last.suspects:,}", f"{last.own_feeds:,}")
    return profile.profile, mode, _ended(last, now), upcoming, read, *counts, _usage(last), _gaps(last), reported


def _ended(last: SweepRecord, now: datetime) -> str:
    if last.error:
        return f"failed {away(last.ended or last.started, now)}: {last.error}"
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
        "dry_run": profile.dry,
        "last_sweep": _sweep(profile.last) if profile.last else None,
        "next_sweep": moment(profile.next_sweep),
        "last_report": profile.last_report.isoformat() if profile.last_report else None,
        "question": terminal(profile.question) or None,
    }


def _sweep(last: SweepRecord) -> SweepJson:
    return {
        "started": last.started.isoformat(),
        "ended": moment(last.ended),
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
