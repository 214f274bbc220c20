"""An account's own feed, from its newest post back to a day, to a limit, or to where the server leaves off."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import UserError
from bot.model import Account
from bot.platforms.base import AccountGone, Feed, Unreachable
from bot.platforms.bluesky.faults import Fault, Refused
from bot.platforms.bluesky.feed import find, posts_by
from tests.servers.bluesky_stub import START, entry, stamp
from tests.unit.platforms.bluesky.told import Told, pages

FRIEND = Account("did:plc:friend", "friend.test")
PROFILE = {"did": FRIEND.id, "handle": FRIEND.handle}
MINUTE = timedelta(minutes=1)


def told(*each: list[Any], endless: bool = False) -> Told:
    return Told(
        {
            "app.bsky.actor.getProfiles": {"profiles": [PROFILE]},
            "app.bsky.feed.getAuthorFeed": pages("feed", *each, endless=endless),
        }
    )


def read(xrpc: Told, minutes: int = 1_000, limit: int = 100) -> Feed:
    return posts_by(xrpc, FRIEND, START - minutes * MINUTE, limit)


def texts(feed: Feed) -> list[str]:
    return [post.text for post in feed.posts]


def pages_asked(xrpc: Told) -> int:
    return sum(method.endswith("getAuthorFeed") for method, _ in xrpc.asked)


def pinned(number: int) -> dict[str, Any]:
    return entry(number) | {"reason": {"$type": "app.bsky.feed.defs#reasonPin"}}


def reposted(number: int, by: str, minutes: int) -> dict[str, Any]:
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": by, "handle": "x.test"}}
    return entry(number, "did:plc:other") | {"reason": reason | {"indexedAt": stamp(START - minutes * MINUTE)}}


def test_all_of_its_own_is_told_newest_first_whatever_the_order_and_nobody_elses() -> None:
    page = [entry(3), entry(1), entry(2, "did:plc:other"), reposted(9, FRIEND.id, 2), reposted(8, "did:plc:third", 4)]
    feed = read(told(page))
    assert texts(feed) == ["Post 1", "Post 9", "Post 3"]
    assert (feed.account.handle, feed.unreadable, feed.truncated) == ("friend.test", 0, False)


def test_it_is_asked_for_with_replies_and_by_full_pages() -> None:
    xrpc = told([entry(1)])
    read(xrpc)
    assert xrpc.asked[-1][1] == {"actor": FRIEND.id, "filter": "posts_with_replies", "limit": 100}


def test_what_cannot_be_read_is_counted_over_all_pages() -> None:
    feed = read(told([entry(1), None, {}], [entry(2), {"post": 7}], [entry(3)]))
    assert (texts(feed), feed.unreadable, feed.truncated) == (["Post 1", "Post 2", "Post 3"], 3, False)


def test_the_day_itself_is_read_and_a_page_that_lies_before_it_ends_the_walk() -> None:
    xrpc = told([entry(1), entry(9)], [entry(9), entry(11)], [entry(10), entry(13)], [entry(11)], [entry(12)])
    feed = read(xrpc, minutes=10)
    assert (texts(feed), feed.truncated) == (["Post 1", "Post 9", "Post 10"], False)
    assert pages_asked(xrpc) == 4, "the newest of a page counts: an old one may stand on it"


def test_a_pinned_post_says_nothing_of_how_far_a_page_reaches() -> None:
    xrpc = told([pinned(500)], [entry(1), pinned(2)], [entry(500), pinned(3)], [entry(4)])
    assert texts(read(xrpc, minutes=10)) == ["Post 1", "Post 2", "Post 3"]
    assert pages_asked(xrpc) == 3


@pytest.mark.parametrize(("limit", "asked", "truncated"), [(3, 2, True), (4, 3, False), (2, 1, True), (5, 3, False)])
def test_no_more_is_read_than_there_is_room_for_and_that_is_told(limit: int, asked: int, truncated: bool) -> None:
    xrpc = told([entry(1), entry(2), entry(3)], [entry(4)], [])
    feed = read(xrpc, limit=limit)
    assert (len(feed.posts), feed.truncated, pages_asked(xrpc)) == (min(limit, 4), truncated, asked)
    assert texts(feed)[0] == "Post 1"


def test_a_feed_that_does_not_end_is_cut_short_unless_it_came_far_enough() -> None:
    assert read(told([entry(1)], endless=True)).truncated
    assert not read(told([entry(1)], [entry(2_000)], endless=True)).truncated


@pytest.mark.parametrize(
    ("profiles", "error"), [([], AccountGone), ([{"did": 7}], Unreachable), (["ann"], Unreachable), (None, Unreachable)]
)
def test_an_account_without_a_profile_is_gone_and_one_that_cannot_be_read_is_not(profiles: Any, error: type) -> None:
    with pytest.raises(error):
        read(Told({"app.bsky.actor.getProfiles": {"profiles": profiles}}))


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (Fault(400, "BlockedActor", "Requester has blocked actor"), AccountGone, "friend.test: Requester has blocked"),
        (Fault(400, "BlockedActor"), AccountGone, "friend.test: BlockedActor"),
        (Fault(400, "InvalidRequest", "Feed not found"), Refused, "no"),
    ],
)
def test_a_refusal_tells_of_who_is_gone_in_the_servers_words(fault: Fault, error: type[Exception], says: str) -> None:
    xrpc = told([])
    xrpc.answers["app.bsky.feed.getAuthorFeed"] = Refused("no", fault)
    with pytest.raises(error, match=says):
        read(xrpc)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("@Friend.Test", "friend.test"), (FRIEND.id, FRIEND.id), ("https://bsky.app/profile/friend.test", "friend.test")],
)
def test_a_whole_handle_or_a_did_is_asked_for(typed: str, asked: str) -> None:
    xrpc = Told({"app.bsky.actor.getProfile": PROFILE})
    assert find(xrpc, typed).id == FRIEND.id
    assert xrpc.asked == [("app.bsky.actor.getProfile", {"actor": asked})]


@pytest.mark.parametrize(("typed", "hint"), [("friend", "friend.bsky.social"), ("ann@town.test", "ann.bsky.social")])
def test_what_is_no_whole_handle_is_not_asked_for(typed: str, hint: str) -> None:
    with pytest.raises(UserError, match=f"such as {hint}"):
        find(Told({}), typed)


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (Refused("no", Fault(400, "InvalidRequest", "Profile not found")), UserError, "(Profile not found)"),
        (Refused("no", Fault(400, "InvalidRequest")), UserError, "(InvalidRequest)"),
        ({"did": FRIEND.id}, Unreachable, "cannot be read"),
    ],
)
def test_why_a_handle_was_not_found_is_told(answer: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as caught:
        find(Told({"app.bsky.actor.getProfile": answer}), "friend.test")
    assert says in str(caught.value)
    assert str(caught.value).startswith("friend.test: ")
