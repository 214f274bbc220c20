"""What every platform must do: subclass PlatformContract, give it a Scene, and its tests run against yours.

class TestMine(PlatformContract):
    @pytest.fixture
    def scene(self) -> Iterator[Scene]: ...
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from bot.errors import UserError
from bot.model import SELF, Account, Action, Post, Standing, Step, Trail
from bot.platforms.base import AccountGone, Page, Platform, PlatformError
from tests.contract.remembered import stands as stands_remembered

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OWNER = "owner"
"""The owner's name in a scene; everybody else has a short lower-case first name."""


class Scene(Protocol):
    """A small network that a test can arrange, and the owner's login on it.

    People are made when they are first named. Methods that write return the post's id as the platform's `Post.id`
    shows it, and return only when a reader would find what was written. What the network cannot do stands in
    `lacks` (words used: `mute`, `expiry`, `list`, `hide_reposts`, `publish`, `bookmark`, `notify`, `block`,
    `stranger_replies`, `timeline_mutes`, `mark`, `answer`), and the tests about it are skipped.
    """

    platform: Platform
    page: int
    """Items of a full timeline page."""
    lacks: frozenset[str]

    def person(self, name: str) -> Account:
        """The account of a person, as the platform's `find` would give it."""

    def follow(self, name: str) -> None:
        """The owner follows somebody."""

    def follow_back(self, name: str) -> None:
        """Somebody follows the owner."""

    def post(self, name: str, text: str) -> str:
        """Somebody posts."""

    def reply(self, name: str, to: str, text: str) -> str:
        """Somebody answers a post."""

    def repost(self, name: str, post: str) -> str:
        """Somebody reposts a post."""

    def favourite(self, post: str) -> None:
        """The owner favourites a post."""

    def bookmark(self, post: str) -> None:
        """The owner bookmarks a post."""

    def notify(self, name: str) -> None:
        """The owner turns notifications on for somebody."""

    def mute(self, name: str) -> None:
        """The owner mutes somebody by hand, for good."""

    def unmute(self, name: str) -> None:
        """The owner takes a mute back by hand."""

    def block(self, name: str) -> None:
        """Somebody blocks the owner."""

    def add_to_list(self, title: str, name: str) -> None:
        """The owner puts somebody on a list of their own."""

    def requests(self) -> int:
        """How many requests reached the server so far, the scene's own not counted."""

    def messages(self) -> list[tuple[str, ...]]:
        """The reports that reached the owner and nobody else, each by its parts."""

    def answer(self, name: str, letter: str, text: str) -> str:
        """Somebody answers a report (`letter`: what `publish` returned) where only those see it who write there."""

    def edit(self, answer: str, text: str) -> None:
        """They write something else in its place."""

    def outage(self, after: int) -> None:
        """Let so many requests of the platform pass, then answer none until `restore`."""

    def restore(self) -> None:
        """End the outage."""


@dataclass
class Reader:
    """Polls as a sweep does: keeps what it saw, and goes on from the last cursor that it was given."""

    platform: Platform
    cursor: str | None = None
    pages: list[Page] = field(default_factory=list)

    def poll(self) -> list[str]:
        """Ids of the posts that this poll brought."""
        before = len(self.pages)
        for page in self.platform.timeline(self.cursor):
            self.pages.append(page)
            self.cursor = page.cursor or self.cursor
        return self.ids(before)

    def ids(self, start: int = 0) -> list[str]:
        """Ids of everything seen."""
        return [post.id for page in self.pages[start:] for post in page.posts]


def standing_of(scene: Scene, name: str) -> Standing:
    account = scene.person(name)
    return scene.platform.standing([account], deciding=True)[account.id]


def did_to(scene: Scene, name: str) -> Standing:
    """How the owner stands to somebody, with what they did."""
    account = scene.person(name)
    return stands_remembered(scene.platform, [account], datetime.now(UTC) + timedelta(days=1))[account.id]


