"""The memory platform keeps the contract, and is as honest as a server about what it hides and forgets."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.model import Account, Action, Post, Step
from bot.platforms.base import AccountGone, Platform, PlatformError, Unreachable, Unsupported
from bot.platforms.memory import Memory, Network
from bot.platforms.network import Request
from tests.contract.platform_contract import LONG_AGO, OWNER, PlatformContract, Reader, Scene, action_on
from tests.contract.remembered import stands

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ROBIN = "robin@quiet.example"


def handle(name: str) -> str:
    return ROBIN if name == OWNER else f"{name}@garden.test"


class MemoryScene:
    """A Scene on a Network; a second passes with everything that is written."""

    page = 40
    lacks: frozenset[str] = frozenset()

    def __init__(self, holds: int = 800) -> None:
        self.clock = SimulatedClock(datetime.now(UTC) - timedelta(hours=1))
        self.network = Network(self.clock, holds)
        self.network.join(ROBIN)
        self.platform: Platform = Memory(self.network, ROBIN)
        self.posts: dict[str, Post] = {}

    def _handle(self, name: str) -> str:
        if not any(account.handle == handle(name) for account in self.network.accounts.values()):
            self.network.join(handle(name))
        return handle(name)

    def person(self, name: str) -> Account:
        return self.network.account(self._handle(name))

    def follow(self, name: str) -> None:
        self.network.follow(ROBIN, self._handle(name))

    def follow_back(self, name: str) -> None:
        self.network.follow(self._handle(name), ROBIN)

    def _written(self, post: Post) -> str:
        self.clock.wait(1)
        self.posts[post.id] = post
        return post.id

    def post(self, name: str, text: str) -> str:
        return self._written(self.network.post(self._handle(name), text))

    def reply(self, name: str, to: str, text: str) -> str:
        return self._written(self.network.post(self._handle(name), text, answering=self.posts[to]))

    def repost(self, name: str, post: str) -> str:
        return self._written(self.network.repost(self._handle(name), self.posts[post]))

    def favourite(self, post: str) -> None:
        self.network.favourite(ROBIN, self.posts[post])

    def bookmark(self, post: str) -> None:
        self.network.bookmark(ROBIN, self.posts[post])

    def notify(self, name: str) -> None:
        self.network.notify(ROBIN, self._handle(name))

    def mute(self, name: str) -> None:
        self.network.mute(ROBIN, self._handle(name))

    def unmute(self, name: str) -> None:
        self.network.unmute(ROBIN, self._handle(name))

    def block(self, name: str) -> None:
        self.network.block(self._handle(name), ROBIN)

    def add_to_list(self, title: str, name: str) -> None:
        self.network.add_to_list(ROBIN, title, self._handle(name))

    def requests(self) -> int:
        return len(self.network.requests)

    def messages(self) -> list[tuple[str, ...]]:
        return [message.parts for message in self.network.messages if message.handle == ROBIN]

    def answer(self, name: str, letter: str, text: str) -> str:
        return self.network.answer(self._handle(name), letter, text)

    def edit(self, answer: str, text: str) -> None:
        self.network.edit(answer, text)

    def outage(self, after: int) -> None:
        passed = len(self.network.requests) + after

        def trouble(request: Request) -> None:
            if len(self.network.requests) > passed:
                raise Unreachable(f"no answer to {request.what}")

        self.network.trouble = trouble

    def restore(self) -> None:
        self.network.trouble = None


class TestMemory(PlatformContract):
    @pytest.fixture
    def scene(self) -> Scene:
        return MemoryScene()


@pytest.fixture
def scene() -> MemoryScene:
    return MemoryScene()


def test_home_drops_replies_to_people_whom_the_owner_does_not_follow(scene: MemoryScene) -> None:
    scene.follow("ann")
    asked = scene.post("zoe", "Which moss is this?")
    hidden = scene.reply("ann", asked, "Bryum.")
    mine = scene.post(OWNER, "Any news?")
    shown = scene.reply("ann", mine, "None yet.")
    thread = scene.reply("ann", shown, "Or maybe tomorrow.")
    got = Reader(scene.platform).poll()
    assert hidden not in got
    assert {mine, shown, thread} <= set(got)


def test_home_drops_members_of_exclusive_lists_but_not_of_others(scene: MemoryScene) -> None:
    scene.follow("ann")
    scene.follow("ben")
    scene.network.add_to_list(ROBIN, "later", handle("ann"), exclusive=True)
    scene.add_to_list("friends", "ben")
    aside, shown = scene.post("ann", "Aside."), scene.post("ben", "Here.")
    got = Reader(scene.platform).poll()
    assert aside not in got
    assert shown in got


def test_home_drops_hidden_reposts_and_reposts_and_mentions_of_the_muted(scene: MemoryScene) -> None:
    for name in ("ann", "ben", "cem"):
        scene.follow(name)
    scene.network.hide_reposts(ROBIN, handle("ann"))
    scene.mute("cem")
    fine, loud = scene.post("zoe", "A map."), scene.post("cem", "Buy.")
    hidden, shown, of_muted = scene.repost("ann", fine), scene.repost("ben", fine), scene.repost("ben", loud)
    mention = Post("", "", NOW, text="Hear, hear.", mentions=(scene.person("cem").id,))
    naming = scene.network.post(handle("ben"), mention).id
    assert set(Reader(scene.platform).poll()).isdisjoint({hidden, of_muted, naming, loud})
    assert shown in Reader(scene.platform).poll()


def test_a_post_from_the_future_is_not_there_until_its_time(scene: MemoryScene) -> None:
    scene.follow("ann")
    reader = Reader(scene.platform)
    later = scene.network.post(handle("ann"), "Tomorrow.", at=scene.clock.now() + timedelta(days=1))
    assert reader.poll() == []
    assert scene.platform.posts_by(scene.person("ann"), LONG_AGO, 10).posts == ()
    scene.clock.wait(86400)
    assert reader.poll() == [later.id]


def test_a_mute_ends_by_itself(scene: MemoryScene) -> None:
    scene.follow("ann")
    scene.platform.act(Action(scene.person("ann"), Step.MUTE, scene.clock.now() + timedelta(hours=2)))
    post = scene.post("ann", "Still here.")
    assert Reader(scene.platform).poll() == []
    scene.clock.wait(7200)
    assert Reader(scene.platform).poll() == [post]
    assert not scene.platform.standing([scene.person("ann")], deciding=True)[scene.person("ann").id].muted


def test_a_timeline_holds_only_so_much_and_tells_of_the_gap() -> None:
    scene = MemoryScene(holds=100)
    scene.follow("ann")
    reader = Reader(scene.platform)
    first = scene.post("ann", "The last that was read.")
    reader.poll()
    missed = [scene.post("ann", f"Missed {n}.") for n in range(7)]
    held = [scene.post("ann", f"Held {n}.") for n in range(100)]
    assert reader.poll() == held
    gaps = [page.gap for page in reader.pages if page.gap]
    assert len(gaps) == 1
    assert "7 posts" in gaps[0].reason
    assert (gaps[0].since, gaps[0].until) == tuple(scene.posts[p].created_at for p in (first, missed[-1]))


def test_a_first_poll_brings_what_is_held_and_calls_nothing_a_gap() -> None:
    scene = MemoryScene(holds=50)
    scene.follow("ann")
    posts = [scene.post("ann", f"Note {n}.") for n in range(80)]
    reader = Reader(scene.platform)
    assert reader.poll() == posts[-50:]
    assert all(page.gap is None for page in reader.pages)


def test_faults_come_one_by_one_and_then_end(scene: MemoryScene) -> None:
    scene.network.faults = [None, Unreachable("reset")]
    scene.platform.owner()
    with pytest.raises(Unreachable):
        scene.platform.owner()
    assert scene.platform.owner().handle == ROBIN
    assert [request.what for request in scene.network.requests] == ["owner"] * 3


def test_a_write_that_fails_has_not_taken(scene: MemoryScene) -> None:
    scene.follow("ann")

    def trouble(request: Request) -> None:
        if request.write:
            raise Unreachable("reset")

    scene.network.trouble = trouble
    with pytest.raises(Unreachable):
        scene.platform.act(Action(scene.person("ann"), Step.MUTE))
    with pytest.raises(Unreachable):
        scene.platform.publish(["Lost."], key="k")
    assert not scene.network.mutes
    assert scene.messages() == []


def test_a_write_whose_answer_is_lost_has_taken_and_can_be_repeated(scene: MemoryScene) -> None:
    scene.follow("ann")
    action = Action(scene.person("ann"), Step.MUTE)
    scene.network.lost = [Unreachable("reset"), None, Unreachable("reset")]
    with pytest.raises(Unreachable):
        scene.platform.act(action)
    assert scene.platform.standing([action.account], deciding=True)[action.account.id].muted
    scene.platform.act(action)
    with pytest.raises(Unreachable):
        scene.platform.publish(["Once."], key="k")
    scene.platform.publish(["Once."], key="k")
    assert scene.messages() == [("Once.",)]


def test_somebody_not_followed_cannot_be_listed_nor_lose_their_reposts(scene: MemoryScene) -> None:
    for step in (Step.LIST, Step.HIDE_REPOSTS):
        with pytest.raises(Unsupported, match="not followed"):
            scene.platform.act(Action(scene.person("ann"), step, list_title="later"))


def test_a_suspended_account_is_gone_and_its_posts_too(scene: MemoryScene) -> None:
    scene.follow("ann")
    scene.post("ann", "Soon gone.")
    ann = scene.person("ann")
    scene.network.suspend(handle("ann"))
    assert Reader(scene.platform).poll() == []
    with pytest.raises(AccountGone):
        scene.platform.posts_by(ann, LONG_AGO, 10)
    with pytest.raises(AccountGone):
        scene.platform.act(Action(ann, Step.MUTE))


@pytest.mark.parametrize("step", [Step.MUTE, Step.LIST, Step.HIDE_REPOSTS])
def test_what_was_done_to_somebody_who_is_gone_is_taken_back_all_the_same(scene: MemoryScene, step: Step) -> None:
    scene.follow("ann")
    action = action_on(scene, "ann", step)
    scene.platform.act(action)
    scene.network.suspend(handle("ann"))
    scene.platform.undo(action)
    listed = [one for owned in scene.network.lists.values() for own in owned for one in own.members]
    assert not listed
    assert not scene.network.mutes
    assert not scene.network.hidden


def test_a_deleted_post_takes_its_reposts_along_and_polling_goes_on(scene: MemoryScene) -> None:
    scene.follow("ann")
    scene.follow("ben")
    post = scene.post("ann", "Regretted.")
    scene.repost("ben", post)
    reader = Reader(scene.platform)
    reader.poll()
    scene.network.delete(scene.posts[post])
    after = scene.post("ann", "Better.")
    assert reader.poll() == [after]
    assert Reader(scene.platform).poll() == [after]


def test_a_message_that_is_too_long_is_refused(scene: MemoryScene) -> None:
    with pytest.raises(PlatformError, match="500"):
        scene.platform.publish(["x" * 501], key="k")


def test_a_favourited_repost_counts_for_the_author_of_the_post(scene: MemoryScene) -> None:
    scene.follow("ann")
    shown = scene.repost("ann", scene.post("zoe", "A map."))
    scene.favourite(shown)
    found = stands(scene.platform, [scene.person("ann"), scene.person("zoe")], scene.clock.now())
    assert found[scene.person("zoe").id].favourited is not None
    assert found[scene.person("ann").id].favourited is None


def test_what_the_owner_did_before_the_lookback_is_not_told(scene: MemoryScene) -> None:
    scene.favourite(scene.post("ann", "A heron."))
    ann = scene.person("ann")
    week = timedelta(days=7)
    scene.clock.wait(week.total_seconds())
    assert stands(scene.platform, [ann], scene.clock.now(), week)[ann.id].favourited is not None
    scene.clock.wait(1)
    assert stands(scene.platform, [ann], scene.clock.now(), week)[ann.id].favourited is None


STEPS = st.lists(st.sampled_from(["ann", "ben", "stranger", "poll", "outage", "pass"]), max_size=150)


@given(STEPS)
def test_no_interleaving_of_posts_polls_and_outages_loses_or_repeats_a_post(steps: list[str]) -> None:
    """Posts may share one moment of time; outages strike between two pages."""
    scene = MemoryScene()
    scene.follow("ann")
    scene.follow("ben")
    reader, written = Reader(scene.platform), []
    for step in [*steps, "poll"]:
        if step in ("poll", "outage"):
            if step == "outage":
                scene.network.faults = [None, Unreachable("reset")]
            with suppress(Unreachable):
                reader.poll()
            scene.network.faults = []
        elif step == "pass":
            scene.clock.wait(1)
        else:
            posts = [scene.network.post(scene.person(step).handle, f"{step} again.").id for _ in range(13)]
            written += posts if step != "stranger" else []
    assert reader.ids() == written
