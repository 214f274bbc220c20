"""Own feeds over time: every reading can be made again as it was saved."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.config import default_config
from bot.model import SELF, Account, History, Lexicon, LinkLists, Look, Post
from bot.platforms.base import Feed
from bot.service.feeds import history_of, joined, merged
from bot.signals import ALL
from bot.signals import window as seen
from bot.signals.features import Features, Has, features, fingerprint
from bot.signals.rows import Rows
from bot.signals.window import rows_of
from bot.store import KeptFeed, Store, kept_feed, open_store
from bot.store import months as by_month
from bot.store.codec import unpacked
from bot.store.months import Month, PastFeeds, add, month_of, unsqueezed
from bot.store.schema import months as table
from bot.store.schema import own_feeds

START = datetime(2026, 1, 20, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANN = Account("ann", "ann@example.com")
WORDS, OTHER_WORDS = Lexicon(promo_words=("edited",)), Lexicon(promo_words=("post",))


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


def post(number: int, at: datetime = START, text: str = "") -> Post:
    return Post(
        f"p{number}", "ann", at + number * HOUR, text=text or f"post {number}", links=("https://market.test/x",)
    )


def feed(*posts: Post, **told) -> Feed:
    return Feed(told.pop("account", ANN), posts, **told)


moments = st.integers(0, 200).map(lambda hours: START + hours * 9 * HOUR)
posts = st.builds(
    lambda number, at, text: Post(f"p{number}", "ann", at, text=text),
    st.integers(0, 12),
    moments,
    st.sampled_from(["one", "two\twith a tab", "three\nlines", "\ud800 \x00"]),
)
looks = st.lists(st.builds(Look, moments, st.integers(0, 500)), max_size=4).map(tuple)
feeds = st.builds(
    Feed,
    st.builds(
        Account, st.just("ann"), st.sampled_from(["ann@example.com", "ann@new.example"]), bio=st.text(max_size=3)
    ),
    st.lists(posts, max_size=12).map(tuple),
    unreadable=st.integers(0, 2),
    truncated=st.booleans(),
    origin_read=st.none() | moments,
    looks=looks,
)


@pytest.mark.slow
@given(st.lists(st.tuples(feeds, st.integers(1, 900)), max_size=8))
def test_any_feed_at_all_is_as_of_its_reading_what_was_saved_then(readings: list[tuple[Feed, int]]) -> None:
    months: dict[int, Month] = {}
    now, saved = START, {}
    for number, (shown, hours) in enumerate(readings, 1):
        now += hours * HOUR
        months = {month: unsqueezed(*kept_as(kept)) for month, kept in months.items()}
        assert told(add(months, shown, now, number, Lexicon())) == told(rows_of(shown.posts, Lexicon()))
        saved[now] = shown
    past = PastFeeds(months)
    assert past.times == list(saved)
    assert {time: past.as_of(time).feed for time in saved} == saved


def kept_as(month: Month) -> tuple[bytes, bytes, str]:
    return month.squeezed(), month.rows.packed(), month.read_by


def told(rows: Iterable[Features]) -> list[Features]:
    return [one._replace(runs=tuple(one.runs)) for one in rows]


def read(kept: KeptFeed, words: Lexicon) -> list[Features]:
    """What is known of its posts, oldest first."""
    seen = kept.columns(words)
    return told(seen.posts.rows.picked(range(seen.first, seen.last)))


def readings(history: History) -> dict[str, float | None]:
    return {signal.name: signal(history) for signal in ALL}


class Life:
    """An account that posts, edits and deletes while it is read now and then: windows move on, long feeds are cut, and
    what its own server shows is joined in."""

    def __init__(self, seed: int) -> None:
        self.chance, self.now = random.Random(seed), START
        self.all: dict[int, Post] = {}
        self.account = replace(ANN, post_count=0)

    def go_on(self) -> None:
        for _ in range(self.chance.randint(0, 15)):
            number = len(self.all)
            self.all[number] = replace(self.some_post(number), created_at=self.now + number % 5 * HOUR)
        for number in self.chance.sample(sorted(self.all), min(2, len(self.all))):
            edited = replace(self.all[number], text=f"edited at {self.now}")
            self.all[number] = self.chance.choice([self.all[number], edited, replace(edited, text="")])
        self.now += timedelta(hours=self.chance.randint(1, 100))
        self.account = replace(self.account, post_count=len(self.all), bio=self.chance.choice(["", "new"]))

    def some_post(self, number: int) -> Post:
        kind, earlier = self.chance.random(), f"p{max(number - self.chance.randint(1, 9), 0)}"
        if kind < 0.2:
            return replace(post(number), reply_to="ben", text=f"good point {number % 3}")
        if kind < 0.4:
            return replace(post(number), reply_to=SELF, reply_to_post=self.chance.choice([None, earlier]))
        return replace(post(number), repost_of="cy") if kind < 0.5 else post(number)

    def read(self, before: Feed | None) -> Feed:
        shown = [one for one in self.all.values() if one.text and one.created_at > self.now - 40 * DAY]
        newest = sorted(shown, key=lambda one: one.created_at, reverse=True)
        here = Feed(self.account, tuple(newest[:30]), truncated=len(newest) > 30)
        if newest and self.chance.random() < 0.2:
            origin = replace(here, posts=tuple(newest[:50]), origin_read=self.now, looks=())
            return joined(merged(origin, here), before, self.now)
        return joined(here, before, self.now)


def lived(store: Store, seed: int) -> tuple[datetime, dict[datetime, Feed]]:
    """Some weeks of a life are in the store: when they ended, and each feed by when it was read."""
    life, saved, before = Life(seed), {}, None
    for _ in range(25):
        life.go_on()
        before = saved[life.now] = life.read(before)
        store.save_own_feed("home", before, life.now, WORDS)
    return life.now, saved


@pytest.mark.parametrize("seed", range(6))
def test_a_life_of_edits_deletions_and_windows_is_remembered_reading_by_reading(store: Store, seed: int) -> None:
    end, saved = lived(store, seed)
    past, now = store.past_feeds("home")["ann"], store.own_feed("home", "ann")
    assert [past.as_of(time).feed for time in saved] == list(saved.values())
    for time, shown in saved.items():
        assert read(past.as_of(time), WORDS) == told(rows_of(shown.posts, WORDS))
    assert read(now, WORDS) == told(rows_of(saved[end].posts, WORDS))
    assert past.as_of(START) is None
    assert past.as_of(end + DAY) == now


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("words", [WORDS, OTHER_WORDS])
def test_every_reading_is_measured_as_its_posts_alone_would_be(store: Store, seed: int, words: Lexicon) -> None:
    _, saved = lived(store, seed)
    past, config = store.past_feeds("home")["ann"], replace(default_config(), lexicon=words, window=20 * DAY)
    for time, shown in saved.items():
        anew = history_of(kept_feed(shown, time), "mastodon", {}, config)
        assert readings(history_of(past.as_of(time), "mastodon", {}, config)) == readings(anew)


def test_a_post_is_kept_once_however_often_it_is_read() -> None:
    months: dict[int, Month] = {}
    many = tuple(post(number) for number in range(50, 0, -1))
    for reading in range(1, 20):
        add(months, feed(*many), START + reading * DAY, reading, Lexicon())
    assert sum(len(month.lines) for month in months.values()) == 50
    assert all(span == [1] for month in months.values() for span in month.spans)


def test_what_was_gone_and_shows_again_is_the_same_post() -> None:
    months: dict[int, Month] = {}
    for reading, posts_then in enumerate([(post(1),), (), (post(1),)], 1):
        add(months, feed(*posts_then), START + reading * DAY, reading, Lexicon())
    assert months[month_of(START)].spans == [[1, 2, 3]]


def test_what_nobody_reads_any_more_is_forgotten_with_the_records(store: Store) -> None:
    store.save_own_feed("home", feed(post(1)), START, Lexicon())
    store.save_own_feed(
        "home", feed(Post("ahead", "bo", START + 9000 * DAY), account=replace(ANN, id="bo")), START, Lexicon()
    )
    store.save_own_feed("home", feed(post(2), account=replace(ANN, id="cy")), START + 100 * DAY, Lexicon())
    store.prune("home", START + 80 * DAY, START + 50 * DAY, START + 100 * DAY)
    assert set(store.past_feeds("home")) == {"cy"}


def test_months_of_a_feed_that_goes_on_are_kept_as_long_as_something_of_them_shows(store: Store) -> None:
    old, new = post(1), post(1, START + 70 * DAY)
    store.save_own_feed("home", feed(old), START + DAY, Lexicon())
    store.save_own_feed("home", feed(replace(new, id="new"), old), START + 80 * DAY, Lexicon())
    store.prune("home", START + 79 * DAY, START + 79 * DAY, START + 80 * DAY)
    assert store.past_feeds("home")["ann"].as_of(START + 80 * DAY) == store.own_feed("home", "ann")


def test_two_readings_at_one_moment_leave_the_later(store: Store) -> None:
    store.save_own_feed("home", feed(post(1)), START, Lexicon())
    store.save_own_feed("home", feed(post(2), post(1)), START, Lexicon())
    assert store.past_feeds("home")["ann"].as_of(START).feed == feed(post(2), post(1))


class Counted:
    """Counts how often posts are read, wherever that is done."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.posts: list[str] = []
        for room in (by_month, seen):
            patch.setattr(room, "features", self.features)

    def features(self, told: Post, lexicon: Lexicon) -> Features:
        self.posts.append(told.id)
        return features(told, lexicon)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def test_a_post_is_read_once_and_measured_from_what_came_of_it(store: Store, counted: Counted) -> None:
    store.save_own_feed("home", feed(post(2), post(1)), START, WORDS)
    store.save_own_feed("home", feed(post(3), post(2), post(1)), START + DAY, WORDS)
    assert counted.posts == ["p1", "p2", "p3"]
    now, past = store.own_feed("home", "ann"), store.past_feeds("home")["ann"]
    assert [len(read(kept, WORDS)) for kept in (now, past.as_of(START), past.as_of(START + DAY))] == [3, 2, 3]
    assert counted.posts == ["p1", "p2", "p3"]


