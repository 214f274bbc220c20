"""The walk back through a timeline: the cursor that it leaves, where it has closed, and what it says it missed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Page
from bot.platforms.bluesky.timeline import KEPT, MOST_PAGES, OVERLAP, Known, key_of, walk
from tests.servers.bluesky_stub import START, entry
from tests.unit.platforms.bluesky.told import Told, pages

METHOD = "app.bsky.feed.getTimeline"
MINUTE = timedelta(minutes=1)


def entries(*numbers: int) -> list[dict[str, Any]]:
    return [entry(number) for number in numbers]


def pinned(number: int) -> dict[str, Any]:
    return entry(number) | {"reason": {"$type": "app.bsky.feed.defs#reasonPin"}}


def read(*each: list[Any], after: str | None = None, endless: bool = False) -> tuple[list[int], list[Page]]:
    """Numbers of the posts that a walk tells, and its pages."""
    found = list(walk(Told({METHOD: pages("feed", *each, endless=endless)}), after))
    return [int(post.text.split()[1]) for page in found for post in page.posts], found


def cursor(*numbers: int) -> str:
    """Where a walk must come back to that saw these."""
    left = read(entries(*numbers))[1][-1].cursor
    assert left is not None
    return left


def test_pages_are_asked_for_whole_and_one_after_the_other() -> None:
    told = Told({METHOD: pages("feed", entries(1), entries(2))})
    list(walk(told, None))
    assert [given for _, given in told.asked] == [{"limit": 100}, {"limit": 100, "cursor": "1"}]


def test_a_cursor_is_the_newest_that_was_seen_whatever_the_order_of_the_pages() -> None:
    known = Known.read(cursor(*range(KEPT + 20, -1, -1)))
    assert known is not None
    posts = [f"at://did:plc:friend/app.bsky.feed.post/{number}" for number in range(KEPT)]
    assert known.keys == tuple(map(key_of, posts))
    assert (known.newest, known.oldest) == (START, START - (KEPT - 1) * MINUTE)
    assert Known.read(known.written()) == known


@pytest.mark.parametrize("odd", [None, "", "null", "7", "[]", "[1]", '["x","y"]', '["soon","2026-05-01T12:00:00Z"]',
                                 '["2026-05-01T12:00:00Z",null]', "{}", '{"a":1,"b":2}', "[" * 9])  # fmt: skip
def test_what_is_no_cursor_of_ours_begins_anew(odd: str | None) -> None:
    assert Known.read(odd) is None
    assert read(entries(1, 2), after=odd)[0] == [1, 2]


def test_nothing_new_is_one_look_and_nothing_is_told_twice() -> None:
    assert read(entries(*range(30)), entries(40), after=cursor(*range(30)))[0] == []
    assert read(entries(1, 1, 2), entries(2, 3))[0] == [1, 2, 3]


@pytest.mark.parametrize("kept", [3, OVERLAP, OVERLAP + 5])
def test_so_many_known_items_must_be_met_before_a_walk_has_closed(kept: int) -> None:
    before = cursor(*range(50, 50 + kept))
    needed = min(kept, OVERLAP)
    one_short = entries(1, *range(50, 50 + needed - 1))
    late = entries(49)
    assert read(one_short, late, after=before)[0] == [1, 49]
    assert read([*one_short, entry(50 + needed - 1)], late, after=before)[0] == [1]


def test_a_page_that_lies_wholly_before_all_that_is_known_closes_a_walk() -> None:
    before = cursor(*range(20, 40))
    assert read(entries(1), entries(41, 45), entries(50), after=before)[0] == [1, 41, 45]
    assert read(entries(1), entries(45, 39), entries(50), after=before)[0] == [1, 45, 50], "one of it does not"
    assert read(entries(1), [pinned(41)], entries(50), after=before)[0] == [1, 41, 50], "nor does a pinned one"
    assert read(entries(1), [], entries(50), after=before)[0] == [1, 50], "nor an empty page"


@pytest.mark.parametrize(
    ("each", "gap"),
    [
        ([entries(1, 2)], (20, 2)),
        ([entries(1, 20)], None),
        ([entries(1, 21)], None),
        ([[entry(1), pinned(90)]], (20, 1)),
        ([entries(1, 19)], (20, 19)),
        ([[]], (20, None)),
        ([entries(1, 25)], None),
        ([entries(20, 1)], None),
    ],
)
def test_what_lies_between_the_last_walk_and_where_this_one_ended_is_told(
    each: list[list[Any]], gap: tuple[int, int | None] | None
) -> None:
    found = read(*each, after=cursor(*range(20, 40, 2)))[1][-1].gap
    if gap is None:
        assert found is None
        return
    assert found is not None
    assert found.since == START - gap[0] * MINUTE
    assert found.until == (None if gap[1] is None else START - gap[1] * MINUTE)
    assert "ended before the last sweep's posts" in found.reason


def test_an_empty_timeline_keeps_the_place_and_has_none_to_begin_with() -> None:
    before = cursor(20, 21)
    assert read([], after=before)[1][-1].cursor == before
    assert read([])[1] == [Page((), (), None)]


@pytest.mark.parametrize("after", [None, cursor(500)], ids=["from the top", "from a place"])
def test_a_server_that_goes_round_is_left_and_that_is_told(after: str | None) -> None:
    found = list(walk(Told({METHOD: {"feed": entries(1, 2), "cursor": "same"}}), after))
    assert len(found) == 2
    gap = found[-1].gap
    assert gap is not None
    assert gap.reason.endswith("ended before the last sweep's posts" if after else "the server goes round")
    assert gap.until == START - 2 * MINUTE


@pytest.mark.parametrize("after", [None, cursor(500)], ids=["from the top", "from a place"])
def test_a_timeline_without_an_end_is_read_so_far_and_that_is_told(after: str | None) -> None:
    found = read(*(entries(number) for number in range(MOST_PAGES)), after=after, endless=True)[1]
    assert len(found) == MOST_PAGES
    assert [page.cursor is None for page in found] == [True] * (MOST_PAGES - 1) + [False]
    gap = found[-1].gap
    assert gap is not None
    assert str(MOST_PAGES) in gap.reason
    assert gap.until == START - (MOST_PAGES - 1) * MINUTE
    whole = read(*(entries(number) for number in range(MOST_PAGES)), after=after)[1]
    assert (whole[-1].gap is None) is (after is None)


def test_what_cannot_be_read_is_counted_page_by_page() -> None:
    found = read([entry(1), None, {}], [entry(2), 7])[1]
    assert [page.unreadable for page in found] == [2, 1]
    assert [[account.handle for account in page.accounts] for page in found] == [["friend.test"]] * 2


@given(st.lists(st.integers(0, 60), max_size=40, unique=True), st.lists(st.integers(0, 60), max_size=40, unique=True))
def test_two_walks_tell_each_post_once_whatever_came_between(first: list[int], later: list[int]) -> None:
    told, found = read(sorted_entries(first))
    again, _ = read(sorted_entries([*first, *later]), after=found[-1].cursor)
    assert sorted(told) == sorted(first)
    assert sorted(again) == sorted(set(later) - set(first))


def sorted_entries(numbers: list[int]) -> list[dict[str, Any]]:
    return entries(*sorted(set(numbers)))


def test_a_cursor_is_short() -> None:
    written = json.loads(cursor(*range(KEPT)))
    assert len(written) == 2 + KEPT
    assert all(len(key) == 16 for key in written[2:])
