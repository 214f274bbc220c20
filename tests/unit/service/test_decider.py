"""Who counts as new in the timeline, and whose word on an account is another than before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions.executor import Executor
from bot.config import default_config
from bot.judging.trust import KEPT, MOVED, SHADOW, TAKEN_BACK, Circumstances, Trust
from bot.model import Account, Post
from bot.platforms.base import Page
from bot.service import kept
from bot.service.decider import Decider
from tests.unit.service.town import HOUR, START, Town

SHOP = Account("1", "shop@market.test")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path, 0)
    yield made
    made.store.close()


def decider(town: Town) -> Decider:
    live = Executor("home", town.platform, town.store, town.clock)
    return Decider("home", town.platform, town.store, town.config, town.clock, live, live)


def shows(town: Town, name: str, after: timedelta) -> None:
    post = Post(f"p{name}", name, START + after)
    town.store.remember("home", Page((post,), (Account(name, f"{name}@town.test"),), None), START + after)


def test_who_first_shows_more_than_an_hour_after_the_first_sweep_is_new(town: Town) -> None:
    town.store.note("installed:home", START.isoformat())
    for name, after in (("early", HOUR / 2), ("just", HOUR), ("late", HOUR + timedelta(seconds=1))):
        shows(town, name, after)
    assert decider(town).newcomers(["early", "just", "late", "never"]) == {"late": START + HOUR + timedelta(seconds=1)}


def test_before_the_first_sweep_nobody_is_new(town: Town) -> None:
    shows(town, "early", -HOUR)
    assert decider(town).newcomers(["early"]) == {}


@pytest.mark.parametrize(
    ("protection", "known", "trust", "changed"),
    [
        (None, Circumstances({}), Trust(), False),
        ("mutual", Circumstances({}), Trust(), False),
        (None, Circumstances({}, kept=frozenset({"1"})), Trust(), True),
        ("mutual", Circumstances({}, kept=frozenset({"1"})), Trust(), True),
        (KEPT, Circumstances({}, kept=frozenset({"1"})), Trust(), False),
        (KEPT, Circumstances({}), Trust(), True),
        (KEPT, Circumstances({}), Trust(keep=(SHOP.handle,)), False),
        (TAKEN_BACK, Circumstances({}, vetoed=frozenset({"1"})), Trust(), False),
        (TAKEN_BACK, Circumstances({}), Trust(), True),
        (TAKEN_BACK, Circumstances({}, kept=frozenset({"1"})), Trust(), True),
        (SHADOW, Circumstances({}, kept=frozenset({"1"})), Trust(), False),
        (MOVED, Circumstances({}, vetoed=frozenset({"1"})), Trust(), False),
    ],
)
def test_whether_the_owners_word_is_another_now(
    protection: str | None, known: Circumstances, trust: Trust, changed: bool
) -> None:
    assert kept.changed(SHOP, protection, known, trust) is changed


def test_the_config_keeps_who_bears_the_name_or_bore_it_when_it_was_first_seen(town: Town) -> None:
    config = replace(default_config(), trust=Trust(keep=("shop@market.test",)))
    town.store.note("kept:home", '{"shop@market.test": "1", "left@town.test": "2"}')
    renamed, left, other = (
        Account("1", "new@market.test"),
        Account("2", "left@else.test"),
        Account("3", "shop@market.test"),
    )
    keeps = [
        kept.by_config("home", town.store, config, one) for one in (renamed, left, other, Account("4", "a@b.test"))
    ]
    assert keeps == [True, False, True, False]
