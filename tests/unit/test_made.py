"""A made sequence is like the tuple of what it makes, and makes each thing once, when it is looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Made

items = st.lists(st.integers(), max_size=6)


@given(items, st.slices(6))
def test_it_is_like_the_tuple_of_what_it_makes(of: list[int], part: slice):
    made, told = Made(of, str), tuple(map(str, of))
    assert (len(made), list(made), made[part], repr(made)) == (len(told), list(told), told[part], repr(told))
    assert made == told
    assert told == made
    assert hash(made) == hash(told)
    assert [made[-place] for place in range(1, len(of) + 1)] == [told[-place] for place in range(1, len(of) + 1)]
    for wrong in (len(of), -len(of) - 1):
        with pytest.raises(IndexError):
            made[wrong]


@given(items, items)
def test_two_are_equal_where_they_make_the_same(some: list[int], others: list[int]):
    assert (Made(some, str) == Made(others, str)) == (some == others)
    assert Made(some, str) != list(map(str, some)), "a list is another thing"


def test_each_thing_is_made_once_and_only_where_it_is_looked_at():
    asked: list[int] = []
    made = Made([1, 2, 3], lambda number: asked.append(number) or number)
    assert (len(made), asked) == (3, [])
    assert (made[1], made[1], made[-2], asked) == (2, 2, 2, [2])
    assert (made[1:], asked) == ((2, 3), [2, 3])
