"""Lists of an AT Protocol server, page by page, and whether they were read to their end."""

from typing import Any

import pytest

from bot.platforms.base import Unreachable
from bot.platforms.bluesky.xrpc import Pages, listed
from tests.unit.platforms.bluesky.told import Told, pages


def read(answer: Any, most: int = 9) -> tuple[list[list[Any]], bool, Told]:
    told = Told({"method": answer})
    each = Pages(told, "method", "items", most, actor="ann")
    assert each.cut is False
    return list(each), each.cut, told


def test_pages_are_asked_for_whole_until_no_next_one_is_named() -> None:
    items, cut, told = read(pages("items", [1, 2], [], [3]))
    assert (items, cut) == ([[1, 2], [], [3]], False)
    asked = [{"limit": 100, "actor": "ann"} | ({"cursor": str(number)} if number else {}) for number in range(3)]
    assert [given for _, given in told.asked] == asked


@pytest.mark.parametrize("odd", ["", None, 7, ["1"]])
def test_what_names_no_place_is_the_end(odd: Any) -> None:
    assert read({"items": [1], "cursor": odd})[:2] == ([[1]], False)


def test_a_place_that_is_named_again_is_a_circle() -> None:
    items, cut, _ = read({"items": [1], "cursor": "same"})
    assert (items, cut) == ([[1], [1]], True)


@pytest.mark.parametrize(("most", "cut"), [(1, True), (2, True), (3, False), (4, False)])
def test_no_more_pages_are_read_than_that_and_it_is_told(most: int, cut: bool) -> None:
    items, was_cut, _ = read(pages("items", [1], [2], [3]), most)
    assert (len(items), was_cut) == (min(most, 3), cut)


def test_whoever_reads_a_page_can_see_that_nothing_follows() -> None:
    each = Pages(Told({"method": pages("items", [1], endless=True)}), "method", "items", 2)
    assert [each.cut for _ in each] == [False, True]


@pytest.mark.parametrize("answer", [{}, {"items": None}, {"items": {}}, {"items": "a"}, {"other": []}])
def test_an_answer_without_its_list_is_a_server_that_is_not_well(answer: Any) -> None:
    with pytest.raises(Unreachable, match="no list `items`"):
        listed(answer, "items")
    assert listed({"items": [7]}, "items") == [7]
