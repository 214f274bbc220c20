"""What could not be read leaves accounts alone, is told to the owner, and is forgotten when it can be read again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import Limits, Profile, default_config
from bot.model import EPOCH, Asked, Post, Standing, Stays, Unread
from bot.platforms.base import Unreachable, Unsupported
from bot.platforms.memory import Memory, Network
from bot.report.day import is_quiet
from bot.report.text import text
from bot.service import daily, unread
from bot.service.sweep import sweep
from bot.store import open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
OWNER, DROP = "robin@social.test", "drop@market.test"
PROFILE = Profile("home", "memory")
SHIPPED = default_config()
CONFIG = replace(
    SHIPPED,
    profiles=(PROFILE,),
    dry_run=False,
    limits=Limits(first_days_dry=timedelta(0), confirm_after=timedelta(0), newly_followed=timedelta(0)),
)
LACKS = Unread(Asked.BOOKMARKS, "your server cannot tell whom you bookmarked", Stays.LACKING)


class World:
    """Robin follows somebody who posted a link an hour for eight days."""

    def __init__(self, folder):
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        self.network.join(OWNER)
        self.network.join(DROP)
        self.network.follow(OWNER, DROP)
        self.store = open_store(str(folder / "store.sqlite"))
        self.refused = set()
        self.network.trouble = self.trouble
        self.live(8 * 24)

    def live(self, hours):
        for _ in range(hours):
            link = Post("", "", EPOCH, text=f"Offer {self.clock.now():%d %H}", links=("https://shop.example/offer",))
            self.network.post(DROP, link)
            self.clock.wait(3600)

    def trouble(self, request):
        if request.what in self.refused:
            raise Unsupported("403")

    def sweep(self, config=CONFIG):
        return sweep("home", Memory(self.network, OWNER), self.store, config, self.clock)

    def report(self):
        made = daily.compose(PROFILE, self.store, CONFIG, self.clock.now().date(), self.clock.now())
        return text(made, whole=True)

    @property
    def writes(self):
        return [request for request in self.network.requests if request.write]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("what", ["favourites", "bookmarks", "own posts", "lists"])
def test_who_cannot_be_asked_for_is_left_alone_and_the_sweep_tells_why(world, what):
    world.refused = {what}
    outcome = world.sweep()
    (entry,) = outcome.judged
    assert entry.protection == "not known"
    assert "the server refused to say" in entry.reason
    assert not world.writes
    assert any("the server refused to say" in sentence for sentence in outcome.record.unread)
    assert world.store.sweeps("home")[-1].unread == outcome.record.unread
    assert "Not known: the server refused to say" in world.report()


def test_what_no_protection_rests_on_is_not_told(world):
    world.refused = {"favourites"}
    outcome = world.sweep(replace(CONFIG, trust=replace(CONFIG.trust, favourited=False)))
    assert outcome.judged[0].protection is None
    assert outcome.record.unread == ()


def test_one_feed_that_cannot_be_read_costs_that_one_and_is_told(world):
    other = "tap@market.test"
    world.network.join(other)
    world.network.follow(OWNER, other)
    for _ in range(8 * 24):
        link = Post("", "", EPOCH, text=f"Tap {world.clock.now():%d %H}", links=("https://tap.example/offer",))
        world.network.post(other, link)
        world.clock.wait(3600)
    broken = [Unreachable("a firewall")]
    world.network.trouble = lambda request: strike(request, broken)
    record = world.sweep().record
    assert record.own_feeds == 1
    assert any("could not be read: a firewall" in sentence for sentence in record.unread)
    assert record.error == ""


def test_feeds_that_cannot_be_read_one_after_the_other_wait_for_the_next_sweep(world):
    world.network.join("tap@market.test")
    world.network.follow(OWNER, "tap@market.test")
    for number in range(30):
        link = Post("", "", EPOCH, text=f"Tap {number}", links=("https://tap.example/offer",))
        world.network.post("tap@market.test", link)
    world.network.trouble = lambda request: strike(request, [Unreachable("no connection")])
    record = world.sweep().record
    assert (record.error, record.own_feeds, len(record.unread)) == ("", 0, 2)
    world.network.trouble = None
    assert world.sweep().record.own_feeds == 2


def strike(request, faults):
    """Raise the next fault where an own feed is asked for."""
    if request.what == "posts_by" and faults:
        raise faults.pop()


def stands(*found):
    return {"1": Standing(following=True, unread=found)}


def test_what_a_server_cannot_tell_is_told_once_and_then_gone_on_without(world):
    world.sweep()
    unread.remember("home", world.store, stands(LACKS), START)
    assert unread.told("home", world.store) == frozenset()
    assert "quietfeed goes on without that protection" in world.report()
    unread.remember("home", world.store, stands(LACKS), START)
    unread.tell("home", world.store, START)
    unread.remember("home", world.store, stands(LACKS), START + timedelta(days=9))
    assert unread.told("home", world.store) == {LACKS.key}
    assert "quietfeed goes on without that protection" in world.report()


def test_what_was_found_after_the_report_was_made_was_not_told_by_it(world):
    unread.remember("home", world.store, stands(LACKS), START + timedelta(hours=1))
    unread.tell("home", world.store, START)
    assert unread.told("home", world.store) == frozenset()


def test_what_can_be_read_again_has_to_be_told_anew(world):
    unread.remember("home", world.store, stands(LACKS), START)
    unread.tell("home", world.store, START)
    unread.remember("home", world.store, stands(Unread(Asked.BOOKMARKS, "refused")), START)
    assert unread.told("home", world.store) == {LACKS.key}
    unread.remember("home", world.store, stands(), START)
    assert unread.staying("home", world.store) == []


def test_nobody_asked_says_nothing(world):
    unread.remember("home", world.store, stands(LACKS), START)
    unread.remember("home", world.store, {}, START)
    assert len(unread.staying("home", world.store)) == 1


def test_only_what_a_protection_rests_on_is_told(world):
    unread.remember("home", world.store, stands(LACKS), START)
    assert unread.staying("home", world.store, replace(CONFIG.trust, bookmarked=False)) == []


def test_a_day_on_which_something_could_not_be_read_is_not_quiet(world):
    world.sweep()
    made = daily.compose(PROFILE, world.store, CONFIG, world.clock.now().date(), world.clock.now())
    calm = replace(made, planned=(), done=(), failed=(), cancelled=())
    assert is_quiet(calm)
    assert not is_quiet(replace(calm, unread=("the server refused to say whom you favourited (403)",)))
    assert is_quiet(replace(calm, staying=("your server cannot tell",)))
    assert not is_quiet(replace(calm, staying=("your server cannot tell",), staying_is_news=True))
