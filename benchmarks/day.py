"""CPU of a day: the daemon as `quietfeed run` runs it, at ten-minute polls, while its clock is put on from minute to
minute.

    python -m benchmarks.day [mastodon | bluesky …]

A process of its own is `quietfeed run` against stub servers over HTTP, with nothing of it changed but the clock. Some
days go by before in sweeps far apart, so that accounts are quieted already, for two days at a time. In the day that is
measured all comes that comes in any: 144 sweeps, a look each minute at what has its turn, the report with its page and
pictures (made by processes that this one starts; theirs counts too), answers, ends of what was done. What the clock is
put past, the looks between two minutes at whose turn it is, is measured for most of a real minute afterwards, and
counted for the whole day. Servers of other accounts are not asked: there are none.
"""

import resource
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from benchmarks.budget import ACCOUNTS, POSTS, SWEEPS, offers
from benchmarks.made import bluesky, mastodon
from benchmarks.made.people import Item, timeline
from benchmarks.made.program import Owner
from bot.clock import SystemClock
from bot.service import daemon
from bot.store import open_store
from tests.servers import bluesky_stub
from tests.servers.mastodon_stub import Stub

AIM = 0.1
"""Percent of a core."""
DAY, MINUTE, REST = timedelta(days=1), timedelta(minutes=1), timedelta(hours=3)
BEFORE = timedelta(days=5)
"""Before the day that is measured, in steps of REST."""
IDLE = 50
"""Real seconds in which nobody's turn comes."""
SETTINGS = """
dry_run: false
own_feed: {origin: false}
report: {at: '08:00', timezone: UTC}
limits: {first_days_dry: 0d, newly_followed: 0d, followed_share_per_week: 0.5, sudden_least: 1000}
rules:
  - name: only offers
    when: {own_posts: {at_least: 40}, link_share: {at_least: 0.95}}
    then: mute
    for: 2d
  - use: shipped
"""


class PutOn(SystemClock):
    """The machine's clock, put on by so many seconds in all: as for a machine that slept."""

    by = 0.0

    def now(self) -> datetime:
        """The present, UTC."""
        return super().now() + timedelta(seconds=self.by)

    def steady(self) -> float:
        """Seconds since the machine started."""
        return super().steady() + self.by

    def wait(self, seconds: float, what_for: str = "") -> None:
        """What is waited for in the midst of work, as a server's limit, is waited for by being put on."""
        if what_for:
            self.by += seconds
        else:
            super().wait(seconds)


class Led(daemon.Daemon):
    """The daemon, led through its day by lines on standard input: seconds by which the clock is put on. Answers each,
    once nothing is to be done any more, with the CPU that it and the processes that it started took so far, and by how
    much the clock was put on in all."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.put_on, self.one_look = PutOn(), threading.RLock()
        self.leader = threading.Thread(target=self.be_led, daemon=True)
        super().__init__(*given, **named, clock=self.put_on)
        self.put_on.stop = self.stop

    def look_round(self) -> None:
        """Look as ever, and be led from the first time on."""
        with self.one_look:
            super().look_round()
        if self.leader.ident is None:
            self.leader.start()

    def be_led(self) -> None:
        """Do what standard input says, to its end."""
        for line in sys.stdin:
            self.put_on.by += float(line)
            self.work_off()
            print(cpu(), self.put_on.by, flush=True)

    def work_off(self) -> None:
        """Look whose turn it is until it is nobody's."""
        self.look_round()
        while (working := any(map(self.is_working, self.runners))) or any(one.due() for one in self.runners):
            if working:
                time.sleep(0.005)
            else:
                self.look_round()


def cpu() -> float:
    """Seconds that this process used, and those that it started."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Crowd(Protocol):
    """A network's people."""

    def say(self, item: Item) -> object:
        """Let it happen."""


@dataclass
class Network:
    """A platform's stub server, whose clock is put on too where it has one."""

    owner: Owner
    crowd: Crowd
    server: Stub | None = None

    def put_on(self, by: timedelta) -> None:
        """Let it be so much later than it is."""
        if self.server:
            self.server.network.skew = by


@contextmanager
def network(platform: str) -> Iterator[Network]:
    """One login on a platform."""
    with ExitStack() as stack:
        owner = Owner(Path(stack.enter_context(TemporaryDirectory(prefix="quietfeed-bench-"))), settings=SETTINGS)
        if platform == "mastodon":
            crowd = mastodon.Crowd(ACCOUNTS)
            stub = stack.enter_context(Stub(crowd.network))
            owner.add_mastodon(stub)
            yield Network(owner, crowd, stub)
        else:
            skies = stack.enter_context(bluesky_stub.serving())
            owner.add_bluesky(skies)
            yield Network(owner, bluesky.Crowd(skies))


