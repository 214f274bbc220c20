"""After a damage nobody is acted on twice or against the owner's word, what was done is found again, and it is told."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import UserError
from bot.model import Event
from bot.service import finding, recovering
from bot.service.daily import asked, compose
from bot.service.mode import DAMAGED, why_dry
from bot.store import StoreDamaged, StoreError, open_store
from tests.databases import Files
from tests.stores import hamlet
from tests.unit.store.test_recovery import overwrite, roots
from tests.unit.store.test_upgrade import CONFIG, END, Upgraded

HOLDS = "nothing new is done until you say so: `quietfeed confirm --i-have-read-the-report`"
WHEN = END + timedelta(hours=1)


@pytest.fixture
def town(tmp_path: Path):
    """A store in whose ledger actions are in force, whose marks stand on the network."""
    made = Upgraded(tmp_path, Files())
    made.sweep()
    yield made
    made.store.close()


def damage(town: Upgraded, *tables: str) -> str:
    """Lose the first page of tables; what is told of it."""
    path = town.store.path
    town.store.close()
    for table in tables:
        overwrite(path, roots(path)[table], roots(path)[table] + 4096)
    words = recovering.make_anew(str(path), ["home"], WHEN)
    town.store = open_store(str(path))
    town.executor.store = town.store
    return words


def lose_all(town: Upgraded) -> None:
    town.store.close()
    town.store.path.write_bytes(b"\xa5" * 9999)
    recovering.make_anew(str(town.store.path), ["home"], WHEN)
    town.store = open_store(str(town.store.path))
    town.executor.store = town.store


def muted(town: Upgraded) -> set[str]:
    return {name for name in (*hamlet.BARE, *hamlet.HEADLINES) if town.standing(name).muted}


def test_where_nothing_is_lost_that_matters_it_is_told_once_and_goes_on(town):
    in_force = town.in_force()
    words = damage(town, "posts")
    assert "lost in part: posts" in words
    assert town.in_force() == in_force
    assert why_dry("home", town.store, CONFIG, WHEN) == ""
    assert asked("home", town.store, again=False) == words
    recovering.told("home", town.store)
    assert asked("home", town.store, again=True) == ""


def test_where_the_ledger_is_lost_nothing_new_is_done_until_the_owner_says_so(town):
    before = muted(town)
    lose_all(town)
    town.sweep()
    assert why_dry("home", town.store, CONFIG, WHEN) == DAMAGED
    planned = town.store.entries("home", events={Event.PLANNED})
    assert not [one for one in planned if not one.dry and not one.reason.startswith("found again")]
    assert muted(town) == before
    recovering.told("home", town.store)
    assert HOLDS in asked("home", town.store, again=False), "until they say so, each report says it"
    recovering.release("home", town.store)
    assert why_dry("home", town.store, CONFIG, WHEN) == ""
    assert HOLDS not in asked("home", town.store, again=True)


def test_what_was_done_is_found_again_at_the_next_sweep_and_is_not_taken_for_the_owners(town):
    in_force = town.in_force()
    lose_all(town)
    assert town.in_force() == {}
    town.sweep()
    assert town.in_force() == in_force
    assert finding.last_look("home", town.store).question == "open", "what bears no mark is asked about"


def test_a_report_tells_it_before_all_else_that_stands(town):
    words = damage(town, "ledger")
    day = compose(CONFIG.profiles[0], town.store, CONFIG, WHEN.date(), WHEN)
    assert words in day.question
    assert HOLDS in day.question


def test_what_the_owner_was_told_of_is_counted_by_the_numbers_that_are_left(town):
    town.store.note("told:home", '{"sweep":900,"entry":9000}')
    damage(town, "posts")
    assert town.store.told("home") == town.store.mark()


def test_a_store_that_is_damaged_when_it_is_opened_is_made_anew(town):
    path = town.store.path
    town.store.close()
    overwrite(path, 0, 100)
    heard = []
    with recovering.at_work(str(path), ["home"], WHEN, heard.append) as store:
        assert store.entries("home")
    assert "made anew with" in heard[0]


def test_a_damage_met_in_the_middle_of_work_ends_it_and_is_mended(town):
    path = town.store.path
    town.store.close()
    overwrite(path, roots(path)["ledger"], roots(path)["ledger"] + 4096)
    with (
        pytest.raises(recovering.Recovered, match="lost in part: the ledger"),
        recovering.at_work(str(path), ["home"], WHEN, lambda _: None) as store,
    ):
        store.entries("home")
    with recovering.at_work(str(path), ["home"], WHEN, lambda _: None) as store:
        store.check()


def test_a_damage_that_cannot_be_found_again_is_raised_as_it_was(town):
    path = town.store.path
    town.store.close()
    with (
        pytest.raises(StoreDamaged, match="it was said"),
        recovering.at_work(str(path), ["home"], WHEN, lambda _: None),
    ):
        raise StoreDamaged("it was said")
    assert not list(path.parent.glob("*damaged*"))


def test_every_point_at_which_the_disk_may_refuse_leaves_the_damaged_file_or_a_whole_store(town, monkeypatch):
    from bot import files

    path = town.store.path
    town.store.close()
    overwrite(path, 0, 100)
    damaged = path.read_bytes()

    def refused(*_):
        raise OSError(28, "No space left on device")

    for place, name in ((files, "onto_the_disk"), (files.os, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, refused)
            with pytest.raises(StoreError, match="disk is full"):
                recovering.make_anew(str(path), ["home"], WHEN)
        assert path.read_bytes() == damaged
        with suppress(UserError):
            open_store(str(path)).close()
    assert "made anew" in recovering.make_anew(str(path), ["home"], WHEN)


def test_the_whole_of_it_fits_into_a_letter(town):
    words = damage(town, "ledger", "feedback", "notes", "accounts", "posts", "sweeps")
    assert len(recovering.sentence("home", town.store)) <= 300, words
