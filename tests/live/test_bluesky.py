"""The Bluesky adapter against a real PDS and AppView."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.errors import UserError
from bot.model import SELF, Account, Action, Post, Standing, Step
from bot.platforms.base import AccountGone, LoginNeeded, Unsupported
from bot.platforms.bluesky import Bluesky, log_in
from tests.contract import remembered
from tests.live.conftest import Adapter, Seeded
from tests.live.seed_bluesky import join, note, repost
from tests.servers.bluesky_stub import stamp

pytestmark = pytest.mark.live

LIST = "quietfeed: quieted"


def settled(told: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether it becomes true: the AppView indexes a moment after the PDS has written."""
    until = time.monotonic() + seconds
    while not told():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def whole_timeline(platform: Bluesky, after: str | None = None) -> tuple[list[Post], str | None]:
    pages = list(platform.timeline(after))
    assert [page.gap for page in pages] == [None] * len(pages)
    assert all(page.cursor is None for page in pages[:-1])
    return [post for page in pages for post in page.posts], pages[-1].cursor


def own_feed(platform: Bluesky, seeded: Seeded, name: str, limit: int = 200) -> tuple[Post, ...]:
    who = platform.find(seeded.people[name].handle)
    return platform.posts_by(who, seeded.now - timedelta(days=60), limit).posts


def test_the_first_walk_goes_back_a_week_and_the_next_one_costs_one_request(bluesky: Seeded, adapter: Adapter) -> None:
    platform = adapter()
    posts, cursor = whole_timeline(platform)
    assert len(posts) == len({post.id for post in posts})
    assert min(post.created_at for post in posts) < bluesky.now - timedelta(days=7)
    before = platform.usage().requests
    assert whole_timeline(platform, cursor) == ([], cursor)
    assert platform.usage().requests == before + 1


def test_new_posts_arrive_once_and_deleted_ones_do_not_hide_the_place(bluesky: Seeded, adapter: Adapter) -> None:
    platform, friend = adapter(), bluesky.people["friend"]
    last = friend.post([note("About to go", datetime.now(UTC))])[0]
    bluesky.network.settle()
    _, cursor = whole_timeline(platform)
    made = friend.post([note(f"News {i}", datetime.now(UTC)) for i in range(120)])
    friend.call("com.atproto.repo.deleteRecord", {
        "repo": friend.did, "collection": "app.bsky.feed.post", "rkey": last["uri"].rsplit("/", 1)[-1],
    })  # fmt: skip
    bluesky.network.settle()
    posts, _ = whole_timeline(platform, cursor)
    assert sorted(post.id for post in posts) == sorted(each["uri"] for each in made)


def test_a_post_that_two_people_repost_is_two_posts(bluesky: Seeded, adapter: Adapter) -> None:
    platform, passerby = adapter(), bluesky.people["passerby"]
    _, cursor = whole_timeline(platform)
    target = passerby.posts[0]
    for name in ("friend", "curator"):
        bluesky.people[name].write([repost(target, datetime.now(UTC))])
    bluesky.network.settle()
    posts, _ = whole_timeline(platform, cursor)
    assert {post.author for post in posts} == {bluesky.people["friend"].did, bluesky.people["curator"].did}
    assert {post.repost_of for post in posts} == {passerby.did}
    assert len({post.id for post in posts}) == 2


def test_the_authors_feed_shows_what_each_kind_does(bluesky: Seeded, adapter: Adapter) -> None:
    platform = adapter()
    dropper = own_feed(platform, bluesky, "dropper")
    assert len(dropper) == 70
    assert all(post.links and "utm_source" not in post.links[0] for post in dropper)
    spammer = own_feed(platform, bluesky, "spammer")
    assert {post.reply_to for post in spammer} <= {bluesky.people[n].did for n in ("friend", "passerby")}
    booster = own_feed(platform, bluesky, "booster")
    assert sum(post.repost_of is not None for post in booster) == 84
    threader = own_feed(platform, bluesky, "threader")
    assert {post.reply_to for post in threader} == {None, SELF}
    assert all(post.media == 1 and not post.links for post in own_feed(platform, bluesky, "photographer"))
    assert platform.find("the-usefulbot.test").automated


def test_a_feed_longer_than_the_limit_says_so(bluesky: Seeded, adapter: Adapter) -> None:
    platform = adapter()
    who = platform.find("the-mirror.test")
    feed = platform.posts_by(who, bluesky.now - timedelta(days=60), 30)
    assert (len(feed.posts), feed.truncated) == (30, True)
    recent = platform.posts_by(who, bluesky.now - timedelta(days=2), 200)
    assert (len(recent.posts), recent.truncated) == (12, False)


