"""What the owner did on Bluesky: whom it concerns, when it was done, and where the list goes on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model import Asked, Doing, Trail
from bot.platforms.base import TrailPage, Unreachable
from bot.platforms.bluesky.dealings import page
from tests.servers.bluesky_stub import OWNER, START, entry, stamp, tid
from tests.unit.platforms.bluesky.told import Told

MINUTE = timedelta(minutes=1)
METHODS = {
    Trail.POSTS: ("app.bsky.feed.getAuthorFeed", "feed"),
    Trail.FAVOURITES: ("app.bsky.feed.getActorLikes", "feed"),
    Trail.BOOKMARKS: ("app.bsky.bookmark.getBookmarks", "bookmarks"),
}


def at(minutes: int) -> datetime:
    return START - minutes * MINUTE


def read(trail: Trail, *items: Any, cursor: object = None) -> TrailPage:
    method, field = METHODS[trail]
    return page(Told({method: {field: list(items), "cursor": cursor}}), trail, None, START)


def own(number: int, **more: Any) -> dict[str, Any]:
    return entry(number, OWNER, **more)


def answering(uri: str) -> dict[str, Any]:
    return {"reply": {"parent": {"uri": uri}, "root": {"uri": uri}}}


def mention(did: str) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
    return {"index": {"byteStart": 0, "byteEnd": 4}, "features": [feature]}


@pytest.mark.parametrize("trail", Trail)
@pytest.mark.parametrize(("told", "onward"), [("next", "next"), ("", None), (None, None), (7, None)])
def test_a_list_goes_on_where_the_server_names_a_place(trail: Trail, told: object, onward: str | None) -> None:
    found = read(trail, cursor=told)
    assert (found.onward, found.doings, found.latest, found.unreadable, found.unread) == (onward, (), None, 0, ())


@pytest.mark.parametrize(
    ("trail", "asked"),
    [
        (Trail.POSTS, {"actor": OWNER, "filter": "posts_with_replies", "limit": 100, "cursor": "here"}),
        (Trail.FAVOURITES, {"actor": OWNER, "limit": 100, "cursor": "here"}),
        (Trail.BOOKMARKS, {"limit": 100, "cursor": "here"}),
    ],
)
def test_it_is_asked_for_by_full_pages_from_the_place_on(trail: Trail, asked: dict[str, Any]) -> None:
    method, field = METHODS[trail]
    xrpc = Told({method: {field: []}})
    page(xrpc, trail, "here", START)
    assert xrpc.asked == [(method, asked)]


@pytest.mark.parametrize("trail", Trail)
def test_a_fault_leaves_the_whole_page_unread(trail: Trail) -> None:
    method, _ = METHODS[trail]
    found = page(Told({method: Unreachable("down")}), trail, "here", START)
    assert [one.asked for one in found.unread] == list(trail.asked)
    assert found == TrailPage(unread=found.unread)


def test_whom_the_owner_answered_and_reposted_is_told_of_their_own_posts() -> None:
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": OWNER, "handle": "owner.test"}}
    repost = entry(30) | {"reason": reason | {"uri": "at://repost", "indexedAt": stamp(at(4))}}
    found = read(
        Trail.POSTS,
        own(1, **answering("at://did:plc:ann/app.bsky.feed.post/1")),
        own(2, **answering(f"at://{OWNER}/app.bsky.feed.post/0")),
        own(3),
        repost,
        own(5, text="@ben hello", facets=[mention("did:plc:ben")], **answering("at://ben.test/app.bsky.feed.post/1")),
        {"post": 7},
    )
    keys = [f"at://{OWNER}/app.bsky.feed.post/{number}" for number in range(6)]
    assert found.doings == (
        Doing(keys[1], Asked.ANSWERS, ("did:plc:ann",), at(1)),
        Doing(keys[2], at=at(2)),
        Doing(keys[3], at=at(3)),
        Doing("at://repost", Asked.REPOSTS, ("did:plc:friend",), at(4)),
        Doing(keys[5], Asked.ANSWERS, ("did:plc:ben",), at(5)),
    )
    assert (found.latest, found.unreadable, found.dated, found.cut) == (at(1), 1, True, False)


def test_a_pinned_post_has_no_place_and_says_nothing_of_how_far_back_a_page_reaches() -> None:
    pin = {"reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    pinned = own(1, **answering("at://did:plc:ann/app.bsky.feed.post/1")) | pin
    found = read(Trail.POSTS, pinned, own(9), own(5))
    assert found.doings[0] == Doing("", Asked.ANSWERS, ("did:plc:ann",), at(1))
    assert found.latest == at(5)
    assert read(Trail.POSTS, pinned).latest is None


def liked(number: int, like: object) -> dict[str, Any]:
    found = entry(number, "did:plc:ann")
    found["post"]["viewer"] = {"like": like}
    return found


def test_a_like_was_given_when_its_record_was_made_and_else_no_earlier_than_the_post() -> None:
    made = f"at://{OWNER}/app.bsky.feed.like/{tid(at(2))}"
    nameless = {"post": {"indexedAt": stamp(at(1))}}
    found = read(Trail.FAVOURITES, liked(30, made), liked(40, None), nameless, None)
    post = "at://did:plc:ann/app.bsky.feed.post/40"
    assert found.doings == (
        Doing(made, Asked.FAVOURITES, ("did:plc:ann",), at(2)),
        Doing(post, Asked.FAVOURITES, ("did:plc:ann",), at(40)),
    )
    assert (found.latest, found.unreadable) == (at(1), 2)


def test_a_bookmark_tells_when_it_was_set() -> None:
    uri = "at://did:plc:ann/app.bsky.feed.post/1"
    dated = {"subject": {"uri": uri}, "createdAt": stamp(at(3))}
    found = read(Trail.BOOKMARKS, dated, {"subject": {"uri": uri}}, {"createdAt": stamp(at(2))}, None, "odd")
    assert found.doings == (
        Doing(f"{uri} {stamp(at(3))}", Asked.BOOKMARKS, ("did:plc:ann",), at(3)),
        Doing(f"{uri} None", Asked.BOOKMARKS, ("did:plc:ann",), None),
    )
    assert (found.latest, found.unreadable) == (at(2), 3)
