"""Whether anything may be touched yet: dry run, the first days, or acting."""

from datetime import datetime, timedelta

from bot.config import Config
from bot.service import recovering
from bot.store import Store

DRY_RUN = "dry run"
"""What the config says with `dry_run: true`."""
DAMAGED = "the store was damaged, nothing is done until you say so"
ONLY_READS = "the login only reads, so nothing is done"


def note_login(profile: str, store: Store, only_reads: bool) -> None:
    """Keep whether the login by which is swept may only read, for whoever asks later without one."""
    if (store.noted(f"only reads:{profile}") == "yes") is not only_reads:
        store.note(f"only reads:{profile}", "yes" if only_reads else "")


def last_reported(profile: str, store: Store) -> datetime | None:
    """When the newest report was made that reached the owner, or lies as a file where they look for it. One that could
    not be sent lies there too, but nobody looks."""
    days = [day for day, state in store.reports(profile) if state in ("sent", "kept")]
    report = store.report(profile, max(days)) if days else None
    return report.at if report else None


def is_dry(profile: str, store: Store, config: Config, now: datetime) -> bool:
    """Whether nothing may be touched yet: the config says so, or it is too early.

    A login for reading alone can do nothing. A new install stays in dry run for the first days and until a first report
    was made, unless the owner consented (`quietfeed confirm --i-have-read-the-report`).
    """
    return bool(why_dry(profile, store, config, now))


def why_dry(profile: str, store: Store, config: Config, now: datetime) -> str:
    """Why nothing may be touched yet, as the owner reads it: `dry run`, a login that only reads, or the
    first days; empty where it may."""
    if config.dry_run:
        return DRY_RUN
    if store.noted(f"only reads:{profile}") == "yes":
        return ONLY_READS
    return DAMAGED if recovering.held(profile, store) else first_days(profile, store, config, now)


def first_days(profile: str, store: Store, config: Config, now: datetime) -> str:
    """Why it is too early, as the owner reads it; empty where it is not, or where they consented."""
    if store.noted(f"consent:{profile}"):
        return ""
    first_days_end = (store.noted_time(f"installed:{profile}") or now) + config.limits.first_days_dry
    if now < first_days_end:
        return f"first days, nothing is done before {first_days_end:%-d %b}"
    if config.limits.first_days_dry > timedelta(0) and last_reported(profile, store) is None:
        return "first days, nothing is done before a first report"
    return ""
