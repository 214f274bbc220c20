"""The daemon: sweeps on schedule, the report at the owner's local time, signals, and an end within seconds."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot import daily, systemd
from bot.clock import Clock, SystemClock
from bot.config import Config, Profile
from bot.errors import Stopped, UserError
from bot.logs import event
from bot.platforms.base import Platform
from bot.store import Store
from bot.sweep import sweep

REPORT_TICK = timedelta(minutes=1)
"""How often it is asked whether a report is due: a comparison of dates, without any request."""
GRACE = 3.0
"""Seconds that running sweeps get to end after SIGTERM; hosts kill after 10 to 30."""
LONGEST_PAUSE = timedelta(hours=6)
"""How long a profile that keeps failing is left alone at most."""

Connect = Callable[[Profile, Clock], Platform]


class Runner:
    """One profile's place in the daemon: its platform, one thing at a time, and a pause after faults."""

    def __init__(self, profile: Profile, config: Config, connect: Connect, store: Store, clock: SystemClock) -> None:
        self.profile, self.config, self.connect = profile, config, connect
        self.store, self.clock = store, clock
        self.busy = threading.Lock()
        self.failures = 0
        self.not_before = datetime.min.replace(tzinfo=UTC)
        self._platform: Platform | None = None
        self._next: tuple[Profile, Config] | None = None

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
            self.profile, self._platform = profile, None
        self.failures, self.not_before = 0, datetime.min.replace(tzinfo=UTC)

    @property
    def platform(self) -> Platform:
        """The login, made when it is first needed, so that a server that is down does not stop the start."""
        if self._platform is None:
            self._platform = self.connect(self.profile, self.clock)
        return self._platform

    def sweep(self) -> None:
        """One round, unless the profile is pausing after faults."""
        with self.busy:
            self.renew()
            if self.clock.now() >= self.not_before:
                self.guarded("sweep", self._sweep)

    def _sweep(self) -> None:
        outcome = sweep(self.profile.name, self.platform, self.store, self.config, self.clock)
        record = outcome.record
        event(
            "swept",
            profile=self.profile.name,
            new=record.new_posts,
            proofs=record.proofs,
            judged=record.judged,
            requests=record.requests,
            unreadable=record.unreadable or None,
            gaps=len(record.gaps) or None,
        )
        self.failures = 0
        self.store.note(f"next:{self.profile.name}", (self.clock.now() + self.config.sweep.every).isoformat())

    def report(self, folder: Path) -> None:
        """Deliver the report if one is due, or one that a crash or a fault left behind."""
        if not self.busy.acquire(blocking=False):  # a sweep is running: the next tick comes in a minute
            return
        try:
            self.renew()
            day = self.report_due()
            if day is not None and self.clock.now() >= self.not_before:
                self.guarded("report", lambda: self._report(folder, day))
        finally:
            self.busy.release()

    def report_due(self) -> date | None:
        """The day whose report is to be made or finished now, once there is something swept to tell."""
        made = self.store.reports(self.profile.name)
        last = max((day for day, _ in made), default=None)
        today = daily.due(self.clock.now(), self.config.report.time, daily.local_zone(self.config), last)
        unsent = max((day for day, state in made if state == "planned"), default=None)
        day = today or unsent
        return day if day and self.store.sweeps(self.profile.name) else None

    def _report(self, folder: Path, day: date) -> None:
        delivery = daily.deliver(self.profile, self.platform, self.store, self.config, folder, day, self.clock)
        event(
            "report", profile=self.profile.name, day=day, state=delivery.state, where=delivery.where, note=delivery.note
        )

    def guarded(self, what: str, work: Callable[[], None]) -> None:
        """Do the work; a fault is logged and the profile pauses, longer each time, while the others go on."""
        try:
            work()
        except Stopped:
            event(f"{what} stopped", profile=self.profile.name)
        except UserError as fault:
            self.pause(what, str(fault))
        except Exception as fault:  # whatever it is, it must not cost the other profiles
            event(f"{what} broke", logging.ERROR, profile=self.profile.name, fault=f"{type(fault).__name__}: {fault}")
            logging.getLogger("quietfeed").debug("traceback", exc_info=True)
            self.pause(what, type(fault).__name__)

    def pause(self, what: str, fault: str) -> None:
        """Leave the profile alone for a while: one interval, then two, four, … up to LONGEST_PAUSE."""
        self.failures += 1
        pause = min(self.config.sweep.every * 2 ** min(self.failures - 1, 10), LONGEST_PAUSE)
        self.not_before = self.clock.now() + pause - self.config.sweep.every / 2
        event(
            f"{what} failed",
            logging.WARNING,
            profile=self.profile.name,
            fault=fault,
            times=self.failures,
            again=f"{self.clock.now() + pause:%Y-%m-%dT%H:%MZ}",
        )

    def close(self) -> None:
        """Release the login's connections."""
        if self._platform is not None:
            self._platform.close()


