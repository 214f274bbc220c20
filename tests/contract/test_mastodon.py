"""The Mastodon adapter through the real library, over HTTP, against a strict stub of the API."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest

from bot.clock import SimulatedClock
from bot.errors import UserError
from bot.model import SELF, Account, Action, Deed
from bot.platforms.base import AccountGone, LoginNeeded, Page, RateLimited, Unreachable, Unsupported
from bot.platforms.mastodon import AppKeys, Mastodon, authorize_url, exchange, proof_key, register
from bot.platforms.mastodon.login import LEAST, OUT_OF_BAND
from tests.servers.mastodon_network import Network, link
from tests.servers.mastodon_stub import Stub

HOUR = timedelta(hours=1)


class World:
    """A stub server, its network with one followed account, and the owner's adapter."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.network = stub, stub.network
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.clock = SimulatedClock(self.now)
        self.platform = Mastodon(stub.url, stub.network.token, self.clock, share=1.0)
        self.anna = self.network.account("anna@example.org")
        self.network.follow(self.anna)

    def account(self, account_id: str) -> Account:
        return Account(account_id, self.network.accounts[account_id]["acct"])

    def posts(self, count: int, start: int = 0) -> list[str]:
        """So many posts by the followed account, oldest first; their ids."""
        begin = self.now - timedelta(days=2)
        return [
            self.network.post(self.anna, f"<p>{n}</p>", begin + timedelta(minutes=n)).id
            for n in range(start, start + count)
        ]

    def cursor(self) -> str:
        return next(page.cursor for page in reversed(list(self.platform.timeline(None))) if page.cursor)


