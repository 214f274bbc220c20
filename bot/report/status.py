"""How each profile fares, in words: its last and next sweep, what they found and used, and its last report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.model import STOPPED, Step, SweepRecord, Trouble
from bot.report.data import moment as iso
from bot.report.escape import inline, terminal
from bot.report.figures import away, moment, plural, short_day, span
from bot.report.shapes import HealthJson, ProfileJson, StatusJson, SweepJson, TroubleJson
from bot.report.tables import Table
from bot.report.troubles import since

SEVERAL = 5
"""So many profiles are told in full at most; more of them in a table."""
NUMBERS = frozenset({"quieted"})
NO_DAEMON = "no daemon is at work", "quietfeed run"
LONGEST = 500
"""Characters of a line; a server's fault may be as long as it likes."""


@dataclass(frozen=True)
class ProfileStatus:
    """What `quietfeed status` knows of one profile."""

    profile: str
    platform: str
    mode: str = "dry run"
    """Why nothing is done: `dry run`, or that it is the first days; empty where it acts."""
    last: SweepRecord | None = None
    """The latest sweep; None before the first."""
    read: datetime | None = None
    """When the timeline was last read by a sweep that went well."""
    next_sweep: datetime | None = None
    """None where nobody sweeps it."""
    at_rest: tuple[str, str] = NO_DAEMON
    """Why nobody does, in a clause, and the command that changes it."""
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
    standing: Mapping[Step, int] = field(default_factory=dict)
    """The same by step; on an account there may be more than one."""


def in_words(profile: ProfileStatus, now: datetime) -> str:
    """How a profile fares, a line for each thing that there is to say: `home: read 12 minutes ago; next in 8 minutes; 3
    accounts quieted.`, then what is wrong or waits for the owner, what the last sweep did, and the last report."""
    lines = [_opening(profile, now), *(f"✗ {sentence}" for sentence in wrong(profile, now)), *_standing(profile, now)]
    if profile.last:
        lines += [_did(profile.last)]
        lines += [f"· gap: {gap}" for gap in profile.last.gaps]
        lines += [f"· not known: {sentence}" for sentence in profile.last.unread]
    day = profile.last_report
    lines.append(f"The last report is that of {short_day(day)}." if day else "No report was made yet.")
    return "\n".join(inline(line, LONGEST) for line in lines if line)


def overview(profiles: Sequence[ProfileStatus], now: datetime) -> Table:
    """How many profiles fare, a line each."""
    rows = tuple(
        (
            one.profile,
            _read(one.last, now, one.troubles),
            "" if one.next_sweep is None else "now" if one.next_sweep <= now else away(one.next_sweep, now),
            str(one.quieted),
            "; ".join([*wrong(one, now), *(line.removeprefix("· ") for line in _standing(one, now))]),
        )
        for one in profiles
    )
    return Table(("profile", "last sweep", "next", "quieted", "what there is to say"), rows, numbers=NUMBERS)


def _opening(profile: ProfileStatus, now: datetime) -> str:
    upcoming = profile.next_sweep
    if upcoming is None:
        follows = "{} ({})".format(*profile.at_rest)
    else:
        follows = "the next sweep is due" if upcoming <= now else f"next {away(upcoming, now)}"
    many = _many(profile.quieted, "account")
    quiet = f"{many} would be quieted ({profile.mode})" if profile.mode else f"{many} quieted"
    return f"{profile.profile}: {_read(profile.last, now, profile.troubles)}; {follows}; {quiet}."


def _read(last: SweepRecord | None, now: datetime, troubles: Sequence[Trouble]) -> str:
    """`read 12 minutes ago`, or why it was not."""
    if last is None:
        return "nothing was read yet"
    if last.error == STOPPED:
        return f"the last sweep was broken off {away(last.ended or last.started, now)}, when quietfeed was stopped"
    if last.error:
        said = any(trouble.words == last.error for trouble in troubles)  # what lasts is told below, with its time
        return f"the last sweep failed {away(last.ended or last.started, now)}" + ("" if said else f": {last.error}")
    if last.ended is None:
        return f"the last sweep began {away(last.started, now)} and has not ended"
    return f"read {away(last.ended, now)}"


