"""The page of a day and its pictures, made of what the store knows."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.actions.lifecycle import RENEWAL
from bot.config import default_config
from bot.judging.rules import Bounds, Only, Rule
from bot.model import Account, Entry, Event, Post, Step, SweepRecord
from bot.platforms.base import Page
from bot.report.day import build
from bot.report.pictured import Corner
from bot.service import pages
from bot.service.report_files import write_files, write_index
from bot.store import StoredReport, open_store

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CONFIG = default_config()
HIVE, ANNA = Account("1", "hive@market.test"), Account("2", "anna@example.org")


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "quietfeed.sqlite"))
    posts = [Post(f"h{n}", "1", NOW - n * DAY, links=("https://market.test/",)) for n in range(4)]
    posts += [Post(f"a{n}", "2", NOW - n * DAY, reply_to="9" if n % 2 else None) for n in range(4)]
    opened.remember("home", Page(tuple(posts), (HIVE, ANNA), None), NOW)
    yield opened
    opened.close()


def judged(account=HIVE, **facts):
    shown = {"rule": "r", "step": Step.MUTE, "readings": {"link_share": 1.0, "reply_share": 0.0}}
    return Entry(NOW, "home", account, facts.pop("event", Event.JUDGED), **{**shown, **facts})


def day_of(*entries, **facts):
    return build("home", "mastodon", "me", date(2026, 3, 20), entries, [SweepRecord("home", NOW, NOW)], {}, **facts)


def test_every_account_of_the_timeline_is_in_the_picture_and_the_quieted_one_is_marked(store):
    talk = pages.pictures(day_of(judged()), store, CONFIG, NOW, UTC).talk
    assert {(v.handle, v.links, v.answers, v.part, v.quieted) for v in talk.voices} == {
        ("hive@market.test", 1.0, 0.0, 0.5, True),
        ("anna@example.org", 0.0, 0.5, 0.5, False),
    }


def test_what_an_account_was_judged_by_counts_before_what_the_timeline_shows(store):
    """Mastodon's timeline leaves out most replies."""
    store.record([judged(ANNA, step=None, rule=None, readings={"link_share": 0.1, "reply_share": 0.9})])
    talk = pages.pictures(day_of(), store, CONFIG, NOW, UTC).talk
    assert [(v.links, v.answers) for v in talk.voices if v.handle == ANNA.handle] == [(0.1, 0.9)]


def test_who_is_only_reported_is_not_quieted(store):
    talk = pages.pictures(day_of(judged(step=Step.REPORT)), store, CONFIG, NOW, UTC).talk
    assert not any(voice.quieted for voice in talk.voices)


def test_the_days_are_the_owners_and_noise_is_by_the_quieted(store):
    course = pages.pictures(day_of(judged()), store, CONFIG, NOW, UTC).course
    assert len(course.days) == 30
    assert course.days[-1].day == date(2026, 3, 20)
    assert [(one.signal, one.noise) for one in course.days[-5:]] == [(0, 0), *[(1, 1)] * 4]
    there = pages.pictures(day_of(judged()), store, CONFIG, NOW, ZoneInfo("Pacific/Kiritimati")).course
    assert there.days[-1].day == date(2026, 3, 21)
    assert there.days[-1].noise == 1


def test_actions_are_marked_on_the_day_on_which_they_began(store):
    store.record([judged(event=Event.PLANNED, action_id="a", dry=True)])
    assert [one.actions for one in pages.pictures(day_of(), store, CONFIG, NOW, UTC).course.days[-2:]] == [0, 1]
    acting = pages.pictures(day_of(mode=""), store, CONFIG, NOW, UTC).course
    assert not any(one.actions for one in acting.days), "what a dry run would have done was not done"


@pytest.mark.parametrize(
    ("facts", "became", "marked"),
    [
        ({}, Event.DONE, 1),
        ({}, Event.UNDONE, 1),
        ({}, Event.FAILED, 0),
        ({}, Event.CANCELLED, 0),
        ({"reason": RENEWAL}, Event.DONE, 0),
        ({"step": Step.REPORT}, Event.DONE, 0),
    ],
)
def test_what_was_never_done_or_only_goes_on_is_not_marked(store, facts, became, marked):
    begun = judged(event=Event.PLANNED, action_id="a", dry=False, **facts)
    store.record([begun, replace(begun, event=became, reason="")])
    course = pages.pictures(day_of(mode=""), store, CONFIG, NOW, UTC).course
    assert sum(one.actions for one in course.days) == marked


