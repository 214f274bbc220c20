"""Every command that a page shows can be typed: the program's own parser takes its verb and its options."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.parser import build

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[3]
PAGES = sorted({*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")} - {REPOSITORY / "CHANGELOG.md"})
"""All that speak of the program as it is."""
FENCE = re.compile(r" *```(\w*)")
SHELL = ("", "sh", "bash")
"""Languages of blocks in which commands stand; one without a language may show output as well."""
INLINE = re.compile(r"`([^`]+)`")
COMMAND = re.compile(r"(?:(?<![\w./-])|(?<=bin/))quietfeed ((?!quietfeed\b)[a-z-].*?) *(?: {2}| #|[`;&|>)]|$)")
"""A command in code, until whatever ends it: a comment, a pipe, the next column."""
PLACEHOLDERS = ("…", "...")
LACKS = re.compile("arguments are required|expected (at least )?one argument")
"""What the parser says of a command that breaks off."""


@dataclass(frozen=True)
class Shown:
    """A command in the code of a page."""

    line: int
    command: str
    in_a_sentence: bool
    """So it may only name a verb or an option, without what has to follow."""

    def complaint(self, capsys: pytest.CaptureFixture[str]) -> str:
        """What the parser says against it; empty where it takes it."""
        words = [word for word in shlex.split(self.command) if word not in PLACEHOLDERS]
        try:
            build().parse_args(words)
        except SystemExit as left:
            said = capsys.readouterr().err.strip()
            if not left.code or (self.in_a_sentence and LACKS.search(said)):
                return ""
            return said.splitlines()[-1]
        return ""


def shown(page: str) -> Iterator[Shown]:
    """Each command in the page's code."""
    language: str | None = None
    for number, line in enumerate(page.splitlines(), 1):
        fence = FENCE.match(line)
        if fence:
            language = fence[1] if language is None else None
        elif language is None:
            for code in INLINE.findall(line):
                yield from (Shown(number, found, in_a_sentence=True) for found in COMMAND.findall(code))
        elif language in SHELL:
            yield from (Shown(number, found, in_a_sentence=False) for found in COMMAND.findall(line))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_that_a_page_shows_can_be_typed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = [
        f"{path.relative_to(REPOSITORY)}:{one.line}: `quietfeed {one.command}`: {said}"
        for one in shown(path.read_text("utf-8"))
        if (said := one.complaint(capsys))
    ]
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("Say `quietfeed sweep`, or `quietfeed undo --all`.", ["sweep", "undo --all"]),
        ("```\n$ quietfeed try    # what would change\nquietfeed · Mon 16 Mar\n```", ["try"]),
        ("```\nWhy?  quietfeed explain a@b.c    Wrong?  quietfeed keep d@e.f\n```", ["explain a@b.c", "keep d@e.f"]),
        ("```sh\nquietfeed export ledger | head -1\nuv tool install quietfeed\n```", ["export ledger"]),
        ("`/opt/q/.venv/bin/quietfeed init`, `mv a/quietfeed there`", ["init"]),
        ("```\ndocker compose run --rm quietfeed quietfeed login\n```", ["login"]),
        ("```yaml\nquietfeed run: it\n```\nquietfeed runs; the line `quietfeed: mute`.", []),
    ],
)  # fmt: skip
def test_commands_are_found_in_code_alone(page: str, found: list[str]) -> None:
    assert [one.command for one in shown(page)] == found


@pytest.mark.parametrize("command", ["swep", "undo --every", "audit --format pdf", "keep --foo", "explain"])
def test_a_command_that_cannot_be_typed_is_noticed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = shown(f"```\nquietfeed {command}\n```")
    assert one.complaint(capsys)


@pytest.mark.parametrize("command", ["explain", "demo --strictness"])
def test_a_sentence_may_break_a_command_off(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = shown(f"`quietfeed {command}` tells why.")
    assert not one.complaint(capsys)
