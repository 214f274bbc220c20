"""Accounts on other servers, whose replies may not have come here: they are asked for there before anything is done."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import Limits, Profile, default_config
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import EPOCH, Event, Post, Step
from bot.platforms.base import Unsupported
from bot.platforms.memory import Memory, Network
from bot.service import origins
from bot.service.sweep import sweep
from bot.store import open_store

pytestmark = pytest.mark.slow

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
OWNER, DROP, ANN, NEIGHBOUR = "robin@quiet.test", "drop@shop.test", "ann@town.test", "near@quiet.test"
DAY = timedelta(days=1)
AT_ONCE = Limits(first_days_dry=timedelta(), confirm_after=timedelta(), newly_followed=timedelta())
SILENT = {"link_share": Bounds(at_least=0.9), "reply_share": Bounds(at_most=0.02)}


class World:
    """Robin on a Mastodon server follows one on another, who posts a link every two hours; and ann, who is answered."""

    def __init__(self, folder):
        self.folder = folder
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        for handle in (OWNER, DROP, ANN, NEIGHBOUR):
            self.network.join(handle)
        self.network.follow(OWNER, DROP, START - DAY)
        self.platform = Memory(self.network, OWNER, "mastodon")
        self.store = open_store(str(folder / "store.sqlite"))
        self.config = replace(
            default_config(),
            profiles=(Profile("home", "mastodon"),),
            rules=(Rule("dropper", SILENT, Step.MUTE, duration=20 * DAY),),
            minimum=Minimum(own_posts=20, days_seen=2),
            limits=AT_ONCE,
            dry_run=False,
        )
        self.talks = False

    def live(self, span, who=DROP):
        """Let time pass: a link every two hours, and an answer to ann where somebody talks."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            at = self.clock.now()
            link = (f"https://shop.example/{at:%d-%H}",)
            self.network.post(who, Post("", "", EPOCH, text=f"Offer of {at:%d %H}", links=link))
            if self.talks:
                said = self.network.post(ANN, "What do you think?")
                self.network.post(who, f"I think so too, since {at:%d %H}", answering=said)
            self.clock.wait(7200)

    def lived(self, span, every=DAY):
        """The same, swept now and then."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            self.live(every)
            self.sweep()

    def sweep(self):
        return sweep("home", self.platform, self.store, self.config, self.clock)

    def restart(self):
        self.store.close()
        self.store = open_store(str(self.folder / "store.sqlite"))

    def standing(self, handle=DROP):
        account = self.network.account(handle)
        return Memory(self.network, OWNER).standing([account], deciding=False)[account.id]

    @property
    def asked(self):
        return sum(request.what == "origin_feed" for request in self.network.requests)

    @property
    def entry(self):
        return self.store.latest_judged("home")[self.network.account(DROP).id]

    def planned(self):
        return [entry.step for entry in self.store.entries("home", events={Event.PLANNED})]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def test_an_account_whose_replies_never_came_here_is_found_to_talk_and_left_alone(world):
    world.talks = True
    world.network.hide_replies(DROP)
    world.lived(20 * DAY)
    assert world.asked >= 1
    assert world.planned() == []
    assert world.entry.readings["reply_share"] > 0.3


def test_an_account_that_is_silent_at_home_too_is_muted(world):
    world.live(5 * DAY)
    world.sweep()
    assert world.asked == 1
    assert world.standing().muted


def test_its_own_server_is_asked_once_however_often_it_is_looked_at(world):
    world.config = replace(world.config, limits=replace(AT_ONCE, confirm_after=DAY))
    world.live(5 * DAY)
    world.lived(2 * DAY, timedelta(hours=6))
    assert world.asked == 1
    assert world.standing().muted


def test_where_its_server_is_closed_nothing_is_held_against_it_that_was_before_it_was_first_seen(world):
    world.talks = True
    world.network.hide_replies(DROP, closed=True)
    world.live(8 * DAY)
    world.sweep()
    assert (world.entry.rule, world.planned()) == (None, [])
    assert "reply_share cannot be known" in world.entry.reason


def test_where_nobody_can_tell_how_much_is_missing_it_is_listed_at_most_and_it_is_told_why(world):
    """The server does not say how many posts the account has."""
    world.network.hide_replies(DROP, closed=True)
    told = world.network.known
    world.network.known = lambda one: replace(told(one), post_count=None)
    world.lived(14 * DAY)
    assert set(world.planned()) == {Step.LIST}
    assert (world.standing().muted, world.standing().lists) == (False, ("Quieted",))
    assert "is not known" in world.entry.reason


def test_where_little_of_it_comes_here_it_is_listed_at_most(world):
    world.network.hide_replies(DROP, closed=True)
    world.talks = True
    world.lived(14 * DAY)
    assert set(world.planned()) <= {Step.LIST}
    assert "about 49 %" in world.entry.reason


def test_where_all_of_it_comes_here_it_is_muted_though_its_server_is_closed(world):
    world.network.hide_replies(DROP, closed=True)
    world.lived(14 * DAY)
    assert world.standing().muted


def test_a_list_that_the_server_refuses_does_not_become_a_mute_after_all(world):
    """The rule itself asks for a mute; a listing in its place is the most that may be done."""
    world.network.hide_replies(DROP, closed=True)
    told, real = world.network.known, world.platform.act
    world.network.known = lambda one: replace(told(one), post_count=None)

    def act(action):
        if action.step is Step.LIST:
            raise Unsupported("no lists here")
        return real(action)

    world.platform.act = act
    world.lived(14 * DAY)
    assert Step.LIST in world.planned()
    assert not world.standing().muted


def test_a_server_that_refused_is_not_asked_again_for_a_day_not_even_after_a_restart(world):
    world.network.hide_replies(DROP, closed=True)
    world.live(5 * DAY)
    for _ in range(3):
        world.config = replace(world.config, fingerprint=f"{world.clock.now()}")  # everybody is judged again
        world.sweep()
        world.restart()
        world.clock.wait(3600)
    assert world.asked == 1
    world.clock.wait(DAY.total_seconds() - 3 * 3600)
    world.config = replace(world.config, fingerprint="another")
    world.sweep()
    assert world.asked == 2


def test_a_look_dated_by_a_wrong_clock_keeps_nobody_from_being_asked(world):
    ahead = (START + 4000 * DAY).isoformat()
    world.store.note("origins:home", json.dumps({f"x{n}": ahead for n in range(origins.PER_DAY)}))
    world.live(5 * DAY)
    world.sweep()
    assert world.asked == 1


def many(world, number):
    handles = [f"drop{n}@shop.test" for n in range(number)]
    for handle in handles:
        world.network.join(handle)
        world.network.follow(OWNER, handle, START - DAY)
    for _ in range(60):
        at = world.clock.now()
        for handle in handles:
            link = (f"https://shop.example/{handle}/{at:%d-%H}",)
            world.network.post(handle, Post("", "", EPOCH, text=f"Offer of {at:%d %H}", links=link))
        world.clock.wait(7200)
    return handles


def test_a_few_a_day_are_asked_and_nothing_is_done_to_the_others_meanwhile(world, monkeypatch):
    monkeypatch.setattr(origins, "PER_DAY", 3)
    world.config = replace(world.config, limits=replace(AT_ONCE, per_sweep=50, per_day=50, sudden_least=50))
    handles = many(world, 8)
    world.sweep()
    assert world.asked == 3
    assert sum(world.standing(handle).muted for handle in handles) <= 3
    world.restart()
    world.config = replace(world.config, fingerprint="another")
    world.sweep()
    assert world.asked == 3, "a restart gives no more"


def test_whom_nothing_would_be_done_to_is_not_asked_for(world):
    world.network.follow(DROP, OWNER)
    world.live(5 * DAY)
    world.sweep()
    assert (world.asked, world.entry.protection) == (0, None)
    assert world.entry.rule is None


def test_who_would_only_be_reported_is_not_asked_for(world):
    world.config = replace(world.config, rules=(Rule("dropper", SILENT, Step.REPORT),))
    world.live(5 * DAY)
    world.sweep()
    assert world.asked == 0


def test_the_owner_can_turn_it_off(world):
    world.config = replace(world.config, own_feed=replace(world.config.own_feed, origin=False))
    world.live(5 * DAY)
    world.sweep()
    assert (world.asked, world.planned()) == (0, [])


def test_accounts_on_the_owners_server_are_known_whole(world):
    world.network.follow(OWNER, NEIGHBOUR, START - DAY)
    world.network.unfollow(OWNER, DROP)
    world.live(5 * DAY, who=NEIGHBOUR)
    world.sweep()
    assert (world.asked, world.standing(NEIGHBOUR).muted) == (0, True)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("talks", [False, True])
def test_a_dry_run_plans_what_a_live_run_does(tmp_path, closed, talks):
    plans = []
    for name, dry in (("dry", True), ("live", False)):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name)
        world.config, world.talks = replace(world.config, dry_run=dry), talks
        world.network.hide_replies(DROP, closed=closed)
        world.lived(6 * DAY)
        plans.append((world.planned(), world.entry.rule, world.asked))
        world.store.close()
    assert plans[0] == plans[1]


def test_what_reaches_the_timeline_by_a_hashtag_or_a_repost_is_not_acted_on(world):
    """Nobody whom the owner does not follow, whatever the rule: mute, hidden reposts or a quota."""
    flood = Rule("flood", {"link_share": Bounds(at_least=0.5)}, Step.HIDE_REPOSTS)
    daily = Rule("five a day", then=Step.MUTE, quota=5)
    world.network.unfollow(OWNER, DROP)
    shows = world.network._shows
    world.network._shows = lambda reader, post: True if post.author != reader else shows(reader, post)
    for rule in (world.config.rules[0], flood, daily):
        world.config = replace(world.config, rules=(rule,), fingerprint=rule.name)
        world.lived(5 * DAY)
        assert world.planned() == []
    assert world.asked == 0


def test_whether_the_owner_follows_it_must_be_known(world):
    """A standing that says nothing protects, also from a quota."""
    daily = Rule("five a day", then=Step.MUTE, quota=5)
    world.config = replace(world.config, rules=(*world.config.rules, daily))
    real = world.platform.standing
    world.platform.standing = lambda accounts, **asked: {
        one: replace(how, following=None) for one, how in real(accounts, **asked).items()
    }
    world.lived(6 * DAY)
    assert world.planned() == []
