"""What stands on accounts on Mastodon, by whomever it was done, and how what is ours is told from what is not."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import SimulatedClock
from bot.model import EPOCH, Account, Action, Step
from bot.platforms.base import Quieted, Unreachable
from bot.platforms.marks import mark_of, marked
from bot.platforms.mastodon.connection import Refused, ScopeMissing
from bot.platforms.mastodon.finding import standing_on
from bot.platforms.mastodon.known import Known
from tests.unit.platforms.mastodon.test_standing import Owner

ENDS = datetime(2026, 5, 8, 12, tzinfo=UTC)
END, OTHER_END = "2026-05-08T12:00:00Z", "2026-05-09T12:00:00Z"
LISTS, MUTES, FOLLOWING = "/api/v1/lists", "/api/v1/mutes", "/api/v1/accounts/1/following"


def who(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "acct": f"a{name}", **more}


def noted(step: Step, title: str = "", ends: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A relationship with our mark in its note."""
    action = Action(Account("7", "a7@home.test"), step, list_title=title)
    return {"note": marked("", mark_of(action, ends)), **more}


def found(relations: Mapping[str, Any], **answers: Any) -> list[Quieted]:
    every = {MUTES: [], LISTS: [], FOLLOWING: []} | {key.replace("_", "/"): value for key, value in answers.items()}
    return list(standing_on(Owner(relations, every), "Quiet", "1", "home.test", Known(SimulatedClock(EPOCH))))  # type: ignore[arg-type]


def test_mutes_are_told_with_their_ends_and_by_whom_they_were_done() -> None:
    told = found(
        {
            "7": {"muting_expires_at": END},
            "8": noted(Step.MUTE, ends=ENDS),
            "9": {"muting_expires_at": None, "note": 7},
        },
        **{
            MUTES: [
                who("7", mute_expires_at=OTHER_END),
                None,
                who("8", mute_expires_at=END),
                {"id": "5"},
                who("9"),
                who("6"),
            ]
        },
    )
    assert [(one.account.handle, one.step, one.ours, one.ends) for one in told] == [
        ("a7@home.test", Step.MUTE, False, ENDS),
        ("a8@home.test", Step.MUTE, True, ENDS),
        ("a9@home.test", Step.MUTE, False, None),
        ("a6@home.test", Step.MUTE, False, None),
    ]
    assert all(one.before == {"muted": "false"} for one in told)


def test_members_are_told_of_the_list_of_that_title_and_of_others_where_they_are_ours() -> None:
    lists = [
        {"id": "1", "title": "Quiet", "exclusive": True},
        {"id": "2", "title": "Old", "exclusive": True},
        {"id": "3", "title": "Quiet", "exclusive": False},
        {"id": "4", "title": "Quiet"},
    ]
    relations = {"7": {}, "8": noted(Step.LIST, "Old"), "9": noted(Step.MUTE)}
    members = {f"{LISTS}/{name}/accounts": [who("7"), who("8"), who("9")] for name in "1234"}
    told = found(relations, **{LISTS: lists}, **members)
    assert [(one.account.id, one.list_title, one.ours) for one in told] == [
        ("7", "Quiet", False),
        ("8", "Quiet", False),
        ("9", "Quiet", False),
        ("8", "Old", True),
    ]
    assert all((one.step, one.before) == (Step.LIST, {"listed": "false"}) for one in told)


def test_hidden_reposts_are_told_of_whom_the_owner_follows() -> None:
    hidden = {"following": True, "showing_reblogs": False}
    relations = {
        "7": hidden,
        "8": noted(Step.HIDE_REPOSTS, **hidden),
        "9": {"following": True, "showing_reblogs": True},
        "5": {"following": False, "showing_reblogs": False},
        "6": {"following": True},
    }
    told = found(relations, **{FOLLOWING: [who(name) for name in "78956"]})
    assert [(one.account.id, one.step, one.ours) for one in told] == [
        ("7", Step.HIDE_REPOSTS, False),
        ("8", Step.HIDE_REPOSTS, True),
    ]
    assert told[0].before == {"reposts": "shown"}


@pytest.mark.parametrize("fault", [Refused("no", 404), ScopeMissing("no")])
def test_what_is_refused_is_left_out_and_the_rest_is_told(fault: Exception) -> None:
    for path in (MUTES, LISTS):
        answers = {MUTES: [who("7")], FOLLOWING: [who("8")], path: fault}
        told = found({"7": {}, "8": {"following": True, "showing_reblogs": False}}, **answers)
        assert [one.account.id for one in told] == (["8"] if path == MUTES else ["7", "8"])
    with pytest.raises(Unreachable):
        found({}, **{MUTES: Unreachable("down")})
