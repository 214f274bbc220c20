"""A pause: nobody is touched, everything else goes on, and it ends by itself, whatever the clock does."""

from datetime import UTC, timedelta

import pytest

from bot.actions import limits
from bot.actions.lifecycle import RENEWAL
from bot.model import Event
from bot.service import daily, pausing
from tests.unit.actions.world import DAY, START, World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def until(world):
    return pausing.until("home", world.store, world.clock.now())


def test_in_a_pause_everything_is_read_and_judged_and_nobody_is_touched(world):
    pausing.begin("home", world.store, world.clock.now(), 3 * DAY)
    world.go(2 * DAY, DAY)
    assert not any(asked.write for asked in world.network.requests)
    entry = world.store.latest_judged("home")[world.network.account("drop@market.test").id]
    assert (entry.rule, entry.limit) == ("dropper", limits.PAUSED)
    assert "nothing is done before" in entry.reason
    world.go(2 * DAY, DAY)
    assert world.muted


def test_resumed_it_acts_at_the_next_sweep(world):
    pausing.begin("home", world.store, world.clock.now(), 30 * DAY)
    world.go(2 * DAY, DAY)
    assert pausing.end("home", world.store, world.clock.now())
    assert not pausing.end("home", world.store, world.clock.now())
    world.sweep()
    assert world.muted


def test_what_runs_out_in_a_pause_ends_and_is_not_renewed(world):
    world.go(2 * DAY, DAY)
    assert world.muted
    pausing.begin("home", world.store, world.clock.now(), 5 * DAY)
    world.go(4 * DAY, DAY)
    assert not world.muted
    assert world.events()[-1] is Event.EXPIRED
    assert RENEWAL not in world.reasons()


def test_without_a_time_a_pause_lasts_a_week_and_never_more_than_a_year(world):
    now = world.clock.now()
    assert pausing.begin("home", world.store, now) == now + timedelta(days=7)
    assert pausing.begin("home", world.store, now, timedelta(days=9999)) == now + timedelta(days=365)


def test_a_clock_that_is_set_back_makes_no_pause_longer(world):
    ahead = START + 400 * DAY
    pausing.begin("home", world.store, ahead, 3 * DAY)
    assert until(world) <= START + 3 * DAY
    world.go(DAY, DAY)
    begun = world.clock.now()
    assert until(world) == begun + 3 * DAY
    world.go(4 * DAY, DAY)
    assert until(world) is None
    assert world.muted


def test_the_report_says_until_when_it_is_paused(world):
    world.go(DAY, DAY)
    now = world.clock.now()
    pausing.begin("home", world.store, now, 3 * DAY)
    day = daily.compose(world.config.profiles[0], world.store, world.config, now.date(), now)
    assert day.paused == pausing.sentence("home", world.store, now, daily.local_zone(world.config))
    assert pausing.sentence("home", world.store, now, UTC) == "paused until Fri 06:00"
    assert pausing.sentence("home", world.store, now + 3 * DAY, UTC) == ""
