"""The ledger a page at a time: whichever way it is walked, no entry is lost, and none comes twice."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Account, Entry, Event, Step
from bot.store import Which, open_store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
PEOPLE = [Account(f"{number}", f"person{number}@example.org") for number in range(7)]
RULES = ("links 100%", "links_100%", 'so "called"', None)
MANY = 3000


def written(number: int) -> Entry:
    event = Event.JUDGED if number % 3 else list(Event)[number // 3 % 9]
    said = 'it says "rule": "links 100%"'
    return Entry(
        NOW + timedelta(minutes=number),
        "home",
        PEOPLE[number % 7],
        event,
        rule=RULES[number % 4],
        step=Step.LIST,
        reason=said,
        action_id=str(number),
    )


ENTRIES = [written(number) for number in range(MANY)]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_store(str(tmp_path_factory.mktemp("ledger") / "quietfeed.sqlite"))
    for at in range(0, MANY, 100):
        opened.record(ENTRIES[at : at + 100])
        opened.record([Entry(NOW, "work", PEOPLE[0], Event.JUDGED)])
    yield opened
    opened.close()


CHOSEN = (
    (Which(), lambda one: True),
    (Which(account_id="3"), lambda one: one.account.id == "3"),
    (Which(event=Event.DONE), lambda one: one.event is Event.DONE),
    (Which(rule="links 100%"), lambda one: one.rule == "links 100%"),
    (Which(rule='so "called"'), lambda one: one.rule == 'so "called"'),
    (Which("2", Event.JUDGED, "links_100%"), lambda one: (one.account.id, one.event, one.rule)[0] == "2"
     and one.event is Event.JUDGED and one.rule == "links_100%"),
    (Which(rule="no such rule"), lambda one: False),
)  # fmt: skip


@pytest.mark.parametrize("most", [1, 7, 100])
@pytest.mark.parametrize(("which", "fits"), CHOSEN)
def test_pages_meet_whichever_way_they_are_turned(store, which, fits, most):
    wanted = [one for one in ENTRIES[::-1] if fits(one)][: 40 * most]
    older, before = [], None
    while len(older) < len(wanted):
        page = store.entries_before("home", before, most, which)
        older, before = older + page, page[-1][0]
    assert [entry for _, entry in older[: len(wanted)]] == wanted
    if not older:
        assert store.entries_before("home", None, most, which) == []
        return
    newer, after = [older[-1]], older[-1][0]
    while page := store.entries_after("home", after, most, which):
        newer, after = page + newer, page[0][0]
    assert newer == older


def test_without_decisions_only_what_became_of_actions_is_told(store):
    acted = [one for one in ENTRIES[::-1] if one.event is not Event.JUDGED]
    assert [one for _, one in store.entries_before("home", None, MANY, decisions=False)] == acted
    assert [one for _, one in store.entries_after("home", 0, 5, decisions=False)] == acted[-5:]


def test_a_day_is_found_by_its_end(store):
    number = store.entry_before("home", NOW + timedelta(minutes=10))
    ((_, entry),) = store.entries_before("home", number + 1, 1)
    assert entry == ENTRIES[9]
    assert store.entry_before("home", NOW) == 0
