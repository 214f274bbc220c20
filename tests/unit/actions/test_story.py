"""The ledger tells of each action one story that can be true."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.actions.lifecycle import RENEWAL
from bot.actions.story import contradictions
from bot.model import Account, Entry, Event, Step

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANN = Account("1", "ann@example.org")
PLAN = Entry(NOW, "home", ANN, Event.PLANNED, step=Step.MUTE, action_id="a", dry=False)


def then(*events: Event, plan: Entry = PLAN) -> list[Entry]:
    return [replace(plan, event=event) for event in events]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], ""),
        (then(Event.PLANNED), ""),
        (then(Event.PLANNED, Event.DONE, Event.LIFTING, Event.LIFTING, Event.EXPIRED), ""),
        (then(Event.DONE, Event.EXPIRED), ""),  # the plan is forgotten: it is over
        (then(Event.DONE), "never planned"),
        (then(Event.PLANNED, Event.DONE, Event.PLANNED), "planned twice"),
        ([PLAN, replace(PLAN, event=Event.DONE, step=Step.LIST)], "becomes another one"),
        ([PLAN, replace(PLAN, event=Event.DONE, account=Account("2", "bob@example.org"))], "becomes another one"),
        ([replace(PLAN, event=Event.JUDGED, action_id="")], ""),
        (then(Event.PLANNED, Event.DONE, plan=replace(PLAN, action_id="")), "has no name"),
        (
            [*then(Event.PLANNED, Event.DONE), *then(Event.PLANNED, Event.DONE, plan=replace(PLAN, action_id="b"))],
            "twice over",
        ),
        (
            [
                *then(Event.PLANNED, Event.DONE),
                *then(Event.PLANNED, Event.DONE, plan=replace(PLAN, action_id="b", reason=RENEWAL)),
            ],
            "",
        ),
        (
            [
                *then(Event.PLANNED, Event.DONE),
                *then(Event.PLANNED, plan=replace(PLAN, action_id="b", dry=True)),
            ],
            "",
        ),
    ],
)
def test_a_story_that_cannot_be_is_told(entries: list[Entry], said: str) -> None:
    found = contradictions(entries)
    assert (said in found[0]) if said else (found == [])
    assert all("ann@example.org" in one for one in found)
