"""Own feeds over time: every reading can be made again as it was saved."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Account, Look, Post
from bot.platforms.base import Feed
from bot.service.feeds import joined, merged
from bot.store import Store, open_store
from bot.store.months import Month, PastFeeds, add, month_of, unsqueezed

START = datetime(2026, 1, 20, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANN = Account("ann", "ann@example.com")


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


@given(st.lists(st.tuples(feeds, st.integers(1, 900)), max_size=8))
def test_any_feed_at_all_is_as_of_its_reading_what_was_saved_then(readings: list[tuple[Feed, int]]) -> None:
    months: dict[int, Month] = {}
    now, saved = START, {}
    for number, (shown, hours) in enumerate(readings, 1):
        now += hours * HOUR
        add(months, shown, now, number)
        months = {month: unsqueezed(kept.squeezed()) for month, kept in months.items()}
        saved[now] = shown
    past = PastFeeds(months)
    assert past.times == list(saved)
    assert {time: past.as_of(time) for time in saved} == saved


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
            self.all[number] = replace(post(number), created_at=self.now + number % 5 * HOUR)
        for number in self.chance.sample(sorted(self.all), min(2, len(self.all))):
            edited = replace(self.all[number], text=f"edited at {self.now}")
            self.all[number] = self.chance.choice([self.all[number], edited, replace(edited, text="")])
        self.now += timedelta(hours=self.chance.randint(1, 100))
        self.account = replace(self.account, post_count=len(self.all), bio=self.chance.choice(["", "new"]))

    def read(self, before: Feed | None) -> Feed:
        shown = [one for one in self.all.values() if one.text and one.created_at > self.now - 40 * DAY]
        newest = sorted(shown, key=lambda one: one.created_at, reverse=True)
        here = Feed(self.account, tuple(newest[:30]), truncated=len(newest) > 30)
        if newest and self.chance.random() < 0.2:
            origin = replace(here, posts=tuple(newest[:50]), origin_read=self.now, looks=())
            return joined(merged(origin, here), before, self.now)
        return joined(here, before, self.now)


@pytest.mark.parametrize("seed", range(6))
def test_a_life_of_edits_deletions_and_windows_is_remembered_reading_by_reading(store: Store, seed: int) -> None:
    life, saved, before = Life(seed), {}, None
    for _ in range(25):
        life.go_on()
        before = saved[life.now] = life.read(before)
        store.save_own_feed("home", before, life.now)
    past = store.past_feeds("home")["ann"]
    assert [past.as_of(time) for time in saved] == list(saved.values())
    assert past.as_of(START) is None
    assert past.as_of(life.now + DAY) == store.own_feed("home", "ann")[0]


def test_a_post_is_kept_once_however_often_it_is_read() -> None:
    months: dict[int, Month] = {}
    many = tuple(post(number) for number in range(50, 0, -1))
    for reading in range(1, 20):
        add(months, feed(*many), START + reading * DAY, reading)
    assert sum(len(month.lines) for month in months.values()) == 50
    assert all(span == [1] for month in months.values() for span in month.spans)


def test_what_was_gone_and_shows_again_is_the_same_post() -> None:
    months: dict[int, Month] = {}
    for reading, posts_then in enumerate([(post(1),), (), (post(1),)], 1):
        add(months, feed(*posts_then), START + reading * DAY, reading)
    assert months[month_of(START)].spans == [[1, 2, 3]]


def test_what_nobody_reads_any_more_is_forgotten_with_the_records(store: Store) -> None:
    store.save_own_feed("home", feed(post(1)), START)
    store.save_own_feed("home", feed(Post("ahead", "bo", START + 9000 * DAY), account=replace(ANN, id="bo")), START)
    store.save_own_feed("home", feed(post(2), account=replace(ANN, id="cy")), START + 100 * DAY)
    store.prune("home", START + 80 * DAY, START + 50 * DAY, START + 100 * DAY)
    assert set(store.past_feeds("home")) == {"cy"}


def test_months_of_a_feed_that_goes_on_are_kept_as_long_as_something_of_them_shows(store: Store) -> None:
    old, new = post(1), post(1, START + 70 * DAY)
    store.save_own_feed("home", feed(old), START + DAY)
    store.save_own_feed("home", feed(replace(new, id="new"), old), START + 80 * DAY)
    store.prune("home", START + 79 * DAY, START + 79 * DAY, START + 80 * DAY)
    assert store.past_feeds("home")["ann"].as_of(START + 80 * DAY) == store.own_feed("home", "ann")[0]


def test_two_readings_at_one_moment_leave_the_later(store: Store) -> None:
    store.save_own_feed("home", feed(post(1)), START)
    store.save_own_feed("home", feed(post(2), post(1)), START)
    assert store.past_feeds("home")["ann"].as_of(START) == feed(post(2), post(1))
