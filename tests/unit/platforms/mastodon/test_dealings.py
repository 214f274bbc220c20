"""What the owner did on Mastodon: whom it concerns, the earliest time at which it can have been, where it goes on."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.model import Asked, Doing, Stays, Trail
from bot.platforms.base import TrailPage, Unreachable
from bot.platforms.mastodon.connection import Answer, Refused, ScopeMissing
from bot.platforms.mastodon.dealings import LIMIT, MANY, page
from tests.unit.platforms.mastodon.told import Told

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
PATHS = {
    Trail.POSTS: "/api/v1/accounts/1/statuses",
    Trail.FAVOURITES: "/api/v1/favourites",
    Trail.BOOKMARKS: "/api/v1/bookmarks",
}


def at(days: float) -> datetime:
    return NOW - timedelta(days=days)


def status(name: object, days: float = 1, author: object = "1", **more: Any) -> dict[str, Any]:
    return {"id": name, "created_at": at(days).isoformat(), "account": {"id": author, "acct": "x@y.test"}, **more}


def read(trail: Trail, *items: Any, onward: dict[str, str] | None = None, cursor: str | None = None) -> TrailPage:
    told = Told({PATHS[trail]: Answer(200, list(items), onward or {})})
    return page(told, trail, cursor, "1")  # type: ignore[arg-type]


@pytest.mark.parametrize("trail", Trail)
def test_it_is_asked_for_by_full_pages_from_the_place_on(trail: Trail) -> None:
    told = Told({PATHS[trail]: []})
    for cursor, more in (
        (None, {}),
        ('{"max_id": "5", "page": 2}', {"max_id": "5", "page": "2"}),
        ("odd", {}),
        ("[1]", {}),
        ("null", {}),
    ):
        assert page(told, trail, cursor, "1") == TrailPage(dated=trail is Trail.POSTS)  # type: ignore[arg-type]
        assert told.asked[-1] == (PATHS[trail], {"limit": "40", **more})


@pytest.mark.parametrize("trail", Trail)
def test_a_page_goes_on_where_the_server_says_and_a_full_one_that_does_not_is_cut(trail: Trail) -> None:
    named = read(trail, status("9"), onward={"max_id": "7", "a": "b"})
    assert (json.loads(named.onward or ""), named.cut) == ({"max_id": "7", "a": "b"}, False)
    last = read(trail, *[status(str(n)) for n in range(LIMIT - 1)])
    assert (last.onward, last.cut) == (None, False)
    full = read(trail, *[status(str(n)) for n in range(LIMIT)])
    own = trail is Trail.POSTS
    assert (full.onward, full.cut) == ('{"max_id": "39"}' if own else None, not own)


@pytest.mark.parametrize("trail", Trail)
@pytest.mark.parametrize("fault", [Refused("no", 403), ScopeMissing("no"), Unreachable("down"), Refused("no", 404)])
def test_a_fault_leaves_the_whole_page_unread(trail: Trail, fault: Exception) -> None:
    found = page(Told({PATHS[trail]: fault}), trail, None, "1")  # type: ignore[arg-type]
    assert [one.asked for one in found.unread] == list(trail.asked)
    lacking = trail is not Trail.POSTS and isinstance(fault, Refused) and fault.status == 404
    assert {one.stays for one in found.unread} == {Stays.LACKING if lacking else None}
    assert found == TrailPage(unread=found.unread)


def test_whom_the_owner_answered_and_reposted_is_told_of_their_own_posts() -> None:
    mentions = [{"id": "7", "acct": "a@b.test"}, {"id": "8", "acct": "c@d.test"}]
    found = read(
        Trail.POSTS,
        status("5", 3, in_reply_to_id="4", in_reply_to_account_id="7"),
        status("4", 1, in_reply_to_id="3", in_reply_to_account_id="1"),
        status("3", 4),
        status("2", 5, reblog=status("90", 9, "8")),
        status("1", 6, in_reply_to_id="gone", mentions=mentions),
        {"id": "0"},
    )
    assert found.doings == (
        Doing("5", Asked.ANSWERS, ("7",), at(3)),
        Doing("4", at=at(1)),
        Doing("3", at=at(4)),
        Doing("2", Asked.REPOSTS, ("8",), at(5)),
        Doing("1", Asked.ANSWERS, ("7", "8"), at(6)),
    )
    assert (found.latest, found.unreadable, found.dated, found.by_post) == (at(1), 1, True, False)


def test_a_pinned_post_has_no_place_and_says_nothing_of_how_far_back_a_page_reaches() -> None:
    found = read(Trail.POSTS, status("9", 1, pinned=True), status("8", 5), status("7", 3, pinned="yes"))
    assert [one.key for one in found.doings] == ["", "8", "7"]
    assert found.latest == at(3)
    assert read(Trail.POSTS, status("9", 1, pinned=True)).latest is None


@pytest.mark.parametrize("trail", [Trail.FAVOURITES, Trail.BOOKMARKS])
def test_a_post_was_valued_after_all_that_stand_below_it_were_written(trail: Trail) -> None:
    found = read(
        trail,
        status("5", 9, "7"),
        status("4", 2, "8"),
        {"id": "x", "account": {"id": "9"}},
        status(None, 5, "7"),
        status("2", 7, None),
        "odd",
        status("1", 6, "8"),
    )
    (asked,) = trail.asked
    assert found.doings == (
        Doing("5", asked, ("7",), at(2)),
        Doing("4", asked, ("8",), at(2)),
        Doing("x", asked, ("9",), None),
        Doing("", asked, ("7",), at(5)),
        Doing("1", asked, ("8",), at(6)),
    )
    assert (found.latest, found.unreadable, found.dated) == (at(2), 2, False)


def in_order(many: int, *, twice: bool = False, swapped: bool = False) -> list[dict[str, Any]]:
    """Posts as they were written, the newest first."""
    days = [float(number) for number in range(many)]
    if twice:
        days[3] = days[2]
    if swapped:
        days[2], days[3] = days[3], days[2]
    return [status(str(many - place), day, "7") for place, day in enumerate(days)]


@pytest.mark.parametrize(
    ("items", "leads", "by_post"),
    [
        (in_order(MANY), "1", True),
        (in_order(MANY - 1), "1", False),
        (in_order(MANY, twice=True), "1", False),
        (in_order(MANY, swapped=True), "1", False),
        (in_order(MANY), "977", False),
        (in_order(MANY), "", False),
        ([*in_order(MANY - 1), {"id": "x", "account": {"id": "9"}}], "1", False),
        ([*in_order(MANY), {"id": "x", "account": {"id": "9"}}], "1", True),
    ],
)
def test_a_list_in_the_order_of_writing_whose_pages_are_named_by_posts_is_known(
    items: list[Any], leads: str, by_post: bool
) -> None:
    onward = {"max_id": leads} if leads else {}
    assert read(Trail.FAVOURITES, *items, onward=onward).by_post is by_post
