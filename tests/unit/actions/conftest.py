"""What the tests of actions share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.actions.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world of its own for each test."""
    made = World(tmp_path)
    yield made
    made.store.close()
