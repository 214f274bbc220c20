"""The report of the day: when it is due, what goes into it, and how it reaches the owner exactly once."""

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from tzlocal import get_localzone

from bot.actions.executor import recorded_actions
from bot.clock import Clock
from bot.config import Config, Profile
from bot.errors import Failure, UserError
from bot.model import Event
from bot.platforms.base import Platform, Unsupported
from bot.report.data import data
from bot.report.day import Day, build, is_quiet
from bot.report.markdown import markdown
from bot.report.split import split
from bot.report.text import text
from bot.service import finding, unread
from bot.store import ReportState, Store, StoredReport

PERIOD = timedelta(days=1)
"""What a report looks back on at least; after downtime it reaches back to the last one that was delivered."""
EVERYBODY = 1000
"""Accounts under each heading of the report that is kept; the letter shows fewer and names the way to the rest."""
URL = re.compile(r"https?://\S+")
COUNTED_URL = 23
"""Characters that Mastodon counts for any URL (docs.joinmastodon.org, `characters_reserved_per_url`)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a report."""

    day: date
    state: ReportState
    """`sent`, or `kept`: written down, but with no private channel to send it by, or nothing to say."""
    where: str
    """URL of the sent report, or the path of its file."""
    note: str = ""
    """Why it was only kept."""


def local_zone(config: Config) -> tzinfo:
    """The owner's time zone: the config's, else the machine's. Raises UserError where the machine's is no zone."""
    if config.report.timezone:
        return ZoneInfo(config.report.timezone)
    try:
        return get_localzone()
    except (LookupError, ValueError, OSError) as fault:
        raise UserError(f"this machine's time zone is not known ({fault}): set `timezone` under `report`") from None


def due(now: datetime, at: time, zone: tzinfo, last: date | None) -> date | None:
    """The owner's local date whose report is due at `now` (UTC) and was not made yet, or None.

    Local dates are compared, never hours counted: a change to or from daylight-saving time neither skips a day nor
    repeats one, and after downtime only the newest report is made.
    """
    local = now.astimezone(zone)
    day = local.date() if local.time().replace(tzinfo=None) >= at else local.date() - timedelta(days=1)
    if last is None:
        return day if day == local.date() else None
    return day if day > last else None


def reports_until_today(profile: str, store: Store, now: datetime, zone: tzinfo) -> list[tuple[date, ReportState]]:
    """The days that have a report, and what became of it. One of a day that has not come yet was dated by a wrong
    clock: it is forgotten, so that its day gets a report of its own when it comes."""
    today = now.astimezone(zone).date()
    made = store.reports(profile)
    for day, _ in made:
        if day > today:
            store.forget_report(profile, day)
    return [(day, state) for day, state in made if day <= today]


def compose(profile: Profile, store: Store, config: Config, day: date, now: datetime) -> Day:
    """What happened since the last report, or in the last day where that is longer ago, as a Day."""
    since = min(_last_delivered(profile.name, store, day) or now, now - PERIOD)
    judged = list(store.latest_judged(profile.name).values())
    acted = store.entries(profile.name, since=since, events=set(Event) - {Event.JUDGED})
    sweeps = store.sweeps(profile.name, since=since)
    counts = store.timeline_counts(profile.name, now - config.window, now)
    owner = store.noted(f"owner:{profile.name}") or profile.handle or profile.name
    actions = recorded_actions(store, profile.name, dry=False)
    quieted = [action.account.id for action in actions if action.in_force or action.unfinished]
    stays = unread.staying(profile.name, store, config.trust)
    return build(
        profile.name,
        profile.platform,
        owner,
        day,
        [*judged, *acted],
        sweeps,
        counts,
        quieted=quieted,
        staying=[one.sentence for one in stays],
        staying_is_news=not all(one.told for one in stays),
        question=finding.question(profile.name, store, again=False),
    )


