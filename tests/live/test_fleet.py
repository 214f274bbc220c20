"""A fleet as whoever runs it sees it: owners on servers of the Mastodon API, one PostgreSQL, and workers as processes,
some of which are killed while they are at it."""

import re
import signal
from datetime import timedelta

import pytest

from bot.clock import SystemClock
from bot.config import Profile
from bot.fleet.sharing import Sharing
from bot.fleet.tables import Tables
from bot.platforms.budget import Budget
from bot.store import open_store
from bot.store.everything import RECORDS
from tests.live.daemon import PATIENCE
from tests.live.fleets import NAMES, Fleet, assert_nothing_missed_and_nothing_twice
from tests.live.journey import until
from tests.servers.postgres import Server

pytestmark = pytest.mark.live


def test_two_of_four_workers_are_killed_in_mid_sweep_and_nothing_is_missed_or_done_twice(fleet: Fleet) -> None:
    fleet.add(NAMES)
    for stub in fleet.stubs.values():  # so that whoever sweeps is at it for a while
        stub.fault("slow", "/mute$", times=1, number=4)
        stub.fault("slow", "/timelines/home", times=1, number=2)
    doomed = [fleet.start(), fleet.start()]
    until(lambda: any("/mute" in asked.path for stub in fleet.stubs.values() for asked in stub.writes), fleet.log)
    until(lambda: fleet.at_work() == len(doomed), fleet.log)
    for worker in doomed:
        worker.process.send_signal(signal.SIGKILL)
    for worker in doomed:
        worker.process.wait(10)
    survivors = [fleet.start(), fleet.start()]
    for stub in fleet.stubs.values():
        dropper = next(i for i, account in stub.network.accounts.items() if account["acct"] == "photographer")
        stub.network.post(dropper, "<p>Taken while they died</p>")
    until(lambda: all(fleet.swept(by=survivors.__contains__)[name] > 1 for name in NAMES), fleet.log, 2 * PATIENCE)
    for worker in survivors:
        worker.ends(within=15)
    assert "its worker died" in fleet.log()
    assert_nothing_missed_and_nothing_twice(fleet)


def test_a_sweep_that_is_not_done_when_its_worker_is_told_to_end_is_handed_back_and_done_by_the_next(
    fleet: Fleet, postgres: Server
) -> None:
    fleet.add(["owner0"])
    stub = fleet.stubs["owner0"]
    stub.fault("slow", "/timelines/home", number=20)
    worker = fleet.start()
    until(lambda: any("/timelines/home" in asked.path for asked in stub.reads), fleet.log)
    worker.ends(within=15)
    worker.said("handed back profile=owner0|taken up again profile=owner0")
    (job,) = postgres.do("SELECT status, scheduled_at <= now() FROM procrastinate_jobs", fleet.url.rpartition("/")[2])
    assert job == ("todo", True)
    fleet.start().said("report profile=owner0 .*state=sent")
    assert fleet.swept()["owner0"] == 1


def test_workers_on_one_machine_ask_a_server_together_and_those_on_others_apart(postgres: Server) -> None:
    tables, clock = Tables(postgres.address(postgres.fresh())), SystemClock()
    tables.open()
    ada, ben = (Profile(name, "mastodon", "https://social.test") for name in ("ada", "ben"))
    one, other, away = (Sharing(tables, clock, machine) for machine in ("here", "here", "there"))
    window = {"machine": (100, timedelta(minutes=5))}
    for _ in range(15):
        Budget(clock, window, shared={"machine": one.of(ada)}).run(lambda: None, "machine")
    for sharing in (one, other, away, one):
        sharing.exchange()
    others = [sharing.of(ben) for sharing in (other, away)]
    assert [asked.full_for(300, 14, clock.steady()) > 250 for asked in others] == [True, False]
    assert one.of(ada).full_for(300, 15, clock.steady()) == 0  # its own word comes back to nobody
    with tables.changing() as database:
        database.execute("UPDATE fleet_asked SET at = at - interval '11 minutes'")
    other.exchange()
    assert others[0].full_for(300, 0, clock.steady()) == 0
    with tables.changing() as database:
        assert database.execute("SELECT FROM fleet_asked").fetchall() == []
    tables.close()