def test_who_is_quieted_and_shows_no_more_is_in_the_picture_by_what_it_was_judged_by(store):
    gone = Account("3", "gone@market.test")
    store.remember("home", Page((), (gone,), None), NOW)
    store.record([judged(gone, readings={"link_share": 1.2, "reply_share": -0.1})])
    voices = pages.pictures(day_of(judged(gone)), store, CONFIG, NOW, UTC).talk.voices
    assert [(v.links, v.answers, v.part, v.quieted) for v in voices if v.handle == gone.handle] == [
        (1.0, 0.0, 0.0, True)
    ]
    voices = pages.pictures(day_of(), store, CONFIG, NOW, UTC).talk.voices
    assert gone.handle not in [voice.handle for voice in voices]


def test_an_account_of_which_a_share_is_not_known_is_left_out(store):
    quiet = Account("3", "quiet@town.test")
    reply = Post("q", "3", NOW - DAY, reply_to="9")
    store.remember("home", Page((reply,), (quiet,), None), NOW)
    voices = pages.pictures(day_of(), store, CONFIG, NOW, UTC).talk.voices
    assert sorted(voice.handle for voice in voices) == [ANNA.handle, HIVE.handle]
    assert {voice.part for voice in voices} == {4 / 9}


def test_an_empty_store_has_no_pictures(tmp_path):
    empty = open_store(str(tmp_path / "empty.sqlite"))
    seen = pages.pictures(day_of(), empty, CONFIG, NOW, UTC)
    assert (seen.talk, seen.course) == (None, None)
    assert "<svg" not in pages.page_now(day_of(), empty, CONFIG, NOW, UTC)
    empty.remember("home", Page((), (HIVE,), None), NOW)
    empty.record([judged()])
    (only,) = pages.pictures(day_of(judged()), empty, CONFIG, NOW, UTC).talk.voices
    assert only.part == 0.0, "who is quieted is shown, with nothing of a timeline that is empty"
    empty.close()


EVERYWHERE = Only()


def rule(then=Step.MUTE, only=EVERYWHERE, **when):
    return Rule("r", {name: Bounds(**bounds) for name, bounds in when.items()}, then, only=only)


LINKS = {"link_share": {"at_least": 0.85}}


@pytest.mark.parametrize(
    ("rules", "corner"),
    [
        ([rule(**LINKS, reply_share={"at_most": 0.02})], Corner(0.85, 0.02)),
        ([rule(**LINKS, answered_people={"at_most": 3})], Corner(0.85, 0.0)),
        ([rule(**LINKS, reply_share={"at_least": 0.5})], None),
        ([rule(**LINKS)], None),
        ([rule(link_share={"at_most": 0.9}, reply_share={"at_most": 0.02})], None),
        ([rule(**LINKS, reply_share={"at_most": 0.02}, answered_people={"at_most": 3})], Corner(0.85, 0.02)),
        ([rule(**LINKS, reply_share={"at_least": 0.5}, answered_people={"at_most": 3})], Corner(0.85, 0.0)),
        ([rule(**LINKS, answered_people={"at_least": 3})], None),
        ([rule(Step.LIST, **LINKS, reply_share={"at_most": 0.02})], None),
        ([rule(only=Only(platforms=("bluesky",)), **LINKS, reply_share={"at_most": 0.02})], None),
        ([rule(reply_share={"at_most": 0.1}), rule(**LINKS, reply_share={"at_most": 0.0})], Corner(0.85, 0.0)),
        ([], None),
    ],
)
def test_the_corner_is_that_of_the_first_rule_that_mutes_for_links_without_answers(rules, corner):
    assert pages.corner(rules, "home", "mastodon") == corner


def test_the_shipped_rules_have_a_corner():
    assert pages.corner(CONFIG.rules, "home", "mastodon") is not None


def test_the_index_leads_to_the_pages_that_are_there(store, tmp_path):
    folder = tmp_path / "reports" / "home"
    made = pages.rendered(day_of(judged()), store, CONFIG, NOW, UTC)
    report = StoredReport("home", date(2026, 3, 20), "# a", "a", "{}", NOW, "planned", **made)
    for day in (report.day - DAY, report.day):
        kept = replace(report, day=day, page="" if day < report.day else report.page)
        write_files(kept, folder)
        more = made if kept.page else {}
        store.save_report("home", day, "", "The day before.\n\nMore", "{}", NOW, "kept", **more)
    write_index(pages.past_days("home", store, folder), folder)
    index = (folder / "index.html").read_text("utf-8")
    assert re.findall(r'href="(.*?)"', index) == ["2026-03-20.html"]
    assert index.index("Would mute 1") < index.index("The day before.")
    assert 'href="index.html"' in (folder / "2026-03-20.html").read_text("utf-8")
    assert store.report("home", report.day).page == report.page
    assert not list(folder.glob(".*")), "nothing half written is left"
