"""The queue of a fleet: one job a profile, put there anew when it is done. A job holds nothing but the name."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from bot.fleet.tables import Tables

QUEUE, SWEEP = "quietfeed", "sweep"
STALLED = 30.0
"""Seconds without a sign of life after which a worker counts as dead; it gives one every ten."""
WAITING = "SELECT lock, status::text AS status, scheduled_at, attempts FROM procrastinate_jobs WHERE queue_name = %s"
MISSING = """
SELECT name FROM fleet_profiles WHERE paused IS NULL AND NOT EXISTS (
    SELECT FROM procrastinate_jobs WHERE lock = 'profile ' || name AND status IN ('todo', 'doing')
) ORDER BY name"""
WORKERS = "SELECT last_heartbeat FROM procrastinate_workers ORDER BY id"


def lock_of(name: str) -> str:
    """By what no two jobs of a profile run at once, nor wait at once."""
    return f"profile {name}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a profile's job stands."""

    at_work: bool
    at: datetime | None
    """When it is due; None at once."""
    failures: int
    """How often it failed, or was cut off, since it last went well."""


class Queue:
    """The jobs as whoever is no worker sees them. Every method raises StoreError where the database fails."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.app = App(connector=tables.connector)

    def put(self, name: str, at: datetime | None = None) -> None:
        """Let a profile be swept at that time; where it waits already, that stands."""
        lock = lock_of(name)
        job = self.app.configure_task(SWEEP, queue=QUEUE, lock=lock, queueing_lock=lock, schedule_at=at)
        with self.tables.faults_explained(), suppress(AlreadyEnqueued):
            job.defer(profile=name)

    def put_now(self, name: str) -> None:
        """Let it be swept at once, whatever it waits for."""
        self.take_out(name)
        self.put(name)

    def take_out(self, name: str) -> None:
        """Let it not be swept any more; a sweep that runs ends by itself."""
        with self.tables.faults_explained():
            for job in self.app.job_manager.list_jobs(queueing_lock=lock_of(name), status="todo"):
                assert job.id is not None  # noqa: S101  it comes from the table
                self.app.job_manager.cancel_job_by_id(job.id, delete_job=True)

    def places(self) -> dict[str, Place]:
        """Where the job of each profile stands, by its name; one that runs comes first."""
        with self.tables.changing() as database:
            rows = database.execute(f"{WAITING} AND status IN ('todo', 'doing')", (QUEUE,)).fetchall()
        found = {row["lock"]: row for row in sorted(rows, key=lambda row: str(row["status"]), reverse=True)}
        return {
            lock.removeprefix(lock_of("")): Place(row["status"] == "doing", row["scheduled_at"], row["attempts"])
            for lock, row in found.items()
        }

    def missing(self) -> list[str]:
        """Profiles that are not paused and wait for nothing, as a crash may leave them."""
        with self.tables.changing() as database:
            return [str(row["name"]) for row in database.execute(MISSING)]

    def workers(self, now: datetime) -> tuple[int, int]:
        """How many workers give signs of life, and how many gave none lately."""
        with self.tables.changing() as database:
            seen = [row["last_heartbeat"] for row in database.execute(WORKERS)]
        silent = sum(at < now - timedelta(seconds=STALLED) for at in seen)
        return len(seen) - silent, silent


def again_after_death(job: Job) -> datetime:
    """When a job is taken up whose worker died: at once, but where that happened before, later each time, lest what
    killed it kill one worker after the other."""
    now = datetime.now(UTC)
    return now + timedelta(minutes=min(2**job.attempts, 360)) if job.attempts else now
