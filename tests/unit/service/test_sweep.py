"""One round after another on the network in memory: what is polled, asked, decided and remembered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SimulatedClock
from bot.config import Profile, default_config
from bot.demo.people import EXPECTED, KEPT, OWNER, Expected
from bot.demo.world import DAYS, build
from bot.model import Event
from bot.platforms.base import Unreachable
from bot.platforms.dry import Dry
from bot.platforms.memory import Memory, Network
from bot.service.sweep import sweep
from bot.store import open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
SHIPPED = default_config()
CONFIG = replace(SHIPPED, profiles=(Profile("home", "memory"),), trust=replace(SHIPPED.trust, keep=(KEPT,)))


class Round:
    """A store, a network and a clock, and sweeps over them."""

    def __init__(self, folder, network, clock):
        self.store = open_store(str(folder / "store.sqlite"))
        self.network, self.clock = network, clock
        self.platform = Dry(Memory(network, OWNER))

    def sweep(self, config=CONFIG):
        return sweep("home", self.platform, self.store, config, self.clock)

    def close(self):
        self.store.close()


@pytest.fixture
def lived(tmp_path):
    """The demo's world after its two weeks, not swept yet."""
    clock = SimulatedClock(START)
    network = build(START, clock=clock)
    clock.wait(timedelta(days=DAYS).total_seconds())
    world = Round(tmp_path, network, clock)
    yield world
    world.close()


@pytest.fixture
def small(tmp_path):
    """Robin follows a broadcaster who posts a link an hour, and nobody else."""
    clock = SimulatedClock(START)
    network = Network(clock)
    network.join(OWNER)
    network.join("drop@market.test")
    network.follow(OWNER, "drop@market.test")
    world = Round(tmp_path, network, clock)
    yield world
    world.close()


def test_the_first_sweep_finds_the_noise_and_spares_everybody_else(lived):
    entries = {entry.account.handle: entry for entry in lived.sweep().judged}
    quieted = {handle for handle, entry in entries.items() if entry.rule and not entry.protection}
    for handle, expected in EXPECTED.items():
        if expected is Expected.QUIET:
            assert handle in quieted, handle
        elif expected is not Expected.REPOSTS:
            assert handle not in quieted, handle


def test_the_protected_are_left_alone_and_it_is_told_why(lived):
    holds = {entry.account.handle: entry.protection for entry in lived.sweep().judged if entry.protection}
    assert holds == {
        "jo@social.test": "mutual",
        "longreads@library.test": "favourited",
        KEPT: "kept",
        "townhall@news.test": "on a list",
    }


def test_each_decision_shows_its_bounds_and_evidence(lived):
    fired = [entry for entry in lived.sweep().judged if entry.rule]
    assert len(fired) >= sum(expected is Expected.QUIET for expected in EXPECTED.values()) > 0
    for entry in fired:
        assert entry.comparisons
        assert all(comparison.holds for comparison in entry.comparisons)
        assert entry.evidence


def test_polling_a_quiet_timeline_costs_one_request(lived):
    lived.sweep()
    before = len(lived.network.requests)
    record = lived.sweep().record
    assert len(lived.network.requests) - before == 1
    assert (record.requests, record.new_posts) == (1, 0)


def test_a_dry_run_writes_nothing_however_long_it_lasts(lived):
    for _ in range(8):
        lived.sweep()
        lived.clock.wait(7 * 3600)
    assert not [request for request in lived.network.requests if request.write]


def test_a_fault_in_the_midst_of_a_sweep_is_recorded_and_the_next_sweep_goes_on(lived):
    lived.network.faults = [None, None, Unreachable("the server is gone")]
    with pytest.raises(Unreachable):
        lived.sweep()
    (failed,) = lived.store.sweeps("home")
    assert failed.error == "the server is gone"
    assert failed.ended is not None
    assert lived.sweep().judged


def test_an_account_that_cannot_be_read_costs_only_itself(lived):
    lived.network.suspend("leads@market.test")
    judged = {entry.account.handle for entry in lived.sweep().judged if entry.rule}
    assert "leads@market.test" not in judged
    assert "boost@brand.test" in judged


def drop(world, hours):
    for _ in range(hours):
        world.network.post("drop@market.test", replace(link(), text=f"Offer {world.clock.now():%d %H}"))
        world.clock.wait(3600)


def link():
    from bot.model import EPOCH, Post

    return Post("", "", EPOCH, links=("https://shop.example/offer",))


def test_nobody_is_judged_before_there_is_enough_to_judge_by(small):
    drop(small, 24)
    (entry,) = small.sweep().judged
    assert entry.rule is None
    assert "days seen" in entry.reason


def test_an_own_feed_is_not_read_again_until_it_is_old_and_there_are_new_posts(small):
    drop(small, 8 * 24)
    assert small.sweep().record.own_feeds == 1
    drop(small, 2)
    assert small.sweep().record.own_feeds == 0
    drop(small, 24 * 3)
    assert small.sweep().record.own_feeds == 1


def test_an_own_feed_that_a_wrong_clock_dated_ahead_is_read_again_once(small):
    drop(small, 8 * 24)
    small.clock.time += 40 * timedelta(days=1)
    small.sweep()
    small.clock.time -= 40 * timedelta(days=1)
    drop(small, 1)
    assert [small.sweep().record.own_feeds for _ in range(2)] == [1, 0]


def test_a_decision_that_stands_is_written_once_a_day_not_once_a_sweep(small):
    drop(small, 8 * 24)
    for _ in range(12):
        small.sweep()
        drop(small, 4)
    judged = small.store.entries("home", events={Event.JUDGED})
    assert 2 <= len(judged) <= 4


def test_changed_rules_judge_everybody_again_at_the_next_sweep(small):
    drop(small, 8 * 24)
    assert small.sweep().judged[0].rule
    lenient = replace(CONFIG, rules=(), fingerprint="another")
    assert small.sweep(lenient).judged[0].rule is None


def test_the_owner_is_never_judged_though_the_same_posts_would_be_anybody_elses_noise(small):
    for _ in range(50):
        for handle in (OWNER, "drop@market.test"):
            small.network.post(handle, link())
        small.clock.wait(4 * 3600)
    outcome = small.sweep()
    assert outcome.record.suspects == 2
    assert [entry.account.handle for entry in outcome.judged if entry.rule] == ["drop@market.test"]
    assert len(outcome.judged) == 1


def test_a_gap_that_the_server_cannot_close_is_recorded(lived):
    lived.sweep()
    lived.network.holds = 5
    lived.clock.wait(60)
    for number in range(30):
        lived.network.post("ines@town.test", f"one more {number}")
    record = lived.sweep().record
    assert record.gaps


class Killed(BaseException):
    """The process is gone: nothing that was to be done on the way out is done."""


def test_what_a_killed_sweep_had_stored_is_counted_once_by_its_own_record(small, monkeypatch):
    for number in range(100):
        small.network.post("drop@market.test", f"Offer {number}")
        small.clock.wait(60)
    pages = 0

    def kill(request):
        nonlocal pages
        pages += request.what == "timeline"
        if pages == 3:
            raise Killed

    small.network.trouble = kill
    with monkeypatch.context() as dying:
        dying.setattr(small.store, "end_sweep", lambda *_: None)
        with pytest.raises(Killed):
            small.sweep()
    small.network.trouble = None
    small.sweep()
    killed, whole = small.store.sweeps("home")
    assert (killed.ended, killed.new_posts) == (None, 80)
    assert whole.new_posts == 20
