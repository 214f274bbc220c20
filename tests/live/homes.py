"""An owner behind a wire that can break, in simulated time: what each sweep came to, and what stands on the server."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.actions.executor import Executor
from bot.actions.lifecycle import RecordedAction
from bot.actions.recorded import recorded_actions
from bot.clock import SimulatedClock
from bot.config import Config
from bot.config.loading import read
from bot.errors import UserError
from bot.model import Event, Step, SweepRecord
from bot.platforms.base import Platform, told
from bot.platforms.bluesky import Bluesky
from bot.platforms.mastodon import Mastodon
from bot.service import word
from bot.service.sweep import sweep
from bot.store import Store, open_store
from tests.live.places import CONFIG, OnBluesky, OnMastodon, Place, on_mastodon
from tests.servers.fault_proxy import FaultProxy
from tests.servers.mastodon_network import Network

HOUR = timedelta(hours=1)


class Home:
    """An owner on one server behind a proxy, with a store and a config, in simulated time."""

    def __init__(
        self, folder: Path, place: Place, proxy: FaultProxy, login: Callable[[SimulatedClock], Platform]
    ) -> None:
        self.place, self.proxy, self.login = place, proxy, login
        self.clock = SimulatedClock(datetime.now(UTC))
        self.store: Store = open_store(str(folder / "store.sqlite"))
        self.waited = 0.0
        self.rules: int | None = None
        """How many of the rules there are, from the first on; None for all of them."""

    @property
    def network(self) -> Network:
        assert isinstance(self.place, OnMastodon)
        return self.place.network

    def config(self, dry: bool) -> Config:
        words = {"profile": self.place.profile, "lasts": "30d", "first_days": "0d", "dry_run": str(dry).lower()}
        config = read(CONFIG.format(**words), Path("config.yaml"))
        return replace(config, rules=config.rules[: self.rules])

    def sweep(self, *, dry: bool = False) -> str:
        """One round; what the owner reads where it failed."""
        with closing(self.login(self.clock)) as platform:
            try:
                sweep("home", platform, self.store, self.config(dry), self.clock)
            except UserError as fault:
                return told(fault, "home")
            finally:
                self.waited = platform.usage().waited
        return ""

    def settle(self, comes: Callable[[], bool] = lambda: True, *, dry: bool = False) -> None:
        """Sweep four times a day over a wire that is whole again, until what is to come has come, for two days at most;
        and once more, lest anything comes twice."""
        self.proxy.mend()
        for _ in range(8):
            self.rest_and_sweep(dry=dry)
            if comes():
                break
        self.rest_and_sweep(dry=dry)

    def rest_and_sweep(self, *, dry: bool) -> None:
        self.clock.wait(HOUR.total_seconds() * 6)
        self.place.catch_up()
        assert self.sweep(dry=dry) == ""

    @property
    def last(self) -> SweepRecord:
        return list(self.store.sweeps("home", since=self.clock.now() - timedelta(days=9)))[-1]

    @property
    def posts(self) -> set[str]:
        since, config = self.clock.now() - timedelta(days=30), self.config(True)
        found = self.store.histories("home", "any", since, self.clock.now(), config.lexicon, newest=1000)
        return {post.id for history in found for post in history.posts}

    @property
    def gaps(self) -> list[str]:
        rounds = self.store.sweeps("home", since=self.clock.now() - timedelta(days=9))
        return [gap for one in rounds for gap in one.gaps]

    @property
    def actions(self) -> list[RecordedAction]:
        """What the ledger comes to."""
        return recorded_actions(self.store, "home", dry=False)

    def ask_for_list(self, name: str, title: str) -> str:
        """The owner's word that somebody go on a list for a month; what they read where that failed."""
        config = replace(self.config(False), list_title=title)
        with closing(self.login(self.clock)) as platform:
            try:
                account = platform.find(self.place.handle(name))
                executor = Executor("home", platform, self.store, self.clock)
                obeyed = word.ask(executor, account, Step.LIST, self.clock.now() + 720 * HOUR, config)
            except UserError as fault:
                return told(fault, "home")
        assert obeyed.event is Event.DONE, obeyed.why
        return ""

    def told_of(self, event: Event) -> list[str]:
        return sorted(entry.account.handle for entry in self.store.entries("home", events=(event,)))

    @property
    def stands(self) -> dict[str, set[str]]:
        return self.place.truths()


@contextmanager
def on_stub(folder: Path, **facts: Any) -> Iterator[Home]:
    """A company on a stub of its own; `facts` are attributes of its network."""
    place = on_mastodon(**facts)
    try:
        with FaultProxy(place.stub.url) as proxy:
            home = Home(folder, place, proxy, lambda clock: Mastodon(proxy.url, place.network.token, clock, share=1.0))
            yield home
            home.store.close()
    finally:
        place.stub.__exit__()


@contextmanager
def on_bluesky(folder: Path, place: OnBluesky) -> Iterator[Home]:
    """One more store of the owner of a company, who logs in anew."""

    def login(clock: SimulatedClock) -> Bluesky:
        return Bluesky(
            proxy.url, None, clock, handle=place.owner.handle, password=lambda: place.owner.password,
            save_session=lambda _: None, share=1.0,
        )  # fmt: skip

    with FaultProxy(place.network.pds) as proxy:
        home = Home(folder, place, proxy, login)
        yield home
        home.store.close()
