"""The whole daemon in simulated time: its own loop, one thread, a network in memory and a real store."""

from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.clock import SimulatedClock
from bot.config import Limits, Profile, ReportSettings, SweepSettings, default_config
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import EPOCH, Post, Step
from bot.platforms.memory import Memory, Network
from bot.service.daemon import TICK, Daemon
from bot.service.ways import NOBODY
from bot.store import open_store

ROBIN, DROP = "robin@quiet.example", "drop@market.test"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
EVERY, DAY = timedelta(hours=1), timedelta(days=1)
HOME = Profile("home", "memory")
CONFIG = replace(
    default_config(),
    profiles=(HOME,),
    sweep=SweepSettings(every=EVERY, jitter=timedelta()),
    report=ReportSettings(at="08:00", timezone="UTC"),
    rules=(Rule("dropper", {"link_share": Bounds(at_least=0.9)}, Step.MUTE, duration=3 * DAY),),
    minimum=Minimum(own_posts=10, days_seen=0),
    limits=Limits(first_days_dry=timedelta(), confirm_after=timedelta(), newly_followed=timedelta()),
    dry_run=False,
)


class AtOnce(Executor):
    """Does what it is given at once, in the same thread."""

    def submit(self, work, /, *given, **more):
        future = Future()
        try:
            future.set_result(work(*given, **more))
        except Exception as fault:  # noqa: BLE001 - as a pool does
            future.set_exception(fault)
        return future


class Town:
    """Robin's daemon. The world has a clock of its own, so that only the daemon's may be wrong."""

    def __init__(self, folder, config=CONFIG, logins=None, reach=NOBODY):
        self.folder, self.config, self.logins, self.reach = folder, config, logins, reach
        self.clock, self.right = SimulatedClock(START), SimulatedClock(START)
        self.network = Network(self.right)
        for handle in (ROBIN, DROP):
            self.network.join(handle)
        self.network.follow(ROBIN, DROP)
        self.connects = 0
        self.store = open_store(str(folder / "store.sqlite"))
        self.daemon = self.new_daemon()

    def new_daemon(self):
        made = Daemon(
            lambda: self.config,
            self.connect,
            self.store,
            self.folder / "reports",
            clock=self.clock,
            pool=AtOnce(),
            login_mark=lambda profile: str(self.logins),
            reach=self.reach,
        )
        made.take_up(self.config)
        return made

    def connect(self, profile, clock):
        self.connects += 1
        return Memory(self.network, ROBIN)

    def drop(self, count=20):
        """Posts with a link each, and nothing else."""
        for number in range(count):
            at = self.right.now()
            self.network.post(DROP, Post("", "", EPOCH, text=f"{number} at {at}", links=("https://market.test/x",)))

    def run(self, span, tick=300 * TICK):
        """Let time pass, in the daemon as in the world."""
        for _ in range(max(1, round(span.total_seconds() / tick))):
            self.daemon.look_round()
            if self.daemon.lost:
                return self
            waited = self.clock.steady()
            self.clock.wait(tick)
            self.right.wait(self.clock.steady() - waited)
        return self

    @property
    def runner(self):
        return self.daemon.runners[0]

    def swept(self):
        """When each sweep began, by the world's clock: requests for the timeline."""
        return [request.at for request in self.network.requests if request.what == "timeline"]

    def muted(self):
        return self.network.muted(self.network.account(ROBIN).id, self.network.account(DROP).id)
