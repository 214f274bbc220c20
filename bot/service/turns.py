"""When something comes round, how long it rests after faults, and whether somebody set the clock.

All is counted by what nobody can set. A clock that is put back by a day must not put off a sweep by a day, nor may one
that is put forward let a day's sweeps come at once.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil, inf

from bot.clock import Clock

LONGEST_PAUSE = timedelta(hours=6)
"""How long a profile that keeps failing is left alone at most."""
JUMP = timedelta(minutes=1)
"""By so much the clock must be set to be worth a word; less is a correction, as machines make them all the time."""


GAP = timedelta(seconds=5)
"""By so much what would come at once comes one after the other, closer where there is more of it than that."""


class Turn:
    """Something that comes round `every` so often, up to `jitter` later; the first time `after` so long."""

    def __init__(
        self, clock: Clock, every: timedelta, jitter: timedelta = timedelta(), after: timedelta = timedelta()
    ) -> None:
        self.clock, self.every, self.jitter = clock, every.total_seconds(), jitter.total_seconds()
        self._place = self.came = clock.steady() + after.total_seconds()
        """When it comes by the steady count, without its jitter and with it."""

    def has_come(self) -> bool:
        """Whether it is time."""
        return self.clock.steady() >= self.came

    def move_on(self) -> None:
        """To the next one. They stay an interval apart whenever each was made use of, so that many who come round one
        after the other go on so; but half an interval is left between, and what was missed is not made up for."""
        missed = (self.clock.steady() + self.every / 2 - self._place) / self.every
        self._place += self.every * max(1, ceil(missed))
        self.came = self._place + random.uniform(0, self.jitter)  # noqa: S311

    def at(self, pause: "Pause | None" = None) -> datetime:
        """When it is time, by the clock as it stands now: the first that comes after the pause."""
        left = pause.until - self.came if pause else 0.0
        skipped = ceil(left / self.every) if left > 0 else 0
        return self.clock.now() + timedelta(seconds=self.came + skipped * self.every - self.clock.steady())


def spread(waits: Mapping[str, timedelta], within: timedelta) -> dict[str, timedelta]:
    """How long each waits until its first turn, by name: those who would not wait at all come one after the other, in
    their order, so that all of them have come `within` that time."""
    at_once = [name for name, wait in waits.items() if wait <= timedelta()]
    gap = min(GAP, within / max(1, len(at_once)))
    return {**waits, **{name: place * gap for place, name in enumerate(at_once)}}


class Pause:
    """The rest after faults: one interval, then two, four, … up to LONGEST_PAUSE."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.failures = 0
        self.until = -inf

    def begin(self, every: timedelta, named: datetime | None = None) -> datetime:
        """Rest for one more failure, and at least until the time that the server named; when it is tried again."""
        self.failures += 1
        doubled: timedelta = min(every * 2 ** min(self.failures - 1, 10), LONGEST_PAUSE)
        asked = min(named - self.clock.now(), LONGEST_PAUSE) if named else timedelta()
        pause = max(every, doubled, asked)
        # half an interval less, so that the turn at its end, which comes a little early or late, still counts
        self.until = self.clock.steady() + (pause - every / 2).total_seconds()
        return self.clock.now() + pause

    def lasts(self) -> bool:
        """Whether nothing is to be tried yet."""
        return self.clock.steady() < self.until

    def end(self) -> None:
        """All is well, or something changed: try at once."""
        self.failures, self.until = 0, -inf


class ClockWatch:
    """Notices when somebody, or a time server, sets the clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._seen = clock.now(), clock.steady()

    def jump(self) -> timedelta | None:
        """By how much the clock was set since this was last asked: None where it only went on."""
        before, counted = self._seen
        self._seen = self.clock.now(), self.clock.steady()
        by = self._seen[0] - before - timedelta(seconds=self._seen[1] - counted)
        return by if abs(by) >= JUMP else None
