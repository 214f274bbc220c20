"""The real program on a real PostgreSQL server: processes that overlap in a deploy, a server that comes and goes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import SCHEMA_VERSION
from tests.crash.agreement import disagreements
from tests.crash.town import Town
from tests.crash.world import CONFIG
from tests.live.journey import Journey
from tests.servers.mastodon_stub import Stub
from tests.servers.postgres import FAST, IMMEDIATE, PASSWORD, Server

pytestmark = pytest.mark.live

OURS = "application_name LIKE 'quietfeed pid %'"


class Owner(Journey):
    """Somebody whose host names a database, in the town with droppers of every kind."""

    def __init__(self, folder: Path, stub: Stub, server: Server, name: str) -> None:
        assert isinstance(stub.network, Town)
        self.stub, self.town, self.server, self.name = stub, stub.network, server, name
        self.address = server.address(name)
        super().__init__(folder, {"DATABASE_URL": self.address, "QUIETFEED_HOME_TOKEN": stub.network.token})
        self.config.write_text(CONFIG.format(server=stub.url) + "sweep: {every: 3s, jitter: 0s}\n")

    def disagreements(self) -> list[str]:
        """What was missed, done twice or left half done."""
        return disagreements(self.address, self.town, self.stub.log, set(), set())

    def sweeps(self) -> int:
        return int(self.server.do("SELECT count(*) FROM sweeps", self.name)[0][0])


@pytest.fixture
def owner(tmp_path: Path, postgres: Server, empty_store: str) -> Iterator[Owner]:
    town = Town(datetime.now(UTC).replace(microsecond=0), durations=True)
    town.missing.add("limits")
    name = postgres.fresh(empty_store)
    with Stub(town) as stub:
        yield Owner(tmp_path, stub, postgres, name)
    postgres.drop(name)


def test_in_a_deploy_the_new_process_waits_for_the_old_one_and_goes_on_where_it_ended(owner: Owner) -> None:
    with owner.daemon() as old:
        old.said("swept profile=home", 2)
        old.said("report profile=home .*state=sent")
        with owner.daemon() as new:
            told = new.said("waiting for the store")
            assert f"another quietfeed (pid {old.process.pid} on " in told
            old.said("swept profile=home", 4)
            old.ends(within=15)
            new.said("store opened")
            new.said("swept profile=home", 2)
            new.ends(within=15)
    assert not [line for line in (*old.lines, *new.lines) if "Traceback" in line or PASSWORD in line]
    assert new.said_times("waiting for the store") == 1
    assert new.said_times("report profile=home") == 0
    assert owner.disagreements() == []


def test_an_old_version_stops_before_a_newer_schema_and_changes_nothing(owner: Owner) -> None:
    owner.server.do("UPDATE schema_version SET version = 999", owner.name)
    for verb in ("run", "sweep", "status"):
        done = owner.run(verb, code=1)
        assert "was written by a newer quietfeed (schema 999" in done.stderr
    assert owner.server.do("SELECT version FROM schema_version", owner.name) == [(999,)]
    assert (owner.sweeps(), owner.stub.log) == (0, [])


def test_a_running_old_version_ends_where_a_newer_one_took_the_store_while_its_connection_was_cut(owner: Owner) -> None:
    with owner.daemon() as old:
        old.said("swept profile=home", 1)
        owner.server.do(
            "UPDATE schema_version SET version = 999; SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{owner.name}' AND {OURS}",
            owner.name,
        )
        told = old.said("another version of quietfeed has brought it to schema 999")
        assert "Nothing more is written or done here" in told
        assert old.process.wait(30) == 1
    owner.server.do(f"UPDATE schema_version SET version = {SCHEMA_VERSION}", owner.name)
    assert owner.disagreements() == []


@pytest.mark.parametrize("how", [FAST, IMMEDIATE])
def test_a_server_restarted_beneath_the_daemon_costs_a_sweep_at_most(owner: Owner, how) -> None:
    with owner.daemon() as daemon:
        daemon.said("swept profile=home", 2)
        owner.server.stop(how)
        daemon.said("sweep failed")
        owner.server.start()
        swept = daemon.said_times("swept profile=home")
        daemon.said("swept profile=home", swept + 2)
        daemon.ends(within=15)
    assert not [line for line in daemon.lines if "Traceback" in line or PASSWORD in line]
    assert owner.disagreements() == []


def test_a_server_that_is_away_at_the_start_is_waited_for(owner: Owner) -> None:
    owner.server.stop()
    with owner.daemon() as daemon:
        told = daemon.said("waiting for the store")
        assert "the database does not answer" in told
        assert "Connection refused" in told
        assert PASSWORD not in told
        owner.server.start()
        daemon.said("store opened")
        daemon.said("report profile=home .*state=sent")  # it follows the first sweep, and is not to be cut off
        daemon.ends(within=15)
    assert owner.disagreements() == []


def test_what_no_waiting_mends_ends_at_once_with_its_remedy(owner: Owner) -> None:
    owner.env["DATABASE_URL"] = owner.server.address("nothing_here")
    done = owner.run("run", code=1)
    assert "the server has no such database" in done.stderr
    owner.env["DATABASE_URL"] = owner.address + "?sslmode=require"
    done = owner.run("run", code=1)
    assert "the server speaks no TLS" in done.stderr


def test_connections_cut_again_and_again_while_it_works_cost_sweeps_and_nothing_else(owner: Owner) -> None:
    with owner.daemon() as daemon:
        for _ in range(8):
            before = owner.sweeps()
            while owner.sweeps() == before:
                assert daemon.process.poll() is None, daemon.lines
            owner.server.cut(owner.name, OURS)
        swept = daemon.said_times("swept profile=home")
        daemon.said("swept profile=home", swept + 2)
        daemon.ends(within=15)
    assert not [line for line in daemon.lines if "Traceback" in line]
    assert owner.disagreements() == []
