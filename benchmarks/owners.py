"""Many owners in one process: `quietfeed run` against stub servers over HTTP, with and without bad servers among them.

    python -m benchmarks.owners [profiles [seconds between two sweeps [rounds]]]

Half of the profiles are on Mastodon, half on Bluesky. Then a fifth of them is on two servers of their own: one takes
SLOW seconds for each answer, one takes connections and never answers. Of each server it is told how late sweeps begin,
by the time that the daemon names for the next one to `quietfeed status`: once everybody on the good servers was swept
twice, by when what a first sweep reads of the past is read. `taskset -c 0` before it keeps all of it to one core, the
servers too.
"""

import os
import re
import socket
import sys
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.made import bluesky, mastodon
from benchmarks.made.people import Item, timeline
from benchmarks.made.program import Daemon, Owner
from bot.service.state import next_sweep
from bot.store import Store, open_store
from tests.servers import bluesky_stub
from tests.servers.mastodon_stub import Stub

PROFILES, SECONDS, ROUNDS = 100, 120, 3
SLOW = 3.0
"""Seconds that the slow server takes for each answer."""
ACCOUNTS, ITEMS, DURING = 60, 400, timedelta(days=3)
NEW = 10
"""Posts that are new at each sweep."""
FOREVER = 10**9
EARLY = timedelta(seconds=2)
"""By so much the time that is named may be off: it is noted again only where it changed by more."""
PATIENCE = 3600.0
"""Seconds within which everybody must be swept twice."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class World:
    """The servers, and who is on which: names of profiles by the name of their server."""

    owner: Owner
    toots: mastodon.Crowd
    skies: bluesky.Crowd
    stubs: Sequence[Stub]
    on: dict[str, list[str]]

    def add(self, server: str, address: str) -> None:
        """One more profile."""
        number = sum(map(len, self.on.values()))
        name = f"owner{number:03d}"
        self.on.setdefault(server, []).append(name)
        on_bluesky = server == "bluesky"
        handle = f", handle: {bluesky_stub.HANDLE}, report_via: file" if on_bluesky else ""
        platform = "bluesky" if on_bluesky else "mastodon"
        self.owner.profiles.append(f"  - {{name: {name}, platform: {platform}, server: '{address}'{handle}}}")
        secret = ("APP_PASSWORD", bluesky_stub.PASSWORD) if on_bluesky else ("TOKEN", self.toots.network.token)
        self.owner.environ[f"QUIETFEED_{name.upper()}_{secret[0]}"] = secret[1]

    def say(self, item: Item) -> None:
        """Let it happen on both networks."""
        self.toots.say(item)
        self.skies.say(item)

    def requests(self) -> int:
        """Asked of the servers that answer, so far."""
        return sum(len(stub.log) for stub in self.stubs) + self.skies.stub.asked.total()


@contextmanager
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=1000)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def world(profiles: int, *, bad: bool, items: int = ITEMS) -> Iterator[World]:
    """So many owners, with so much on their timelines; a fifth of them on bad servers, where there are any."""
    toots = mastodon.Crowd(ACCOUNTS)
    toots.network.missing.add("limits")  # all share one login there, which would come up against them
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="quietfeed-bench-")))
        well, slow = (stack.enter_context(Stub(toots.network)) for _ in range(2))
        slow.fault("slow", times=FOREVER, number=SLOW)
        skies = stack.enter_context(bluesky_stub.serving())
        session = skies.new_session()
        skies.new_session = lambda: session  # type: ignore[method-assign]  # all of them are logged in at once
        made = World(Owner(folder), toots, bluesky.Crowd(skies), (well, slow), {})
        addresses = {"mastodon": well.url, "bluesky": skies.url}
        addresses |= {"slow": slow.url, "silent": stack.enter_context(silent())} if bad else {}
        for number in range(profiles):
            kinds = ("mastodon", "bluesky")
            server = ("slow", "silent")[number // 5 % 2] if bad and number % 5 == 4 else kinds[number % 2]
            made.add(server, addresses[server])
        for item in timeline(ACCOUNTS, items, datetime.now(UTC), DURING):
            made.say(item)
        yield made


@contextmanager
def talking(made: World, every: float) -> Iterator[None]:
    """New posts all the time."""
    stop = threading.Event()

    def talk() -> None:
        for item in coming():
            if stop.wait(every / NEW):
                return
            made.say(item)

    talker = threading.Thread(target=talk)
    talker.start()
    try:
        yield
    finally:
        stop.set()
        talker.join()


def coming() -> Iterator[Item]:
    """What is posted from now on, without end."""
    seed = 2
    while True:
        for item in timeline(ACCOUNTS, 100, datetime.now(UTC), DURING, seed):
            yield replace(item, number=item.number + seed * 10_000, at=datetime.now(UTC))
        seed += 1


def status(daemon: Daemon, line: str) -> int:
    """A number of /proc/PID/status."""
    return int(re.findall(rf"{line}:\s+(\d+)", Path(f"/proc/{daemon.process.pid}/status").read_text())[0])


def cpu(daemon: Daemon) -> float:
    """Seconds of CPU that the daemon used so far."""
    fields = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def looked_at(folder: Path) -> Iterator[Store]:
    """The daemon's store, beside it."""
    with closing(open_store(str(folder / "state" / "quietfeed.sqlite"), exclusive=False)) as store:
        yield store


