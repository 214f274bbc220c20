"""A profile in the daemon rests after faults, takes up new settings between rounds, and reports once a day."""

import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.clock import SimulatedClock, SystemClock
from bot.config import Profile, ReportSettings, SweepSettings, default_config
from bot.errors import UserError
from bot.model import Account, Entry, Event, Step, SweepRecord
from bot.platforms.base import LoginNeeded, NotNow, Unreachable
from bot.platforms.memory import Memory, Network
from bot.service.daemon import LOOK_ROUND, REST, TICK, Daemon
from bot.service.runner import Runner
from bot.service.sweep import Outcome
from bot.service.turns import LONGEST_PAUSE
from bot.store import StoreGone, open_store

ROBIN = "robin@quiet.example"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
EVERY = timedelta(minutes=10)
HOME = Profile("home", "memory")
SWEPT = SweepRecord("home", START, ended=START, new_posts=12, own_feeds=3, judged=2, requests=9)
CONFIG = replace(
    default_config(),
    profiles=(HOME,),
    sweep=SweepSettings(every=EVERY, jitter=timedelta()),
    report=ReportSettings(at="08:00", timezone="UTC"),
)


class World:
    """A runner on a network in memory; `connects` counts the logins made."""

    def __init__(self, folder):
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        self.network.join(ROBIN)
        self.connects = []
        self.closed = []
        self.store = open_store(str(folder / "q.sqlite"))
        self.folder = folder
        self.runner = self.new_runner()

    def new_runner(self, profile=HOME, config=CONFIG):
        return Runner(profile, config, self.connect, self.store, self.clock, self.folder / "reports")

    def connect(self, profile, clock):
        self.connects.append(profile)
        return Closing(self.network, ROBIN, self.closed)

    def sweeps(self):
        return len(self.store.sweeps("home"))

    def after(self, **passed):
        self.clock.wait(timedelta(**passed).total_seconds())
        return self


class Closing(Memory):
    """A login that tells when it was closed."""

    def __init__(self, network, handle, closed):
        super().__init__(network, handle)
        self.closed = closed

    def close(self):
        self.closed.append(self)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def test_no_login_is_made_before_it_is_needed(world):
    assert world.connects == []
    world.runner.sweep()
    world.after(minutes=10).runner.sweep()
    assert world.connects == [HOME]
    assert world.sweeps() == 2


@pytest.mark.slow
def test_a_profile_that_fails_rests_longer_each_time_and_is_well_after_one_good_round(world, caplog):
    caplog.set_level(logging.WARNING, "quietfeed")
    world.network.trouble = _down
    tried = []
    for _ in range(120):  # twenty hours of turns
        before = world.sweeps()
        world.runner.sweep()
        if world.sweeps() > before:
            tried.append(world.clock.now())
        world.after(minutes=10)
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses[:5] == [EVERY, EVERY * 2, EVERY * 4, EVERY * 8, EVERY * 16]
    assert max(pauses) == LONGEST_PAUSE
    first, second = (record.__dict__["facts"] for record in caplog.records[:2])
    assert (first["fault"].partition(";")[0], first["times"]) == ("no connection", 1)
    assert "since" not in first
    assert (second["since"], second["times"]) == ("2026-03-02T06:00Z", 2)
    world.network.trouble = None
    world.after(hours=7).runner.sweep()
    assert world.runner.resting.failures == 0
    world.after(minutes=10).runner.sweep()
    assert world.store.sweeps("home")[-1].error == ""


def _down(request):
    raise Unreachable("no connection")


def test_a_login_that_is_missing_rests_too_and_names_its_remedy(world, caplog):
    caplog.set_level(logging.WARNING, "quietfeed")

    def refused(profile, clock):
        raise LoginNeeded("profile “home” is not logged in")

    world.runner.connect = refused
    world.runner.sweep()
    assert world.runner.pausing()
    assert "quietfeed login home" in str(caplog.records[-1].__dict__["facts"])


