"""A good link is what a quieted account shared and people whom the owner follows shared too: each of them once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.good_links import LONGEST, MOST_WORDS, good_links
from bot.model import UNKNOWN, Account, Post

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
PAGE = "https://example.org/trams"


def account(name: str, **facts) -> Account:
    return Account(name, f"{name}@example.com", name.capitalize(), **facts)


QUIETED = {name: account(name) for name in ("drop", "lead")}
FOLLOWED = {name: account(name) for name in ("ann", "ben", "cem")} | {
    "mirror": account("mirror", automated=True),
    "club": account("club", group=True),
}


def post(author: str, hours: int = 0, links: tuple[str, ...] = (PAGE,), **facts) -> Post:
    at = NOW + timedelta(hours=hours)
    return Post(facts.pop("id", f"{author}{hours}"), author, at, links=links, **facts)


def repost(author: str, of: str, hours: int = 0, **facts) -> Post:
    return post(author, hours, repost_of=of, **facts)


def people(*posts: Post, followed=FOLLOWED) -> list[list[str]]:
    """For each good link, whom it is counted by."""
    return [[one.id for one in link.people] for link in good_links(posts, QUIETED, followed)]


@pytest.mark.parametrize(
    ("case", "posts", "counted"),
    [
        ("somebody followed shared it too", [post("drop"), post("ann", 1)], ["ann"]),
        ("before the quieted did", [post("ann"), post("drop", 1)], ["ann"]),
        ("five times is one person", [post("drop"), *(post("ann", n) for n in range(5))], ["ann"]),
        ("a repost of one's own post too", [post("drop"), post("ann", 1), repost("ann", "ann", 2)], ["ann"]),
        ("a repost is a person beside who wrote it", [post("drop"), repost("ben", "ann", 1)], ["ann", "ben"]),
        ("who reposts the quieted's own post", [post("drop"), repost("ann", "drop", 1)], ["ann"]),
        ("its repost tells of a post that nobody saw", [repost("ann", "drop", 1)], ["ann"]),
        ("who reposts a stranger's post", [post("drop"), repost("ann", "zoe", 1)], ["ann"]),
        ("a reply and a quote share it as well", [post("drop"), post("ann", 1, reply_to="ben")], ["ann"]),
        ("what the quieted reposts from a stranger", [repost("drop", "zoe"), post("ann", 1)], ["ann"]),
        ("or from nobody knows whom", [repost("drop", UNKNOWN), post("ann", 1)], ["ann"]),
        ("a bot beside a person is not counted", [post("drop"), post("ann", 1), post("mirror", 2)], ["ann"]),
        ("two quieted accounts and a person", [post("drop"), post("lead", 1), post("ann", 2)], ["ann"]),
    ],
)
def test_a_link_is_good_when(case: str, posts: list[Post], counted: list[str]) -> None:
    assert people(*posts) == [counted], case


@pytest.mark.parametrize(
    ("case", "posts"),
    [
        ("nobody else shared it", [post("drop"), post("drop", 1)]),
        ("only another quieted account did", [post("drop"), post("lead", 1)]),
        ("only a quieted account reposted it", [post("drop"), repost("lead", "drop", 1)]),
        ("only a stranger did", [post("drop"), post("zoe", 1)]),
        ("only a bot or a group did", [post("drop"), post("mirror", 1), post("club", 2)]),
        ("the quieted did not", [post("ann"), post("ben", 1)]),
        ("it is another page", [post("drop"), post("ann", 1, links=("https://example.org/trains",))]),
        ("the quieted only repeats somebody followed", [post("ann"), repost("drop", "ann", 1), post("ben", 2)]),
        ("its address cannot be shown", [post(one, links=(f"{PAGE}/\u202e",)) for one in ("drop", "ann")]),
        ("its address has no end", [post(one, links=(PAGE + "x" * 2_000,)) for one in ("drop", "ann")]),
    ],
)
def test_a_link_is_not_told_when(case: str, posts: list[Post]) -> None:
    assert people(*posts) == [], case


@pytest.mark.parametrize(
    "spelling",
    ["http://example.org/trams", "https://www.example.org/trams", "https://example.org/trams/"],
)
def test_spellings_of_one_address_are_one_page(spelling: str) -> None:
    assert people(post("drop"), post("ann", 1, links=(spelling,))) == [["ann"]]


def test_the_links_of_most_people_stand_first_then_the_newest() -> None:
    def shared(page: str, *names: str, hours: int = 0) -> list[Post]:
        return [post(name, hours, links=(f"https://example.org/{page}",)) for name in names]

    posts = [
        *shared("old", "drop", "ann"),
        *shared("new", "drop", "ann", hours=5),
        *shared("liked", "lead", "ann", "ben", hours=1),
    ]
    assert [link.url.rpartition("/")[2] for link in good_links(posts, QUIETED, FOLLOWED)] == ["liked", "new", "old"]


def test_a_link_is_called_what_its_card_says_else_what_was_written() -> None:
    written = [post("drop", text=f"Have a look: {PAGE}"), post("ann", 1, text="Trams!")]
    carded = [*written, post("ben", 2, card_title="Old  trams\nof the town")]
    beside = [post("drop", links=(PAGE, "https://example.org/x"), card_title="Something else"), post("ann", 1)]
    assert [link.title for link in good_links(written, QUIETED, FOLLOWED)] == ["Have a look:"]
    assert [link.title for link in good_links(carded, QUIETED, FOLLOWED)] == ["Old trams of the town"]
    assert [link.title for link in good_links(beside, QUIETED, FOLLOWED)] == [""]


def test_a_title_is_cut_short_behind_whatever_stands_before_its_words() -> None:
    long = [post("drop", text=f"{PAGE}{'x' * 5 * MOST_WORDS} {'a' * 5 * MOST_WORDS}"), post("ann", 1)]
    assert [link.title for link in good_links(long, QUIETED, FOLLOWED)] == ["a" * MOST_WORDS]
    first = [post("ann", 2, text="Later"), post("drop", text="First"), post("ben", 1, card_title=" ")]
    assert [link.title for link in good_links(first, QUIETED, FOLLOWED)] == ["First"]


def test_a_page_is_told_by_the_address_under_which_it_was_first_shared() -> None:
    later = post("ann", 1, links=(f"{PAGE}/",))
    for first in ("http://example.org/trams", PAGE, "https://www.example.org/trams"):
        (link,) = good_links([later, post("drop", links=(first,))], QUIETED, FOLLOWED)
        assert link.url == first


def test_the_longest_address_that_is_shown_is_as_long_as_that() -> None:
    for more, told in ((0, 1), (1, 0)):
        long = PAGE + "x" * (LONGEST + more - len(PAGE))
        assert len(good_links([post(one, links=(long,)) for one in ("drop", "ann")], QUIETED, FOLLOWED)) == told


def test_the_first_of_the_quieted_and_the_last_of_the_people_are_told() -> None:
    (link,) = good_links([post("lead", 3), post("drop"), post("ann", 2), post("ann", 9)], QUIETED, FOLLOWED)
    assert (link.shared_by, link.at) == (QUIETED["drop"], NOW + timedelta(hours=9))


names = st.sampled_from([*QUIETED, *FOLLOWED, "zoe"])
addresses = st.sampled_from([PAGE, f"{PAGE}/", "https://example.org/trains", "https://example.com/a"])
made_posts = st.builds(
    Post,
    id=st.sampled_from("abcdef"),
    author=names,
    created_at=st.integers(0, 5).map(lambda hours: NOW + timedelta(hours=hours)),
    text=st.sampled_from(["", "Words", f"More {PAGE}"]),
    links=st.lists(addresses, max_size=2).map(tuple),
    repost_of=st.none() | names,
    card_title=st.sampled_from(["", "Trams", "Trains"]),
)


@pytest.mark.slow
@given(st.lists(made_posts, max_size=12), st.randoms())
def test_neither_the_order_of_posts_nor_a_post_twice_changes_anything(posts, chance) -> None:
    again = [*posts, *chance.choices(posts, k=5)] if posts else []
    chance.shuffle(again)
    assert good_links(again, QUIETED, FOLLOWED) == good_links(posts, QUIETED, FOLLOWED)


@given(st.lists(made_posts, max_size=12))
def test_it_is_counted_by_people_and_never_by_posts(posts) -> None:
    later = [replace(one, id=f"{one.id}{n}", created_at=one.created_at + timedelta(1)) for one in posts for n in "12"]
    before = {link.url: len(link.people) for link in good_links(posts, QUIETED, FOLLOWED)}
    assert {link.url: len(link.people) for link in good_links([*posts, *later], QUIETED, FOLLOWED)} == before


@given(st.lists(made_posts, max_size=12))
def test_nobody_is_counted_who_is_not_followed_or_is_quieted(posts) -> None:
    for link in good_links(posts, QUIETED, {**FOLLOWED, **QUIETED}):
        ids = [one.id for one in link.people]
        assert len(ids) == len(set(ids)) > 0
        assert set(ids) <= {"ann", "ben", "cem"}
        assert link.shared_by.id in QUIETED
