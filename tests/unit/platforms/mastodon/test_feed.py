"""An account's own feed, request by request, and the account behind a handle."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.errors import UserError
from bot.model import Account
from bot.platforms.base import AccountGone, Feed, Unreachable
from bot.platforms.mastodon.connection import Answer, Refused, ScopeMissing
from bot.platforms.mastodon.feed import BARREN, find, posts_by
from bot.platforms.mastodon.posts import statuses
from tests.unit.platforms.mastodon.told import Several, Told

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANN = Account("7", "ann@example.org")
RAW = {"id": "7", "acct": "ann@example.org"}
FEED, PROFILE = "/api/v1/accounts/7/statuses", "/api/v1/accounts/7"
LOOKUP, SEARCH = "/api/v1/accounts/lookup", "/api/v1/accounts/search"


def status(age: int, **more: Any) -> dict[str, Any]:
    """A status that is so many minutes old, which is its id too."""
    at = NOW - timedelta(minutes=age)
    return {"id": str(age), "created_at": at.isoformat(), "account": RAW, "content": "<p>Hello</p>", **more}


def page(*ages: int, onward: bool = True) -> Answer:
    return Answer(200, [status(age) for age in ages], {"max_id": str(ages[-1])} if onward and ages else {})


def read(*answers: Any, minutes: int = 1_000, limit: int = 100, profile: Any = RAW) -> tuple[Feed, Told]:
    told = Told({FEED: Several(*answers), PROFILE: profile})
    decode = partial(statuses, domain="home.test")
    since = NOW - timedelta(minutes=minutes)
    return posts_by(told, decode, lambda: "home.test", ANN, since, limit), told  # type: ignore[arg-type]


def ages(feed: Feed) -> list[int]:
    return [int(post.id) for post in feed.posts]


def test_all_pages_are_read_newest_first_each_post_once() -> None:
    feed, told = read(page(3, 1, 2), page(2, 5), page(4, onward=False))
    assert (ages(feed), feed.truncated, feed.unreadable) == ([1, 2, 3, 4, 5], False, 0)
    assert feed.account.handle == "ann@example.org"
    assert [params.get("max_id") for _, params in told.asked] == [None, "2", "5"]
    assert {params["limit"] for _, params in told.asked} == {"40"}


def test_the_day_itself_is_read_and_a_page_that_lies_before_it_ends_the_feed() -> None:
    feed, told = read(page(1, 99), page(10, 11), page(11, 12), page(13), minutes=10)
    assert (ages(feed), feed.truncated, len(told.asked)) == ([1, 10], False, 3)


def test_a_pinned_post_counts_only_where_there_are_no_others() -> None:
    pinned = Answer(200, [status(1, pinned=True), status(50)], {"max_id": "50"})
    assert len(read(pinned, page(60), minutes=10)[1].asked) == 1
    alone = Answer(200, [status(50, pinned=True)], {"max_id": "50"})
    assert len(read(alone, page(60), minutes=10)[1].asked) == 1
    unpinned = Answer(200, [status(1, pinned="true"), status(50)], {"max_id": "50"})
    assert len(read(unpinned, page(60), minutes=10)[1].asked) == 2


@pytest.mark.parametrize(("limit", "asked", "truncated"), [(2, 1, True), (3, 2, True), (4, 3, False), (5, 3, False)])
def test_no_more_is_read_than_there_is_room_for_and_that_is_told(limit: int, asked: int, truncated: bool) -> None:
    feed, told = read(page(1, 2, 3), page(4), page(onward=False), limit=limit)
    assert (len(feed.posts), feed.truncated, len(told.asked)) == (min(limit, 4), truncated, asked)


def test_a_feed_that_was_reached_with_more_than_there_is_room_for_is_cut_short_all_the_same() -> None:
    feed, _ = read(page(1, 2, 3), page(99), minutes=10, limit=2)
    assert (ages(feed), feed.truncated) == ([1, 2], True)
    feed, _ = read(page(1, 2), page(99, 98, 97), minutes=10, limit=2)
    assert (ages(feed), feed.truncated) == ([1, 2], False), "what is older has no need of room"
    late = Answer(200, [status(3, pinned=True), status(99)], {"max_id": "99"})
    feed, _ = read(page(1, 2), late, minutes=10, limit=2)
    assert (ages(feed), feed.truncated) == ([1, 2], True), "a pinned one takes its place too"


def test_so_many_pages_without_a_new_post_are_the_end() -> None:
    def barren(many: int) -> list[Answer]:
        return [Answer(200, [status(1), {}], {"max_id": f"x{number}"}) for number in range(many)]

    feed, told = read(page(1), *barren(BARREN + 3))
    assert (ages(feed), feed.truncated, len(told.asked)) == ([1], True, BARREN + 1)
    assert feed.unreadable == BARREN
    feed, told = read(page(1), *barren(BARREN - 1), page(2, onward=False))
    assert (ages(feed), feed.truncated) == ([1, 2], False)
    feed, _ = read(*barren(BARREN - 1), page(2), *barren(BARREN - 1), page(3, onward=False))
    assert feed.truncated, "a server that goes round"


def test_a_full_page_is_followed_by_its_last_id_where_no_next_one_is_named() -> None:
    feed, told = read(page(*range(1, 41), onward=False), page(41, onward=False))
    assert (len(feed.posts), feed.truncated) == (41, False)
    assert told.asked[1][1]["max_id"] == "40"


def test_an_account_whose_feed_does_not_show_it_is_asked_for() -> None:
    for shown in (page(onward=False), Answer(200, [status(1, account={"id": "8", "acct": "ben@example.org"})])):
        feed, told = read(shown, profile=RAW | {"acct": "ann", "bot": True})
        assert (feed.account.handle, feed.account.automated) == ("ann@home.test", True)
        assert told.asked[-1][0] == PROFILE
    assert len(read(page(1, onward=False))[1].asked) == 1, "one that shows it is not"


@pytest.mark.parametrize(
    ("profile", "error", "says"),
    [
        (RAW | {"suspended": True}, AccountGone, "ann@example.org is suspended"),
        (Refused("home.test said 404", 404), AccountGone, "cannot be read any more (home.test said 404)"),
        (Refused("home.test said 404", 404, "", True), Unreachable, "cannot be read now: home.test said 404"),
        (Refused("home.test said 403", 403), Unreachable, "cannot be read now: home.test said 403"),
        (Refused("home.test said 403", 403, "no"), AccountGone, "any more"),
        (Refused("home.test said 422", 422), Refused, "home.test said 422"),
        ({"id": "7"}, Unreachable, "ann@example.org: home.test told an account that cannot be read"),
        (None, Unreachable, "told an account that cannot be read"),
        ({"suspended": 1}, Unreachable, "told an account that cannot be read"),
    ],
)
def test_why_an_account_cannot_be_read_is_told(profile: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as caught:
        read(page(onward=False), profile=profile)
    assert says in str(caught.value)
    if isinstance(profile, Refused):
        with pytest.raises(error) as caught:
            read(profile)
        assert says in str(caught.value)


def found(typed: str, **answers: Any) -> tuple[Account, Told]:
    told = Told({LOOKUP: answers["lookup"]} if "lookup" in answers else {})
    told.answers |= {SEARCH: answers["search"]} if "search" in answers else {}
    return find(told, "town.test", typed), told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("ann@example.org", "ann@example.org"),
        ("@Ann@Example.org", "Ann@example.org"),
        ("ann", "ann"),
        ("ann@town.test", "ann"),
        ("ann@home.test", "ann"),
        ("https://home.test/@ann", "ann"),
        ("ann@other.test", "ann@other.test"),
    ],
)
def test_a_handle_is_looked_up_and_one_of_the_own_server_without_its_host(typed: str, asked: str) -> None:
    account, told = found(typed, lookup=RAW)
    assert account.id == "7"
    assert [(path, params["acct"].lower()) for path, params in told.asked] == [(LOOKUP, asked.lower())]


@pytest.mark.parametrize("refusal", [Refused("no", 404), Refused("no", 403, "", True), ScopeMissing("no")])
def test_what_cannot_be_looked_up_is_searched_for_by_its_whole_name(refusal: Exception) -> None:
    others = [{"id": "8", "acct": "annie@example.org"}, {"id": "9"}, RAW]
    account, told = found("ann@example.org", lookup=refusal, search=others)
    assert account.id == "7"
    assert told.asked[1] == (SEARCH, {"q": "@ann@example.org", "resolve": "true", "limit": "5"})
    own, told = found("bea", lookup=refusal, search=[{"id": "5", "acct": "bea"}])
    assert (own.handle, told.asked[1][1]["q"]) == ("bea@town.test", "@bea@town.test")


PAGE = Refused("a page", 403, "", True)


@pytest.mark.parametrize(
    ("lookup", "search", "error"),
    [
        (Refused("no", 404), [], UserError),
        (Refused("no", 404), [{"id": "8", "acct": "annie@example.org"}], UserError),
        ({"id": "8"}, Refused("no", 404), UserError),
        (PAGE, [], UserError),
        (PAGE, Refused("no", 404), UserError),
        (Refused("no", 404), PAGE, UserError),
        (PAGE, ScopeMissing("no"), UserError),
        (PAGE, PAGE, Unreachable),
    ],
)
def test_only_where_a_proxy_spoke_both_times_it_is_not_said_that_nobody_bears_a_name(
    lookup: Any, search: Any, error: type[Exception]
) -> None:
    with pytest.raises(UserError) as caught:
        found("ann@example.org", lookup=lookup, search=search)
    assert type(caught.value) is error
    assert str(caught.value).startswith("ann@example.org: ")


def test_what_names_nobody_is_not_asked_for() -> None:
    told = Told({})
    with pytest.raises(UserError, match="write it as user@host"):
        find(told, "", "ann")  # type: ignore[arg-type]
    assert told.asked == []