def test_a_fault_of_our_own_costs_one_round_and_is_told_with_its_place(world, caplog):
    caplog.set_level(logging.ERROR, "quietfeed")
    world.network.faults = [ZeroDivisionError("division by zero")]
    world.runner.sweep()
    assert caplog.records[-1].getMessage() == "sweep broke"
    assert caplog.records[-1].exc_info is not None
    world.after(minutes=10).runner.sweep()
    assert world.store.sweeps("home")[-1].error == ""


@pytest.mark.slow
def test_the_report_follows_the_first_sweep_after_its_time_and_comes_once_a_day(world):
    for _ in range(3 * 24):
        world.runner.sweep()
        world.runner.look_up()
        world.after(hours=1)
    assert [message.at.isoformat(" ", "minutes") for message in world.network.messages] == [
        "2026-03-02 08:00+00:00",
        "2026-03-03 08:00+00:00",
        "2026-03-04 08:00+00:00",
    ]


def test_before_anything_was_swept_well_there_is_no_report(world):
    world.after(hours=3)
    world.runner.look_up()
    world.network.faults = [Unreachable("no connection")]
    world.runner.sweep()
    world.after(hours=1).runner.look_up()
    assert world.network.messages == []
    world.runner.sweep()
    assert len(world.network.messages) == 1


def test_a_report_that_could_not_be_sent_is_tried_again_the_same_day_and_sent_once(world):
    world.after(hours=3)
    world.network.trouble = _refuse_publishing
    world.runner.sweep()
    assert world.store.reports("home")[-1][1] == "planned"
    world.network.trouble = None
    for _ in range(5):
        world.after(minutes=10).runner.sweep()
        world.runner.look_up()
    assert len(world.network.messages) == 1
    assert world.store.reports("home")[-1][1] == "sent"


def _refuse_publishing(request):
    if request.what == "publish":
        raise Unreachable("no connection")


@pytest.mark.slow
@pytest.mark.parametrize("fault", [NotNow("said 404"), LoginNeeded("log in again"), ZeroDivisionError("a mistake")])
def test_a_report_that_cannot_be_sent_waits_by_itself_and_the_sweeps_go_on(world, fault):
    def refuse(request):
        if request.what == "publish":
            raise fault

    world.after(hours=3)
    world.network.trouble = refuse
    for _ in range(12):
        world.runner.sweep()
        world.runner.look_up()
        world.after(minutes=10)
    assert len(world.store.sweeps("home")) == 12
    tried = [request for request in world.network.requests if request.what == "publish"]
    assert 3 <= len(tried) <= 6
    world.network.trouble = None
    world.after(hours=2).runner.look_up()
    world.after(hours=1).runner.look_up()
    assert len(world.network.messages) == 1


@pytest.mark.parametrize(
    ("profile", "reports"),
    [
        (HOME, []),
        (replace(HOME, report_via="file"), ["kept"]),
        (replace(HOME, bot_handle="bot@quiet.example"), ["sent"]),
    ],
    ids=["by the login itself", "as a file", "by another login"],
)
def test_while_the_login_is_lost_a_report_goes_out_where_it_has_another_way(world, profile, reports):
    world.runner = world.new_runner(profile)
    world.runner.sweep()
    world.runner.login_lost = True
    world.after(hours=3).runner.look_up()
    assert [state for _, state in world.store.reports("home")] == reports


def test_after_days_of_downtime_one_report_is_made_and_an_old_unsent_one_stays_unsent(world):
    world.after(hours=3)
    world.network.trouble = _refuse_publishing
    world.runner.sweep()
    world.network.trouble = None
    world.runner = world.after(days=4).new_runner()
    for _ in range(5):
        world.runner.sweep()
        world.runner.look_up()
        world.after(minutes=1)
    assert [message.key for message in world.network.messages] == ["quietfeed-home-2026-03-06-090000"]


