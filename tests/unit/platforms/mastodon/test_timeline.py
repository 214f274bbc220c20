"""The walk along a home timeline, request by request: how it goes on, when it ends, and what it says it missed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.platforms.base import Page
from bot.platforms.mastodon.connection import Answer, Refused
from bot.platforms.mastodon.posts import statuses
from bot.platforms.mastodon.timeline import FEW, HELD, HOME, LIMIT, REMEMBERED, walk
from tests.unit.platforms.mastodon.told import Several, Told

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANN = {"id": "7", "acct": "ann@example.org"}


def status(number: int) -> dict[str, Any]:
    """The status with that number as its id; the greater, the newer, a minute each."""
    at = NOW + timedelta(minutes=number)
    return {"id": str(number), "created_at": at.isoformat(), "account": ANN, "content": f"<p>{number}</p>"}


def answer(newest: int, many: int, status_code: int = 200, **more: Any) -> Answer:
    """So many statuses, the newest first."""
    return Answer(status_code, [status(newest - place) for place in range(many)], **more)


def read(*answers: Any, after: str | None = None) -> tuple[list[int], list[Page], list[dict[str, Any]]]:
    """What a walk tells, its pages, and what was asked for beside the size of a page."""
    told = Told({HOME: Several(*answers)})
    pages = list(walk(told, partial(statuses, domain="home.test"), after))  # type: ignore[arg-type]
    asked = [dict(params) for _, params in told.asked]
    assert all(params.pop("limit") == str(LIMIT) for params in asked)
    return [int(post.id) for page in pages for post in page.posts], pages, asked


def gaps(pages: list[Page]) -> list[str]:
    return [page.gap.reason for page in pages if page.gap]


NOTHING = answer(0, 0)


def test_a_page_with_few_new_items_ends_the_walk_and_one_with_more_does_not() -> None:
    told, pages, asked = read(answer(100 + FEW - 1, FEW - 1), answer(200, 1), after="100 99")
    assert (len(told), asked) == (FEW - 1, [{"min_id": "100"}])
    assert [page.cursor for page in pages] == [" ".join(str(100 + FEW - 1 - n) for n in range(REMEMBERED))]
    beyond = answer(100 + FEW, FEW), answer(100, 1), answer(300, 1), NOTHING
    told, pages, asked = read(*beyond, after="100 99")
    assert told == [*range(100 + FEW, 100, -1), 300]
    assert asked == [{"min_id": "100"}, {"max_id": "101"}, {"min_id": str(100 + FEW)}]
    assert gaps(pages) == []


def test_the_way_on_is_the_servers_where_it_names_one() -> None:
    overlapping = Answer(200, [status(120 - place) for place in range(FEW + 1)], {}, {"min_id": "marker"})
    told, pages, asked = read(overlapping, NOTHING, after="100")
    assert asked == [{"min_id": "100"}, {"min_id": "marker"}], "what is known stands on the page: nothing lies between"
    assert (told, len(pages)) == ([*range(120, 100, -1)], 1)


def test_a_cursor_remembers_the_newest_of_all_pages_and_of_the_last_walk() -> None:
    _, pages, _ = read(answer(103, 3), after="100 99 98")
    assert pages[-1].cursor == "103 102 101 100 99 98"
    _, pages, _ = read(answer(103, 3), after=" ".join(str(100 - n) for n in range(REMEMBERED)))
    assert pages[-1].cursor is not None
    assert pages[-1].cursor.split() == [str(103 - n) for n in range(REMEMBERED)]


def test_what_was_skipped_is_read_down_to_what_is_known() -> None:
    down = answer(180, 40), Answer(200, [status(n) for n in (140, 139, 100, 99)])
    told, pages, asked = read(answer(220, 40), *down, NOTHING, after="100 99")
    assert asked == [{"min_id": "100"}, {"max_id": "181"}, {"max_id": "141"}, {"min_id": "220"}]
    assert sorted(told) == [*range(139, 221)]
    assert [page.cursor is None for page in pages] == [True, True, False], "the newest are safe only once all is told"
    assert gaps(pages) == []


def test_the_way_down_is_the_servers_where_it_names_one() -> None:
    down = answer(180, 40, next={"max_id": "marker"}), answer(100, 1), NOTHING
    assert read(answer(220, 40), *down, after="100")[2][1:3] == [{"max_id": "181"}, {"max_id": "marker"}]


@pytest.mark.parametrize(
    ("down", "oldest", "requests"),
    [
        ([NOTHING], 181, 1),
        ([answer(180, 40), NOTHING], 141, 2),
        ([answer(190, 10)], 181, 1),
        ([answer(180, 40, 206)], 141, 1),
    ],
)
def test_where_what_is_known_is_not_met_the_stretch_is_told(down: list[Answer], oldest: int, requests: int) -> None:
    _, pages, asked = read(answer(220, 40), *down, NOTHING, after="100")
    (gap,) = [page.gap for page in pages if page.gap]
    assert gap.reason == "the server holds fewer posts than were missed"
    assert gap.until == NOW + timedelta(minutes=oldest)
    assert sum("max_id" in params for params in asked) == requests


class Endless(Told):
    """A server without an end, forward or back."""

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        given = params or {}
        self.asked.append((path, given))
        if "min_id" in given:
            return answer(int(given["min_id"]) + LIMIT, LIMIT)
        return answer(int(given.get("max_id", 1_000_000)) - 1, LIMIT)


def walked(after: str | None) -> tuple[list[Page], list[tuple[str, Mapping[str, Any]]]]:
    told = Endless({})
    return list(walk(told, partial(statuses, domain="home.test"), after)), told.asked  # type: ignore[arg-type]


def test_no_walk_goes_further_than_a_server_keeps_its_timeline() -> None:
    pages, asked = walked(None)
    assert sum(len(page.posts) for page in pages) == HELD
    assert len(asked) == HELD // LIMIT + 1
    assert gaps(pages) == [f"the first look: what lies behind {HELD} posts was not read"]
    forward, asked = walked("1000")
    assert HELD <= sum(len(page.posts) for page in forward) <= HELD * 3
    assert sum("max_id" in params for _, params in asked) == 1
    assert all(page.cursor for page in forward)


def test_a_first_walk_reads_back_to_the_end_and_leaves_its_place_at_last() -> None:
    told, pages, asked = read(answer(99, 40, next={"max_id": "60", "odd": "1"}), answer(59, 5), NOTHING)
    assert told == [*range(99, 59, -1), *range(59, 54, -1)]
    assert asked == [{}, {"max_id": "60"}, {"max_id": "55"}]
    assert [page.cursor for page in pages] == [None, None, " ".join(str(99 - n) for n in range(REMEMBERED))]
    assert gaps(pages) == []


def test_an_empty_timeline_leaves_no_place() -> None:
    assert read(NOTHING) == ([], [], [{}])


@pytest.mark.parametrize("after", [None, "100"])
def test_a_feed_that_is_being_rebuilt_tells_its_part_and_leaves_no_place(after: str | None) -> None:
    told, pages, asked = read(answer(103, 3, 206), answer(99, 5), after=after)
    assert (told, [page.cursor for page in pages], len(asked)) == ([103, 102, 101], [None], 1)
    assert gaps(pages) == ["the server is rebuilding the home feed (HTTP 206)"]


@pytest.mark.parametrize("code", [400, 404, 422])
def test_a_place_that_the_server_does_not_know_is_told_and_the_walk_begins_anew(code: int) -> None:
    told, pages, asked = read(Refused("home.test said no", code), answer(99, 2), NOTHING, after="100")
    assert (told, asked) == ([99, 98], [{"min_id": "100"}, {}, {"max_id": "98"}])
    assert gaps(pages) == ["the server does not know the place to go on from any more (home.test said no)"]
    assert pages[-1].cursor == "99 98"


def test_an_item_without_an_id_is_counted_and_one_that_came_before_is_not_told_again() -> None:
    odd = Answer(200, [status(103), {"content": "x"}, None, status(103), status(100), {"id": True}, status(102)])
    told, pages, _ = read(odd, after="100")
    assert (told, [page.unreadable for page in pages]) == ([103, 102], [3])
    assert pages[0].cursor is not None
    assert pages[0].cursor.startswith("103 ")
    assert read(Answer(200, [None, {"content": "x"}]), after="100")[1] == [], "nothing to go on from"
