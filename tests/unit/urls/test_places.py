"""What an address tells by itself: a post of the networks, or whose page it is."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.urls import clean, domain, extended, posted_elsewhere, shortened, site, social
from bot.urls.places import _path

POSTS = [
    "https://m.example/@anna/112233445566778899",
    "https://m.example/@anna/112233445566778899/embed",
    "https://m.example/users/anna/statuses/112233445566778899",
    "https://m.example/ap/users/117020565693913441/statuses/117020569759328240",
    "https://m.example/@anna@other.test/112233445566778899",
    "https://m.example/web/statuses/112233445566778899",
    "https://m.example/deck/@anna/112233445566778899",
    "https://gts.example/@anna/statuses/01HXYZ0123456789ABCDEFGHJK",
    "https://takahe.example/@anna/posts/4711",
    "https://mk.example/notes/9abcde1234",
    "https://mk.example/notes/01HXYZ0123456789ABCDEFGHJK",
    "https://akkoma.example/notice/AabbccDdEeFf00112233",
    "https://akkoma.example/objects/0f8fad5b-d9cb-469f-a165-70867728950e",
    "https://fri.example/display/735a2029-4160-54d6-c77d-f42252009005",
    "https://fri.example/objects/735a2029-4160-54d6-c77d-f42252009005",
    "https://hub.example/item/735a2029-4160-54d6-c77d-f42252009005",
    "https://pix.example/p/anna/512345678901234567",
    "https://pix.example/i/web/post/512345678901234567",
    "https://hollo.example/@anna/0192e1a5-7d4c-7b3e-8f00-0123456789ab",
    "https://snac.example/anna/p/1709251200.123456",
    "https://wafrn.example/fediverse/post/0192e1a5-7d4c-7b3e-8f00-0123456789ab",
    "https://honk.example/u/anna/h/Zxc12345Q",
    "https://books.example/user/anna/review/4711",
    "https://diaspora.example/posts/0f8fad5bd9cb469fa165",
    "https://bsky.app/profile/anna.bsky.social/post/3kabc",
    "https://bsky.app/profile/anna.bsky.social",
    "https://bsky.app/hashtag/rain",
    "https://bsky.app/search?q=%23rain",
    "https://go.bsky.app/AbCdEf",
    "https://deer.social/profile/anna.bsky.social/post/3kabc",
    "https://deer.social/profile/did:plc:abc",
    "https://another-client.example/profile/did:plc:abc/post/3kabcdefghij2",
    "https://another-client.example/profile/anna.example.org/post/3kabcdefghij2",
    "https://www.threads.com/@anna/post/DAbc",
    "https://www.threads.net/@anna/post/DAbc",
]
PAGES = [
    "https://blog.example/@anna/how-to-write-1234",
    "https://blog.example/@anna",
    "https://medium.com/@anna/why-the-bridge-fell-0a1b2c3d4e5f",
    "https://example.com/notes/on-writing",
    "https://example.com/notes/introduction",
    "https://example.com/notice/announcement",
    "https://example.com/2026/05/01/story",
    "https://example.com/p/9",
    "https://example.com/p/anna/9",
    "https://example.com/posts/why-the-bridge-fell",
    "https://example.com/profile/anna/post/7",
    "https://example.com/display/12",
    "https://example.com/objects/chair",
    "https://bsky.app/about",
    "https://www.threads.com/@anna",
    "https://www.tiktok.com/@anna/video/7123456789012345678",
    "https://www.youtube.com/@anna",
    "https://x.com/anna/status/1234567890123456789",
    "https://example.com/",
]


@pytest.mark.parametrize("url", POSTS)
def test_a_post_on_the_fediverse_on_bluesky_or_threads_is_known_by_its_address(url: str) -> None:
    assert social(url)


@pytest.mark.parametrize("url", PAGES)
def test_pages_that_only_look_like_posts_are_none(url: str) -> None:
    assert not social(url)


@pytest.mark.parametrize(
    ("url", "whose"),
    [
        ("https://www.example.com/about", "example.com"),
        ("https://anna.github.io/x", "anna.github.io"),
        ("https://www.youtube.com/@Anna/videos", "youtube.com/anna"),
        ("https://m.youtube.com/channel/UCabc", "youtube.com/ucabc"),
        ("https://www.youtube.com/c/anna", "youtube.com/anna"),
        ("https://www.youtube.com/user/anna", "youtube.com/anna"),
        ("https://www.youtube.com/watch?v=dQabc", None),
        ("https://www.youtube.com/shorts/dQabc", None),
        ("https://youtu.be/dQabc", None),
        ("https://www.flickr.com/photos/anna/4711", "flickr.com/anna"),
        ("https://flic.kr/p/2abc", None),
        ("https://spoti.fi/2abc", None),
        ("https://nyti.ms/2abc", "nytimes.com"),
        ("https://www.linkedin.com/in/anna/", "linkedin.com/anna"),
        ("https://uk.linkedin.com/company/anna-works", "linkedin.com/anna-works"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:1", None),
        ("https://www.reddit.com/user/anna", "reddit.com/anna"),
        ("https://old.reddit.com/u/anna", "reddit.com/anna"),
        ("https://www.reddit.com/r/birds/comments/1/x", None),
        ("https://www.etsy.com/shop/AnnaMakes", "etsy.com/annamakes"),
        ("https://www.etsy.com/de/shop/AnnaMakes", "etsy.com/annamakes"),
        ("https://annamakes.etsy.com/", "etsy.com/annamakes"),
        ("https://www.etsy.com/listing/4711/cup", None),
        ("https://github.com/anna/tool", "github.com/anna"),
        ("https://gist.github.com/anna/0f8f", "github.com/anna"),
        ("https://github.com/topics/birds", None),
        ("https://medium.com/@anna/x-1", "medium.com/anna"),
        ("https://anna.medium.com/x-1", "medium.com/anna"),
        ("https://anna.substack.com/p/x", "substack.com/anna"),
        ("https://open.substack.com/pub/anna/p/x", "substack.com/anna"),
        ("https://www.patreon.com/anna", "patreon.com/anna"),
        ("https://www.patreon.com/posts/cups-4711", None),
        ("https://www.instagram.com/anna/", "instagram.com/anna"),
        ("https://www.instagram.com/p/Cabc/", None),
        ("https://www.facebook.com/anna/posts/1", "facebook.com/anna"),
        ("https://www.facebook.com/photo.php?fbid=1", None),
        ("https://www.facebook.com/groups/birds", None),
        ("https://www.tiktok.com/@anna/video/1", "tiktok.com/anna"),
        ("https://soundcloud.com/anna/song", "soundcloud.com/anna"),
        ("https://anna.bandcamp.com/album/x", "bandcamp.com/anna"),
        ("https://twitter.com/Anna/status/1", "x.com/anna"),
        ("https://vimeo.com/123456", None),
        ("https://open.spotify.com/track/1", None),
        ("https://www.amazon.co.uk/dp/B00", None),
        ("https://bit.ly/x", None),
        ("", None),
    ],
)
def test_where_many_people_live_the_part_that_names_the_person_tells_whose_page_it_is(
    url: str, whose: str | None
) -> None:
    assert site(url) == whose


def test_the_owners_lists_stand_beside_the_bundled_ones() -> None:
    lists = extended(
        shorteners=("go.example.com",),
        shims=("example.com/out?to={url}",),
        post_pages=("client.example.com/profile/*",),
        shared_sites=("example.org/~*", "*.homes.example.net", "town.example.com"),
        post_places=("pictures.example.org",),
    )
    assert shortened("https://go.example.com/x", lists)
    assert domain("https://bit.ly/x", lists) is None
    assert clean("https://example.com/out?to=https%3A%2F%2Fexample.net%2Fa", lists) == "https://example.net/a"
    assert social("https://client.example.com/profile/anna", lists)
    assert social(POSTS[0], lists)
    assert site("https://example.org/~anna/x", lists) == "example.org/anna"
    assert site("https://example.org/news", lists) is None
    assert site("https://anna.homes.example.net/x", lists) == "example.net/anna"
    assert site("https://town.example.com/anna", lists) == "example.com/anna"
    assert posted_elsewhere("https://www.flickr.com/photos/anna/1", lists)
    assert not shortened("https://go.example.com/x")


def test_the_same_additions_make_the_same_lists() -> None:
    assert extended() is extended(())
    assert extended(("go.example.com",)) is extended(("go.example.com",))


PARTS = ["https://a.test", "http://", "/", "//", "a", "?", "#", ";", ":", "@", "%2f", "é"]


@given(st.lists(st.sampled_from(PARTS), max_size=6))
def test_the_path_of_an_address_is_told_quickly_and_as_by_taking_it_apart(parts):
    url = "".join(parts)
    assert _path(url) == urlsplit(url).path
