"""Bluesky's raw JSON as posts and accounts: a sample of each kind, and of each way in which it can be broken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SELF, UNKNOWN
from bot.platforms.bluesky.actions import _key
from bot.platforms.bluesky.faults import service
from bot.platforms.bluesky.json import TID, Unreadable, tid_time, time_of
from bot.platforms.bluesky.posts import account, item, post

AUTHOR = "did:plc:author"
AT = "2026-01-10T12:00:00.000Z"
NOW = datetime(2026, 1, 31, tzinfo=UTC)


def view(text: str = "Hello", embed: Any = None, **record: Any) -> dict[str, Any]:
    """A post as the AppView shows it."""
    shown: dict[str, Any] = {
        "uri": f"at://{AUTHOR}/app.bsky.feed.post/3k1",
        "author": {"did": AUTHOR, "handle": "author.example.com", "labels": []},
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": AT, **record},
        "indexedAt": AT,
    }
    return shown | ({"embed": embed} if embed is not None else {})


def facet(text: str, part: str, **feature: Any) -> dict[str, Any]:
    """A facet over a part of the text."""
    start = len(text[: text.index(part)].encode())
    kind = {"uri": "link", "did": "mention", "tag": "tag"}[next(iter(feature))]
    return {
        "index": {"byteStart": start, "byteEnd": start + len(part.encode())},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}],
    }


def card(url: str, title: str = "A title") -> dict[str, Any]:
    external = {"uri": url, "title": title, "description": ""}
    return {"$type": "app.bsky.embed.external#view", "external": external}


def quote(kind: str, uri: str = "at://did:plc:other/app.bsky.feed.post/9") -> dict[str, Any]:
    return {"$type": "app.bsky.embed.record#view", "record": {"$type": f"app.bsky.embed.record#{kind}", "uri": uri}}


def test_facets_are_found_by_their_bytes() -> None:
    text = "Grüße 🌍 from example.com/a-very-lon… to @friend.test #gärten"
    url = "https://example.com/a-very-long-path?utm_source=x"
    facets = [
        facet(text, "example.com/a-very-lon…", uri=url),
        facet(text, "@friend.test", did="did:plc:friend"),
        facet(text, "#gärten", tag="gärten"),
    ]
    read = post(view(text, facets=facets, tags=["hidden"]))
    assert read.links == ("https://example.com/a-very-long-path",)
    assert read.mentions == ("did:plc:friend",)
    assert read.tags == ("gärten", "hidden")
    assert read.text == f"Grüße 🌍 from {url} to @friend.test #gärten"


def test_words_that_carry_a_link_stay_as_written() -> None:
    text = "Read more here"
    assert post(view(text, facets=[facet(text, "here", uri="https://example.com/")])).text == text


@pytest.mark.parametrize(
    "index",
    [
        {"byteStart": 2, "byteEnd": 1},
        {"byteStart": 998, "byteEnd": 999},
        {"byteStart": -1, "byteEnd": 2},
        {"byteStart": "0", "byteEnd": 2},
        {},
        None,
    ],
)
def test_a_facet_outside_of_the_text_is_shown_by_nobody(index: Any) -> None:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/"}
    assert post(view(facets=[{"index": index, "features": [feature]}, "nonsense"])).links == ()


def test_a_facet_that_reaches_past_the_text_is_cut() -> None:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/"}
    index = {"byteStart": 0, "byteEnd": 999}
    assert post(view(facets=[{"index": index, "features": [feature]}])).links == ("https://example.com/",)


def test_a_link_card_counts_though_the_text_shows_no_url() -> None:
    read = post(view(embed=card("https://example.com/a?utm_medium=b&id=1")))
    assert read.links == ("https://example.com/a?id=1",)
    assert read.card_title == "A title"


def test_a_card_with_pictures_or_a_quote_is_read_too() -> None:
    both = {
        "$type": "app.bsky.embed.recordWithMedia#view",
        "media": card("https://example.com/a"),
        "record": {
            "record": {"$type": "app.bsky.embed.record#viewRecord", "uri": "at://did:plc:o/app.bsky.feed.post/9"}
        },
    }
    read = post(view(embed=both))
    assert read.links == ("https://example.com/a",)
    assert read.quote_of == "did:plc:o"
    images = {"$type": "app.bsky.embed.images#view", "images": [{}, {}]}
    assert post(view(embed=images)).media == 2
    assert post(view(embed={"$type": "app.bsky.embed.video#view"})).media == 1


def test_a_gif_from_the_picker_is_a_picture() -> None:
    read = post(view(embed=card("https://media.tenor.com/x/cat.gif?hh=1")))
    assert (read.links, read.media) == ((), 1)


@pytest.mark.parametrize(
    "url",
    [
        "https://bsky.app/profile/friend.test/post/3k1",
        "https://go.bsky.app/AbCdEf",
        "https://social.example.org/@friend/112233445566778899",
        "https://social.example.org/users/friend/statuses/112233445566778899",
        "mailto:someone@example.com",
    ],
)
def test_what_stays_inside_the_networks_is_no_outbound_link(url: str) -> None:
    assert post(view(embed=card(url))).links == ()


def test_a_blog_with_an_at_sign_is_an_outbound_link() -> None:
    assert post(view(embed=card("https://example.org/@friend/how-to-garden-1a2b"))).links


def test_an_embed_of_the_record_serves_where_the_view_has_none() -> None:
    raw = {"$type": "app.bsky.embed.external", "external": {"uri": "https://example.com/a", "title": "T"}}
    assert post(view() | {"record": {**view()["record"], "embed": raw}}).links == ("https://example.com/a",)


def test_an_embed_of_a_kind_not_known_yet_holds_nothing() -> None:
    assert post(view(embed={"$type": "app.bsky.embed.hologram#view"})).links == ()


def test_quotes_name_their_author_where_the_post_can_be_seen() -> None:
    assert post(view(embed=quote("viewRecord"))).quote_of == "did:plc:other"
    for kind in ("viewBlocked", "viewNotFound", "viewDetached"):
        assert post(view(embed=quote(kind))).quote_of == UNKNOWN
    feed = {"$type": "app.bsky.feed.defs#generatorView", "uri": "at://did:plc:o/app.bsky.feed.generator/x"}
    assert post(view(embed={"$type": "app.bsky.embed.record#view", "record": feed})).quote_of is None


def test_replies_name_whom_they_answer() -> None:
    def answered(uri: Any) -> str | None:
        return post(view(reply={"parent": {"uri": uri}, "root": {"uri": uri}})).reply_to

    assert answered("at://did:plc:other/app.bsky.feed.post/9") == "did:plc:other"
    assert answered(f"at://{AUTHOR}/app.bsky.feed.post/9") == SELF
    assert answered("at://other.example.com/app.bsky.feed.post/9") == UNKNOWN
    assert answered(None) == UNKNOWN
    assert post(view()).reply_to is None


def test_the_time_is_the_earlier_of_claimed_and_indexed() -> None:
    indexed = datetime(2026, 1, 10, 12, tzinfo=UTC)
    assert post(view() | {"indexedAt": "2026-01-12T00:00:00Z"}).created_at == indexed
    assert post(view(createdAt="2999-01-01T00:00:00Z")).created_at == indexed
    for garbage in ("yesterday", 17.5, None, "0000-00-00T00:00:00Z"):
        assert post(view(createdAt=garbage)).created_at == indexed
    with pytest.raises(Unreadable):
        post(view(createdAt="yesterday") | {"indexedAt": None})


def reposted(**reason: Any) -> dict[str, Any]:
    by = {"did": "did:plc:booster", "handle": "booster.test"}
    whole = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by, "indexedAt": "2026-01-20T00:00:00Z", **reason}
    return {"post": view(embed=card("https://example.com/a"), reply={"parent": {"uri": None}}), "reason": whole}


def test_a_repost_is_an_item_of_its_own() -> None:
    read = item(reposted(uri="at://did:plc:booster/app.bsky.feed.repost/1"))
    assert read.post.id == "at://did:plc:booster/app.bsky.feed.repost/1"
    assert (read.post.author, read.post.repost_of) == ("did:plc:booster", AUTHOR)
    assert read.post.created_at == datetime(2026, 1, 20, tzinfo=UTC)
    assert read.post.reply_to is None
    assert [who.handle for who in read.accounts] == ["author.example.com", "booster.test"]


def test_a_repost_without_a_uri_is_named_by_who_and_what() -> None:
    assert item(reposted()).post.id == f"at://{AUTHOR}/app.bsky.feed.post/3k1#reposted-by=did:plc:booster"


def test_a_pinned_post_is_no_repost() -> None:
    read = item({"post": view(), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}})
    assert read.pinned
    assert read.post.repost_of is None


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        {"post": None},
        {"post": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://x", "notFound": True}},
        {"post": view() | {"record": None}},
        {"post": view() | {"author": {"handle": "no.did"}}},
        {"post": view() | {"uri": 7}},
        {"post": view(text=None)},  # type: ignore[arg-type]
        {"post": view(facets="x")},
        {"post": view(embed=7)},
        {"post": view(embed={"$type": "app.bsky.embed.images#view", "images": 3})},
        {"post": view(embed={"$type": "app.bsky.embed.external#view"})},
        {"post": view(), "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "by": {}}},
    ],
)
def test_what_has_another_shape_is_unreadable(raw: Any) -> None:
    with pytest.raises(Unreadable):
        item(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PATHS = [
    tuple(path.split("."))
    for path in """post reason post.uri post.author post.author.did post.author.handle post.author.labels
    post.author.description post.embed post.embed.external post.embed.external.uri post.embed.external.title
    post.indexedAt post.record post.record.text post.record.createdAt post.record.facets post.record.reply
    post.record.tags reason.by reason.indexedAt reason.uri""".split()
]


@given(st.sampled_from(PATHS), JSON)
def test_whatever_stands_anywhere_is_read_or_unreadable(path: tuple[str, ...], value: Any) -> None:
    raw: Any = reposted()
    place = raw
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    try:
        read = item(raw)
    except Unreadable:
        return
    assert read.post.created_at.tzinfo is not None
    assert all(isinstance(text, str) for text in (read.post.id, read.post.author, read.post.text, *read.post.links))


@given(st.text(), st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=4))
def test_no_facet_breaks_a_text(text: str, spans: list[tuple[int, int]]) -> None:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/abc"}
    facets = [{"index": {"byteStart": a, "byteEnd": b}, "features": [feature]} for a, b in spans]
    assert post(view(text, facets=facets)).links in ((), ("https://example.com/abc",))


def test_an_account_shows_what_its_profile_says() -> None:
    read = account(
        {
            "did": AUTHOR,
            "handle": "author.example.com",
            "displayName": "An Author",
            "description": "Books at https://books.example.org/me, shop: example.net/shop. a@mail.example.org node.js",
            "followersCount": 12,
            "followsCount": 3.0,
            "postsCount": "many",
            "createdAt": "2024-05-01T00:00:00Z",
            "labels": [{"src": AUTHOR, "val": "bot"}],
        }
    )
    assert read.profile_links == (
        "https://books.example.org/me",
        "https://example.net/shop",
        "https://author.example.com",
    )
    assert (read.followers, read.following, read.post_count) == (12, 3, None)
    assert read.automated
    assert read.created_at == datetime(2024, 5, 1, tzinfo=UTC)


def test_only_the_accounts_own_label_makes_it_a_bot() -> None:
    label = {"src": "did:plc:labeler", "val": "bot"}
    assert account({"did": AUTHOR, "handle": "a.bsky.social", "labels": [label, "odd"]}).automated is False
    assert account({"did": AUTHOR, "handle": "a.bsky.social"}).automated is None


def test_handles_that_prove_no_site_name_none() -> None:
    for handle in ("a.bsky.social", "a.social.example.org.ap.brid.gy", "handle.invalid"):
        assert account({"did": AUTHOR, "handle": handle}).profile_links == ()
    assert AUTHOR in account({"did": AUTHOR, "handle": "handle.invalid"}).url


@given(st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1)), st.integers(0, 1023))  # noqa: DTZ001
def test_a_record_key_tells_when_it_was_made(naive: datetime, clock: int) -> None:
    at = naive.replace(tzinfo=UTC)
    number = ((at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)) << 10 | clock
    key = "".join(TID[(number >> shift) & 31] for shift in range(60, -1, -5))
    assert tid_time(f"at://{AUTHOR}/app.bsky.graph.follow/{key}", NOW) == at


@pytest.mark.parametrize("uri", [None, 3, "", "at://x/y/self", "at://x/y/2222222222222", "at://x/y/zzzzzzzzzzzzz"])
def test_other_record_keys_tell_nothing(uri: Any) -> None:
    assert tid_time(uri, NOW) is None


@given(st.text(), st.text())
def test_our_list_items_have_a_key_that_a_server_accepts(uri: str, did: str) -> None:
    key = _key(uri, did)
    assert len(key) == 13
    assert key[0] in TID[:8]
    assert set(key) <= set(TID)
    assert key == _key(uri, did)


def test_times_without_a_zone_are_utc() -> None:
    assert time_of("2026-01-10T12:00:00") == datetime(2026, 1, 10, 12, tzinfo=UTC)
    assert time_of("2026-01-10T12:00:00.123456789+02:00") == datetime(2026, 1, 10, 10, 0, 0, 123456, tzinfo=UTC)


def test_an_appview_is_named_by_did_or_url() -> None:
    assert service(None) is None
    assert service("did:web:api.example.com") == "did:web:api.example.com#bsky_appview"
    assert service("did:plc:x#other") == "did:plc:x#other"
    assert service("https://api.example.com/") == "did:web:api.example.com#bsky_appview"
    assert service("http://localhost:2584") == "did:web:localhost%3A2584#bsky_appview"