def _standing(profile: ProfileStatus, now: datetime) -> Iterator[str]:
    """What holds at this moment, and what the owner is asked."""
    if profile.waiting:
        yield f"· {waits(profile.waiting, now, profile.zone)}"
    if profile.paused:
        ends = moment(profile.paused, now.astimezone(profile.zone).date(), profile.zone)
        yield f"· paused until {ends}: nobody is touched; `quietfeed resume` ends it"
    if profile.question:
        yield f"· {profile.question}"
    if profile.jump:
        yield f"· the clock {was_set(profile.jump, now, profile.zone)}"


def _did(last: SweepRecord) -> str:
    """`The last sweep read 90 posts, 31 of them new, …`; empty where it came to nothing."""
    if not last.posts and (last.error or last.ended is None):
        return ""
    unreadable = f", {last.unreadable:,} unreadable" if last.unreadable else ""
    looked = f"looked closer at {_many(last.suspects, 'account')}, and read {_many(last.own_feeds, 'own feed')}"
    gaps = _many(len(last.gaps), "gap")
    return f"The last sweep read {_posts(last)}{unreadable}, {looked}, with {_usage(last)}; {gaps}."


def _many(count: int, one: str) -> str:
    """`3 accounts`, `no accounts`."""
    return plural(count, one) if count else f"no {one}s"


def _posts(last: SweepRecord) -> str:
    """`90 posts, 31 of them new`."""
    if 0 < last.new_posts < last.posts:
        return f"{last.posts:,} posts, {last.new_posts:,} of them new"
    return (
        _many(last.posts, "new post") if last.new_posts or not last.posts else f"{plural(last.posts, 'post')}, none new"
    )


def _usage(last: SweepRecord) -> str:
    """`12 requests (280 of 300 left, 2 retries)`."""
    beside = [f"{last.remaining:,} of {last.allowed:,} left"] if last.allowed and last.remaining is not None else []
    beside += [plural(last.retries, "retry", "retries")] if last.retries else []
    beside += [f"{span(timedelta(seconds=last.waited))} of waiting"] if last.waited >= 1 else []
    return plural(last.requests, "request") + (f" ({', '.join(beside)})" if beside else "")


def wrong(profile: ProfileStatus, now: datetime) -> list[str]:
    """What fails, since when, and when it is tried again, a sentence each; a trouble that lasts ends with its time."""
    day = now.astimezone(profile.zone).date()
    again = {trouble: moment(trouble.again, day, profile.zone) for trouble in profile.troubles}
    at_work = profile.next_sweep is not None
    return [
        since(trouble, day, profile.zone) + (f"; tried again at {again[trouble]}" if at_work else "")
        for trouble in profile.troubles
    ]


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


def status_data(profiles: Sequence[ProfileStatus], health: HealthJson) -> StatusJson:
    """What `status` shows, JSON-ready; times are ISO 8601 in UTC, `last_sweep` is null before the first."""
    return {"health": health, "profiles": [_profile(profile) for profile in profiles]}


def _profile(profile: ProfileStatus) -> ProfileJson:
    return {
        "profile": profile.profile,
        "platform": profile.platform,
        "dry_run": bool(profile.mode),
        "last_sweep": _sweep(profile.last) if profile.last else None,
        "last_read": iso(profile.read),
        "next_sweep": iso(profile.next_sweep),
        "waiting_for": profile.waiting[0] if profile.waiting else None,
        "waiting_until": iso(profile.waiting[1]) if profile.waiting else None,
        "troubles": [trouble_data(trouble) for trouble in profile.troubles],
        "paused_until": iso(profile.paused),
        "last_report": profile.last_report.isoformat() if profile.last_report else None,
        "question": terminal(profile.question) or None,
    }


def trouble_data(trouble: Trouble) -> TroubleJson:
    """A trouble for programs."""
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
