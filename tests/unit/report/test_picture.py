"""The two pictures: what they show, and that they say the same in words."""

import re
import struct
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import combinations
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.report.picture import course, talk
from bot.report.picture.png import png
from bot.report.picture.swarm import Dot, Field, spread
from bot.report.pictured import Corner, Course, DayCount, Talk, Voice

TODAY = date(2026, 11, 22)
HIVE = Voice("hive@market.test", 1.0, 0.0, 0.2, quieted=True)
ANNA = Voice("anna@example.org", 0.1, 0.6, 0.02)
shares = st.floats(0, 1)


def days(*counts: tuple[int, int, int]) -> Course:
    first = TODAY - timedelta(days=len(counts) - 1)
    return Course(tuple(DayCount(first + timedelta(days=at), *one) for at, one in enumerate(counts)))


def test_links_lie_to_the_right_and_answers_up() -> None:
    drawn = talk.drawn(Talk((HIVE, ANNA)))
    anna, hive = drawn.marks
    assert hive.x > anna.x
    assert hive.y > anna.y, "y grows downward"
    assert hive.size > anna.size
    assert (anna.quieted, hive.quieted) == (False, True), "what is quieted lies on top"


def test_a_quieted_account_has_a_shape_of_its_own_for_who_sees_no_colours() -> None:
    drawing = talk.svg(Talk((HIVE, ANNA)))
    root = ET.fromstring(drawing)
    shapes = [(one.tag.rpartition("}")[2], one.get("class")) for one in root]
    assert shapes.count(("path", "quieted")) == 2, "the key, and the account"
    assert shapes.count(("circle", "other")) == 2


def test_the_rules_corner_is_shaded_and_never_too_thin_to_see() -> None:
    box = talk.drawn(Talk((HIVE,), Corner(0.85, 0.0))).corner
    assert box is not None
    assert box.x + box.width == talk.PLOT.right
    assert box.y + box.height == talk.PLOT.bottom
    assert box.height >= talk.THIN
    assert talk.drawn(Talk((HIVE,))).corner is None


def test_words_say_what_the_picture_shows() -> None:
    said = talk.words(Talk((HIVE, ANNA), dry=False))
    assert said.startswith("2 accounts of the timeline, each a dot")
    assert "1 is quieted, drawn as a diamond, in the lower right corner: together 20 % of the timeline." in said
    assert "1 of the others answers others" in said
    assert "None would be quieted." in talk.words(Talk((ANNA,)))


@given(st.lists(st.tuples(shares, shares, shares, st.booleans()), min_size=1, max_size=40))
@settings(max_examples=15, deadline=None)
def test_every_account_lies_in_the_picture(accounts) -> None:
    voices = tuple(Voice(str(number), *facts) for number, facts in enumerate(accounts))
    drawn = talk.drawn(Talk(voices))
    assert len(drawn.marks) == len(voices)
    assert all(talk.INSIDE.holds(mark.x, mark.y) for mark in drawn.marks)


def test_a_crowd_is_drawn_smaller_and_cut_at_the_quietest() -> None:
    crowd = tuple(Voice(str(number), 1.0, 0.0, 0.001 * (number % 7)) for number in range(400))
    drawn = talk.drawn(Talk(crowd))
    assert len(drawn.marks) == talk.MOST
    assert max(mark.size for mark in drawn.marks) < talk.LARGEST / 2


def test_accounts_in_one_corner_are_moved_apart_and_none_wanders_far() -> None:
    dots = [Dot(100, 100, 5)] * 12
    moved = spread(dots, Field(0, 0, 200, 200))
    assert all(hypot(a.x - b.x, a.y - b.y) >= 8.4 for a, b in combinations(moved, 2))
    assert all(hypot(dot.x - 100, dot.y - 100) < 25 for dot in moved)


def test_noise_lies_on_signal_and_marks_where_something_was_done() -> None:
    first, last = course.drawn(days((50, 50, 1), (80, 0, 0))).bars
    assert first.noise_y == course.TOP
    assert first.signal_y == first.noise_y + first.noise_height
    assert (first.acted, last.acted) == (True, False)
    assert last.noise_height == 0


def test_the_course_in_words_tells_both_ends() -> None:
    said = course.words(days(*[(60, 40, 0)] * 14, (60, 40, 2), *[(90, 10, 0)] * 15))
    assert said.startswith("The timeline from 24 Oct to 22 Nov, a column a day, 3,000 posts in all, noise on top: 25 %")
    assert "40 % in the first week and 10 % in the last." in said
    assert said.endswith("quietfeed would have acted 2 times, on 1 day.")
    assert course.words(days((0, 0, 0))) == "Nothing was read of the timeline yet."


def test_a_course_whose_ends_are_empty_says_nothing_of_them() -> None:
    said = course.words(days(*[(0, 0, 0)] * 10, (1, 1, 0), *[(0, 0, 0)] * 19))
    assert "week" not in said


@pytest.mark.parametrize("drawing", [talk.svg(Talk((HIVE, ANNA), Corner(0.85, 0.02))), course.svg(days((5, 5, 1)))])
def test_a_png_is_large_enough_for_a_phone_and_small_enough_to_send(drawing: str) -> None:
    picture = png(drawing)
    width, height = struct.unpack(">II", picture[16:24])
    assert (picture[:8], width) == (b"\x89PNG\r\n\x1a\n", 1200)
    assert 600 <= height <= 1000
    assert len(picture) < 200_000


def test_letters_come_from_the_bundled_font() -> None:
    """Without one, resvg draws no text and says nothing."""
    drawing = course.svg(days((5, 5, 1)))
    wordless = re.sub("<text.*</text>", "", drawing)
    assert len(png(drawing)) > len(png(wordless)) + 3000


def test_every_letter_of_the_pictures_is_in_the_font() -> None:
    """Tofu would be drawn for one that is not: the subset holds Latin, digits, punctuation and arrows."""
    for drawing in (talk.svg(Talk((HIVE,), Corner(0.5, 0.1))), course.svg(days((5, 5, 1)))):
        root = ET.fromstring(drawing)
        letters = {letter for text in root.iter("{http://www.w3.org/2000/svg}text") for letter in text.text or ""}
        assert all(ord(letter) < 0x180 or letter in "’←↑→–—…" for letter in letters)


@given(st.text(max_size=40))
@settings(max_examples=15, deadline=None)
def test_a_handle_never_breaks_the_picture(handle: str) -> None:
    root = ET.fromstring(talk.svg(Talk((Voice(handle, 0.5, 0.5, 0.1, True),))))
    assert root.tag.endswith("svg")
