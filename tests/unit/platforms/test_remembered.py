"""What a server answered is told again only while it is young, whatever the clock is set to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.platforms.remembered import NEVER, Remembered

START, HOUR = datetime(2026, 3, 2, 6, tzinfo=UTC), timedelta(hours=1)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


def test_an_answer_is_told_again_until_it_is_too_old(clock: SimulatedClock) -> None:
    known = Remembered[str](clock)
    known.keep({"ann": "yes"})
    told = []
    for seconds in (0, 3599, 1):
        clock.wait(seconds)
        told.append(known.told(["ann", "ben"], HOUR))
    assert told == [{"ann": "yes"}, {"ann": "yes"}, {}]


def test_who_wants_it_fresh_is_told_nothing_even_in_the_same_moment(clock: SimulatedClock) -> None:
    known = Remembered[str](clock)
    known.keep({"ann": "yes"})
    assert known.told(["ann"], NEVER) == {}


def test_a_clock_that_is_set_back_makes_no_answer_young_again(clock: SimulatedClock) -> None:
    known = Remembered[str](clock)
    known.keep({"ann": "yes"})
    clock.wait(HOUR.total_seconds())
    clock.time -= 24 * HOUR
    assert known.told(["ann"], HOUR) == {}


def test_what_is_forgotten_is_not_told(clock: SimulatedClock) -> None:
    known = Remembered[str](clock)
    known.keep({"ann": "yes", "ben": "no"})
    known.forget("ann")
    known.forget("nobody")
    assert known.told(["ann", "ben"], HOUR) == {"ben": "no"}
    known.forget()
    assert known.told(["ann", "ben"], HOUR) == {}


@given(st.lists(st.sampled_from("abcdefgh")))
def test_no_more_are_kept_than_was_said_and_those_the_newest(kept: list[str]) -> None:
    known = Remembered[int](SimulatedClock(START), most=3)
    for number, one in enumerate(kept):
        known.keep({one: number})
    last = {one: number for number, one in enumerate(kept)}
    newest = sorted(last, key=lambda one: -last[one])[:3]
    assert known.told("abcdefgh", HOUR) == {one: last[one] for one in newest}
