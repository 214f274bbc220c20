"""What the owner did is remembered as it happens, read back once as far as promised, and until then it holds."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.config import Limits, Profile, default_config
from bot.judging.trust import Trust
from bot.model import EPOCH, Asked, Dealing, Doing, Post, Standing, Stretch, Trail, TrailState
from bot.platforms.base import TrailPage, Unreachable, Unsupported
from bot.platforms.memory import Memory, Network
from bot.service import trails
from bot.service.dealings import Dealings, Glimpse, Kept, behind
from bot.service.sweep import sweep
from bot.store import open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
OWNER, DROP, OTHER = "robin@social.test", "drop@market.test", "other@town.test"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CONFIG = replace(
    default_config(),
    profiles=(Profile("home", "memory"),),
    dry_run=False,
    limits=Limits(first_days_dry=timedelta(0), confirm_after=timedelta(0), newly_followed=timedelta(0)),
)


class World:
    """Robin follows somebody who posted a link an hour for eight days, and does much with somebody else's posts."""

    def __init__(self, folder):
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        for handle in (OWNER, DROP, OTHER):
            self.network.join(handle)
        self.network.follow(OWNER, DROP)
        self.store = open_store(str(folder / "store.sqlite"))
        for hour in range(8 * 24):
            link = Post("", "", EPOCH, text=f"Offer {hour}", links=(f"https://shop.example/{hour}",))
            self.offer = self.network.post(DROP, link, START + hour * timedelta(hours=1))
        self.clock.wait(8 * DAY.total_seconds())

    def do(self, trail, handle, at):
        """Robin does something with a post of theirs."""
        post = self.offer if handle == DROP else self.network.post(handle, "A word.", at - MINUTE)
        if trail is Trail.FAVOURITES:
            self.network.favourite(OWNER, post, at)
        elif trail is Trail.BOOKMARKS:
            self.network.bookmark(OWNER, post, at)
        else:
            self.network.post(OWNER, "Yes.", at, answering=post)

    def sweep(self, config=CONFIG):
        outcome = sweep("home", Memory(self.network, OWNER), self.store, config, self.clock)
        (entry,) = [entry for entry in outcome.judged if entry.account.handle == DROP]
        self.clock.wait(DAY.total_seconds())
        return entry.protection, outcome

    def asked(self, what):
        return sum(request.what == what for request in self.network.requests)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("bot.platforms.memory.PAGE", 5)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


ASKED = {Trail.POSTS: "own posts", Trail.FAVOURITES: "favourites", Trail.BOOKMARKS: "bookmarks"}
WORDS = {Trail.POSTS: "answered", Trail.FAVOURITES: "favourited", Trail.BOOKMARKS: "bookmarked"}


@pytest.mark.parametrize("trail", Trail)
def test_what_was_done_before_hundreds_of_other_things_protects(world, trail):
    now = world.clock.now()
    world.do(trail, DROP, now - 5 * DAY)
    for number in range(250):
        world.do(trail, OTHER, now - 4 * DAY + number * MINUTE)
    assert world.sweep()[0] == WORDS[trail]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("trail", Trail)
def test_a_horizon_that_is_not_reached_yet_is_said_and_holds_until_a_later_sweep_reaches_it(world, trail):
    now = world.clock.now()
    for number in range(150):
        world.do(trail, OTHER, now - 80 * DAY + number * timedelta(hours=10))
    protection, outcome = world.sweep()
    assert protection == "not known"
    assert world.asked(ASKED[trail]) == 25, "as the manual says"
    (entry,) = outcome.judged
    assert "could so far only be read back to" in entry.reason
    assert any("could so far only be read back to" in sentence for sentence in outcome.record.unread)
    assert {one.asked for one in behind("home", world.store, CONFIG.trust, now)} == set(trail.asked)
    assert not any(request.write for request in world.network.requests)
    assert world.sweep()[0] is None
    assert behind("home", world.store, CONFIG.trust, now) == []


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("trail", Trail)
def test_what_a_later_sweep_reads_further_back_protects(world, trail):
    now = world.clock.now()
    world.do(trail, DROP, now - 81 * DAY)
    for number in range(150):
        world.do(trail, OTHER, now - 80 * DAY + number * timedelta(hours=10))
    assert [world.sweep()[0] for _ in range(2)] == ["not known", WORDS[trail]]


def test_once_read_back_a_sweep_asks_for_one_page_of_each(world):
    for trail in Trail:
        for number in range(500):
            world.do(trail, OTHER, world.clock.now() - DAY + number * MINUTE)
    world.sweep()
    for _ in range(3):
        before = [world.asked(what) for what in ("own posts", "favourites", "bookmarks")]
        world.do(Trail.FAVOURITES, OTHER, world.clock.now() - MINUTE)
        world.sweep()
        assert [world.asked(what) for what in ("own posts", "favourites", "bookmarks")] == [n + 1 for n in before]


