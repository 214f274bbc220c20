"""A worker: takes the fleet's jobs, some at once, until it is told to end; then it ends or hands back what it is at."""

import asyncio
import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ProcrastinateException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.retry import BaseRetryStrategy

from bot.errors import UserError
from bot.fleet.counts import Counts
from bot.fleet.queue import QUEUE, STALLED, SWEEP, Queue, again_after_death
from bot.fleet.rounds import Again, Rounds
from bot.fleet.tables import NAME, Tables
from bot.logs import event
from bot.service import systemd
from bot.store import StoreError, StoreNewer

TEND = 10.0
"""Seconds between two looks for jobs of workers that died, and for profiles that have none; and between two words to
the other workers of what was asked of servers."""
HEALTH = 300.0
"""Seconds between two lines of health in the log."""
AT_HAND = 6.0
"""Seconds that sweeps get to end by themselves after SIGTERM, before they are stopped where they next wait."""
LAST_RESORT, CUT_OFF = 8.0, 9.5
"""Seconds after which what still hangs is handed back and the process ends, and after which it ends though the database
does not answer: the others miss it then. Hosts kill after 10 to 30."""
LONGEST_REST = 60.0
"""Seconds at most between two tries to reach a database that is away."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)
"""After a fault that no sweep told of; twice as long each time."""


class AsSaid(BaseRetryStrategy):
    """A job that failed is taken up again when its round said."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When; None for what is no round's doing."""
        return RetryDecision(retry_at=exception.at) if isinstance(exception, Again) else None


class Worker:
    """The process of `quietfeed worker`. `stop` ends every wait of the rounds."""

    def __init__(self, tables: Tables, queue: Queue, rounds: Rounds, at_once: int, stop: threading.Event) -> None:
        self.queue, self.rounds, self.at_once, self.stop = queue, rounds, at_once, stop
        self.connector = PsycopgConnector(
            conninfo=tables.conninfo, min_size=1, max_size=3, kwargs={"application_name": NAME}
        )
        self.app = App(connector=self.connector)
        self.app.task(name=SWEEP, queue=QUEUE, pass_context=True, retry=AsSaid())(self.sweep)
        self.at_work: dict[str, Job] = {}
        self.counts = Counts()
        self.over = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.outdated: StoreNewer | None = None
        self.run_task: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises StoreNewer where a newer worker brought the tables up to date."""
        asyncio.run(self._work())
        if self.outdated:
            raise self.outdated

    def sweep(self, context: JobContext, profile: str) -> None:
        """One job, in a thread of its own. Raises Again."""
        job = context.job
        self.counts.begin(job.scheduled_at, datetime.now(UTC))
        self.at_work[profile] = job
        try:
            self.rounds.round(profile, job.attempts)
        except Again as again:
            self.counts.again()
            event("to be taken up again", profile=profile, why=again, at=f"{again.at:%Y-%m-%dT%H:%M:%SZ}")
            raise
        except StoreNewer as fault:
            self.outdated = fault
            if self.loop:
                self.loop.call_soon_threadsafe(self._end)
            raise Again(datetime.now(UTC), "this worker is too old") from None
        except Exception as fault:  # noqa: BLE001  whatever it is, it must not cost the other profiles
            self.counts.again()
            at = datetime.now(UTC) + min(FIRST_PAUSE * 2 ** min(job.attempts, 10), LONGEST_PAUSE)
            known = str(fault) if isinstance(fault, UserError) else None
            level = logging.WARNING if known else logging.ERROR
            broken, again_at = None if known else fault, f"{at:%Y-%m-%dT%H:%MZ}"
            event("sweep broke", level, exc_info=broken, profile=profile, fault=known, again=again_at)
            raise Again(at, "a fault") from None
        finally:
            self.at_work.pop(profile, None)

    async def _work(self) -> None:
        self.loop = loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.at_once + 1, "sweep"))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        event("worker started", at_once=self.at_once)
        systemd.notify("READY=1")
        beside = [asyncio.create_task(work) for work in (self._tend(), self._tell_health(), self._beat())]
        await self._take_jobs()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        event("worker stopped", **self.counts.told())

    async def _take_jobs(self) -> None:
        """Let procrastinate fetch and run them; begun anew where the database was away for a while."""
        rest = 1.0
        while not self.over.is_set():
            self.run_task = asyncio.create_task(self._fetch())
            try:
                await self.run_task
                rest = 1.0
            except asyncio.CancelledError:
                break
            except (ProcrastinateException, OSError) as fault:
                event("the fleet's database is away", logging.WARNING, fault=type(fault).__name__, again_in=rest)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), rest)
            rest = min(rest * 2, LONGEST_REST)

    async def _fetch(self) -> None:
        async with self.app.open_async():
            await self.app.run_worker_async(
                queues=[QUEUE],
                concurrency=self.at_once,
                delete_jobs="always",
                install_signal_handlers=False,
                stalled_worker_timeout=STALLED,
            )

    async def _tend(self) -> None:
        """Look again and again for what dead workers left, for profiles that wait for nothing, and for what the other
        workers of this machine ask."""
        while True:
            with suppress(ProcrastinateException, StoreError):  # told where jobs are fetched
                await asyncio.to_thread(self.rounds.sharing.exchange)
                await self._take_up_the_stalled()
                for name in await asyncio.to_thread(self.queue.missing):
                    await asyncio.to_thread(self.queue.put, name)
            await asyncio.sleep(TEND)

    async def _take_up_the_stalled(self) -> None:
        manager = self.app.job_manager
        for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED):
            name = str(job.task_kwargs.get("profile"))
            event("its worker died", logging.WARNING, profile=name)
            try:
                await manager.retry_job(job, retry_at=again_after_death(job))
            except UniqueViolation:  # its next turn waits already
                with suppress(ProcrastinateException):
                    await manager.finish_job(job, Status.FAILED, delete_job=True)
            except ProcrastinateException:  # another worker was quicker
                pass
        await manager.prune_stalled_workers(STALLED)

    async def _tell_health(self) -> None:
        while True:
            await asyncio.sleep(HEALTH)
            event("worker well", at_work=len(self.at_work), **self.counts.told(afresh=True))

    async def _beat(self) -> None:
        """Signs of life for systemd, from the loop that fetches the jobs."""
        interval = systemd.watchdog_interval()
        while interval:
            systemd.notify("WATCHDOG=1")
            await asyncio.sleep(interval)

    def _end(self) -> None:
        """Take no further job; what runs ends, is stopped, or is handed back."""
        if self.over.is_set():
            return
        self.over.set()
        systemd.notify("STOPPING=1")
        loop = asyncio.get_running_loop()
        loop.call_later(AT_HAND, self.stop.set)
        loop.call_later(LAST_RESORT, lambda: asyncio.ensure_future(self._hand_back()))
        last = threading.Timer(CUT_OFF, self._cut_off)  # a thread of its own, since any other may hang by then
        last.daemon = True
        last.start()
        if self.run_task:
            self.run_task.cancel()

    async def _hand_back(self) -> None:
        """Let others take up at once what still runs, and end. Cutting it off is safe: a page and its cursor are stored
        together, and an action is planned before it is done."""
        for name, job in list(self.at_work.items()):
            with suppress(ProcrastinateException):
                await self.app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
            event("handed back", profile=name)
        self._cut_off()

    def _cut_off(self) -> None:
        event("worker cut off", **self.counts.told())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