@pytest.fixture(params=["snowflake", "ulid"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with Stub(Network(ids=request.param)) as stub:
        made = World(stub)
        yield made
        made.platform.close()


def ids(pages: list[Page]) -> list[str]:
    return [post.id for page in pages for post in page.posts]


def test_the_first_walk_reads_all_and_only_its_last_page_carries_the_cursor(world: World) -> None:
    posted = world.posts(95)
    pages = list(world.platform.timeline(None))
    assert ids(pages) == posted[::-1]
    assert [bool(page.cursor) for page in pages] == [False, False, False, True]
    assert pages[-1].cursor is not None
    assert pages[-1].cursor.split()[0] == posted[-1]


def test_the_first_walk_ends_at_what_a_server_holds(world: World) -> None:
    world.posts(900)
    assert len(ids(list(world.platform.timeline(None)))) == 800


def test_a_quiet_timeline_costs_one_request(world: World) -> None:
    world.posts(50)
    cursor = world.cursor()
    world.stub.log.clear()
    assert list(world.platform.timeline(cursor)) == []
    assert len(world.stub.log) == 1


def test_a_few_new_posts_cost_one_request(world: World) -> None:
    world.posts(50)
    cursor = world.cursor()
    new = world.posts(7, 50)
    world.stub.log.clear()
    assert ids(list(world.platform.timeline(cursor))) == new[::-1]
    assert len(world.stub.log) == 1


def test_many_new_posts_come_oldest_page_first_and_each_page_can_be_resumed(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    new = world.posts(150, 5)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new)
    assert all(page.gap is None for page in pages)
    assert new[0] in ids(pages[:1])
    resumed = list(world.platform.timeline(pages[0].cursor))
    assert set(ids(pages[:1])) | set(ids(resumed)) == set(new)


def test_a_deleted_cursor_loses_nothing_and_invents_no_gap(world: World) -> None:
    posted = world.posts(20)
    cursor = world.cursor()
    last = world.network.find(posted[-1])
    assert last is not None
    last.deleted = True
    new = world.posts(60, 20)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new)
    assert all(page.gap is None for page in pages)


def test_what_the_server_no_longer_holds_is_said_as_a_gap(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    world.network.held = 100
    new = world.posts(130, 5)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new[-100:])
    gaps = [page.gap for page in pages if page.gap]
    assert len(gaps) == 1
    assert gaps[0].until is not None


def test_a_server_that_takes_min_id_for_since_id_leaves_no_hole(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    world.network.min_id_is_since_id = True
    new = world.posts(150, 5)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new)
    assert all(page.gap is None for page in pages)


def test_a_server_that_ignores_min_id_ends_the_walk_and_leaves_no_hole(world: World) -> None:
    world.posts(60)
    world.network.ignores_min_id = True
    cursor = world.cursor()
    new = world.posts(70, 60)
    assert set(ids(list(world.platform.timeline(cursor)))) >= set(new)
    newer = [page.cursor for page in world.platform.timeline(cursor)][-1]
    world.stub.log.clear()
    assert len(list(world.platform.timeline(newer))) <= 1
    assert len(world.stub.log) <= 2


def test_ids_in_no_order_are_never_compared() -> None:
    with Stub(Network(ids="hex")) as stub:
        world = World(stub)
        posted = world.posts(90)
        cursor = world.cursor()
        new = world.posts(30, 90)
        assert ids(list(world.platform.timeline(cursor))) == new[::-1]
        assert len(ids(list(world.platform.timeline(None)))) == len(posted) + len(new)


def test_duplicates_while_paging_are_dropped(world: World) -> None:
    world.network.duplicates = True
    posted = world.posts(100)
    assert ids(list(world.platform.timeline(None))) == posted[::-1]


def test_a_feed_being_rebuilt_is_a_gap_and_keeps_the_cursor(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    world.posts(3, 5)
    world.stub.fault("partial", "home")
    pages = list(world.platform.timeline(cursor))
    assert [page.cursor for page in pages] == [None]
    assert pages[0].gap is not None
    assert "rebuilding" in pages[0].gap.reason


def test_a_cursor_that_the_server_does_not_know_starts_anew_and_says_so(world: World) -> None:
    posted = world.posts(5)
    pages = list(world.platform.timeline("01NEVERSEEN"))
    assert pages[0].gap is not None
    assert ids(pages) == posted[::-1]
    assert pages[-1].cursor is not None


def test_one_broken_item_costs_one_item(world: World) -> None:
    world.posts(3)
    world.network.post(world.anna, "<p>broken</p>", world.now - HOUR, account=None)
    pages = list(world.platform.timeline(None))
    assert len(ids(pages)) == 3
    assert sum(page.unreadable for page in pages) == 1


@pytest.mark.parametrize("kind", ["empty", "reset", "malformed", "truncated", "html500"])
def test_a_passing_fault_is_tried_again(world: World, kind: str) -> None:
    posted = world.posts(3)
    world.stub.fault(kind, "home")
    assert ids(list(world.platform.timeline(None))) == posted[::-1]
    assert world.platform.spend().retries == 1


@pytest.mark.parametrize("kind", ["empty", "reset", "malformed", "truncated", "html500"])
def test_a_lasting_fault_is_unreachable_and_shows_no_secret(world: World, kind: str) -> None:
    world.stub.fault(kind, "home", times=9)
    with pytest.raises(Unreachable) as caught:
        list(world.platform.timeline(None))
    assert world.network.token not in str(caught.value) + repr(world.platform)
    assert "<html" not in str(caught.value)


@pytest.mark.parametrize("kind", ["limited_iso", "limited_epoch", "limited_retry"])
@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=-2), timedelta(days=3)])
def test_a_refusal_is_waited_out_whatever_the_server_s_clock_says(world: World, kind: str, ahead: timedelta) -> None:
    world.network.skew = ahead
    world.stub.fault(kind, "home", number=120)
    list(world.platform.timeline(None))
    assert 110 <= world.platform.spend().waited <= 130


def test_a_refusal_without_a_time_is_waited_out_too(world: World) -> None:
    world.stub.fault("limited", "home")
    list(world.platform.timeline(None))
    assert world.platform.spend().waited > 5


def test_a_long_refusal_is_raised(world: World) -> None:
    world.stub.fault("limited_retry", "home", number=7200)
    with pytest.raises(RateLimited) as caught:
        list(world.platform.timeline(None))
    assert caught.value.retry_at is not None
    assert caught.value.retry_at > world.clock.now() + HOUR


def test_doubled_headers_are_read_once(world: World) -> None:
    world.stub.fault("doubled", "home", times=9)
    list(world.platform.timeline(None))
    assert world.platform.spend().limit == 300


def test_a_revoked_token_names_the_remedy(world: World) -> None:
    world.network.tokens.clear()
    with pytest.raises(LoginNeeded, match="quietfeed login") as caught:
        list(world.platform.timeline(None))
    assert world.network.token not in str(caught.value)


def test_a_slow_answer_is_an_answer(world: World) -> None:
    posted = world.posts(2)
    world.stub.fault("slow", "home", number=0.3)
    assert ids(list(world.platform.timeline(None))) == posted[::-1]


