"""The dead man's switch at work: it hears of each sweep, and where it does not, the owner is told so."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from bot.clock import Clock
from bot.errors import Stopped, UserError
from bot.logins import anew
from bot.notify import Moment
from bot.service import state
from bot.service.ways import Reach
from bot.store import Store, StoreError

PING = "ping"
"""What its address is kept as."""


@contextmanager
def watched(profile: str, store: Store, reach: Reach, clock: Clock, every: timedelta) -> Iterator[None]:
    """Tell the switch that a sweep starts, and whether it ended well; where there is none, nothing. A sweep that was
    stopped is told of by its start alone: unless another comes in time, the switch warns."""
    _tell(profile, store, reach, clock, every, "start")
    try:
        yield
    except Stopped:
        raise
    except Exception:
        _tell(profile, store, reach, clock, every, "fail")
        raise
    _tell(profile, store, reach, clock, every, "success")


def _tell(profile: str, store: Store, reach: Reach, clock: Clock, every: timedelta, moment: Moment) -> None:
    """Never costs the sweep anything but a moment."""
    try:
        address = reach.secret(profile, PING)
        why = "" if not address else reach.ping(address, moment).with_step(anew(profile, "--ping")).why
    except UserError as fault:
        why = str(fault)
    with suppress(StoreError):
        if why:
            now = clock.now()
            words = f"the dead man's switch does not hear of the sweeps: {why}"
            state.note_trouble(profile, store, PING, words, now, now + every)
        else:
            state.went_well(profile, store, PING)
