"""The Bluesky adapter over HTTP against a server that has bad days."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.clock import SimulatedClock
from bot.errors import UserError
from bot.model import Account, Action, Post, Step
from bot.platforms.base import AccountGone, Answer, LoginNeeded, Page, RateLimited, Unreachable, Unsupported
from bot.platforms.bluesky import Bluesky, BotLogin, log_in
from bot.platforms.bluesky import login as room
from tests.servers.bluesky_stub import HANDLE, OWNER, PASSWORD, START, Fault, Stub, entry, serving

FRIEND = Account("did:plc:friend", "friend.test")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as server:
        yield server


class Owner:
    """The owner's side: the adapter, its clock, and what it was asked to keep."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.kept = stub, [""]
        self.clock = SimulatedClock(datetime.now(UTC))
        self.made: list[Bluesky] = []

    def adapter(self, password: str | None = PASSWORD, **more: Any) -> Bluesky:
        self.made.append(
            Bluesky(
                self.stub.url,
                self.kept[-1] or None,
                self.clock,
                handle=HANDLE,
                password=lambda: password,
                save_session=more.pop("save_session", self.kept.append),
                **more,
            )
        )
        return self.made[-1]


@pytest.fixture
def owner(stub: Stub) -> Iterator[Owner]:
    side = Owner(stub)
    yield side
    for each in side.made:
        each.close()


def read(pages: Iterator[Page]) -> tuple[list[Post], list[Page]]:
    found = list(pages)
    return [post for page in found for post in page.posts], found


def test_a_kept_session_is_used_without_logging_in_again(stub: Stub, owner: Owner) -> None:
    read(owner.adapter().timeline(None))
    read(owner.adapter(password=None).timeline(None))
    assert stub.asked["com.atproto.server.createSession"] == 1


def test_an_expired_token_is_refreshed_and_the_new_session_kept(stub: Stub, owner: Owner) -> None:
    stub.feed = [entry(0)]
    adapter = owner.adapter()
    read(adapter.timeline(None))
    stub.access = "ended early"
    posts, _ = read(adapter.timeline(None))
    assert len(posts) == 1
    assert stub.asked["com.atproto.server.refreshSession"] == 1
    assert stub.asked["com.atproto.server.createSession"] == 1
    assert stub.refresh in owner.kept[-1]


