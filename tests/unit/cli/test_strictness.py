"""What each strictness does on the demo stands in the docs and in the help, and is so."""

from collections import Counter

import pytest

from bot.cli import main
from bot.cli.demo import PROFILE, demo_config, live
from bot.cli.docs import REPOSITORY
from bot.cli.parser import start
from bot.config import STRICTNESSES, load, shipped_rules
from bot.model import Step
from bot.report.sentences import summary
from bot.service import daily
from bot.store import open_store

PAGE = (REPOSITORY / "docs" / "rules.md").read_text("utf-8")


def row(name, day):
    """A row of the page's table."""
    many = Counter(line.step for line in day.planned)
    counts = " | ".join(str(many[step]) for step in (Step.MUTE, Step.LIST, Step.HIDE_REPOSTS, Step.REPORT))
    return f"| `{name}` | {counts} | {round(100 * day.noise_share)} % |"


@pytest.mark.slow
@pytest.mark.parametrize("name", STRICTNESSES)
def test_the_figures_of_a_strictness_on_the_demo_are_those_of_the_docs_and_the_help(name, tmp_path):
    store = open_store(str(tmp_path / "q.sqlite"))
    config = demo_config(name)
    _, now = live(store, config)
    day = daily.compose(PROFILE, store, config, now.date(), now)
    store.close()
    assert row(name, day) in PAGE
    assert f"  {name:<10}  {summary(day)}" in start.ON_THE_DEMO.splitlines()


def test_the_words_of_the_help_are_those_of_the_config():
    assert start.STRICTNESSES == STRICTNESSES


def test_the_example_of_changed_rules_is_a_config(tmp_path):
    blocks = [block.partition("```")[0] for block in PAGE.split("```yaml\n")[1:]]
    (tmp_path / "config.yaml").write_text(next(block for block in blocks if "link broadcaster" in block))
    rules = {rule.name: rule for rule in load(tmp_path / "config.yaml").rules}
    assert rules["feed mirror"].then is Step.REPORT
    assert "media_share" in rules["link broadcaster"].unless
    assert rules["my own rule"].then is Step.LIST


@pytest.mark.parametrize("name", STRICTNESSES)
def test_init_writes_a_config_that_takes_the_shipped_rules(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = [
        "init",
        "--platform",
        "mastodon",
        "--server",
        "mastodon.example",
        "--report-at",
        "08:00",
        "--strictness",
        name,
    ]
    assert main(words) == 0
    assert load(tmp_path / "config.yaml").rules == shipped_rules(name)