def do_once(scene: Scene, trail: Trail, text: str) -> None:
    """The owner does something with a post of ann's that leaves its trace on the trail."""
    post = scene.post("ann", text)
    if trail is Trail.FAVOURITES:
        scene.favourite(post)
    elif trail is Trail.BOOKMARKS:
        scene.bookmark(post)
    else:
        scene.reply(OWNER, post, "Yes.")


def needs(scene: Scene, *what: str) -> None:
    missing = scene.lacks.intersection(what)
    if missing:
        pytest.skip(f"the network has no {', '.join(sorted(missing))}")


def action_on(scene: Scene, name: str, step: Step, before: Mapping[str, str] | None = None) -> Action:
    until = None if "expiry" in scene.lacks else datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    return Action(scene.person(name), step, until, "quiet corner" if step is Step.LIST else "", before or {})


def what_stands(scene: Scene, name: str, step: Step) -> Mapping[str, str]:
    """What an action would put back."""
    return scene.platform.before(action_on(scene, name, step), standing_of(scene, name))


def stands(scene: Scene, name: str, step: Step) -> bool:
    now = standing_of(scene, name)
    return {
        Step.MUTE: now.muted,
        Step.LIST: "quiet corner" in now.lists,
        Step.HIDE_REPOSTS: now.reposts_hidden,
    }[step]


HOUR = timedelta(hours=1)
LADDER = pytest.mark.parametrize("step", [Step.HIDE_REPOSTS, Step.LIST, Step.MUTE])


