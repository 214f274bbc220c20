"""Lines are broken between words alone, and go on where they should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.tables import Table, drawn
from bot.report.wrapped import columns, wrapped

WORDS = st.lists(st.text("abcdé漢🚀@.:", min_size=1, max_size=25), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("one two three", "one two\nthree"),
        ("  one two three", "  one two\n  three"),
        ("✗ one two three", "✗ one two\n  three"),
        ("1. one two three", "1. one two\n   three"),
        ("averylonghandle@example.com is it", "averylonghandle@example.com\nis it"),
        ("one two", "one two"),
        ("", ""),
    ],
)
def test_a_line_goes_on_below_its_first_word(line: str, shown: str) -> None:
    assert wrapped(line, 10) == shown


def test_behind_columns_it_goes_on_below_the_last() -> None:
    line = "  links    every post with a link to somewhere"
    assert wrapped(line, 33) == "  links    every post with a link\n           to somewhere"


@given(WORDS, st.integers(0, 6), st.integers(10, 120))
def test_no_word_is_lost_or_broken_and_no_line_too_long_that_could_be_shorter(
    words: list[str], indent: int, width: int
) -> None:
    shown = wrapped(" " * indent + " ".join(words), width)
    assert shown.split() == words
    for line in shown.split("\n"):
        assert columns(line) <= width or len(line.split()) <= 2


@given(st.text(), st.integers(1, 100))
def test_any_text_keeps_its_words(text: str, width: int) -> None:
    assert wrapped(text, width).split() == text.split()


def test_a_table_whose_words_do_not_fit_is_a_row_a_block() -> None:
    rows = (("2026-11-18", "averylonghandle@market.example", "judged", "", "found for the first time"),)
    table = Table(("when", "handle", "what", "rule", "why"), rows)
    assert drawn(table, 50, colour=False) == (
        "2026-11-18  averylonghandle@market.example\n  what: judged\n  why: found for the first time"
    )
    assert "judged" in drawn(table, 120, colour=False).splitlines()[-1]