def test_a_revoked_refresh_token_logs_in_again_where_there_is_a_password(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    read(adapter.timeline(None))
    stub.revoke()
    read(adapter.timeline(None))
    assert stub.asked["com.atproto.server.createSession"] == 2
    assert stub.access in owner.kept[-1]


def test_a_revoked_refresh_token_without_password_asks_for_a_login(stub: Stub, owner: Owner) -> None:
    read(owner.adapter().timeline(None))
    adapter = owner.adapter(password=None)
    stub.revoke()
    for _ in range(2):
        with pytest.raises(LoginNeeded, match=r"no valid login|Token"):
            read(adapter.timeline(None))
    assert stub.asked["com.atproto.server.createSession"] == 1


def test_a_session_that_cannot_be_kept_costs_no_request(stub: Stub, owner: Owner) -> None:
    def full(_: str) -> None:
        raise OSError("No space left on device")

    stub.feed = [entry(0)]
    assert len(read(owner.adapter(save_session=full).timeline(None))[0]) == 1


def test_a_wrong_password_is_told_without_showing_it(stub: Stub, owner: Owner) -> None:
    with pytest.raises(LoginNeeded, match="wrong") as refused:
        log_in(stub.url, HANDLE, "hunter2-hunter2", owner.clock)
    assert "hunter2" not in str(refused.value)


def test_login_gives_the_session_and_the_account(stub: Stub, owner: Owner) -> None:
    stub.answers["app.bsky.actor.getProfile"] = lambda query: {"did": query["actor"][0], "handle": HANDLE, "labels": []}
    session, account = log_in(stub.url, HANDLE, PASSWORD, owner.clock)
    assert stub.refresh in session
    assert account == Account(OWNER, HANDLE, profile_links=("https://owner.test",), automated=False, url=account.url)


PASSING = {
    "502": Fault(502, "UpstreamFailure"),
    "500": Fault(500, "InternalServerError"),
    "503 in HTML": Fault(503, raw=b"<html>", headers={"Content-Type": "text/html"}),
    "truncated JSON": Fault(raw=b'{"feed": [{"post": '),
    "HTML with 200": Fault(raw=b"<html>hello", headers={"Content-Type": "text/html"}),
    "no list": Fault(raw=b"{}"),
    "a list for an object": Fault(raw=b"[]"),
    "hung up": Fault(hang_up=True),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_passing_fault_is_retried(stub: Stub, owner: Owner, fault: Fault) -> None:
    stub.feed = [entry(0)]
    adapter = owner.adapter()
    read(adapter.timeline(None))
    stub.faults.append(fault)
    if fault is PASSING["no list"]:  # the answer is well formed, so only the sweep can try again
        with pytest.raises(Unreachable):
            read(adapter.timeline(None))
    assert len(read(adapter.timeline(None))[0]) == 1


def test_a_fault_that_stays_is_unreachable(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    read(adapter.timeline(None))
    stub.faults.extend([Fault(502)] * 4)
    with pytest.raises(Unreachable, match="502"):
        read(adapter.timeline(None))


def test_a_silent_server_is_unreachable(stub: Stub, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "TIMEOUT", 0.2)
    adapter = owner.adapter()
    read(adapter.timeline(None))
    stub.faults.extend([Fault(silence=0.6)] * 4)
    with pytest.raises(Unreachable):
        read(adapter.timeline(None))


def test_a_refused_connection_is_unreachable(stub: Stub, owner: Owner) -> None:
    stub.url = "http://127.0.0.1:9"
    with pytest.raises(Unreachable):
        read(owner.adapter().timeline(None))


def test_a_rate_limit_is_waited_out_until_its_reset(stub: Stub, owner: Owner) -> None:
    stub.feed = [entry(0)]
    adapter = owner.adapter()
    read(adapter.timeline(None))
    reset = owner.clock.now() + timedelta(minutes=4)
    headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": str(int(reset.timestamp()))}
    stub.faults.append(Fault(429, "RateLimitExceeded", headers))
    assert len(read(adapter.timeline(None))[0]) == 1
    assert owner.clock.now() >= reset - timedelta(seconds=1)


def test_a_rate_limit_of_hours_ends_the_sweep_and_says_until_when(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    read(adapter.timeline(None))
    stub.faults.append(Fault(429, "RateLimitExceeded", {"retry-after": "7200"}))
    with pytest.raises(RateLimited) as refused:
        read(adapter.timeline(None))
    assert refused.value.retry_at is not None
    assert refused.value.retry_at > owner.clock.now() + timedelta(hours=1)


def test_the_budget_hears_what_the_headers_say(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    read(adapter.timeline(None))
    headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "2977", "ratelimit-reset": "1900000000"}
    stub.faults.append(Fault(raw=b'{"feed": []}', headers=headers))
    read(adapter.timeline(None))
    assert (adapter.usage().allowed, adapter.usage().remaining) == (3000, 2977)


def test_one_unreadable_item_costs_one_item(stub: Stub, owner: Owner) -> None:
    broken = entry(1, embed={"$type": "app.bsky.embed.external", "external": {"title": "no address"}})
    blocked = {"post": {"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://did:plc:x/app.bsky.feed.post/1"}}
    stub.feed = [entry(0), broken, blocked, entry(2), None, entry(3)]  # type: ignore[list-item]
    posts, pages = read(owner.adapter().timeline(None))
    assert [post.text for post in posts] == ["Post 0", "Post 2", "Post 3"]
    assert pages[0].unreadable == 3


def test_short_pages_are_no_end(stub: Stub, owner: Owner) -> None:
    stub.feed, stub.page = [entry(n) for n in range(25)], 10
    posts, pages = read(owner.adapter().timeline(None))
    assert len(posts) == 25
    assert [page.cursor is not None for page in pages] == [False, False, True]


def test_a_quiet_timeline_costs_one_request(stub: Stub, owner: Owner) -> None:
    stub.feed = [entry(n) for n in range(300)]
    adapter = owner.adapter()
    _, pages = read(adapter.timeline(None))
    before = stub.asked["app.bsky.feed.getTimeline"]
    assert read(adapter.timeline(pages[-1].cursor)) == ([], [Page((), (), pages[-1].cursor)])
    assert stub.asked["app.bsky.feed.getTimeline"] == before + 1


def test_catching_up_meets_the_known_posts_over_several_pages(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    stub.feed = [entry(n) for n in range(250, 400)]
    _, pages = read(adapter.timeline(None))
    stub.feed = [entry(n) for n in range(400)]
    posts, caught_up = read(adapter.timeline(pages[-1].cursor))
    assert {post.text for post in posts} == {f"Post {n}" for n in range(250)}
    assert [page.gap for page in caught_up] == [None] * 3
    assert [page.cursor is None for page in caught_up] == [True, True, False]


def test_the_first_look_goes_back_as_far_as_the_server_gives(stub: Stub, owner: Owner) -> None:
    month = 60 * 24 * 30
    stub.feed = [entry(n * month // 25) for n in range(50)]
    stub.page = 7
    posts, pages = read(owner.adapter().timeline(None))
    assert len(posts) == 50
    assert min(post.created_at for post in posts) < START - timedelta(days=55)
    assert not [page.gap for page in pages if page.gap]


@pytest.mark.slow
def test_a_first_look_that_ends_before_the_servers_end_says_how_far_it_came(stub: Stub, owner: Owner) -> None:
    stub.feed, stub.page = [entry(n) for n in range(130)], 2
    adapter = owner.adapter()
    posts, pages = read(adapter.timeline(None))
    gap = pages[-1].gap
    assert (len(posts), len(pages)) == (120, 60)
    assert gap is not None
    assert "what lies behind 60 pages was not read" in gap.reason
    assert gap.until == START - timedelta(minutes=119)
    assert read(adapter.timeline(pages[-1].cursor))[1][-1].gap is None, "it is said once"


def test_deleted_posts_do_not_hide_the_known_place(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    stub.feed = [entry(n) for n in range(50, 200)]
    _, pages = read(adapter.timeline(None))
    stub.feed = [entry(n) for n in range(200) if not 50 <= n < 140]
    posts, caught_up = read(adapter.timeline(pages[-1].cursor))
    assert {f"Post {n}" for n in range(50)} <= {post.text for post in posts}
    assert caught_up[-1].gap is None
    assert len(caught_up) == 1


def test_a_late_post_beneath_the_newest_known_is_found(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    stub.feed = [entry(n) for n in range(200) if n != 3]
    _, pages = read(adapter.timeline(None))
    stub.feed = [entry(n) for n in range(200)]
    assert [post.text for post in read(adapter.timeline(pages[-1].cursor))[0]] == ["Post 3"]


def test_an_end_before_the_known_posts_is_a_gap(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    stub.feed = [entry(n) for n in range(250, 300)]
    _, pages = read(adapter.timeline(None))
    stub.feed, stub.ends_after = [entry(n) for n in range(300)], 130
    posts, caught_up = read(adapter.timeline(pages[-1].cursor))
    gap = caught_up[-1].gap
    assert len(posts) == 130
    assert gap is not None
    assert gap.reason == "the server's timeline ended before the last sweep's posts"
    assert gap.since == START - timedelta(minutes=250)
    assert gap.until == START - timedelta(minutes=129)
    assert caught_up[-1].cursor is not None


def test_a_timeline_that_comes_back_empty_is_a_gap_and_loses_nothing(stub: Stub, owner: Owner) -> None:
    adapter = owner.adapter()
    stub.feed = [entry(n) for n in range(5, 20)]
    _, pages = read(adapter.timeline(None))
    stub.feed = []
    _, empty = read(adapter.timeline(pages[-1].cursor))
    assert empty[-1].gap is not None
    stub.feed = [entry(n) for n in range(20)]
    posts, caught_up = read(adapter.timeline(empty[-1].cursor))
    assert len(posts) == 5
    assert caught_up[-1].gap is None


def test_an_item_that_comes_twice_is_told_once(stub: Stub, owner: Owner) -> None:
    stub.feed, stub.page = [entry(0), entry(1), entry(1), entry(2)], 2
    assert len(read(owner.adapter().timeline(None))[0]) == 3


def test_a_foreign_cursor_backfills(stub: Stub, owner: Owner) -> None:
    stub.feed = [entry(0)]
    for cursor in ("", "garbage", "[1]", '["x","y"]', "{}"):
        assert len(read(owner.adapter().timeline(cursor))[0]) == 1


@pytest.mark.parametrize("name", ["BlockedByActor", "BlockedActor", "AccountDeactivated", "AccountTakedown"])
def test_a_feed_that_is_refused_is_gone(stub: Stub, owner: Owner, name: str) -> None:
    stub.answers["app.bsky.actor.getProfiles"] = lambda query: {"profiles": [profile(did) for did in query["actors"]]}
    stub.answers["app.bsky.feed.getAuthorFeed"] = lambda _: (400, {"error": name, "message": "no"})
    with pytest.raises(AccountGone):
        owner.adapter().posts_by(FRIEND, START - timedelta(days=60), 100)


def test_a_profile_that_is_missing_is_gone(stub: Stub, owner: Owner) -> None:
    stub.answers["app.bsky.actor.getProfiles"] = lambda _: {"profiles": []}
    with pytest.raises(AccountGone):
        owner.adapter().posts_by(FRIEND, START - timedelta(days=60), 100)


def profile(did: str, **viewer: Any) -> dict[str, Any]:
    return {"did": did, "handle": f"{did.removeprefix('did:plc:')}.test", "labels": [], "viewer": viewer}


def standing_answers(stub: Stub, viewer: Callable[[], dict[str, Any]]) -> None:
    stub.answers |= {
        "app.bsky.actor.getProfiles": lambda query: {"profiles": [profile(did, **viewer()) for did in query["actors"]]},
        "app.bsky.feed.getAuthorFeed": lambda _: {"feed": []},
        "app.bsky.graph.getLists": lambda _: {"lists": []},
    }


def test_standing_asks_in_batches_and_lives_without_what_the_server_lacks(stub: Stub, owner: Owner) -> None:
    standing_answers(stub, lambda: {"followedBy": "at://x/y/z", "mutedByList": {"name": "Loud"}})
    accounts = [Account(f"did:plc:a{n}", "a.test") for n in range(60)]
    found = owner.adapter().standing(accounts, deciding=True)
    assert stub.asked["app.bsky.actor.getProfiles"] == 3
    first = found["did:plc:a0"]
    assert (first.following, first.followed_by, first.muted) == (False, True, True)
    assert (first.favourited, first.bookmarked, first.notifying) == (None, None, None)


def test_who_is_muted_by_a_list_and_by_the_owner_is_told_from_who_is_muted_by_a_list_alone(
    stub: Stub, owner: Owner
) -> None:
    by_list = {"muted": True, "mutedByList": {"name": "Quieted"}}
    standing_answers(stub, lambda: by_list)
    stub.answers["app.bsky.graph.getMutes"] = lambda _: {"mutes": [{"did": ["odd"]}, {"did": "did:plc:both"}]}
    both, listed = Account("did:plc:both", "both.test"), Account("did:plc:listed", "listed.test")
    found = owner.adapter().standing([both, listed], deciding=False)
    assert [(found[one.id].muted, found[one.id].muted_by_list) for one in (both, listed)] == [
        (True, False),
        (True, True),
    ]
    by_list["mutedByList"] = None
    asked = stub.asked["app.bsky.graph.getMutes"]
    assert not owner.adapter().standing([listed], deciding=False)[listed.id].muted_by_list
    assert stub.asked["app.bsky.graph.getMutes"] == asked, "only asked where a list mutes"


def test_where_the_mutes_are_refused_nobody_on_a_muted_list_is_taken_for_the_owners(stub: Stub, owner: Owner) -> None:
    standing_answers(stub, lambda: {"muted": True, "mutedByList": {"name": "Quieted"}})
    stub.answers["app.bsky.graph.getMutes"] = lambda _: (400, {"error": "InvalidRequest", "message": "no"})
    found = owner.adapter().standing([FRIEND], deciding=False)[FRIEND.id]
    assert (found.muted, found.muted_by_list) == (True, True)
    assert "whom you muted" in "; ".join(one.sentence for one in found.unread)


def test_a_server_that_ignores_the_scope_is_not_left_with_a_full_mute(stub: Stub, owner: Owner) -> None:
    muted = {"muted": False}

    def change(to: bool) -> Callable[[Any], None]:
        return lambda _: muted.update(muted=to)

    standing_answers(stub, lambda: dict(muted))
    stub.answers |= {"app.bsky.graph.muteActor": change(True), "app.bsky.graph.unmuteActor": change(False)}
    with pytest.raises(Unsupported, match="reposts alone"):
        owner.adapter().act(Action(FRIEND, Step.HIDE_REPOSTS))
    assert muted == {"muted": False}


def test_appview_calls_name_the_configured_appview_and_the_pds_keeps_its_own(stub: Stub, owner: Owner) -> None:
    standing_answers(stub, dict)
    stub.answers |= {
        "app.bsky.graph.muteActor": lambda _: None,
        "app.bsky.graph.muteActorList": lambda _: None,
        "app.bsky.graph.getList": lambda _: {"items": []},
        "com.atproto.repo.putRecord": lambda _: {"uri": "at://did:plc:owner/app.bsky.graph.list/2"},
    }
    adapter = owner.adapter(appview="https://appview.example.com")
    adapter.act(Action(FRIEND, Step.MUTE))
    adapter.act(Action(FRIEND, Step.LIST, list_title="Quiet"))
    targets = {method: headers.get("atproto-proxy") for method, _, headers in stub.sent}
    assert targets["app.bsky.graph.muteActor"] == "did:web:appview.example.com#bsky_appview"
    assert targets["com.atproto.repo.putRecord"] is None
    assert targets["com.atproto.server.createSession"] is None


def chatting(stub: Stub, owner: Owner) -> tuple[Bluesky, list[dict[str, Any]]]:
    messages: list[dict[str, Any]] = []
    stub.answers |= {
        "chat.bsky.convo.getConvoForMembers": lambda query: {"convo": {"id": "c1"}},
        "chat.bsky.convo.getMessages": lambda _: {"messages": messages},
        "chat.bsky.convo.sendMessage": lambda _: {"id": "m"},
    }
    return owner.adapter(bot=BotLogin("bot.test", lambda: PASSWORD, None, lambda _: None, stub.url)), messages


def test_a_report_is_sent_by_the_bot_and_never_twice(stub: Stub, owner: Owner) -> None:
    adapter, messages = chatting(stub, owner)
    sent_at = owner.clock.now() - timedelta(minutes=5)
    messages.append({"text": "First part", "sender": {"did": OWNER}, "sentAt": sent_at.isoformat()})
    assert adapter.publish(["First part", "Second part"], "2026-01-31").endswith("/c1")
    texts = [body["message"]["text"] for method, body, _ in stub.sent if method.endswith("sendMessage")]
    assert texts == ["Second part"]
    (headers,) = [headers for method, _, headers in stub.sent if method.endswith("sendMessage")]
    assert headers["atproto-proxy"] == "did:web:api.bsky.chat#bsky_chat"


def test_a_message_whose_answer_is_lost_is_not_sent_again(stub: Stub, owner: Owner) -> None:
    adapter, _ = chatting(stub, owner)
    stub.faults.append(Fault(502, only="chat.bsky.convo.sendMessage"))
    with pytest.raises(Unreachable):
        adapter.publish(["A part"], "2026-01-31")
    assert stub.asked["chat.bsky.convo.sendMessage"] == 1


@pytest.mark.parametrize(
    "refusal",
    [
        (501, {"error": "MethodNotImplemented"}),
        (500, {"error": "InternalServerError"}),
        (400, {"error": "InvalidToken", "message": "Bad token scope"}),
    ],
    ids=["no chat", "no chat service", "no permission"],
)
def test_where_no_message_can_be_sent_it_says_why(stub: Stub, owner: Owner, refusal: tuple[int, Any]) -> None:
    adapter, _ = chatting(stub, owner)
    stub.answers["chat.bsky.convo.getConvoForMembers"] = lambda _: refusal
    with pytest.raises(Unsupported, match="no private message"):
        adapter.publish(["A part"], "2026-01-31")
    assert stub.asked["chat.bsky.convo.sendMessage"] == 0


def test_only_the_owners_messages_are_answers(stub: Stub, owner: Owner) -> None:
    """The bot login of this stub is OWNER too, so the owner's words here are those by the login's DID."""
    adapter, messages = chatting(stub, owner)
    now = owner.clock.now()

    def said(key: str, text: object, sender: object, minutes: int) -> None:
        at = (now - timedelta(minutes=minutes)).isoformat()
        messages.append({"id": key, "text": text, "sender": sender, "sentAt": at})

    said("m4", "keep 2", {"did": OWNER}, 1)
    said("m3", "mute 1", {"did": "did:plc:stranger"}, 2)
    said("m2", "keep 1", {"did": OWNER}, 3)
    said("m1", "keep 9", {"did": OWNER}, 600)
    said("odd", None, {"did": OWNER}, 2)
    said("odder", "keep 3", "did:plc:owner", 2)
    messages += [{"id": "deleted", "sender": {"did": OWNER}}, "nothing"]  # type: ignore[list-item]
    told = adapter.answers("https://bsky.app/messages/c1", now - timedelta(hours=1), [])
    assert [(one.id, one.text) for one in told] == [("m2", "keep 1"), ("m4", "keep 2")]
    assert stub.asked["chat.bsky.convo.getConvoForMembers"] == 0


def test_an_answer_is_sent_once_for_each_message_of_the_owner(stub: Stub, owner: Owner) -> None:
    adapter, messages = chatting(stub, owner)
    letter, now = "https://bsky.app/messages/c1", owner.clock.now()
    question = Answer("m1", "help", now - timedelta(minutes=9))
    before, after = now - timedelta(minutes=20), now - timedelta(minutes=5)
    messages.append({"id": "b1", "text": "Help.", "sender": {"did": OWNER}, "sentAt": before.isoformat()})
    assert adapter.answer(["Help."], letter, question, "k") == ["m"]
    messages.append({"id": "b2", "text": "Help.", "sender": {"did": OWNER}, "sentAt": after.isoformat()})
    assert adapter.answer(["Help."], letter, question, "k") == []
    assert stub.asked["chat.bsky.convo.sendMessage"] == 1


def test_a_report_that_was_no_message_has_no_answers(stub: Stub, owner: Owner) -> None:
    adapter, _ = chatting(stub, owner)
    with pytest.raises(Unsupported):
        adapter.answers("/home/robin/reports/2026-01-31.md", owner.clock.now(), [])


@pytest.mark.parametrize(
    ("health", "software"),
    [
        ({"version": "0.4.208"}, "Bluesky PDS 0.4.208"),
        ({}, "Bluesky PDS"),
        ((404, {}), "AT Protocol PDS"),
        ((501, {"error": "MethodNotImplemented"}), "AT Protocol PDS"),
    ],
)
def test_the_server_describes_itself(stub: Stub, owner: Owner, health: Any, software: str) -> None:
    stub.answers |= {"com.atproto.server.describeServer": lambda _: {}, "_health": lambda _: health}
    adapter = owner.adapter()
    server = adapter.server()
    assert (server.software, server.url, server.max_characters) == (software, stub.url, 1000)
    assert any("lists on Bluesky are public" in note for note in server.notes)
    for offset in (server.clock_offset, adapter.usage().clock_offset):
        assert offset is not None
        assert abs(offset) < 60


def test_a_server_that_does_not_describe_itself_is_none_of_the_protocol(stub: Stub, owner: Owner) -> None:
    with pytest.raises(Unsupported):
        owner.adapter().server()


def test_who_is_logged_in_is_asked_for_once(stub: Stub, owner: Owner) -> None:
    stub.answers["app.bsky.actor.getProfile"] = lambda query: {"did": query["actor"][0], "handle": HANDLE}
    adapter = owner.adapter()
    assert adapter.owner() is adapter.owner()
    assert (adapter.owner().id, stub.asked["app.bsky.actor.getProfile"]) == (OWNER, 1)


def test_the_owners_lists_are_told_by_their_titles(stub: Stub, owner: Owner) -> None:
    views = [{"uri": "at://1", "name": "Friends"}, {"name": "no address"}, {"uri": "at://2"}]
    stub.answers["app.bsky.graph.getLists"] = lambda _: {"lists": views}
    assert owner.adapter().lists() == ("Friends", "")


def test_without_a_bot_there_is_no_channel_and_with_one_a_private_one(stub: Stub, owner: Owner) -> None:
    alone = owner.adapter()
    for ask in (alone.channel, lambda: alone.publish(["One"], "k"), lambda: alone.send_test("k")):
        with pytest.raises(Unsupported, match="needs a bot account"):
            ask()
    assert alone.message_limit() == 1000
    adapter, _ = chatting(stub, owner)
    channel = adapter.channel()
    assert (channel.server, channel.software, channel.private) == (stub.url, "Bluesky chat", True)
    adapter.send_test("k")
    (sent,) = [body["message"]["text"] for method, body, _ in stub.sent if method.endswith("sendMessage")]
    assert "your reports come here, for you alone" in sent


def test_what_belongs_together_begins_once_there_is_room_for_it_among_reads_and_writes(
    stub: Stub, owner: Owner
) -> None:
    """A share of one hour's writes is far below that of the reads in the same time."""
    headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "2999"}
    stub.faults.append(Fault(raw=b"{}", headers=headers, only="com.atproto.repo.putRecord"))
    stub.answers["com.atproto.repo.putRecord"] = lambda _: {}
    adapter = owner.adapter(share=0.01)
    for _ in range(10):
        adapter._login.post("com.atproto.repo.putRecord", {})
    began = owner.clock.now()
    with pytest.raises(RateLimited), adapter.at_a_stretch():
        pytest.fail("a stretch began without room for it")
    assert owner.clock.now() == began


@pytest.mark.parametrize("address", ["http://bsky.example.com", "ftp://bsky.example.com", "https://", "http://[::"])
def test_only_https_or_loopback_is_asked(owner: Owner, address: str) -> None:
    with pytest.raises(UserError):
        Bluesky(address, None, owner.clock, handle=HANDLE, password=lambda: PASSWORD, save_session=owner.kept.append)


def test_whom_the_owner_follows_and_the_index_does_not_show_is_told_by_its_did(stub: Stub, owner: Owner) -> None:
    stub.answers["app.bsky.graph.getFollows"] = lambda _: {
        "follows": [{"did": "did:plc:friend", "handle": "friend.test"}, {"handle": "nameless.test"}, "nobody"]
    }
    records = [{"value": {"subject": did}} for did in ("did:plc:friend", "did:plc:gone")]
    stub.answers["com.atproto.repo.listRecords"] = lambda _: {"records": [*records, {"value": {}}, 7]}
    assert [(one.id, one.handle) for one in owner.adapter().follows()] == [
        ("did:plc:friend", "friend.test"),
        ("did:plc:gone", "did:plc:gone"),
    ]


def test_who_followed_is_told_by_the_notifications_of_it_as_far_back_as_is_asked(stub: Stub, owner: Owner) -> None:
    def notice(days: int, reason: str = "follow", did: str = "did:plc:friend") -> dict[str, Any]:
        at = (START - timedelta(days=days)).isoformat()
        return {"reason": reason, "indexedAt": at, "author": {"did": did, "handle": f"{did[8:]}.test"}}

    asked: list[dict[str, list[str]]] = []

    def answer(query: dict[str, list[str]]) -> dict[str, Any]:
        asked.append(query)
        told = [notice(1), notice(2, "like"), notice(3, did="did:plc:late"), notice(4), notice(40, did="did:plc:old")]
        return {"notifications": [*told, None, {"reason": "follow"}], "cursor": "more"}

    stub.answers["app.bsky.notification.listNotifications"] = answer
    told = list(owner.adapter().followers(START - timedelta(days=30)))
    assert [(one.account.handle, one.at) for one in told] == [
        ("friend.test", START - timedelta(days=1)),
        ("late.test", START - timedelta(days=3)),
    ]
    assert [query["reasons"] for query in asked] == [["follow"]]
