"""The bound that is named spares everything that the owner took back, and as few of the others as can be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.rightness import is_often_taken_back, sparing
from bot.judging.rules import Bounds
from bot.model import Account, Comparison, Entry, Event, Sparing

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
LINKS, REPLIES, POSTS = ("link_share", 0.9, None), ("reply_share", None, 0.02), ("own_posts", 40, None)


def entry(*readings: float | None, bounds=(LINKS,), days: int = 0) -> Entry:
    """An action decided by these bounds, with a reading for each."""
    held = tuple(
        Comparison(signal, reading, least, most, reading is not None)
        for (signal, least, most), reading in zip(bounds, readings, strict=True)
    )
    at = NOW + timedelta(days=days)
    return Entry(at, "me", Account("a", "a@example.com"), Event.UNDONE, "dropper", comparisons=held)


def entries(*readings: float | None) -> list[Entry]:
    return [entry(reading) for reading in readings]


@pytest.mark.parametrize(
    ("taken_back", "actions", "often"),
    [(1, 1, False), (2, 2, False), (3, 3, True), (3, 5, True), (3, 7, True), (3, 8, False), (3, 9, False),
     (4, 30, False), (10, 30, False), (11, 30, True), (0, 0, False)],
)  # fmt: skip
def test_a_rule_may_be_wrong_where_three_and_more_than_a_third_were_taken_back(taken_back, actions, often) -> None:
    assert is_often_taken_back(taken_back, actions) is often


@pytest.mark.parametrize(
    ("case", "taken_back", "others", "instead", "lost"),
    [
        ("all others are kept", [0.91, 0.94, 0.96], [0.98, 1.0], 0.97, 0),
        ("as round as that is possible", [0.91], [0.915, 1.0], 0.911, 0),
        ("as fine as readings are", [0.9101], [0.9102, 1.0], 0.9102, 0),
        ("as far as there is", [0.995], [1.0], 1.0, 0),
        ("one of the others is lost", [0.91, 0.96], [0.95, 0.99], 0.97, 1),
        ("what is not known is spared too", [0.91], [None, 0.95], 0.92, 1),
        ("there are no others", [0.93, 0.94], [], 0.95, 0),
        ("on the bound itself", [0.9], [0.95], 0.91, 0),
    ],
)
def test_a_least_reading_is_raised_when(case, taken_back, others, instead, lost) -> None:
    found = sparing(entries(*taken_back), entries(*others))
    assert found == Sparing("link_share", "at_least", 0.9, instead, lost), case


@pytest.mark.parametrize(
    ("case", "taken_back", "others"),
    [
        ("nothing was taken back", [], [0.95]),
        ("one of them can go no higher", [0.95, 1.0], [0.93]),
        ("it would spare all the others as well", [0.99], [0.93, 0.98]),
        ("a reading is not known", [0.95, None], [0.99]),
        ("the bound spares them already", [0.85], [0.95]),
    ],
)
def test_no_bound_is_named_when(case, taken_back, others) -> None:
    assert sparing(entries(*taken_back), entries(*others)) is None, case


def test_a_greatest_reading_is_lowered() -> None:
    told = [entry(reading, bounds=(REPLIES,)) for reading in (0.015, 0.02)]
    others = [entry(reading, bounds=(REPLIES,)) for reading in (0.0, 0.01)]
    assert sparing(told, others) == Sparing("reply_share", "at_most", 0.02, 0.01, 0)


def test_a_yes_cannot_be_asked_for_more_strictly_nor_fewer_than_none_at_all() -> None:
    for signal, now in (("declared_bot", (1, None)), ("own_posts", (None, 0)), ("reply_share", (None, 0.0))):
        (reading,) = (end for end in now if end is not None)
        bounds = ((signal, *now),)
        assert sparing([entry(reading, bounds=bounds)], [entry(reading, bounds=bounds)]) is None
        assert sparing([entry(reading, bounds=bounds)], []) is None


def test_a_count_is_moved_by_whole_posts() -> None:
    told = [entry(count, bounds=(POSTS,)) for count in (41, 57)]
    assert sparing(told, [entry(120, bounds=(POSTS,))]) == Sparing("own_posts", "at_least", 40, 58, 0)


def test_of_several_bounds_the_one_that_loses_least_is_named_then_the_one_that_moves_least() -> None:
    both = (LINKS, REPLIES)
    told = [entry(0.95, 0.01, bounds=both)]
    assert sparing(told, [entry(0.93, 0.0, bounds=both)]).signal == "reply_share"
    assert sparing(told, [entry(0.99, 0.0, bounds=both)]).signal == "reply_share"  # by 0.01, not by 0.06
    assert sparing(told, [entry(0.99, 0.02, bounds=both)]).signal == "link_share"


@pytest.mark.parametrize(
    ("share", "now", "count", "named"),
    [
        (0.94, 40, 40, "own_posts"),  # by a fortieth, against 0.05
        (0.9, 40, 40, "link_share"),  # against 0.01
        (0.94, 0, 0, "link_share"),  # from none to one is far
        (0.94, 0, 5, "link_share"),
    ],
)
def test_how_far_a_bound_moves_is_measured_in_parts_of_what_it_is(share, now, count, named) -> None:
    both = (LINKS, ("own_posts", now, None))
    for way in (1, -1):
        told, other = (entry(*readings[::way], bounds=both[::way]) for readings in ((share, count), (1.0, 300)))
        assert sparing([told], [other]).signal == named


def test_the_present_bounds_are_those_of_the_newest_action() -> None:
    loose, strict = ("link_share", 0.5, None), ("link_share", 0.9, None)
    told = [entry(0.6, bounds=(loose,)), entry(0.93, bounds=(strict,), days=2)]
    assert sparing(told, []) == Sparing("link_share", "at_least", 0.9, 0.94, 0)


shares = st.integers(9_000, 10_000).map(lambda whole: whole / 10_000)
few = st.integers(0, 200).map(lambda whole: whole / 10_000)
counts = st.integers(40, 300).map(float)
acted = st.builds(
    lambda a, b, c: entry(a, b, c, bounds=(LINKS, REPLIES, POSTS)), shares | st.none(), few | st.none(), counts
)


@given(st.lists(acted, min_size=1, max_size=6), st.lists(acted, max_size=6))
def test_a_named_bound_spares_all_that_was_taken_back_and_loses_as_many_as_it_says(taken_back, others) -> None:
    found = sparing(taken_back, others)
    if found is None:
        return
    bound = Bounds(at_least=found.instead) if found.end == "at_least" else Bounds(at_most=found.instead)

    def holds(one: Entry) -> bool:
        return bound.hold(next(held.reading for held in one.comparisons if held.signal == found.signal))

    assert not any(map(holds, taken_back))
    assert sum(not holds(one) for one in others) == found.lost
    assert found.lost < len(others) or not others
    stricter = found.instead > found.now if found.end == "at_least" else found.instead < found.now
    assert stricter


@given(st.lists(acted, min_size=1, max_size=6), st.lists(acted, max_size=6))
def test_no_other_end_loses_fewer(taken_back, others) -> None:
    found = sparing(taken_back, others)
    for signal, least, _ in (LINKS, REPLIES, POSTS):
        index = ("link_share", "reply_share", "own_posts").index(signal)
        told = [one.comparisons[index].reading for one in taken_back]
        if None in told or (signal == "link_share" and max(told) == 1) or (signal == "reply_share" and min(told) == 0):
            continue
        known = [one.comparisons[index].reading for one in others]
        past = [r is None or (r <= max(told) if least is not None else r >= min(told)) for r in known]
        lost = sum(past)
        if found is not None:
            assert found.lost <= lost
        else:
            assert others
            assert lost == len(others)
