"""A mark is one line in the owner's own note: every other letter of it stays as the owner wrote it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.model import Account, Step
from bot.platforms.marks import Mark, line, marked, marks_in, quieted, unmarked

END = datetime(2026, 12, 24, 6, 0, tzinfo=UTC)
ANN = Account("1", "ann@garden.test")
moments = st.integers(0, 30_000_000).map(lambda minutes: END + timedelta(minutes=minutes))
titles = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=20)
steps = st.sampled_from([Step.MUTE, Step.HIDE_REPOSTS])
marks = st.one_of(
    st.builds(Mark, steps),
    st.builds(Mark, steps, moments, st.booleans()),
    st.builds(Mark, st.just(Step.LIST), moments, st.booleans(), titles),
)
notes = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.text("quietfeed: mute\n\r ", max_size=40)


@given(notes, st.lists(marks, min_size=1, max_size=5))
def test_the_owners_own_text_survives_byte_for_byte(note, several):
    assume(not marks_in(note))
    text = note
    for mark in several:
        text = marked(text, mark)
        assert text.startswith(note)
        assert marked(text, mark) == text
    for mark in several:
        text = unmarked(text, mark)
    assert text.encode() == note.encode()


@given(notes, notes, marks, marks)
def test_what_the_owner_adds_behind_a_mark_survives_too(before, after, mark, later):
    assume(not marks_in(before) and not marks_in(after))
    text = f"{marked(before, mark)}\n{after}"
    if mark.same_action(later):
        text = marked(text, later)
    assert unmarked(text, mark) == (f"{before}\n{after}" if before else after)


@given(notes, marks)
def test_a_mark_is_read_as_it_was_written(note, mark):
    assume(not marks_in(note))
    assert marks_in(marked(note, mark)) == [mark]


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (Mark(Step.MUTE, END, timed=True), "quietfeed: mute until 2026-12-24T06:00Z"),
        (Mark(Step.MUTE), "quietfeed: mute"),
        (Mark(Step.HIDE_REPOSTS, END), "quietfeed: hide reposts, to be ended 2026-12-24T06:00Z"),
        (Mark(Step.LIST, END, title="Quieted"), "quietfeed: list “Quieted”, to be ended 2026-12-24T06:00Z"),
    ],
)
def test_a_mark_can_be_read_by_the_owner(mark, words):
    assert line(mark) == words


@pytest.mark.parametrize(
    "row",
    ["quietfeed mute", "quietfeed: mute until soon", "quietfeed: mute until 2026-99-24T06:00Z", " quietfeed: mute"],
)
def test_what_only_looks_like_a_mark_is_the_owners(row):
    assert marks_in(row) == []
    assert unmarked(row, Mark(Step.MUTE)) == row


@pytest.mark.parametrize(
    ("mark", "ends", "ours"),
    [
        (Mark(Step.MUTE, END, timed=True), END + timedelta(minutes=3), True),
        (Mark(Step.MUTE, END, timed=True), END + timedelta(days=1), False),
        (Mark(Step.MUTE, END, timed=True), None, False),
        (Mark(Step.MUTE, END), None, True),
        (Mark(Step.MUTE, END), END, False),
        (Mark(Step.MUTE), None, True),
        (Mark(Step.HIDE_REPOSTS, END), None, False),
    ],
)
def test_a_mute_for_another_time_than_its_mark_says_is_the_owners(mark, ends, ours):
    found = quieted(ANN, Step.MUTE, f"My baker.\n{line(mark)}", {"muted": "false"}, ends=ends)
    assert found.ours is ours
    assert found.until == (ends or (mark.until if ours else None))


def test_a_mark_speaks_of_its_own_list_alone():
    note = line(Mark(Step.LIST, END, title="Quieted"))
    assert quieted(ANN, Step.LIST, note, {}, title="quieted ").ours
    assert not quieted(ANN, Step.LIST, note, {}, title="News").ours
