"""A town in memory with as many droppers as a test wants, swept by one short rule: quick, since nobody posts much."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.actions.recorded import recorded_actions
from bot.clock import SimulatedClock
from bot.config import Limits, OwnFeed, Profile, default_config
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import EPOCH, Account, Action, Entry, Event, Post, Standing, Step
from bot.platforms.base import Enough, Feed, Unreachable, never
from bot.platforms.memory import Memory, Network
from bot.service.sweep import Outcome, sweep
from bot.store import open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
OWNER = "robin@quiet.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = Limits(
    per_sweep=50,
    per_day=50,
    followed_share_per_week=1.0,
    first_days_dry=timedelta(0),
    confirm_after=timedelta(0),
    newly_followed=timedelta(0),
    sudden_least=100,
)
MUTE = Rule("dropper", {"link_share": Bounds(at_least=0.9)}, Step.MUTE, duration=3 * DAY)


class Breaking(Memory):
    """A login on a server that breaks on some accounts. `broken` names them by what is asked of them: `posts_by`,
    `standing`, `act` or `undo`."""

    def __init__(self, network: Network, handle: str) -> None:
        super().__init__(network, handle)
        self.broken: dict[str, set[str]] = {}

    def strike(self, what: str, *accounts: Account) -> None:
        for account in accounts:
            if account.id in self.broken.get(what, ()):
                self._ask(what)
                raise Unreachable(f"500 on {account.handle}")

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        self.strike("posts_by", account)
        return super().posts_by(account, since, limit, enough)

    def standing(
        self, accounts: Sequence[Account], deciding: bool, within: timedelta = timedelta(0)
    ) -> dict[str, Standing]:
        self.strike("standing", *accounts)
        return super().standing(accounts, deciding, within)

    def act(self, action: Action) -> Any:
        self.strike("act", action.account)
        return super().act(action)

    def undo(self, action: Action) -> None:
        self.strike("undo", action.account)
        super().undo(action)


class Town:
    """Robin follows `many` droppers (drop0@market.test, …), each of whom has posted a link every four hours."""

    def __init__(self, folder: Path, many: int) -> None:
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        self.network.join(OWNER)
        self.droppers = [f"drop{number}@market.test" for number in range(many)]
        for handle in self.droppers:
            self.network.join(handle)
            self.network.follow(OWNER, handle)
        self.network.follows = dict.fromkeys(self.network.follows, START - 90 * DAY)
        self.platform = Breaking(self.network, OWNER)
        self.store = open_store(str(folder / "store.sqlite"))
        self.config = replace(
            default_config(),
            profiles=(Profile("home", "memory"),),
            rules=(MUTE,),
            minimum=Minimum(own_posts=8, days_seen=1),
            limits=LIMITS,
            own_feed=OwnFeed(max_age=6 * HOUR),
            dry_run=False,
        )
        self.live(2 * DAY)

    def live(self, span: timedelta, links: bool = True) -> None:
        """Let time pass, in which every dropper posts."""
        for _ in range(int(span / (4 * HOUR))):
            for handle in self.droppers:
                self.post(handle, links)
            self.clock.wait(4 * 3600)

    def run_out(self) -> None:
        """Let the time of what was done just now run out, seen to be in place until shortly before."""
        self.live(3 * DAY - 4 * HOUR)
        self.sweep()
        self.live(4 * HOUR)

    def post(self, handle: str, links: bool = True) -> None:
        shared = (f"https://{handle.partition('@')[0]}.example/offer",) if links else ()
        self.network.post(handle, Post("", "", EPOCH, text=f"Offer of {self.clock.now():%d %H}", links=shared))

    def sweep(self) -> Outcome:
        return sweep("home", self.platform, self.store, self.config, self.clock)

    def break_on(self, what: str, *handles: str) -> None:
        """From now on the server answers with a 500 when that is asked of one of these accounts."""
        self.platform.broken[what] = {self.network.account(handle).id for handle in handles}

    def ends_no_mute(self) -> None:
        """The server ignores how long a mute is to last."""
        real = self.network.mute
        self.network.mute = lambda who, whom, until=None: real(who, whom)  # type: ignore[method-assign]

    def muted(self) -> set[str]:
        owner = self.network.account(OWNER).id
        return {h for h in self.droppers if self.network.muted(owner, self.network.account(h).id)}

    def entries(self, *events: Event, handle: str = "") -> list[Entry]:
        found = self.store.entries("home", events=set(events or set(Event) - {Event.JUDGED}))
        return [entry for entry in found if not handle or entry.account.handle == handle]

    def in_force(self) -> set[str]:
        return {a.account.handle for a in recorded_actions(self.store, "home", dry=False) if a.in_force}