def test_the_report_waits_while_a_sweep_runs(world):
    world.runner.sweep()
    world.after(hours=3)
    with world.runner.busy:
        world.runner.look_up()
    assert world.network.messages == []
    world.runner.look_up()
    assert len(world.network.messages) == 1


def test_new_settings_are_taken_up_between_rounds_and_a_changed_profile_logs_in_anew(world):
    world.runner.sweep()
    slower = replace(CONFIG, sweep=SweepSettings(every=timedelta(hours=1)))
    world.runner.adopt(HOME, slower)
    assert world.runner.config is CONFIG
    world.runner.sweep()
    assert world.runner.config is slower
    assert len(world.connects) == 1
    moved = replace(HOME, server="https://other.example")
    world.runner.adopt(moved, slower)
    world.runner.sweep()
    assert world.connects == [HOME, moved]
    assert len(world.closed) == 1


def test_new_settings_end_a_rest_at_once(world):
    world.network.faults = [Unreachable("no connection")]
    world.runner.sweep()
    assert world.runner.pausing()
    world.runner.adopt(HOME, CONFIG)
    world.runner.sweep()
    assert world.store.sweeps("home")[-1].error == ""


def test_a_profile_that_left_the_config_ends_after_its_round_and_its_login_is_closed(world):
    world.runner.sweep()
    with world.runner.busy:
        assert world.runner.leave() is False
        assert world.closed == []
    assert world.runner.leave() is True
    assert len(world.closed) == 1
    world.runner.sweep()
    assert world.sweeps() == 1


def test_a_sweep_that_takes_longer_than_an_interval_is_followed_by_a_rest_of_half_of_one_at_least(world):
    def slow(request):
        if request.what == "timeline":
            world.clock.wait(35 * 60)

    world.network.trouble = slow
    world.runner.sweep()
    assert not world.runner.turn.has_come()
    assert world.runner.turn.at() == START + 4 * EVERY == world.clock.now() + EVERY / 2
    assert world.store.noted("next:home") == world.runner.turn.at().isoformat()


def test_nothing_begins_once_the_process_is_ending(world):
    clock = SystemClock()
    clock.stop.set()
    world.runner.clock = clock
    world.runner.sweep()
    world.runner.look_up()
    assert world.connects == []


# -- what the log says


def swept(world, monkeypatch, caplog, record=SWEPT, entries=()):
    """The events of a round whose sweep came to this, and wrote these."""

    def sweep(*_):
        world.store.record(entries)
        return Outcome(record, (), frozenset())

    caplog.set_level(logging.INFO, "quietfeed")
    monkeypatch.setattr("bot.service.runner.sweep", sweep)
    world.runner.sweep()
    facts = [(one.getMessage(), dict(one.__dict__["facts"])) for one in caplog.records]
    assert all(told.pop("next") for name, told in facts if name == "swept"), "for who sits at a terminal"
    return facts


def test_of_a_sweep_only_what_is_worth_a_word_is_told(world, monkeypatch, caplog):
    counts = {"new": 12, "own_feeds": 3, "judged": 2, "requests": 9}
    assert swept(world, monkeypatch, caplog) == [("swept", {"profile": "home", **counts})]
    caplog.clear()
    slow = replace(SWEPT, waited=1.0, unreadable=1, gaps=("200 posts are lost",))
    assert swept(world, monkeypatch, caplog, slow)[0][1] == {
        "profile": "home", **counts, "waited": "1s", "unreadable": 1, "gaps": 1,
    }  # fmt: skip
    caplog.clear()
    assert "waited" not in swept(world, monkeypatch, caplog, replace(SWEPT, waited=0.9))[0][1]


