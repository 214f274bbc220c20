"""One profile at work in the daemon: its login, one thing at a time, its report, and a pause after faults."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.config import Config, Profile
from bot.errors import Stopped, UserError
from bot.logs import event
from bot.platforms.base import Platform
from bot.service import daily
from bot.service.sweep import next_end, sweep
from bot.store import Store

LONGEST_PAUSE = timedelta(hours=6)
"""How long a profile that keeps failing is left alone at most."""
AT_ONCE = datetime.min.replace(tzinfo=UTC)

Connect = Callable[[Profile, Clock], Platform]


class Runner:
    """One profile's place in the daemon."""

    def __init__(
        self, profile: Profile, config: Config, connect: Connect, store: Store, clock: Clock, folder: Path
    ) -> None:
        self.profile, self.config, self.connect = profile, config, connect
        self.store, self.clock, self.folder = store, clock, folder
        self.busy = threading.Lock()
        self.failures = 0
        self.not_before = AT_ONCE
        self.left = False
        self._platform: Platform | None = None
        self._next: tuple[Profile, Config] | None = None
        self.next_end = next_end(profile.name, store)
        """When an action runs out: it is taken back then, not an interval later."""

    def adopt(self, profile: Profile, config: Config) -> None:
        """Go on by a new config from the next round on; a running one ends by the old."""
        self._next = (profile, config)

    def renew(self) -> None:
        """Take up the config that was adopted, with a login of its own if the profile changed."""
        if self._next is None:
            return
        (profile, self.config), self._next = self._next, None
        if profile != self.profile:
            self.close()
            self.profile = profile
        self.failures, self.not_before = 0, AT_ONCE

    @property
    def platform(self) -> Platform:
        """The login, made when it is first needed, so that a server that is down does not stop the start."""
        if self._platform is None:
            self._platform = self.connect(self.profile, self.clock)
        return self._platform

    def sweep(self) -> None:
        """One round, unless the profile is pausing after faults; then the report, if it is due."""
        with self.busy:
            self.renew()
            if not self.pausing():
                self.guarded("sweep", self._sweep)
                self._report_if_due()
            if self.left:
                self.close()

    def look_up(self) -> None:
        """Between two sweeps: sweep at once where an action runs out, and deliver the report if one is due, or one that
        a crash or a fault left behind."""
        if not self.busy.acquire(blocking=False):  # a sweep is running, and looks for itself when it ends
            return
        try:
            self.renew()
            if self.next_end is not None and self.clock.now() >= self.next_end and not self.pausing():
                self.guarded("sweep", self._sweep)
            self._report_if_due()
        finally:
            self.busy.release()

    def pausing(self) -> bool:
        """Whether nothing is to be asked now: after a fault, or because the process is ending."""
        try:
            self.clock.check()
        except Stopped:
            return True
        return self.left or self.clock.now() < self.not_before

    def _sweep(self) -> None:
        outcome = sweep(self.profile.name, self.platform, self.store, self.config, self.clock)
        record = outcome.record
        event(
            "swept",
            profile=self.profile.name,
            new=record.new_posts,
            own_feeds=record.own_feeds,
            judged=record.judged,
            requests=record.requests,
            unreadable=record.unreadable or None,
            gaps=len(record.gaps) or None,
        )
        self.failures = 0
        self.next_end = next_end(self.profile.name, self.store, self.clock.now())
        self.store.note(f"next:{self.profile.name}", (self.clock.now() + self.config.sweep.every).isoformat())

    def _report_if_due(self) -> None:
        if not self.pausing():
            self.guarded("report", self._report)

    def _report(self) -> None:
        day = self.report_due()
        if day is None:
            return
        made = daily.deliver(self.profile, self.platform, self.store, self.config, self.folder, day, self.clock)
        event("report", profile=self.profile.name, day=day, state=made.state, where=made.where, note=made.note)

    def report_due(self) -> date | None:
        """The day whose report is to be made or finished now, once there is something swept to tell."""
        now, zone = self.clock.now(), daily.local_zone(self.config)
        made = daily.reports_until_today(self.profile.name, self.store, now, zone)
        last, state = max(made, default=(None, ""))
        today = daily.due(now, self.config.report.time, zone, last)
        day = today or (last if state == "planned" else None)
        if day is None or not any(s.ended and not s.error for s in self.store.sweeps(self.profile.name)):
            return None
        return day

    def guarded(self, what: str, work: Callable[[], None]) -> None:
        """Do the work; a fault is logged and the profile pauses, longer each time, while the others go on."""
        try:
            work()
        except Stopped:
            event(f"{what} stopped", profile=self.profile.name)
        except UserError as fault:
            self.pause(what, str(fault))
        except Exception as fault:  # noqa: BLE001  whatever it is, it must not cost the other profiles
            event(f"{what} broke", logging.ERROR, exc_info=fault, profile=self.profile.name)
            self.pause(what, type(fault).__name__)

    def pause(self, what: str, fault: str) -> None:
        """Leave the profile alone for a while: one interval, then two, four, … up to LONGEST_PAUSE."""
        self.failures += 1
        every = self.config.sweep.every
        pause = max(every, min(every * 2 ** min(self.failures - 1, 10), LONGEST_PAUSE))
        # half an interval less, so that the sweep at its end, which comes a little early or late, still counts
        self.not_before = self.clock.now() + pause - every / 2
        event(
            f"{what} failed",
            logging.WARNING,
            profile=self.profile.name,
            fault=fault,
            times=self.failures,
            again=f"{self.clock.now() + pause:%Y-%m-%dT%H:%MZ}",
        )

    def leave(self) -> bool:
        """The config names the profile no more: end after the running round. Whether that was so at once."""
        self.left = True
        idle = self.idle_by(time.monotonic())
        if idle:
            self.close()
        return idle

    def idle_by(self, deadline: float) -> bool:
        """Whether nothing runs any more at this moment of the monotonic clock, or before."""
        idle = self.busy.acquire(timeout=max(0.0, deadline - time.monotonic()))
        if idle:
            self.busy.release()
        return idle

    def close(self) -> None:
        """Release the login's connections."""
        platform, self._platform = self._platform, None
        if platform is not None:
            platform.close()
