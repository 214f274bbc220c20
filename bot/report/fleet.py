"""How a fleet fares, for whoever runs it: its workers, and each profile in a line. Nothing of what owners read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Trouble
from bot.report.escape import terminal
from bot.report.figures import away, plural, short_day
from bot.report.shapes import FleetJson, FleetProfileJson
from bot.report.status import trouble_data
from bot.report.tables import Table


@dataclass(frozen=True)
class FleetProfile:
    """What is known of one profile of a fleet."""

    name: str
    platform: str
    server: str
    added: datetime
    paused: datetime | None = None
    """Since when it is not swept."""
    at_work: bool = False
    last: datetime | None = None
    """When its last sweep began."""
    upcoming: datetime | None = None
    """When it is swept next."""
    failures: int = 0
    """Since it last went well."""
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class FleetStatus:
    """What is known of a fleet."""

    workers: int
    silent: int
    """Workers that gave no sign of life lately."""
    profiles: Sequence[FleetProfile]


def summary(fleet: FleetStatus, now: datetime) -> str:
    """`12 profiles, 1 paused, 2 failing; 4 workers, all well.`, and what is to be done about it."""
    paused = sum(one.paused is not None for one in fleet.profiles)
    failing = sum(bool(one.failures) for one in fleet.profiles)
    due = sum(is_late(one, now) for one in fleet.profiles)
    parts = [plural(len(fleet.profiles), "profile") if fleet.profiles else "no profile yet"]
    parts += [f"{many} {word}" for many, word in ((paused, "paused"), (failing, "failing"), (due, "due")) if many]
    if not fleet.workers:
        at_work = "no worker is at work (quietfeed worker)"
    else:
        silent = f", {fleet.silent} silent" if fleet.silent else ""
        at_work = f"{plural(fleet.workers, 'worker')}{silent}"
    begin = "" if fleet.profiles else " `quietfeed fleet add FILE` takes one up."
    return f"{', '.join(parts)}; {at_work}.{begin}"


def is_late(profile: FleetProfile, now: datetime) -> bool:
    """Whether its sweep is due, and no worker has come to it."""
    return profile.paused is None and not profile.at_work and profile.upcoming is not None and profile.upcoming <= now


def table(fleet: FleetStatus, now: datetime) -> Table:
    """A row a profile."""
    rows = tuple((one.name, _server(one), _last(one, now), _next(one, now), _wrong(one)) for one in fleet.profiles)
    return Table(("profile", "on", "last sweep", "next", "what is wrong"), rows)


def _server(profile: FleetProfile) -> str:
    return profile.server.removeprefix("https://").rstrip("/") or profile.platform


def _last(profile: FleetProfile, now: datetime) -> str:
    return away(profile.last, now) if profile.last else "none yet"


def _next(profile: FleetProfile, now: datetime) -> str:
    if profile.at_work:
        return "at work"
    if profile.paused:
        return f"paused since {short_day(profile.paused)}"
    if profile.upcoming is None:
        return "as soon as a worker looks"
    return "due" if profile.upcoming <= now else away(profile.upcoming, now)


def _wrong(profile: FleetProfile) -> str:
    if profile.troubles:
        return "; ".join(trouble.words for trouble in profile.troubles)
    return f"failed {plural(profile.failures, 'time')}: the worker's log says why" if profile.failures else ""


def data(fleet: FleetStatus) -> FleetJson:
    """The same for programs."""
    profiles = [_profile_data(one) for one in fleet.profiles]
    return {"workers": fleet.workers, "silent_workers": fleet.silent, "profiles": profiles}


def _profile_data(profile: FleetProfile) -> FleetProfileJson:
    return {
        "profile": profile.name,
        "platform": profile.platform,
        "server": terminal(profile.server),
        "added": profile.added.isoformat(),
        "paused_since": profile.paused.isoformat() if profile.paused else None,
        "at_work": profile.at_work,
        "last_sweep": profile.last.isoformat() if profile.last else None,
        "next_sweep": profile.upcoming.isoformat() if profile.upcoming else None,
        "failures": profile.failures,
        "troubles": [trouble_data(trouble) for trouble in profile.troubles],
    }
