"""Readings in words: every signal has them, for every reading that it can have, and they are true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.signals import ALL, BY_NAME, UNITS, Signal
from bot.signals.words import NEAR, part, ratio


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "no post"),
        (0.0042, "1 in 238 posts"),
        (0.02, "1 in 50 posts"),
        (0.1429, "1 in 7 posts"),
        (0.33, "1 in 3 posts"),
        (0.5, "1 in 2 posts"),
        (0.8, "4 in 5 posts"),
        (0.9, "9 in 10 posts"),
        (0.9667, "29 in 30 posts"),
        (0.9992, "1,249 in 1,250 posts"),
        (1.0, "every post"),
    ],
)
def test_a_share_is_told_in_small_whole_numbers(share: float, said: str) -> None:
    assert part(share, "post") == said


@given(st.floats(1e-5, 1 - 1e-5))
def test_a_part_that_is_told_is_near_the_part_that_was_read_and_on_its_side(share: float) -> None:
    some, whole = ratio(share)
    assert 0 < some < whole
    assert abs(some / whole - share) <= NEAR * min(share, 1 - share)


@pytest.mark.parametrize(
    ("name", "reading", "said"),
    [
        ("own_posts", 1, "1 post"),
        ("own_posts", 1200, "1,200 posts"),
        ("days_seen", 4.2, "in 4.2 days"),
        ("posts_per_day", 0.5, "0.5 posts a day"),
        ("link_share", 1.0, "every post with a link"),
        ("reply_share", 0.0, "answered nobody"),
        ("reply_share", 0.02, "1 in 50 posts an answer"),
        ("answered_people", 1, "answered 1 person"),
        ("near_duplicate_share", 0.9667, "29 in 30 texts nearly the same as another"),
        ("burst_days", 5, "five or more posts at once on 5 days"),
        ("declared_bot", 1.0, "says that it is a bot"),
        ("timeline_share", 0.14, "14 % of your timeline"),
    ],
)
def test_readings_are_said_as_people_say_them(name: str, reading: float, said: str) -> None:
    assert BY_NAME[name].says(reading) == said


@pytest.mark.parametrize("signal", ALL, ids=lambda one: one.name)
@given(data=st.data())
def test_every_signal_says_every_reading_that_it_can_have(signal: Signal, data: st.DataObject) -> None:
    least, most = UNITS[signal.unit]
    said = signal.says(data.draw(st.floats(least, most if most is not None else 1e9)))
    assert said == said.strip() != ""
    assert "_" not in said, "words, not the key of the config"


def test_every_signal_has_a_short_name_of_its_own() -> None:
    assert len({signal.label for signal in ALL}) == len(ALL)
    assert all(0 < len(signal.label.split()) <= 4 for signal in ALL)
