"""JSON of Mastodon and its kin becomes Post and Account; each sample is a shape that some server sends."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SELF, UNKNOWN
from bot.platforms.mastodon.posts import account, names_own, post, statuses
from bot.platforms.mastodon.text import read
from bot.urls import social

ANNA: dict[str, Any] = {"id": "7", "acct": "anna@example.org", "username": "anna", "url": "https://example.org/@anna"}
BEN: dict[str, Any] = {"id": "8", "acct": "ben", "username": "ben", "url": "https://home.test/@ben"}


def status(content: str = "<p>Hello</p>", **extra: Any) -> dict[str, Any]:
    return {
        "id": "100",
        "created_at": "2026-05-01T12:00:00.000Z",
        "content": content,
        "account": ANNA,
        "url": "https://example.org/@anna/100000000",
        **extra,
    }


def shortened(url: str) -> str:
    bare = url.removeprefix("https://")
    return (
        f'<a href="{url}" rel="nofollow noopener"><span class="invisible">https://</span>'
        f'<span class="ellipsis">{bare[:12]}</span><span class="invisible">{bare[12:]}</span></a>'
    )


@pytest.mark.parametrize(
    ("page", "own"),
    [
        ([], False),
        ([None, 7, {"account": None}, {"account": {"acct": 7}}, {"account": {}}], False),
        ([status()], False),
        ([status(), status(account=BEN)], True),
        ([status(account=ANNA | {"acct": "@anna@example.org"})], False),
        ([status(account={"id": "8", "username": "ben"})], True),
        ([status(account=BEN | {"acct": " @ben"})], True),
        ([status(reblog=status(account=BEN))], True),
        ([status(reblog=status())], False),
        ([status(account=ANNA | {"moved": BEN})], True),
        ([status(reblog=status(account=ANNA | {"moved": BEN}))], True),
        ([status(card={"authors": [{"account": ANNA}, {"account": BEN}]})], True),
        ([status(card={"authors": [{"account": ANNA}, {"name": "ben"}]})], False),
        ([status(reblog=status(card={"authors": [{"account": BEN}]}))], True),
    ],
)
def test_a_page_that_names_one_of_the_server_s_own_is_known(page: list[Any], own: bool) -> None:
    assert names_own(page) is own


@given(st.lists(st.sampled_from([ANNA, BEN, ANNA | {"moved": BEN}, {"id": "9", "acct": "@cem"}]), max_size=3))
def test_where_none_of_its_own_is_named_every_handle_is_whole_without_its_domain(people: list[dict[str, Any]]) -> None:
    page = [status(account=person) for person in people]
    told = [handle for one in statuses(page, "").accounts for handle in (one.handle, one.moved_to) if handle]
    assert names_own(page) or all(handle.partition("@")[2] for handle in told)


def test_paragraphs_breaks_and_entities_become_plain_text() -> None:
    html = "<p>Caf&eacute; &amp; tea<br />next line</p><p>second &lt;b&gt;</p><ul><li>one</li><li>two</li></ul>"
    assert post(status(html)).text == "Café & tea\nnext line\n\nsecond <b>\n\none\ntwo"


def test_a_cut_link_is_read_whole_in_text_and_links() -> None:
    found = post(status(f"<p>Read {shortened('https://example.com/a/very/long/way')}</p>"))
    assert found.text == "Read https://example.com/a/very/long/way"
    assert found.links == ("https://example.com/a/very/long/way",)


def test_words_hidden_in_a_link_are_not_the_author_s() -> None:
    html = '<a href="https://example.com/x"><span class="invisible">many hidden words</span>offer</a>'
    assert post(status(html)).text == "offer"


def test_other_servers_markup_is_read_too() -> None:
    html = (
        '<span>Hi</span><div>there</div><img alt=":cat:" src="x"><h1>Big</h1><blockquote>said</blockquote>'
        "<!-- aside --><script>x()</script>"
    )
    assert post(status(html)).text == "Hi\nthere\n:cat:\n\nBig\n\nsaid"


def test_the_content_warning_comes_first() -> None:
    assert post(status("<p>body</p>", spoiler_text="politics")).text == "politics\n\nbody"


def test_tracking_parameters_are_stripped() -> None:
    html = '<a href="https://example.com/x?utm_source=m&amp;id=3&amp;fbclid=q">x</a>'
    assert post(status(html)).links == ("https://example.com/x?id=3",)


def test_mentions_hashtags_and_attachments_are_no_links() -> None:
    html = (
        '<p><span class="h-card"><a href="https://home.test/@ben" class="u-url mention">@<span>ben</span></a></span> '
        '<a href="https://example.org/tags/art" class="mention hashtag" rel="tag">#<span>art</span></a> '
        '<a href="https://akkoma.test/tag/sky" rel="tag">#sky</a> '
        '<a href="https://files.example.com/1.png" class="attachment">1.png</a></p>'
    )
    found = post(
        status(
            html,
            mentions=[{"id": "8", "acct": "ben", "url": "https://home.test/@ben"}],
            tags=[{"name": "art", "url": "https://example.org/tags/art"}, {"name": "sky"}],
            media_attachments=[{"id": "1", "url": "https://files.example.com/1.png"}],
        )
    )
    assert found.links == ()
    assert found.mentions == ("8",)
    assert found.tags == ("art", "sky")
    assert found.media == 1


def test_a_link_dressed_up_as_a_mention_is_still_a_link() -> None:
    html = '<a href="https://shop.example/buy" class="u-url mention">great offer</a>'
    assert post(status(html)).links == ("https://shop.example/buy",)


def test_a_link_card_counts_though_the_text_shows_no_url() -> None:
    card = {"url": "https://example.com/story?utm_medium=x", "title": "A story", "author_url": ""}
    found = post(status("<p>Look</p>", card=card))
    assert found.links == ("https://example.com/story",)
    assert found.card_title == "A story"


def test_a_link_card_of_the_same_link_counts_once() -> None:
    html = f"<p>{shortened('https://example.com/story/')}</p>"
    assert len(post(status(html, card={"url": "http://www.example.com/story", "title": "A"})).links) == 1


def test_a_link_card_names_its_authors() -> None:
    card = {
        "url": "https://example.com/story",
        "authors": [{"name": "Anna", "url": "https://example.com/anna", "account": ANNA}, {"url": "https://b.test/x"}],
    }
    assert post(status(card=card)).card_authors == ("anna@example.org", "https://b.test/x")
    older = {"url": "https://example.com/story", "author_url": "https://example.com/anna"}
    assert post(status(card=older)).card_authors == ("https://example.com/anna",)


def test_a_card_of_a_post_on_the_fediverse_is_no_link() -> None:
    assert post(status(card={"url": "https://example.org/@ben/112233445566778899"})).links == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://m.example/@anna/112233445566778899",
        "https://m.example/users/anna/statuses/112233445566778899",
        "https://m.example/ap/users/117020565693913441/statuses/117020569759328240",
        "https://m.example/@anna@other.test/112233445566778899",
        "https://gts.example/@anna/statuses/01HXYZ0123456789ABCDEFGHJK",
        "https://mk.example/notes/9abcde1234",
        "https://akkoma.example/notice/AabbccDdEeFf00112233",
        "https://akkoma.example/objects/0f8fad5b-d9cb-469f-a165-70867728950e",
        "https://pix.example/p/anna/512345678901234567",
        "https://hollo.example/@anna/0192e1a5-7d4c-7b3e-8f00-0123456789ab",
        "https://bsky.app/profile/anna.bsky.social/post/3kabc",
        "https://bsky.app/profile/anna.bsky.social",
    ],
)
def test_posts_of_social_networks_are_no_links(url: str) -> None:
    assert social(url)
    assert post(status(f'<p><a href="{url}">{url}</a></p>')).links == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.example/@anna/how-to-write-1234",
        "https://blog.example/@anna",
        "https://example.com/notes/on-writing",
        "https://example.com/2026/05/01/story",
        "https://example.com/p/9",
        "https://bsky.app/about",
    ],
)
def test_pages_that_only_look_like_posts_are_links(url: str) -> None:
    assert post(status(f'<p><a href="{url}">{url}</a></p>')).links == (url,)


def test_a_boost_keeps_its_own_id_and_time_and_the_words_of_the_original() -> None:
    original = status("<p>Mine <a href='https://example.com/b'>b</a></p>", id="90", account=BEN)
    boost = status("", id="101", created_at="2026-05-02T08:00:00Z", reblog=original, url=None)
    found = post(boost)
    assert (found.id, found.author, found.repost_of) == ("101", "7", "8")
    assert found.created_at == datetime(2026, 5, 2, 8, tzinfo=UTC)
    assert found.text == "Mine b"
    assert found.links == ("https://example.com/b",)
    assert found.url == original["url"]
    assert found.reply_to is None


def test_a_boost_of_a_boost_shows_the_post_at_the_bottom() -> None:
    bottom = status("<p>bottom</p>", id="1", account={**BEN, "id": "9"})
    found = post(status("", id="3", reblog=status("", id="2", account=BEN, reblog=bottom)))
    assert (found.repost_of, found.text) == ("9", "bottom")


def test_a_self_boost_is_a_repost_of_oneself() -> None:
    assert post(status("", id="101", reblog=status(id="90"))).repost_of == "7"


def test_a_boost_of_a_deleted_account_is_a_repost_of_somebody() -> None:
    assert post(status("", reblog=status(id="90", account=None))).repost_of == UNKNOWN


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"in_reply_to_id": "5", "in_reply_to_account_id": "7"}, (SELF, "5")),
        ({"in_reply_to_id": "5", "in_reply_to_account_id": "8"}, ("8", "5")),
        ({"in_reply_to_id": "5", "in_reply_to_account_id": None}, (UNKNOWN, "5")),
        ({"in_reply_to_id": None, "in_reply_to_account_id": "8"}, ("8", None)),
        ({"in_reply_to_id": None, "in_reply_to_account_id": None}, (None, None)),
    ],
)
def test_replies_tell_whom_they_answer(fields: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    found = post(status(**fields))
    assert (found.reply_to, found.reply_to_post) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quote": {"state": "accepted", "quoted_status": status(id="3", account=BEN)}}, "8"),
        ({"quote": {"state": "accepted", "quoted_status_id": "3"}}, UNKNOWN),
        ({"quote": {"state": "deleted", "quoted_status": None}}, UNKNOWN),
        ({"quote": status(id="3", account=BEN), "quote_id": "3"}, "8"),
        ({"quote_id": "3"}, UNKNOWN),
        ({"quote": None}, None),
    ],
)
def test_quotes_of_each_server_are_seen(fields: dict[str, Any], expected: str | None) -> None:
    assert post(status(**fields)).quote_of == expected


def test_the_quoted_post_is_no_link() -> None:
    html = '<p class="quote-inline">RE: <a href="https://odd.example/q/3">odd</a></p><p>So true</p>'
    quote = {"state": "accepted", "quoted_status": status(id="3", account=BEN, url="https://odd.example/q/3")}
    assert post(status(html, quote=quote)).links == ()
    assert post(status(html, quote={"state": "accepted", "quoted_status_id": "3"})).links == ()


def test_re_before_a_link_hides_nothing_where_nothing_is_quoted() -> None:
    html = '<p>RE: <a href="https://shop.example/buy">https://shop.example/buy</a></p>'
    assert post(status(html)).links == ("https://shop.example/buy",)


def test_a_poll_and_an_edit_change_nothing_of_the_text_and_time() -> None:
    poll = {"id": "1", "options": [{"title": "yes"}, {"title": "no"}]}
    found = post(status("<p>Well?</p>", poll=poll, edited_at="2026-05-03T00:00:00Z"))
    assert (found.text, found.created_at) == ("Well?", datetime(2026, 5, 1, 12, tzinfo=UTC))


def test_a_stranger_by_followed_hashtag_and_a_pinned_post_are_posts_like_others() -> None:
    page = statuses([status(id="1", account={**ANNA, "id": "55"}), status(id="2", pinned=True)], "home.test")
    assert [found.author for found in page.posts] == ["55", "7"]


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        {},
        status(account=None),
        status(created_at=None),
        status(created_at="yesterday"),
        status(id=None),
        status(id={}),
        status(account={"acct": "x"}),
        status(created_at="0001-01-01T00:00:00+23:00"),
    ],
)
def test_one_broken_item_costs_one_item(broken: object) -> None:
    page = statuses([status(id="1"), broken, status(id="3")], "home.test")
    assert [found.id for found in page.posts] == ["1", "3"]
    assert page.unreadable == 1


def test_odd_fields_are_left_out_not_fatal() -> None:
    found = post(
        status(
            None, mentions=None, tags="x", media_attachments={}, card=[], spoiler_text=None, url=7, uri="javascript:x"
        )  # type: ignore[arg-type]
    )
    assert (found.text, found.links, found.media, found.url) == ("", (), 0, "")


def test_accounts_of_authors_and_reposted_authors_are_told() -> None:
    page = statuses([status("", reblog=status(id="90", account=BEN)), status(id="2")], "home.test")
    assert {found.handle for found in page.accounts} == {"anna@example.org", "ben@home.test"}


def test_an_account_is_read_whole() -> None:
    raw = {
        **BEN,
        "display_name": "Ben ✨",
        "note": '<p>I write at <a href="https://ben.example/">ben.example</a></p>',
        "bot": True,
        "followers_count": 3,
        "following_count": -1,
        "created_at": "2022-11-01",
        "moved": {"acct": "ben@new.test"},
        "fields": [
            {"name": "shop", "value": '<a href="https://shop.example/?utm_source=x">shop</a>', "verified_at": None},
            {"name": "blog", "value": '<a href="https://blog.example/">b</a>', "verified_at": "2026-01-01T00:00:00Z"},
        ],
    }
    found = account(raw, "home.test")
    assert (found.handle, found.display_name, found.bio) == ("ben@home.test", "Ben ✨", "I write at ben.example")
    assert found.profile_links == ("https://blog.example/", "https://shop.example/", "https://ben.example/")
    assert (found.automated, found.followers, found.following) == (True, 3, None)
    assert found.created_at == datetime(2022, 11, 1, tzinfo=UTC)
    assert found.moved_to == "ben@new.test"


def test_unicode_and_hostile_html_are_read_and_never_raise() -> None:
    html = (
        "<p>日本語 👩‍👩‍👧 \u202eabc</p><p onclick='x'><![CDATA[x]]><!-- -- >"
        "<a href='javascript:alert(1)'>k</a><a><b></p>&#0;&#x110000;"
    )
    found = post(status(html))
    assert "日本語 👩‍👩‍👧" in found.text
    assert found.links == ()


@pytest.mark.parametrize(
    "piece", ["<a href='x", "<!--", "<p>", "&", "<", "<a ", "</a", "<![", '<a href="https://e.example/x">']
)
def test_a_megabyte_of_broken_markup_is_survived(piece: str) -> None:
    assert isinstance(read(piece * (1_000_000 // len(piece))).text, str)


@given(st.text(alphabet="<>/ab=\"'&;#!-[] \n", max_size=200))
def test_any_markup_gives_text(html: str) -> None:
    prose = read(html)
    assert prose.text == prose.text.strip()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(list(status(reblog=1, card=1, mentions=1, quote=1, tags=1, note=1, fields=1))),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_counted(item: Any) -> None:
    page = statuses([item], "home.test" if names_own([item]) else "")
    assert len(page.posts) + page.unreadable == 1
    assert json.dumps([found.text for found in page.posts])