def test_changed_words_read_the_posts_that_are_kept_anew(store: Store, counted: Counted) -> None:
    store.save_own_feed("home", feed(post(2), post(1)), START, WORDS)
    for kept in (store.own_feed("home", "ann"), store.past_feeds("home")["ann"].as_of(START)):
        assert [one.has & Has.PROMO for one in read(kept, OTHER_WORDS)] == [Has.PROMO, Has.PROMO]
        assert [one.has & Has.PROMO for one in read(kept, WORDS)] == [0, 0]
    store.save_own_feed("home", feed(post(3), post(2), post(1)), START + DAY, OTHER_WORDS)
    counted.posts.clear()
    assert [one.has & Has.PROMO for one in read(store.own_feed("home", "ann"), OTHER_WORDS)] == 3 * [Has.PROMO]
    assert counted.posts == []


def test_words_that_only_count_leave_what_was_read_of_posts_as_it_is() -> None:
    assert fingerprint(Lexicon()) == fingerprint(Lexicon(own_words=9, commentary_words=90, promo_roles=("seller",)))
    others = [Lexicon(), WORDS, Lexicon(links=LinkLists(shims=("a.test/?to={url}",)))]
    assert len({fingerprint(one) for one in others}) == len(others)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"not packed at all", Rows().packed()])
