"""The daemon: sweeps on schedule, the report at the owner's local time, signals, and an end within seconds."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor as OneByOne
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock, SystemClock
from bot.config import Config, Profile
from bot.errors import Stopped, UserError
from bot.logs import event
from bot.model import SweepRecord
from bot.report.health import Ailment, Level
from bot.service import state, systemd
from bot.service.config_watch import ConfigWatch
from bot.service.ending import GRACE, Ending, leave
from bot.service.places import Waiting, next_to_begin
from bot.service.runner import LOOK, Connect, LoginMark, Runner, note_next
from bot.service.turns import ClockWatch, Turn, spread
from bot.service.ways import NOBODY, Reach
from bot.store import Store, StoreError, StoreGone

if TYPE_CHECKING:
    from bot.service.metrics_page import MetricsPage

TICK = 1.0
"""Seconds between two looks at whose turn it is, at least; what is asked for in between is noticed within them."""
REST = 5.0
"""Seconds between two looks where no turn comes before: each wakes the machine, and a day has many. No wait is longer,
so none can be wrong for long."""
LATE = 2.0
"""Seconds by which a look may come late before the scheduler is woken: the clock was set back under it."""
STILL = 60.0
"""Seconds without a look after which something holds it up for good."""
LOOK_ROUND = "look round"
"""Id of the scheduler's job."""
PLACES = 16
"""Profiles at work at once, at most, each in a thread, which is made when it is needed; shared as `places` says."""


