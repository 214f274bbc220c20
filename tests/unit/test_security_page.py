"""Whatever docs/security.md promises, it names a test that shows it, and that test is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "security.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PROMISES = re.findall(r"^- (.*(?:\n  .*)*)", PAGE, re.MULTILINE)


@cache
def written_in(path: str) -> frozenset[str]:
    """The tests of a file."""
    tree = ast.parse((REPOSITORY / path).read_text("utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(PAGE))), ids=str)
def test_a_test_that_the_page_names_is_there(path: str, name: str) -> None:
    assert name in written_in(path)


def test_every_promise_of_the_page_names_a_test() -> None:
    assert len(PROMISES) > 20
    assert [promise for promise in PROMISES if not NAMED.search(promise)] == []
    assert PAGE.count("tests/") == len(NAMED.findall(PAGE)), "each in the form that is looked for"