class PlatformContract:
    """The promises of bot/platforms/base.py, each as a test."""

    @pytest.fixture
    def scene(self) -> Scene:
        raise NotImplementedError("a platform's tests give the scene")

    # Reading the timeline

    def test_a_long_timeline_comes_whole_in_pages_without_duplicates_and_in_order(self, scene: Scene) -> None:
        scene.follow("ann")
        written = [scene.post("ann", f"Day {n} in the garden.") for n in range(scene.page * 2 + 5)]
        reader = Reader(scene.platform)
        got = reader.poll()
        assert sorted(got) == sorted(written)
        for page in reader.pages:
            times = [post.created_at for post in page.posts]
            assert times in (sorted(times), sorted(times, reverse=True))
            assert page.gap is None
            assert page.unreadable == 0

    def test_a_page_names_the_accounts_of_its_posts(self, scene: Scene) -> None:
        scene.follow("ann")
        scene.repost("ann", scene.post("zoe", "A map of old trams."))
        reader = Reader(scene.platform)
        reader.poll()
        named = {account.id: account for page in reader.pages for account in page.accounts}
        assert named[scene.person("ann").id].handle == scene.person("ann").handle
        assert scene.person("zoe").id in named

    def test_nothing_is_lost_between_two_polls(self, scene: Scene) -> None:
        scene.follow("ann")
        scene.follow("ben")
        reader = Reader(scene.platform)
        written = {scene.post("ann", "One."), scene.post("ben", "Two.")}
        reader.poll()
        later = {scene.post(name, f"More, {n}.") for n in range(scene.page // 2 + 3) for name in ("ann", "ben")}
        assert later <= set(reader.poll())
        assert set(reader.ids()) == written | later

    def test_a_quiet_timeline_costs_one_request_and_brings_nothing_new(self, scene: Scene) -> None:
        scene.follow("ann")
        for n in range(5):
            scene.post("ann", f"Morning walk, {n}.")
        reader = Reader(scene.platform)
        known = set(reader.poll())
        before = scene.requests()
        assert set(reader.poll()) <= known
        assert scene.requests() - before == 1
        assert reader.cursor is not None

    def test_an_empty_timeline_is_no_error(self, scene: Scene) -> None:
        reader = Reader(scene.platform)
        assert reader.poll() == []
        scene.follow("ann")
        hello = scene.post("ann", "Hello.")
        assert hello in reader.poll()

    def test_an_outage_in_the_midst_of_paging_loses_nothing_on_the_next_poll(self, scene: Scene) -> None:
        scene.follow("ann")
        reader = Reader(scene.platform)
        written = {scene.post("ann", "The first of many.")}
        reader.poll()
        written |= {scene.post("ann", f"Letter {n}.") for n in range(scene.page * 2 + 5)}
        scene.outage(after=1)
        with pytest.raises(PlatformError):
            reader.poll()
        scene.restore()
        reader.poll()
        assert set(reader.ids()) == written

    def test_muted_accounts_are_not_in_the_timeline(self, scene: Scene) -> None:
        needs(scene, "mute", "timeline_mutes")
        scene.follow("ann")
        scene.follow("ben")
        scene.mute("ben")
        loud, quiet = scene.post("ben", "Buy now."), scene.post("ann", "Rain at last.")
        got = Reader(scene.platform).poll()
        assert quiet in got
        assert loud not in got

    def test_a_reply_in_the_timeline_says_whom_it_answers(self, scene: Scene) -> None:
        scene.follow("ann")
        scene.follow("ben")
        question = scene.post("ann", "Who has a spare ladder?")
        answer = scene.reply("ben", question, "I do, come by.")
        reader = Reader(scene.platform)
        reader.poll()
        post = next(post for page in reader.pages for post in page.posts if post.id == answer)
        assert (post.reply_to, post.reply_to_post) == (scene.person("ann").id, question)

    # Own feeds

    def test_an_own_feed_holds_replies_to_strangers_and_reposts_newest_first(self, scene: Scene) -> None:
        scene.follow("ann")
        strange = scene.post("zoe", "Does anybody know this moss?")
        own = scene.post("ann", "A walk by the river.")
        thread = scene.reply("ann", own, "And the way back.")
        answer = scene.reply("ann", strange, "Bryum, I think.")
        shown = scene.repost("ann", strange)
        feed = scene.platform.posts_by(scene.person("ann"), LONG_AGO, 100)
        posts = {post.id: post for post in feed.posts}
        assert set(posts) == {own, thread, answer, shown}
        assert posts[answer].reply_to == scene.person("zoe").id
        assert posts[thread].reply_to == SELF
        assert posts[shown].repost_of == scene.person("zoe").id
        assert posts[own].reply_to is None
        assert posts[own].repost_of is None
        times = [post.created_at for post in feed.posts]
        assert times == sorted(times, reverse=True)
        assert {post.author for post in feed.posts} == {feed.account.id} == {scene.person("ann").id}

    def test_an_own_feed_ends_at_the_limit_and_says_so(self, scene: Scene) -> None:
        written = [scene.post("ann", f"Note {n}.") for n in range(7)]
        feed = scene.platform.posts_by(scene.person("ann"), LONG_AGO, 5)
        assert [post.id for post in feed.posts] == written[:1:-1]
        assert feed.truncated
        assert not scene.platform.posts_by(scene.person("ann"), LONG_AGO, 50).truncated

    def test_an_own_feed_that_is_enough_is_read_no_further(self, scene: Scene) -> None:
        scene.follow("ann")
        for n in range(scene.page * 2 + 5):
            scene.post("ann", f"Letter {n}.")
        seen: list[int] = []

        def enough(posts: Sequence[Post]) -> bool:
            seen.append(len(posts))
            return True

        feed = scene.platform.posts_by(scene.person("ann"), LONG_AGO, scene.page * 2, enough)
        assert (seen, len(feed.posts), feed.truncated) == ([scene.page], scene.page, True)
        few = scene.platform.posts_by(scene.person("ben"), LONG_AGO, scene.page * 2, enough)
        assert (len(seen), few.posts, few.truncated) == (1, (), False)

    def test_whom_the_owner_follows_is_told_each_once(self, scene: Scene) -> None:
        before = {account.id for account in scene.platform.follows()}
        scene.follow("ann")
        scene.follow("ben")
        scene.person("zoe")
        told = [account.id for account in scene.platform.follows()]
        assert len(told) == len(set(told))
        assert set(told) == before | {scene.person("ann").id, scene.person("ben").id}

    def test_who_followed_the_owner_is_told_with_when(self, scene: Scene) -> None:
        scene.follow_back("ann")
        scene.follow_back("ben")
        told = list(scene.platform.followers(LONG_AGO))
        assert {one.account.id for one in told} == {scene.person("ann").id, scene.person("ben").id}
        assert [one.at for one in told] == sorted((one.at for one in told), reverse=True)
        assert all(abs(datetime.now(UTC) - one.at) < timedelta(days=1) for one in told)
        assert list(scene.platform.followers(max(one.at for one in told))) == []

    def test_reading_more_feeds_takes_no_less_time(self, scene: Scene) -> None:
        assert timedelta(0) <= scene.platform.takes(1) <= scene.platform.takes(10_000)

    def test_an_own_feed_holds_nothing_older_than_the_window(self, scene: Scene) -> None:
        scene.post("ann", "Too old.")
        later = datetime.now(UTC) + timedelta(days=3650)
        assert scene.platform.posts_by(scene.person("ann"), later, 50).posts == ()

    def test_the_feed_of_somebody_who_blocks_the_owner_cannot_be_read(self, scene: Scene) -> None:
        needs(scene, "block")
        scene.post("ann", "For friends.")
        account = scene.person("ann")
        scene.block("ann")
        with pytest.raises(AccountGone):
            scene.platform.posts_by(account, LONG_AGO, 50)

    # Who is who

    def test_an_account_is_found_by_its_handle(self, scene: Scene) -> None:
        ann = scene.person("ann")
        assert scene.platform.find(ann.handle).id == ann.id
        assert scene.platform.find(f"@{ann.handle}").id == ann.id

    def test_an_unknown_handle_is_the_users_error_and_names_it(self, scene: Scene) -> None:
        unknown = scene.person("ann").handle.replace("ann", "nobodyatall", 1)
        with pytest.raises(UserError, match="nobodyatall") as caught:
            scene.platform.find(unknown)
        assert caught.value.exit_code == 2

    def test_the_owner_is_the_one_who_is_logged_in(self, scene: Scene) -> None:
        assert scene.platform.owner().id == scene.person(OWNER).id

    def test_the_server_says_what_it_is(self, scene: Scene) -> None:
        server = scene.platform.server()
        assert server.url.startswith("http")
        assert server.software
        assert server.max_characters >= 100

    # How the owner stands to them

    def test_standing_tells_who_follows_whom(self, scene: Scene) -> None:
        scene.follow("ann")
        scene.follow("ben")
        scene.follow_back("ben")
        accounts = [scene.person(name) for name in ("ann", "ben", "zoe")]
        found = scene.platform.standing(accounts, deciding=True)
        assert [(found[a.id].following, found[a.id].mutual) for a in accounts] == [
            (True, False),
            (True, True),
            (False, False),
        ]

    def test_it_tells_whom_of_many_the_owner_follows(self, scene: Scene) -> None:
        scene.follow("ann")
        scene.repost("ann", scene.post("zoe", "A map of old trams."))
        accounts = [scene.person(name) for name in ("ann", "zoe")]
        assert scene.platform.followed(accounts) == {scene.person("ann").id}
        assert scene.platform.followed([]) == frozenset()

    def test_standing_tells_whom_the_owner_answered_favourited_and_reposted(self, scene: Scene) -> None:
        for name in ("ann", "ben", "cem", "dot"):
            scene.follow(name)
        scene.reply(OWNER, scene.post("ann", "Tea or coffee?"), "Tea.")
        scene.favourite(scene.post("ben", "A heron on the roof."))
        scene.repost(OWNER, scene.post("cem", "Lost cat found."))
        scene.post("dot", "Nobody minds me.")
        people = {name: did_to(scene, name) for name in ("ann", "ben", "cem", "dot")}
        did = {n: tuple(x is not None for x in (s.answered, s.favourited, s.reposted)) for n, s in people.items()}
        assert did == {
            "ann": (True, False, False),
            "ben": (False, True, False),
            "cem": (False, False, True),
            "dot": (False, False, False),
        }

    def test_standing_tells_whom_the_owner_bookmarked(self, scene: Scene) -> None:
        needs(scene, "bookmark")
        scene.bookmark(scene.post("ann", "A recipe for later."))
        scene.post("ben", "Nothing to keep.")
        assert did_to(scene, "ann").bookmarked is not None
        assert did_to(scene, "ben").bookmarked is None

    @pytest.mark.parametrize("trail", Trail)
    def test_a_trail_is_told_newest_first_and_page_after_page(self, scene: Scene, trail: Trail) -> None:
        """Every doing once, by a key that stays the same, and its cursors still lead on when newer ones came."""
        needs(scene, *(["bookmark"] if trail is Trail.BOOKMARKS else []))
        for number in range(scene.page + 5):
            do_once(scene, trail, str(number))
        first = scene.platform.trail(trail, None)
        assert first.onward is not None
        do_once(scene, trail, "one more")
        rest = [scene.platform.trail(trail, first.onward)]
        while rest[-1].onward is not None:
            rest.append(scene.platform.trail(trail, rest[-1].onward))
        told = [doing for page in (first, *rest) for doing in page.doings]
        assert len({doing.key for doing in told}) == len(told) == scene.page + 5
        assert {doing.accounts for doing in told} == {(scene.person("ann").id,)}
        assert {doing.asked for doing in told} <= set(trail.asked)
        (newest, *_) = scene.platform.trail(trail, None).doings
        assert newest.key not in {doing.key for doing in told}
        assert not any(page.cut or page.unread or page.unreadable for page in (first, *rest))

    def test_standing_tells_for_whom_notifications_are_on(self, scene: Scene) -> None:
        needs(scene, "notify")
        scene.follow("ann")
        scene.follow("ben")
        scene.notify("ann")
        assert (standing_of(scene, "ann").notifying, standing_of(scene, "ben").notifying) == (True, False)

    def test_standing_tells_the_owners_lists(self, scene: Scene) -> None:
        needs(scene, "list")
        scene.follow("ann")
        scene.add_to_list("Close friends", "ann")
        scene.person("ben")
        assert standing_of(scene, "ann").lists == ("Close friends",)
        assert standing_of(scene, "ben").lists == ()
        assert "Close friends" in scene.platform.lists()

    def test_an_owners_own_mute_shows_and_its_end_too(self, scene: Scene) -> None:
        needs(scene, "mute")
        scene.follow("ann")
        scene.mute("ann")
        assert standing_of(scene, "ann").muted
        assert standing_of(scene, "ann").muted_until is None
        scene.unmute("ann")
        assert not standing_of(scene, "ann").muted

    def test_what_was_told_lately_is_told_again_without_asking(self, scene: Scene) -> None:
        scene.follow("ann")
        scene.follow("ben")
        scene.follow_back("ben")
        accounts = [scene.person(name) for name in ("ann", "ben")]
        fresh = scene.platform.standing(accounts, deciding=True)
        assert scene.platform.standing(accounts, deciding=True, within=HOUR) == fresh
        scene.follow_back("ann")
        asked = scene.requests()
        assert scene.platform.standing(accounts, deciding=True, within=HOUR) == fresh
        assert scene.requests() == asked
        assert scene.platform.standing(accounts, deciding=True)[accounts[0].id].mutual

    @LADDER
    def test_what_it_did_itself_is_not_told_as_it_was(self, scene: Scene, step: Step) -> None:
        needs(scene, step)
        scene.follow("ann")
        ann, action = scene.person("ann"), action_on(scene, "ann", step, what_stands(scene, "ann", step))
        told = []
        for do in (None, scene.platform.act, scene.platform.undo):
            if do is not None:
                do(action)
            told.append(scene.platform.standing([ann], deciding=True, within=HOUR)[ann.id])
        assert told[0] == told[2] != told[1]

    def test_standing_of_nobody_is_empty(self, scene: Scene) -> None:
        assert scene.platform.standing([], deciding=True) == {}

    # Actions

    @LADDER
    def test_an_action_takes_once_and_doing_it_again_changes_nothing(self, scene: Scene, step: Step) -> None:
        needs(scene, step)
        scene.follow("ann")
        action = action_on(scene, "ann", step)
        assert not stands(scene, "ann", step)
        scene.platform.act(action)
        first = standing_of(scene, "ann")
        assert stands(scene, "ann", step)
        scene.platform.act(action)
        assert standing_of(scene, "ann") == first

    @LADDER
    def test_undo_restores_what_stood_and_undoing_again_changes_nothing(self, scene: Scene, step: Step) -> None:
        needs(scene, step)
        scene.follow("ann")
        stood = standing_of(scene, "ann")
        before = what_stands(scene, "ann", step)
        scene.platform.act(action_on(scene, "ann", step, before))
        for _ in range(2):
            scene.platform.undo(action_on(scene, "ann", step, before))
            assert standing_of(scene, "ann") == stood

    @LADDER
    def test_what_was_done_twice_is_undone_whole(self, scene: Scene, step: Step) -> None:
        """A renewal, and an action whose answer was lost: the second time must not take the first for the owner's."""
        needs(scene, step)
        scene.follow("ann")
        stood, before = standing_of(scene, "ann"), what_stands(scene, "ann", step)
        first = action_on(scene, "ann", step, before)
        scene.platform.act(first)
        later = replace(first, until=first.until + timedelta(days=30) if first.until else None)
        scene.platform.act(later)
        scene.platform.undo(later)
        assert standing_of(scene, "ann") == stood

    def test_undoing_our_mute_leaves_the_owners_own_mute(self, scene: Scene) -> None:
        needs(scene, "mute")
        scene.follow("ann")
        scene.mute("ann")
        before = what_stands(scene, "ann", Step.MUTE)
        scene.platform.act(action_on(scene, "ann", Step.MUTE, before))
        scene.platform.undo(action_on(scene, "ann", Step.MUTE, before))
        assert standing_of(scene, "ann").muted
        assert standing_of(scene, "ann").muted_until is None

    def test_a_mute_with_an_end_says_when_it_ends(self, scene: Scene) -> None:
        needs(scene, "mute", "expiry")
        scene.follow("ann")
        action = action_on(scene, "ann", Step.MUTE)
        scene.platform.act(action)
        ends = standing_of(scene, "ann").muted_until
        assert ends is not None
        assert action.until is not None
        assert abs(ends - action.until) <= timedelta(minutes=1)

    # Marks

    @LADDER
    def test_what_is_marked_is_found_again_and_can_be_undone(self, scene: Scene, step: Step) -> None:
        needs(scene, step, "mark")
        scene.follow("ann")
        stood = standing_of(scene, "ann")
        action = action_on(scene, "ann", step)
        scene.platform.act(action)
        ends = standing_of(scene, "ann").muted_until
        for _ in range(2):
            scene.platform.mark(action, ends)
            (found,) = scene.platform.quieted("quiet corner")
            assert (found.account.id, found.step, found.ours) == (action.account.id, step, True)
            assert found.until is not None
            assert action.until is not None
            assert abs(found.until - action.until) <= timedelta(minutes=1)
        scene.platform.undo(Action(found.account, found.step, found.until, found.list_title, found.before))
        scene.platform.unmark(action)
        assert standing_of(scene, "ann") == stood
        assert not list(scene.platform.quieted("quiet corner"))

    @LADDER
    def test_what_carries_no_mark_is_not_taken_for_ours(self, scene: Scene, step: Step) -> None:
        needs(scene, step, "mark")
        scene.follow("ann")
        action = action_on(scene, "ann", step)
        scene.platform.act(action)
        scene.platform.mark(action, standing_of(scene, "ann").muted_until)
        scene.platform.unmark(action)
        scene.platform.unmark(action)
        assert [(found.step, found.ours) for found in scene.platform.quieted("quiet corner")] == [(step, False)]

    def test_a_mute_that_the_owner_set_anew_is_theirs_whatever_its_mark_says(self, scene: Scene) -> None:
        needs(scene, "mute", "expiry", "mark")
        scene.follow("ann")
        action = action_on(scene, "ann", Step.MUTE)
        scene.platform.act(action)
        scene.platform.mark(action, standing_of(scene, "ann").muted_until)
        scene.unmute("ann")
        scene.mute("ann")
        assert [(found.ours, found.until) for found in scene.platform.quieted("quiet corner")] == [(False, None)]

    def test_looking_for_what_stands_writes_nothing(self, scene: Scene) -> None:
        needs(scene, "mute", "mark")
        scene.follow("ann")
        scene.mute("ann")
        before = scene.platform.usage().writes
        assert len(list(scene.platform.quieted("quiet corner"))) == 1
        assert scene.platform.usage().writes == before

    def test_to_report_asks_nothing_of_the_server(self, scene: Scene) -> None:
        action = action_on(scene, "ann", Step.REPORT)
        before = scene.requests()
        assert not scene.platform.before(action, Standing())
        scene.platform.act(action)
        scene.platform.undo(action)
        assert scene.requests() == before

    # Reports

    def test_a_report_reaches_the_owner_alone_and_only_once(self, scene: Scene) -> None:
        needs(scene, "publish")
        where = scene.platform.publish(["Quiet day.", "Two left alone."], key="2026-03-02")
        again = scene.platform.publish(["Quiet day.", "Two left alone."], key="2026-03-02")
        assert again == where
        assert scene.messages() == [("Quiet day.", "Two left alone.")]
        scene.platform.publish(["Another day."], key="2026-03-03")
        assert scene.messages() == [("Quiet day.", "Two left alone."), ("Another day.",)]

    def test_a_part_of_the_greatest_length_is_taken(self, scene: Scene) -> None:
        needs(scene, "publish")
        longest = "x" * scene.platform.message_limit()
        scene.platform.publish([longest], key="long")
        assert scene.messages() == [(longest,)]

    # Answers

    def test_what_the_owner_answers_is_told_and_nobody_elses_words(self, scene: Scene) -> None:
        needs(scene, "publish", "answer")
        parts = ["Quiet day.", "Two left alone."]
        letter = scene.platform.publish(parts, key="2026-03-02")
        other = scene.platform.publish(["Another day."], key="2026-03-03")
        scene.answer("zoe", letter, "mute 2")
        first = scene.answer(OWNER, letter, "keep 1")
        second = scene.answer(OWNER, letter, "undo 2")
        scene.answer(OWNER, other, "keep 9")
        scene.answer("zoe", other, "list 1")
        told = scene.platform.answers(letter, LONG_AGO, parts)
        assert [(one.id, one.text) for one in told] == [(first, "keep 1"), (second, "undo 2")]
        assert [one.text for one in scene.platform.answers(other, LONG_AGO, ["Another day."])] == ["keep 9"]

    def test_an_edited_answer_keeps_its_id(self, scene: Scene) -> None:
        needs(scene, "publish", "answer")
        letter = scene.platform.publish(["Quiet day."], key="2026-03-02")
        written = scene.answer(OWNER, letter, "keep 1")
        scene.edit(written, "mute 1")
        (told,) = scene.platform.answers(letter, LONG_AGO, ["Quiet day."])
        assert (told.id, told.text) == (written, "mute 1")

    def test_the_owner_is_answered_alone_and_once_and_that_is_no_answer_of_theirs(self, scene: Scene) -> None:
        needs(scene, "publish", "answer")
        letter = scene.platform.publish(["Quiet day."], key="2026-03-02")
        scene.answer(OWNER, letter, "help")
        scene.answer(OWNER, letter, "help once more")
        said = ["Kept: Ann.", "Undone."]
        for place, told in enumerate(scene.platform.answers(letter, LONG_AGO, ["Quiet day."])):
            for _ in range(2):
                scene.platform.answer(said, letter, told, key=f"answer-{place}")
        parts = [part for message in scene.messages() for part in message]
        assert [parts.count(one) for one in said] == [2, 2]
        again = scene.platform.answers(letter, LONG_AGO, ["Quiet day.", *said])
        assert [one.text for one in again] == ["help", "help once more"]

    # The count

    def test_requests_and_writes_are_counted(self, scene: Scene) -> None:
        needs(scene, "mute")
        scene.follow("ann")
        account = scene.person("ann")
        start, asked = scene.platform.usage(), scene.requests()
        scene.platform.posts_by(account, LONG_AGO, 10)
        scene.platform.act(Action(account, Step.MUTE))
        end = scene.platform.usage()
        assert end.requests - start.requests == scene.requests() - asked > 1
        assert end.writes - start.writes == 1