def test_what_was_favourited_once_protects_as_long_as_if_it_still_were(world):
    world.do(Trail.FAVOURITES, DROP, world.clock.now())
    assert world.sweep()[0] == "favourited"
    world.network.favourites.clear()
    drop, platform = world.network.account(DROP), Memory(world.network, OWNER)
    dealings = Dealings(platform, Kept("home", world.store), Trust(), world.clock)
    protects = []
    for days in (0, 88, 2):
        world.clock.wait(days * DAY.total_seconds())
        dealings.look()
        protects.append(dealings.joined(platform.standing([drop], deciding=True))[drop.id].favourited is not None)
    assert protects == [True, True, False]


def test_what_the_owner_does_is_noticed_while_no_rule_fires(world):
    world.do(Trail.FAVOURITES, DROP, world.clock.now() - MINUTE)
    nobody = replace(CONFIG, rules=CONFIG.rules[:0])
    sweep("home", Memory(world.network, OWNER), world.store, nobody, world.clock)
    assert world.asked("favourites") == 1
    (one,) = world.store.dealings("home", [world.network.account(DROP).id])
    assert one.asked is Asked.FAVOURITES


def test_what_lies_before_the_horizon_is_forgotten(world):
    for number in range(60):
        world.network.join(f"n{number}@town.test")
        world.do(Trail.FAVOURITES, f"n{number}@town.test", world.clock.now() - MINUTE)
    world.sweep()
    assert world.store.count_dealings("home") == 60
    world.network.favourites.clear()
    world.clock.wait((91 * DAY).total_seconds())
    world.sweep()
    assert world.store.count_dealings("home") == 0


def test_a_longer_promise_is_read_back_anew(world):
    world.do(Trail.FAVOURITES, DROP, world.clock.now() - 100 * DAY)
    for number in range(60):
        world.do(Trail.FAVOURITES, OTHER, world.clock.now() - 95 * DAY + number * MINUTE)
    assert world.sweep()[0] is None
    longer = replace(CONFIG, trust=replace(CONFIG.trust, within=180 * DAY))
    assert world.sweep(longer)[0] == "favourited"


def test_a_list_that_comes_up_empty_once_wipes_nothing_out(world):
    world.do(Trail.FAVOURITES, DROP, world.clock.now() - MINUTE)
    world.sweep()
    held, world.network.favourites = world.network.favourites, {}
    world.sweep()
    world.network.favourites = held
    assert world.sweep()[0] == "favourited"
    assert len(world.store.trail("home", Trail.FAVOURITES).marks) == 1


@pytest.mark.parametrize("what", ["own posts", "favourites", "bookmarks"])
def test_a_reading_cut_off_anywhere_goes_on_and_misses_nothing(world, what):
    now = world.clock.now()
    for trail in Trail:
        world.do(trail, DROP, now - 80 * DAY)
        for number in range(150):
            world.do(trail, OTHER, now - 79 * DAY + number * MINUTE)
    strikes = iter([1, 2, 1, 3, 2, 99])
    left = [next(strikes)]

    def trouble(request):
        if request.what == what:
            left[0] -= 1
            if left[0] == 0:
                left[0] = next(strikes)
                raise Unreachable("reset")

    world.network.trouble = trouble
    trust = Trust()
    for _ in range(6):
        try:
            Dealings(Memory(world.network, OWNER), Kept("home", world.store), trust, world.clock).look()
        except Unreachable:
            continue
    drop = world.network.account(DROP)
    assert {one.asked for one in world.store.dealings("home", [drop.id])} == {
        Asked.ANSWERS,
        Asked.FAVOURITES,
        Asked.BOOKMARKS,
    }
    assert behind("home", world.store, trust, now) == []


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("cursor", ["garbage", None, "refused"])
def test_a_kept_cursor_that_leads_nowhere_costs_a_new_start_and_nothing_else(world, cursor):
    """Servers forget cursors: an empty page there is no end, and neither is a fault that stays."""
    now = world.clock.now()
    world.do(Trail.FAVOURITES, DROP, now - 80 * DAY)
    for number in range(40):
        world.do(Trail.FAVOURITES, OTHER, now - 79 * DAY + number * DAY)
    book, platform = Kept("home", world.store), Memory(world.network, OWNER)
    Dealings(platform, book, Trust(), world.clock, pages=3).look()
    (open_one,) = book.trail(Trail.FAVOURITES).open
    lost = replace(open_one, cursor=cursor if cursor != "refused" else open_one.cursor)
    state = replace(book.trail(Trail.FAVOURITES), open=(lost,))
    book.remember(Trail.FAVOURITES, state, (), lost)
    if cursor == "refused":
        world.network.trouble = partial(refuse, every=[0])
    drop = world.network.account(DROP)
    for _ in range(4):
        dealings = Dealings(platform, book, Trust(), world.clock)
        dealings.look()
        known = dealings.joined(platform.standing([drop], deciding=True))[drop.id]
        assert known.favourited is not None or not known.knows(Asked.FAVOURITES)
    world.network.trouble = None
    Dealings(platform, book, Trust(), world.clock).look()
    assert [one.account for one in book.dealings([drop.id])] == [drop.id]
    assert behind("home", world.store, Trust(), now) == []


