"""What the owner answered is kept until it was answered, and for long enough after that to be known again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.service.heard import Heard, Stage, heard, keep, unfinished
from bot.store import Store, open_store

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ONE = Heard("1", "keep 1", NOW - SECOND, NOW, "https://quiet.example/1", "2026-03-02")
FORTNIGHT = 14 * DAY
"""Longer than a report is looked at, so that nothing is forgotten that would be read again."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "store.sqlite"))
    yield made
    made.close()


def test_an_answer_is_kept_as_it_stands(store: Store) -> None:
    more = replace(ONE, said=("Kept.",), parts=("Kept.",), stage=Stage.ANSWERING, tries=2, ours=("7",))
    assert keep("home", store, ONE) is ONE
    assert heard("home", store) == {"1": ONE}
    assert keep("home", store, more) is more
    assert heard("home", store) == {"1": more}
    assert heard("work", store) == {}, "each profile has its own"


def test_what_is_not_done_with_is_unfinished() -> None:
    stages = [replace(ONE, stage=stage) for stage in Stage]
    assert [one.stage for one in unfinished(stages)] == [Stage.OBEYING, Stage.ANSWERING]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("apart", [FORTNIGHT - SECOND, FORTNIGHT, -FORTNIGHT + SECOND, -FORTNIGHT])
def test_only_what_is_done_with_is_forgotten_and_only_after_a_while(
    store: Store, stage: Stage, apart: timedelta
) -> None:
    """Whichever way the clock went meanwhile."""
    keep("home", store, replace(ONE, stage=stage))
    keep("home", store, replace(ONE, id="2", at=NOW + apart))
    assert ("1" in heard("home", store)) is (stage is not Stage.DONE or abs(apart) < FORTNIGHT)
    assert "2" in heard("home", store)


def test_of_very_many_the_newest_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.heard.KEPT", 3)
    for number in range(5):
        keep("home", store, replace(ONE, id=str(number)))
    assert list(heard("home", store)) == ["2", "3", "4"]
