"""The manual page says what the command line says, and every program that shows such pages reads it."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import docs, manual
from bot.cli.parser import build

PAGE = manual.manual()


def shown(page: str) -> str:
    """What a reader sees of a page, if groff is here to say."""
    if not shutil.which("groff"):
        pytest.skip("there is no groff on this machine")
    command = ["groff", "-ww", "-man", "-Tutf8", "-P-cbou", "-rLL=200n"]
    done = subprocess.run(command, input=page, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    return done.stdout.replace("\u2212", "-")  # what some set for a minus


def told() -> dict[str, list[str]]:
    """Verb -> its options, as they are typed."""
    verbs = next(action.choices for action in build()._actions if action.metavar == "VERB")
    return {
        name: [option for action in verb._actions for option in action.option_strings if action.dest != "help"]
        for name, verb in verbs.items()
    }


@pytest.mark.parametrize(("verb", "options"), told().items(), ids=told())
def test_every_verb_stands_on_the_page_with_all_its_options(verb, options):
    section = PAGE.replace("\\-", "-").partition(f"\n.SS {verb}\n")[2].partition("\n.S")[0]
    assert section.startswith(f".B quietfeed {verb}\n")
    assert [option for option in options if option not in section and option != "--config"] == []


def test_the_page_is_shown_without_a_complaint():
    page = shown(PAGE)
    assert "quietfeed try --config new.yaml      another file" in page
    assert "[--platform mastodon|bluesky]" in page
    assert "a name for `login --notify`" in page


def test_another_reader_finds_no_fault_in_it():
    if not shutil.which("mandoc"):
        pytest.skip("there is no mandoc on this machine")
    command = ["mandoc", "-T", "lint", "-W", "error"]
    lint = subprocess.run(command, input=PAGE, capture_output=True, text=True, check=False)
    assert (lint.returncode, lint.stdout, lint.stderr) == (0, "", "")


def test_the_page_that_is_installed_is_one_of_the_generated():
    assert docs.pages()[docs.REPOSITORY / "docs" / "quietfeed.1"] == PAGE


@pytest.mark.parametrize("line", [".SH not a request", "'nor this", "back\\slash", "it's `so` ~ ^ - …", "\\fBbold\\fR"])
def test_no_text_means_anything_to_the_program_that_shows_it(line):
    assert line in shown(f'.TH A 1 "" "" ""\n.SH B\n{manual._paragraphs(line)}\n').replace("\n", "")


@given(st.text())
def test_no_text_begins_a_request_or_leaves_ascii(text):
    page = manual._paragraphs(text)
    assert page.isascii()
    requests = {line for line in page.split("\n") if line.startswith((".", "'"))}
    assert requests <= {".PP", ".EX", ".EE"}
