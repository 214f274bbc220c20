"""Small facts in a damaged store: each is a fault of the store in words, or as if it were not there."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SimulatedClock
from bot.config import default_config
from bot.service import daily, finding, kept, mode, pausing, review, state, tried, unread
from bot.service.heard import heard
from bot.service.waiting import Waiting
from bot.store import StoreError, open_store

NOTES = (
    *(f"{what}:home" for what in ("kept", "unread", "waiting", "waiting for", "trouble:sweep", "report waits")),
    *("report ways:home", "trouble:ping:home"),
    *("pause:home", "answers:home", "answers looked:home"),
    *("next:home", "installed:home", "found:home", "told:home", "clock set", "skipped:home"),
)
"""Small facts that are kept in a form of their own."""


DAMAGED = (
    *("{", "7", "[7]", '{"day": 7}', "2026-99-99 x", "\ufffd"),
    *('{"since": "2026-03-02", "until": "2026-03-09"}', '[{"id": "a", "said": "x"}]', '{"since": 1, "until": 2}'),
    *('{"at": 7, "others": 1, "question": ""}', '{"at": "2026-03-02", "others": [], "question": ""}'),
)


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_note_is_a_fault_of_the_store_or_nothing(tmp_path: Path, damaged: str) -> None:
    store, now = open_store(str(tmp_path / "q.sqlite")), datetime(2026, 3, 2, tzinfo=UTC)
    for name in NOTES:
        store.note(name, damaged)
    readers: tuple[Callable[[], object], ...] = (
        lambda: kept.known_names("home", store),
        lambda: unread.staying("home", store),
        lambda: Waiting("home", store, SimulatedClock(now)),
        lambda: state.next_sweep("home", store),
        lambda: state.waiting("home", store, now),
        lambda: state.troubles("home", store),
        lambda: state.jump(store, now),
        lambda: tried.known("home", store),
        lambda: finding.last_look("home", store).is_over(now),
        lambda: store.told("home"),
        lambda: mode.why_dry("home", store, replace(default_config(), dry_run=False), now),
        lambda: pausing.until("home", store, now),
        lambda: pausing.in_bounds("home", store, now),
        lambda: heard("home", store),
        lambda: [at > now for at in review.skipped("home", store).values()],
        lambda: store.noted_time("answers looked:home"),
        lambda: daily.waits("home", store, now.date(), now),
    )
    for read in readers:
        with suppress(StoreError):
            read()
    store.close()
