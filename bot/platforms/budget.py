"""The request budget: paces what is asked of a server, retries passing faults, and counts what was asked."""

import random
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from bot.clock import Clock
from bot.platforms.base import RateLimited, Unreachable, Unusable, Usage
from bot.platforms.headers import MOST_AHEAD

T = TypeVar("T")

TRIES = 4
"""How often a request is sent in all before a passing fault is believed."""
FIRST_PAUSE = 1.0
"""Seconds before the second try; each further one waits four times as long."""
REFUSED_PAUSE = 15.0
"""The same after a 429 that does not say until when."""
RESERVE = 0.05
"""The part of a server's window that is left untouched: other programs may share it."""
LIMIT, TROUBLE = "the server's limit", "the server to answer again"
"""What is waited for, as `quietfeed status` and the log say it."""


class Budget:
    """Paces requests, retries passing faults, counts what was asked.

    `windows` maps a kind of request to what the server allows of it: a number, per how long. Only `share` of each
    is ever used, counted over a sliding window. Nothing waits longer than `patience` seconds at a time: beyond that
    the request is given up with RateLimited, and the next sweep goes on. `share` may be changed at any time.

    Everything is measured by the clock's steady count: were the clock set back by a day, a window measured by it would
    stay full for a day.
    """

    def __init__(
        self,
        clock: Clock,
        windows: Mapping[str, tuple[int, timedelta]],
        share: float = 0.2,
        jitter: random.Random | None = None,
        patience: float = 900.0,
    ) -> None:
        self.share = share
        self._clock = clock
        self._windows = dict(windows)
        self._sent: dict[str, deque[float]] = {kind: deque() for kind in windows}
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads load, keeps no secret
        self._patience = patience
        self._requests = self._writes = self._retries = 0
        self._waited = 0.0
        self._limit: int | None = None
        self._remaining: int | None = None
        self._reset: datetime | None = None
        self._new_window = 0.0
        """When the server's next window begins, by the steady count."""

    def run(self, request: Callable[[], T], *kinds: str, write: bool = False, repeatable: bool = True) -> T:
        """What `request` returns, asked within the share of each of the windows `kinds`.

        Unreachable, but not Unusable, is retried where the request is `repeatable` (asking again changes nothing even
        if it had taken); RateLimited, which never takes, is always retried, at the time that the server named. Both
        are raised when the tries are used up or the wait would be too long. Stopped passes through at once.
        """
        for attempt in range(1, TRIES):
            self._admit(kinds)
            try:
                return self._send(request, kinds, write)
            except RateLimited as refusal:
                self._rest(self._refused_for(refusal, attempt), LIMIT, refusal)
            except Unreachable as fault:
                if not repeatable or isinstance(fault, Unusable):
                    raise
                self._rest(self._backoff(FIRST_PAUSE, attempt), TROUBLE)
            self._retries += 1
        self._admit(kinds)
        return self._send(request, kinds, write)

    def note(self, limit: int | None, remaining: int | None, reset: datetime | None) -> None:
        """What the headers of an answer said; nearly used up, the next request waits for `reset` (our clock)."""
        self._limit = limit if limit is not None else self._limit
        self._remaining, self._reset = remaining, reset
        if reset is not None:
            self._new_window = self._clock.steady() + (reset - self._clock.now()).total_seconds()

    def usage(self) -> Usage:
        """What was asked so far."""
        return Usage(
            self._requests, self._writes, self._retries, self._waited, self._limit, self._remaining, self._reset
        )

    def _admit(self, kinds: tuple[str, ...]) -> None:
        """Return once there is room in every window."""
        self._clock.check()
        for kind in kinds:
            self._make_room(kind)
        self._heed_headers()

    def _send(self, request: Callable[[], T], kinds: tuple[str, ...], write: bool) -> T:
        now = self._clock.steady()
        for kind in kinds:
            self._sent[kind].append(now)
        self._requests += 1
        self._writes += write
        return request()

    def _make_room(self, kind: str) -> None:
        allowed, per = self._windows[kind]
        sent, seconds = self._sent[kind], per.total_seconds()
        while sent and sent[0] + seconds <= self._clock.steady():
            sent.popleft()
        own_part = max(1, int(allowed * self.share))
        if len(sent) >= own_part:
            self._rest(sent[-own_part] + seconds - self._clock.steady(), LIMIT)

    def _heed_headers(self) -> None:
        """Wait for the server's reset where nearly nothing is left of its window."""
        if self._remaining is None or self._reset is None:
            return
        if self._remaining <= max(0, int((self._limit or 0) * RESERVE)) and self._new_window > self._clock.steady():
            self._rest(self._new_window - self._clock.steady(), LIMIT)
            self._remaining = None  # a new window: unknown until the next answer

    def _refused_for(self, refusal: RateLimited, attempt: int) -> float:
        """Seconds to wait after a refusal."""
        if refusal.retry_at is None:
            return self._backoff(REFUSED_PAUSE, attempt)
        asked = min(max(refusal.retry_at - self._clock.now(), timedelta()), MOST_AHEAD)
        return asked.total_seconds() + self._backoff(FIRST_PAUSE, 1)

    def _backoff(self, first: float, attempt: int) -> float:
        """Seconds: four times as many each time, spread over half of themselves so that many clients do not come back
        at once."""
        return float(first * 4 ** (attempt - 1) * self._jitter.uniform(0.5, 1.0))

    def _rest(self, seconds: float, what_for: str, cause: RateLimited | None = None) -> None:
        """Wait, if that is within patience; otherwise say when to come back."""
        if seconds > self._patience:
            message = str(cause) if cause else "the share of the server's request limit is used up"
            raise RateLimited(message, self._clock.now() + timedelta(seconds=seconds)) from cause
        if seconds > 0:
            self._waited += seconds
            self._clock.wait(seconds, what_for)
