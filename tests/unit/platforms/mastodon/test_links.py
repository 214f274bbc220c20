"""What of a status is a link, kind by kind and on both sides: what a reader of the web client sees as one, once."""

from typing import Any

import pytest

from bot.model import SELF, UNKNOWN
from bot.platforms.mastodon.posts import account, post, statuses
from bot.platforms.mastodon.text import read

ANNA: dict[str, Any] = {"id": "7", "acct": "anna@example.org", "username": "anna"}
BEN: dict[str, Any] = {"id": "8", "acct": "ben", "username": "ben", "url": "https://home.test/@ben"}


def status(content: str, **extra: Any) -> dict[str, Any]:
    return {"id": "1", "created_at": "2026-05-01T12:00:00Z", "content": content, "account": ANNA, **extra}


def a(href: str, text: str = "", marks: str = "") -> str:
    return f'<a href="{href}" {marks}>{text or href}</a>'


NO_LINK = {
    "a hash before the anchor": "#" + a("https://hub.test/search?tag=Lake", "Lake"),
    "a hash in a span before it": "<span>#</span>" + a("https://hub.test/search?tag=Lake", "<span>Lake</span>"),
    "a full-width hash": "＃" + a("https://hub.test/search?tag=Lake", "湖"),
    "a full-width hash inside": a("https://hub.test/search?tag=Lake", "＃湖"),
    "a hashtag by number": a("https://hub.test/hashtag/12/bike", "#bike"),
    "a hashtag on pixelfed": a("https://pix.test/discover/tags/bike", "#bike"),
    "a hashtag on bluesky": a("https://bsky.app/search?q=%23rain", "#rain"),
    "a hashtag on bluesky's tag page": a("https://bsky.app/hashtag/rain", "#rain"),
    "a hashtag on flipboard": a("https://flipboard.com/topic/rain", "#rain"),
    "a hashtag with class and rel": a("https://m.test/tags/rain", "#<span>rain</span>", 'class="hashtag" rel="tag"'),
    "a hashtag between marks of direction": a("https://hub.test/x", "\u2068#rain\u2069"),
    "a long hashtag": a("https://m.test/tags/x", "#" + "x" * 5000),
    "a mention": a("https://hub.test/channel/ben", "@<span>ben</span>", 'class="u-url mention"'),
    "a mention without class": a("https://hub.test/channel/ben", "@ben"),
    "a mention with its host": a("https://hub.test/channel/ben", "@ben@hub.test"),
    "an at before the anchor": "@" + a("https://hub.test/channel/ben", "ben"),
    "a full-width at": "＠" + a("https://hub.test/channel/ben", "ben"),
    "an at before a display name": "@" + a("https://hub.test/profile/ben", "Ben Smith", 'class="u-url mention"'),
    "an anchor that shows nothing": "Hello" + a("https://example.com/x", "\u200b"),
    "a post on hollo": a("https://hollo.test/@ann/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
    "a post on another client": a("https://deer.social/profile/ann.test/post/3kabcdefghij2"),
    "words that look like links": "node.js/x, e.g. main.py/lib.rs, ben@example.com/x and v1.2/3",
    "a handle in plain text": "by @ben@example.com/x",
}
ONE_LINK = {
    "an anchor": a("https://example.com/x"),
    "an anchor on words": a("https://example.com/x", "great offer"),
    "an anchor whose text only begins with a hash": a("https://example.com/x", "#1 best offer https://example.com/x"),
    "an address behind a hash": "#" + a("https://example.com/x"),
    "a link dressed up as a mention": a("https://example.com/x", "great offer", 'class="u-url mention"'),
    "a link dressed up as a hashtag": a("https://example.com/x", "great offer", 'class="mention hashtag" rel="tag"'),
    "a number sign with a blank": "we are # " + a("https://example.com/x", "one"),
    "an address in plain text": "Read https://example.com/x.",
    "an address in plain text without scheme": "Read example.com/x.",
    "an address with www": "Read www.example.com",
    "the same twice, with and without anchor": a("https://example.com/x") + " or https://www.example.com/x/",
    "a host in both spellings": a("https://bücher.test/a") + " " + a("https://xn--bcher-kva.test/a"),
    "a tracker in a fragment": a("https://example.com/x") + " " + a("https://example.com/x#utm_source=m"),
    "a text fragment": a("https://example.com/x") + " " + a("https://example.com/x#:~:text=word"),
    "a shim": a("https://example.com/x") + " " + a("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fx"),
    "an address of more than 4000 characters": a("https://example.com/?q=" + "x" * 5000, "here"),
    "a page of a blog with an at": a("https://medium.com/@anna/why-the-bridge-fell-0a1b2c3d4e5f"),
}


@pytest.mark.parametrize("kind", NO_LINK)
def test_what_a_reader_takes_for_something_else_is_no_link(kind: str) -> None:
    assert post(status(f"<p>Morning {NO_LINK[kind]} there</p>")).links == ()


@pytest.mark.parametrize("kind", ONE_LINK)
def test_what_a_reader_takes_for_a_link_counts_once(kind: str) -> None:
    assert len(post(status(f"<p>Morning {ONE_LINK[kind]} there</p>")).links) == 1


@pytest.mark.parametrize("fragments", [("#/one", "#/two"), ("#!/one", "#!/two"), ("#section-1", "#section-2")])
def test_fragments_that_name_a_page_make_different_links(fragments: tuple[str, str]) -> None:
    html = " ".join(a(f"https://example.com/{fragment}") for fragment in fragments)
    assert len(post(status(html)).links) == 2


def test_a_tag_of_more_than_one_word_is_known_by_the_posts_tags() -> None:
    html = a("https://pub.test/t/7", "#lake district")
    assert len(post(status(html)).links) == 1
    assert post(status(html, tags=[{"name": "Lake District", "url": "https://my.test/tags/x"}])).links == ()


@pytest.mark.parametrize(
    ("html", "card"),
    [
        ("@" + a("https://hub.test/channel/ben", "ben"), "https://hub.test/profile/ben"),
        (a("https://flipboard.com/topic/rain", "#rain"), "https://www.flipboard.com/topic/rain?page=1"),
        (a("https://odd.test/q/3", "#rain"), "https://odd.test/q/3"),
        (a("https://m.test/@ben/112233445566778899"), "https://m.test/ben/112233445566778899"),
    ],
)
def test_the_card_of_a_mention_a_hashtag_or_a_post_is_no_link(html: str, card: str) -> None:
    assert post(status(html, card={"url": card, "title": "T"})).links == ()


def test_the_card_of_a_quoted_post_is_no_link() -> None:
    quoted = {"id": "3", "account": BEN, "url": "https://odd.test/q/3", "created_at": "2026-05-01T12:00:00Z"}
    quote = {"state": "accepted", "quoted_status": quoted}
    assert post(status("So true", quote=quote, card={"url": "https://odd.test/quotes/3", "title": "T"})).links == ()


def test_a_card_elsewhere_than_the_mention_is_a_link() -> None:
    html = "@" + a("https://hub.test/channel/ben", "ben")
    assert post(status(html, card={"url": "https://example.com/x", "title": "T"})).links == ("https://example.com/x",)


@pytest.mark.parametrize(
    ("href", "card", "link"),
    [
        ("https://www.jobs.test/job/12/Chief/", "https://www.jobs.test/job/", "https://www.jobs.test/job/12/Chief/"),
        ("https://youtu.be/dQabc", "https://www.youtube.com/watch?v=dQabc", "https://youtu.be/dQabc"),
        ("https://example.com/x", "https://consent.example.org/v2?to=1", "https://example.com/x"),
        ("https://bit.ly/x", "https://example.com/x", "https://example.com/x"),
        ("https://amp.example.com/x", "https://www.example.com/x", "https://example.com/x"),
    ],
)
def test_a_card_belongs_to_the_link_of_the_text(href: str, card: str, link: str) -> None:
    assert post(status(f"<p>News {a(href)}</p>", card={"url": card, "title": "T"})).links == (link,)


def test_a_content_warning_and_a_plain_text_are_read_for_addresses_too() -> None:
    assert post(status("<p>Body</p>", spoiler_text="example.com/x")).links == ("https://example.com/x",)
    assert post(status("", text="Read example.com/x")).links == ("https://example.com/x",)


def test_an_address_without_its_scheme_is_nobodys_words() -> None:
    assert post(status("<p>Read example.com/x now</p>")).text == "Read https://example.com/x now"
    anchored = post(status(f"<p>Read {a('https://example.com/x', 'example.com/x')} now</p>"))
    assert anchored.text == "Read https://example.com/x now"


@pytest.mark.parametrize("length", [3_000, 4_001, 40_000])
def test_a_long_tag_is_a_tag(length: int) -> None:
    prose = read(f'<p>Hi <a href="https://example.com/?{"x" * length}">there</a> 2 < 3</p>')
    assert (prose.text, len(prose.anchors)) == ("Hi there 2 < 3", 1)


def test_a_card_author_without_a_host_is_of_the_server_that_was_asked() -> None:
    card = {"url": "https://example.com/x", "title": "T", "authors": [{"account": BEN}, {"account": ANNA}]}
    assert statuses([status("", card=card)], "home.test").posts[0].card_authors == ("ben@home.test", "anna@example.org")


def test_a_profile_names_sites_and_no_hashtags_or_mentions() -> None:
    note = "#" + a("https://hub.test/x", "art") + a("https://hub.test/y", "@ben") + a("https://bücher.test/", "books")
    assert account({**BEN, "note": note}, "home.test").profile_links == ("https://xn--bcher-kva.test/",)


@pytest.mark.parametrize(
    ("fields", "answered"),
    [
        ({"in_reply_to_id": "5"}, UNKNOWN),
        ({"in_reply_to_id": {}, "in_reply_to_account_id": None}, None),
        ({"in_reply_to_id": ["odd"]}, UNKNOWN),
        ({"in_reply_to_account_id": "8"}, "8"),
        ({"in_reply_to_account_id": 7}, SELF),
        ({"pleroma": {"in_reply_to_account_acct": "ben@home.test"}}, UNKNOWN),
        ({"pleroma": {"in_reply_to_account_acct": None}}, None),
    ],
)
def test_a_reply_whose_parent_is_unknown_is_a_reply(fields: dict[str, Any], answered: str | None) -> None:
    assert post(status("<p>Yes</p>", **fields)).reply_to == answered
