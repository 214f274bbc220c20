"""A kept demo's network, made up anew for each verb that asks a server: it goes on for two weeks more."""

from datetime import UTC, datetime, timedelta

from bot.clock import Clock, SimulatedClock
from bot.config import Profile
from bot.demo.people import OWNER
from bot.demo.world import DAYS, build, with_quiet_ones
from bot.errors import UserError
from bot.platforms.memory import Memory

HOUR = 6
"""Of the day on which the made-up weeks begin, UTC."""
ADDRESS = "https://demo-{:%Y-%m-%d}.test"
"""Of the made-up server, which tells that day."""


def begins(now: datetime) -> datetime:
    """When the weeks begin that have just ended at `now`."""
    start = now.replace(hour=HOUR, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    return start if start + timedelta(days=DAYS) <= now else start - timedelta(days=1)


def network_of(profile: Profile, clock: Clock) -> Memory:
    """The owner's login there; `server` names the day on which the weeks begin. Raises UserError where it names none:
    then the network was not kept."""
    return Memory(build(_start(profile), clock=clock, more_days=DAYS), OWNER)


def at_its_end(profile: Profile) -> tuple[Memory, Clock]:
    """The owner's login when the two weeks are just over, among those too whom no timeline shows, and the time that it
    is there. Raises as `network_of`."""
    start = _start(profile)
    clock = SimulatedClock(start + timedelta(days=DAYS))
    return Memory(with_quiet_ones(build(start, clock=clock), start), OWNER), clock


def _start(profile: Profile) -> datetime:
    try:
        return datetime.strptime(profile.server, "https://demo-%Y-%m-%d.test").replace(hour=HOUR, tzinfo=UTC)
    except ValueError:
        raise UserError(
            f"profile “{profile.name}”: the platform “{profile.platform}” only exists in `quietfeed demo`, and in a "
            "folder that `quietfeed demo --keep` wrote"
        ) from None
