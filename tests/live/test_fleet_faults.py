"""What befalls a fleet from without: its database started anew, a profile paused in mid-sweep, its key replaced."""

import os
import signal

import pytest

from tests.live.daemon import PATIENCE
from tests.live.fleets import NAMES, Fleet, assert_nothing_missed_and_nothing_twice
from tests.live.journey import until
from tests.servers.mastodon_stub import Stub
from tests.servers.postgres import FAST, IMMEDIATE, Server

pytestmark = pytest.mark.live


def post(stub: Stub) -> None:
    """Let somebody whom the owner follows write something new."""
    who = next(i for i, account in stub.network.accounts.items() if account["acct"] == "photographer")
    stub.network.post(who, "<p>Taken meanwhile</p>")


@pytest.mark.parametrize("how", [FAST, IMMEDIATE])
def test_a_database_that_is_started_anew_in_mid_sweep_costs_time_and_nothing_else(
    fleet: Fleet, postgres: Server, how: signal.Signals
) -> None:
    names = NAMES[:4]
    fleet.stubs = {name: fleet.stubs[name] for name in names}
    fleet.add(names)
    for stub in fleet.stubs.values():
        stub.fault("slow", "/mute$", times=1, number=4)
    worker = fleet.start()
    until(lambda: any("/mute" in asked.path for stub in fleet.stubs.values() for asked in stub.writes), fleet.log)
    postgres.stop(how)
    worker.said("database")
    for stub in fleet.stubs.values():
        post(stub)
    postgres.start()
    until(lambda: all(fleet.swept()[name] > 1 for name in names), fleet.log, 2 * PATIENCE)
    worker.ends(within=15)
    assert "Traceback" not in fleet.log()
    assert_nothing_missed_and_nothing_twice(fleet)


def test_a_worker_ends_in_time_though_its_sessions_at_the_database_hang(fleet: Fleet, postgres: Server) -> None:
    fleet.add(["owner0"])
    stub = fleet.stubs["owner0"]
    stub.fault("slow", "/timelines/home", times=1, number=4)
    worker = fleet.start()
    until(lambda: any("/timelines/home" in asked.path for asked in stub.reads), fleet.log)
    name = fleet.url.rpartition("/")[2]
    asked = f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    silent = [pid for (pid,) in postgres.do(asked, name)]
    for pid in silent:
        os.kill(pid, signal.SIGSTOP)
    try:
        worker.ends(within=15)
    finally:
        for pid in silent:
            os.kill(pid, signal.SIGCONT)
    fleet.start().said("swept profile=owner0")


def test_a_profile_that_is_paused_in_mid_sweep_ends_it_and_begins_no_other_until_it_goes_on(fleet: Fleet) -> None:
    fleet.add(["owner0"])
    stub = fleet.stubs["owner0"]
    stub.fault("slow", "/timelines/home", times=4, number=4)
    worker = fleet.start()
    until(lambda: any("/timelines/home" in asked.path for asked in stub.reads), fleet.log)
    fleet.run("fleet", "pause", "owner0")
    assert "is being swept just now" in " ".join(fleet.run("fleet", "remove", "owner0", "--yes", code=2).stderr.split())
    worker.said("report profile=owner0 .*state=sent")
    until(lambda: not fleet.state()["owner0"]["at_work"], fleet.log)
    state = fleet.state()["owner0"]
    assert (bool(state["paused_since"]), state["next_sweep"]) == (True, None)
    assert fleet.swept()["owner0"] == 1
    fleet.run("fleet", "resume", "owner0")
    worker.said("swept profile=owner0", count=2)
    worker.ends(within=15)


def test_a_key_is_replaced_under_workers_that_go_on(fleet: Fleet) -> None:
    fleet.add(["owner0"])
    old, new = fleet.env["QUIETFEED_FLEET_KEY"], fleet.run("fleet", "new-key").stdout.strip()
    fleet.env["QUIETFEED_FLEET_KEY"] = f"{new},{old}"
    worker = fleet.start()
    worker.said("swept profile=owner0")
    assert "1 login encrypted anew" in fleet.run("fleet", "rotate-key").stdout
    fleet.env["QUIETFEED_FLEET_KEY"] = new
    later = fleet.start()
    before = fleet.swept()["owner0"]
    until(lambda: fleet.swept()["owner0"] > before, fleet.log)  # by either
    worker.ends(within=15)
    before = fleet.swept()["owner0"]
    until(lambda: fleet.swept()["owner0"] > before, fleet.log)
    later.ends(within=15)
    assert "broke" not in fleet.log()
