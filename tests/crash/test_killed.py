"""Killed at every point where it writes or asks, and started again: each action is done once, each report sent once."""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model import Event, Step
from tests.conftest import DATABASES, chosen
from tests.crash.agreement import endings, stored
from tests.crash.town import DAY, HOUR, Town
from tests.crash.world import Checkpoint, World
from tests.databases import AnyDatabase, Files
from tests.servers.mastodon_stub import Stub

pytestmark = pytest.mark.slow

SEED = 20261122
LEAST_KILLS = 200
STEP = int(os.environ.get("QUIETFEED_KILL_STEP", "3"))
"""Where every point was tried before: only each so many-th again on the other server. 1 tries them all."""
ON_A_SERVER = 4 * STEP
"""On PostgreSQL a kill takes seconds, since the server has to notice it: only each so many-th."""
STORIES = int(os.environ.get("QUIETFEED_KILL_STORIES", "20"))
"""Stories of several deaths each."""


@dataclass(frozen=True)
class Chapter:
    """One life of the bot: what happens in the world before it, at what time it is led, and what it has to do."""

    name: str
    days: float
    """After the first one."""
    verb: str = "sweep"
    before: Callable[[World], None] = lambda world: None


def quiet_day(world: World) -> None:
    world.town.write_all(world.town.at - HOUR)


def owner_at_work(world: World) -> None:
    """The owner unmutes one, and mutes another for longer than the bot did, where that shows."""
    quiet_day(world)
    town = world.town
    veto, anew = town.named["veto"], town.named["anew"]
    del town.mutes[veto]
    world.vetoed.add(veto)
    if town.durations:
        town.mutes[anew] = (True, town.at + 30 * DAY)
        town.owners_mutes.add(anew)


def some_improve(world: World) -> None:
    quiet_day(world)
    world.town.improve()


CHAPTERS = (
    Chapter("actions", 0),
    Chapter("the owner's hand", 1.75, before=owner_at_work),  # shortly before time is up, so that what is gone ran out
    Chapter("time is up", 2 + 1 / 24, before=some_improve),
    Chapter("undo", 4, "undo"),
)


@dataclass(frozen=True)
class Beginning:
    """Where everything stood before a chapter; `read` are the posts that were stored after it."""

    there: Checkpoint
    vetoed: frozenset[str]
    read: frozenset[str]


class Story:
    """The chapters, each begun once by a bot that nobody killed, so that every kill can begin where it begins."""

    def __init__(self, folder: Path, stub: Stub, database: AnyDatabase, durations: bool = True) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)  # the last chapter's time: the command line has no other
        self.start = self.now - CHAPTERS[-1].days * DAY
        self.world = World(folder, stub, Town(self.start, durations), database)
        self.step = 1 if isinstance(database, Files) else ON_A_SERVER
        self.begun: dict[str, Beginning] = {}
        self.points: dict[str, list[str]] = {}
        for chapter in CHAPTERS:
            self.tell(chapter)
        self.endings = endings(self.world.address)

    def tell(self, chapter: Chapter) -> None:
        self.world.town.at = self.at(chapter)
        chapter.before(self.world)
        there, vetoed = self.world.checkpoint(chapter.name), frozenset(self.world.vetoed)
        passed = self.world.life(self.at(chapter), chapter.verb)
        assert passed
        self.begun[chapter.name] = Beginning(there, vetoed, frozenset(stored(self.world.address)))
        self.points[chapter.name] = passed
        if chapter.verb == "sweep":
            assert self.world.disagreements() == []

    def at(self, chapter: Chapter) -> datetime:
        return self.start + chapter.days * DAY

    def killed(self, chapter: Chapter, *die_at: int) -> list[str]:
        """Die in this chapter at those points, one death after the other; what disagrees once it ended in peace."""
        begun = self.begun[chapter.name]
        self.world.back_to(begun.there)
        self.world.vetoed, self.world.read = set(begun.vetoed), set(begun.read)
        verb = chapter.verb
        for point in die_at:
            if self.world.life(self.at(chapter), verb, point) is not None:
                break  # what was left to do had fewer points
            verb = "sweep"
        self.world.life(self.at(chapter))
        return self.world.disagreements()


@pytest.fixture(scope="module", params=DATABASES)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Stub() as stub, closing(chosen(request)) as database:
        yield Story(tmp_path_factory.mktemp("crash"), stub, database)


@pytest.fixture(scope="module")
def story_without_durations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Stub() as stub:
        yield Story(tmp_path_factory.mktemp("crash"), stub, Files(), durations=False)


def test_the_story_has_every_action_and_every_ending_of_one(story: Story) -> None:
    actions = (Step.MUTE, Step.LIST, Step.HIDE_REPOSTS)
    by_hand = {(Step.MUTE, Event.VETOED), (Step.MUTE, Event.CANCELLED)}
    assert story.endings == {(action, end) for action in actions for end in (Event.EXPIRED, Event.UNDONE)} | by_hand
    assert sum(map(len, story.points.values())) >= LEAST_KILLS


def every_kill(story: Story, chapters: Sequence[Chapter] = CHAPTERS) -> list[tuple[Chapter, int]]:
    return [(c, number) for c in chapters for number in range(1, len(story.points[c.name]) + 1)]


def told(story: Story, kills: list[tuple[Chapter, int]]) -> list[str]:
    """Kill once at each of the points; what went wrong, with the point where it died."""
    wrong = []
    for chapter, number in kills:
        try:
            found = story.killed(chapter, number)
        except AssertionError as fault:
            found = [str(fault)]
        wrong += [f"{chapter.name}, killed at {number} ({story.points[chapter.name][number - 1]}): {w}" for w in found]
    return wrong


def test_a_few_kills_anywhere_leave_nothing_half_done(story: Story) -> None:
    kills = random.Random(SEED).sample(every_kill(story), 12)
    assert told(story, kills) == []


@pytest.mark.live
def test_killed_at_every_point_it_finishes_or_cancels_each_action_and_repeats_none(story: Story) -> None:
    kills = every_kill(story)
    assert len(kills) >= LEAST_KILLS
    assert told(story, kills[:: story.step]) == []


@pytest.mark.live
def test_killed_where_a_server_ends_no_mute_it_renews_and_ends_each_once(
    story_without_durations: Story,
) -> None:
    kills = every_kill(story_without_durations, [c for c in CHAPTERS if c.name == "time is up"])
    assert told(story_without_durations, kills[::STEP]) == []


@pytest.mark.live
def test_killed_again_and_again_while_it_recovers_it_still_ends_well(story: Story) -> None:
    dice = random.Random(SEED)
    wrong = []
    for _ in range(STORIES):
        chapter = dice.choice(CHAPTERS)
        points = [dice.randint(1, len(story.points[chapter.name])) for _ in range(dice.randint(2, 4))]
        wrong += [f"{chapter.name}, killed at {points}: {found}" for found in story.killed(chapter, *points)]
    assert wrong == []
