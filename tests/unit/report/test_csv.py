"""CSV comes back as it went out, and no cell that others wrote is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.csv import FORMULAS, harmless, row

TEXT = st.text(st.one_of(st.sampled_from(",;\"'\r\n\t =+-@"), st.characters()))


@given(st.lists(st.lists(TEXT, min_size=2, max_size=4), max_size=5))
def test_every_cell_comes_back_exactly(rows):
    written = io.StringIO("".join(map(row, rows)), newline="")
    assert list(csv.reader(written, strict=True)) == rows


@given(TEXT)
def test_no_cell_of_others_is_a_formula_or_ends_its_line(text):
    cell = harmless(text)
    assert not cell.startswith(FORMULAS)
    assert cell.isprintable() or not any(sign in cell for sign in "\r\n\t\x00\x1b")
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Ann's Bakery", "Ann's Bakery"),
        ("=1+1", "'=1+1"),
        (" \t=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"),
        ("\x00-2+3", "'-2+3"),
        ("two\nlines", "two lines"),
    ],
)
def test_what_could_begin_a_formula_stands_behind_an_apostrophe(text, cell):
    assert harmless(text) == cell


def test_only_what_needs_them_stands_in_quotation_marks():
    cells = ["plain", "", "a,b", 'say "so" to', " blank", "two\nlines"]
    assert row(cells) == 'plain,,"a,b","say ""so"" to"," blank","two\nlines"\n'