@dataclass
class Day:
    """A daemon that is led, and what will be posted."""

    network: Network
    process: "subprocess.Popen[str]"
    coming: deque[Item]
    by: timedelta = timedelta()
    """How much later it is for them than it is."""

    @property
    def now(self) -> datetime:
        """What the time is for them."""
        return datetime.now(UTC) + self.by

    def on(self, by: timedelta) -> float:
        """Let so much time pass, with what is posted in it; the daemon's CPU until then."""
        self.network.put_on(self.by + by)
        while self.coming and self.coming[0].at <= self.now + by:
            self.network.crowd.say(self.coming.popleft())
        assert self.process.stdin
        assert self.process.stdout
        print(by.total_seconds(), file=self.process.stdin, flush=True)
        told = self.process.stdout.readline()
        if not told:
            raise RuntimeError("the daemon ended by itself")
        used, put_on = map(float, told.split())
        self.by = timedelta(seconds=put_on)
        return used

    def pass_by(self, length: timedelta, step: timedelta) -> float:
        """Let time pass step by step; the daemon's CPU in it, in seconds."""
        begun, until = self.on(timedelta()), self.now + length
        while self.now < until:
            self.on(min(step, until - self.now))
        return self.on(timedelta()) - begun

    def idle(self, seconds: int) -> float:
        """The daemon's CPU a second, where nobody's turn comes: right after one came."""
        begun = self.on(MINUTE)
        time.sleep(seconds)
        return (self.on(timedelta()) - begun) / seconds


@contextmanager
def led(net: Network) -> Iterator[Day]:
    """The daemon, started; and all that will be posted until the day is over."""
    now = datetime.now(UTC)
    for item in (*offers(now - 2 * DAY), *timeline(ACCOUNTS, 2 * POSTS, now, 2 * DAY)):
        net.crowd.say(item)
    length = BEFORE + DAY
    coming = timeline(ACCOUNTS, POSTS * length.days, now + length, length, seed=2)
    words = net.owner.command("run")[3:]
    with (net.owner.folder / "errors").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.day", *words],
            env=net.owner.surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        yield Day(net, process, deque(replace(item, number=item.number + 10**5) for item in coming))
    finally:
        process.terminate()
        process.communicate(timeout=30)


def happened(owner: Owner, profile: str, since: datetime) -> str:
    """What a profile's store has of the day, in words."""
    store = open_store(str(owner.folder / "state" / "quietfeed.sqlite"), exclusive=False)
    try:
        sweeps = [sweep for sweep in store.sweeps(profile) if sweep.started >= since]
        events = [entry.event.value for entry in store.entries(profile, since=since)]
        reports = [day for day, state in store.reports(profile) if day > since.date()]
    finally:
        store.close()
    told = ", ".join(f"{events.count(name)} {name}" for name in ("judged", "done", "expired"))
    return f"{len(sweeps)} sweeps, {len(reports)} reports, {told}"


def measure(platform: str) -> None:
    """Print the figures of one platform."""
    with network(platform) as net, led(net) as day:
        start = day.on(timedelta())
        first = day.pass_by(BEFORE, REST)
        since = day.now
        worked = day.pass_by(DAY, MINUTE)
        told = happened(net.owner, "toots" if platform == "mastodon" else "skies", since)
        idle = day.idle(IDLE) * DAY.total_seconds()
    share = (worked + idle) / DAY.total_seconds() * 100
    print(f"{platform}: {share:.3f} % of a core (aim {AIM}); {told}")
    print(f"  to do what there was    {worked:6.1f} s of CPU, {worked / SWEEPS:.3f} s a sweep")
    print(f"  to look for it          {idle:6.1f} s of CPU, {idle / DAY.total_seconds() * 1000:.3f} ms a second")
    print(f"  before that day         {start:6.1f} s to start and look first, {first:.1f} s for {BEFORE.days} days")


def main(words: list[str]) -> int:
    """Print the figures of each platform, or be the daemon that is measured."""
    if words[:1] == ["run"]:
        from bot.cli import main as quietfeed

        daemon.Daemon = Led  # type: ignore[misc]
        return quietfeed(words)
    print(f"{POSTS} posts a day by {ACCOUNTS} accounts, a tenth of which only drop links")
    for platform in words or ("mastodon", "bluesky"):
        measure(platform)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
