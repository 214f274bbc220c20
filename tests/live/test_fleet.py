"""A fleet as whoever runs it sees it: owners on servers of the Mastodon API, one PostgreSQL, and workers as processes,
some of which are killed while they are at it."""

import json
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.clock import SystemClock
from bot.config import Profile
from bot.fleet.sharing import Sharing
from bot.fleet.tables import Tables
from bot.platforms.budget import Budget
from bot.store import open_store
from bot.store.everything import RECORDS
from tests.live.daemon import PATIENCE, PROGRAM, Daemon
from tests.live.journey import REPOSITORY, until
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub
from tests.servers.postgres import Server

pytestmark = pytest.mark.live

NAMES = [f"owner{number}" for number in range(12)]
CONFIG = """\
profiles:
  - {{name: {name}, platform: mastodon, server: "{server}"}}
sweep: {{every: 30s, jitter: 0s}}
report: {{at: "00:00", timezone: {zone}}}
dry_run: false
limits: {{first_days_dry: 0d, confirm_after: 0m, newly_followed: 0d, followed_share_per_week: 1}}
rules:
  - name: links alone
    when: {{own_posts: {{at_least: 40}}, link_share: {{at_least: 0.9}}}}
    then: mute
    for: 30d
"""


def midday() -> str:
    """A zone in which no day ends while a test runs."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


class Fleet:
    """A database and a key, owners with servers of their own, and workers."""

    def __init__(self, folder: Path, url: str, stubs: dict[str, Stub]) -> None:
        self.folder, self.url, self.stubs = folder, url, stubs
        clean = {name: value for name, value in os.environ.items() if not name.startswith("QUIETFEED_")}
        self.env = {
            **clean,
            "DATABASE_URL": url,
            "QUIETFEED_STATE_DIR": str(folder / "state"),
            "PYTHONPATH": str(REPOSITORY),
        }
        self.env["QUIETFEED_FLEET_KEY"] = self.run("fleet", "new-key").stdout.strip()
        self.workers: list[Daemon] = []

    def run(self, *words: str, code: int = 0, **env: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [*PROGRAM, *words], env=self.env | env, capture_output=True, text=True, timeout=120, cwd=self.folder
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def write(self, name: str) -> None:
        text = CONFIG.format(name=name, server=self.stubs[name].url, zone=midday())
        (self.folder / f"{name}.yaml").write_text(text)

    def add(self, names: list[str], *words: str) -> str:
        for name in names:
            self.write(name)
        tokens = {f"QUIETFEED_{name.upper()}_TOKEN": self.stubs[name].network.token for name in names}
        return self.run("fleet", "add", *words, *(f"{name}.yaml" for name in names), **tokens).stdout

    def state(self) -> dict[str, Any]:
        profiles = json.loads(self.run("fleet", "list", "--json").stdout)["profiles"]
        return {profile["profile"]: profile for profile in profiles}

    def start(self) -> Daemon:
        process = subprocess.Popen(
            [*PROGRAM, "worker", "--at-once", "2"], env=self.env, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.workers.append(Daemon(process))
        return self.workers[-1]

    def swept(self, *, by: Callable[[Daemon], bool] = lambda _: True) -> Counter[str]:
        """How often each profile was swept to the end."""
        lines = [line for worker in self.workers if by(worker) for line in worker.lines]
        return Counter(found[1] for line in lines if (found := re.search(r"info swept profile=(\w+)", line)))

    def at_work(self) -> int:
        """How many workers are at a job, as the queue tells."""
        asked = "SELECT count(DISTINCT worker_id) FROM procrastinate_jobs WHERE status = 'doing'"
        with psycopg.connect(self.url) as database:
            return int(database.execute(asked).fetchone()[0])

    def log(self) -> str:
        return "\n".join(line for worker in self.workers for line in worker.lines)


@pytest.fixture
def fleet(tmp_path: Path, postgres: Server) -> Iterator[Fleet]:
    with ExitStack() as stack:
        stubs = {name: stack.enter_context(Stub(seeded(datetime.now(UTC), shop=""))) for name in NAMES}
        for stub in stubs.values():
            stub.network.missing.add("limits")  # none that a first sweep would have to wait for
        made = Fleet(tmp_path, postgres.address(postgres.fresh()), stubs)
        try:
            yield made
        finally:
            for worker in made.workers:
                worker.kill()


def letters(stub: Stub) -> list[str]:
    return [status.content for status in stub.network.statuses if status.visibility == "direct"]


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


def assert_nothing_missed_and_nothing_twice(fleet: Fleet) -> None:
    """Every post is in the store; each action was asked for once and stands in the ledger once; so with the report."""
    store = open_store(fleet.url, exclusive=False)
    for name, stub in fleet.stubs.items():
        network = stub.network
        seen = {kept.word.id for kept in store.each("posts", name)}
        shown = {status.id for status in network.statuses if network._in_home(status)}
        assert shown - seen == set(), name
        asked = Counter(asked.path for asked in stub.writes if asked.path.endswith("/mute"))
        assert (len(asked), set(asked.values())) == (3, {1}), (name, asked)
        events = Counter((entry.account.handle, str(entry.event)) for entry in store.entries(name) if entry.action_id)
        done = {handle: many for (handle, event), many in events.items() if event == "done"}
        assert (len(done), set(done.values())) == (3, {1}), (name, events)
        assert len(letters(stub)) == len(set(letters(stub))), name
        assert sum("mute" in letter.lower() for letter in letters(stub)) == 1, (name, letters(stub))
        assert [state for _, state in store.reports(name)] == ["sent"]
    store.close()


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
