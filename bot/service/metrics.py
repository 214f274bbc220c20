"""What Prometheus is told, gathered from the store when it asks: nothing is counted while nobody does.

Counters begin at 0 when the daemon starts, and take up what sweeps and ledger hold beyond what was seen before.
"""

import os
import platform
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from bot import __version__
from bot.config import Config
from bot.model import EPOCH, STOPPED, Entry, Event, Step, SweepRecord
from bot.report import metrics as m
from bot.report.health import Health
from bot.report.metrics import Metric, Sample
from bot.report.status import ProfileStatus
from bot.service import state
from bot.store import SCHEMA_VERSION, Mark, Store

OUTCOMES = ("done", "failed", "stopped")
MEMORY_FILE = "/proc/self/statm"
"""Pages that the process keeps. Source: proc(5)."""


class Counted:
    """What one profile's sweeps and decisions came to since the daemon started."""

    def __init__(self, profile: str, since: Mark) -> None:
        self.profile, self.since = profile, since
        self.counts: defaultdict[tuple[Metric, tuple[str, ...]], float] = defaultdict(float)
        self.last: SweepRecord | None = None
        self._not_begun = 0
        self._in_window: set[datetime] = set()
        """When the sweeps began that are counted, though a running one among them keeps the window open."""
        for outcome in OUTCOMES:  # so that a first failure is seen as a rise
            self.counts[m.SWEEPS, (profile, outcome)] = 0
        self.add_sweep(SweepRecord(profile, EPOCH), times=0)

    def take_up(self, store: Store, not_begun: int = 0) -> None:
        """Count what came since this was last asked; of sweeps that could not even begin there were so many by now."""
        self.counts[m.SWEEPS, (self.profile, "failed")] += max(0, not_begun - self._not_begun)
        self._not_begun = not_begun
        mark = store.mark()
        for entry in store.entries(self.profile, numbers=(self.since.entry, mark.entry)):
            self.add_entry(entry)
        rounds = store.sweeps(self.profile, numbers=(self.since.sweep, mark.sweep))
        for record in rounds:
            if (record.ended or record.error) and record.started not in self._in_window:
                self._in_window.add(record.started)
                self.last = record
                self.add_sweep(record)
        running = bool(rounds) and rounds[-1].ended is None and not rounds[-1].error
        if not running:
            self._in_window.clear()
        self.since = Mark(self.since.sweep if running else mark.sweep, mark.entry)

    def add_sweep(self, record: SweepRecord, times: int = 1) -> None:
        """Count one sweep."""
        outcome = "stopped" if record.error == STOPPED else "failed" if record.error else "done"
        self.counts[m.SWEEPS, (self.profile, outcome)] += times
        took = (record.ended - record.started).total_seconds() if record.ended else 0.0
        for metric, many in (
            (m.SWEEP_SECONDS, max(0.0, took)),
            (m.POSTS_READ, record.posts),
            (m.POSTS_STORED, record.new_posts),
            (m.UNREADABLE, record.unreadable),
            (m.GAPS, len(record.gaps)),
            (m.OWN_FEEDS, record.own_feeds),
            (m.JUDGED, record.judged),
            (m.REQUESTS, record.requests),
            (m.RETRIES, record.retries),
            (m.WAITED, record.waited),
        ):
            self.counts[metric, (self.profile,)] += many

    def add_entry(self, entry: Entry) -> None:
        """Count one line of the ledger."""
        step = str(entry.step or "none")
        if entry.event is Event.JUDGED:
            waits = "waits" if entry.limit else "acts"
            outcome = "protected" if entry.protection else waits if entry.step else "none"
            self.counts[m.DECISIONS, (self.profile, step, outcome)] += 1
        else:
            dry = "true" if entry.dry else "false"
            self.counts[m.ACTION_EVENTS, (self.profile, step, str(entry.event), dry)] += 1

    def samples(self) -> Iterator[Sample]:
        """All counts, and what only the last sweep tells."""
        for (metric, labels), value in self.counts.items():
            yield Sample(metric, value, labels)
        if self.last is None:
            return
        of = (self.profile,)
        if self.last.ended:
            yield Sample(m.LAST_SECONDS, max(0.0, (self.last.ended - self.last.started).total_seconds()), of)
        if self.last.allowed is not None and self.last.remaining is not None:
            yield Sample(m.ALLOWED, self.last.allowed, of)
            yield Sample(m.REMAINING, self.last.remaining, of)


def of_profile(fares: ProfileStatus) -> Iterator[Sample]:
    """What is so at this moment."""
    of = (fares.profile,)
    if fares.read:
        yield Sample(m.LAST_READ, fares.read.timestamp(), of)
    if fares.next_sweep:
        yield Sample(m.NEXT_SWEEP, round(fares.next_sweep.timestamp()), of)
    for step in Step:
        if step is not Step.REPORT:
            yield Sample(m.STANDING, fares.standing.get(step, 0), (*of, str(step)))
    failing = {trouble.what if trouble.what in state.WORKS else "way" for trouble in fares.troubles}
    for what in (*state.WORKS, "way"):
        yield Sample(m.TROUBLE, what in failing, (*of, what))
    yield Sample(m.WAITING, fares.waiting is not None, of)
    yield Sample(m.DRY_RUN, bool(fares.mode), of)


def of_all(store: Store, config: Config, health: Health, started: float) -> Iterator[Sample]:
    """What is so of the daemon as a whole; `started` in seconds since 1970."""
    yield Sample(m.BUILD, 1, (__version__, platform.python_version()))
    yield Sample(m.HEALTH, health.level.value)
    yield Sample(m.STORE_BYTES, store.size())
    yield Sample(m.STORE_SCHEMA, SCHEMA_VERSION)
    yield Sample(m.INTERVAL, config.sweep.every.total_seconds())
    yield Sample(m.STARTED, started)
    yield Sample(m.CPU, time.process_time())
    if (memory := _memory()) is not None:
        yield Sample(m.MEMORY, memory)


def _memory() -> int | None:
    """Bytes that the process keeps; None where the system does not tell them so."""
    try:
        with open(MEMORY_FILE, encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None
