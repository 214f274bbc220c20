"""What of a post on Bluesky is a link, kind by kind and on both sides: what a reader of the client sees, once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SELF, UNKNOWN
from bot.platforms.bluesky.posts import post

AUTHOR = "did:plc:author"
AT = "2026-01-10T12:00:00.000Z"


def view(text: str, facets: list[Any] | None = None, card: str = "", **record: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "uri": f"at://{AUTHOR}/app.bsky.feed.post/3k1",
        "author": {"did": AUTHOR, "handle": "author.example.com"},
        "record": {"text": text, "createdAt": AT, "facets": facets or [], **record},
        "indexedAt": AT,
    }
    if card:
        shown["embed"] = {"$type": "app.bsky.embed.external#view", "external": {"uri": card, "title": "T"}}
    return shown


def at(start: int, end: int, *features: tuple[str, str]) -> dict[str, Any]:
    """A facet with features such as ("link", "https://…")."""
    keys = {"link": "uri", "mention": "did", "tag": "tag"}
    return {
        "index": {"byteStart": start, "byteEnd": end},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", keys[kind]: value} for kind, value in features],
    }


def over(text: str, part: str, kind: str, value: str) -> dict[str, Any]:
    start = len(text[: text.index(part)].encode())
    return at(start, start + len(part.encode()), (kind, value))


URL = "https://example.com/a"


@pytest.mark.parametrize(
    "text",
    [
        "Removed today\nhttps://example.com/a",
        "Read example.com/a.",
        "Look (www.example.com/a)",
        "見てhttps://example.com/a。",
    ],
)
def test_an_address_without_a_facet_counts(text: str) -> None:
    assert len(post(view(text)).links) == 1


def test_an_address_beside_its_facet_counts_once() -> None:
    text = f"{URL} and again www.example.com/a/"
    assert post(view(text, [over(text, URL, "link", URL)])).links == (URL,)


def test_a_facet_that_reaches_past_the_text_is_cut() -> None:
    text = "Café 🔗 https://example.com/a"
    read = post(view(text, [at(11, 99, ("link", URL))]))
    assert (read.links, read.text) == ((URL,), text)


def test_a_facet_that_begins_behind_the_text_is_shown_by_nobody() -> None:
    assert post(view("Hello", [at(5, 9, ("link", URL)), at(70, 90, ("link", URL))])).links == ()


def test_of_two_facets_that_overlap_the_first_is_shown() -> None:
    facets = [at(4, 9, ("link", "https://example.com/second")), at(0, 5, ("link", "https://example.com/first"))]
    assert post(view("Hello there", facets)).links == ("https://example.com/first",)


def test_facets_that_touch_are_both_shown() -> None:
    facets = [at(0, 5, ("link", "https://example.com/1")), at(5, 11, ("link", "https://example.com/2"))]
    assert len(post(view("Hello there", facets)).links) == 2


@pytest.mark.parametrize("blank", ["  ", "\n\n", "\u3000", "\u200b\u200b", "\ufeff"])
def test_a_facet_on_blanks_is_not_shown(blank: str) -> None:
    text = f"Hello{blank}there"
    assert post(view(text, [over(text, blank, "link", URL)])).links == ()


def test_of_one_facets_features_the_mention_is_shown_then_the_link() -> None:
    facet = at(0, 5, ("tag", "hello"), ("link", URL), ("mention", "did:plc:friend"))
    read = post(view("Hello there", [facet]))
    assert (read.links, read.mentions, read.tags) == ((), ("did:plc:friend",), ())
    assert post(view("Hello there", [at(0, 5, ("tag", "hello"), ("link", URL))])).links == (URL,)


@pytest.mark.parametrize("part", ["#rain", "@ann@example.org", "＃雨"])
def test_a_hashtag_or_handle_that_a_bridge_wrote_as_a_link_is_none(part: str) -> None:
    text = f"Again {part} today"
    assert post(view(text, [over(text, part, "link", "https://example.org/tags/rain")])).links == ()


def test_a_link_on_words_that_begin_with_a_hash_is_one() -> None:
    text = "Buy #1 best offer now"
    assert post(view(text, [over(text, "#1 best offer", "link", URL)])).links == (URL,)


def test_a_tag_of_thousands_of_characters_is_a_tag() -> None:
    tag = "x" * 4000
    read = post(view(f"#{tag}", [over(f"#{tag}", f"#{tag}", "tag", tag)]))
    assert (read.tags, read.links) == ((tag,), ())


@pytest.mark.parametrize(
    ("link", "card", "counted"),
    [
        (URL, URL, URL),
        (URL, "http://www.example.com/a/?utm_source=bluesky", URL),
        (URL, "https://example.com/canonical", URL),
        ("https://youtu.be/dQ", "https://www.youtube.com/watch?v=dQ", "https://youtu.be/dQ"),
        ("https://bit.ly/x", URL, URL),
        ("https://bücher.test/a", "https://xn--bcher-kva.test/a", "https://xn--bcher-kva.test/a"),
    ],
)
def test_a_card_beside_the_link_of_the_text_counts_once(link: str, card: str, counted: str) -> None:
    assert post(view("Read here", [at(5, 9, ("link", link))], card)).links == (counted,)


def test_a_card_alone_counts_and_tells_the_rest_of_an_address_that_is_cut_off() -> None:
    assert post(view("Look", card=URL)).links == (URL,)
    assert post(view("Look example.com/a-lo…", card="https://example.com/a-long-way")).links == (
        "https://example.com/a-long-way",
    )


@pytest.mark.parametrize(
    "card",
    [
        "https://fri.test/display/735a2029-4160-54d6-c77d-f42252009005",
        "https://hollo.test/@ann/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "https://pix.test/p/ann/543210987654321098",
        "https://m.test/ap/users/117020565693913441/statuses/117020569759328240",
        "https://snac.test/ann/p/1709251200.123456",
        "https://wafrn.test/fediverse/post/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "https://deer.social/profile/ann.test/post/3kabcdefghij2",
    ],
)
def test_the_card_of_a_bridged_original_is_no_link(card: str) -> None:
    assert post(view("A long thought […]", card=card)).links == ()


@pytest.mark.parametrize("reply", [{}, {"parent": None}, {"parent": {"uri": 7}}, {"parent": "x"}, "x", [], 7])
def test_a_reply_whose_parent_is_broken_is_a_reply(reply: Any) -> None:
    assert post(view("Yes", reply=reply)).reply_to == UNKNOWN


def test_a_reply_to_oneself_by_handle_is_a_thread() -> None:
    parent = {"uri": "at://author.example.com/app.bsky.feed.post/9"}
    assert post(view("And", reply={"parent": parent})).reply_to == SELF


@given(
    st.text(alphabet="ab é🔗.:#@\u200b ", max_size=40),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=5),
)
def test_facets_anywhere_lose_nothing_of_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    facets = [at(start, end, ("tag", "x")) for start, end in spans]
    assert post(view(text, facets)).text == text
