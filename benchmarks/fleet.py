"""A fleet of 1,000 owners, simulated: real workers on a real PostgreSQL, against servers that answer at once.

    python -m benchmarks.fleet [profiles [workers [seconds]]]

All are due at once, and swept for the first time, for as many `seconds` at most; whoever was swept is due at once
again; then they come at the rate of 1,000 profiles at ten-minute polls, for as long. Of the servers nothing is counted:
how long a sweep waits for real ones decides how many are to be done at the same time. Starts a PostgreSQL of its own,
and needs the extra `fleet`. Ctrl-C or SIGTERM ends it, and all that it started.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from statistics import median

from benchmarks.steady import Steady
from bot.clock import Clock, SystemClock
from bot.config import Profile
from bot.config.credentials import Credentials
from bot.fleet.keys import VARIABLE, keys, new_key
from bot.fleet.members import Members
from bot.fleet.queue import Queue
from bot.fleet.rounds import Rounds, World
from bot.fleet.tables import Tables
from bot.fleet.worker import Worker
from bot.platforms.base import Platform
from bot.platforms.budget import Asked
from bot.platforms.network import Network
from bot.service.ways import NOBODY
from bot.store import open_store
from tests.servers.postgres import Server

PROFILES, WORKERS, SECONDS = 1000, 4, 120
AT_ONCE, PEOPLE, EVERY = 4, 60, 600.0
WAITED = 5.0
"""Seconds that a sweep is taken to wait for its server."""
say = partial(print, flush=True)
TICKS = os.sysconf("SC_CLK_TCK")
CONFIG = """\
profiles: [{{name: {name}, platform: memory, report_via: file}}]
sweep: {{every: 10m, jitter: 30s}}
report: {{at: "00:00", timezone: UTC}}
"""
NOTED = """
CREATE TABLE lateness (late DOUBLE PRECISION);
CREATE FUNCTION note_lateness() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO lateness VALUES (extract(epoch FROM clock_timestamp() - NEW.scheduled_at)); RETURN NEW; END $$;
CREATE TRIGGER note_lateness AFTER UPDATE OF status ON procrastinate_jobs FOR EACH ROW
WHEN (NEW.status = 'doing' AND NEW.scheduled_at IS NOT NULL) EXECUTE FUNCTION note_lateness()"""
"""A finished job is gone: what is to be known of it is noted as it begins."""

SPREAD = """
UPDATE procrastinate_jobs SET scheduled_at = now() + turn * interval '{each} seconds'
FROM (SELECT 'profile ' || profile AS name, row_number() OVER () AS turn FROM (SELECT DISTINCT profile FROM sweeps) s) t
WHERE lock = name AND status = 'todo'"""


def work() -> None:
    """One worker: the real one, but for the networks, which are in its memory."""
    url, folder = os.environ["DATABASE_URL"], Path(os.environ["QUIETFEED_STATE_DIR"])
    tables, stop = Tables(url, connections=AT_ONCE + 1), threading.Event()
    members, queue = Members(tables), Queue(tables)
    rounds = Rounds(url, members, queue, keys(os.environ), World(_connect, lambda _: NOBODY, folder, SystemClock(stop)))
    tables.open()
    Worker(tables, queue, rounds, AT_ONCE, stop).run()


def _connect(profile: Profile, _: Credentials, clock: Clock, __: Asked) -> Platform:
    return _server(profile.name, clock)


@cache
def _server(name: str, clock: Clock) -> Steady:
    """The network of one owner: as long as the worker lives, so that posts are new each time."""
    network = Network(clock)
    network.join("owner@quiet.test")
    server = Steady(network, [network.join(f"somebody{number}@town.test") for number in range(PEOPLE)])
    server.number = int(time.time() * 1000) % 10**9  # another worker had other posts
    return server


@dataclass
class Process:
    """What one has used, by the system's count."""

    pid: int

    def _stat(self) -> list[str]:
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()

    @property
    def cpu(self) -> float:
        """Seconds of itself and of its children that have ended; none where it has ended itself meanwhile."""
        try:
            return sum(map(int, self._stat()[11:15])) / TICKS
        except FileNotFoundError:
            return 0.0

    @property
    def most(self) -> int:
        """The most memory that it had, in MB."""
        return int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())[0]) // 1024

    def children(self) -> list["Process"]:
        """Those that run."""
        found = subprocess.run(["pgrep", "-P", str(self.pid)], capture_output=True, text=True, check=False)
        return [Process(int(pid)) for pid in found.stdout.split()]


