"""Owner and bot on one network, in any order, with time passing and faults: what must hold whatever happens.

Every run walks other paths; one that fails is shown with its steps, and kept in .hypothesis to be tried first again.
`QUIETFEED_EXAMPLES=500 pytest tests/unit/actions/test_machine.py` looks longer.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.actions.executor import Executor
from bot.actions.lifecycle import is_in_place
from bot.actions.limits import LEAST_A_WEEK
from bot.actions.recorded import recorded_actions
from bot.clock import SimulatedClock
from bot.config import Limits, OwnFeed, Profile, default_config
from bot.errors import UserError
from bot.judging.rules import Bounds, Minimum, Rule
from bot.judging.trust import Trust
from bot.model import EPOCH, Event, Post, Step
from bot.platforms.base import RateLimited, Unreachable, Unsupported
from bot.platforms.memory import Memory, Network, Request
from bot.service.sweep import sweep
from bot.store import open_store

pytestmark = pytest.mark.slow

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
OWNER = "robin@quiet.example"
OTHERS = tuple(f"shop{number}@market.test" for number in range(3))
TITLE = "Quieted"
ENOUGH = Minimum(own_posts=10, days_seen=1)
LIMITS = Limits(per_sweep=2, per_day=3, first_days_dry=timedelta(), confirm_after=12 * HOUR, newly_followed=6 * HOUR)
MUTE = Rule("dropper", {"link_share": Bounds(at_least=0.9)}, Step.MUTE, duration=3 * DAY)
RULES = {
    "mute": (MUTE,),
    "renamed": (replace(MUTE, name="link dropper"),),
    "list": (replace(MUTE, name="lister", then=Step.LIST),),
    "hide": (replace(MUTE, name="hider", then=Step.HIDE_REPOSTS),),
    "for good": (replace(MUTE, name="for good", duration=None),),
    "short": (replace(MUTE, name="short", duration=HOUR),),
    "none": (),
}
BY_HAND = (
    "mutes",
    "unmutes",
    "unmutes",
    "lists",
    "unlists",
    "unlists",
    "shows_reposts",
    "follows_or_not",
    "favourites",
)
person = st.sampled_from(OTHERS)


class Actions(RuleBasedStateMachine):
    """The model remembers what the owner did last by hand; the rest is read from ledger and network."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        for handle in (OWNER, *OTHERS):
            self.network.join(handle)
        for handle in OTHERS:
            self.network.follow(OWNER, handle, START - WEEK)
        self.store = open_store(str(Path(self.folder.name) / "store.sqlite"))
        self.platform = Memory(self.network, OWNER)
        self.config = replace(
            default_config(),
            profiles=(Profile("home", "memory"),),
            minimum=ENOUGH,
            limits=LIMITS,
            own_feed=OwnFeed(max_age=6 * HOUR),
            dry_run=False,
            list_title=TITLE,
            trust=Trust(within=2 * DAY),
        )
        self.take("mute")
        self.talks: set[str] = set()
        self.owners_mutes: dict[str, datetime | None] = {}
        """Mutes that the owner set by hand while no action of ours stood, and what end they gave them."""
        self.clean = self.caught_up = False
        self.vetoed: dict[str, int] = {}
        """By account id: how many entries the ledger had when the veto was first seen."""
        self.days_go_by(2)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    # What the config says

    @rule(name=st.sampled_from(sorted(RULES)))
    def take(self, name: str) -> None:
        self.config = replace(self.config, rules=RULES[name], fingerprint=name)

    @rule(dry=st.booleans())
    def switch_dry_run(self, dry: bool) -> None:
        self.config = replace(self.config, dry_run=dry)

    @rule(which=st.sampled_from([{}, {"per_sweep": 0}, {"per_day": 1}, {"longest": 4 * DAY}]))
    def limit(self, which: dict[str, object]) -> None:
        self.config = replace(self.config, limits=replace(LIMITS, **which))

    # What others do

    @rule(days=st.integers(1, 2))
    def days_go_by(self, days: int) -> None:
        """Days as most of them are: the bot sweeps, and nothing breaks."""
        for _ in range(2 * days):
            self.pass_time(13)
            self.sweep_round()

    @rule(hours=st.sampled_from([1, 5, 13, 26, 80, 400]))
    def pass_time(self, hours: int) -> None:
        """Everybody posts now and then, a link or an answer; a long time passes in silence but for its end."""
        self.clock.wait(max(0, hours - 30) * 3600)
        for _ in range(0, min(hours, 30), 2):
            for who in OTHERS:
                shared = () if who in self.talks else ("https://shop.example/offer",)
                self.network.post(who, Post("", "", EPOCH, text=f"Offer of {self.clock.now():%d %H}", links=shared))
            self.clock.wait(7200)
        self.clock.wait(hours % 2 * 3600)
        self.clean = self.caught_up = False

    @rule(who=person, what=st.sampled_from(["talks or not", "follows back", "unfollows"]))
    def others_change(self, who: str, what: str) -> None:
        if what == "talks or not":
            self.talks ^= {who}
        elif what == "follows back":
            self.network.follow(who, OWNER)
        else:
            self.network.unfollow(who, OWNER)

    @rule(who=person, handle=st.sampled_from(["new", "newer"]))
    def change_handle(self, who: str, handle: str) -> None:
        known = self.network.accounts[self.id(who)]
        self.network.accounts[self.id(who)] = replace(known, handle=f"{handle}-{who}")
        self.network._ids[f"{handle}-{who}"] = known.id

    # What the owner does by hand

    def id(self, who: str) -> str:
        return self.network._ids[who]

    def actions_on(self, who: str, step: Step) -> bool:
        actions = recorded_actions(self.store, "home", dry=False)
        return any((t.in_force or t.unfinished) and t.account.id == self.id(who) and t.step is step for t in actions)

    @rule(who=person, what=st.sampled_from(BY_HAND), days=st.sampled_from([None, 1, 30]))
    def owner_acts_by_hand(self, who: str, what: str, days: int | None) -> None:
        if what == "mutes":
            self.owner_mutes(who, days)
        else:
            getattr(self, f"owner_{what}")(who)

    def owner_mutes(self, who: str, days: int | None) -> None:
        until = self.clock.now() + days * DAY if days else None
        self.network.mute(OWNER, who, until)
        self.owners_mutes[who] = until
        self.clean = False

    def owner_unmutes(self, who: str) -> None:
        self.network.unmute(OWNER, who)
        self.owners_mutes.pop(who, None)
        self.clean = False

    def owner_lists(self, who: str) -> None:
        if (self.id(OWNER), self.id(who)) in self.network.follows:
            self.network.add_to_list(OWNER, "Friends", who)
        self.clean = False

    def owner_unlists(self, who: str) -> None:
        self.network.remove_from_list(OWNER, "Friends", who)
        self.network.remove_from_list(OWNER, TITLE, who)
        self.clean = False

    def owner_shows_reposts(self, who: str) -> None:
        self.network.hide_reposts(OWNER, who, hidden=False)
        self.clean = False

    def owner_follows_or_not(self, who: str) -> None:
        if (self.id(OWNER), self.id(who)) in self.network.follows:
            self.network.unfollow(OWNER, who)
        else:
            self.network.follow(OWNER, who)
        self.clean = False

    def owner_favourites(self, who: str) -> None:
        for post in self.network.feed(self.id(who))[:1]:
            self.network.favourite(OWNER, post)

    @rule(who=person, word=st.sampled_from(["keep", "drop"]))
    def owner_keeps(self, who: str, word: str) -> None:
        account = self.network.accounts[self.id(who)]
        if word == "keep":
            self.store.set_feedback("home", account, "keep", "because", self.clock.now())
        else:
            self.store.drop_feedback("home", account.id, "keep")
            self.store.drop_feedback("home", account.id, "veto")
            self.vetoed.pop(account.id, None)

    @rule(who=person)
    def owner_undoes(self, who: str) -> None:
        """As `quietfeed undo HANDLE` does."""
        executor = Executor("home", self.platform, self.store, self.clock)
        for action in recorded_actions(self.store, "home", dry=False):
            if action.account.id == self.id(who) and (action.in_force or action.unfinished):
                self.store.set_feedback("home", action.account, "veto", "you undid it", self.clock.now())
                self.trying(lambda action=action: executor.take_back(action, Event.UNDONE, "you undid it"))

    @rule()
    def owner_reads_the_report(self) -> None:
        now = self.clock.now()
        self.store.save_report("home", now.date(), "", "", "{}", now, "sent")

    # What the bot does

    def trying(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except UserError:
            return False
        return True

    @rule()
    def sweep_round(self) -> None:
        """A sweep without faults, held against the limits and the dry run."""
        writes = len([one for one in self.network.requests if one.write])
        before = len(self.planned())
        actions = [t for t in recorded_actions(self.store, "home", dry=False) if t.in_force or t.unfinished]
        sweep("home", self.platform, self.store, self.config, self.clock)
        new = self.planned()[before:]
        assert sum(e.reason == "" for e in new) <= self.config.limits.per_sweep
        if self.config.dry_run:
            assert not new
            if not actions:
                assert writes == len([one for one in self.network.requests if one.write])
        self.caught_up = self.clean
        self.clean = True

    @rule(
        at=st.integers(0, 25),
        lost=st.integers(0, 3),
        fault=st.sampled_from([Unreachable("gone"), RateLimited("wait"), Unsupported("no")]),
    )
    def sweep_in_trouble(self, at: int, lost: int, fault: Exception) -> None:
        """The process or the network breaks at some request, or right behind some action."""
        self.network.faults = [*[None] * at, fault]
        self.network.lost = [*[None] * lost, Unreachable("the answer was lost")]
        self.trying(lambda: sweep("home", self.platform, self.store, self.config, self.clock))
        self.network.faults, self.network.lost = [], []
        self.clean = self.caught_up = False

    @rule(which=st.sampled_from(["mute", "undo", "list", "standing"]))
    def sweep_with_a_broken_step(self, which: str) -> None:
        def trouble(request: Request) -> None:
            if which in request.what:
                raise Unsupported("this server cannot")

        self.network.trouble = trouble
        self.trying(lambda: sweep("home", self.platform, self.store, self.config, self.clock))
        self.network.trouble = None
        self.clean = self.caught_up = False

    # What must hold

    def planned(self) -> list:
        return [e for e in self.store.entries("home", events={Event.PLANNED}) if not e.dry]

    @invariant()
    def the_owners_mutes_stay(self) -> None:
        for who, until in self.owners_mutes.items():
            pair = self.id(OWNER), self.id(who)
            if until is None or until > self.clock.now():
                assert self.network.muted(*pair), f"{who}: the owner's mute is gone"
                assert self.network.mutes[pair] == until, f"{who}: the owner's mute was changed"

    @invariant()
    def no_veto_is_broken(self) -> None:
        planned = self.planned()
        for account in {*self.store.feedback("home", "veto"), *self.store.feedback("home", "keep")}:
            seen = self.vetoed.setdefault(account, len(planned))
            assert not [e for e in planned[seen:] if e.account.id == account], f"{account}: vetoed, and planned anew"

    @invariant()
    def nothing_rests_on_thin_evidence(self) -> None:
        for entry in self.planned():
            assert entry.readings["own_posts"] >= ENOUGH.own_posts
            assert entry.readings["days_seen"] >= ENOUGH.days_seen
            assert entry.readings["link_share"] >= 0.9

    @invariant()
    def the_limits_hold(self) -> None:
        begun = [t for t in recorded_actions(self.store, "home", dry=False) if t.counts and not t.is_renewal]
        for action in begun:
            at = action.plan.at
            assert sum(at - DAY < t.plan.at <= at for t in begun) <= LIMITS.per_day
            assert sum(at - WEEK < t.plan.at <= at for t in begun) <= LEAST_A_WEEK

    @invariant()
    def no_two_actions_of_one_kind_stand_on_an_account(self) -> None:
        if self.clean:
            live = Counter(
                (t.account.id, t.step) for t in recorded_actions(self.store, "home", dry=False) if t.in_force
            )
            assert not [pair for pair, many in live.items() if many > 1]

    @invariant()
    def nothing_outlives_its_time(self) -> None:
        if self.clean:
            for action in recorded_actions(self.store, "home", dry=False):
                assert not (action.in_force and action.has_run_out(self.clock.now())), f"{action} is still in force"

    @invariant()
    def ledger_and_network_agree(self) -> None:
        """After a sweep without trouble each action in force shows, and nothing else does but the owner's."""
        if not self.clean:
            return
        actions = [t for t in recorded_actions(self.store, "home", dry=False) if not t.troubles]
        everybody = list(self.network.accounts.values())
        standing = Memory(self.network, OWNER).standing(everybody, deciding=False)
        live = {(t.account.id, t.step) for t in actions if t.in_force}
        for action in actions:
            if action.in_force:
                assert is_in_place(action, standing[action.account.id]), f"{action} is in force and does not show"
        owners = {self.id(who) for who in self.owners_mutes}
        stuck = {t.account.id for t in recorded_actions(self.store, "home", dry=False) if t.unfinished}
        for account, how in standing.items():
            if account not in stuck | owners:
                assert not how.muted or (account, Step.MUTE) in live, f"{account} is muted by nobody"
                assert TITLE not in how.lists or (account, Step.LIST) in live, f"{account} is listed by nobody"
                assert not how.reposts_hidden or (account, Step.HIDE_REPOSTS) in live, f"{account}: hidden by nobody"


EXAMPLES = int(os.environ.get("QUIETFEED_EXAMPLES", "5"))
TestActions = Actions.TestCase
TestActions.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=20 if EXAMPLES <= 5 else 40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
