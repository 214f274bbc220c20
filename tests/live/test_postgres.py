"""What only a server can do to a store: end a session, be restarted, be away, lend a lock to somebody else."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, event

from bot.model import Account
from bot.store import Store, StoreError, StoreGone, open_store
from bot.store.faults import StoreAway, StoreBusy
from tests.servers.pooler import Pooler
from tests.servers.postgres import FAST, IMMEDIATE, PASSWORD, Server

pytestmark = pytest.mark.live

HELD = "application_name LIKE 'quietfeed pid %'"


@pytest.fixture
def name(postgres: Server, empty_store: str):
    made = postgres.fresh(empty_store)
    yield made
    postgres.drop(made)


@pytest.fixture
def store(postgres, name):
    opened = open_store(postgres.address(name))
    yield opened
    opened.close()


def test_the_password_is_masked(store):
    assert PASSWORD not in store.url
    assert store.url.startswith("postgresql://quietfeed:***@127.0.0.1")


def test_a_database_that_is_not_there_is_a_clear_error(postgres):
    with pytest.raises(StoreError, match="the server has no such database"):
        open_store(postgres.address("nothing_here"))


def test_stores_in_two_databases_of_a_server_have_a_lock_each(postgres, empty_store, store):
    name = postgres.fresh(empty_store)
    with_another = open_store(postgres.address(name), exclusive=False)
    assert store.in_use()
    assert not with_another.in_use()
    open_store(postgres.address(name)).close()
    with_another.close()
    postgres.drop(name)


@pytest.mark.parametrize("how", [FAST, IMMEDIATE])
def test_after_a_restart_of_the_server_the_store_goes_on_and_holds_its_lock(postgres, name, store, how):
    store.note("a", "before")
    postgres.stop(how)
    for _ in range(2):
        with pytest.raises(StoreAway, match="does not answer"):
            store.note("a", "meanwhile")
    postgres.start()
    store.note("a", "after")
    assert store.noted("a") == "after"
    with pytest.raises(StoreBusy, match="another quietfeed"):
        open_store(postgres.address(name))


def test_connections_that_were_cut_while_they_idled_are_made_again_and_nobody_notices(postgres, name, store, caplog):
    store.note("a", "before")
    assert store.noted("a") == "before"
    assert postgres.cut(name, HELD) >= 2
    assert store.noted("a") == "before"
    store.note("a", "after")
    assert store.noted("a") == "after"
    with pytest.raises(StoreBusy):
        open_store(postgres.address(name))
    assert caplog.records == []


def test_a_lock_that_another_process_has_taken_meanwhile_is_lost_for_good(postgres, name, store):
    postgres.cut(name, HELD)
    other = open_store(postgres.address(name))
    with pytest.raises(StoreGone, match=r"broke, and meanwhile another quietfeed \(pid .+\) has taken it"):
        store.check_place()
    other.close()
    with pytest.raises(StoreGone, match="Start quietfeed again"):
        store.note("a", "b")
    assert open_store(postgres.address(name)).noted("a") is None, "it did not keep the lock"


def test_a_lock_that_another_process_had_meanwhile_is_lost_too(postgres, name, store):
    """Whatever is known of the store, and was about to be done, may have been done by the other."""
    postgres.cut(name, HELD)
    open_store(postgres.address(name)).close()
    with pytest.raises(StoreGone, match="meanwhile another quietfeed has worked in it"):
        store.note("a", "b")
    assert not open_store(postgres.address(name), exclusive=False).in_use()


def test_a_lock_is_lost_where_a_newer_version_has_changed_the_tables_meanwhile(postgres, name, store):
    postgres.cut(name, HELD)
    postgres.do("UPDATE schema_version SET version = 999", name)
    with pytest.raises(StoreGone, match="another version of quietfeed has brought it to schema 999"):
        store.note("a", "b")
    with pytest.raises(StoreError, match="newer quietfeed"):
        open_store(postgres.address(name), exclusive=False)


def writes(store: Store, *meanwhile: Callable[[Connection], object]) -> None:
    """Write a note, and do something before it is kept."""
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO notes VALUES ('a', 'lost')")
        for do in meanwhile:
            do(connection)


def test_what_is_being_written_as_the_lock_goes_is_not_written(postgres, name, store):
    """The lock and the writing are one session: nothing can be kept without it."""
    with pytest.raises(StoreError, match="the server ended the connection"):
        writes(store, lambda _: postgres.cut(name, HELD), lambda here: here.exec_driver_sql("SELECT 1"))
    assert store.noted("a") is None
    store.note("a", "kept")
    assert store.noted("a") == "kept"


def test_a_statement_that_takes_longer_than_the_server_allows_costs_what_it_was_part_of(store):
    slow = "SET LOCAL statement_timeout = 50", "SELECT pg_sleep(60)"
    with pytest.raises(StoreError, match="gave a statement no more time"):
        writes(store, *(lambda here, statement=one: here.exec_driver_sql(statement) for one in slow))
    store.note("b", "kept")
    assert (store.noted("a"), store.noted("b")) == (None, "kept")


def test_whoever_writes_waits_for_whoever_writes_beside_and_not_for_ever(postgres, name, store):
    beside = open_store(postgres.address(name), exclusive=False)
    event.listen(beside._engine, "begin", lambda here: here.exec_driver_sql("SET LOCAL lock_timeout = 50"))
    with store.writing(), pytest.raises(StoreError, match="another program writes in it"):
        beside.note("a", "b")
    beside.note("a", "b")
    beside.close()


def test_what_two_processes_work_out_of_what_they_read_is_lost_by_neither(postgres, name, store):
    """As on SQLite, where one waits for the other: each adds to what the account is known by."""
    beside = open_store(postgres.address(name), exclusive=False)
    store.note("count", "0")

    def count(one):
        for _ in range(20):
            with one.writing() as connection:
                (value,) = connection.exec_driver_sql("SELECT value FROM notes WHERE key = 'count'").one()
                connection.exec_driver_sql(f"UPDATE notes SET value = '{int(value) + 1}' WHERE key = 'count'")

    threads = [threading.Thread(target=count, args=(one,)) for one in (store, beside)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.noted("count") == "40"
    beside.close()


def test_whoever_reads_sees_one_state_however_much_is_written_meanwhile(postgres, name, store):
    beside = open_store(postgres.address(name), exclusive=False)
    with beside.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM feedback").scalar()
        store.set_feedback("home", Account("1", "ann@example.org"), "keep", "", datetime.now(UTC))
        assert connection.exec_driver_sql("SELECT count(*) FROM feedback").scalar() == before
    beside.close()


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_pooler_in_transaction_mode_is_found_out(postgres, name, exclusive):
    with Pooler(postgres.port) as pooler, pytest.raises(StoreError, match="a pooler in transaction mode") as refused:
        open_store(postgres.address(name).replace(str(postgres.port), str(pooler.port)), exclusive=exclusive)
    assert "the database's own address" in str(refused.value)
    assert PASSWORD not in str(refused.value)