def test_plain_http_is_for_this_machine_only(world: World) -> None:
    with pytest.raises(UserError, match="plain http"):
        Mastodon("http://mastodon.example", "t", world.clock)
    with pytest.raises(LoginNeeded):
        Mastodon("https://mastodon.example", "two\nlines", world.clock)


def test_an_account_s_own_feed_has_replies_and_reposts_newest_first(world: World) -> None:
    stranger = world.network.account("stranger@else.test")
    question = world.network.post(stranger, "<p>?</p>", world.now - 5 * HOUR)
    own = world.network.post(world.anna, f"<p>{link('https://example.com/a')}</p>", world.now - 4 * HOUR)
    world.network.post(world.anna, "<p>more</p>", world.now - 3 * HOUR, reply_to=own)
    world.network.post(world.anna, "<p>yes</p>", world.now - 2 * HOUR, reply_to=question)
    world.network.post(world.anna, at=world.now - HOUR, boost_of=question)
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert [(post.reply_to, post.repost_of) for post in feed.posts] == [
        (None, stranger),
        (stranger, None),
        (SELF, None),
        (None, None),
    ]
    assert feed.posts[-1].links == ("https://example.com/a",)
    assert feed.account.handle == "anna@example.org"
    assert feed.truncated is False


def test_a_feed_stops_at_the_limit_and_at_the_window(world: World) -> None:
    world.posts(150)
    account = world.account(world.anna)
    limited = world.platform.posts_by(account, world.now - timedelta(days=60), 120)
    assert (len(limited.posts), limited.truncated) == (120, True)
    windowed = world.platform.posts_by(account, world.now - timedelta(days=2) + timedelta(minutes=100), 120)
    assert (len(windowed.posts), windowed.truncated) == (50, False)


def test_an_old_pinned_post_in_front_ends_nothing(world: World) -> None:
    posted = world.posts(3)
    world.network.post(world.anna, "<p>pinned</p>", world.now - timedelta(days=400), pinned=True)
    feed = world.platform.posts_by(world.account(world.anna), world.now - timedelta(days=60), 120)
    assert [post.id for post in feed.posts] == posted[::-1]


def test_a_vanished_account_is_gone(world: World) -> None:
    with pytest.raises(AccountGone, match="ghost"):
        world.platform.posts_by(Account("404", "ghost@example.org"), world.now - HOUR, 40)


def test_an_account_without_posts_is_still_described(world: World) -> None:
    assert world.platform.posts_by(Account(world.anna, "?"), world.now - HOUR, 40).account.handle == "anna@example.org"


def test_a_handle_is_found_by_lookup_or_by_search(world: World) -> None:
    assert world.platform.find("@anna@example.org").id == world.anna
    assert world.platform.find("owner").handle == "owner@quiet.test"
    assert world.platform.find("owner@quiet.test").id == world.network.owner
    world.network.missing.add("lookup")
    assert world.platform.find("Anna@example.org").id == world.anna
    with pytest.raises(UserError, match="nobody"):
        world.platform.find("nobody@example.org")


def test_standing_tells_what_the_owner_did(world: World) -> None:
    network, now = world.network, world.now
    ben = network.account("ben@example.org")
    network.follow(ben, back=True)
    network.follows[ben].notify = True
    network.follows[ben].reblogs = False
    said = network.post(ben, "<p>hi</p>", now - 9 * HOUR)
    network.post(network.owner, "<p>hello</p>", now - 8 * HOUR, reply_to=said)
    network.post(network.owner, at=now - 7 * HOUR, boost_of=said)
    network.favourites.append(said)
    network.bookmarks.append(said)
    found = world.platform.standing([world.account(ben), world.account(world.anna)], now - timedelta(days=90))
    one, other = found[ben], found[world.anna]
    assert (one.mutual, one.notifying, one.reposts_hidden) == (True, True, True)
    assert one.answered is not None
    assert abs(one.answered - (now - 8 * HOUR)) < timedelta(seconds=1)
    assert one.reposted is not None
    assert one.favourited is not None
    assert one.bookmarked is not None
    assert (other.mutual, other.answered, other.favourited, other.lists, other.muted) == (False, None, None, (), False)