DONE = Entry(
    START, "home", Account("1", "drop@market.test"), Event.DONE, "dropper", Step.MUTE,
    action_id="a", until=START + timedelta(days=3), dry=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (DONE, {"until": "2026-03-05"}),
        (replace(DONE, until=None), {}),
        (replace(DONE, event=Event.EXPIRED, reason="its time is up"), {"why": "its time is up"}),
        (replace(DONE, event=Event.LIFTING, reason="expired: its time is up", limit="no"), {"why": "no"}),
        (replace(DONE, event=Event.LIFTING, reason="expired: its time is up"), None),
        (replace(DONE, event=Event.PLANNED), None),
        (replace(DONE, dry=True), None),
    ],
)
def test_what_was_done_is_told_once_it_is_and_what_a_dry_run_would_do_is_not(world, monkeypatch, caplog, entry, told):
    events = swept(world, monkeypatch, caplog, entries=[entry])
    name = "action not taken back yet" if entry.event is Event.LIFTING else f"action {entry.event}"
    facts = {"profile": "home", "step": "mute", "account": "drop@market.test", "rule": "dropper"}
    assert [one for one in events if one[0] != "swept"] == ([] if told is None else [(name, {**facts, **told})])


# -- the daemon around them


class House:
    """A daemon on a network in memory, with the machine's clock; ended by `end`."""

    def __init__(self, folder):
        self.network = Network(SystemClock())
        self.network.join(ROBIN)
        self.config = replace(CONFIG, sweep=SweepSettings(every=timedelta(seconds=0.3), jitter=timedelta()))
        self.store = open_store(str(folder / "q.sqlite"))
        self.hanging: set[str] = set()
        self.released = threading.Event()
        self.daemon = Daemon(self.load, self.connect, self.store, folder / "reports")
        self.loop = threading.Thread(target=self.daemon.attend)

    def load(self):
        if isinstance(self.config, UserError):
            raise self.config
        return self.config

    def connect(self, profile, clock):
        if profile.name in self.hanging:
            self.released.wait(20)
        if profile.name == "broken":
            raise Unreachable("no connection")
        return Memory(self.network, ROBIN)

    def start(self, *names):
        self.config = replace(self.config, profiles=tuple(Profile(name, "memory") for name in names))
        self.daemon.take_up(self.config)
        self.loop.start()

    def swept(self, name, count=1, seconds=10):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if sum(not s.error and s.ended is not None for s in self.store.sweeps(name)) >= count:
                return True
            time.sleep(0.02)
        return False


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.daemon.ending.stop.set()
    made.released.set()
    if made.loop.is_alive():
        made.loop.join()
    made.daemon.pool.shutdown()
    made.store.close()


@pytest.mark.slow
def test_a_profile_that_hangs_or_fails_does_not_stop_the_others(house):
    stuck = [f"stuck{number}" for number in range(6)]
    house.hanging = set(stuck)
    house.start(*stuck, "broken", "well")
    assert house.swept("well", 3)
    assert not any(house.store.sweeps(name) for name in stuck)


@pytest.mark.slow
def test_a_schedule_that_the_clock_put_off_is_woken(house):
    """Set back by a day, the clock leaves the scheduler waiting for a day: its next look seems so far away."""
    house.start("home")
    assert house.swept("home")
    house.daemon.scheduler.modify_job(LOOK_ROUND, next_run_time=datetime.now(UTC) + timedelta(days=1))
    assert house.swept("home", len(house.store.sweeps("home")) + 2)


@pytest.mark.parametrize(("waited", "rest"), [(0, REST), (54, REST), (57, 3), (59.8, TICK), (61, TICK)])
def test_it_looks_again_when_the_next_turn_comes_and_rests_until_then(house, waited, rest):
    clock = house.daemon.clock = SimulatedClock(START)
    house.config = replace(house.config, sweep=SweepSettings(every=EVERY, jitter=timedelta()))
    house.daemon.take_up(house.config)
    for runner in house.daemon.runners:
        for turn in (runner.turn, runner.looking):
            turn.move_on()
    clock.wait(waited)
    assert house.daemon.rest() == pytest.approx(rest)


