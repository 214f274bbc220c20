"""The ledger's page: every line of thousands is on one page and no other, and what is looked for is what is shown."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from bot.clock import SimulatedClock
from bot.config import read
from bot.model import Account, Entry, Event, Step
from bot.platforms.base import Page
from bot.store import open_store
from tests.unit.desk.asked import desk_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CONFIG = """
store: unused.sqlite
profiles:
  - {name: home, platform: memory}
report: {timezone: Europe/Lisbon}
rules:
  - name: links <b>only</b>
    when: {link_share: {at_least: 0.9}}
    then: list
"""
RULE = "links <b>only</b>"
PEOPLE = [Account(f"id&{number}", f"person{number}@example.org") for number in range(5)]
MANY = 2345


def entry(number: int) -> Entry:
    return Entry(
        NOW - timedelta(minutes=MANY - number),
        "home",
        PEOPLE[number % 5],
        Event.PLANNED if number % 10 == 0 else Event.JUDGED,
        rule=RULE if number % 3 == 0 else None,
        step=Step.LIST,
        reason=f"<i>line {number}.</i>",
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    store = open_store(str(tmp_path_factory.mktemp("desk") / "quietfeed.sqlite"))
    store.record([entry(number) for number in range(MANY)])
    store.remember("home", Page((), tuple(PEOPLE), None), NOW)
    yield desk_of(store, read(CONFIG, Path("config.yaml")), SimulatedClock(NOW))
    store.close()


def lines(answer) -> list[int]:
    """The numbers of the lines on a page, from the top."""
    words = answer.page.text.split("<i>line ")[1:]
    return [int(part.partition(".")[0]) for part in words]


def walked(desk, path: str, link: str) -> list[list[int]]:
    found = []
    while True:
        answer = desk.get(path)
        found.append(lines(answer))
        path = next((address for words, address in answer.page.links if words == link), "")
        if not path:
            return found


def test_pages_meet_with_no_line_lost_or_twice(desk):
    pages = walked(desk, "/ledger", "Older")
    assert list(chain(*pages)) == list(range(MANY - 1, -1, -1))
    assert max(map(len, pages)) == 100


def test_whoever_turns_back_comes_to_the_newest_line_again(desk):
    oldest = desk.get("/ledger?before=6")
    assert lines(oldest) == [4, 3, 2, 1, 0]
    pages = walked(desk, oldest.page.link("Newer"), "Newer")
    assert list(chain(*reversed(pages))) == list(range(MANY - 1, 4, -1))


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("what=planned", lambda number: number % 10 == 0),
        ("what=actions", lambda number: number % 10 == 0),
        ("rule=links+%3Cb%3Eonly%3C%2Fb%3E", lambda number: number % 3 == 0),
        ("account=id%262", lambda number: number % 5 == 2),
        ("account=%40Person3%40example.org", lambda number: number % 5 == 3),
        ("account=id%260&what=planned&rule=links+%3Cb%3Eonly%3C%2Fb%3E", lambda number: number % 30 == 0),
    ],
)
def test_what_is_looked_for_is_what_is_shown_page_after_page(desk, query, fits):
    wanted = [number for number in range(MANY - 1, -1, -1) if fits(number)]
    assert list(chain(*walked(desk, f"/ledger?{query}", "Older"))) == wanted


def test_a_day_ends_at_the_owners_midnight(desk):
    shown = lines(desk.get("/ledger?day=2026-04-30"))
    midnight = datetime(2026, 4, 30, 23, tzinfo=UTC)  # in Lisbon
    assert entry(shown[0]).at < midnight <= entry(shown[0] + 1).at
    assert lines(desk.get("/ledger?day=2026-05-09"))[0] == MANY - 1
    assert lines(desk.get("/ledger?day=9999-12-31"))[0] == MANY - 1
    assert "Nothing in the ledger" in desk.get("/ledger?day=2020-01-01").page.text


@pytest.mark.parametrize(
    "query", ["before=x", "after=-1", "before=" + "9" * 40, "day=never", "what=everything", "what="]
)
def test_what_is_no_place_in_the_ledger_is_its_beginning(desk, query):
    assert lines(desk.get(f"/ledger?{query}"))[0] == MANY - 1


def test_a_name_that_nobody_has_is_said(desk):
    answer = desk.get("/ledger?account=%3Cb%3Enobody")
    assert answer.status == 200
    assert "Nobody is known here as <b>nobody" in answer.page.text
    assert lines(answer) == []


def test_what_was_asked_for_stands_in_the_form(desk):
    form = desk.get("/ledger?account=id%261&what=planned&rule=links+%3Cb%3Eonly%3C%2Fb%3E&day=2026-04-30").page.form(
        "/ledger"
    )
    assert form.method == "get"
    assert form.fields == {"account": "person1@example.org", "what": "planned", "rule": RULE, "day": "2026-04-30"}


def test_every_line_leads_to_its_account(desk):
    assert ("person4@example.org", "/account?id=id%264") in desk.get("/ledger").page.links
