"""A sweep asks once a day how the owner stands to accounts, and afresh before it does anything to one of them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judging.rules import Minimum, Rule
from bot.model import EPOCH, Event, Post, Step
from bot.platforms.base import Unreachable
from bot.platforms.network import Request
from tests.unit.service.town import DAY, HOUR, MUTE, OWNER, Town

pytestmark = pytest.mark.slow

EVERYTHING = {"relations", "lists", "own posts", "favourites", "bookmarks"}
"""What is asked of how the owner stands to accounts."""
STEPS = {"mute", "list", "hide_reposts"}
LATER = 8 * HOUR
"""The second look confirms what the first found, while what that was told will still do."""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = careful(tmp_path, 2)
    yield made
    made.store.close()


def careful(folder: Path, many: int, *, dry: bool = False) -> Town:
    """A town whose rule has to fire twice, some hours apart."""
    folder.mkdir(exist_ok=True)
    town = Town(folder, many)
    town.config = replace(town.config, dry_run=dry, limits=replace(town.config.limits, confirm_after=LATER - HOUR))
    return town


def asked(town: Town) -> list[str]:
    """What one sweep asks, in order."""
    before = len(town.network.requests)
    town.sweep()
    return [request.what for request in town.network.requests[before:]]


def favour(town: Town, handle: str) -> None:
    town.network.favourite(OWNER, post_of(town, handle))


def bookmark(town: Town, handle: str) -> None:
    town.network.bookmark(OWNER, post_of(town, handle))


def answer(town: Town, handle: str) -> None:
    town.network.post(OWNER, "Oh, thank you.", answering=post_of(town, handle))


def repost(town: Town, handle: str) -> None:
    town.network.post(OWNER, Post("", "", EPOCH, repost_of=town.network.account(handle).id))


def follow_each_other(town: Town, handle: str) -> None:
    town.network.follow(handle, OWNER)


def unfollow(town: Town, handle: str) -> None:
    town.network.unfollow(OWNER, handle)


def put_on_a_list(town: Town, handle: str) -> None:
    town.network.add_to_list(OWNER, "Close friends", handle)


def ask_for_its_posts(town: Town, handle: str) -> None:
    town.network.notify(OWNER, handle)


def mute(town: Town, handle: str) -> None:
    town.network.mute(OWNER, handle)


def post_of(town: Town, handle: str) -> Post:
    return town.network.feed(town.network.account(handle).id)[0]


DOINGS: dict[str, Callable[[Town, str], None]] = {
    "favourited": favour,
    "bookmarked": bookmark,
    "answered": answer,
    "reposted": repost,
    "mutual": follow_each_other,
    "not followed": unfollow,
    "on a list": put_on_a_list,
    "notifications on": ask_for_its_posts,
    "muted already": mute,
}


HIDES = {"not followed", "muted already"}
"""Who it is done to does not show in the timeline any more, and would not be judged."""


def once_it_is_read(town: Town, protection: str, request: Request) -> None:
    """Done while the sweep is at it, after it has heard the account."""
    if request.what == "posts_by":
        DOINGS[protection](town, "drop0@market.test")


@pytest.mark.parametrize("protection", DOINGS)
@pytest.mark.parametrize("dry", [False, True])
def test_what_the_owner_did_an_hour_ago_protects_before_anything_is_done(
    tmp_path: Path, protection: str, dry: bool
) -> None:
    town = careful(tmp_path, 2, dry=dry)
    town.sweep()
    town.live(LATER)
    if protection in HIDES:
        town.network.trouble = partial(once_it_is_read, town, protection)
    else:
        DOINGS[protection](town, "drop0@market.test")
    town.clock.wait(3600)
    judged = {entry.account.handle: entry for entry in town.sweep().judged}
    assert judged["drop0@market.test"].protection == protection
    assert [entry.account.handle for entry in town.entries(Event.PLANNED)] == ["drop1@market.test"]
    town.store.close()


def test_a_verdict_that_waits_for_a_second_look_asks_for_nothing_that_was_told_within_the_day(town: Town) -> None:
    first = asked(town)
    assert {what: first.count(what) for what in EVERYTHING} == dict.fromkeys(EVERYTHING, 1)
    town.config = replace(town.config, minimum=Minimum(own_posts=4, days_seen=0))
    town.network.join("late@market.test")
    town.network.follow(OWNER, "late@market.test")
    for _ in range(12):
        town.clock.wait(60)
        town.post("late@market.test")
    found = [what for what in asked(town) if what in EVERYTHING]
    assert found == ["relations"], "of who is new alone; the lists, and what the owner did, are known"
    assert town.entries(Event.PLANNED) == []


def test_a_step_that_only_reports_asks_nothing_afresh(town: Town) -> None:
    town.config = replace(town.config, rules=(Rule("told", MUTE.when, Step.REPORT),))
    town.sweep()
    town.live(LATER)
    assert not EVERYTHING & set(asked(town))


def test_who_is_quieted_is_judged_again_without_a_fresh_look(town: Town) -> None:
    town.config = replace(town.config, dry_run=True, limits=replace(town.config.limits, confirm_after=timedelta(0)))
    town.sweep()
    assert len(town.entries(Event.PLANNED)) == 2
    town.live(LATER)
    town.config = replace(town.config, rules=(replace(MUTE, name="another"),))
    assert not EVERYTHING & set(asked(town))


def test_who_turns_out_to_be_protected_leaves_room_for_somebody_who_is_asked_about_as_well(town: Town) -> None:
    town.config = replace(town.config, limits=replace(town.config.limits, per_sweep=1))
    town.sweep()
    town.live(LATER)
    first = sorted(town.droppers, key=lambda handle: town.network.account(handle).id)[0]
    favour(town, first)
    what = asked(town)
    assert what[: what.index("mute")].count("relations") >= 2
    assert town.muted() == set(town.droppers) - {first}


@pytest.mark.parametrize("what", sorted(EVERYTHING))
def test_where_it_cannot_be_asked_afresh_nothing_is_done(town: Town, what: str) -> None:
    town.sweep()
    town.live(LATER)

    def trouble(request: Request) -> None:
        if request.what == what:
            raise Unreachable("reset")

    town.network.trouble = trouble
    with suppress(Unreachable):
        town.sweep()
    assert town.entries(Event.PLANNED) == []
    town.network.trouble = None
    town.sweep()
    assert town.muted() == set(town.droppers), "and it is made good at the next sweep"


def lives(town: Town, days: list[tuple[int, str, int]]) -> Iterator[list[str]]:
    """What each sweep asks of a life in which the owner does things with droppers now and then."""
    for hours, protection, number in days:
        town.live(hours * 4 * HOUR)
        if protection:
            DOINGS[protection](town, town.droppers[number])
        yield asked(town)


LIVES = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["", "", *DOINGS]), st.integers(0, 2)), min_size=3, max_size=8
)


@settings(max_examples=15, deadline=None)
@given(days=LIVES, per_sweep=st.integers(1, 3))
def test_no_action_is_without_a_fresh_answer_and_a_dry_run_plans_what_a_live_run_does(
    tmp_path_factory: pytest.TempPathFactory, days: list[tuple[int, str, int]], per_sweep: int
) -> None:
    folder, planned = tmp_path_factory.mktemp("lives"), {}
    for dry in (False, True):
        town = careful(folder / str(dry), 3, dry=dry)
        limits = replace(town.config.limits, per_sweep=per_sweep)
        town.config = replace(town.config, limits=limits, rules=(replace(MUTE, duration=60 * DAY),))
        for what in lives(town, days):
            acts = [place for place, one in enumerate(what) if one in STEPS]
            assert not acts or set(what[: acts[0]]) >= EVERYTHING
            assert not (dry and acts)
        new = [entry for entry in town.entries(Event.PLANNED) if entry.reason == ""]
        planned[dry] = [(entry.account.handle, entry.step, entry.until) for entry in new]
        town.store.close()
    assert planned[True] == planned[False]