def test_an_old_post_favourited_after_a_new_one_is_dated_by_the_new_one(world: World) -> None:
    old = world.network.post(world.anna, "<p>old</p>", world.now - timedelta(days=200))
    new = world.network.post(world.network.owner, "<p>new</p>", world.now - HOUR)
    world.network.favourites += [new, old]
    found = world.platform.standing([world.account(world.anna)], world.now - timedelta(days=90))
    assert found[world.anna].favourited == new.at


@pytest.mark.parametrize("many", [False, True])
def test_lists_are_read_by_account_or_by_list(world: World, many: bool) -> None:
    others = [world.network.account(f"n{n}@example.org") for n in range(3)] if many else []
    for other in others:
        world.network.follow(other)
    deed = Deed(world.account(world.anna), Action.LIST, list_title="Friends")
    world.platform.act(deed)
    asked = [world.account(one) for one in (world.anna, *others)]
    found = world.platform.standing(asked, world.now - HOUR)
    assert found[world.anna].lists == ("Friends",)
    assert all(found[other].lists == () for other in others)
    assert world.platform.lists() == ("Friends",)


def test_the_end_of_a_mute_is_found_behind_pages_of_mutes(world: World) -> None:
    world.network.missing.add("relationship_expiry")
    until = world.network.now() + 30 * HOUR
    world.network.mutes[world.anna] = (False, until)
    for n in range(100):
        world.network.mutes[world.network.account(f"m{n}@example.org")] = (True, None)
    found = world.platform.standing([world.account(world.anna)], world.now - HOUR)
    assert found[world.anna].muted
    assert found[world.anna].muted_until == until.replace(microsecond=0)


def test_a_missing_endpoint_leaves_its_facts_unknown_and_is_noted(world: World) -> None:
    world.stub.fault("html404", "favourites|bookmarks", times=2)
    world.network.missing.add("lists")
    found = world.platform.standing([world.account(world.anna)], world.now - HOUR)[world.anna]
    assert (found.following, found.favourited, found.lists) == (True, None, ())
    server = world.platform.server()
    assert Action.LIST in server.lacks
    assert any("favourites" in note for note in server.notes)


def test_a_missing_permission_leaves_its_facts_unknown(world: World) -> None:
    token = world.network.grant("read:accounts read:statuses read:follows read:lists read:mutes")
    platform = Mastodon(world.stub.url, token, world.clock, share=1.0)
    assert platform.standing([world.account(world.anna)], world.now - HOUR)[world.anna].following is True
    assert any("read:favourites" in note for note in platform.server().notes)


def test_a_mute_is_done_timed_kept_and_undone(world: World) -> None:
    until = world.clock.now() + 30 * HOUR
    deed = Deed(world.account(world.anna), Action.MUTE, until)
    before = world.platform.act(deed)
    notifications, end = world.network.mutes[world.anna]
    assert notifications is False
    assert end is not None
    assert abs(end - until) < timedelta(minutes=1)
    assert world.platform.act(deed) == before
    world.posts(3)
    assert ids(list(world.platform.timeline(None))) == []
    world.platform.undo(Deed(deed.account, deed.action, until, before=before))
    world.platform.undo(Deed(deed.account, deed.action, until, before=before))
    assert not world.network.muting(world.anna)
    assert len(ids(list(world.platform.timeline(None)))) == 3


@pytest.mark.parametrize("told_in_relationship", [True, False])
def test_a_stronger_mute_of_the_owner_is_never_touched(world: World, told_in_relationship: bool) -> None:
    if not told_in_relationship:
        world.network.missing.add("relationship_expiry")
    world.network.mutes[world.anna] = (True, None)
    deed = Deed(world.account(world.anna), Action.MUTE, world.clock.now() + HOUR)
    before = world.platform.act(deed)
    assert world.network.mutes[world.anna] == (True, None)
    world.platform.undo(Deed(deed.account, deed.action, deed.until, before=before))
    assert world.network.mutes[world.anna] == (True, None)


def test_a_mute_is_renewed_for_longer(world: World) -> None:
    account = world.account(world.anna)
    world.platform.act(Deed(account, Action.MUTE, world.clock.now() + 10 * HOUR))
    later = world.clock.now() + 100 * HOUR
    world.platform.act(Deed(account, Action.MUTE, later))
    end = world.network.mutes[world.anna][1]
    assert end is not None
    assert abs(end - later) < timedelta(minutes=1)


