"""Every test of the store is one of each database."""

import pytest

from tests.databases import AnyDatabase


@pytest.fixture(autouse=True)
def _in_each(database: AnyDatabase) -> None:
    """The stores of every test here."""