def test_damaged_rows_and_those_of_an_older_store_cost_a_second_reading(store: Store, damage: bytes) -> None:
    shown = feed(post(2), post(1))
    store.save_own_feed("home", shown, START, WORDS)
    for spoilt in (damage, None):
        with store.writing() as connection:
            for each in (table, own_feeds):
                connection.execute(update(each).values(features=spoilt))
        for kept in (store.own_feed("home", "ann"), store.past_feeds("home")["ann"].as_of(START)):
            assert kept.feed == shown
            assert read(kept, WORDS) == told(rows_of(shown.posts, WORDS))
        store.save_own_feed("home", shown, START, WORDS)


def test_a_post_is_made_when_somebody_looks_at_it_and_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save_own_feed("home", feed(post(2), post(1)), START, WORDS)
    made: list[str] = []
    monkeypatch.setattr(by_month, "unpacked", lambda kind, line: made.append(line) or unpacked(kind, line))
    kept = store.past_feeds("home")["ann"].as_of(START)
    posts, earlier = kept.parted(START + HOUR)
    assert (len(kept.feed.posts), len(posts), len(earlier), made) == (2, 1, 1, [])
    assert (posts, earlier) == ((post(2),), (post(1),))
    assert [*kept.feed.posts, *posts] == [post(2), post(1), post(2)]
    assert len(made) == 2


@given(st.lists(posts, max_size=8), moments)
def test_a_feed_is_parted_by_time_in_whichever_order_it_came(shown: list[Post], since: datetime) -> None:
    inside, earlier = kept_feed(feed(*shown), START).parted(since)
    assert inside == tuple(one for one in shown if one.created_at > since)
    assert earlier == tuple(one for one in shown if one.created_at <= since)
