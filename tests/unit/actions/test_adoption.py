"""What stands on an account is known where the ledger tells of it, or is taken over as if it had been done by it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.actions.adoption import ended, is_over, known, take_over
from bot.actions.lifecycle import MARKED, RecordedAction, from_plan
from bot.actions.recorded import protected_by_name, recorded_actions
from bot.model import Account, Entry, Event, Step
from bot.platforms.base import Quieted
from bot.store import Store, open_store

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ALMOST = timedelta(minutes=10)
SHOP, OTHER = Account("a", "shop@market.test"), Account("b", "other@market.test")
FOUND = Quieted(SHOP, Step.MUTE, NOW + DAY, ours=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "store.sqlite"))
    yield made
    made.close()


def action(event: Event, until: datetime | None = NOW + DAY, account=SHOP, step=Step.MUTE) -> RecordedAction:
    begun = Entry(NOW - DAY, "home", account, Event.PLANNED, "r", step, until=until, action_id="x", dry=False)
    return replace(from_plan(begun), last=replace(begun, event=event))


def test_what_is_in_force_or_unfinished_on_that_account_is_known() -> None:
    for event in Event:
        if event is not Event.JUDGED:
            one = action(event)
            open_ = event in (Event.PLANNED, Event.DONE, Event.LIFTING)
            assert known(FOUND, [one]) is (one if open_ else None)
            assert ended(FOUND, [one]) == ([] if open_ else [one])
    for other in (action(Event.DONE, account=OTHER), action(Event.DONE, step=Step.LIST)):
        assert known(FOUND, [other]) is None
        assert ended(FOUND, [replace(other, last=replace(other.last, event=Event.EXPIRED))]) == []


@pytest.mark.parametrize(
    ("until", "ends", "stands", "over"),
    [
        (NOW + DAY, None, NOW + DAY, True),
        (NOW + DAY, None, NOW + DAY + ALMOST, True),
        (NOW + DAY, None, NOW + DAY - ALMOST, True),
        (NOW + DAY, None, NOW + DAY + ALMOST + SECOND, False),
        (NOW + DAY, NOW, NOW, True),
        (NOW + DAY, NOW, NOW + DAY, False),
        (NOW + DAY, None, None, False),
        (None, None, NOW + DAY, False),
        (None, None, None, True),
    ],
)
def test_an_action_that_ended_is_over_where_what_stands_ends_with_it(
    until: datetime | None, ends: datetime | None, stands: datetime | None, over: bool
) -> None:
    found, one = replace(FOUND, until=stands), replace(action(Event.UNDONE, until), ends=ends)
    assert is_over(found, [one]) is over
    assert not is_over(found, [replace(one, last=replace(one.last, event=Event.DONE))])


@pytest.mark.parametrize(("marked", "over"), [(-9 * DAY, True), (-SECOND, True), (DAY * 0, True), (SECOND, False)])
def test_a_mark_whose_time_was_up_before_a_later_action_ended_is_no_action_any_more(
    marked: timedelta, over: bool
) -> None:
    """The owner muted for good since, and the old mark, of which the ledger tells another end, still stands there."""
    later = action(Event.EXPIRED, NOW + 40 * DAY)
    later = replace(later, last=replace(later.last, at=NOW + 20 * DAY))
    assert is_over(replace(FOUND, until=NOW + 20 * DAY + marked), [later]) is over


@pytest.mark.parametrize(("until", "planned"), [(NOW + 3 * DAY, NOW + 3 * DAY), (None, NOW + DAY)])
def test_what_is_taken_over_is_in_force_and_ends(store: Store, until: datetime | None, planned: datetime) -> None:
    found = replace(FOUND, until=until, before={"mute": "no"})
    plan = take_over(found, MARKED, "home", "f", store, NOW)
    (made,) = recorded_actions(store, "home", dry=False)
    assert (made.plan, made.until, made.ends, made.before) == (plan, planned, found.ends, {"mute": "no"})
    assert made.in_force
    assert made.is_found_again
    assert recorded_actions(store, "home", dry=True) == []


def test_that_the_owner_keeps_an_account_goes_before_that_they_took_an_action_back(store: Store) -> None:
    for account in (SHOP, OTHER):
        store.set_feedback("home", account, "veto", "", NOW)
    store.set_feedback("home", SHOP, "keep", "", NOW)
    told = protected_by_name("home", store)
    assert {one: why.partition(":")[0] for one, why in told.items()} == {SHOP.id: "kept", OTHER.id: "taken back"}
