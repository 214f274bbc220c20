"""The request budget: paces what is asked of a server, retries passing faults, and counts what was asked."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from bot.clock import Clock
from bot.platforms.base import RateLimited, Unreachable, Usage
from bot.platforms.headers import MOST_AHEAD

T = TypeVar("T")

SHARE = 0.2
"""The part of what servers allow that is used where nothing else is said."""
TRIES = 4
"""How often a request is sent in all before a passing fault is believed."""
FIRST_PAUSE = 1.0
"""Seconds before the second try; each further one waits four times as long."""
PATIENCE = 900.0
"""Most seconds that anything waits at a time; with none at all, the first fault is believed."""
REFUSED_PAUSE = 15.0
"""The same after a 429 that does not say until when."""
RESERVE = 0.05
"""The part of a server's window that is left untouched: other programs may share it."""
LIMIT, TROUBLE = "the server's limit", "the server to answer again"
"""What is waited for, as `quietfeed status` and the log say it."""
STRETCH = 10
"""Requests for which there is room before a stretch of them begins: an action, its read-back, and a second try."""
BREATH = 20.0
"""Most seconds that anything waits within a stretch."""


class Asked:
    """When a server was asked lately: by one login, or by all of those that it may count as one, since they come from
    one machine. Threads may share it; processes `tell` each other now and then, and `hear` of each other."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self._elsewhere: tuple[float, ...] = ()
        self._untold = 0
        self._lock = Lock()

    def add(self, now: float) -> None:
        """It is asked now, by the steady count."""
        with self._lock:
            self._times.append(now)
            self._untold += 1

    def tell(self) -> int:
        """How often it was asked here since that was last told."""
        with self._lock:
            many, self._untold = self._untold, 0
            return many

    def hear(self, elsewhere: Iterable[float]) -> None:
        """When other processes asked, by the steady count of this one; in place of what was heard before."""
        with self._lock:
            self._elsewhere = tuple(elsewhere)

    def full_for(self, seconds: float, most: int, now: float) -> float:
        """Seconds until it was asked at most so often within so many `seconds`; 0 where that is so now."""
        with self._lock:
            while self._times and self._times[0] + seconds <= now:
                self._times.popleft()
            elsewhere = [at for at in self._elsewhere if at + seconds > now]
            times = sorted([*self._times, *elsewhere]) if elsewhere else self._times
            return times[-most - 1] + seconds - now if len(times) > most else 0.0


class Budget:
    """Paces requests, retries passing faults, counts what was asked.

    `windows` maps a kind of request to what servers allow of it: a number, per how long. Only `share` of each is
    used, counted over a sliding window; the whole of it where the server's answers name no limit at all, for then
    nothing says that it has one, let alone a small one. Nothing waits longer than `patience` seconds at a time:
    beyond that the request is given up, where it was to wait for a limit with RateLimited, and the next sweep goes on.
    `share` may be changed at any time. `shared` names windows that this login has in common with others.

    Everything is measured by the clock's steady count: were the clock set back by a day, a window measured by it would
    stay full for a day.
    """

    def __init__(
        self,
        clock: Clock,
        windows: Mapping[str, tuple[int, timedelta]],
        share: float = SHARE,
        jitter: random.Random | None = None,
        patience: float = PATIENCE,
        shared: Mapping[str, Asked] | None = None,
    ) -> None:
        self.share = share
        self._clock = clock
        self._windows = dict(windows)
        self._shared = dict(shared or {})
        self._asked = {kind: Asked() for kind in windows} | self._shared
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads load, keeps no secret
        self._patience = patience
        self._requests = self._writes = self._retries = 0
        self._waited = 0.0
        self._limit: int | None = None
        self._remaining: int | None = None
        self._reset: datetime | None = None
        self._new_window = 0.0
        """When the server's next window begins, by the steady count."""
        self._limited: bool | None = None
        """Whether the server was seen to have limits; None before its first answer."""
        self._at_a_stretch = False

    def run(self, request: Callable[[], T], *kinds: str, write: bool = False, repeatable: bool = True) -> T:
        """What `request` returns, asked within the share of each of the windows `kinds`.

        Unreachable that `may_pass` is retried where the request is `repeatable` (asking again changes nothing even
        if it had taken); RateLimited, which never takes, is always retried, at the time that the server named. Both
        are raised when the tries are used up or the wait would be too long. Stopped passes through at once.
        """
        for attempt in range(1, TRIES):
            self._admit(kinds)
            try:
                return self._send(request, kinds, write)
            except RateLimited as refusal:
                self._limited = True
                self._rest(self._refused_for(refusal, attempt), LIMIT, refusal)
            except Unreachable as fault:
                pause = self._backoff(FIRST_PAUSE, attempt)
                if not (repeatable and fault.may_pass) or pause > self._patience:
                    raise
                self._rest(pause, TROUBLE)
            self._retries += 1
        self._admit(kinds)
        return self._send(request, kinds, write)

    def takes(self, requests: Mapping[str, float], each: float) -> timedelta:
        """About how long so many requests of each kind take, one after the other, beginning with empty windows; one
        takes `each` seconds where nothing is waited for."""
        waits = [(max(0, many - 1) // self._own_part(kind)) * self._windows[kind][1] for kind, many in requests.items()]
        return max(timedelta(seconds=each * max(requests.values())), *waits)

    def note(self, limit: int | None, remaining: int | None, reset: datetime | None) -> None:
        """What the headers of an answer said; nearly used up, the next request waits for `reset` (our clock)."""
        named = any(told is not None for told in (limit, remaining, reset))
        self._limited = bool(self._limited) or named
        self._limit = limit if limit is not None else self._limit
        self._remaining, self._reset = remaining, reset
        if reset is not None:
            self._new_window = self._clock.steady() + (reset - self._clock.now()).total_seconds()

    @contextmanager
    def at_a_stretch(self, *kinds: str) -> Iterator[None]:
        """Requests that belong together, as an action and its read-back do: none of them waits for a limit.

        It begins once there is room for STRETCH of them in the windows `kinds` and in the server's. What goes beyond
        the share is made up for afterwards. A server that asks to wait for more than BREATH raises RateLimited.
        """
        self._admit(kinds, STRETCH)
        outer, self._at_a_stretch = self._at_a_stretch, True
        try:
            yield
        finally:
            self._at_a_stretch = outer

    def usage(self) -> Usage:
        """What was asked so far."""
        return Usage(
            self._requests, self._writes, self._retries, self._waited, self._limit, self._remaining, self._reset
        )

    def _admit(self, kinds: tuple[str, ...], many: int = 1) -> None:
        """Return once there is room for so many requests in every window; at once within a stretch."""
        self._clock.check()
        if self._at_a_stretch:
            return
        for kind in kinds:
            self._make_room(kind, many)
        self._heed_headers(many)

    def _send(self, request: Callable[[], T], kinds: tuple[str, ...], write: bool) -> T:
        now = self._clock.steady()
        for kind in kinds:
            self._asked[kind].add(now)
        self._requests += 1
        self._writes += write
        return request()

    def _make_room(self, kind: str, many: int) -> None:
        """Wait until there is; what was sent is looked at anew after each wait, which may end a moment too soon."""
        seconds, own_part = self._windows[kind][1].total_seconds(), self._own_part(kind)
        rest = own_part - min(many, own_part)
        while (left := self._asked[kind].full_for(seconds, rest, self._clock.steady())) > 0:
            self._rest(left, LIMIT)

    def _own_part(self, kind: str) -> int:
        """How many requests of a kind are sent in one of its windows."""
        # What is shared is held to the share by all: a newcomer, who knows no better yet, would wait for the others.
        whole = self._limited is False and kind not in self._shared
        return max(1, int(self._windows[kind][0] * (1.0 if whole else self.share)))

    def _heed_headers(self, many: int) -> None:
        """Wait for the server's reset where nearly nothing is left of its window."""
        if self._remaining is None or self._reset is None:
            return
        left = max(0, int((self._limit or 0) * RESERVE)) + many - 1
        if self._remaining <= left and self._new_window > self._clock.steady():
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
        if seconds > (BREATH if self._at_a_stretch else self._patience):
            message = str(cause) if cause else "the share of the server's request limit is used up"
            raise RateLimited(message, self._clock.now() + timedelta(seconds=seconds)) from cause
        if seconds > 0:
            self._waited += seconds
            self._clock.wait(seconds, what_for)
