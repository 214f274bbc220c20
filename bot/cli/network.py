"""The network of a profile for a verb that only looks at it: the owner's server; for the demo's profile, the demo's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bot.cli import wiring
from bot.clock import Clock, SimulatedClock, SystemClock, TellingClock
from bot.config import Profile
from bot.platforms.base import Platform
from bot.platforms.dry import Dry

DEMO = datetime(2026, 3, 2, 6, tzinfo=UTC)
"""When the demo's two weeks begin."""


@contextmanager
def network_of(profile: Profile) -> Iterator[tuple[Platform, Clock]]:
    """The owner's login, and the clock that goes with it; whatever would write there raises. The demo's network is the
    one that `demo --keep` swept, as it was at the end."""
    if profile.platform == "memory":
        yield demo_at_its_end()
        return
    with wiring.connected(profile) as platform:
        yield Dry(platform), TellingClock(SystemClock(), wiring.say_wait)


def demo_at_its_end() -> tuple[Platform, Clock]:
    """The demo's network when its two weeks are over, and the time that it is there."""
    from bot.demo.people import OWNER
    from bot.demo.world import DAYS, build, with_quiet_ones
    from bot.platforms.memory import Memory

    clock = SimulatedClock(DEMO + timedelta(days=DAYS))
    return Dry(Memory(with_quiet_ones(build(DEMO, clock=clock), DEMO), OWNER)), clock
