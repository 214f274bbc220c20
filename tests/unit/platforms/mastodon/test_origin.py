"""What an account's own server shows to strangers by its API, told as the owner's server knows the account."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.model import SELF, Account
from bot.platforms.base import Feed, PlatformError
from bot.platforms.mastodon import origin
from bot.platforms.mastodon.connection import Refused
from bot.platforms.mastodon.origin import FEW, MOST_PAGES
from tests.unit.platforms.mastodon.test_outbox import Answers

NOW = datetime(2026, 5, 31, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DROP = Account("home-7", "drop@shop.test", url="https://shop.test/@drop")
LOOKUP = "/api/v1/accounts/lookup?acct=drop"
FEED = "/api/v1/accounts/9%2F1/statuses?limit=40&exclude_reblogs=false"
WHO = {"id": "9/1", "acct": "drop"}


def status(age: int, author: str = "9/1", **more: Any) -> dict[str, Any]:
    at = NOW - age * MINUTE
    return {"id": str(age), "created_at": at.isoformat(), "account": {"id": author, "acct": "drop"}, **more}


class Web:
    """Leads to a server that answers from memory."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.there, self.hosts = Answers(found), list[str]()

    def visit(self, host: str) -> Answers:
        self.hosts.append(host)
        return self.there


def read(*pages: list[Any], minutes: int = 1_000, limit: int = 100, who: Any = WHO, **more: Any) -> tuple[Feed, Web]:
    found: dict[str, Any] = {LOOKUP: who}
    after = ""
    for page in pages:
        found[f"{FEED}{after}"] = page
        after = f"&max_id={page[-1]['id']}" if page and isinstance(page[-1], dict) else after
    web = Web({**found, f"{FEED}{after}": [], **more} if pages and pages[-1] else {**found, **more})
    return origin.read(web, DROP, NOW - minutes * MINUTE, limit), web  # type: ignore[arg-type]


def ages(feed: Feed) -> list[int]:
    return [int(post.id) for post in feed.posts]


def test_pages_are_read_until_nothing_more_comes_newest_first() -> None:
    feed, web = read([status(1), status(3)], [status(2), status(5)])
    assert (ages(feed), feed.truncated, feed.unreadable, feed.account) == ([1, 2, 3, 5], False, 0, DROP)
    assert web.hosts == ["shop.test"]
    assert web.there.asked == [LOOKUP, FEED, f"{FEED}&max_id=3", f"{FEED}&max_id=5"]


def test_posts_go_by_the_id_under_which_the_owners_server_knows_the_account() -> None:
    answer = status(1, in_reply_to_id="5", in_reply_to_account_id="9/1")
    own, others = status(2, reblog=status(9)), status(3, reblog=status(8, "77"))
    feed, _ = read([answer, own, others, status(4, "66")])
    assert {post.author for post in feed.posts} == {DROP.id}
    assert [(post.reply_to, post.repost_of) for post in feed.posts] == [(SELF, None), (None, DROP.id), (None, "77")]


def test_the_day_itself_is_read_and_a_page_that_lies_before_it_ends_the_feed() -> None:
    feed, web = read(
        [status(1), status(99)], [status(10), status(11)], [status(11), status(12)], [status(13)], minutes=10
    )
    assert (ages(feed), feed.truncated) == ([1, 10], False)
    assert len(web.there.asked) == 4


@pytest.mark.parametrize(("limit", "asked", "truncated"), [(2, 2, True), (3, 3, True), (4, 4, False), (5, 4, False)])
def test_no_more_is_read_than_there_is_room_for_and_that_is_told(limit: int, asked: int, truncated: bool) -> None:
    feed, web = read([status(1), status(2), status(3)], [status(4)], limit=limit)
    assert (len(feed.posts), feed.truncated, len(web.there.asked)) == (min(limit, 4), truncated, asked)


def test_a_server_that_goes_round_is_left() -> None:
    round_and_round = {f"{FEED}&max_id=1": [status(1)]}
    assert ages(read([status(1)], **round_and_round)[0]) == [1]


@pytest.mark.parametrize(("odd", "is_a_feed"), [(0, True), (1, True), (2, False)])
def test_a_feed_of_which_a_tenth_cannot_be_read_is_none(odd: int, is_a_feed: bool) -> None:
    page = [status(age) for age in range(1, FEW + 2)] + [{}] * odd + [status(50)]
    if is_a_feed:
        feed, _ = read(page)
        assert (len(feed.posts), feed.unreadable) == (FEW + 2, odd)
        return
    with pytest.raises(PlatformError, match="too few that can be read"):
        read(page)


def test_a_feed_without_a_post_is_none() -> None:
    for pages in ([], [status(5_000)], [status(1, "66")]):
        with pytest.raises(PlatformError, match="shows none of its posts"):
            read(pages)


@pytest.mark.parametrize(
    "who", [None, [], {}, {"id": "9"}, {"acct": "drop"}, {"id": "9", "acct": "other"}, {"id": True, "acct": "drop"}]
)
def test_where_the_api_does_not_know_the_account_the_outbox_is_read(who: Any) -> None:
    actor, box = "https://shop.test/users/drop", "https://shop.test/users/drop/outbox"
    note = {"type": "Note", "id": f"{actor}/1", "published": NOW.isoformat(), "content": "Hello"}
    shown = {DROP.url: {"id": actor, "outbox": box}, box: {"orderedItems": [{"type": "Create", "object": note}]}}
    feed, web = read(who=who, **shown)
    assert [post.text for post in feed.posts] == ["Hello"]
    assert [one for one in web.there.asked if "statuses" in one] == []


def test_a_name_in_another_spelling_is_the_account_s_and_posts_that_are_refused_are_read_of_the_outbox() -> None:
    assert ages(read([status(1)], who=WHO | {"acct": "Drop@shop.test"})[0]) == [1]
    for page in ({}, Refused("no", 401)):
        with pytest.raises(Refused, match="names no outbox"):
            read(**{FEED: page, "/.well-known/webfinger?resource=acct%3Adrop%40shop.test": {}, "": {}})


def test_no_more_pages_are_asked_for_than_that() -> None:
    pages = [[status(age)] for age in range(1, MOST_PAGES + 5)]
    feed, web = read(*pages)
    assert (len(feed.posts), len(web.there.asked)) == (MOST_PAGES, MOST_PAGES + 1)