def due(made: World) -> dict[str, datetime]:
    """When each profile is to be swept next."""
    with looked_at(made.owner.folder) as store:
        upcoming = {name: next_sweep(name, store) for names in made.on.values() for name in names}
    return {name: at for name, at in upcoming.items() if at is not None}


def begun(made: World) -> dict[str, list[datetime]]:
    """When the sweeps of each profile began."""
    with looked_at(made.owner.folder) as store:
        return {name: [sweep.started for sweep in store.sweeps(name)] for names in made.on.values() for name in names}


def late(times: Sequence[datetime], first: datetime, every: float, until: datetime) -> list[float]:
    """By how many seconds each sweep began late that was due until then, the first of them at `first`. What did not
    begin is as late by the end as it is; what began up to EARLY before, as both are told apart, was in time."""
    found, at = [], first
    while at <= until:
        place = bisect_left(times, at - EARLY)
        found.append(max(0.0, ((times[place] if place < len(times) else until) - at).total_seconds()))
        at += timedelta(seconds=every)
    return found


def told(seconds: Sequence[float]) -> str:
    """The median, the 95th of a hundred and the worst."""
    if not seconds:
        return "none was due"
    most = sorted(seconds)
    return (
        f"late by {median(most):.1f} s, 95 in 100 by {most[ceil(0.95 * len(most)) - 1]:.1f} s, at most {most[-1]:.1f} s"
    )


def swept(log: str, times: int) -> set[str]:
    """The profiles that were swept so often."""
    return {name for name, often in Counter(re.findall(r" swept profile=(\w+)", log)).items() if often >= times}


def live(profiles: int, every: float, rounds: int, *, bad: bool) -> None:
    """Run them, and print how it went, from when everybody on the good servers was swept twice: a first sweep
    reads the past, and may have to wait for the limits that many share."""
    with world(profiles, bad=bad) as made, talking(made, every), made.owner.daemon(every=f"{every:g}s") as daemon:
        _await(daemon, lambda log: " started " in log)
        start, good = cpu(daemon), {*made.on["mastodon"], *made.on["bluesky"]}
        _await(daemon, lambda log: good <= swept(log, 1))
        looked = cpu(daemon) - start
        _await(daemon, lambda log: good <= swept(log, 2))
        first, asked_before, since, upcoming = cpu(daemon), made.requests(), datetime.now(UTC), due(made)
        time.sleep(rounds * every)
        until, used, asked = datetime.now(UTC), cpu(daemon) - first, made.requests() - asked_before
        times = begun(made)
        print(f"{profiles} profiles, a sweep of each every {every:g} s, {'with' if bad else 'without'} bad servers")
        print(f"  {start:.1f} s of CPU to start, {looked / len(good):.2f} s a first sweep")
        print(f"  {used / (until - since).total_seconds():.2%} of a core, {asked / rounds:.0f} requests a round")
        memory = f"{daemon.megabytes('VmRSS'):.0f} MB, at most {daemon.megabytes('VmHWM'):.0f}"
        print(f"  {memory}; {status(daemon, 'Threads')} threads")
        ending = time.monotonic()
        daemon.process.terminate()
        daemon.process.wait(20)
        print(f"  ended {time.monotonic() - ending:.1f} s after SIGTERM")
    for server, names in made.on.items():
        begins = sum(at >= since for name in names for at in times[name])
        seconds = [one for name in names for one in late(times[name], upcoming[name], every, until)]
        words = told(seconds) if server != "silent" else "they rest ever longer, as after faults"
        print(f"  {server:<10} {len(names):3d} profiles, {begins:3d} sweeps: {words}")


def _await(daemon: Daemon, has_come: Callable[[str], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not has_come(daemon.errors.read_text()):
        if time.monotonic() > deadline or daemon.process.poll() is not None:
            raise RuntimeError(f"the daemon did not get so far:\n{daemon.errors.read_text()[-2000:]}")
        time.sleep(0.5)


def main(profiles: int = PROFILES, every: float = SECONDS, rounds: int = ROUNDS) -> int:
    """Print the figures without bad servers and with them."""
    for bad in (False, True):
        live(profiles, every, rounds, bad=bad)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
