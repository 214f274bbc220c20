"""The owner's pause: sweeps go on reading and reporting, and what is in force ends, but nobody is touched anew."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.report.figures import moment
from bot.store import Store

USUALLY = timedelta(days=7)
"""How long a pause lasts where the owner does not say: one that is forgotten ends, too."""
LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause as it was asked for."""

    since: datetime
    until: datetime


def begin(profile: str, store: Store, now: datetime, span: timedelta | None = None) -> datetime:
    """Pause for so long, in place of a pause before; when it ends."""
    end = now + min(span or USUALLY, LONGEST)
    _keep(profile, store, Pause(now, end))
    return end


def end(profile: str, store: Store, now: datetime) -> bool:
    """Go on; whether there was a pause."""
    was = until(profile, store, now) is not None
    store.note(_note(profile), "")
    return was


def until(profile: str, store: Store, now: datetime) -> datetime | None:
    """When the pause ends; None where there is none, or it is over."""
    pause = _noted(profile, store)
    if pause is None or now >= pause.until:
        return None
    return min(pause.until, now + (pause.until - pause.since))


def in_bounds(profile: str, store: Store, now: datetime) -> None:
    """Where the clock was set back since the pause began, let it begin now: it may last as long as was asked for, and
    not until a day that a wrong clock named."""
    pause = _noted(profile, store)
    if pause is not None and now < pause.since:
        _keep(profile, store, Pause(now, now + (pause.until - pause.since)))


def sentence(profile: str, store: Store, now: datetime, zone: tzinfo) -> str:
    """`paused until Fri 08:00`; empty where there is no pause."""
    ends = until(profile, store, now)
    return f"paused until {moment(ends, now.astimezone(zone).date(), zone)}" if ends else ""


def _keep(profile: str, store: Store, pause: Pause) -> None:
    store.note(_note(profile), json.dumps({"since": pause.since.isoformat(), "until": pause.until.isoformat()}))


def _noted(profile: str, store: Store) -> Pause | None:
    def read(noted: str) -> Pause:
        facts = json.loads(noted)
        since, end = (datetime.fromisoformat(facts[name]).astimezone(UTC) for name in ("since", "until"))
        return Pause(since, end)

    return store.noted_as(_note(profile), read)


def _note(profile: str) -> str:
    return f"pause:{profile}"
