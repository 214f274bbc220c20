"""What Bluesky does not tell of how the owner stands is kept as unread, and no feed ends before its end."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import UserError
from bot.model import Asked, Standing, Stays
from bot.platforms.base import AccountGone, Unreachable
from tests.contract import remembered
from tests.contract.test_bluesky import FRIEND, Owner, profile, standing_answers
from tests.servers.bluesky_stub import OWNER, START, Fault, Stub, entry, serving, stamp

QUARTER = timedelta(days=90)
READS = {
    "app.bsky.feed.getAuthorFeed": ("feed", (Asked.ANSWERS, Asked.REPOSTS)),
    "app.bsky.feed.getActorLikes": ("feed", (Asked.FAVOURITES,)),
    "app.bsky.bookmark.getBookmarks": ("bookmarks", (Asked.BOOKMARKS,)),
    "app.bsky.notification.listActivitySubscriptions": ("subscriptions", (Asked.NOTIFICATIONS,)),
    "app.bsky.graph.getLists": ("lists", (Asked.LISTS,)),
}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as server:
        standing_answers(server, lambda: {"following": f"at://{OWNER}/app.bsky.graph.follow/1"})
        server.answers |= {method: lambda _, field=field: {field: []} for method, (field, _) in READS.items()}
        yield server


@pytest.fixture
def owner(stub: Stub) -> Iterator[Owner]:
    side = Owner(stub)
    yield side
    for each in side.made:
        each.close()


def stands(owner: Owner) -> Standing:
    return remembered.stands(owner.adapter(), [FRIEND], START)[FRIEND.id]


def unread(found: Standing) -> dict[Asked, Stays | None]:
    return {one.asked: one.stays for one in found.unread}


def test_a_server_that_tells_everything_leaves_nothing_unread(owner: Owner) -> None:
    assert stands(owner).unread == ()


REFUSALS = {
    "refused": (403, {"error": "Forbidden", "message": "no"}),
    "a bad request": (400, {"error": "InvalidRequest", "message": "no"}),
    "a fault upstream": (502, {"error": "UpstreamFailure", "message": ""}),
    "no list": (200, {}),
    "another list": (200, {"feed": {}}),
}


@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS)
def test_what_may_be_mended_is_unread_and_does_not_stay_so(
    stub: Stub, owner: Owner, method: str, answer: tuple[int, Any]
) -> None:
    stub.answers[method] = lambda _: answer
    assert unread(stands(owner)) == dict.fromkeys(READS[method][1])


@pytest.mark.parametrize("status", [403, 404])
def test_a_proxy_s_page_says_nothing_of_the_software(stub: Stub, owner: Owner, status: int) -> None:
    adapter = owner.adapter()
    adapter.standing([FRIEND], deciding=False)
    page = {"raw": b"<html>no", "headers": {"Content-Type": "text/html"}, "only": "app.bsky.bookmark.getBookmarks"}
    for _ in range(4):
        stub.faults.append(Fault(status, **page))
    assert unread(remembered.stands(adapter, [FRIEND], START)[FRIEND.id]) == {Asked.BOOKMARKS: None}


@pytest.mark.parametrize(
    "answer",
    [
        (501, {"error": "MethodNotImplemented"}),
        (404, {"error": "XRPCNotSupported"}),
        (400, {"error": "XRPCNotSupported"}),
    ],
)
@pytest.mark.parametrize(
    "method", ["app.bsky.bookmark.getBookmarks", "app.bsky.notification.listActivitySubscriptions"]
)
def test_a_method_that_the_software_does_not_have_is_its_lack(
    stub: Stub, owner: Owner, method: str, answer: tuple[int, Any]
) -> None:
    stub.answers[method] = lambda _: answer
    (one,) = stands(owner).unread
    assert (one.stays, one.sentence) == (Stays.LACKING, f"your server cannot tell {one.asked.words}")


@pytest.mark.parametrize("method", READS)
def test_items_that_cannot_be_read_may_be_anybody_s(stub: Stub, owner: Owner, method: str) -> None:
    field, asked = READS[method]
    stub.answers[method] = lambda _: {field: [None, {"post": 1}]}
    assert unread(stands(owner)) == dict.fromkeys(asked)


def liked(number: int, days: float) -> dict[str, Any]:
    found = entry(number)
    found["post"]["indexedAt"] = stamp(START - timedelta(days=days))
    return found


def test_what_was_found_before_a_list_broke_off_still_protects(stub: Stub, owner: Owner) -> None:
    def pages(query: dict[str, list[str]]) -> Any:
        return (403, {"error": "Forbidden"}) if "cursor" in query else {"feed": [liked(1, 1)], "cursor": "2"}

    stub.answers["app.bsky.feed.getActorLikes"] = pages
    found = stands(owner)
    assert found.favourited is not None
    assert unread(found) == {Asked.FAVOURITES: None}


@pytest.mark.slow
@pytest.mark.parametrize("days", [10, 50])
def test_what_the_owner_does_too_often_for_one_look_is_read_back_to_a_day_that_is_told(
    stub: Stub, owner: Owner, days: int
) -> None:
    def likes(query: dict[str, list[str]]) -> Any:
        number = int(query.get("cursor", ["0"])[0])
        return {"feed": [liked(number, days + 10 * number)], "cursor": str(number + 1)}

    stub.answers["app.bsky.feed.getActorLikes"] = likes
    (one,) = remembered.stands(owner.adapter(), [FRIEND], START, pages=3)[FRIEND.id].unread
    assert (one.asked, one.stays) == (Asked.FAVOURITES, None)
    assert f"so far only be read back to {START - timedelta(days=days + 20):%-d %b}" in one.sentence
    assert remembered.stands(owner.adapter(), [FRIEND], START, pages=8, looks=3)[FRIEND.id].unread == ()


def test_a_read_back_asks_for_no_more_than_profiles_and_lists(stub: Stub, owner: Owner) -> None:
    owner.adapter().standing([FRIEND], deciding=False)
    assert set(stub.asked) - {"com.atproto.server.createSession"} == {
        "app.bsky.actor.getProfiles",
        "app.bsky.graph.getLists",
    }


@pytest.mark.parametrize("words", ["Feed not found", "upstream host not found", "the proxy is suspended", "not found"])
def test_words_that_are_not_of_the_account_make_nobody_gone(stub: Stub, owner: Owner, words: str) -> None:
    stub.answers["app.bsky.feed.getAuthorFeed"] = lambda _: (400, {"error": "InvalidRequest", "message": words})
    with pytest.raises(Exception, match=words) as caught:
        owner.adapter().posts_by(FRIEND, START - QUARTER, 100)
    assert not isinstance(caught.value, AccountGone)


@pytest.mark.parametrize("words", ["Profile not found", "Account is deactivated", "Account has been suspended."])
def test_the_words_of_an_appview_for_somebody_gone_are_known(stub: Stub, owner: Owner, words: str) -> None:
    stub.answers["app.bsky.feed.getAuthorFeed"] = lambda _: (400, {"error": "InvalidRequest", "message": words})
    with pytest.raises(AccountGone):
        owner.adapter().posts_by(FRIEND, START - QUARTER, 100)


def test_a_profile_that_cannot_be_read_is_not_gone(stub: Stub, owner: Owner) -> None:
    stub.answers["app.bsky.actor.getProfiles"] = lambda _: {"profiles": [{"handle": "friend.test"}]}
    with pytest.raises(Unreachable):
        owner.adapter().posts_by(FRIEND, START - QUARTER, 100)


def test_a_feed_that_goes_round_in_circles_is_cut_short(stub: Stub, owner: Owner) -> None:
    stub.answers["app.bsky.feed.getAuthorFeed"] = lambda _: {"feed": [entry(1)], "cursor": "same"}
    feed = owner.adapter().posts_by(FRIEND, START - QUARTER, 100)
    assert (len(feed.posts), feed.truncated) == (1, True)


@pytest.mark.parametrize(
    "typed",
    ["@Friend.Test", "https://bsky.app/profile/friend.test", "at://friend.test", FRIEND.id, "at://did:plc:friend"],
)
def test_a_handle_is_found_in_any_spelling(stub: Stub, owner: Owner, typed: str) -> None:
    asked = []

    def answer(query: dict[str, list[str]]) -> Any:
        asked.extend(query["actor"])
        return profile(FRIEND.id)

    stub.answers["app.bsky.actor.getProfile"] = answer
    assert owner.adapter().find(typed).id == FRIEND.id
    assert asked in (["friend.test"], [FRIEND.id])


def test_a_name_that_nobody_bears_is_said_to_be_none(stub: Stub, owner: Owner) -> None:
    stub.answers["app.bsky.actor.getProfile"] = lambda _: (
        400,
        {"error": "InvalidRequest", "message": "Profile not found"},
    )
    with pytest.raises(UserError, match="no account of that name is known to your server"):
        owner.adapter().find("nobody.test")
    with pytest.raises(UserError, match="whole name"):
        owner.adapter().find("nobody")