def _last_delivered(profile: str, store: Store, before: date) -> datetime | None:
    """When the last report was made that reached the owner; what a lost one told is told again."""
    days = [day for day, state in store.reports(profile) if day < before and state != "planned"]
    report = store.report(profile, max(days)) if days else None
    return report.at if report else None


def deliver(
    profile: Profile, platform: Platform, store: Store, config: Config, folder: Path, day: date, clock: Clock
) -> Delivery:
    """Make the report of `day`, keep it in the store and as files, and send it where the profile says.

    It is kept as planned, word for word, before it is sent, and sent under a key of its own: after a crash between
    the two the same letter goes out again, and a platform that has it already leaves it at that.
    """
    kept = store.report(profile.name, day) or _plan(profile, store, config, day, clock.now())
    if kept.state != "planned":
        return Delivery(day, kept.state, kept.where)
    path = write_files(kept, folder / profile.name)
    forget_files(folder / profile.name, day - timedelta(days=config.report.keep_days))
    return _settled(_send(profile, platform, kept, path), kept, store)


def _plan(profile: Profile, store: Store, config: Config, day: date, now: datetime) -> StoredReport:
    """Compose the report and keep it. The whole is for the file and the terminal, the letter for sending."""
    made = compose(profile, store, config, day, now)
    letter = "" if is_quiet(made) and config.report.quiet_day == "nothing" else text(made, posted=True)
    whole = text(made, posted=False, most=EVERYBODY)
    planned = StoredReport(
        profile.name, day, markdown(made), whole, json.dumps(data(made)), now, "planned", letter=letter
    )
    _save(planned, store)
    return planned


def _send(profile: Profile, platform: Platform, report: StoredReport, path: Path) -> Delivery:
    """Send the letter; where there is none, or no private channel, the file is all."""
    if not report.letter:
        return Delivery(report.day, "kept", str(path), "a quiet day, nothing to say")
    if profile.report_via == "file":
        return Delivery(report.day, "kept", str(path))
    try:
        parts = split(report.letter, platform.message_limit(), length)
        where = platform.publish(parts, f"quietfeed-{profile.name}-{report.day.isoformat()}-{report.at:%H%M%S}")
    except Unsupported as lacking:
        return Delivery(report.day, "kept", str(path), str(lacking))
    return Delivery(report.day, "sent", where)


def _settled(delivery: Delivery, report: StoredReport, store: Store) -> Delivery:
    """Keep what became of it. Its time stays that of its making, so that the next report begins where it ended."""
    _save(replace(report, state=delivery.state, where=delivery.where), store)
    unread.tell(report.profile, store, report.at)
    finding.told(report.profile, store)
    return delivery


def _save(report: StoredReport, store: Store) -> None:
    store.save_report(
        report.profile,
        report.day,
        report.markdown,
        report.text,
        report.data,
        report.at,
        report.state,
        report.where,
        report.letter,
    )


def length(words: str) -> int:
    """Characters, no less than any platform counts: a URL is COUNTED_URL or its own length, whichever is more."""
    return len(words) + sum(max(0, COUNTED_URL - len(url)) for url in URL.findall(words))


def write_files(report: StoredReport, folder: Path) -> Path:
    """Write the report as Markdown and text under `folder`, for the owner's eyes only; the Markdown's path.

    Raises Failure where the disk refuses.
    """
    path = folder / f"{report.day.isoformat()}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path.with_suffix(".txt"), report.text)
        _write(path, report.markdown)
    except OSError as error:
        raise Failure(
            f"the report cannot be written to {folder}: {error.strerror}; check the disk and permissions"
        ) from None
    return path


def _write(path: Path, words: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(file, "w", encoding="utf-8", errors="replace") as out:
        out.write(words.rstrip("\n") + "\n")


def forget_files(folder: Path, before: date) -> None:
    """Remove the files of reports of days before that one; whatever else lies there is left alone."""
    for path in folder.glob("????-??-??.*"):
        with suppress(ValueError, OSError):
            if path.suffix in (".md", ".txt") and date.fromisoformat(path.stem) < before:
                path.unlink()