def test_standing_tells_follows_answers_likes_reposts_and_bookmarks(bluesky: Seeded, adapter: Adapter) -> None:
    platform, reader = adapter(), bluesky.people["reader"]
    kept = bluesky.people["blogger"].posts[0]
    reader.call("app.bsky.bookmark.createBookmark", {"uri": kept["uri"], "cid": kept["cid"]})
    reader.call("app.bsky.notification.putActivitySubscription", {
        "subject": bluesky.people["hermit"].did, "activitySubscription": {"post": True, "reply": False},
    })  # fmt: skip
    accounts = {
        name: platform.find(f"the-{name}.test") for name in ("friend", "curator", "blogger", "hermit", "passerby")
    }
    time.sleep(1)

    def standing(name: str) -> Standing:
        found = remembered.stands(platform, list(accounts.values()), datetime.now(UTC))
        return found[accounts[name].id]

    friend, curator = standing("friend"), standing("curator")
    assert friend.mutual
    assert friend.answered is not None
    assert friend.followed_since is not None
    assert abs(friend.followed_since - (bluesky.now - timedelta(days=20))) < timedelta(seconds=1)
    assert curator.reposted is not None
    assert curator.favourited is not None
    assert not curator.followed_by
    assert settled(lambda: standing("blogger").bookmarked is not None)
    assert settled(lambda: standing("hermit").notifying is True)
    assert standing("passerby").following is False
    assert standing("passerby").answered is None


def action(platform: Bluesky, name: str, step: Step) -> Action:
    return Action(platform.find(f"the-{name}.test"), step, list_title=LIST)


def stands(platform: Bluesky, account: Account) -> Standing:
    return platform.standing([account], deciding=True)[account.id]


def done(platform: Bluesky, what: Action) -> Action:
    before = platform.before(what, Standing())
    platform.act(what)
    return Action(what.account, what.step, list_title=what.list_title, before=before)


def test_a_mute_takes_and_is_undone(adapter: Adapter) -> None:
    platform = adapter()
    muted = done(platform, action(platform, "dropper", Step.MUTE))
    assert settled(lambda: stands(platform, muted.account).muted)
    assert all(post.author != muted.account.id for post in whole_timeline(platform)[0])
    assert muted.before == {"scope": "none"}
    platform.act(muted)
    platform.undo(muted)
    assert settled(lambda: not stands(platform, muted.account).muted)
    platform.undo(muted)


def test_hidden_reposts_leave_the_accounts_own_posts(adapter: Adapter) -> None:
    platform = adapter()
    hidden = done(platform, action(platform, "booster", Step.HIDE_REPOSTS))
    standing = stands(platform, hidden.account)
    assert standing.reposts_hidden
    assert not standing.muted
    posts = [post for post in whole_timeline(platform)[0] if post.author == hidden.account.id]
    assert posts
    assert all(post.repost_of is None for post in posts)
    platform.undo(hidden)
    assert settled(lambda: not stands(platform, hidden.account).reposts_hidden)


def test_the_owners_own_mute_is_neither_narrowed_nor_undone(bluesky: Seeded, adapter: Adapter) -> None:
    platform, mirror = adapter(), bluesky.people["mirror"]
    bluesky.people["reader"].call("app.bsky.graph.muteActor", {"actor": mirror.did})
    account = platform.find(mirror.handle)
    assert settled(lambda: stands(platform, account).muted)
    for step in (Step.HIDE_REPOSTS, Step.MUTE):
        acted = done(platform, action(platform, "mirror", step))
        assert acted.before == {"scope": "full"}
        platform.undo(acted)
        time.sleep(1)
        assert stands(platform, account).muted
    bluesky.people["reader"].call("app.bsky.graph.unmuteActor", {"actor": mirror.did})


def test_a_mute_over_hidden_reposts_goes_back_to_hidden_reposts(bluesky: Seeded, adapter: Adapter) -> None:
    platform, spammer = adapter(), bluesky.people["spammer"]
    bluesky.people["reader"].call("app.bsky.graph.muteActor", {"actor": spammer.did, "onlyReposts": True})
    account = platform.find(spammer.handle)
    assert settled(lambda: stands(platform, account).reposts_hidden)
    muted = done(platform, action(platform, "spammer", Step.MUTE))
    assert settled(lambda: stands(platform, account).muted)
    platform.undo(muted)
    assert settled(lambda: stands(platform, account).reposts_hidden and not stands(platform, account).muted)
    bluesky.people["reader"].call("app.bsky.graph.unmuteActor", {"actor": spammer.did})


def test_a_list_is_made_muted_and_left_again(bluesky: Seeded, adapter: Adapter) -> None:
    platform = adapter()
    listed = done(platform, action(platform, "mirror", Step.LIST))
    again = done(platform, action(platform, "mirror", Step.LIST))  # at once: the AppView may not show the first yet
    assert listed.before["member"] == "no"
    assert settled(lambda: stands(platform, listed.account).lists == (LIST,))
    assert stands(platform, listed.account).muted
    assert platform.lists().count(LIST) == 1
    muted = done(platform, action(platform, "mirror", Step.MUTE))
    assert muted.before == {"scope": "none"}  # muted by the list is not muted itself
    platform.undo(muted)
    platform.undo(listed)
    assert settled(lambda: not stands(platform, listed.account).lists)
    assert settled(lambda: not stands(platform, listed.account).muted)
    platform.undo(again)


