"""Many owners in one daemon: each is swept in their own time, and what goes wrong for one costs that one alone."""

import logging
import threading
import time
from collections import defaultdict
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event

from bot.clock import SystemClock
from bot.config import Profile, SweepSettings
from bot.platforms.base import LoginNeeded, RateLimited, Unreachable
from bot.platforms.memory import Memory, Network
from bot.service import state
from bot.service.daemon import PLACES, TICK, Daemon
from bot.service.runner import LOOK, Runner
from bot.service.turns import GAP
from bot.store import StoreError, open_store
from tests.unit.service.world import CONFIG, DAY, HOME, ROBIN, START, Town

pytestmark = pytest.mark.slow

EVERY = timedelta(minutes=10)
NAMES = tuple(f"owner{number}" for number in range(4))
MANY = replace(
    CONFIG,
    profiles=tuple(Profile(name, "memory") for name in NAMES),
    sweep=SweepSettings(every=EVERY, jitter=timedelta()),
)


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, MANY)
    yield made
    made.store.close()


def began(town):
    return {name: [sweep.started for sweep in town.store.sweeps(name)] for name in NAMES}


def test_at_the_start_they_are_swept_one_after_the_other_the_first_at_once(town):
    town.run(GAP * (len(NAMES) + 1), tick=TICK)
    assert [times[0] for times in began(town).values()] == [START + place * GAP for place in range(len(NAMES))]


def test_after_a_night_asleep_each_is_swept_once_and_then_in_their_own_time_again(town):
    town.run(1.5 * EVERY, tick=TICK * 5)
    town.clock.wait(50.25 * EVERY.total_seconds())
    town.run(2.5 * EVERY, tick=TICK * 5)
    for place, times in enumerate(began(town).values()):
        assert len([one for one in times if one - START >= 3 * EVERY]) == 3
        assert {(one - START) % EVERY for one in times[:2] + times[-2:]} == {place * GAP}


def test_a_hundred_owners_are_never_looked_after_all_at_once(town):
    names = [f"one{number}" for number in range(100)]
    town.config = replace(MANY, profiles=tuple(Profile(name, "memory") for name in names))
    town.daemon = town.new_daemon()
    looks = sorted(runner.looking.came for runner in town.daemon.runners)
    sweeps = sorted(runner.turn.came for runner in town.daemon.runners)
    assert {round(later - earlier, 6) for earlier, later in pairwise(looks)} == {LOOK.total_seconds() / 100}
    assert {round(later - earlier, 6) for earlier, later in pairwise(sweeps)} == {GAP.total_seconds()}
    assert [runner.later for runner in town.daemon.runners] == [place * GAP for place in range(100)]


def test_their_reports_come_one_after_the_other_each_once_and_to_its_own_owner(town):
    robins = dict(zip(NAMES, ("ann@quiet.test", "bob@quiet.test", "cem@quiet.test", "dee@quiet.test"), strict=True))
    for handle in robins.values():
        town.network.join(handle)
    town.connect = lambda profile, clock: Memory(town.network, robins[profile.name])
    town.daemon = town.new_daemon()
    town.run(timedelta(hours=2, minutes=5), tick=TICK * 5)
    sent = [(message.handle, message.at) for message in town.network.messages]
    eight = START + timedelta(hours=2)
    assert sent == [(handle, eight + place * GAP) for place, handle in enumerate(robins.values())]


def test_a_restart_changes_nothing_about_who_is_swept_when(town):
    town.run(EVERY / 2, tick=TICK)
    town.daemon.end()
    town.daemon = town.new_daemon()
    town.run(EVERY, tick=TICK)
    assert all(later - earlier == EVERY for times in began(town).values() for earlier, later in pairwise(times))


