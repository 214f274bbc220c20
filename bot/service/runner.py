"""One profile at work in the daemon: its login, one thing at a time, its report, and a pause after faults."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock, TellingClock
from bot.config import Config, Profile
from bot.errors import Stopped, UserError
from bot.logs import event
from bot.model import SweepRecord
from bot.platforms.base import LoginNeeded, Platform, RateLimited, told
from bot.service import daily, logged, reporting, state, switch, ways
from bot.service.sweep import next_end, sweep
from bot.service.turns import Pause, Turn
from bot.store import Store, StoreAway, StoreError, StoreGone

LOOK = timedelta(minutes=1)
"""How often it is asked whether a report is due, an action runs out, or a login was made: without any request."""

Connect = Callable[[Profile, Clock], Platform]
LoginMark = Callable[[Profile], str]
"""Changes whenever the profile's login does; shows nothing of it."""


class Runner:
    """One profile's place in the daemon."""

    def __init__(
        self,
        profile: Profile,
        config: Config,
        connect: Connect,
        store: Store,
        clock: Clock,
        folder: Path,
        login_mark: LoginMark = lambda _: "",
        reach: ways.Reach = ways.NOBODY,
    ) -> None:
        self.profile, self.config, self.connect = profile, config, connect
        self.store, self.clock, self.folder = store, clock, folder
        self.login_mark, self.reach = login_mark, reach
        self.busy = threading.Lock()
        self.turn, self.looking = Turn(clock, config.sweep.every, config.sweep.jitter), Turn(clock, LOOK)
        self.later = timedelta()
        """By so much its reports come after the hour that the config names, where many have it in common."""
        self.resting, self.report_resting = Pause(clock), Pause(clock)
        self.left = False
        self.login_lost = self.wanted = False
        self._begun = False
        self.not_begun = 0
        """Sweeps that failed before they began, as for want of a login: no record tells of them."""
        self._login = login_mark(profile)
        self._platform: Platform | None = None
        self._next: tuple[Profile, Config] | None = None
        self.noted: datetime | None = None
        """When it is swept next, as far as the store knows."""
        self._unrecorded: list[SweepRecord] = []
        """Sweeps that failed while the store could not be written: recorded when it can be again, for the report."""
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
        self._try_at_once()

    def renew_login(self) -> None:
        """Take up a login that was made since the last round; where the old one was refused, without a pause."""
        login = self.login_mark(self.profile)
        if login == self._login:
            return
        self._login = login
        self.close()
        if self.login_lost:
            event("login taken up", profile=self.profile.name)
            self.wanted = True
            self._try_at_once()

    def _try_at_once(self) -> None:
        self.resting.end()
        self.report_resting.end()

    @property
    def platform(self) -> Platform:
        """The login, made when it is first needed, so that a server that is down does not stop the start."""
        if self._platform is None:
            self._platform = self.connect(self.profile, TellingClock(self.clock, self.tell_wait))
        return self._platform

    def sweep(self) -> None:
        """One round, unless the profile is pausing after faults; then the report, if it is due."""
        with self.busy:
            self.turn.move_on()
            self._round(is_turn=True)
            if self.turn.has_come():  # it took longer than an interval: nobody is asked without a rest
                self.turn.move_on()
                note_next(self.store, [self])

    def look_up(self) -> None:
        """Between two sweeps: sweep at once where an action runs out or a login was made anew, and deliver the report
        if one is due, or one that a crash or a fault left behind."""
        self.looking.move_on()
        if not self.busy.acquire(blocking=False):  # a sweep is running, and looks for itself when it ends
            return
        try:
            with suppress(StoreAway):  # the sweep in its turn tells it
                self.store.check_place()
                self._round(is_turn=False)
        finally:
            self.busy.release()

    def _round(self, *, is_turn: bool) -> None:
        self.renew()
        self.renew_login()
        ended = self.next_end is not None and self.clock.now() >= self.next_end
        if (is_turn or ended or self.wanted) and not self.pausing():
            self.wanted = False
            self.guarded("sweep", self._sweep, self.resting)
        can_go = reporting.can_go(self.profile, login_lost=self.login_lost)
        if can_go and not self.ending() and not self.report_resting.lasts():
            self.guarded("report", self._report, self.report_resting)
        if not self.ending() and not self.report_resting.lasts():
            self.guarded("report", self._report_elsewhere, self.report_resting)
        note_next(self.store, [self])
        if self.left:
            self.close()

    def due(self) -> float | None:
        """Since when it waits to begin something, by the steady count; None where nothing has its turn."""
        return min((turn.came for turn in (self.turn, self.looking) if turn.has_come()), default=None)

    def ending(self) -> bool:
        """Whether nothing is to begin any more: the process ends, or the config names the profile no more."""
        try:
            self.clock.check()
        except Stopped:
            return True
        return self.left

    def pausing(self) -> bool:
        """Whether the server is not to be read now: after a fault, or at the end."""
        return self.ending() or self.resting.lasts()

    def _record_what_failed(self) -> None:
        while self._unrecorded:
            record = self._unrecorded[0]
            self.store.end_sweep(self.store.begin_sweep(record), record)
            self._unrecorded.pop(0)

    def _sweep(self) -> None:
        self._begun = False
        self._record_what_failed()
        before = self.store.mark()
        try:
            with switch.watched(self.profile.name, self.store, self.reach, self.clock, self.config.sweep.every):
                platform = self.platform
                self._begun = True
                outcome = sweep(self.profile.name, platform, self.store, self.config, self.clock)
        finally:
            written = (before.entry, self.store.mark().entry)
            logged.tell_actions(self.store.entries(self.profile.name, events=daily.ACTED, numbers=written))
        self.next_end = next_end(self.profile.name, self.store, self.clock.now())
        self.resting.end()
        logged.tell_sweep(outcome.record, self.turn.at(self.resting))
        self.login_lost = False
        state.went_well(self.profile.name, self.store, "sweep")

    def _report(self) -> None:
        """Make the report; one that cannot be sent now waits by itself, and the sweeps go on."""
        profile, store, config = self.profile, self.store, self.config
        day = reporting.due(profile, store, config, self.clock.now() - self.later)
        if day is None:
            return
        try:
            made = reporting.deliver(profile, lambda: self.platform, store, config, self.folder, day, self.clock)
        except Stopped:
            raise
        except Exception as fault:  # noqa: BLE001  whatever it is, it must not cost the sweeps
            known = told(fault, profile.name) if isinstance(fault, UserError) else None
            level, broken = logging.WARNING if known else logging.ERROR, None if known else fault
            event("report waits", level, exc_info=broken, profile=profile.name, day=day, fault=known)
        else:
            event("report", profile=profile.name, day=day, state=made.state, where=made.where, note=made.note)
            self.report_resting.end()

    def _report_elsewhere(self) -> None:
        """Send the newest report by the other ways, whatever became of it on the platform."""
        day = reporting.due_elsewhere(self.profile, self.store, self.config, self.clock.now() - self.later)
        if day is None:
            return
        became = ways.deliver(self.profile, self.store, self.config, self.folder, day, self.reach, self.clock)
        for way, tried in became.items():
            event("report elsewhere", profile=self.profile.name, day=day, way=way, state=tried.state, why=tried.why)
        if became:
            state.went_well(self.profile.name, self.store, "report")

    def guarded(self, what: str, work: Callable[[], None], resting: Pause) -> None:
        """Do the work; a fault is logged and the profile pauses, longer each time, while the others go on. Only
        StoreGone ends the daemon."""
        try:
            work()
        except Stopped:
            event(f"{what} stopped", profile=self.profile.name)
        except StoreGone:
            raise
        except UserError as fault:
            if isinstance(fault, LoginNeeded):
                self.login_lost = True
                self.close()  # the next try reads the credentials again
            self.pause(what, told(fault, self.profile.name), resting, fault)
        except Exception as fault:  # noqa: BLE001  whatever it is, it must not cost the other profiles
            event(f"{what} broke", logging.ERROR, exc_info=fault, profile=self.profile.name)
            self.pause(what, f"a fault in quietfeed itself: {type(fault).__name__}", resting, fault)

    def pause(self, what: str, words: str, resting: Pause, fault: Exception) -> None:
        """Leave what failed alone for a while, and keep what is wrong and since when."""
        again = resting.begin(self.config.sweep.every, fault.retry_at if isinstance(fault, RateLimited) else None)
        since = None
        with suppress(StoreError):
            fails = state.sweep_fails_for(fault) if what == "sweep" else what
            since = state.note_trouble(self.profile.name, self.store, fails, words, self.clock.now(), again).since
        event(
            f"{what} failed",
            logging.WARNING,
            profile=self.profile.name,
            fault=words,
            times=resting.failures,
            since=f"{since:%Y-%m-%dT%H:%MZ}" if since and resting.failures > 1 else None,
            again=f"{again:%Y-%m-%dT%H:%MZ}",
        )
        if since is None and what == "sweep":
            at = self.clock.now()
            self._unrecorded.append(SweepRecord(self.profile.name, at, ended=at, error=words))
        elif what == "sweep" and not self._begun:
            self.not_begun += 1

    def tell_wait(self, what_for: str, until: datetime | None) -> None:
        """Say what keeps the profile waiting, in the log and to `quietfeed status`."""
        if until:
            event(f"waiting for {what_for}", profile=self.profile.name, until=f"{until:%Y-%m-%dT%H:%M:%SZ}")
        with suppress(StoreError):
            state.note_wait(self.profile.name, self.store, what_for, until)

    def moved(self) -> datetime | None:
        """When the profile is swept next, where that is not what was noted, and where it is swept again at all."""
        at = self.turn.at(self.resting)
        is_noted = self.noted is not None and abs(at - self.noted) <= timedelta(seconds=2)
        return None if is_noted or self.ending() else at

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


def note_next(store: Store, runners: Iterable[Runner]) -> None:
    """Keep when their profiles are swept next, for `quietfeed status`: where that changed, and all at once."""
    moved = {runner: at for runner in runners if (at := runner.moved())}
    with suppress(StoreError):  # what is wrong with it the next sweep tells
        state.note_next(store, {runner.profile.name: at for runner, at in moved.items()})
        for runner, at in moved.items():
            runner.noted = at