def test_a_listed_account_leaves_the_home_timeline_and_comes_back(world: World) -> None:
    world.posts(3)
    deed = Deed(world.account(world.anna), Action.LIST, list_title="Quiet")
    before = world.platform.act(deed)
    assert [own.exclusive for own in world.network.lists.values()] == [True]
    assert ids(list(world.platform.timeline(None))) == []
    assert world.platform.act(deed) == before
    undone = Deed(deed.account, deed.action, list_title="Quiet", before=before)
    world.platform.undo(undone)
    world.platform.undo(undone)
    assert len(ids(list(world.platform.timeline(None)))) == 3


def test_an_account_that_is_not_followed_cannot_be_listed_nor_have_reposts_hidden(world: World) -> None:
    stranger = world.account(world.network.account("stranger@else.test"))
    with pytest.raises(Unsupported, match="not followed"):
        world.platform.act(Deed(stranger, Action.LIST, list_title="Quiet"))
    with pytest.raises(Unsupported, match="not followed"):
        world.platform.act(Deed(stranger, Action.HIDE_REPOSTS))


def test_a_list_is_made_once_though_the_answer_was_lost(world: World) -> None:
    world.stub.fault("reset_after", "/lists$", times=2)
    world.platform.act(Deed(world.account(world.anna), Action.LIST, list_title="Quiet"))
    assert len(world.network.lists) == 1


def test_a_server_without_lists_says_so(world: World) -> None:
    world.network.missing.add("lists")
    with pytest.raises(Unsupported, match="no lists"):
        world.platform.act(Deed(world.account(world.anna), Action.LIST, list_title="Quiet"))
    assert world.platform.lists() == ()


def test_hiding_reposts_keeps_notifications_and_languages(world: World) -> None:
    follow = world.network.follows[world.anna]
    follow.notify, follow.languages = True, ["de", "en"]
    deed = Deed(world.account(world.anna), Action.HIDE_REPOSTS)
    before = world.platform.act(deed)
    hidden = world.network.follows[world.anna]
    assert (hidden.reblogs, hidden.notify, hidden.languages) == (False, True, ["de", "en"])
    assert world.platform.act(deed) == before
    world.platform.undo(Deed(deed.account, deed.action, before=before))
    shown = world.network.follows[world.anna]
    assert (shown.reblogs, shown.notify, shown.languages) == (True, True, ["de", "en"])


def test_undo_never_follows_again(world: World) -> None:
    deed = Deed(world.account(world.anna), Action.HIDE_REPOSTS)
    before = world.platform.act(deed)
    del world.network.follows[world.anna]
    world.platform.undo(Deed(deed.account, deed.action, before=before))
    assert world.anna not in world.network.follows


def test_a_server_that_ignores_reblogs_false_is_found_out(world: World) -> None:
    world.network.missing.add("reblogs")
    with pytest.raises(Unsupported, match="cannot hide"):
        world.platform.act(Deed(world.account(world.anna), Action.HIDE_REPOSTS))


def test_a_missing_mute_is_told_apart_from_a_missing_account(world: World) -> None:
    with pytest.raises(AccountGone):
        world.platform.act(Deed(Account("404", "ghost@example.org"), Action.MUTE))
    world.network.missing.add("mutes")
    with pytest.raises(Unsupported, match="no way to mute"):
        world.platform.act(Deed(world.account(world.anna), Action.MUTE))


def letters(world: World) -> list[str]:
    return [s.content for s in world.network.statuses if s.author == world.network.owner and not s.deleted]


PARTS = ["Report of 2026-05-01\n\nhttps://example.com/a & <b>", "Second part\nwith lines", "Third part"]


def test_a_report_is_a_direct_thread_and_never_sent_twice(world: World) -> None:
    url = world.platform.publish(PARTS, "day-1")
    sent = [s for s in world.network.statuses if s.author == world.network.owner]
    assert url == world.network.json(sent[0])["url"]
    assert {s.visibility for s in sent} == {"direct"}
    assert [s.reply_to for s in sent] == [None, *sent[:2]]
    assert world.platform.publish(PARTS, "day-1") == url
    world.network.keys.clear()  # the server forgets keys after an hour
    assert world.platform.publish(PARTS, "day-1") == url
    assert len(letters(world)) == 3


def test_a_report_cut_short_is_continued_where_it_stopped(world: World) -> None:
    world.network.idempotency = False
    world.platform.publish(PARTS[:1], "day-1")
    world.platform.publish(PARTS, "day-1")
    assert len(letters(world)) == 3


