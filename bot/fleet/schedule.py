"""When a profile is swept next: its turn, or sooner where an action runs out or its report is due. Pure."""

from datetime import UTC, datetime, time, timedelta, tzinfo

SOON = timedelta(minutes=1)
"""No round follows another sooner."""


def next_round(now: datetime, turn: datetime, end: datetime | None, report_at: time, zone: tzinfo) -> datetime:
    """The first of its turn, the end of an action and the owner's hour for the report, in UTC."""
    asked = [turn, next_hour(now, report_at, zone), *([end] if end else [])]
    return max(min(asked), now + SOON)


def next_hour(now: datetime, at: time, zone: tzinfo) -> datetime:
    """When it is that time of day next for the owner, in UTC. In spring a time that a clock leaps over comes as much
    later; in autumn the first of two counts."""
    local = now.astimezone(zone)
    days = (datetime.combine(local.date() + timedelta(days=more), at, zone).astimezone(UTC) for more in (0, 1, 2))
    return next(day for day in days if day > now)