def test_an_account_that_was_added_twice_leaves_the_list_whole(bluesky: Seeded, adapter: Adapter) -> None:
    platform, reader = adapter(), bluesky.people["reader"]
    listed = done(platform, action(platform, "dropper", Step.LIST))
    item = {"$type": "app.bsky.graph.listitem", "subject": listed.account.id, "list": listed.before["list"]}
    reader.write([{**item, "createdAt": stamp(datetime.now(UTC))}])
    bluesky.network.settle()
    platform.undo(listed)
    assert settled(lambda: not stands(platform, listed.account).lists)


def test_the_owners_own_list_member_stays(bluesky: Seeded, adapter: Adapter) -> None:
    platform, reader = adapter(), bluesky.people["reader"]
    record = {"$type": "app.bsky.graph.list", "purpose": "app.bsky.graph.defs#curatelist", "name": "Loud friends"}
    (made,) = reader.write([{**record, "createdAt": stamp(datetime.now(UTC))}])
    item = {"$type": "app.bsky.graph.listitem", "subject": bluesky.people["booster"].did, "list": made["uri"]}
    reader.write([{**item, "createdAt": stamp(datetime.now(UTC))}])
    bluesky.network.settle()
    account = platform.find("the-booster.test")
    listed = done(platform, Action(account, Step.LIST, list_title="loud friends"))
    assert listed.before["member"] == "yes"
    platform.undo(listed)
    bluesky.network.settle()
    assert stands(platform, account).lists == ("Loud friends",)


def test_accounts_that_block_or_leave_are_gone(bluesky: Seeded, adapter: Adapter) -> None:
    platform = adapter()
    blocker, leaver = join(bluesky.network.pds, "blocker"), join(bluesky.network.pds, "leaver")
    for who in (blocker, leaver):
        who.post([note("Hello", datetime.now(UTC))])
    bluesky.network.settle()
    accounts = [platform.find(who.handle) for who in (blocker, leaver)]
    reader = bluesky.people["reader"].did
    blocker.write([{"$type": "app.bsky.graph.block", "subject": reader, "createdAt": stamp(datetime.now(UTC))}])
    leaver.call("com.atproto.server.deactivateAccount", {})
    bluesky.network.settle()
    for account in accounts:
        with pytest.raises(AccountGone):
            platform.posts_by(account, bluesky.now - timedelta(days=60), 100)


def test_a_handle_that_nobody_has_is_the_owners_mistake(adapter: Adapter) -> None:
    for handle in ("nobody-at-all.test", "nodots", "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"):
        with pytest.raises(UserError, match=handle):
            adapter().find(handle)


def test_the_session_outlives_the_adapter_and_a_revoked_one_asks_for_a_login(bluesky: Seeded) -> None:
    who, pds = bluesky.people["curator"], bluesky.network.pds
    session, account = log_in(pds, who.handle, who.password, SystemClock())
    assert account.id == who.did

    def again() -> Bluesky:
        return Bluesky(
            pds, session, SystemClock(), handle=who.handle, password=lambda: None, save_session=lambda _: None
        )

    assert again().owner().id == who.did
    broken = ":::".join([*session.split(":::")[:2], "no", "no", pds])
    platform = Bluesky(
        pds, broken, SystemClock(), handle=who.handle, password=lambda: None, save_session=lambda _: None
    )
    with pytest.raises(LoginNeeded, match="no valid login"):
        platform.owner()
    with pytest.raises(LoginNeeded) as refused:
        log_in(pds, who.handle, "not the password", SystemClock())
    assert "not the password" not in str(refused.value)


def test_another_appview_is_asked_through_the_pds(bluesky: Seeded, adapter: Adapter) -> None:
    named = adapter(appview=bluesky.network.appview_did)
    assert named.owner().id == bluesky.people["reader"].did
    assert list(named.timeline(None))


def test_the_server_says_what_it_is(adapter: Adapter) -> None:
    server = adapter().server()
    assert server.software.startswith("Bluesky PDS ")
    assert server.max_characters == 1000
    assert server.clock_offset is not None
    assert abs(server.clock_offset) < 5


def test_a_network_without_chat_says_so_and_posts_nothing(bluesky: Seeded, adapter: Adapter) -> None:
    platform = adapter(bot="usefulbot")
    with pytest.raises(Unsupported, match="no private message"):
        platform.publish(["A report"], "key")
    with pytest.raises(Unsupported, match="bot account"):
        adapter().publish(["A report"], "key")
    for name in ("reader", "usefulbot"):
        assert all(post.text != "A report" for post in own_feed(platform, bluesky, name))
