"""After an upgrade that brings other shipped rules a sweep says which, and whom they judge otherwise, as after a change
by the owner; the next report tells it once."""

import json
import logging
from dataclasses import replace
from datetime import date

import pytest

from bot.config import Limits, including, read
from bot.model import Step, Upgrade
from bot.report.text import text
from bot.service import daily, rule_changes, used
from tests.unit.service.town import DAY, HOUR, LIMITS, Town

RULE = "rules:\n  - {name: dropper, when: {link_share: {at_least: %s}}, then: %s, for: 3d}\n"
OTHER = "  - {name: flood, when: {repost_share: {at_least: 0.9}}, then: hide_reposts}\n"
NOBODY, MUTE = RULE % ("0.9, at_most: 0.95", "mute"), RULE % ("0.9", "mute")


@pytest.fixture
def upgrade(monkeypatch):
    """Goes on with these shipped rules, under that version."""

    def to(version, shipped):
        monkeypatch.setattr(including, "shipped_text", lambda name: shipped)
        for module in (rule_changes, used):
            monkeypatch.setattr(module, "__version__", version)

    return to


@pytest.fixture
def town(tmp_path, upgrade):
    upgrade("0.1.0", MUTE)
    made = Town(tmp_path, 3)
    yield made
    made.store.close()


def sweep(town, rules="rules: shipped\n", **parts):
    """A sweep by a config that takes the shipped rules, read anew as a daemon does when it starts."""
    text = f"profiles: [{{name: home, platform: memory}}]\nevidence: {{own_posts: 8, days_seen: 1}}\n{rules}"
    town.config = replace(
        read(text, town.config.path), **({"limits": LIMITS, "own_feed": town.config.own_feed} | parts)
    )
    town.clock.wait(600)
    town.sweep()


def report(town, day=4):
    profile = town.config.profiles[0]
    return daily.kept_or_planned(profile, town.store, town.config, date(2026, 3, day), town.clock.now())


def test_other_shipped_rules_are_told_with_the_version_and_whom_they_release(town, upgrade, caplog):
    sweep(town)
    caplog.set_level(logging.INFO, "quietfeed")
    upgrade("0.2.0", NOBODY + OTHER)
    sweep(town)
    changes, by = rule_changes.untold("home", town.store)
    assert [(one.before, one.after) for one in changes] == [(Step.MUTE, None)] * 3
    assert by == Upgrade("0.2.0", changed=("dropper",), new=("flood",))
    told = [record.facts for record in caplog.records if record.msg == "rules changed"]
    assert [(one["by"], one["they"]) for one in told] == [
        ("upgrade to 0.2.0 (“dropper”; new: “flood”)", "would release 3")
    ]


def test_the_report_says_so_once(town, upgrade):
    sweep(town)
    upgrade("0.2.0", NOBODY)
    sweep(town)
    made = report(town)
    line = "The rules changed with the upgrade to 0.2.0 (“dropper”): would release 3 ("
    for form in (made.text, made.letter, made.page, made.markdown):
        assert line in form
    assert json.loads(made.data)["upgrade"] == {"version": "0.2.0", "changed": ["dropper"], "new": [], "gone": []}
    rule_changes.told(made, town.store)
    assert rule_changes.untold("home", town.store) == ((), None)
    assert "The rules changed" not in report(town, day=5).text


def test_other_rules_that_judge_nobody_otherwise_are_told_too_for_the_owner_did_not_change_them(town, upgrade):
    sweep(town)
    upgrade("0.2.0", MUTE + OTHER)
    sweep(town)
    now = daily.compose(town.config.profiles[0], town.store, town.config, date(2026, 3, 4), town.clock.now())
    assert "The rules changed with the upgrade to 0.2.0 (new: “flood”): nobody is judged otherwise." in text(now)


def test_an_upgrade_that_leaves_the_rules_alone_says_nothing(town, upgrade):
    sweep(town)
    upgrade("0.2.0", MUTE)
    sweep(town)
    assert rule_changes.untold("home", town.store) == ((), None)
    sweep(town, NOBODY)
    changes, by = rule_changes.untold("home", town.store)
    assert (len(changes), by) == (3, None)


def test_rules_that_the_owner_wrote_out_stay_as_they_are(town, upgrade):
    sweep(town, MUTE)
    upgrade("0.2.0", NOBODY)
    sweep(town, MUTE)
    assert rule_changes.untold("home", town.store) == ((), None)


def test_what_the_owner_changed_of_a_rule_stays_changed_through_an_upgrade(town, upgrade):
    mine = "rules:\n  - use: shipped\n  - use: dropper\n    then: list\n"
    sweep(town, mine)
    upgrade("0.2.0", NOBODY)
    sweep(town, mine)
    assert [rule.then for rule in town.config.rules] == [Step.LIST]
    assert [(one.before, one.after) for one in rule_changes.untold("home", town.store)[0]] == [(Step.LIST, None)] * 3


def test_a_shipped_rule_that_suddenly_finds_many_waits_for_a_word(tmp_path, upgrade):
    upgrade("0.1.0", NOBODY)
    town = Town(tmp_path, 8)
    limits = replace(LIMITS, sudden_least=Limits().sudden_least)
    sweep(town, limits=limits, dry_run=False)
    town.live(DAY + 4 * HOUR)
    upgrade("0.2.0", MUTE)
    sweep(town, limits=limits, dry_run=False)
    changes, by = rule_changes.untold("home", town.store)
    assert ({one.limit for one in changes}, by.version) == ({"too many at once"}, "0.2.0")
    assert town.muted() == set()
    town.store.close()


def test_a_store_that_does_not_know_its_version_names_no_upgrade(town, upgrade):
    sweep(town)
    town.store.note("version:home", "")
    upgrade("0.2.0", NOBODY)
    sweep(town)
    changes, by = rule_changes.untold("home", town.store)
    assert (len(changes), by) == (3, None)
