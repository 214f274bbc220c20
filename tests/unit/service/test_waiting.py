"""Whom a sweep did not come to, the next one takes up: for want of room, after a fault, or after a kill."""

from contextlib import suppress
from dataclasses import replace

import pytest

from bot.actions.executor import Executor
from bot.model import Event
from bot.platforms.base import Unreachable
from bot.service import feeds
from bot.service.waiting import Waiting
from bot.store import Store
from tests.unit.service.town import DAY, MUTE, Town


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, 6)
    yield made
    made.store.close()


def test_whom_a_sweep_had_no_room_to_read_the_next_ones_read_though_nobody_posts_again(town):
    town.config = replace(town.config, own_feed=replace(town.config.own_feed, per_sweep=2))
    assert [town.sweep().record.own_feeds for _ in range(4)] == [2, 2, 2, 0]
    assert town.muted() == set(town.droppers)


def test_whom_a_sweep_had_no_room_to_act_on_the_next_ones_act_on(town):
    town.config = replace(town.config, limits=replace(town.config.limits, per_sweep=2))
    muted = []
    for _ in range(4):
        town.sweep()
        muted.append(len(town.muted()))
        town.clock.wait(60)
    assert muted == [2, 4, 6, 6]


@pytest.mark.parametrize("what", ["timeline", "posts_by", "relations", "lists", "mute"])
@pytest.mark.parametrize("at", [1, 4])
def test_wherever_a_sweep_is_cut_off_the_next_one_takes_up_the_rest(town, what, at):
    left = [at]

    def trouble(request):
        left[0] -= request.what == what
        if left[0] == 0:
            raise Killed

    town.network.trouble = trouble
    with suppress(Killed):  # some of this is asked for less often than four times
        town.sweep()
    town.network.trouble = None
    town.clock.wait(60)
    town.sweep()
    assert town.muted() == set(town.droppers)
    assert len(town.entries(Event.DONE)) == 6


@pytest.mark.parametrize("wrap", [(Store, "remember"), (feeds, "keep"), (Store, "save_own_feed")])
def test_killed_behind_a_write_of_the_store_it_forgets_nobody(town, wrap, monkeypatch):
    place, name = wrap
    real = getattr(place, name)

    def killed(*given, **more):
        real(*given, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(place, name, killed)
        with pytest.raises(Killed):
            town.sweep()
    town.sweep()
    assert town.muted() == set(town.droppers)


def test_killed_between_a_decision_and_its_action_the_others_of_that_sweep_are_done_at_the_next(town, monkeypatch):
    real = Executor.carry_out
    done = []

    def carry_out(executor, decision, terms):
        if len(done) == 2:
            raise Killed
        done.append(decision)
        return real(executor, decision, terms)

    with monkeypatch.context() as patch:
        patch.setattr(Executor, "carry_out", carry_out)
        with pytest.raises(Killed):
            town.sweep()
    assert len(town.muted()) == 2
    town.clock.wait(60)
    town.sweep()
    assert town.muted() == set(town.droppers)


def test_changed_rules_are_held_against_everybody_though_that_sweep_is_cut_off(town):
    town.config = replace(town.config, rules=(), fingerprint="none")
    town.sweep()
    town.config = replace(town.config, rules=(MUTE,), fingerprint="new")
    faults = [Unreachable("gone")] * 3

    def trouble(request):
        if request.what == "posts_by":
            raise faults[0]

    town.network.trouble = trouble
    town.sweep()
    town.network.trouble = None
    town.sweep()
    assert town.muted() == set(town.droppers)


def test_what_waits_lies_in_the_store_and_a_quiet_sweep_leaves_it_as_it_is(town):
    town.sweep()
    waiting = Waiting("home", town.store, town.clock)
    assert (waiting.to_read, waiting.to_judge, waiting.missed) == (set(), set(), {})
    waiting.add(read=["a"], judge=["b"])
    waiting.miss("a")
    waiting.settle(judge=[])
    again = Waiting("home", town.store, town.clock)
    assert (again.to_read, again.to_judge, list(again.missed)) == ({"a"}, set(), ["a"])
    assert Waiting("work", town.store, town.clock).to_read == set(), "each profile has its own"


def test_who_cannot_be_reached_is_tried_at_once_then_more_and_more_rarely_and_daily_at_least(town):
    waiting = Waiting("home", town.store, town.clock)
    pauses = []
    for _ in range(12):
        waiting.miss("a")
        pauses.append(0)
        while waiting.is_pausing("a"):
            town.clock.wait(600)
            pauses[-1] += 10
    assert pauses[:6] == [0, 30, 2 * 60, 8 * 60, 24 * 60, 24 * 60]
    assert set(pauses[6:]) == {24 * 60}
    waiting.miss("a")
    town.clock.time -= 30 * DAY
    assert not waiting.is_pausing("a"), "a time to come is a wrong clock's"
    waiting.reach("a")
    assert waiting.missed == {}
