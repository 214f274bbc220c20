"""HTML as a reader sees it: paragraphs and lines apart, links as they are meant, and what surrounds each of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.mastodon.text import LONGEST, Anchor, read
from bot.urls import APART

URL = "https://example.com/a/long/way"


def anchors(html: str) -> list[Anchor]:
    return list(read(html).anchors)


def only(html: str) -> Anchor:
    (anchor,) = anchors(html)
    return anchor


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a</p>\n\n\n<p>b</p>", "a\n\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a</div>b<div>c</div>d", "a\nb\nc\nd"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"),
        ("<blockquote>a</blockquote>b", "a\n\nb"),
        ("<h1>a</h1>b<hr>c", "a\n\nb\n\nc"),
        ("<table><tr><td>a<tr><td>b</table>c", "a\nb\n\nc"),
        ("<dl><dt>a<dd>b</dl>", "a\nb"),
        ("<b>a</b><i>b</i>", "ab"),
        ("a<script>x</script>b<style>y</style>c<template>z</template>d", "abcd"),
        ("<template><template>a</template>b</template>c", "c"),
        ("</template>a", "a"),
        ("</script></style>a<script>b</script>c", "ac"),
        ('a<img alt=":cat:">b<img>c', "a:cat:bc"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("fish &", "fish &"),
        ("a &lt", "a <"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a <3 b", "a <3 b"),
        ("a<!-- b --> c<!---->d", "a cd"),
        ("a<!-- b", "a<!-- b"),
        (" a \t\n b ", "a\nb"),
        ("a\r\nb\xa0c\x00d", "a\n\nb cd"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("", ""),
        ("<span class='invisible'>hidden</span>shown", "shown"),
        ("<span class='invisible'>a<span>b</span>c</span>d", "d"),
        ("<span><span class='invisible'>a</span>b</span>c", "bc"),
        ("</span>a</span>b", "ab"),
        ("<span class='ellipsis'>a</span>b", "ab"),
    ],
)
def test_what_a_reader_sees_is_the_text(html: str, text: str) -> None:
    assert read(html).text == text


def test_of_more_than_anybody_writes_only_the_beginning_is_read() -> None:
    assert read("a" * (LONGEST + 9)).text == "a" * LONGEST


CUT = (
    '<span class="invisible">https://</span><span class="ellipsis">example.com/a</span>'
    '<span class="invisible">/long/way</span>'
)


@pytest.mark.parametrize(
    ("inside", "text", "shown"),
    [
        (CUT, URL, URL),
        (URL, URL, URL),
        ("example.com/a/long/way", URL, "example.com/a/long/way"),
        ("example.com/a", "example.com/a", "example.com/a"),
        ("example.com", "example.com", "example.com"),
        ("www.example.com", "www.example.com", "www.example.com"),
        ("way", "way", "way"),
        ("the offer", "the offer", "the offer"),
        ("<b>the</b> offer", "the offer", "the offer"),
        ('<span class="invisible">many</span>offer', "offer", "offer"),
        ('the<span class="ellipsis"> of</span>fer', "the of…fer", "the of…fer"),
        (" spaced ", "spaced", "spaced"),
        ("a<br>b", "a\nb", "a\nb"),
        ("https://other.test/x", "https://other.test/x", "https://other.test/x"),
    ],
)
def test_a_link_reads_as_it_shows_and_an_address_in_full(inside: str, text: str, shown: str) -> None:
    html = f'<a href="{URL}">{inside}</a>'
    assert read(html).text == text
    assert (only(html).href, only(html).text) == (URL, shown)


@pytest.mark.parametrize(
    ("html", "text", "shown"),
    [
        ('<span class="ellipsis">a</span><a href="/1">b</a>', "ab", "b"),
        ('<a href="ftp://example.com/a">example.com/a</a>', "example.com/a", "example.com/a"),
        ('<a href="https://a.test/b c/d"><span class="invisible">b </span>c/d</a>', "c/d", "c/d"),
    ],
)
def test_what_is_no_address_on_the_web_is_not_written_out(html: str, text: str, shown: str) -> None:
    assert (read(html).text, only(html).text) == (text, shown)


@pytest.mark.parametrize("href", ["https://www.example.com", "https://www.example.com/"])
def test_an_address_without_its_scheme_is_written_out_where_it_is_the_whole_one(href: str) -> None:
    whole = href if not href.endswith("/") else "www.example.com"
    assert read(f'<a href="{href}">www.example.com</a>').text == whole


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{URL}"></a>',
        f'<a href="{URL}"> \u200b</a>',
        f'<a href="{URL}"><span class="invisible">x</span></a>',
        "<a>words</a>",
        '<a href=" ">words</a>',
        '<a name="x">words</a>',
    ],
)
def test_what_nobody_sees_or_leads_nowhere_is_no_link(html: str) -> None:
    assert anchors(html) == []


def test_links_end_where_the_next_begins_and_at_the_end() -> None:
    assert [(one.href, one.text) for one in anchors('<a href="/1">a<a href="/2">b</a>c<a href="/3">d')] == [
        ("/1", "a"),
        ("/2", "b"),
        ("/3", "d"),
    ]
    assert anchors("</a>a</a>") == []


@pytest.mark.parametrize(
    ("before", "sign"),
    [("", ""), ("#", "#"), ("a @", "@"), ("#\u200b", "#"), ("<b>#</b>", "#"), ("# ", " "), ("<p>a</p>", "\n")],
)
def test_the_sign_before_a_link_is_kept(before: str, sign: str) -> None:
    assert only(f'{before}<a href="/1">a</a>').before == sign


def test_the_marks_of_a_link_are_kept() -> None:
    assert only('<a href="/1" class="u-url mention" rel="tag nofollow">a</a>').classes == {"u-url", "mention"}
    assert only('<a href="/1">a</a>').classes == frozenset()


@pytest.mark.parametrize(
    ("html", "quoting"),
    [
        ('<p class="quote-inline"><a href="/1">a</a></p>', True),
        ('<p class="x quote-inline y">b <a href="/1">a</a></p>', True),
        ('<p class="quote-inline">b</p><a href="/1">a</a>', False),
        ('<p class="quote-inline">b<p><a href="/1">a</a>', False),
        ('<span class="quote-inline"><a href="/1">a</a></span>', True),
        ('<span class="quote-inline">b</span><a href="/1">a</a>', False),
        ('<span class="quote-inline"><span>b</span><a href="/1">a</a></span>', True),
        ('RE: <a href="/1">a</a>', True),
        ('re:<a href="/1">a</a>', True),
        ('QT: <a href="/1">a</a>', True),
        ('RE: see <a href="/1">a</a>', False),
        ('RE <a href="/1">a</a>', False),
        ('<a href="/1">a</a>', False),
    ],
)
def test_a_link_to_what_is_quoted_is_known_by_its_place(html: str, quoting: bool) -> None:
    assert only(html).quoting is quoting


def test_the_text_outside_of_links_keeps_them_apart() -> None:
    assert read('a<a href="/1">b</a>c<a href="/2">d</a>').outside == f"a{APART}c{APART}"
    assert read("<p>a</p>").outside.strip() == "a"


@given(st.lists(st.sampled_from(["<p>", "</p>", "<br>", "a", "<b>", "</b>", "<a href='/1'>", "</a>", "<span>"])))
def test_whatever_the_markup_every_letter_is_read_once_and_in_order(parts: list[str]) -> None:
    assert read("".join(parts)).text.count("a") == parts.count("a")