class Daemon:
    """Everything that `quietfeed run` does. `load` reads the config again; it raises UserError on a fault."""

    def __init__(self, load: Callable[[], Config], connect: Connect, store: Store, folder: Path) -> None:
        self.load, self.connect, self.store, self.folder = load, connect, store, folder
        self.stop, self.wake = threading.Event(), threading.Event()
        self.clock = SystemClock(self.stop)
        self.reload_wanted = False
        self.runners: list[Runner] = []
        self.scheduler = _scheduler()
        self.scheduler.add_listener(_job_broke, EVENT_JOB_ERROR)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        config = self.load()
        self.catch_signals()
        self.take_up(config)
        self.scheduler.start()
        systemd.notify("READY=1")
        event(
            "started",
            profiles=",".join(p.name for p in config.profiles),
            every=config.sweep.every,
            report=config.report.at,
            dry_run=config.dry_run,
        )
        self.attend()
        self.end()

    def catch_signals(self) -> None:
        """SIGTERM and SIGINT end the work, SIGHUP reads the config again."""
        signal.signal(signal.SIGTERM, self.on_end)
        signal.signal(signal.SIGINT, self.on_end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self.on_reload)

    def on_end(self, number: int, frame: FrameType | None) -> None:
        """Handle SIGTERM."""
        self.stop.set()
        self.wake.set()

    def on_reload(self, number: int, frame: FrameType | None) -> None:
        """Handle SIGHUP."""
        self.reload_wanted = True
        self.wake.set()

    def take_up(self, config: Config) -> None:
        """Schedule the profiles of a config in place of those before."""
        running = {runner.profile.name: runner for runner in self.runners}
        self.scheduler.remove_all_jobs()
        self.runners = [self.runner(profile, config, running.get(profile.name)) for profile in config.profiles]
        for runner in self.runners:
            self.schedule(runner, config)

    def runner(self, profile: Profile, config: Config, running: Runner | None) -> Runner:
        """The runner of a profile: the one that runs already, or a new one."""
        if running is None:
            return Runner(profile, config, self.connect, self.store, self.clock)
        running.adopt(profile, config)
        return running

    def schedule(self, runner: Runner, config: Config) -> None:
        """Add the profile's sweeps and its look at the calendar."""
        every, jitter = config.sweep.every.total_seconds(), config.sweep.jitter.total_seconds()
        self.scheduler.add_job(
            runner.sweep, "interval", seconds=every, jitter=jitter, next_run_time=self.first_run(runner)
        )
        self.scheduler.add_job(
            runner.report,
            "interval",
            args=[self.folder],
            seconds=REPORT_TICK.total_seconds(),
            next_run_time=self.clock.now() + timedelta(seconds=5),
        )

    def first_run(self, runner: Runner) -> datetime:
        """When a profile is swept first: at once if that is overdue, else an interval after the last sweep."""
        now, every = self.clock.now(), runner.config.sweep.every
        last = max((s.started for s in self.store.sweeps(runner.profile.name, since=now - every)), default=None)
        return now if last is None else min(last + every, now + every)

    def attend(self) -> None:
        """Wait for signals and give signs of life until the end is asked for."""
        beat = systemd.watchdog_interval()
        while not self.stop.is_set():
            self.wake.wait(beat)
            self.wake.clear()
            if self.scheduler.running:
                systemd.notify("WATCHDOG=1")
            if self.reload_wanted:
                self.reload_wanted = False
                self.reload()

    def reload(self) -> None:
        """Read the config again; on a fault the last good one stays in force."""
        systemd.reloading()
        try:
            config = self.load()
        except UserError as fault:
            event("config kept", logging.ERROR, fault=str(fault))
        else:
            self.take_up(config)
            event("config reloaded", profiles=",".join(p.name for p in config.profiles))
        systemd.notify("READY=1")

    def end(self) -> None:
        """Let running rounds end within GRACE; whatever still waits for a server then is cut off.

        Cutting off is safe: a page and its cursor are stored together, and a deed is planned before it is done.
        """
        systemd.notify("STOPPING=1")
        self.scheduler.shutdown(wait=False)
        deadline = time.monotonic() + GRACE
        ended = [r.busy.acquire(timeout=max(0.0, deadline - time.monotonic())) for r in self.runners]
        for runner in self.runners:
            self.store.note(f"next:{runner.profile.name}", "")
        event("stopped", clean=all(ended))
        if not all(ended):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
        for runner in self.runners:
            runner.close()


def _scheduler() -> BackgroundScheduler:
    """In UTC, so that no time is skipped or doubled; late runs run once; nothing runs beside itself."""
    return BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )


def _job_broke(broken: JobExecutionEvent) -> None:
    event("job broke", logging.ERROR, fault=f"{type(broken.exception).__name__}: {broken.exception}")
