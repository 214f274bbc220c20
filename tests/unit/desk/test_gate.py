"""The gate before every page: whom it lets in, and what goes out with each answer."""

import pytest

from tests.unit.desk.asked import desk_of, lived


@pytest.fixture
def desk(tmp_path):
    """A desk in which the demo's two weeks were lived through."""
    with lived(tmp_path) as (store, config, clock):
        yield desk_of(store, config, clock)


def test_one_who_has_come_in_sees_the_pages(desk):
    answer = desk.get("/")
    assert answer.status == 200
    assert "kettle" in answer.page.text.lower() or answer.page.headings
    assert ("Ledger", "/ledger") in answer.page.links