class Daemon:
    """Everything that `quietfeed run` does. `load` reads the config again; it raises UserError on a fault.

    The scheduler looks whose turn it is when the next one comes, and every REST; the work is done by `pool`. Turns are
    counted by what nobody can set (`turns`): APScheduler reckons by the wall clock, and one that is set back by a day
    would put off every job by a day. The sign of life that systemd gets comes from the same look, so that it stops
    where the sweeps would.
    """

    def __init__(
        self,
        load: Callable[[], Config],
        connect: Connect,
        store: Store,
        folder: Path,
        login_mark: LoginMark = lambda _: "",
        clock: Clock | None = None,
        pool: Executor | None = None,
        reach: Reach = NOBODY,
    ) -> None:
        self.connect, self.store, self.folder = connect, store, folder
        self.login_mark, self.reach = login_mark, reach
        self.ending = Ending()
        self.clock = clock or SystemClock(self.ending.stop)
        self.watch = ConfigWatch(load, store, self.clock)
        self.pool = pool or ThreadPoolExecutor(PLACES, "sweep")
        self.scheduler = _scheduler()
        self.looked = self.clock.steady()
        self.next_look = self.looked
        """When the last look round was, and when the next one is to be, by the steady count."""
        self.runners: list[Runner] = []
        self.leaving: list[Runner] = []
        self.working: dict[Runner, Future[None]] = {}
        self.lost: StoreGone | None = None
        self.clock_watch = ClockWatch(self.clock)
        self.page: MetricsPage | None = None
        beat = systemd.watchdog_interval()
        self.beating = Turn(self.clock, timedelta(seconds=beat)) if beat else None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises UserError where the config cannot be worked by, StoreGone where the
        store is not there any more."""
        config = self.watch.read()
        self.ending.listen()
        self.take_up(config)
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
        if self.lost is not None:
            raise self.lost

    def take_up(self, config: Config) -> None:
        """Schedule the profiles of a config in place of those before."""
        running = {runner.profile.name: runner for runner in self.runners}
        waits = {profile.name: self.first_wait(profile, config) for profile in config.chosen()}
        at_once = dict.fromkeys(waits, timedelta())
        first, later = spread(waits, config.sweep.every), spread(at_once, config.sweep.every)
        looks = spread(at_once, LOOK)
        self.runners = [self.runner(profile, config, running.pop(profile.name, None)) for profile in config.profiles]
        for runner in self.runners:
            name = runner.profile.name
            runner.turn = Turn(self.clock, config.sweep.every, config.sweep.jitter, first[name])
            runner.looking, runner.later = Turn(self.clock, LOOK, after=looks[name]), later[name]
        note_next(self.store, self.runners)
        self.leaving = [runner for runner in (*self.leaving, *running.values()) if not runner.leave()]
        self.watch.take_up(config)
        self.serve_metrics(config)
        self.working = {runner: work for runner, work in self.working.items() if not work.done()}

    def serve_metrics(self, config: Config) -> None:
        """Let monitors ask where the config says, if it does, and tell them of what it names."""
        if self.page and self.page.listen != config.metrics.listen:
            self.page.close()
            self.page = None
        if self.page:
            self.page.monitored.config = config
        elif config.metrics.listen:
            from bot.service.metrics_page import MetricsPage, Monitored

            monitored = Monitored(self.store, config, self.clock, self.ailments, self.not_begun)
            self.page = MetricsPage(monitored, config.metrics.listen)

    def ailments(self) -> Iterator[Ailment]:
        """What ails the daemon itself."""
        if self.clock.steady() - self.looked > STILL:
            yield Ailment(Level.CRITICAL, "the daemon stands still: restart it")

    def not_begun(self) -> dict[str, int]:
        """How many sweeps of each profile could not even begin."""
        return {runner.profile.name: runner.not_begun for runner in self.runners}

    def runner(self, profile: Profile, config: Config, running: Runner | None) -> Runner:
        """The runner of a profile: the one that runs already, or a new one."""
        if running is None:
            return Runner(
                profile, config, self.connect, self.store, self.clock, self.folder, self.login_mark, self.reach
            )
        running.adopt(profile, config)
        return running

    def first_wait(self, profile: Profile, config: Config) -> timedelta:
        """How long until a profile is swept first: not at all if that is overdue, else until an interval has passed
        since the last sweep that came to an end, and never longer than an interval, whatever the clock said then."""
        now, every = self.clock.now(), config.sweep.every
        if any(runner.profile.name == profile.name and self.is_working(runner) for runner in self.runners):
            return every
        last = last_whole(self.store.sweeps(profile.name, since=now - every))
        return timedelta() if last is None else min(last + every - now, every)

    def attend(self) -> None:
        """Let whatever has its turn begin, until the end is asked for or nothing can be kept any more."""
        self.scheduler.add_job(
            self.look_and_rest, "interval", seconds=REST, id=LOOK_ROUND, next_run_time=datetime.now(UTC)
        )
        self.scheduler.start()
        with suppress(Stopped):
            while self.lost is None:
                self.clock.wait(TICK)
                if self.ending.reload_asked.is_set() or self.clock.steady() > self.next_look + LATE:
                    self.scheduler.modify_job(LOOK_ROUND, next_run_time=datetime.now(UTC))
        self.scheduler.shutdown(wait=False)

    def look_and_rest(self) -> None:
        """One look, and the next one when it is needed."""
        self.look_round()
        rest = self.rest()
        self.next_look = self.clock.steady() + rest
        with suppress(JobLookupError):  # the end came meanwhile, and nobody looks any more
            self.scheduler.modify_job(LOOK_ROUND, next_run_time=datetime.now(UTC) + timedelta(seconds=rest))

    def rest(self) -> float:
        """Seconds until the next look: when the next turn comes, but not sooner than TICK or later than REST; TICK
        where a saved config waits to be read."""
        if self.watch.settling:
            return TICK
        turns = [turn for runner in self.runners for turn in (runner.turn, runner.looking)]
        coming = min((turn.came for turn in (*turns, *filter(None, [self.beating]))), default=inf)
        return min(max(coming - self.clock.steady(), TICK), REST)

    def look_round(self) -> None:
        """One look: at the clock, at what was asked for, at whose turn it is."""
        self.looked = self.clock.steady()
        by = self.clock_watch.jump()
        if by is not None:
            self.tell_jump(by)
        if self.ending.reload_asked.is_set() or self.watch.is_due():
            self.ending.reload_asked.clear()
            self.reload()
        self.begin_next()
        if self.beating and self.beating.has_come():
            self.beating.move_on()
            systemd.notify("WATCHDOG=1")

    def is_working(self, runner: Runner) -> bool:
        """Whether it is still at what it began."""
        begun = self.working.get(runner)
        return begun is not None and not begun.done()

    def begin_next(self) -> None:
        """Let those who wait longest do what their turn has come for, as far as there are places."""
        at_work = {runner.profile.name: runner.profile.host for runner in self.working if self.is_working(runner)}
        idle = {runner.profile.name: runner for runner in self.runners if runner.profile.name not in at_work}
        due = ((runner, runner.due()) for runner in idle.values())
        waiting = [Waiting(r.profile.name, r.profile.host, since) for r, since in due if since is not None]
        for one in next_to_begin(waiting, at_work.values(), PLACES):
            self.begin(idle[one.profile])

    def begin(self, runner: Runner) -> None:
        """Let a runner do what its turn has come for."""
        try:
            begun = self.pool.submit(runner.sweep if runner.turn.has_come() else runner.look_up)
        except RuntimeError:
            if not self.ending.stop.is_set():  # else the end came meanwhile
                raise
        else:
            self.working[runner] = begun
            begun.add_done_callback(self.ended)

    def ended(self, work: "Future[None]") -> None:
        """Notice what no runner could deal with."""
        broken = None if work.cancelled() else work.exception()
        if isinstance(broken, StoreGone):
            self.lost = broken
        elif broken is not None:
            event("job broke", logging.ERROR, exc_info=broken)

    def tell_jump(self, by: timedelta) -> None:
        """Somebody set the clock. Sweeps and pauses go on as they were; what hangs on dates goes by the new one."""
        back = "back" if by < timedelta() else "forward"
        event(f"the clock was set {back}", logging.WARNING, by=abs(by), sweeps="go on as they were")
        with suppress(StoreError):
            state.note_jump(self.store, by, self.clock.now())
            note_next(self.store, self.runners)

    def reload(self) -> None:
        """Read the config again; on a fault the last good one stays in force."""
        systemd.reloading()
        try:
            self.take_up(self.watch.read())
        except UserError as fault:
            self.watch.refuse(fault, [runner.profile.name for runner in self.runners])
        systemd.notify("READY=1")

    def end(self) -> None:
        """Let running rounds end within GRACE; whatever still waits for a server then is cut off.

        Cutting off is safe: a page and its cursor are stored together, and an action is planned before it is done.
        """
        systemd.notify("STOPPING=1")
        self.ending.stop.set()
        self.pool.shutdown(wait=False, cancel_futures=True)
        everybody = [*self.runners, *self.leaving]
        deadline = time.monotonic() + GRACE
        clean = all(runner.idle_by(deadline) for runner in everybody)
        with suppress(StoreError):
            state.note_next(self.store, {runner.profile.name: None for runner in self.runners})
        event("stopped", clean=clean, fault=self.lost)
        if not clean:
            leave(1 if self.lost else 0)
        for runner in everybody:
            runner.close()


def _scheduler() -> BackgroundScheduler:
    """In UTC, with one thread, and nothing is made up for: a look that comes late is one look."""
    quiet = logging.getLogger("quietfeed.schedule")
    quiet.setLevel(logging.WARNING)
    scheduler = BackgroundScheduler(
        timezone=UTC,
        logger=quiet,
        executors={"default": OneByOne(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_listener(_look_broke, EVENT_JOB_ERROR)
    return scheduler


def _look_broke(broken: JobExecutionEvent) -> None:
    event("look round broke", logging.ERROR, fault=f"{type(broken.exception).__name__}: {broken.exception}")


def last_whole(sweeps: Iterable[SweepRecord]) -> datetime | None:
    """When the last of the sweeps (oldest first) began that came to an end, be it a fault. One that was broken off is
    to be made good at once; only what died in a sweep twice waits, lest the third try kills it again."""
    whole, died = [], []
    for sweep in sweeps:
        if sweep.ended is None:
            died.append(sweep.started)
        elif not sweep.cut_off:
            whole.append(sweep.started)
    return max((*whole, *died[1:]), default=None)
