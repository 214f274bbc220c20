"""Addresses that a text only spells, and what of hashtags and mentions an anchor shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.urls import names, outbound, spelled, written_out


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Read https://example.com/a.", ["https://example.com/a"]),
        ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("http://example.com and HTTPS://example.org/x!", ["http://example.com", "HTTPS://example.org/x"]),
        ("見てhttps://example.com/a。次", ["https://example.com/a"]),
        ("see www.example.com, now", ["https://www.example.com"]),
        ("at example.com/story-1?x=2#y", ["https://example.com/story-1?x=2#y"]),
        ("Example.com/story", ["https://Example.com/story"]),
        ("straße.de/weg", ["https://straße.de/weg"]),
        ("lobste.rs/s/abc", ["https://lobste.rs/s/abc"]),
        ("cut example.com/a-lon…", ["https://example.com/a-lon"]),
        ("no example.com", []),
        ("node.js/react and file.txt/x", []),
        ("and/or e.g./i.e. 1.5/2.5 v1.2.3/4 U.S./U.K.", []),
        ("main.py/lib.rs src/main.py README.md/x", []),
        ("from 9.am/5.pm", []),
        ("the end.So/and", []),
        ("ann@example.com/work and @ann@example.com/x", []),
        ("#tag.com/x @ann.example.com/y", []),
        ("https://", []),
        ("wss://example.com/x at://did:plc:a/app.bsky.feed.post/1", []),
    ],
)
def test_an_address_in_plain_text_is_found_with_and_without_its_scheme(text: str, urls: list[str]) -> None:
    assert [found.url for found in spelled(text)] == urls
    assert [found.schemeless for found in spelled(text)] == [
        not text[found.start :].lower().startswith("http") for found in spelled(text)
    ]


def test_an_address_without_its_scheme_is_written_out_so_that_it_is_nobodys_words() -> None:
    assert written_out("Read example.com/a, or (www.example.org)") == (
        "Read https://example.com/a, or (https://www.example.org)"
    )


@given(st.text(alphabet="ab./:@#()www https…\ufffc日é-", max_size=80))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    end = 0
    for found in spelled(text):
        assert end <= found.start < found.end <= len(text)
        assert found.url.endswith(text[found.start : found.end])
        end = found.end


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "#art"),
        ("#", "art"),
        ("", "＃美術"),
        ("＃", "美術"),
        ("", "@ann"),
        ("@", "ann"),
        ("", "＠ann"),
        ("", "@ann@example.org"),
        ("@", "ann@bücher.example"),
        ("", "\u2068#art\u2069"),
        ("#\u200b", "art"),
        ("", "#" + "a" * 5000),
        ("", "@ann.bsky.social"),
        ("", "#tag one"),
    ],
)
def test_a_word_behind_a_sign_is_a_hashtag_or_a_mention(before: str, text: str) -> None:
    assert names(before, text, frozenset({"tag one"}))


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "art"),
        (" ", "art"),
        ("", ""),
        ("", "#"),
        ("#", ""),
        ("", "#1 best offer https://example.com/a"),
        ("", "@ann and everybody else"),
        ("#", "https://example.com/a"),
        ("", "@https://example.com/a"),
        ("C#", "two words"),
    ],
)
def test_anything_longer_is_a_link(before: str, text: str) -> None:
    assert not names(before, text)


@pytest.mark.parametrize(
    ("written", "card", "links"),
    [
        (["https://example.com/a"], "https://example.com/a?utm_source=x", ["https://example.com/a"]),
        (["https://example.com/a/b"], "https://www.example.com/a", ["https://example.com/a/b"]),
        (["https://example.com/a"], "https://consent.example.org/?to=x", ["https://example.com/a"]),
        (["https://youtu.be/dQ"], "https://www.youtube.com/watch?v=dQ", ["https://youtu.be/dQ"]),
        (["https://bit.ly/x"], "https://example.com/a", ["https://example.com/a"]),
        (["https://bit.ly/x"], "https://consent.example.com/ask", ["https://bit.ly/x"]),
        (["https://bit.ly/x"], "https://t.co/y", ["https://bit.ly/x"]),
        (["https://bit.ly/x"], "https://bsky.app/profile/a.test", ["https://bit.ly/x"]),
        (["https://a.test/x", "https://bit.ly/x"], "https://a.test/y", ["https://a.test/x", "https://bit.ly/x"]),
        (["https://bit.ly/x", "https://a.test/x"], "https://a.test/x", ["https://bit.ly/x", "https://a.test/x"]),
        ([], "https://example.com/a", ["https://example.com/a"]),
        ([], "https://m.test/@ann/112233445566778899", []),
        (["https://m.test/@ann/112233445566778899"], "https://m.test/ann", []),
        (["http://www.example.com/a/", "https://example.com/a"], "", ["http://www.example.com/a/"]),
        (["https://bücher.test/a", "https://xn--bcher-kva.test/a"], "", ["https://xn--bcher-kva.test/a"]),
        (["https://a.test/#/one", "https://a.test/#/two"], "", ["https://a.test/#/one", "https://a.test/#/two"]),
    ],
)
def test_a_card_belongs_to_a_link_of_the_text(written: list[str], card: str, links: list[str]) -> None:
    assert outbound(written, card) == tuple(links)


def test_a_card_tells_the_rest_of_an_address_that_the_text_cuts_off() -> None:
    spellings = spelled("Read example.com/a-lon… now")
    assert outbound([], "https://example.com/a-long-way", spellings=spellings) == ("https://example.com/a-long-way",)
    assert outbound([], "https://example.org/else", spellings=spellings) == ("https://example.com/a-lon",)
