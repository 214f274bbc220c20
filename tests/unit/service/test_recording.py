"""What is kept of every judging: enough to know what a decision rested on."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Event, Judging, Step
from bot.service.word import keep
from tests.unit.service.town import DAY, HOUR, OWNER, Town


@pytest.fixture
def town(tmp_path: Path):
    made = Town(tmp_path, 3)
    yield made
    made.store.close()


def judgings_of(town: Town) -> list[Judging]:
    """Those of own feeds."""
    return [judging for judging in town.store.judgings("home") if judging.day is None]


def outcomes(town: Town) -> list[tuple[str, str | None, Step | None, str | None, str]]:
    judgings = judgings_of(town)
    return [(b.account, b.rule, b.step, b.protection, b.limit) for j in judgings for b in j.bases]


def test_every_decision_of_the_ledger_has_what_it_rested_on(town):
    town.config = replace(town.config, limits=replace(town.config.limits, confirm_after=DAY, per_sweep=1))
    for _ in range(8):
        town.sweep()
        town.live(12 * HOUR)
    recorded = town.store.entries("home", events={Event.JUDGED})
    judgings = {(j.at, b.account): (j, b) for j in judgings_of(town) for b in j.bases}
    assert recorded
    for entry in recorded:
        judging, basis = judgings[entry.at, entry.account.id]
        assert (basis.rule, basis.protection, basis.limit) == (entry.rule, entry.protection, entry.limit)
        assert (basis.read, judging.fingerprint, judging.dry) == (entry.feed_read, entry.fingerprint, entry.dry)


def test_the_feed_that_was_judged_can_be_made_again(town):
    town.sweep()
    (judging,) = judgings_of(town)
    past = town.store.past_feeds("home")
    for basis in judging.bases:
        assert past[basis.account].as_of(basis.read) == town.store.own_feed("home", basis.account)


def test_how_the_owner_stands_is_kept_where_it_was_asked_and_only_there(town):
    town.network.join("quiet@example.com")
    town.network.follow(OWNER, "quiet@example.com")
    for _ in range(12):
        town.post("quiet@example.com", links=False)
    town.sweep()
    town.config = replace(town.config, fingerprint="another")
    town.sweep()
    bases = [basis for judging in judgings_of(town) for basis in judging.bases]
    assert any(basis.standing and basis.standing.following for basis in bases)
    assert all((basis.standing is None) == (basis.rule is None) for basis in bases)


def test_the_owners_word_is_kept_as_it_was_then(town):
    town.sweep()
    account = town.network.account(town.droppers[0])
    keep("home", account, "", town.store, town.clock.now())
    town.live(timedelta(days=1))
    town.sweep()
    kept = [b.kept for j in judgings_of(town) for b in j.bases if b.account == account.id]
    assert kept[0] is False
    assert kept[-1] is True


def test_who_could_not_be_told_of_has_no_outcome(town):
    town.break_on("standing", town.droppers[0])
    town.sweep()
    broken = town.network.account(town.droppers[0]).id
    (basis,) = [b for j in judgings_of(town) for b in j.bases if b.account == broken]
    assert (basis.untold, basis.rule, basis.step) == (True, None, None)


def test_what_is_judged_since_it_ran_out_says_so(town):
    town.sweep()
    town.run_out()
    town.sweep()
    assert [judging.afresh for judging in judgings_of(town)].count(True) == 1
