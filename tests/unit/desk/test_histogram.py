"""Bars behind a slider."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.histogram import BARS, histogram, scale

SHARE, COUNT = "link_share", "own_posts"


def heights(path: str) -> list[float]:
    return [float(high) for high in re.findall(r"v-([0-9.]+)h", path)]


def test_a_share_goes_from_none_to_all_in_percent() -> None:
    on = scale(SHARE, [0.1, 0.2], [0.9])
    assert (on.top, on.step, on.shown(0.9), on.shown(0.015), on.place(0.9)) == (100, 1, "90", "1.5", 90)


@pytest.mark.parametrize(
    ("readings", "end", "top"), [([3, 4], 2, 10), ([*[10] * 99, 5000], 40, 100), ([120], 130, 200)]
)
def test_a_count_goes_as_far_as_nearly_all_and_beyond_its_bound(readings: list[float], end: float, top: float) -> None:
    on = scale(COUNT, readings, [end])
    assert (on.top, on.step) == (top, 1)


def test_those_that_the_rule_finds_stand_in_their_own_bars() -> None:
    found = histogram(SHARE, [(1.0, True), (1.0, False), (0.0, False), (None, False)], scale(SHARE, [], []))
    assert (len(heights(found.found)), len(heights(found.others)), found.unknown) == (1, 2, 1)
    assert (
        found.says
        == "The account that it finds: every post with a link. Half or more of the 2 others: every post with a link."
    )


def test_one_account_is_seen_beside_a_thousand() -> None:
    some = [(0.0, False)] * 1000 + [(1.0, True)]
    assert min(heights(histogram(SHARE, some, scale(SHARE, [], [])).others)) >= 2.5


@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 1e6)), st.booleans()), max_size=50), st.floats(0, 1e5))
def test_whatever_is_read_is_drawn_within_the_picture(readings: list[tuple[float | None, bool]], end: float) -> None:
    on = scale(COUNT, [value for value, _ in readings if value is not None], [end])
    found = histogram(COUNT, readings, on)
    assert 0 <= on.place(end) <= 100
    assert all(0 < high <= 40 for high in heights(found.others))
    assert len(heights(found.found)) <= len(heights(found.others)) <= BARS
