"""Today's page, and the reports of days before: what the report says, with links in place of commands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.report import page as reports_page
from bot.service import daily, pages, pausing
from tests.unit.desk.asked import desk_of, lived


@pytest.fixture
def world(tmp_path):
    with lived(tmp_path) as (store, config, clock):
        yield store, config, clock, desk_of(store, config, clock)


def test_it_is_the_report_with_each_account_linked_and_no_command(world):
    store, config, clock, desk = world
    answer = desk.get("/")
    assert answer.status == 200
    now, profile = clock.now(), config.profiles[0]
    made = daily.compose(profile, store, config, now.date(), now, daily.lately(profile.name, store, now))
    assert reports_page.facts(made)["summary"] in answer.page.text
    for line in made.planned:
        address = f"/account?id={line.account.id}"
        assert address in {where for _, where in answer.page.links}, line.account.handle
    assert "quietfeed keep" not in answer.text
    assert "<title>Today · demo · quietfeed</title>" in answer.text


def test_the_reports_own_page_still_has_its_commands_and_no_link_to_the_desk(world):
    store, config, clock, _ = world
    now, profile = clock.now(), config.profiles[0]
    day = daily.compose(profile, store, config, now.date(), now, daily.lately(profile.name, store, now))
    page = pages.page_now(day, store, config, now, daily.local_zone(config))
    assert "quietfeed keep" in page
    assert "/account" not in page


def test_a_word_of_the_owners_shows_at_once(world):
    store, _, clock, desk = world
    before = desk.get("/")
    assert before.text == desk.get("/").text
    pausing.begin("demo", store, clock.now())
    assert "paused until" in desk.get("/").page.text


def test_a_profile_of_which_nothing_was_read_says_so(world):
    store, config, clock, _ = world
    new = replace(config, profiles=(*config.profiles, replace(config.profiles[0], name="work")))
    answer = desk_of(store, new, clock).get("/?profile=work")
    assert answer.status == 200
    assert "Nothing of work was read yet." in answer.page.text


def made_on(store, config, clock, days: int) -> date:
    at = clock.now() - timedelta(days=days)
    daily.kept_or_planned(config.profiles[0], store, config, at.date(), at)
    return at.date()


def test_reports_of_days_before_are_listed_and_can_be_read(world):
    store, config, clock, desk = world
    days = [made_on(store, config, clock, back) for back in (10, 9, 8, 5, 4, 3, 2, 1)]
    today = desk.get("/").page
    linked = [address for _, address in today.links if address.startswith("/day")]
    assert linked == [f"/day?date={day.isoformat()}" for day in reversed(days)]
    assert "1 earlier report" in today.text
    for day in days:
        shown, kept = desk.get(f"/day?date={day.isoformat()}"), store.report("demo", day)
        assert shown.status == 200
        words = "".join(shown.page.text.split())
        for line in kept.text.splitlines()[1:]:
            assert "".join(line.strip().removeprefix("· ").rstrip(":").split()) in words
    middle = desk.get(f"/day?date={days[4].isoformat()}").page
    assert {f"/day?date={days[3]}", f"/day?date={days[5]}"} <= {address for _, address in middle.links}


def test_hostile_words_in_a_report_stay_words(world):
    store, config, clock, desk = world
    day = made_on(store, config, clock, 1)
    kept = store.report("demo", day)
    hostile = "<script>alert(1)</script>"
    facts = (day, kept.markdown, f"{hostile}\n\n{hostile}:\n  · {hostile}", kept.data, kept.at, "sent")
    store.save_report("demo", *facts, f'https://example.org/"{hostile}', says=hostile, page=hostile)
    for path in (f"/day?date={day}", "/"):
        answer = desk.get(path)
        assert hostile not in answer.text
        assert hostile in answer.page.text


@pytest.mark.parametrize("query", ["", "?date=", "?date=yesterday", "?date=2020-01-01", "?date=0000-00-00"])
def test_a_day_without_a_report_is_not_there(world, query):
    assert world[3].get(f"/day{query}").status == 404
