"""Which report of a profile is due, and where: what the daemon looks for each minute, and a sweep that cron starts."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from bot.clock import Clock
from bot.config import Config, Profile
from bot.errors import Stopped
from bot.platforms.base import Platform
from bot.service import daily, state
from bot.store import Store


def due(profile: Profile, store: Store, config: Config, now: datetime) -> date | None:
    """The day whose report is to be made or finished now, once there is something swept to tell."""
    last, delivery, today = _days(profile, store, config, now)
    day = today or (last if delivery == "planned" else None)
    if day is None or daily.waits(profile.name, store, day, now):
        return None
    return day if _has_swept(profile, store) else None


def due_elsewhere(profile: Profile, store: Store, config: Config, now: datetime) -> date | None:
    """The day whose report goes by the other ways now: the newest, whatever became of it on the platform."""
    last, _, today = _days(profile, store, config, now)
    return last if today is None else today if _has_swept(profile, store) else None


def can_go(profile: Profile, *, login_lost: bool) -> bool:
    """Whether the report has a way that does not lead through a login that was lost."""
    return not login_lost or profile.report_via == "file" or bool(profile.bot_handle)


def deliver(
    profile: Profile,
    platform: Callable[[], Platform],
    store: Store,
    config: Config,
    folder: Path,
    day: date,
    clock: Clock,
) -> daily.Delivery:
    """Make the report that is due and send it by the platform, which is connected to now. One that cannot be sent now
    waits by itself, and the fault is raised."""
    try:
        made = daily.deliver(profile, platform(), store, config, folder, day, clock)
    except Stopped:
        raise
    except Exception:
        daily.wait_longer(profile.name, store, day, clock.now())
        raise
    state.went_well(profile.name, store, "report")
    return made


def _days(profile: Profile, store: Store, config: Config, now: datetime) -> tuple[date | None, str, date | None]:
    """The day of the newest report, what became of it, and the day whose report is to be made now."""
    zone = daily.local_zone(config)
    made = daily.reports_until_today(profile.name, store, now, zone)
    last, delivery = max(made, default=(None, ""))
    return last, delivery, daily.due(now, config.report.time, zone, last, config.report.weekday)


def _has_swept(profile: Profile, store: Store) -> bool:
    return any(s.ended and not s.error for s in store.sweeps(profile.name))
