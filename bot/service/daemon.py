"""The daemon: sweeps on schedule, the report at the owner's local time, signals, and an end within seconds."""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import SystemClock
from bot.config import Config, Profile
from bot.errors import UserError
from bot.logs import event
from bot.service import systemd
from bot.service.runner import Connect, Runner
from bot.store import Store

REPORT_TICK = timedelta(minutes=1)
"""How often it is asked whether a report is due: a comparison of dates, without any request."""
GRACE = 3.0
"""Seconds that running sweeps get to end after SIGTERM; hosts kill after 10 to 30."""
LAST_RESORT = 4.5
"""Seconds after which the process ends in any case, whatever hangs."""
THREADS = 40
"""Sweeps at once, at most; made as they are needed. A profile whose server hangs keeps nobody waiting."""


class Daemon:
    """Everything that `quietfeed run` does. `load` reads the config again; it raises UserError on a fault."""

    def __init__(self, load: Callable[[], Config], connect: Connect, store: Store, folder: Path) -> None:
        self.load, self.connect, self.store, self.folder = load, connect, store, folder
        self.stop = threading.Event()
        self.clock = SystemClock(self.stop)
        self.wishes: SimpleQueue[str] = SimpleQueue()
        self.heard, self.told = socket.socketpair()
        self.runners: list[Runner] = []
        self.leaving: list[Runner] = []
        self.scheduler = _scheduler()
        self.scheduler.add_listener(_job_broke, EVENT_JOB_ERROR)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises UserError where the config cannot be worked by."""
        config = self.load()
        profiles = config.chosen()
        self.catch_signals()
        self.take_up(config)
        self.scheduler.start()
        systemd.notify("READY=1")
        event(
            "started",
            profiles=",".join(p.name for p in profiles),
            every=config.sweep.every,
            report=config.report.at,
            dry_run=config.dry_run,
        )
        self.attend()
        self.end()

    def catch_signals(self) -> None:
        """SIGTERM and SIGINT end the work, SIGHUP reads the config again.

        The interpreter writes each signal's number to `told`, whichever thread the system interrupted for it. A
        handler would run in the main thread, but only once that wakes, which it may not when several come at once.
        """
        self.told.setblocking(False)
        signal.set_wakeup_fd(self.told.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self.guard, name="guard", daemon=True).start()

    def guard(self) -> None:
        """Pass on what is asked for; at the end stop every wait, and let nothing outlast LAST_RESORT."""
        while True:
            numbers = self.heard.recv(64)
            if signal.SIGTERM in numbers or signal.SIGINT in numbers:
                break
            if signal.SIGHUP in numbers:
                self.wishes.put("reload")
        self.stop.set()
        self.wishes.put("end")
        time.sleep(LAST_RESORT)
        _cut_off()

    def take_up(self, config: Config) -> None:
        """Schedule the profiles of a config in place of those before."""
        running = {runner.profile.name: runner for runner in self.runners}
        first = {profile.name: self.first_run(profile, config) for profile in config.chosen()}
        self.scheduler.remove_all_jobs()
        self.runners = [self.runner(profile, config, running.pop(profile.name, None)) for profile in config.profiles]
        for runner in self.runners:
            self.schedule(runner, config, first[runner.profile.name])
        self.leaving = [runner for runner in (*self.leaving, *running.values()) if not runner.leave()]

    def runner(self, profile: Profile, config: Config, running: Runner | None) -> Runner:
        """The runner of a profile: the one that runs already, or a new one."""
        if running is None:
            return Runner(profile, config, self.connect, self.store, self.clock, self.folder)
        running.adopt(profile, config)
        return running

    def schedule(self, runner: Runner, config: Config, first: datetime) -> None:
        """Add the profile's sweeps and its look at the calendar."""
        every, jitter = config.sweep.every.total_seconds(), config.sweep.jitter.total_seconds()
        self.scheduler.add_job(runner.sweep, "interval", seconds=every, jitter=jitter, next_run_time=first)
        # the first look comes once an overdue sweep has begun, which then looks for itself
        soon = self.clock.now() + timedelta(seconds=5)
        self.scheduler.add_job(runner.look_up, "interval", seconds=REPORT_TICK.total_seconds(), next_run_time=soon)

    def first_run(self, profile: Profile, config: Config) -> datetime:
        """When a profile is swept first: at once if that is overdue, else an interval after the last sweep."""
        now, every = self.clock.now(), config.sweep.every
        last = max((s.started for s in self.store.sweeps(profile.name, since=now - every)), default=None)
        return now if last is None else min(last + every, now + every)

    def attend(self) -> None:
        """Wait for signals and give signs of life until the end is asked for."""
        beat = systemd.watchdog_interval()
        while True:
            try:
                wish = self.wishes.get(timeout=beat)
            except Empty:
                wish = ""
            if wish == "end":
                return
            if self.scheduler.running:
                systemd.notify("WATCHDOG=1")
            if wish == "reload":
                self.reload()

    def reload(self) -> None:
        """Read the config again; on a fault the last good one stays in force."""
        systemd.reloading()
        try:
            config = self.load()
            self.take_up(config)
        except UserError as fault:
            event("config kept", logging.ERROR, fault=str(fault))
        else:
            for warning in config.warnings:
                event("config warning", logging.WARNING, about=warning)
            event("config reloaded", profiles=",".join(p.name for p in config.profiles))
        systemd.notify("READY=1")

    def end(self) -> None:
        """Let running rounds end within GRACE; whatever still waits for a server then is cut off.

        Cutting off is safe: a page and its cursor are stored together, and an action is planned before it is done.
        """
        systemd.notify("STOPPING=1")
        self.scheduler.shutdown(wait=False)
        everybody = [*self.runners, *self.leaving]
        deadline = time.monotonic() + GRACE
        clean = all(runner.idle_by(deadline) for runner in everybody)
        for runner in self.runners:
            self.store.note(f"next:{runner.profile.name}", "")
        event("stopped", clean=clean)
        if not clean:
            _cut_off()
        for runner in everybody:
            runner.close()


def _cut_off() -> None:
    """End the process at once, without waiting for threads."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _scheduler() -> BackgroundScheduler:
    """In UTC, so that no time is skipped or doubled; late runs run once; nothing runs beside itself."""
    return BackgroundScheduler(
        timezone=UTC,
        logger=logging.getLogger("quietfeed.schedule"),
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )


def _job_broke(broken: JobExecutionEvent) -> None:
    event("job broke", logging.ERROR, fault=f"{type(broken.exception).__name__}: {broken.exception}")
