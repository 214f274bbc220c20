"""Columns: a window in them reads what its posts alone would, wherever it moves, and rows come back as they were."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import SELF, Account, History, Lexicon, Post
from bot.signals import ALL
from bot.signals.columns import Columns
from bot.signals.features import features
from bot.signals.masks import count, mask_of, numbers, run, set_of
from bot.signals.rows import Rows
from bot.signals.window import Window, read_already, window
from tests.definitions.made import history

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SETS = st.sets(st.integers(0, 200))


def readings(made: History) -> dict[str, float | None]:
    return {signal.name: signal(made) for signal in ALL}


def columns_of(made: History) -> Columns:
    rows = Rows(features(post, made.lexicon) for post in reversed(made.posts))
    return Columns(rows, made.lexicon.own_words, made.lexicon.commentary_words)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), moves=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_a_window_reads_what_its_posts_alone_would_wherever_it_moves(seed: int, moves: list[tuple[int, int]]) -> None:
    """What came later is not known yet; what came earlier only tells which threads were begun then."""
    made = history(seed, 60)
    columns, oldest_first = columns_of(made), made.posts[::-1]
    for first, last in (sorted(move) for move in moves):
        seen = replace(made, posts=oldest_first[first:last][::-1], earlier=oldest_first[:first][::-1], until=made.until)
        moved = read_already(replace(seen), lambda: Window(columns, first, last))  # noqa: B023  asked at once
        assert readings(moved) == readings(seen)


def test_a_thread_belongs_to_the_time_of_its_first_part() -> None:
    parts = (
        Post("c", "ann", NOW, "third", reply_to=SELF, reply_to_post="b"),
        Post("b", "ann", NOW - timedelta(days=1), "second", reply_to=SELF, reply_to_post="a"),
        Post("a", "ann", NOW - timedelta(days=2), "first"),
    )
    whole = History(Account("ann", "ann"), parts, NOW)
    assert (window(whole).own, window(whole).heads) == (0b100, 0b001)
    begun_earlier = History(Account("ann", "ann"), parts[:2], NOW, earlier=parts[2:])
    assert window(begun_earlier).own == 0


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 60))
def test_rows_come_back_as_they_were_packed(seed: int, size: int) -> None:
    read = [features(post, Lexicon()) for post in history(seed, size).posts]
    kept = Rows.unpacked(Rows(read).packed())
    assert list(kept) == [one._replace(runs=tuple(one.runs)) for one in read]


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 60), before=st.integers(0, 60))
def test_rows_that_were_kept_take_more_as_if_they_had_never_been_packed(seed: int, size: int, before: int) -> None:
    read = [features(post, Lexicon()) for post in history(seed, size).posts]
    kept = Rows.unpacked(Rows(read[:before]).packed())
    for post in read[before:]:
        kept.add(post)
    assert kept.packed() == Rows(read).packed()


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_damaged_rows_are_told_apart(data: st.DataObject) -> None:
    packed = Rows(features(post, Lexicon()) for post in history(7, 12).posts).packed()
    cut = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(ValueError, match=r"version|buffer|multiple"):
        Rows.unpacked(packed[:cut])
    with pytest.raises(ValueError, match="version"):
        Rows.unpacked(bytes([packed[0] + 1]) + packed[1:])


def test_a_hundred_thousand_posts_in_one_thread_that_say_the_same_are_read() -> None:
    posts = (
        Post(str(n), "ann", NOW + timedelta(seconds=n), "the same few words again", reply_to=SELF)
        for n in range(100_000)
    )
    columns = Columns(Rows(features(post, Lexicon()) for post in posts), 4, 25)
    seen = Window(columns, 0, 100_000)
    assert count(seen.own) == 1
    assert columns.runs.repeating(seen.texts) == 0  # nothing else is said that it could repeat


@given(chosen=SETS, others=SETS)
def test_masks_are_sets(chosen: set[int], others: set[int]) -> None:
    one, other = set_of(chosen), set_of(others)
    assert numbers(one & other) == sorted(chosen & others)
    assert count(one | other) == len(chosen | others)
    assert mask_of(n in chosen for n in range(201)) == one
    assert set(numbers(one & run(20, 90))) == {n for n in chosen if 20 <= n < 90}


def test_a_hundred_thousand_posts_in_one_hour_are_counted() -> None:
    posts = (Post(str(n), "ann", NOW + timedelta(microseconds=n), "again") for n in range(100_000))
    columns = Columns(Rows(features(post, Lexicon()) for post in posts), 4, 25)
    assert [Window(columns, first, last).most_in_one_hour for first, last in ((0, 100_000), (30, 7_000))] == [
        100_000,
        6_970,
    ]