def test_a_look_that_breaks_is_told_and_the_next_one_comes(house, caplog):
    real, broken = house.daemon.look_round, []

    def look():
        if not broken:
            broken.append(1)
            raise ValueError("a fault of our own")
        real()

    house.daemon.look_round = look
    house.start("home")
    assert house.swept("home")
    assert broken
    assert "look round broke" in caplog.text


def test_work_that_no_runner_could_deal_with_is_told_and_work_that_went_well_is_not(house, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    well, broken, given_up = Future(), Future(), Future()
    well.set_result(None)
    broken.set_exception(ZeroDivisionError("a mistake"))
    assert given_up.cancel()
    for work in (well, broken, given_up):
        house.daemon.ended(work)
    assert caplog.messages == ["job broke"]
    assert house.daemon.lost is None
    gone = Future()
    gone.set_exception(StoreGone("the store is gone"))
    house.daemon.ended(gone)
    assert (caplog.messages, str(house.daemon.lost)) == (["job broke"], "the store is gone")


def test_systemd_hears_of_a_reload_and_that_it_is_over_whether_or_not_the_config_can_be_read(house, monkeypatch):
    said = []
    monkeypatch.setattr("bot.service.systemd.notify", said.append)
    house.config = replace(house.config, profiles=())
    for config in (replace(house.config, profiles=(HOME,)), UserError("config.yaml:3:1: unknown key")):
        house.config = config
        house.daemon.reload()
    assert [one.partition("\n")[0] for one in said] == ["RELOADING=1", "READY=1"] * 2


@pytest.mark.slow
def test_a_faulty_config_leaves_the_last_good_one_at_work(house, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    house.start("home")
    assert house.swept("home")
    good = house.config
    for faulty in (UserError("config.yaml:3:1: unknown key"), replace(good, profiles=())):
        house.config = faulty
        house.daemon.reload()
        assert "config kept" in caplog.messages[-1] or "config kept" in caplog.messages
    before = len(house.store.sweeps("home"))
    assert house.swept("home", before + 2)


@pytest.mark.slow
def test_a_reload_adds_and_removes_profiles_without_touching_the_others(house):
    house.start("home", "away")
    assert house.swept("home")
    assert house.swept("away")
    home = next(runner for runner in house.daemon.runners if runner.profile.name == "home")
    house.config = replace(house.config, profiles=(HOME, Profile("new", "memory")))
    house.daemon.reload()
    assert home in house.daemon.runners
    assert house.swept("new")
    count = len(house.store.sweeps("away"))
    assert house.swept("home", len(house.store.sweeps("home")) + 2)
    assert len(house.store.sweeps("away")) == count


def test_a_restart_goes_on_where_the_last_sweep_left_off(house):
    config = replace(house.config, sweep=SweepSettings(every=timedelta(hours=1)))
    assert house.daemon.first_wait(HOME, config) == timedelta()
    house.start("home")
    assert house.swept("home")
    assert timedelta(minutes=59) < house.daemon.first_wait(HOME, config) < timedelta(minutes=61)


def test_a_config_without_profiles_is_refused_at_the_start(house):
    house.config = replace(house.config, profiles=())
    with pytest.raises(UserError, match="quietfeed init"):
        house.daemon.run()


@pytest.mark.slow
@pytest.mark.parametrize("ahead", [1, 2, 3, 60])
def test_after_a_report_dated_by_a_wrong_clock_one_comes_every_local_day_all_the_same(world, ahead):
    world.after(hours=3).runner.sweep()
    right = world.clock.now()
    world.clock.time = right + timedelta(days=ahead)
    world.runner.sweep()
    world.clock.time = right + timedelta(hours=1)
    sent = []
    for _ in range(24 * 6):
        before = len(world.network.messages)
        world.after(hours=1).runner.sweep()
        sent += [world.clock.now().date()] * (len(world.network.messages) - before)
    days = [right.date() + timedelta(days=number) for number in range(1, 7)]
    assert sent == days
    assert [day for day, _ in world.store.reports("home")] == [right.date(), *days]
