"""The report of the day: when it is due, what goes into it, and how it reaches the owner exactly once."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from tzlocal import get_localzone

from bot.clock import Clock
from bot.config import Config, Profile
from bot.model import Event
from bot.platforms.base import Platform, Unsupported
from bot.report.data import data
from bot.report.day import Day, build, is_quiet
from bot.report.markdown import markdown
from bot.report.split import split
from bot.report.text import text
from bot.store import ReportState, Store, StoredReport

PERIOD = timedelta(days=1)
"""What a report looks back on at least; after downtime it reaches back to the last one."""


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
    """The owner's time zone: the config's, else the machine's."""
    return ZoneInfo(config.report.timezone) if config.report.timezone else get_localzone()


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


def compose(profile: Profile, store: Store, config: Config, day: date, now: datetime) -> Day:
    """What happened since the last report, or in the last day where that is longer ago, as a Day."""
    since = min(_last_made(profile.name, store, day) or now, now - PERIOD)
    judged = list(store.latest_judged(profile.name).values())
    deeds = store.entries(profile.name, since=since, events=set(Event) - {Event.JUDGED})
    sweeps = store.sweeps(profile.name, since=since)
    counts = store.timeline_counts(profile.name, now - config.window, now)
    owner = store.noted(f"owner:{profile.name}") or profile.handle or profile.name
    return build(profile.name, profile.platform, owner, day, [*judged, *deeds], sweeps, counts)


def _last_made(profile: str, store: Store, before: date) -> datetime | None:
    days = [day for day, _ in store.reports(profile) if day < before]
    report = store.report(profile, max(days)) if days else None
    return report.at if report else None


def deliver(
    profile: Profile, platform: Platform, store: Store, config: Config, folder: Path, day: date, clock: Clock
) -> Delivery:
    """Make the report of `day`, keep it in the store and as files, and send it where the profile says.

    It is kept as planned before it is sent, and sent under a key of its own, so that a crash between the two
    neither loses it nor sends it twice.
    """
    kept = store.report(profile.name, day)
    if kept and kept.state != "planned":
        return Delivery(day, kept.state, kept.where)
    if kept is None:
        made = compose(profile, store, config, day, clock.now())
        if is_quiet(made) and config.report.quiet_day == "nothing":
            store.save_report(profile.name, day, "", "", "{}", clock.now(), state="kept")
            return Delivery(day, "kept", "", "a quiet day, nothing to say")
        store.save_report(
            profile.name, day, markdown(made), text(made), json.dumps(data(made)), clock.now(), state="planned"
        )
        kept = store.report(profile.name, day)
        assert kept is not None  # noqa: S101  it was saved a line above
    path = write_files(kept, folder / profile.name)
    if profile.report_via == "file":
        return _settle(store, profile.name, kept, clock, Delivery(day, "kept", str(path)))
    try:
        parts = split(kept.text, platform.message_limit())
        where = platform.publish(parts, f"quietfeed-{profile.name}-{day.isoformat()}")
    except Unsupported as lacking:
        return _settle(store, profile.name, kept, clock, Delivery(day, "kept", str(path), str(lacking)))
    return _settle(store, profile.name, kept, clock, Delivery(day, "sent", where))


def _settle(store: Store, profile: str, kept: StoredReport, clock: Clock, delivery: Delivery) -> Delivery:
    store.save_report(
        profile, kept.day, kept.markdown, kept.text, kept.data, clock.now(), delivery.state, delivery.where
    )
    return delivery


def write_files(report: StoredReport, folder: Path) -> Path:
    """Write the report as Markdown and text under `folder`, for the owner's eyes only; the Markdown's path."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for suffix, content in ((".txt", report.text), (".md", report.markdown)):
        path = folder / f"{report.day.isoformat()}{suffix}"
        path.write_text(content, encoding="utf-8", errors="replace")
        path.chmod(0o600)
    return path
