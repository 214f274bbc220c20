"""Every account as it is known now: how it posts, what is done to it, and how the owner stood to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import default_config
from bot.model import (
    Account,
    Basis,
    Entry,
    Event,
    Judging,
    Post,
    Standing,
    Step,
)
from bot.platforms.base import Page
from bot.service import accounts, whom
from bot.store import open_store

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CONFIG = default_config()
HIVE, ANNA = Account("1", "hive@market.test"), Account("2", "anna@example.org")


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "quietfeed.sqlite"))
    posts = [Post(f"h{n}", "1", NOW - n * DAY, links=("https://market.test/",)) for n in range(3)]
    posts += [Post("a0", "2", NOW)]
    opened.remember("home", Page(tuple(posts), (HIVE, ANNA), None), NOW)
    yield opened
    opened.close()


def entry(account=HIVE, event=Event.JUDGED, **facts):
    return Entry(NOW, "home", account, event, **{"rule": "r", "step": Step.MUTE, **facts})


def shown(store):
    return {one.account.id: one for one in accounts.shown("home", store, CONFIG, NOW)}


def test_everybody_is_known_whom_the_timeline_showed_or_who_was_judged(store):
    gone = Account("3", "gone@example.org")
    assert shown(store).keys() == {"1", "2"}
    store.record([entry(gone)])
    found = shown(store)
    assert found.keys() == {"1", "2", "3"}
    assert (found["1"].part, found["3"].part) == (0.75, 0.0)


def test_a_pace_is_told_by_its_own_feed_and_else_by_the_timeline(store):
    assert shown(store)["1"].a_day(6 * DAY) == 0.5
    store.record([entry(readings={"own_posts": 20.0, "days_seen": 4.0})])
    assert shown(store)["1"].a_day(6 * DAY) == 5.0
    store.record([entry(readings={"posts_per_day": 7.0, "own_posts": 20.0, "days_seen": 4.0})])
    assert shown(store)["1"].a_day(6 * DAY) == 7.0


def test_a_protected_account_is_asked_nothing_of(store):
    store.record([entry(protection="mutual")])
    assert shown(store)["1"].asked is None
    store.record([entry()])
    assert shown(store)["1"].asked is Step.MUTE


def test_what_was_really_done_counts_before_what_a_dry_run_would_do(store):
    until = NOW + DAY
    store.record([entry(event=Event.PLANNED, action_id="a", until=until, step=Step.MUTE)])
    dry = accounts.done("home", store, CONFIG, NOW)
    assert dry["1"].plan.dry
    store.record([
        entry(event=event, action_id="b", dry=False, step=Step.LIST) for event in (Event.PLANNED, Event.DONE)
    ])  # fmt: skip
    assert accounts.done("home", store, CONFIG, NOW)["1"].step is Step.LIST
    store.note("consent:home", NOW.isoformat())
    acting = replace(CONFIG, dry_run=False)
    store.record([entry(event=Event.UNDONE, action_id="b", dry=False, step=Step.LIST)])
    assert accounts.done("home", store, acting, NOW) == {}, "what a dry run would do is nothing where it is none"


def test_how_the_owner_stood_is_what_the_newest_judging_knew_and_what_they_did_since(store):
    assert accounts.remembered("home", HIVE, store, NOW - DAY) is None
    for hours, following in ((2, False), (1, True)):
        basis = Basis("1", NOW, standing=Standing(following=following))
        store.record_judging("home", Judging(NOW - timedelta(hours=hours), 0, "f", (basis,)))
    assert accounts.remembered("home", HIVE, store, NOW - DAY) == Standing(following=True)
    assert accounts.remembered("home", HIVE, store, NOW) is None, "too long ago"
    assert accounts.remembered("home", ANNA, store, NOW - DAY) is None


def test_an_account_is_found_by_its_id_wherever_it_is_told_of(store):
    profile = replace(CONFIG.profiles[0], name="home")
    assert whom.of_id("1", profile, store) == HIVE
    kept, judged = Account("8", "kept@example.org"), Account("9", "judged@example.org")
    store.set_feedback("home", kept, "keep", "", NOW)
    store.record([entry(judged)])
    assert whom.of_id("8", profile, store) == kept
    assert whom.of_id("9", profile, store) == judged
    assert whom.of_id("nobody", profile, store) is None