def test_of_what_was_done_the_latest_counts_that_is_of_the_time_that_counts(world):
    horizon = world.clock.now() - Trust().within
    done = [
        Dealing(Asked.FAVOURITES, "1", horizon + DAY),
        Dealing(Asked.FAVOURITES, "1", horizon + DAY / 2),
        Dealing(Asked.BOOKMARKS, "1", horizon),
        Dealing(Asked.ANSWERS, "1", horizon - timedelta(seconds=1)),
        Dealing(Asked.REPOSTS, "2", horizon + DAY),
    ]
    stretch = Stretch(world.clock.now(), world.clock.now())
    for trail in Trail:
        kept = [one for one in done if one.asked in trail.asked]
        world.store.remember_dealings("home", trail, TrailState((), horizon, world.clock.now()), kept, stretch)
    dealings = Dealings(Memory(world.network, OWNER), Kept("home", world.store), Trust(), world.clock)
    joined = dealings.joined({"1": Standing(following=True), "2": Standing()})
    one, two = joined["1"], joined["2"]
    assert (one.favourited, one.bookmarked, one.answered, one.reposted) == (horizon + DAY, horizon, None, None)
    assert (two.favourited, two.reposted) == (None, horizon + DAY)
    assert (one.following, one.unread) == (True, ())


def test_within_a_sweep_it_is_looked_at_again_only_after_some_minutes(world):
    dealings, asked = Dealings(Memory(world.network, OWNER), Kept("home", world.store), Trust(), world.clock), []
    for seconds in (0, 0, 299, 1, 299, 1):
        world.clock.wait(seconds)
        dealings.look()
        asked.append(world.asked("favourites"))
    world.clock.time -= DAY
    dealings.look()
    assert [*asked, world.asked("favourites")] == [1, 1, 1, 2, 2, 3, 4]


def test_between_sweeps_without_anything_to_decide_it_is_looked_at_every_so_often(world):
    asked = []
    for hours in (0, 1, 4, 1, 5, 1):
        world.clock.wait(hours * 3600)
        dealings = Dealings(Memory(world.network, OWNER), Kept("home", world.store), Trust(), world.clock)
        dealings.look(6 * timedelta(hours=1))
        asked.append(world.asked("favourites"))
    assert asked == [1, 1, 1, 2, 2, 3]


class Endless(Memory):
    """A server whose pages name ever another one, or after two the first again; `bare` where nothing is on them."""

    circle, bare = False, True

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        page, number = super().trail(trail, None), int(cursor or 0) + 1
        return replace(page, doings=() if self.bare else page.doings, onward=str(number % 2 if self.circle else number))


@pytest.mark.parametrize(
    ("circle", "bare", "pages"), [(False, True, 5), (True, True, 3), (True, False, 3), (False, False, 25)]
)
def test_a_server_that_goes_round_is_left_after_a_few_pages_and_nothing_is_known(world, circle, bare, pages):
    world.do(Trail.FAVOURITES, OTHER, world.clock.now() - DAY)
    platform = Endless(world.network, OWNER)
    platform.circle, platform.bare = circle, bare
    dealings = Dealings(platform, Kept("home", world.store), Trust(), world.clock)
    dealings.look()
    assert world.asked("favourites") == pages
    assert Asked.FAVOURITES in {one.asked for one in dealings.unread()}


def refuse(request, every):
    """Refuse each second question about favourites: what is new is told, and a kept cursor is not taken."""
    if request.what == "favourites":
        every[0] += 1
        if every[0] % 2 == 0:
            raise Unsupported("no such cursor")


def doings(*keys):
    return [Doing(key) for key in keys]


