"""Hostile names, addresses and texts are shown as what they are."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import handles
from bot.model import Account
from bot.report import escape

ANY = st.text(st.characters(exclude_categories=()), max_size=300)
MARKUP = st.text("\\`*_[]()<>&|~#-+=1.) \n\tahtps:/w@!\"'{}", max_size=120)
RENDER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(text: str) -> str:
    """The text of the one paragraph that Markdown makes of it; fails where it makes anything else."""
    tokens = RENDER.parse(text)
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children} <= {"text", "text_special"}
    return "".join(child.content for child in tokens[1].children)


@given(ANY)
def test_no_control_character_but_a_newline_reaches_a_terminal(text: str) -> None:
    shown = escape.terminal(text)
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Co") for char in shown)
    assert all(char in escape.JOINERS for char in shown if unicodedata.category(char) == "Cf")
    assert shown.encode().decode() == shown


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\x00b", "ab"),
        ("half \ud83d of it", "half \ufffd of it"),
        ("naïve 日本語 👩‍💻", "naïve 日本語 👩‍💻"),
    ],
)
def test_what_steers_a_terminal_is_taken_away_and_the_rest_stays(hostile: str, shown: str) -> None:
    assert escape.terminal(hostile) == shown


@given(ANY, st.integers(1, 90))
def test_an_inline_text_is_one_line_of_bounded_length(text: str, most: int) -> None:
    shown = escape.inline(text, most)
    assert "\n" not in shown
    assert len(shown) <= most


def test_a_name_of_a_megabyte_is_cut() -> None:
    assert escape.inline("x" * 1_000_000, 20) == "x" * 19 + "…"


def test_accents_heaped_on_a_letter_are_thinned_out() -> None:
    assert escape.inline("z" + "\u0301" * 50) == "z" + "\u0301" * escape.MOST_MARKS


@given(MARKUP | ANY)
def test_markdown_renders_a_hostile_name_as_itself(text: str) -> None:
    line = escape.inline(text, 500)
    if line:
        assert rendered(escape.markdown(text)) == line


@given(MARKUP | ANY)
def test_a_code_span_holds_whatever_it_is_given(text: str) -> None:
    children = RENDER.parse(f"x {escape.code(text)}")[1].children
    assert [child.type for child in children] == ["text", "code_inline"]
    assert children[1].content.strip() == escape.inline(text, 200).strip()


@given(st.builds("https://example.com/{}".format, MARKUP | ANY))
def test_a_markdown_link_cannot_be_broken_out_of(url: str) -> None:
    children = RENDER.parse(escape.link(url, "1"))[1].children
    assert [child.type for child in children] in (["link_open", "text", "link_close"], ["code_inline"])


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://example.com@evil.test/",
        "//example.com",
        "at://did:plc:x/app.bsky.feed.post/1",
        "https://[broken",
        "https://example.com/" + "x" * 3000,
    ],
)
def test_what_is_no_web_address_is_never_a_link(url: str) -> None:
    assert escape.web(url) is None
    assert escape.link(url, "1").startswith("`")


def test_a_posts_page_stays_as_it_is() -> None:
    assert escape.web("https://example.com/@ada/1") == "https://example.com/@ada/1"


@pytest.mark.parametrize("path", ["?@ada@example.org", "x#@ada", "-@ada"])
def test_an_address_cannot_smuggle_a_mention(path: str) -> None:
    address = escape.web(f"https://example.com/{path}")
    assert address is not None
    assert not re.search(r"(?<![/\w])@", address)


@given(st.text("@#＠＃ab._-:/? \n", max_size=80) | ANY)
def test_a_posted_text_mentions_nobody_and_tags_nothing(text: str) -> None:
    outside = re.sub(
        r"https?://\S+", lambda url: " " if escape.web(url.group()) else url.group(), escape.unmentioned(text)
    )
    assert not re.search(r"[@#＠＃](?!\u2060)", outside)
    assert escape.unmentioned(text).replace("\u2060", "") == text.replace("\u2060", "")


def test_a_sound_address_stays_whole_and_another_mentions_nobody() -> None:
    assert escape.unmentioned("see https://example.com/@ada/1") == "see https://example.com/@ada/1"
    assert escape.unmentioned("https://@ada https://b.test/?@ada") == "https://@\u2060ada https://b.test/?@\u2060ada"


def test_a_handle_copied_from_a_posted_report_can_be_looked_up() -> None:
    assert handles.parse(" @" + escape.unmentioned("ada@example.org")) == "ada@example.org"


@pytest.mark.parametrize(
    ("handle", "shown"),
    [("ada@example.org", "ada@example.org"), ("@ada\u200d\x1b x", "adax"), ("", "id-1"), ("\u202e", "id-1")],
)
def test_a_handle_is_one_word_without_a_leading_at(handle: str, shown: str) -> None:
    assert escape.handle(Account("id-1", handle)) == shown
