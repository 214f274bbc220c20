"""The network of a profile for a verb that only looks at it: the owner's server, or a kept demo."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.cli import wiring
from bot.clock import Clock, SystemClock, TellingClock
from bot.config import Profile
from bot.platforms.base import Platform
from bot.platforms.dry import Dry


@contextmanager
def only_looking(profile: Profile) -> Iterator[tuple[Platform, Clock]]:
    """The owner's login, and the clock that goes with it; whatever would write there raises. The demo's network is the
    one that `demo --keep` swept, as it was at the end."""
    if profile.platform == "memory":
        from bot.cli.playground import at_its_end

        network, clock = at_its_end(profile)
        yield Dry(network), clock
        return
    with wiring.connected(profile) as platform:
        yield Dry(platform), TellingClock(SystemClock(), wiring.say_wait)
