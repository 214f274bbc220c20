"""docs/tuning.md, followed on the demo: what it shows is what the program says there."""

import io
import re
from pathlib import Path

import pytest

from bot.cli import demo, main

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[3] / "docs" / "tuning.md").read_text("utf-8")
BLOCK = re.compile(r"^```\n\$ quietfeed (.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
SHOWN = dict(BLOCK.findall(PAGE))
"""Command -> what the page shows of its output; a line that is only … stands for any number of lines."""

FOLLOWED = ("demo --keep playground", "review", "tune", "tune --write", "test-rules")


def fitting(shown: str) -> re.Pattern[str]:
    """What output fits what a page shows of it."""
    return re.compile(
        "".join(r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line) for line in shown.splitlines(True))
    )


def is_shown(command: str, out: str) -> bool:
    """Whether the page shows this output of the command."""
    return fitting(SHOWN[command]).fullmatch(out if out.endswith("\n") else out + "\n") is not None


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command of the guide says, one after the other."""
    with pytest.MonkeyPatch.context() as patch:
        return _followed(tmp_path_factory.mktemp("guide"), patch)


def _followed(folder: Path, patch: pytest.MonkeyPatch) -> dict[str, str]:
    patch.setenv("QUIETFEED_STATE_DIR", str(folder / "state"))
    patch.setenv("XDG_CONFIG_HOME", str(folder / "xdg"))
    for name in ("DATABASE_URL", "QUIETFEED_CONFIG"):
        patch.delenv(name, raising=False)
    patch.setattr(demo, "start_of", lambda *, kept: demo.START)  # the page shows these days
    patch.chdir(folder)
    said = {}
    for command in FOLLOWED:
        patch.setattr("sys.stdin", io.StringIO("n\nn\nf\nf\nf\n"))
        patch.setattr("sys.stdout", out := io.StringIO())
        assert main(command.split()) == 0
        said[command] = out.getvalue()
        if command.startswith("demo"):
            patch.chdir(folder / "playground")
    return said


@pytest.mark.parametrize("command", FOLLOWED)
def test_the_guide_shows_what_the_program_says(said, command):
    assert is_shown(command, said[command]), said[command]


def test_what_the_guide_shows_is_followed_or_is_about_files_of_the_owners():
    others = [command for command in SHOWN if command not in FOLLOWED and "sure.jsonl.gz" not in command]
    assert others == ["try"]  # test_trying edits the line that it is about
