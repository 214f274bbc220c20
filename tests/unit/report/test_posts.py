"""A post is shown as its reader sees it, and nothing in it does harm."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SELF, Account, Post
from bot.report.escape import JOINERS
from bot.report.page.posts import MOST_LINES, MOST_LINKS, Read, read

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
KNOWN = {"7": Account("7", "anna@example.org")}
HOSTILE = st.text(st.characters(), max_size=300)


def shown(text: str = "", **more: object) -> Read:
    (seen,) = read([Post("1", "1", NOW, text, **more)], KNOWN, date(2026, 3, 18), UTC)
    return seen


def words(seen: Read) -> list[str]:
    return ["".join(part.words for part in line) for line in seen.lines]


@pytest.mark.parametrize(("seen", "did"), [
    (shown("Good morning"), ""),
    (shown("and one more thing", reply_to=SELF), "in a thread"),
    (shown("Thanks", reply_to="7"), "answered anna@example.org"),
    (shown("Thanks", reply_to="8"), "answered"),
    (shown("A wren", repost_of="7"), "reposted anna@example.org"),
    (shown("A wren", repost_of="1"), "reposted itself"),
])  # fmt: skip
def test_it_says_what_was_done_and_with_whom(seen, did):
    assert (seen.did, seen.iso) == (did, NOW.isoformat())


def test_its_lines_stay_lines_without_blank_ones():
    assert words(shown("One wren.\n\n\n  Two  wrens. ")) == ["One wren.", "Two wrens."]


def test_of_very_many_lines_the_first_are_shown():
    lines = words(shown("\n".join(str(number) for number in range(1000))))
    assert (len(lines), lines[0], lines[-1]) == (MOST_LINES, "0", "…")


def test_links_are_those_that_may_be_clicked_and_of_many_the_first():
    some = shown(links=("https://shop.test/a", "javascript:alert(1)", "https://me:pw@shop.test/"))
    assert [link.url for link in some.links] == ["https://shop.test/a"]
    many = shown(links=tuple(f"https://shop.test/{place}" for place in range(10)))
    assert len(many.links) == MOST_LINKS


def test_a_link_that_stands_in_the_words_is_not_told_twice():
    seen = shown("Ten kettles: https://shop.test/a.", links=("https://shop.test/a",))
    assert [part.url for part in seen.lines[0]] == ["", "https://shop.test/a", ""]
    assert seen.links == []


@pytest.mark.parametrize(("seen", "note"), [
    (shown(media=2), "2 pictures or the like"),
    (shown("Look", media=1), "1 picture or the like"),
    (shown(" \n "), "without words"),
    (shown("Look"), ""),
    (shown(links=("https://shop.test/a",)), ""),
])  # fmt: skip
def test_what_else_there_is_is_told(seen, note):
    assert seen.note == note


@given(HOSTILE, HOSTILE)
def test_nothing_in_it_steers_or_turns_a_line(text, url):
    seen = shown(text, url=url, links=(url,))
    whole = "".join([*words(seen), seen.url, *(link.words + link.url for link in seen.links)])
    steering = {char for char in whole if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")}
    assert steering <= set(JOINERS)
    assert seen.url == "" or seen.url.startswith("http")
