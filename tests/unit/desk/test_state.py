"""State and the frame around every page: one profile or several, well or not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.clock import SimulatedClock
from bot.config import load
from bot.model import Account, Entry, Event, Judging, Step, SweepRecord
from bot.service import pausing, state
from bot.store import open_store
from tests.unit.desk.asked import desk_of

NOW = datetime(2026, 5, 15, 12, tzinfo=UTC)
ANN, BEN = Account("1", "ann@example.org"), Account("2", "ben@example.org")
CONFIG = """
store: quietfeed.sqlite
dry_run: false
limits: {first_days_dry: 0d, per_day: 3}
report: {timezone: UTC}
profiles:
  - {name: home, platform: mastodon, server: "https://social.example.com"}
  - {name: art, platform: mastodon, server: "https://art.example.com"}
  - {name: sky, platform: bluesky, handle: me.example.com}
rules:
  - name: links only
    when: {link_share: {at_least: 0.9}}
    then: mute
"""


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "quietfeed.sqlite"), exclusive=False)
    yield opened
    opened.close()


@pytest.fixture
def desk(store, tmp_path):
    path = Path(tmp_path) / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    return desk_of(store, load(path), SimulatedClock(NOW))


def swept(store, profile="home", days=0.0, **more):
    begun = SweepRecord(profile, NOW - timedelta(days=days, minutes=5))
    facts = {"posts": 40, "new_posts": 20, "judged": 3, "requests": 12, **more}
    store.end_sweep(store.begin_sweep(begun), replace(begun, ended=begun.started + timedelta(minutes=1), **facts))


def test_before_the_first_sweep_every_page_is_there(desk):
    for path in ("/", "/ledger", "/state"):
        for profile in ("home", "art", "sky"):
            assert desk.get(f"{path}?profile={profile}").status == 200
    told = desk.get("/state").page.text
    assert "No sweep ran in the last 14 days." in told
    assert "Nothing waits." in told
    assert "no daemon is at work" in told


def test_two_weeks_of_sweeps_are_told_in_words_in_a_picture_and_in_numbers(desk, store):
    for days in (0, 0, 1, 5):
        swept(store, days=days)
    swept(store, days=3, gaps=("a hole of two hours",), error="it does not answer")
    swept(store, days=30)
    answer = desk.get("/state")
    told = "5 sweeps in the last 14 days read 200 posts and judged 15 accounts, with 60 requests."
    assert told in answer.page.text
    assert f'aria-label="{told} On 10 days there was none. 1 gap and 1 fault."' in answer.text
    assert "15 May 2 80 6 24 0 0" in answer.page.text
    assert "a hole of two hours" in answer.page.text
    assert "it does not answer" in answer.page.text


def test_limits_tell_what_is_used_of_them(desk, store):
    swept(store, allowed=300, remaining=75)
    plan = Entry(NOW - timedelta(hours=2), "home", ANN, Event.PLANNED, step=Step.MUTE, action_id="a", dry=False)
    store.record([plan, replace(plan, event=Event.DONE)])
    told = desk.get("/state").page.text
    assert "In the last 24 hours 1 of 3" in told
    assert "In the last sweep 0 of 5" in told
    assert "225 of 300" in told
    assert "12 requests in the last 24 hours." in told


def test_the_share_of_the_followed_is_told_with_their_number_once_it_is_known(desk, store):
    swept(store)
    assert "In the last 7 days 0 of 3" in desk.get("/state").page.text
    for followed in (400, None):
        store.record_judging("home", Judging(NOW, 0, "", (), followed=followed))
    swept(store)
    assert "In the last 7 days (2 % of the 400 you follow, and 3 at least) 0 of 8" in desk.get("/state").page.text


def test_what_waits_is_told_once_with_its_reason_where_all_share_it(desk, store):
    swept(store)
    waits = Entry(NOW, "home", ANN, Event.JUDGED, step=Step.MUTE, limit="daily limit", reason="3 are the most")
    store.record([waits, replace(waits, account=BEN)])
    page = desk.get("/state").page
    assert page.text.count("3 are the most") == 1
    assert ("ben@example.org", "/account?profile=home&id=2") in page.links
    store.record([replace(waits, account=BEN, limit="", step=None)])
    assert "ben@example.org" not in desk.get("/state").page.text


def test_a_sweep_a_pause_and_a_trouble_show_at_once(desk, store):
    swept(store)
    assert "1 sweep in" in desk.get("/state").page.text
    swept(store)
    assert "2 sweeps in" in desk.get("/state").page.text
    pausing.begin("home", store, NOW, timedelta(days=3))
    assert "Paused until" in desk.get("/state").page.text
    state.note_trouble("home", store, "report", "it cannot be sent", NOW, NOW)
    assert "it cannot be sent" in desk.get("/state").page.text


def test_several_profiles_stand_in_a_table_each_with_its_own_page(desk, store):
    swept(store, "art", error="art.example.com does not answer")
    page = desk.get("/state?profile=sky").page
    assert [address for words, address in page.links if words == "art"] == ["/state?profile=art", "/state?profile=art"]
    assert "art.example.com does not answer" in page.text
    assert "art.example.com does not answer" not in desk.get("/ledger?profile=sky").page.text


def test_one_who_changes_the_profile_stays_on_the_page(desk):
    assert desk.get("/ledger?profile=art").page.link("sky") == "/ledger?profile=sky"
    assert desk.get("/?profile=art").page.link("sky") == "/?profile=sky"
    assert desk.get("/ledger?profile=art").page.form("/ledger").fields["profile"] == "art"
    assert "<title>Ledger · art · quietfeed</title>" in desk.get("/ledger?profile=art").text


def test_a_config_that_cannot_be_worked_by_is_told_on_every_page(desk):
    desk.seat.path.write_text(CONFIG + "  - name: <b>broken\n", "utf-8")
    for path in ("/", "/ledger", "/state"):
        answer = desk.get(path)
        assert answer.status == 200
        assert "The config cannot be worked by as it is saved now" in answer.page.text
        assert "<b>broken" not in answer.text
    desk.seat.path.write_text(CONFIG, "utf-8")
    assert "cannot be worked by" not in desk.get("/state").text


@pytest.mark.parametrize("path", ["/", "/ledger", "/state"])
def test_headings_go_down_a_level_at_a_time(desk, store, path):
    swept(store, gaps=("a hole",), error="it does not answer")
    levels = [level for level, _ in desk.get(path).page.headings]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
