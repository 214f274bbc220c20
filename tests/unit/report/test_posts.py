"""Posts of an account on a page: what a reader sees of them, and that nothing of a stranger's does more than that."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SELF, UNKNOWN, Account, Post
from bot.report.accounts import brought
from bot.report.escape import JOINERS
from bot.report.page.posts import MOST_LINES, Part, named_in, read

AT = datetime(2026, 3, 20, 12, tzinfo=UTC)
ANNA = Account("2", "anna@example.org")


def seen(**facts):
    (one,) = read([Post("1", "me", AT, **facts)], {"2": ANNA}, date(2026, 3, 21), UTC)
    return one


@pytest.mark.parametrize(
    ("facts", "did"),
    [
        ({}, ""),
        ({"reply_to": SELF}, "in a thread"),
        ({"reply_to": "2"}, "answered anna@example.org"),
        ({"reply_to": "3"}, "answered"),
        ({"reply_to": UNKNOWN}, "answered"),
        ({"repost_of": "2"}, "reposted anna@example.org"),
        ({"repost_of": "me"}, "reposted itself"),
    ],
)
def test_reposts_and_answers_are_marked_with_whom_they_concern(facts, did):
    assert seen(text="Hello", **facts).did == did


def test_who_is_named_is_asked_for_once():
    posts = [Post("1", "me", AT, reply_to="2"), Post("2", "me", AT, repost_of="3"), Post("3", "me", AT, reply_to=SELF)]
    assert named_in([*posts, Post("4", "me", AT, reply_to=UNKNOWN), Post("5", "me", AT)]) == {"2", "3"}


def test_an_address_in_the_words_may_be_clicked_and_is_not_told_twice():
    one = seen(text="Look (https://a.test/x).\nhttps://b.test", links=("https://a.test/x", "https://c.test/?q=1"))
    assert one.lines == [
        [Part("Look ("), Part("https://a.test/x", "https://a.test/x"), Part(").")],
        [Part("https://b.test", "https://b.test")],
    ]
    assert one.links == [Part("https://c.test/?q=1", "https://c.test/?q=1")]


def test_an_address_that_is_none_stays_words():
    one = seen(text="https://me:secret@a.test javascript:alert(1)", links=("javascript:alert(1)", "ftp://a.test"))
    assert [part.url for line in one.lines for part in line if part.url] == []
    assert one.links == []


def test_a_post_without_words_says_what_there_is():
    assert seen().note == "without words"
    assert seen(media=2).note == "2 pictures or the like"
    assert seen(text="Hello", media=1).note == "1 picture or the like"
    assert seen(text="Hello").note == ""


def test_an_endless_post_is_cut():
    one = seen(text="\n".join(["word " * 1_000] * 1_000))
    assert len(one.lines) == MOST_LINES
    assert all(len(part.words) <= 600 for line in one.lines for part in line)


@pytest.mark.parametrize(
    ("posts", "said"),
    [
        ([{}], "1 post: 1 of its own"),
        ([{"links": ("https://a.test",)}] * 3, "3 posts: 3 of its own, all of them with a link"),
        (
            [{}, {"links": ("https://a.test",)}, {"reply_to": "2"}],
            "3 posts: 2 of its own, 1 of them with a link; 1 answer",
        ),
        ([{"repost_of": "2", "links": ("https://a.test",)}] * 2, "2 posts: 2 reposts"),
        ([{"reply_to": SELF}, {"reply_to": "2"}, {"repost_of": "2"}], "3 posts: 1 of its own; 1 answer, 1 repost"),
    ],
)
def test_what_an_account_brought_is_summed_up(posts, said):
    assert brought([Post(str(n), "me", AT, **facts) for n, facts in enumerate(posts)]) == said


def test_its_lines_stay_lines_without_blank_ones():
    lines = seen(text="One wren.\n\n\n  Two  wrens. ").lines
    assert ["".join(part.words for part in line) for line in lines] == ["One wren.", "Two wrens."]


@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=300))
def test_nothing_in_it_steers_or_turns_a_line(text, url):
    one = seen(text=text, url=url, links=(url,))
    words = [part.words + part.url for line in (*one.lines, one.links) for part in line]
    steering = {char for char in "".join([*words, one.url]) if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")}
    assert steering <= set(JOINERS)
    assert one.url == "" or one.url.startswith("http")