def test_profiles_come_go_and_rest_as_whoever_runs_them_says(fleet: Fleet) -> None:
    stubs = [fleet.stubs[name] for name in ("owner0", "owner1")]
    assert "owner0: added, its login encrypted" in fleet.add(["owner0", "owner1"])
    mine = fleet.folder / "owner0.yaml"
    assert fleet.run("fleet", "show", "owner0").stdout == mine.read_text()
    assert "--replace" in fleet.run("fleet", "add", str(mine), code=2).stderr
    mine.write_text(mine.read_text().replace("for: 30d", "for: soon").replace("every: 30s", "evry: 1m"))
    faults = fleet.run("fleet", "add", "--replace", str(mine), code=2).stderr
    assert re.findall(r"owner0\.yaml:(\d+):\d+: ", faults) == ["3", "11"]
    fleet.write("owner2")
    assert "not logged in" in fleet.run("fleet", "add", "owner2.yaml", code=2).stderr
    assert "did you mean owner0?" in fleet.run("fleet", "pause", "ovner0", code=2).stderr
    fleet.run("fleet", "pause", "owner1")
    status = fleet.run("--config", "owner1.yaml", "status").stdout
    assert "it is paused in the fleet (quietfeed fleet resume owner1)" in " ".join(status.split())
    worker = fleet.start()
    worker.said("swept profile=owner0")
    until(lambda: not fleet.state()["owner0"]["at_work"], fleet.log)
    state = fleet.state()
    assert state["owner0"]["last_sweep"]
    assert (state["owner1"]["last_sweep"], state["owner1"]["next_sweep"]) == (None, None)
    fleet.run("fleet", "resume", "owner1")
    worker.said("swept profile=owner1")
    until(lambda: not any(one["at_work"] for one in fleet.state().values()), fleet.log)
    worker.ends(within=15)
    for stub in stubs:
        assert len(stub.network.mutes) == 3
    refused = fleet.run("fleet", "remove", "owner1", "owner0", code=2).stderr
    assert "3 mutes of quietfeed's would stay on the account of “owner1”" in " ".join(refused.split())
    assert fleet.state().keys() == {"owner0", "owner1"}
    assert fleet.run("fleet", "remove", "owner0", "--undo").stdout.count(": undone") == 3
    left = " ".join(fleet.run("fleet", "remove", "owner1", "--yes").stdout.split())
    assert left.count(": stays, and nothing of quietfeed's ends it") == 3
    assert [len(stub.network.mutes) for stub in stubs] == [0, 3]
    assert fleet.state() == {}
    assert_forgotten(fleet, "owner0", stays="owner1")


def assert_forgotten(fleet: Fleet, name: str, stays: str) -> None:
    """What is known of a profile that left is removed when that is asked for, and nothing of another's."""
    store = open_store(fleet.url, exclusive=False)
    before = [list(store.each(kind, stays)) for kind in RECORDS if kind != "notes"]
    assert list(store.each("posts", name))
    assert store.feedback(name, "veto") == {}
    assert "no profile 'ovner0'" in fleet.run("fleet", "remove", "ovner0", "--forget", code=2).stderr
    assert "is all that the store had of it" in " ".join(fleet.run("fleet", "remove", name, "--forget").stdout.split())
    assert store.profiles() == [stays]
    assert not any(list(store.each(kind, name)) for kind in RECORDS if kind != "notes")
    assert not [note for note in store.each("notes", name) if note.beside["name"].endswith(f":{name}")]
    assert [list(store.each(kind, stays)) for kind in RECORDS if kind != "notes"] == before
    store.close()


def test_a_key_is_replaced_and_neither_it_nor_a_login_is_shown_anywhere(fleet: Fleet, postgres: Server) -> None:
    said = [fleet.add(["owner0"])]
    old, token = fleet.env["QUIETFEED_FLEET_KEY"], fleet.stubs["owner0"].network.token
    new = fleet.run("fleet", "new-key").stdout.strip()
    wrong = fleet.run("worker", code=2, QUIETFEED_FLEET_KEY=new)
    assert "encrypted by another key" in wrong.stderr
    said += [wrong.stderr, fleet.run("fleet", "rotate-key", code=2, QUIETFEED_FLEET_KEY=new).stderr]
    said += [fleet.run("fleet", "rotate-key", QUIETFEED_FLEET_KEY=f"{new},{old}").stdout]
    assert "encrypted by another key" in fleet.run("worker", code=2).stderr
    fleet.env["QUIETFEED_FLEET_KEY"] = new
    worker = fleet.start()
    worker.said("report profile=owner0 .*state=sent")
    fleet.stubs["owner0"].network.tokens.clear()
    worker.said("not valid any more")
    worker.ends(within=15)
    told = [fleet.run("fleet").stdout, fleet.run("--config", "owner0.yaml", "status").stdout]
    for words in (fleet.log(), *(" ".join(one.split()) for one in told)):  # set to the terminal's width
        assert "`quietfeed fleet add --replace owner0.yaml`" in words
        assert "on this machine" not in words
    said += [fleet.log(), *told, fleet.run("fleet", "--json").stdout]
    name = fleet.url.rpartition("/")[2]
    tables = [row[0] for row in postgres.do("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", name)]
    kept = [str(postgres.do(f"SELECT * FROM {table}", name)) for table in tables]
    assert "procrastinate_jobs" in tables
    for secret in (old, new, token, "hunter2"):
        assert secret not in "".join(said), secret
        assert secret not in "".join(kept), secret
    assert postgres.do("SELECT DISTINCT args::text FROM procrastinate_jobs", name) == [('{"profile": "owner0"}',)]
