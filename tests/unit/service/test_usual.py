"""What is usual for a rule is noted once a day, zero included; and what is older than `keep_days` is forgotten."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.limits import found_by_rule
from bot.model import Account, Entry, Event, Step, SweepRecord
from tests.unit.actions.world import DAY, DROP, OWNER, World, rule

HOURS_6 = timedelta(hours=6)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def usual(world):
    return json.loads(world.store.noted("usual:home"))


def found(world):
    return found_by_rule(list(world.store.latest_judged("home").values())).get("dropper", 0)


def test_a_rule_that_found_nobody_has_zero_for_usual(world):
    world.with_rule(rule())
    world.config = replace(world.config, rules=(rule(), rule(name="other")))
    world.links = False
    world.go(DAY)
    assert usual(world)["rules"] == {"dropper": 0, "other": 0}


def test_it_is_noted_by_the_first_sweep_of_a_day_and_by_no_other(world):
    noted, differed = {}, 0
    for _ in range(14):
        world.go(HOURS_6)
        day = world.clock.now().date().isoformat()
        noted.setdefault(day, found(world))
        assert usual(world) == {"day": day, "rules": {"dropper": noted[day]}}
        differed += noted[day] != found(world)
    assert differed, "on some day more was found later, and was not noted"
    assert set(noted.values()) == {0, 1}


def test_a_dry_run_notes_it_at_every_sweep(world):
    world.config = replace(world.config, dry_run=True)
    for _ in range(8):
        world.go(HOURS_6)
        assert usual(world)["rules"] == {"dropper": found(world)}
    assert found(world) == 1


def test_a_rule_that_suddenly_finds_too_many_keeps_its_old_number(world):
    world.with_rule(rule(), sudden_factor=1.0, sudden_least=0)
    world.go(HOURS_6)
    world.go(2 * DAY)
    assert found(world) == 1
    assert usual(world)["rules"] == {"dropper": 0}
    world.with_rule(rule(), sudden_factor=2.0, sudden_least=5)
    world.go(DAY)
    assert usual(world)["rules"] == {"dropper": 1}


def test_whom_the_owner_protects_is_not_counted(world):
    world.network.follow(DROP, OWNER)
    world.go(3 * DAY)
    assert world.store.latest_judged("home")[world.network.account(DROP).id].protection == "mutual"
    assert usual(world)["rules"] == {"dropper": 0}


@pytest.mark.parametrize("keep_days", [1, 9, 90])
def test_a_sweep_forgets_records_that_are_older_than_keep_days(world, keep_days):
    world.config = replace(world.config, report=replace(world.config.report, keep_days=keep_days))
    now = world.clock.now()
    old, young = now - keep_days * DAY - timedelta(minutes=1), now - keep_days * DAY + timedelta(minutes=1)
    for number, at in enumerate((old, young)):
        account = Account(f"x{number}", f"x{number}@market.test")
        world.store.record([Entry(at, "home", account, Event.JUDGED, "dropper", Step.MUTE)])
        world.store.begin_sweep(SweepRecord("home", at))
    for back in (keep_days + 1, keep_days):
        day = (now - back * DAY).date()
        world.store.save_report("home", day, "", "", "{}", now - back * DAY, "sent")
    world.sweep()
    assert {entry.at for entry in world.store.entries("home") if entry.account.id.startswith("x")} == {young}
    assert [record.started for record in world.store.sweeps("home")] == [young, now]
    assert [day for day, _ in world.store.reports("home")] == [(now - keep_days * DAY).date()]
