"""A change held against the recorded weeks by a process of its own: by the store's address, and told as JSON."""

import json
from pathlib import Path

import pytest

from bot.desk.held import held
from bot.errors import UserError
from bot.service.apart import elsewhere
from bot.store import open_store
from bot.store.database import Database
from bot.store.place import located
from tests.unit.desk.asked import lived


def test_another_process_tells_the_same_as_this_one_and_leaves_the_store_alone(tmp_path: Path) -> None:
    with lived(tmp_path) as (store, config, _):
        before = config.path.read_text("utf-8")
        after = before.replace("promo_words: {at_least: 0.12}", "promo_words: {at_least: 0.3}")
        given = store.address, "demo", str(config.path), before, after
        mark = store.mark()
        told = elsewhere(held, *given)
        assert json.loads(told)["rows"][0]["kind"] == "another step"
        assert told == held(*given)
        assert store.mark() == mark


def test_where_nothing_is_recorded_that_is_said(tmp_path: Path) -> None:
    open_store(str(tmp_path / "empty.sqlite")).close()
    text = "profiles:\n  - {name: demo, platform: memory}\n"
    with pytest.raises(UserError, match="nothing is recorded of “demo”"):
        elsewhere(held, str(tmp_path / "empty.sqlite"), "demo", "config.yaml", text, text)


def test_the_address_for_another_process_has_the_password_and_the_one_that_is_shown_has_not() -> None:
    store = Database(located("postgresql://ann:horse%40staple@db.test/quiet?sslmode=require"))
    assert store.address == "postgresql://ann:horse%40staple@db.test/quiet?sslmode=require"
    assert "staple" not in store.url
