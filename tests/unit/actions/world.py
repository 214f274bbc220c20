"""A network in memory on which Robin follows one who drops links and one who talks, swept as the daemon does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.clock import SimulatedClock
from bot.config import Limits, OwnFeed, Profile, default_config
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import EPOCH, Event, Post, Step
from bot.platforms.memory import Memory, Network
from bot.service.sweep import sweep
from bot.store import open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
OWNER, DROP = "robin@quiet.example", "drop@market.test"
DAY = timedelta(days=1)
AT_ONCE = Limits(first_days_dry=timedelta(), confirm_after=timedelta(), newly_followed=timedelta())


def rule(step=Step.MUTE, name="dropper", days=3, **more):
    return Rule(name, {"link_share": Bounds(at_least=0.9)}, step, duration=days * DAY, **more)


class World:
    """Robin follows one who drops a link an hour and one who talks."""

    def __init__(self, folder):
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        for handle in (OWNER, DROP, "ines@town.test"):
            self.network.join(handle)
        self.network.follow(OWNER, DROP)
        self.network.follow(OWNER, "ines@town.test")
        self.store = open_store(str(folder / "store.sqlite"))
        self.platform = Memory(self.network, OWNER)
        self.config = replace(
            default_config(),
            profiles=(Profile("home", "memory"),),
            rules=(rule(),),
            minimum=Minimum(own_posts=10, days_seen=1),
            limits=AT_ONCE,
            own_feed=OwnFeed(max_age=timedelta(hours=6)),
            dry_run=False,
        )
        self.links = True

    def with_rule(self, made, **limits):
        self.config = replace(
            self.config, rules=(made,), limits=replace(self.config.limits, **limits), fingerprint=made.name
        )

    def go(self, span, every=timedelta(hours=6)):
        """Let time pass, with posts, and sweep as the daemon does."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            for _ in range(int(every.total_seconds() // 3600)):
                shared = ("https://shop.example/offer",) if self.links else ()
                self.network.post(DROP, Post("", "", EPOCH, text=f"Offer of {self.clock.now():%d %H}", links=shared))
                self.clock.wait(3600)
            self.sweep()

    def sweep(self):
        return sweep("home", self.platform, self.store, self.config, self.clock)

    @property
    def muted(self):
        return self.standing.muted

    @property
    def standing(self):
        account = self.network.account(DROP)
        return Memory(self.network, OWNER).standing([account], deciding=False)[account.id]

    def events(self):
        return [e.event for e in self.store.entries("home") if e.event is not Event.JUDGED]

    def reasons(self):
        return [e.reason for e in self.store.entries("home") if e.event is not Event.JUDGED]
