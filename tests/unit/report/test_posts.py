"""A post is shown as its reader sees it, and nothing in it does harm."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SELF, Post
from bot.report.escape import JOINERS
from bot.report.posts import MOST_LINES, MOST_LINKS, MOST_WORDS, shown

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
HOSTILE = st.text(st.characters(), max_size=300)


def post(text="", **more):
    return Post("1", "1", NOW, text, **more)


@pytest.mark.parametrize(("made", "did"), [
    (post("Good morning"), "posted"),
    (post("and one more thing", reply_to=SELF), "posted"),
    (post("Thanks", reply_to="7"), "answered"),
    (post("A wren", repost_of="8"), "reposted"),
])  # fmt: skip
def test_it_says_what_was_done_and_on_which_day(made, did):
    assert (shown(made).day, shown(made).did) == ("16 Mar", did)


def test_its_lines_stay_lines_without_blank_ones():
    assert shown(post("One wren.\n\n\n  Two  wrens. ")).words == "One wren.\nTwo wrens."


def test_a_long_one_is_cut_in_lines_and_in_characters():
    assert len(shown(post("word " * 1000)).words) <= MOST_WORDS
    lines = shown(post("\n".join("abcdefghijklmnopqrst"))).words.splitlines()
    assert (len(lines), lines[-1]) == (MOST_LINES, "…")


def test_links_are_those_that_may_be_clicked_and_of_many_the_first():
    some = shown(post(links=("https://shop.test/a", "javascript:alert(1)", "https://me:pw@shop.test/")))
    assert [link.url for link in some.links] == ["https://shop.test/a"]
    many = shown(post(links=tuple(f"https://shop.test/{place}" for place in range(10))))
    assert (len(many.links), many.more_links) == (MOST_LINKS, 10 - MOST_LINKS)


@pytest.mark.parametrize(("made", "beside"), [
    (post(media=2), "2 pictures or the like"),
    (post("Look", media=1), "1 picture or the like"),
    (post(" \n "), "without words"),
    (post("Look"), ""),
    (post(links=("https://shop.test/a",)), ""),
])  # fmt: skip
def test_what_else_there_is_is_told(made, beside):
    assert shown(made).beside == beside


@given(HOSTILE, HOSTILE)
def test_nothing_in_it_steers_a_terminal_or_turns_a_line(text, url):
    seen = shown(post(text, url=url, links=(url,)))
    whole = "".join((seen.words, seen.url, *(link.label + link.url for link in seen.links)))
    steering = {char for char in whole if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")}
    assert steering <= {"\n", *JOINERS}
    assert seen.url == "" or seen.url.startswith("http")
