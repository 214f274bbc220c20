"""After a change of the rules a sweep says whom they judge otherwise, and the next report tells it once."""

import json
import logging
from dataclasses import replace
from datetime import date

import pytest

from bot.config import Limits, fingerprint
from bot.judging.rules import Bounds, Rule
from bot.judging.trust import Trust
from bot.model import Step
from bot.report.text import text
from bot.service import daily, rule_changes
from tests.unit.service.town import DAY, HOUR, LIMITS, MUTE, Town

STRICT = Rule("dropper", {"link_share": Bounds(at_least=0.4)}, Step.MUTE, duration=3 * DAY)
LIST = replace(MUTE, then=Step.LIST)
NOBODY = Rule("dropper", {"link_share": Bounds(at_least=0.9), "answered_people": Bounds(at_least=99)}, Step.MUTE)


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, 3)
    settle(made, dry_run=True)
    yield made
    made.store.close()


def settle(town, **parts):
    """Go on by a config with these parts."""
    changed = replace(town.config, **parts)
    town.config = replace(changed, fingerprint=fingerprint(changed))


def said(town):
    return rule_changes.untold("home", town.store)[0]


def sweep(town):
    town.clock.wait(600)
    return town.sweep()


def steps(town):
    return {(change.account.handle, change.before, change.after) for change in said(town)}


def test_the_first_sweep_of_all_changes_nothing(town):
    sweep(town)
    sweep(town)
    assert said(town) == ()


def test_a_rule_that_lets_go_releases_and_the_log_says_so(town, caplog):
    sweep(town)
    caplog.set_level(logging.INFO, "quietfeed")
    settle(town, rules=(NOBODY,))
    sweep(town)
    assert steps(town) == {(handle, Step.MUTE, None) for handle in town.droppers}
    told = [record.facts["they"] for record in caplog.records if record.msg == "rules changed"]
    assert told == ["would release 3"]


def test_another_step_and_a_protection_by_name_are_changes_too(town):
    sweep(town)
    settle(town, rules=(LIST,), trust=Trust(keep=("drop0@market.test",)))
    sweep(town)
    assert steps(town) == {
        ("drop0@market.test", Step.MUTE, None),
        ("drop1@market.test", Step.MUTE, Step.LIST),
        ("drop2@market.test", Step.MUTE, Step.LIST),
    }


def test_a_change_that_changes_nothing_is_logged_and_not_reported(town, caplog):
    sweep(town)
    caplog.set_level(logging.INFO, "quietfeed")
    settle(town, rules=(STRICT,))
    sweep(town)
    assert said(town) == ()
    assert [r.facts["they"] for r in caplog.records if r.msg == "rules changed"] == ["nobody is judged otherwise"]


def test_two_changes_before_a_report_are_told_as_one_and_what_was_undone_is_not_told(town):
    sweep(town)
    settle(town, rules=(NOBODY,))
    sweep(town)
    settle(town, rules=(LIST,))
    sweep(town)
    assert {(before, after) for _, before, after in steps(town)} == {(Step.MUTE, Step.LIST)}
    settle(town, rules=(MUTE,))
    sweep(town)
    assert said(town) == ()


def test_whom_the_sweep_has_no_room_for_is_added_by_the_next(town):
    settle(town, rules=(NOBODY,), own_feed=replace(town.config.own_feed, per_sweep=1))
    settle(town, rules=(replace(NOBODY, when={"link_share": Bounds(at_most=0.1)}),))
    sweep(town)
    settle(town, rules=(MUTE,))
    sweep(town)
    first = len(said(town))
    sweep(town)
    sweep(town)
    assert first == 1
    assert steps(town) == {(handle, None, Step.MUTE) for handle in town.droppers}


def report(town, day):
    return daily.kept_or_planned(town.config.profiles[0], town.store, town.config, day, town.clock.now())


def test_the_report_tells_it_with_names_once(town):
    sweep(town)
    settle(town, rules=(NOBODY,))
    sweep(town)
    profile = town.config.profiles[0]
    now = daily.compose(profile, town.store, town.config, date(2026, 3, 4), town.clock.now())
    line = "The rules changed: would release 3 (drop0@market.test, drop1@market.test, drop2@market.test)."
    assert line in text(now)
    made = report(town, date(2026, 3, 4))
    assert line in made.text
    assert line.replace("@", "@\u2060") in made.letter
    assert "The rules changed: would release 3 " in made.page
    assert "The rules changed: would release 3 " in made.markdown
    assert len(json.loads(made.data)["rules_changed"]) == 3
    rule_changes.told(made, town.store)
    assert said(town) == ()


def test_what_changed_after_the_report_was_made_is_told_by_the_next_one(town):
    sweep(town)
    settle(town, rules=(NOBODY,))
    sweep(town)
    made = report(town, date(2026, 3, 4))
    settle(town, rules=(LIST,))
    sweep(town)
    rule_changes.told(made, town.store)
    assert {(before, after) for _, before, after in steps(town)} == {(Step.MUTE, Step.LIST)}


def test_a_changed_rule_that_suddenly_finds_many_waits_for_a_word(tmp_path):
    town = Town(tmp_path, 8)
    limits = replace(LIMITS, sudden_least=Limits().sudden_least)
    settle(town, rules=(NOBODY,), limits=limits)
    settle(town, rules=(replace(NOBODY, when={"link_share": Bounds(at_least=0.9), **NOBODY.when}),))
    sweep(town)
    town.live(DAY + 4 * HOUR)
    settle(town, rules=(MUTE,))
    sweep(town)
    assert {change.limit for change in said(town)} == {"too many at once"}
    assert town.muted() == set()
    town.store.close()
