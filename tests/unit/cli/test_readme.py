"""README.md: what it shows of the demo is what the demo says, and what it counts is there."""

import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.signals import ALL
from tests.unit.cli.test_guide import fitting

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
OUTPUTS = [block for block in re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if "Growth Hive" in block]


def test_what_the_page_shows_of_the_demo_is_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    out = capsys.readouterr().out
    assert len(OUTPUTS) == 2
    for shown in OUTPUTS:
        assert fitting(shown).search(out), shown


def test_the_page_counts_the_signals() -> None:
    assert f"lists the {len(ALL)} things that can be measured" in PAGE
