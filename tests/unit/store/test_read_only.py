"""A store that cannot be written can be looked at: a backup, a read-only file system, somebody else's."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import open_store
from tests.databases import ON_FILES

pytestmark = ON_FILES
REPOSITORY = Path(__file__).parents[3]
LOOK = """
import os, sys
from bot.store import StoreError, open_store
open_store(sys.argv[2], exclusive=False).close()  # what is imported late is imported now
if os.getuid() == 0:  # no permission holds root back
    os.setuid(65534)
try:
    store = open_store(sys.argv[1], exclusive=False)
    print(store.noted("word"), store.in_use())
    store.note("word", "changed")
except StoreError as fault:
    print(fault)
try:
    open_store(sys.argv[1], exclusive=True)
except StoreError as fault:
    print(fault)
"""


def look(store: Path) -> list[str]:
    """What a process sees that has no more rights than anybody."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(store), str(store.parent.parent / "other.sqlite")],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert not done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:  # pytest keeps its folders for itself
        place = Path(folder) / "a place, with signs ?#%" / "q.sqlite"
        store = open_store(str(place))
        store.note("word", "as it was")
        store.close()
        for kept in (place, Path(f"{place}.lock")):
            kept.chmod(0o644)  # what is made is its owner's alone
        for kept in (place.parent, Path(folder)):
            kept.chmod(0o755)
        yield place


def test_a_store_that_may_only_be_read_is_read(path: Path) -> None:
    path.chmod(0o444)
    Path(f"{path}.lock").chmod(0o444)
    path.parent.chmod(0o555)
    try:
        seen, on_writing, on_holding = look(path)
        assert seen == "as it was False"
        assert "cannot be written" in on_writing
        assert "access is denied" in on_holding
    finally:
        path.parent.chmod(0o755)


def test_it_is_read_while_somebody_else_writes_it(path: Path) -> None:
    store = open_store(str(path))
    store.note("word", "news that stands in the log only")
    for file in path.parent.iterdir():
        file.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        assert look(path)[0] == "news that stands in the log only True"
    finally:
        path.parent.chmod(0o755)
        store.close()


def test_a_store_that_may_not_even_be_read_is_refused_with_its_remedy(path: Path) -> None:
    path.chmod(0o000)
    assert "access is denied" in look(path)[0]
