"""What is told of a profile is told afresh as soon as anything changed, and not before."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.model import Account, Entry, Event, Post, SweepRecord
from bot.platforms.base import Page
from bot.store import open_store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANN = Account("1", "ann@example.org")


@pytest.fixture
def stores(tmp_path):
    """One that works, and one that only looks."""
    works = open_store(str(tmp_path / "quietfeed.sqlite"))
    looks = open_store(str(tmp_path / "quietfeed.sqlite"), exclusive=False)
    yield works, looks
    looks.close()
    works.close()


def changes(store):
    """What may change, in an order in which each can."""
    sweep = SweepRecord("home", NOW)
    number = store.begin_sweep(sweep)
    yield "a sweep began"
    store.end_sweep(number, replace(sweep, ended=NOW, posts=3))
    yield "a sweep ended"
    store.record([Entry(NOW, "home", ANN, Event.JUDGED)])
    yield "somebody was judged"
    store.set_feedback("home", ANN, "keep", "", NOW)
    yield "somebody was kept"
    store.drop_feedback("home", ANN.id, "keep")
    yield "and kept no longer"
    store.note("paused:home", "until then")
    yield "a pause"
    store.save_report("home", date(2026, 5, 1), "", "", "{}", NOW, "planned")
    yield "a report was made"
    store.save_report("home", date(2026, 5, 1), "", "", "{}", NOW, "sent")
    yield "and sent"
    store.remember("home", Page((), (ANN,), None), NOW)
    yield "an account is known"


def test_whatever_changes_makes_another(stores):
    works, looks = stores
    before = looks.fingerprint("home")
    for what in changes(works):
        assert looks.fingerprint("home") != before, what
        before = looks.fingerprint("home")


def test_where_nothing_changed_it_is_the_same(stores):
    works, looks = stores
    list(changes(works))
    before = looks.fingerprint("home")
    works.remember("home", Page((Post("1", "1", NOW),), (), None), NOW)
    works.note("paused:home", "until then")
    assert looks.fingerprint("home") == before == works.fingerprint("home")