def test_many_holes_become_one_that_is_read_from_the_top():
    now = START
    open_ones = tuple(Stretch(now + n * DAY, now, marks=("a",)) for n in range(trails.MOST_OPEN + 1))
    state = trails.begun(TrailState(("b",), START - 90 * DAY, now, open_ones), now + 9 * DAY, now - 81 * DAY)
    head, rest = state.open
    assert (head.head, head.marks) == (True, ("b",))
    assert (rest.marks, rest.cursor, rest.began) == ((), None, now + trails.MOST_OPEN * DAY)


SAMPLES = {
    "nothing new": (["a", "b", "c", "d"], 0),
    "two new": (["n", "o", "a", "b", "c"], 2),
    "some taken back": (["n", "b", "d", "e"], 1),
    "one that was favourited again": (["a", "n", "o", "p", "q"], None),
    "two that were favourited again": (["c", "a", "n", "o"], None),
    "one pinned on top": (["", "a", "b", "c"], 1),
    "too few to tell": (["n", "a", "b"], None),
}


@pytest.mark.parametrize(("shown", "first"), SAMPLES.values(), ids=SAMPLES)
def test_where_what_was_known_begins(shown, first):
    assert trails.first_mark((), doings(*shown), "abcde") == first


def test_short_pages_come_to_what_was_known_together():
    assert trails.first_mark(("a", "b"), doings("c"), "abcde") == 0


class Undated(Memory):
    """A network that tells the order of what the owner favourited, and of each only when the post was written."""

    def trail(self, trail: Trail, cursor: str | None) -> TrailPage:
        page = super().trail(trail, cursor)
        written = [self.network.written[doing.key.split()[0]] for doing in page.doings]
        shown = tuple(
            replace(doing, key=doing.key.split()[0], at=max(written[number:]))
            for number, doing in enumerate(page.doings)
        )
        return replace(page, doings=shown, latest=max(written, default=None), dated=False)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("favourite"), st.integers(1, 9)),
        st.tuples(st.just("take back"), st.integers(0, 99)),
        st.tuples(st.just("again"), st.integers(0, 99)),
        st.tuples(st.just("look"), st.integers(1, 6)),
        st.tuples(st.just("outage"), st.integers(1, 3)),
    ),
    max_size=40,
)


@pytest.mark.parametrize("kind", [Memory, Undated])
def test_whoever_was_favourited_lately_is_remembered_or_said_to_be_unknown(kind, tmp_path):
    """Whatever is favourited, taken back and favourited again between looks of a few pages, and whatever fails."""
    store = open_store(str(tmp_path / "store.sqlite"))

    @settings(deadline=None)
    @given(STEPS)
    def holds(steps):
        with patch("bot.platforms.memory.PAGE", 8):
            story = Story(kind, store)
            for step, number in [*steps, ("look", 2)]:
                story.take(step, number)
                story.clock.wait(60)

    holds()
    store.close()


class Story:
    """One run of the machine above; what a look has seen is remembered, and so is all that stands when it is done."""

    def __init__(self, kind, store):
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        self.network.written = {}
        self.network.join(OWNER)
        self.platform = kind(self.network, OWNER)
        self.book = Glimpse("home", store)
        self.chance = random.Random(1)
        self.posts, self.taken = [], []

    def take(self, step, number):
        if step == "favourite":
            for _ in range(number):
                self.favourite(self.new_post())
        elif step == "take back" and self.network.favourites:
            pair = list(self.network.favourites)[number % len(self.network.favourites)]
            del self.network.favourites[pair]
        elif step == "again" and self.posts:
            self.favourite(self.posts[number % len(self.posts)])
        elif step in ("look", "outage"):
            self.look(number, step == "outage")

    def new_post(self):
        handle = f"n{len(self.posts)}@town.test"
        self.network.join(handle)
        at = self.clock.now() - self.chance.choice([0, 1, 40, 80]) * DAY
        post = self.network.post(handle, "Hello", at)
        self.posts.append(post)
        self.network.written[post.id] = at
        return post

    def favourite(self, post):
        self.clock.wait(1)
        self.network.favourites.pop((self.network.account(OWNER).id, post.id), None)
        self.network.favourite(OWNER, post)

    def look(self, pages, outage):
        dealings = Dealings(self.platform, self.book, Trust(), self.clock, pages)
        self.network.faults = [None] * pages + [Unsupported("reset")] if outage else []
        dealings.look()
        self.network.faults = []
        if any(one.asked is Asked.FAVOURITES for one in dealings.unread()):
            return
        standing = {post.author for _, post_id, _ in self.standing() for post in self.posts if post.id == post_id}
        known = {one.account for one in self.book.dealings(standing) if one.at >= dealings.horizon()}
        assert standing <= known

    def standing(self):
        return self.network.valued(self.network.favourites, self.network.account(OWNER).id)