def test_the_start_and_the_end_of_many_cost_one_transaction_each(town):
    """Each waits for the disk, and at the end hosts do not wait long."""
    writes = []

    @event.listens_for(town.store._engine, "commit")
    def _count(connection):
        if connection.get_execution_options().get("writes"):
            writes.append(connection)

    town.daemon.end()
    assert len(writes) == 1
    assert not any(town.store.noted(f"next:{name}") for name in NAMES)
    town.daemon = town.new_daemon()
    assert len(writes) == 2
    assert [state.next_sweep(name, town.store) for name in NAMES] == [START + place * GAP for place in range(4)]


def test_nothing_that_comes_next_is_noted_once_the_end_is_asked_for(tmp_path):
    inn = Inn(tmp_path, patient=True)
    inn.open(stalled=1)
    assert inn.stalled_at_last()
    inn.daemon.ending.stop.set()
    inn.loop.join(30)
    inn.daemon.end()
    inn.daemon.pool.shutdown()
    assert not inn.store.noted("next:stalled0")
    inn.store.close()


FULL = StoreError("the disk is full; nothing of the last step was saved. Free some space and start again")


@pytest.mark.parametrize(
    "fault",
    [
        ZeroDivisionError("a mistake of ours"),
        LoginNeeded("the login is not valid any more"),
        RateLimited("asks to slow down", START + 30 * DAY),
        Unreachable("no connection"),
        FULL,
        MemoryError(),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_whatever_fails_for_one_costs_that_one_alone(town, fault):
    def connect(profile, clock):
        if profile.name == NAMES[3]:
            raise fault
        return Memory(town.network, ROBIN)

    for runner in town.daemon.runners:
        runner.connect = connect
    town.run(5 * EVERY)
    assert {name: len(times) for name, times in began(town).items()} == dict.fromkeys(NAMES, 5) | {NAMES[3]: 0}
    assert town.daemon.lost is None


def test_no_transaction_is_open_while_a_server_is_asked(tmp_path):
    """One that writes would keep all others from writing for as long as the server takes."""
    town, open_now, asked = Town(tmp_path), [0], defaultdict(set)
    engine = town.store._engine
    event.listen(engine, "begin", lambda _: open_now.__setitem__(0, open_now[0] + 1))
    for end in ("commit", "rollback"):
        event.listen(engine, end, lambda _: open_now.__setitem__(0, open_now[0] - 1))
    town.network.trouble = lambda request: asked[open_now[0]].add(request.what)
    town.drop()
    town.run(1.5 * DAY, tick=3600 * TICK)
    assert set(asked) == {0}
    assert {"timeline", "posts_by", "mute", "publish"} <= asked[0]
    town.store.close()


# -- with threads


class Inn:
    """A daemon with the machine's clock. Whoever is on the server `stalled` waits in the middle of a sweep for as long
    as the test likes; what is not stopped by then ends with the daemon where it waits by its clock (`patient`)."""

    def __init__(self, folder, *, patient=False):
        self.network = Network(SystemClock())
        self.network.join(ROBIN)
        self.store = open_store(str(folder / "store.sqlite"))
        self.patient, self.released, self.stalled = patient, threading.Event(), []
        self.daemon = Daemon(lambda: self.config, self.connect, self.store, folder / "reports")
        self.loop = threading.Thread(target=self.daemon.attend)

    def connect(self, profile, clock):
        return Stalling(self, clock) if "stalled" in profile.server else Memory(self.network, ROBIN)

    def open(self, **servers):
        """So many profiles on each server, due all the time."""
        self.config = replace(
            CONFIG,
            sweep=SweepSettings(every=timedelta(seconds=0.3), jitter=timedelta()),
            profiles=tuple(
                Profile(f"{server}{number}", "memory", f"https://{server}.test")
                for server, many in servers.items()
                for number in range(many)
            ),
        )
        self.daemon.take_up(self.config)
        self.loop.start()

    def stalled_at_last(self):
        deadline = time.monotonic() + 30
        while not self.stalled and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.stalled

    def swept(self, name, times):
        deadline = time.monotonic() + 30
        while len([one for one in self.store.sweeps(name) if one.ended and not one.error]) < times:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


class Stalling(Memory):
    """A server that takes its time."""

    def __init__(self, inn, clock):
        super().__init__(inn.network, ROBIN)
        self.inn, self.clock = inn, clock

    def timeline(self, after):
        self.inn.stalled.append(threading.current_thread())
        if self.inn.patient:
            self.clock.wait(60, "the server's limit")
        self.inn.released.wait(60)
        return super().timeline(after)


@pytest.fixture(params=[False, True], ids=["in its socket", "for its limit"])
def inn(tmp_path, request):
    made = Inn(tmp_path, patient=request.param)
    yield made
    made.daemon.ending.stop.set()
    made.released.set()
    made.loop.join(30)
    made.daemon.pool.shutdown()
    made.store.close()


def test_a_stalled_server_holds_half_of_the_places_and_the_others_go_on(inn):
    inn.open(stalled=3 * PLACES, well=3)
    assert all(inn.swept(f"well{number}", 4) for number in range(3))
    assert len(inn.stalled) == PLACES // 2
    assert not any(sweep.ended for number in range(3 * PLACES) for sweep in inn.store.sweeps(f"stalled{number}"))


def test_two_stalled_servers_leave_places_too(inn):
    inn.open(stalled=PLACES, **{"other-stalled": PLACES}, well=2)
    assert all(inn.swept(f"well{number}", 3) for number in range(2))
    assert len(inn.stalled) == PLACES * 3 // 4


def test_all_who_wait_for_a_server_end_together_when_the_end_is_asked_for(tmp_path, caplog):
    caplog.set_level(logging.INFO, "quietfeed")
    inn = Inn(tmp_path, patient=True)
    inn.open(stalled=3 * PLACES, well=1)
    assert inn.swept("well0", 3)
    inn.daemon.ending.stop.set()
    inn.loop.join(30)
    inn.daemon.end()
    told = [record.__dict__["facts"] for record in caplog.records if record.getMessage() == "stopped"]
    assert [facts["clean"] for facts in told] == [True]
    assert len([record for record in caplog.records if record.getMessage() == "sweep stopped"]) == PLACES // 2
    inn.store.close()


def test_no_profile_is_at_work_twice_however_many_turns_pass_meanwhile(tmp_path):
    inn, at_work, most = Inn(tmp_path), defaultdict(int), []
    real = Runner.sweep

    def counted(runner):
        at_work[runner.profile.name] += 1
        most.append(at_work[runner.profile.name])
        real(runner)
        at_work[runner.profile.name] -= 1

    inn.open(well=3)
    for runner in inn.daemon.runners:
        runner.sweep = lambda runner=runner: counted(runner)
    assert all(inn.swept(f"well{number}", 4) for number in range(3))
    inn.daemon.ending.stop.set()
    inn.loop.join(30)
    inn.daemon.pool.shutdown()
    inn.store.close()
    assert set(most) == {1}


def test_a_profile_that_left_the_config_and_came_back_waits_until_its_old_round_is_over(town):
    old, work = town.runner, Future()
    town.daemon.working[old] = work
    with old.busy:
        town.config = replace(MANY, profiles=MANY.profiles[1:])
        town.daemon.reload()
        town.config = MANY
        town.daemon.reload()
        assert town.runner is not old
        town.run(2 * EVERY)
        assert not town.store.sweeps(NAMES[0])
    work.set_result(None)
    town.run(EVERY)
    assert len(town.store.sweeps(NAMES[0])) == 1


@pytest.mark.parametrize(
    ("server", "host"),
    [
        ("https://Social.example", "social.example"),
        ("https://social.example/", "social.example"),
        ("social.example", "social.example"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("", ""),
    ],
)
def test_a_server_is_one_however_its_address_is_spelled(server, host):
    assert replace(HOME, server=server).host == host
