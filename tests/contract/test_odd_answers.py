"""Odd answers that were once met: each costs what it must, and leaves as an error that the owner can read."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.errors import UserError
from bot.model import Account, Action, Step
from bot.platforms.base import PlatformError, RateLimited
from bot.platforms.bluesky import posts as bluesky_posts
from bot.platforms.bluesky.faults import check_address, service
from bot.platforms.mastodon import posts as mastodon_posts
from bot.platforms.mastodon.connection import base_url
from tests.contract.test_rogue import bluesky, mastodon
from tests.servers.bluesky_stub import entry
from tests.servers.rogue import Rogue, plain

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = {"id": "1", "acct": "owner", "username": "owner"}
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
STATUS = {"id": "9", "created_at": "2026-05-01T11:00:00Z", "account": {"id": "7", "acct": "ann"}, "content": "hello"}


@pytest.fixture
def rogue() -> Iterator[Rogue]:
    with Rogue() as server:
        yield server


def answering(rogue: Rogue, answers: dict[str, object], headers: str = "") -> None:
    """Answer each address by the first of `answers` that it contains, 404 otherwise."""

    def say(connection: Any) -> None:
        line = rogue.heard[-1].split("\r\n")[0]
        for part, answer in answers.items():
            if part in line:
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                return plain(200, body, headers)(connection)
        return plain(404, b'{"error": "Record not found"}')(connection)

    rogue.answer = say


@pytest.mark.parametrize(
    "header",
    [f"ratelimit-reset: {value}" for value in ("99999999999999", "-1e20", "NaN", "")]
    + [f"retry-after: {value}" for value in ("1e400", "9" * 300, "-5", "Fri, 99 Foo 2026")]
    + ["date: Fri, 31 Dec 9999 23:59:59 GMT\r\nratelimit-reset: 1"],
)
def test_no_header_costs_an_answer_or_hides_a_refusal_of_bluesky(rogue: Rogue, header: str) -> None:
    answering(rogue, {"getTimeline": {"feed": [entry(1)]}}, f"ratelimit-remaining: 1\r\n{header}\r\n")
    assert [len(page.posts) for page in bluesky(rogue.url).timeline(None)] == [1]
    rogue.answer = plain(429, b"{}", f"{header}\r\n")
    with pytest.raises(RateLimited):
        list(bluesky(rogue.url).timeline(None))


@pytest.mark.parametrize("count", ["NaN", "1e400", "-Infinity", "-3", "1e30", "true", '"many"', "[]", "9" * 5000])
def test_a_count_that_counts_nothing_is_unknown(rogue: Rogue, count: str) -> None:
    person = b'{"did": "did:plc:ann", "handle": "ann.test", "followersCount": %s}' % count.encode()
    answering(rogue, {"getProfiles": b'{"profiles": [%s]}' % person, "getAuthorFeed": {"feed": []}})
    feed = bluesky(rogue.url).posts_by(Account("did:plc:ann", "ann.test"), LONG_AGO, 10)
    assert feed.account.followers is None
    person = b'{"id": "7", "acct": "ann", "followers_count": %s, "statuses_count": %s}' % ((count.encode(),) * 2)
    answering(rogue, {"lookup": person, "instance": {"domain": "e.test"}})
    assert mastodon(rogue.url).find("ann@e.test").followers is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1, 10**30, True, "3"])
def test_an_account_is_read_whatever_its_counts_are(number: Any) -> None:
    raw = {"did": "did:plc:ann", "handle": "ann.test", "followersCount": number, "postsCount": number}
    assert bluesky_posts.account(raw).followers is None
    raw = {"id": "7", "acct": "ann", "followers_count": number, "following_count": number}
    assert mastodon_posts.account(raw, "e.test").following is None


@pytest.mark.parametrize("link", ["<http://[::1?max_id=2>; rel=next", "<<>>;;rel=", "<?max_id=%ED%A0%80>; rel=next"])
def test_an_odd_link_to_the_next_page_ends_a_list(rogue: Rogue, link: str) -> None:
    answering(rogue, {"/statuses": [STATUS], "instance": {"domain": "e.test"}}, f"Link: {link}\r\n")
    feed = mastodon(rogue.url).posts_by(Account("7", "ann@e.test"), LONG_AGO, 10)
    assert [post.id for post in feed.posts] == ["9"]


@pytest.mark.parametrize("answer", [{}, [], 7, None, {"id": {}, "acct": "x"}, {"id": "1"}, {"id": True, "acct": "x"}])
def test_whoever_is_logged_in_must_be_an_account(rogue: Rogue, answer: object) -> None:
    answering(rogue, {"verify_credentials": answer, "instance": {"domain": "e.test"}})
    with pytest.raises(PlatformError, match="does not say who is logged in"):
        mastodon(rogue.url).owner()


@pytest.mark.parametrize("scope", [7, True, {"read": 1}, [1, None, "read"], 1.5, "", None])
def test_doctor_lives_with_any_scope_and_any_length_of_a_post(rogue: Rogue, scope: object) -> None:
    configuration = {"configuration": {"statuses": {"max_characters": scope}}, "domain": "e.test", "version": scope}
    answering(rogue, {"token/info": {"scope": scope}, "instance": configuration, "/lists": []})
    assert mastodon(rogue.url).server().max_characters == 500


@pytest.mark.parametrize("languages", [7, "en", {"en": 1}, ["en", None, 3], True])
def test_reposts_are_hidden_whatever_the_languages_are(rogue: Rogue, languages: object) -> None:
    stands = {"id": "7", "following": True, "showing_reblogs": True, "languages": languages}
    after = stands | {"showing_reblogs": False}
    answering(rogue, {"relationships": [stands], "/follow": after})
    action = Action(Account("7", "ann@e.test"), Step.HIDE_REPOSTS, NOW)
    mastodon(rogue.url).act(action)
    sent = parse_qs(rogue.heard[-1].rpartition("\r\n\r\n")[2])
    assert sent.get("languages[]") == (["en"] if isinstance(languages, list) else None)


@pytest.mark.parametrize("profile", [{"did": "did:plc:ann"}, {"did": "did:plc:ann", "handle": 7}, {}, None, "ann"])
def test_a_profile_without_a_name_costs_its_account_alone(rogue: Rogue, profile: object) -> None:
    answering(rogue, {"getProfiles": {"profiles": [profile]}, "getProfile?": profile, "getAuthorFeed": {"feed": []}})
    ann = Account("did:plc:ann", "ann.test")
    for ask in (lambda side: side.posts_by(ann, LONG_AGO, 10), lambda side: side.find("ann.test")):
        with pytest.raises(PlatformError):
            ask(bluesky(rogue.url))


ODD = [
    '"\xed\xa0\x80"',
    '"\xff"',
    "NaN",
    "1e400",
    "9" * 5000,
    '"\\ud800"',
    '"0001-01-01T00:00:00+14:00"',
    "[]",
    "{}",
    "true",
    "null",
]
READ: dict[str, tuple[Callable[[bytes], dict[str, object]], Callable[[str], int]]] = {
    "mastodon": (
        lambda odd: {"/timelines/home": b"[%s]" % b",".join((json.dumps(STATUS).encode(), odd))},
        lambda server: sum(len(page.posts) for page in mastodon(server).timeline(None)),
    ),
    "bluesky": (
        lambda odd: {"getTimeline": b'{"feed": [%s]}' % b",".join((json.dumps(entry(1)).encode(), odd))},
        lambda server: sum(len(page.posts) for page in bluesky(server).timeline(None)),
    ),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("platform", READ)
def test_one_odd_item_costs_no_more_than_itself(rogue: Rogue, platform: str, odd: str) -> None:
    page, count = READ[platform]
    key = b'{"id": "8", "created_at": %s}' if platform == "mastodon" else b'{"post": {"indexedAt": %s}}'
    answering(rogue, page(key % odd.encode("latin-1")) | {"instance": {"domain": "e.test"}})
    assert count(rogue.url) == 1


@pytest.mark.parametrize(
    "address", ["https://\ud800.test", "https://[::1", "https://a b.test", "https://u:p@a.test", "ftp://a"]
)
@pytest.mark.parametrize("check", [base_url, check_address, service])
def test_an_odd_address_of_a_server_is_refused(check: Callable[[str], object], address: str) -> None:
    with pytest.raises(UserError):
        check(address)


def test_no_odd_name_or_id_is_asked_for_in_vain(rogue: Rogue) -> None:
    for side in (mastodon(rogue.url), bluesky(rogue.url)):
        for name in ("\ud800@e.test", "ann\ud800.test", "did:plc:\ud800"):
            with pytest.raises(UserError):
                side.find(name)
            with pytest.raises(UserError):
                side.posts_by(Account(name, name), LONG_AGO, 10)
