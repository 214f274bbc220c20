"""Many processes in one PostgreSQL: each with one profile at a time, or one daemon with all of it."""

import pytest

from bot.store import StoreBusy, StoreError, StoreNewer, open_store
from tests.live.journey import until

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


@pytest.fixture
def freed(postgres, url):
    """Returns once the server has freed every lock: it does so as a session ends, a moment after that was closed."""
    held = "SELECT 1 FROM pg_locks JOIN pg_database AS d ON d.oid = database WHERE locktype = 'advisory' AND datname = "
    return lambda: until(lambda: not postgres.do(f"{held}'{url.rpartition('/')[2]}'"), lambda: "still held")


def test_a_profile_is_worked_for_by_one_at_a_time(two, freed):
    mine, other = two
    with mine.working_for("ada"):
        with pytest.raises(StoreBusy, match="another quietfeed"), other.working_for("ada"):
            pass
        with other.working_for("ben"):
            other.note("a", "b")
            mine.note("c", "d")
    freed()
    with other.working_for("ada"):
        assert other.noted("c") == "d"


def test_a_daemon_keeps_workers_out_and_they_keep_it_out(two, url, freed):
    mine, other = two
    with mine.working_for("ada"), pytest.raises(StoreBusy):
        open_store(url)
    freed()
    daemon = open_store(url)
    with pytest.raises(StoreBusy), other.working_for("ada"):
        pass
    daemon.close()
    freed()
    with other.working_for("ada"):
        pass


def test_who_is_refused_holds_nothing_back(two, url, freed):
    mine, other = two
    for _ in range(3):  # the share of the store that comes with a profile goes again with it
        with mine.working_for("ada"), pytest.raises(StoreBusy), other.working_for("ada"):
            pass
        freed()
    open_store(url).close()


def test_tables_of_a_newer_quietfeed_are_left_alone(two, postgres, url, freed):
    postgres.do("UPDATE schema_version SET version = version + 1", url.rpartition("/")[2])
    with pytest.raises(StoreNewer, match="newer quietfeed"), two[0].working_for("ada"):
        pass
    postgres.do("UPDATE schema_version SET version = version - 1", url.rpartition("/")[2])
    freed()
    with two[1].working_for("ada"):
        pass


def test_a_file_is_for_one_process(tmp_path):
    store = open_store(str(tmp_path / "a.sqlite"))
    with pytest.raises(StoreError, match="need PostgreSQL"), store.working_for("ada"):
        pass
    store.close()
