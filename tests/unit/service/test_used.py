"""The config that was judged by, and the one before it, are remembered as far as they decide."""

from dataclasses import replace
from pathlib import Path

from bot.config import fingerprint
from bot.service.used import used
from tests.unit.service.town import Town


def test_the_last_two_configs_are_remembered_with_when_they_began(tmp_path: Path) -> None:
    town, began = Town(tmp_path, 1), []
    rules = [town.config.rules, (), (replace(town.config.rules[0], name="other"),)]
    for some in rules:
        town.config = replace(town.config, rules=some)
        town.config = replace(town.config, fingerprint=fingerprint(town.config))
        began.append(town.clock.now())
        town.sweep()
        town.clock.wait(3600)
        town.sweep()
    found = used("home", town.store, town.config)
    assert [one.config.rules for one in found] == [rules[2], rules[1]]
    assert [one.since for one in found] == [began[2], began[1]]
    assert used("elsewhere", town.store, town.config) == []
    town.store.close()