@pytest.mark.parametrize("idempotency", [True, False])
def test_an_answer_that_was_lost_makes_no_second_report(world: World, idempotency: bool) -> None:
    world.network.idempotency = idempotency
    world.stub.fault("reset_after", "/api/v1/statuses$", times=2)
    world.platform.publish(PARTS, "day-1")
    assert len(letters(world)) == 3


def test_the_same_short_report_of_another_day_is_sent(world: World) -> None:
    world.platform.publish(["A quiet day."], "day-1")
    world.network.statuses[-1].at -= timedelta(days=1)
    world.platform.publish(["A quiet day."], "day-2")
    assert len(letters(world)) == 2


@pytest.mark.parametrize("kind", ["private", "mentioning"])
def test_a_report_that_others_would_see_is_deleted_at_once(world: World, kind: str) -> None:
    world.stub.fault(kind, "/api/v1/statuses$")
    with pytest.raises(Unsupported, match="deleted"):
        world.platform.publish(PARTS, "day-1")
    assert letters(world) == []


def test_a_report_that_could_not_be_deleted_is_said_loudly(world: World) -> None:
    world.stub.fault("private", "/api/v1/statuses$")
    world.stub.fault("html404", "/api/v1/statuses/")
    with pytest.raises(Unsupported, match="could not be deleted"):
        world.platform.publish(PARTS, "day-1")


def test_nobody_is_mentioned_in_a_report(world: World) -> None:
    world.platform.publish(["About @anna@example.org and anna@example.org"], "day-1")
    status = world.network.statuses[-1]
    assert status.extra["mentions"] == []
    assert "anna@example.org" in status.content


def test_a_part_that_is_too_long_is_refused_by_the_server(world: World) -> None:
    assert world.platform.message_limit() == 500
    with pytest.raises(Unsupported, match="422"):
        world.platform.publish(["x" * 501], "day-1")


def test_the_server_describes_itself(world: World) -> None:
    server = world.platform.server()
    assert server.software == "mastodon 4.5.2"
    assert (server.max_characters, dict(server.lacks), server.notes) == (500, {}, ())
    assert server.clock_offset is not None
    assert abs(server.clock_offset) < 60


def test_an_older_compatible_server_is_described_by_v1() -> None:
    with Stub(Network()) as stub:
        stub.network.missing.add("instance_v2")
        stub.network.version, stub.network.max_characters = "2.7.2 (compatible; Akkoma 3.15)", 5000
        server = World(stub).platform.server()
    assert "Akkoma" in server.software
    assert server.max_characters == 5000


def test_the_owner_s_handle_carries_the_server_s_own_domain(world: World) -> None:
    assert world.platform.owner().handle == "owner@quiet.test"


def allow(keys: AppKeys, challenge: str | None) -> str:
    with urlopen(authorize_url(keys, "state", challenge), timeout=10) as page:
        answer = json.load(page)
    assert (answer["state"], answer["redirect"]) == ("state", keys.redirect_uri)
    return str(answer["code"])


@pytest.mark.parametrize("redirect", [OUT_OF_BAND, "http://127.0.0.1:8123/"])
@pytest.mark.parametrize("pkce", [True, False])
def test_a_login_gets_the_least_rights(world: World, redirect: str, pkce: bool) -> None:
    world.network.pkce = pkce
    keys = register(world.stub.url, redirect, world.clock)
    verifier, challenge = proof_key()
    token = exchange(keys, allow(keys, challenge), verifier, world.clock)
    assert keys.pkce is pkce
    assert keys.broader == ""
    assert set(world.network.tokens[token].split()) == set(LEAST.split())
    assert keys.client_secret not in repr(keys)
    assert Mastodon(world.stub.url, token, world.clock).owner().handle == "owner@quiet.test"


def test_a_server_without_fine_scopes_is_asked_for_broader_ones(world: World) -> None:
    world.network.known_scopes = {"read", "write", "follow"}
    world.network.pkce = False
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    assert keys.scopes == "read write"
    assert "read write" in keys.broader


def test_a_wrong_code_or_proof_is_refused_without_showing_secrets(world: World) -> None:
    keys = register(world.stub.url, OUT_OF_BAND, world.clock)
    _, challenge = proof_key()
    code = allow(keys, challenge)
    for attempt in (code, "wrong"):
        with pytest.raises(UserError, match="did not accept") as caught:
            exchange(keys, attempt, "another-verifier", world.clock)
        assert keys.client_secret not in str(caught.value)
