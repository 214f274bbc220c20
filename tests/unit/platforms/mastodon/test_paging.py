"""Lists page after page: how they go on, and whether they were read to their end."""

from typing import Any

import pytest

from bot.platforms.base import Unreachable
from bot.platforms.mastodon.connection import Answer
from bot.platforms.mastodon.paging import BARREN, Pages, onward_by_id
from tests.unit.platforms.mastodon.told import Several, Told

PATH = "/list"


def page(*items: Any, onward: str = "") -> Answer:
    return Answer(200, list(items), {"max_id": onward} if onward else {})


def read(*answers: Any, limit: int = 3, most: int = 9, **more: Any) -> tuple[list[list[Any]], bool, Told]:
    told = Told({PATH: Several(*answers)})
    pages = Pages(told, PATH, limit, most, **more)  # type: ignore[arg-type]
    assert pages.cut is False
    return list(pages), pages.cut, told


def test_the_way_on_is_the_servers_and_the_end_is_where_it_names_none() -> None:
    items, cut, told = read(page("a", "b", "c", onward="7"), page("d", onward="5"), page(onward="4"), page("e"))
    assert (items, cut) == ([["a", "b", "c"], ["d"], [], ["e"]], False)
    limit = {"limit": "3"}
    places = [limit, limit | {"max_id": "7"}, limit | {"max_id": "5"}, limit | {"max_id": "4"}]
    assert [params for _, params in told.asked] == places


def test_a_full_page_that_names_no_next_one_is_cut_short() -> None:
    assert read(page("a", "b"))[1] is False
    assert read(page("a", "b", "c"))[1] is True
    assert read(page("a", "b", "c", "d"))[1] is True


def test_a_way_that_was_gone_before_is_a_circle() -> None:
    items, cut, _ = read(page("a", onward="7"), page("b", onward="5"), page("c", onward="7"), page("d"))
    assert (items, cut) == ([["a"], ["b"], ["c"]], True)


def test_so_many_empty_pages_in_a_row_are_a_circle_too_and_fewer_are_not() -> None:
    def empty(many: int, first: int) -> list[Answer]:
        return [page(onward=str(first + number)) for number in range(many)]

    items, cut, _ = read(page("a", onward="1"), *empty(BARREN - 1, 2), page("b"), most=99)
    assert (items[-1], cut) == (["b"], False)
    items, cut, _ = read(page("a", onward="1"), *empty(BARREN, 2), page("b"), most=99)
    assert (items[-1], len(items), cut) == ([], BARREN + 1, True)
    items, cut, _ = read(*empty(BARREN - 1, 1), page("a", onward="50"), *empty(BARREN - 1, 51), page("b"), most=99)
    assert (items[-1], cut) == (["b"], False)


@pytest.mark.parametrize(("most", "read_whole"), [(1, False), (2, False), (3, True), (4, True)])
def test_no_more_pages_are_read_than_that_and_it_is_told(most: int, read_whole: bool) -> None:
    items, cut, _ = read(page("a", onward="3"), page("b", onward="2"), page("c"), most=most)
    assert (len(items), cut) == (min(most, 3), not read_whole)


def test_whoever_reads_a_page_can_see_that_nothing_follows() -> None:
    pages = Pages(Told({PATH: page("a", onward="7")}), PATH, 3, 2)  # type: ignore[arg-type]
    assert [pages.cut for _ in pages] == [False, True]


def test_where_the_server_names_no_way_another_may_be_known() -> None:
    items, cut, told = read(
        page({"id": "3"}, {"id": "2"}), page({"id": "1"}), limit=2, onward=lambda items: onward_by_id(items, 2)
    )
    assert (len(items), cut) == (2, False)
    assert told.asked[1][1]["max_id"] == "2"


@pytest.mark.parametrize(
    ("items", "onward"),
    [
        ([], {}),
        ([{"id": "3"}], {}),
        ([{"id": "3"}, {"id": "2"}], {"max_id": "2"}),
        ([{"id": "3"}, {"id": "2"}, {"id": "1"}], {"max_id": "1"}),
        ([{"id": "3"}, None], {"max_id": "3"}),
        ([{"id": 3}, {"id": True}], {"max_id": "3"}),
        ([None, {}], {}),
    ],
)
def test_the_way_on_by_ids_is_behind_the_last_of_a_full_page(items: list[Any], onward: dict[str, str]) -> None:
    assert onward_by_id(items, 2) == onward


@pytest.mark.parametrize("data", [{}, None, "a", 7])
def test_what_is_no_list_is_a_server_that_is_not_well(data: Any) -> None:
    with pytest.raises(Unreachable, match=r"home\.test"):
        read(Answer(200, data))
