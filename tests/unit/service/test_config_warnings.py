"""What may surprise in a config is told by one report, wherever its line moves to."""

import json
from datetime import date

import pytest

from bot.config import read
from bot.service import config_warnings, daily
from tests.unit.service.town import Town

SHADOWED = """\
rules:
  - {name: links, when: {link_share: {at_least: 0.9}}, then: mute}
  - {name: more, when: {link_share: {at_least: 0.95}}, then: mute}
"""
HOME = "profiles: [{name: home, platform: memory}]\n"
SAID = "rule 'more' never decides: 'links' stands before it and asks for less"


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, 1)
    made.sweep()
    yield made
    made.store.close()


def report(town, text, day=4):
    config = read(text, town.config.path)
    return daily.kept_or_planned(config.profiles[0], town.store, config, date(2026, 3, day), town.clock.now())


def test_one_report_tells_it_with_the_line_and_the_next_does_not(town):
    made = report(town, HOME + SHADOWED)
    assert f"Your config: {town.config.path}:4:12: {SAID}." in made.text
    assert SAID in made.letter
    assert json.loads(made.data)["config_warnings"] == [f"{town.config.path}:4:12: {SAID}"]
    config_warnings.told(made, town.store)
    assert "Your config" not in report(town, HOME + "\n# moved down by a line\n" + SHADOWED, day=5).text


def test_a_new_one_is_told_when_it_comes(town):
    config_warnings.told(report(town, HOME + SHADOWED), town.store)
    third = "  - {name: third, when: {link_share: {at_least: 0.99}}, then: list}\n"
    made = report(town, HOME + SHADOWED + third, day=5)
    assert "rule 'third' never decides" in made.text
    assert SAID not in made.text


def test_a_config_without_warnings_says_nothing(town):
    assert "Your config" not in report(town, HOME).text