class Fleet:
    """A database, its profiles, and workers."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.name = server, server.fresh()
        self.url = server.address(self.name)
        os.environ |= {"DATABASE_URL": self.url, VARIABLE: new_key(), "QUIETFEED_STATE_DIR": str(folder)}
        open_store(self.url, exclusive=False).close()  # its tables are there from now on
        self.tables = Tables(self.url)
        self.tables.open()
        self.members, self.queue = Members(self.tables), Queue(self.tables)
        self.workers: list[subprocess.Popen[bytes]] = []
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        self.postmaster = Process(pid)

    def fill(self, profiles: int) -> None:
        """Take up so many owners."""
        held = keys(os.environ)
        for number in range(profiles):
            name = f"owner{number:04d}"
            self.members.add(name, CONFIG.format(name=name), held.seal(name, {name: {}}))
            self.queue.put(name)

    def start(self, workers: int) -> None:
        """Start so many."""
        command = [sys.executable, "-m", "benchmarks.fleet", "--work"]
        for _ in range(workers):
            self.workers.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))

    def cpu(self) -> tuple[float, float]:
        """Seconds of all workers, and of the database."""
        database = self.postmaster.cpu + sum(child.cpu for child in self.postmaster.children())
        return sum(Process(worker.pid).cpu for worker in self.workers), database

    def swept(self) -> int:
        """Sweeps that came to an end."""
        return int(self.server.do("SELECT count(*) FROM sweeps WHERE payload LIKE '%ended%'", self.name)[0][0])

    def until(self, sweeps: int, seconds: float) -> None:
        """Wait until there are so many, but no longer than so."""
        patience = time.monotonic() + seconds
        while self.swept() < sweeps and time.monotonic() < patience:
            assert all(worker.poll() is None for worker in self.workers), "a worker ended"
            time.sleep(0.5)

    def rest(self) -> None:
        """Let nobody be due, and wait until nobody is swept."""
        self.server.do("UPDATE procrastinate_jobs SET scheduled_at = 'infinity' WHERE status = 'todo'", self.name)
        while self.server.do("SELECT FROM procrastinate_jobs WHERE status = 'doing'", self.name):
            time.sleep(0.2)
        self.server.do("UPDATE procrastinate_jobs SET scheduled_at = 'infinity' WHERE status = 'todo'", self.name)

    def spread(self, each: float) -> int:
        """Let all that were swept be due, one every so many seconds; how many they are."""
        self.server.do(SPREAD.format(each=each), self.name)
        return int(self.server.do("SELECT count(DISTINCT profile) FROM sweeps", self.name)[0][0])

    def size(self) -> int:
        """Bytes of the database."""
        return int(self.server.do("SELECT pg_database_size(current_database())", self.name)[0][0])

    def end(self) -> None:
        """Stop the workers that were started."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()
        self.tables.close()


@contextmanager
def told(fleet: Fleet, what: str) -> Iterator[None]:
    """Print what a part came to."""
    before, began, used = fleet.swept(), time.monotonic(), fleet.cpu()
    yield
    many, took, now = fleet.swept() - before, time.monotonic() - began, fleet.cpu()
    ours, database = ((now[place] - used[place]) * 1000 / max(many, 1) for place in (0, 1))
    rate, cores = f"{many / took:5.1f} a second", [(now[place] - used[place]) / took for place in (0, 1)]
    say(
        f"  {what:24} {many:5} sweeps, {rate}; each {ours:4.0f} ms of CPU, and {database:4.0f} ms of the database's: "
        f"{cores[0]:.2f} and {cores[1]:.2f} cores"
    )


def main(profiles: int, workers: int, seconds: int) -> int:
    """Print the figures."""
    for number in (signal.SIGINT, signal.SIGTERM):  # in the background a shell makes it deaf to the first
        signal.signal(number, signal.default_int_handler)
    say(f"{profiles:,} profiles of {PEOPLE} accounts, {workers} workers of {AT_ONCE} sweeps at once")
    try:
        with tempfile.TemporaryDirectory(prefix="quietfeed-bench-") as folder, ExitStack() as stack:
            server = Server(["max_connections=200"])
            stack.callback(server.remove)
            _measured(Fleet(server.start(), Path(folder)), profiles, workers, seconds)
    except KeyboardInterrupt:
        say("  interrupted")
        return 130
    return 0


def _measured(fleet: Fleet, profiles: int, workers: int, seconds: int) -> None:
    try:
        fleet.fill(profiles)
        fleet.start(workers)
        with told(fleet, "first sweeps, all due"):
            fleet.until(profiles, seconds)
            fleet.rest()
        empty, before, began = fleet.size(), fleet.swept(), fleet.cpu()[0]
        with told(fleet, "later ones, all due"):
            fleet.until(before + fleet.spread(0), seconds)
            fleet.rest()
        many = max(fleet.swept() - before, 1)
        used, grown = fleet.cpu()[0] - began, (fleet.size() - empty) / many / 1024
        late = _lateness(fleet, seconds)
        say(f"  memory of a worker       {max(Process(worker.pid).most for worker in fleet.workers)} MB at most")
        say(f"  database                 {fleet.size() / 1e6:.0f} MB, {grown:.1f} KB more a sweep")
        if late:
            most, middle = max(late), median(late)
            say(f"  late, at ten-minute polls  {middle:.1f} s in the middle, {most:.1f} s at most ({len(late)} sweeps)")
        say(f"  {_wanted(used / many)}")
    finally:
        fleet.end()


def _lateness(fleet: Fleet, seconds: int) -> list[float]:
    """How late sweeps began that were due within so many seconds, at the rate of their lives."""
    late: list[float] = []
    fleet.server.do(NOTED, fleet.name)
    with told(fleet, "one every 0.6 s"):
        fleet.spread(EVERY / 1000)
        time.sleep(seconds)
        late += [float(row[0]) for row in fleet.server.do("SELECT late FROM lateness", fleet.name)]
    return late


def _wanted(cpu: float) -> str:
    """How many workers 1,000 profiles need at ten-minute polls."""
    rate = 1000 / EVERY
    at_once = rate * (cpu + WAITED)
    return (
        f"1,000 profiles at ten-minute polls are {rate:.2f} sweeps a second: {rate * cpu:.2f} cores, and where each "
        f"waits {WAITED:.0f} s for its server, {at_once:.0f} at once, which are {-(-at_once // 8):.0f} workers of 8"
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["--work"]:
        work()
    else:
        given = [int(word) for word in sys.argv[1:]]
        sys.exit(main(*(given + [PROFILES, WORKERS, SECONDS][len(given) :])))
