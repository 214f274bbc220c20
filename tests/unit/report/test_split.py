"""A long report becomes a thread that reads like the report."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.split import split

MARK = re.compile(r" \((\d+)/(\d+)\)$")
TEXT = st.text(st.sampled_from("ab \n.é👩\u200d\u0301"), max_size=1500) | st.text(max_size=600)


def bare(parts: list[str]) -> list[str]:
    return parts if len(parts) < 2 else [MARK.sub("", part) for part in parts]


def graphemes(text: str) -> int:
    """Letters as a person counts them, near enough: accents and joined emoji belong to what stands before."""
    return len(re.sub("\u0301|\u200d.?", "", text))


@given(TEXT, st.integers(60, 500))
def test_the_parts_joined_are_the_text(text: str, limit: int) -> None:
    assert "".join("".join(bare(split(text, limit))).split()) == "".join(text.split())


@given(TEXT, st.integers(60, 500), st.sampled_from([len, graphemes, lambda t: len(t.encode())]))
def test_no_part_is_longer_than_the_limit(text: str, limit: int, count) -> None:
    assert all(count(part) <= limit for part in split(text, limit, count))


@given(TEXT, st.integers(60, 500))
def test_every_part_of_several_says_which_of_how_many_it_is(text: str, limit: int) -> None:
    parts = split(text, limit)
    if len(parts) > 1:
        marks = [MARK.search(part).groups() for part in parts]
        assert marks == [(str(n), str(len(parts))) for n in range(1, len(parts) + 1)]


@given(st.lists(st.sampled_from(["word", "https://example.com/@ada/123456789", "\n", "\n\n"]), max_size=200))
def test_an_address_is_never_cut(words: list[str]) -> None:
    address = "https://example.com/@ada/123456789"
    found = re.findall(r"https://\S+", " ".join(bare(split(" ".join(words), 60))))
    assert found == [address] * words.count(address)


def test_a_short_text_is_one_part_without_a_number() -> None:
    assert split("Nothing to do.\n", 500) == ["Nothing to do."]


@pytest.mark.parametrize("blank", ["", " \n\n "])
def test_a_blank_text_has_no_parts(blank: str) -> None:
    assert split(blank, 60) == []


def test_cuts_fall_between_paragraphs() -> None:
    assert split("a" * 40 + "\n\n" + "b" * 40, 60) == ["a" * 40 + " (1/2)", "b" * 40 + " (2/2)"]


def test_an_indented_line_stays_with_the_line_that_it_belongs_to() -> None:
    item = "• somebody@example.com\n  link_share 0.97"
    first, second = split("\n".join([item, item]), 60)
    assert (first, second) == (f"{item} (1/2)", f"{item} (2/2)")


def test_a_word_longer_than_a_part_is_cut_hard() -> None:
    parts = split("x" * 1000, 60)
    assert "".join(bare(parts)) == "x" * 1000


def test_more_than_nine_parts_still_keep_the_limit() -> None:
    parts = split("word " * 200, 60)
    assert len(parts) > 9
    assert max(map(len, parts)) <= 60
