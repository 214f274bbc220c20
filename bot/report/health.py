"""Whether all is well, for whatever watches over the machine: a level, which is an exit code, and the reason."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from bot.model import STOPPED
from bot.report.escape import inline
from bot.report.figures import away, span
from bot.report.shapes import HealthJson
from bot.report.status import LONGEST, ProfileStatus, wrong

PATIENCE = timedelta(hours=1)
"""How long ago the timeline may have been read last, or three intervals between sweeps, if that is longer."""


class Level(IntEnum):
    """How well it is, in the words and numbers of monitoring tools. Source: the Monitoring Plugins' guidelines."""

    OK = 0
    """The timeline was read lately, and nothing fails."""
    WARNING = 1
    """The work goes on, but something wants to be looked at: a report that waits, a config that was not taken up."""
    CRITICAL = 2
    """The work stands still: nothing was read lately, the login is refused, nothing can be kept."""
    UNKNOWN = 3
    """It cannot be told, since the config cannot be read."""


@dataclass(frozen=True, slots=True)
class Ailment:
    """One thing that is not well, in a clause."""

    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class Health:
    """What all of it comes to."""

    level: Level
    reason: str
    """One line, harmless to show."""

    @property
    def line(self) -> str:
        """`ok: home read 4 minutes ago`."""
        return f"{self.level.name.lower()}: {self.reason}"


def health(
    profiles: Sequence[ProfileStatus], now: datetime, every: timedelta, beside: Iterable[Ailment] = ()
) -> Health:
    """The one judgement behind `status --check` and the health page. `every` is the time between two sweeps; `beside`
    is what ails all profiles, such as a store that cannot be written."""
    patience = max(PATIENCE, 3 * every)
    found = [("", ailment) for ailment in beside]
    found += [(one.profile, ailment) for one in profiles for ailment in ailments(one, now, patience)]
    if not found:
        read = [f"{one.profile} {_read(one, now)}" for one in profiles]
        return Health(Level.OK, inline(", ".join(read), LONGEST))
    worst = sorted(found, key=lambda one: -one[1].level)
    told = [f"{profile}: {one.words}" if profile else one.words for profile, one in worst]
    return Health(worst[0][1].level, inline("; ".join(told), LONGEST))


def _read(profile: ProfileStatus, now: datetime) -> str:
    return f"read {away(profile.read, now)}" if profile.read else "is at its first sweep"


def ailments(profile: ProfileStatus, now: datetime, patience: timedelta) -> Iterator[Ailment]:
    """What is not well with one profile; nothing where it was read within `patience`, and nothing fails."""
    last = profile.last
    for trouble, words in zip(profile.troubles, wrong(profile, now), strict=True):
        yield Ailment(Level.CRITICAL if trouble.what == "login" else Level.WARNING, words)
    if last and last.error not in ("", STOPPED) and not profile.troubles:
        yield Ailment(Level.WARNING, f"the last sweep failed {away(last.ended or last.started, now)}: {last.error}")
    if not _read_lately(profile, now, patience):
        long = f"nothing was read for {span(now - profile.read)}" if profile.read else "nothing was read yet"
        yield Ailment(Level.CRITICAL, long + ("" if profile.next_sweep else f", and {profile.at_rest[0]}"))


def _read_lately(profile: ProfileStatus, now: datetime, patience: timedelta) -> bool:
    """Whether the timeline was read within `patience`, or is about to be: a first sweep may take a while, and a server
    that says when it may be asked again is waited for."""
    if profile.waiting or (profile.read and now - profile.read <= patience):
        return True
    fails = any(trouble.what == "sweep" for trouble in profile.troubles)
    return bool(profile.last and profile.last.cut_off and not fails and now - profile.last.started <= patience)


def health_data(health: Health) -> HealthJson:
    """JSON-ready."""
    return {"state": health.level.name.lower(), "code": health.level.value, "reason": health.reason}
