"""A store that an earlier version wrote: it opens, and every action in force in it goes on."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.actions.executor import Executor
from bot.actions.recorded import recorded_actions
from bot.clock import SimulatedClock
from bot.config import Config, Limits, OwnFeed, Profile, ReportSettings, default_config
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import Action, Event, Post, Step, Trail, moment
from bot.platforms.memory import Memory
from bot.service import unread
from bot.service.sweep import sweep
from bot.store import open_store
from bot.store.codec import unpacked
from bot.store.migrations import LATEST, what_stood
from tests.databases import AnyDatabase
from tests.stores import hamlet

WRITTEN = Path(__file__).parents[2] / "stores" / "version_1.sql"
END = hamlet.START + timedelta(hours=78)
"""The moment at which it was written."""
DAY = timedelta(days=1)
RENEWED = datetime(2026, 3, 7, tzinfo=UTC)
IN_FORCE = {
    "bare1": (Step.MUTE, RENEWED),
    "bare2": (Step.MUTE, RENEWED),
    "headlines": (Step.LIST, datetime(2026, 5, 3, tzinfo=UTC)),
    "reposts": (Step.HIDE_REPOSTS, datetime(2026, 4, 3, tzinfo=UTC)),
}
"""Name -> what was done to it, until when: read off the program that wrote the store."""
CONFIG = replace(
    default_config(),
    profiles=(Profile("home", "memory"), Profile("dry", "memory")),
    rules=(
        Rule("bare links", {"bare_link_share": Bounds(at_least=0.9)}, Step.MUTE, duration=DAY),
        Rule("headlines", {"link_share": Bounds(at_least=0.9)}, Step.LIST, duration=60 * DAY),
        Rule("reposts", {"repost_share": Bounds(at_least=0.9)}, Step.HIDE_REPOSTS, duration=30 * DAY),
    ),
    minimum=Minimum(own_posts=0, days_seen=1),
    limits=Limits(per_sweep=50, per_day=99, first_days_dry=timedelta(), newly_followed=timedelta()),
    own_feed=OwnFeed(posts=40, max_age=timedelta(hours=6)),
    report=ReportSettings(timezone="UTC"),
    dry_run=False,
    fingerprint="hamlet",
)


class Upgraded:
    """The hamlet with the store of version 1, and on the network what the ledger says was done there."""

    def __init__(self, folder: Path, database: AnyDatabase, version: int = 1, damage: str = "") -> None:
        path = self.path = folder / "store.sqlite"
        database.older(path, WRITTEN.read_text("utf-8") + damage, version)
        self.clock = SimulatedClock(hamlet.START)
        self.network = hamlet.network(self.clock)
        while self.clock.now() < END:
            hamlet.an_hour(self.network, self.clock)
        self.platform = Memory(self.network, hamlet.OWNER)
        self.store = open_store(str(path))
        self.executor = Executor("home", self.platform, self.store, self.clock)
        for name, (step, until) in IN_FORCE.items():
            self.platform.act(Action(self.account(name), step, until, "Quieted"))
        self.platform.act(Action(self.account("stuck"), Step.MUTE, RENEWED))
        self.platform.act(Action(self.account("cut-off"), Step.MUTE, END + 20 * DAY))

    def account(self, name: str):
        return self.network.account(hamlet.handle(name))

    def in_force(self, *, dry: bool = False) -> dict[str, tuple[Step, datetime | None]]:
        actions = [one for one in recorded_actions(self.store, "dry" if dry else "home", dry=dry) if one.in_force]
        return {one.account.handle.partition("@")[0]: (one.step, one.until) for one in actions}

    def sweep(self, config: Config = CONFIG) -> None:
        sweep("home", self.platform, self.store, config, self.clock)

    def standing(self, name: str):
        account = self.account(name)
        return self.platform.standing([account], deciding=False)[account.id]


@pytest.fixture
def upgraded(tmp_path: Path, database: AnyDatabase) -> Iterator[Upgraded]:
    made = Upgraded(tmp_path, database)
    yield made
    made.store.close()


@pytest.mark.parametrize("version", range(1, LATEST + 1))
def test_whatever_version_it_was_brought_to_before_all_of_it_is_there(tmp_path, database, version):
    upgraded = Upgraded(tmp_path, database, version)
    assert upgraded.in_force() == IN_FORCE
    assert len(upgraded.store.own_feed("home", upgraded.account("bare1").id).feed.posts) == 40
    upgraded.sweep()
    assert upgraded.in_force() == IN_FORCE | {"cut-off": (Step.MUTE, END + 20 * DAY)}
    upgraded.store.close()


def test_every_action_in_force_is_known_with_its_step_and_its_end(upgraded):
    assert upgraded.in_force() == IN_FORCE
    assert set(upgraded.in_force(dry=True)) == {"kept", "taken-back", "undone"}
    (bare,) = [one for one in upgraded.executor.actions() if one.in_force and one.account.handle.startswith("bare1")]
    assert (bare.is_renewal, bare.ends, dict(bare.before)) == (True, RENEWED, {"mute": "no"})
    assert bare.plan.readings["bare_link_share"] == 1.0
    assert bare.plan.comparisons[0].holds
    (listed,) = [one for one in upgraded.executor.actions() if one.in_force and one.step is Step.LIST]
    assert listed.list_title == "Quieted"


def test_what_was_unfinished_is_finished(upgraded):
    unfinished = {one.account.handle for one in upgraded.executor.actions() if one.unfinished}
    assert unfinished == {hamlet.handle(name) for name in ("stuck", "cut-off", "cut-short")}
    upgraded.executor.recover()
    assert not upgraded.standing("stuck").muted, "what was being taken back is taken back"
    assert upgraded.standing("cut-off").muted, "what had taken is done"
    assert not upgraded.standing("cut-short").lists, "what had not is cancelled"
    ends = {one.account.handle: one.last.event for one in upgraded.executor.actions()}
    assert ends[hamlet.handle("stuck")] is Event.EXPIRED
    assert ends[hamlet.handle("cut-off")] is Event.DONE
    assert ends[hamlet.handle("cut-short")] is Event.CANCELLED


def test_decisions_keep_their_step_protection_and_limit(upgraded):
    newest = {e.account.handle.partition("@")[0]: e for e in upgraded.store.latest_judged("home").values()}
    assert (newest["kept"].step, newest["kept"].protection) == (Step.MUTE, "kept")
    assert newest["mutual"].protection == "mutual"
    assert newest["undone"].protection == "taken back"
    assert newest["bare1"].feed_read is not None
    waited = [e for e in upgraded.store.entries("home", events={Event.JUDGED}) if e.limit]
    assert {e.limit for e in waited} == {"unconfirmed"}
    troubles = [e.limit for e in upgraded.store.entries("home", events={Event.LIFTING}) if e.limit]
    assert troubles == ["social.test does not answer"]


def test_sweeps_own_feeds_reports_and_the_owners_word_are_kept(upgraded):
    assert sum(record.own_feeds for record in upgraded.store.sweeps("home")) > 0
    feed = upgraded.store.own_feed("home", upgraded.account("bare1").id).feed
    assert len(feed.posts) == 40
    assert [state for _, state in upgraded.store.reports("home")] == ["sent"]
    assert set(upgraded.store.feedback("home", "keep")) == {upgraded.account("kept").id}
    taken_back = {upgraded.account(name).id for name in ("taken-back", "undone")}
    assert set(upgraded.store.feedback("home", "veto")) == taken_back


def test_posts_are_counted_by_day_as_if_that_had_always_been_done(upgraded, database):
    counted = "FROM posts JOIN authors ON author = authors.id WHERE posts.profile = 'home' GROUP BY account_id"
    kept = dict(database.do(upgraded.path, f"SELECT account_id, count(*) {counted}"))
    far = timedelta(days=3000)
    assert upgraded.store.timeline_counts("home", END - far, END + far) == kept


@pytest.mark.parametrize("version", range(1, LATEST + 1))
def test_every_post_is_what_it_was_and_by_whom_it_was(tmp_path, database, version):
    path = tmp_path / "store.sqlite"
    database.older(path, WRITTEN.read_text("utf-8"), version)
    with closing(sqlite3.connect(":memory:")) as written:
        written.executescript(WRITTEN.read_text("utf-8"))
        wrote = written.execute("SELECT payload, seen_at FROM posts WHERE profile = 'home'").fetchall()
    with closing(open_store(str(path))) as store:
        kept = {(one.word, moment(one.beside["seen_at"])) for one in store.each("posts", "home")}
        assert kept == {(unpacked(Post, payload), seen) for payload, seen in wrote}
        linked = store.linked_posts("home", END - timedelta(days=3000), END, lambda post: True)
        assert sorted(post.id for post in linked) == sorted(post.id for post, _ in kept if post.links)
        authors = {post.author for post, _ in kept}
        assert set(store.timeline_counts("home", END - timedelta(days=3000), END)) == authors


def test_what_is_in_force_is_renewed_or_ends_on_time(upgraded):
    upgraded.sweep()
    assert upgraded.in_force() == IN_FORCE | {"cut-off": (Step.MUTE, END + 20 * DAY)}
    while upgraded.clock.now() < RENEWED - timedelta(hours=1):
        hamlet.an_hour(upgraded.network, upgraded.clock)
    upgraded.sweep()  # sees it in place shortly before its end
    hamlet.an_hour(upgraded.network, upgraded.clock)
    upgraded.sweep()
    step, until = upgraded.in_force()["bare1"]
    assert step is Step.MUTE
    assert until is not None
    assert until - upgraded.clock.now() == 4 * DAY, "twice as long as the two days before"
    upgraded.clock.wait(200 * 86400)
    upgraded.sweep(replace(CONFIG, rules=()))
    assert upgraded.in_force() == {}
    assert not any(upgraded.standing(name).muted for name in hamlet.BARE)
    assert not upgraded.standing("headlines").lists
    assert not upgraded.standing("reposts").reposts_hidden


def test_everything_can_be_undone(upgraded):
    upgraded.executor.recover()
    for action in upgraded.executor.actions():
        if action.in_force:
            assert upgraded.executor.take_back(action, Event.UNDONE, "you undid it") is Event.UNDONE
    assert upgraded.in_force() == {}
    assert not any(upgraded.standing(name).muted for name in hamlet.BARE)
    assert not upgraded.standing("headlines").lists
    assert not upgraded.standing("reposts").reposts_hidden


def test_what_took_its_own_effect_for_the_owners_is_ended_all_the_same(tmp_path, database):
    upgraded = Upgraded(
        tmp_path, database, damage="""UPDATE ledger SET payload = replace(payload, '"mute":"no"', '"mute":"yes"')"""
    )
    try:
        bare = [one for one in upgraded.executor.actions() if one.in_force and one.step is Step.MUTE]
        assert {one.account.handle.partition("@")[0] for one in bare} == {"bare1", "bare2"}
        for action in bare:
            assert upgraded.executor.take_back(action, Event.UNDONE, "you undid it") is Event.UNDONE
        assert not upgraded.standing("bare1").muted
    finally:
        upgraded.store.close()


@pytest.mark.parametrize(
    ("step", "before", "stood"),
    [
        ("mute", {"scope": "full"}, {}),
        ("mute", {"scope": "reposts"}, {"scope": "reposts"}),
        ("mute", {"muted": "true", "until": "2026-03-02T06:00:00+00:00"}, {}),
        ("mute", {"muted": "false"}, {"muted": "false"}),
        ("hide_reposts", {"scope": "reposts"}, {"scope": "none"}),
        ("hide_reposts", {"scope": "reposts and quotes"}, {"scope": "quotes"}),
        ("hide_reposts", {"scope": "quotes"}, {"scope": "quotes"}),
        ("hide_reposts", {"reposts": "shown", "notify": "true"}, {"reposts": "shown", "notify": "true"}),
        ("list", {"member": "yes", "list": "at://a/b/c"}, {"list": "at://a/b/c"}),
        ("list", {"listed": "false"}, {"listed": "false"}),
    ],
)
def test_what_stood_before_never_holds_the_step_itself(step, before, stood):
    assert what_stood(step, before) == stood


def test_what_was_gone_on_without_is_held_again_until_it_is_read(tmp_path, database):
    """Before version 3, what the owner did before the pages ended was given up once they were told of it."""
    path = tmp_path / "store.sqlite"
    facts = [
        {"asked": "favourites", "sentence": "far", "stays": "far", "since": "2026-03-01T00:00:00+00:00", "told": True},
        {"asked": "lists", "sentence": "none", "stays": "lacking", "since": "2026-03-01T00:00:00+00:00", "told": True},
    ]
    noted = f"INSERT INTO notes VALUES ('unread:home', '{json.dumps(facts)}');"
    database.older(path, WRITTEN.read_text("utf-8") + noted)
    store = open_store(str(path))
    assert unread.told("home", store) == {"lists lacking"}
    assert store.trail("home", Trail.FAVOURITES) is None
    assert store.dealings("home", ["1"]) == []
    store.close()
