"""Many processes in one PostgreSQL: each with one profile at a time, or one daemon with all of it."""

import pytest

from bot.store import StoreBusy, StoreError, StoreNewer, open_store

pytestmark = pytest.mark.live


@pytest.fixture
def url(postgres):
    return postgres.address(postgres.fresh())


@pytest.fixture
def two(url):
    stores = [open_store(url, exclusive=False) for _ in range(2)]
    yield stores
    for store in stores:
        store.close()


def test_a_profile_is_worked_for_by_one_at_a_time(two):
    mine, other = two
    with mine.working_for("ada"):
        with pytest.raises(StoreBusy, match="another quietfeed"), other.working_for("ada"):
            pass
        with other.working_for("ben"):
            other.note("a", "b")
            mine.note("c", "d")
    with other.working_for("ada"):
        assert other.noted("c") == "d"


def test_a_daemon_keeps_workers_out_and_they_keep_it_out(two, url):
    mine, other = two
    with mine.working_for("ada"), pytest.raises(StoreBusy):
        open_store(url)
    daemon = open_store(url)
    with pytest.raises(StoreBusy), other.working_for("ada"):
        pass
    daemon.close()
    with other.working_for("ada"):
        pass


def test_who_is_refused_holds_nothing_back(two, url):
    mine, other = two
    for _ in range(3):  # the share of the store that comes with a profile goes again with it
        with mine.working_for("ada"), pytest.raises(StoreBusy), other.working_for("ada"):
            pass
        open_store(url).close()


def test_what_is_given_back_is_free_at_once(two, url):
    mine, other = two
    for _ in range(50):
        for store in (mine, other):
            with store.working_for("ada"):
                pass
        open_store(url).close()


def test_who_gives_back_a_lock_whose_connection_was_cut_is_not_held_up(two, postgres, url):
    mine, other = two
    with mine.working_for("ada"):
        postgres.cut(url.rpartition("/")[2])
    with other.working_for("ada"):
        pass


def test_tables_of_a_newer_quietfeed_are_left_alone(two, postgres, url):
    postgres.do("UPDATE schema_version SET version = version + 1", url.rpartition("/")[2])
    with pytest.raises(StoreNewer, match="newer quietfeed"), two[0].working_for("ada"):
        pass
    postgres.do("UPDATE schema_version SET version = version - 1", url.rpartition("/")[2])
    with two[1].working_for("ada"):
        pass


def test_a_file_is_for_one_process(tmp_path):
    store = open_store(str(tmp_path / "a.sqlite"))
    with pytest.raises(StoreError, match="need PostgreSQL"), store.working_for("ada"):
        pass
    store.close()
