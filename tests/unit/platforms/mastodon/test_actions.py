"""Each step on Mastodon, request by request: what is sent, what is left alone, and what is said where it cannot be."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import UserError
from bot.model import Account, Action, Standing, Step
from bot.platforms.base import AccountGone, Unreachable, Unsupported
from bot.platforms.mastodon.actions import SAME_END, act, before, undo
from bot.platforms.mastodon.connection import Refused
from tests.unit.platforms.mastodon.told import NOW, Several, Told

ANN = Account("7", "ann@example.org")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
RELATIONS, ACCOUNT, LISTS, MUTES = (
    "/api/v1/accounts/relationships",
    "/api/v1/accounts/7",
    "/api/v1/lists",
    "/api/v1/mutes",
)
MUTING, UNMUTING, FOLLOWING = (f"POST {ACCOUNT}/{verb}" for verb in ("mute", "unmute", "follow"))
QUIET = {"id": "1", "title": "Quiet", "exclusive": True}
ADDING, REMOVING, MAKING = f"POST {LISTS}/1/accounts", f"DELETE {LISTS}/1/accounts", f"POST {LISTS}"
MEMBER = {"account_ids[]": ["7"]}


def mute(until: datetime | None = None, /, **stood: str) -> Action:
    return Action(ANN, Step.MUTE, until, before=stood)


def listing(**stood: str) -> Action:
    return Action(ANN, Step.LIST, list_title="Quiet", before=stood)


def hiding(**stood: str) -> Action:
    return Action(ANN, Step.HIDE_REPOSTS, before=stood)


def server(answers: dict[str, Any] | None = None, **relation: Any) -> Told:
    every = {MUTING: {}, UNMUTING: {}, FOLLOWING: {}, ADDING: {}, REMOVING: {}, MAKING: QUIET, LISTS: [QUIET]}
    return Told({RELATIONS: [{"id": "7", **relation}], **every, **(answers or {})})


def did(told: Told, action: Action) -> list[tuple[str, Any]]:
    act(told, action)  # type: ignore[arg-type]
    return told.written


def undid(told: Told, action: Action) -> list[tuple[str, Any]]:
    undo(told, action)  # type: ignore[arg-type]
    return told.written


@pytest.mark.parametrize(
    ("action", "standing", "stood"),
    [
        (mute(), Standing(), {"muted": "false"}),
        (mute(), Standing(muted=True), {"muted": "true"}),
        (mute(), Standing(muted=True, muted_until=NOW), {"muted": "true", "until": NOW.isoformat()}),
        (listing(), Standing(lists=("Quiet",)), {"listed": "true"}),
        (listing(), Standing(lists=("quiet",)), {"listed": "false"}),
        (hiding(), Standing(reposts_hidden=True), {"reposts": "hidden"}),
        (hiding(), Standing(), {"reposts": "shown"}),
        (Action(ANN, Step.REPORT), Standing(muted=True), {}),
    ],
)
def test_what_stands_before_is_kept(action: Action, standing: Standing, stood: dict[str, str]) -> None:
    assert before(action, standing) == stood


def test_a_report_does_nothing() -> None:
    told = Told({})
    assert did(told, Action(ANN, Step.REPORT)) == undid(told, Action(ANN, Step.REPORT)) == []
    assert told.asked == []


@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        (NOW + DAY, "86400"),
        (NOW + 1.4 * SECOND, "1"),
        (NOW, "1"),
        (NOW - DAY, "1"),
        (NOW + 2.6 * SECOND, "3"),
        (None, None),
    ],
)
def test_a_mute_lasts_as_many_seconds_as_are_left_and_spares_notifications(
    until: datetime | None, seconds: str | None
) -> None:
    params = {"notifications": "false"} | ({"duration": seconds} if seconds else {})
    assert did(server(), mute(until)) == [(MUTING, params)]


@pytest.mark.parametrize(
    ("stands", "wanted", "stays"),
    [
        (None, None, True),
        (None, NOW + DAY, True),
        (NOW + DAY, NOW + DAY, True),
        (NOW + DAY - SAME_END, NOW + DAY, True),
        (NOW + DAY - SAME_END - SECOND, NOW + DAY, False),
        (NOW + 2 * DAY, NOW + DAY, True),
        (NOW + DAY, None, False),
    ],
)
@pytest.mark.parametrize("told_at_once", [True, False])
def test_a_mute_that_lasts_as_long_is_left_alone(
    stands: datetime | None, wanted: datetime | None, stays: bool, told_at_once: bool
) -> None:
    ends = stands.isoformat() if stands else None
    relation = {"muting_expires_at": ends} if told_at_once else {}
    told = server({MUTES: [{"id": "7", "mute_expires_at": ends}]}, muting=True, **relation)
    assert bool(did(told, mute(wanted))) is not stays


def test_a_mute_of_which_no_end_can_be_read_is_taken_for_one_without_and_one_that_is_none_for_none() -> None:
    assert did(server({MUTES: Refused("no", 404)}, muting=True), mute(NOW + DAY)) == []
    assert did(server(muting=False, muting_expires_at=None), mute(NOW + DAY))


def test_a_mute_that_the_server_took_without_doing_it_is_found_out() -> None:
    for answer in ({}, {"muting": True}):
        did(server({MUTING: answer}), mute())
    with pytest.raises(Unsupported, match="took the mute of ann@example"):
        did(server({MUTING: {"muting": False}}), mute())


@pytest.mark.parametrize(
    ("stood", "sent"),
    [
        ({}, (UNMUTING, {})),
        ({"muted": "false"}, (UNMUTING, {})),
        ({"muted": "false", "until": (NOW + DAY).isoformat()}, (UNMUTING, {})),
        ({"muted": "true"}, None),
        ({"muted": "true", "until": "soon"}, None),
        ({"muted": "true", "until": (NOW - SECOND).isoformat()}, (UNMUTING, {})),
        ({"muted": "true", "until": NOW.isoformat()}, (UNMUTING, {})),
        (
            {"muted": "true", "until": (NOW + DAY).isoformat()},
            (MUTING, {"notifications": "false", "duration": "86400"}),
        ),
    ],
)
def test_a_mute_is_undone_to_what_stood_before_it(stood: dict[str, str], sent: tuple[str, Any] | None) -> None:
    assert undid(server(), mute(**stood)) == ([sent] if sent else [])


GONE, PROXY = Refused("home.test said 404", 404), Refused("home.test said 404", 404, "", True)


@pytest.mark.parametrize(
    ("refusal", "account", "error", "says"),
    [
        (GONE, GONE, AccountGone, "ann@example.org cannot be read any more"),
        (GONE, PROXY, Unreachable, "ann@example.org cannot be read now"),
        (GONE, {"id": "7"}, Unsupported, "home.test has no way to mute an account"),
        (Refused("home.test said 501", 501), {"id": "7"}, Unsupported, "has no way to mute"),
        (Refused("home.test said 422", 422), {"id": "7"}, Refused, "home.test said 422"),
        (Unreachable("down"), {"id": "7"}, Unreachable, "down"),
    ],
)
def test_why_an_account_cannot_be_muted_is_told(
    refusal: Exception, account: Any, error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        did(server({MUTING: refusal, ACCOUNT: account}), mute())
    assert type(caught.value) is error
    assert says in str(caught.value)


def test_an_account_is_put_on_the_list_of_that_title_and_one_that_is_there_is_fine() -> None:
    other = {"id": "2", "title": "Other", "exclusive": True}
    assert did(server({LISTS: [other, QUIET]}), listing()) == [(ADDING, MEMBER)]
    assert did(server({ADDING: Refused("no", 422)}), listing()) == [(ADDING, MEMBER)]


def test_a_list_that_is_not_there_is_made_to_hide_its_members() -> None:
    params = {"title": "Quiet", "exclusive": "true", "replies_policy": "list"}
    assert did(server({LISTS: []}), listing()) == [(MAKING, params), (ADDING, MEMBER)]
    nameless = server({LISTS: Several([], [QUIET]), MAKING: {}})
    assert did(nameless, listing()) == [(MAKING, params), (ADDING, MEMBER)]
    lost = server({LISTS: Several([], [QUIET]), MAKING: Unreachable("down")})
    assert did(lost, listing()) == [(MAKING, params), (ADDING, MEMBER)]


HIDES_NOBODY = {"id": "1", "title": "Quiet", "exclusive": False}
BARE = {"id": "1", "title": "Quiet"}
CALL = f"DELETE {LISTS}/1"


@pytest.mark.parametrize(
    ("answers", "error", "says", "sent"),
    [
        ({LISTS: [HIDES_NOBODY]}, Unsupported, "tick that in its settings", []),
        ({LISTS: [BARE]}, Unsupported, "lists on home.test do not hide", []),
        ({LISTS: [QUIET | {"exclusive": "true"}]}, Unsupported, "tick that", []),
        ({LISTS: GONE}, Unsupported, "home.test has no lists", []),
        ({LISTS: Refused("home.test said 403", 403)}, Refused, "home.test said 403", []),
        ({ADDING: GONE}, Unsupported, "is not followed, so no list can hold it", [ADDING]),
        ({ADDING: Refused("home.test said 405", 405)}, Unsupported, "has no lists", [ADDING]),
        ({ADDING: Refused("home.test said 403", 403)}, Refused, "said 403", [ADDING]),
        ({LISTS: [], MAKING: BARE, CALL: {}}, Unsupported, "do not hide", [MAKING, CALL]),
        ({LISTS: [], MAKING: HIDES_NOBODY, CALL: GONE}, Unsupported, "do not hide", [MAKING, CALL]),
        ({LISTS: [], MAKING: {}}, Unsupported, "took the list “Quiet” and did not make it", [MAKING]),
        ({LISTS: [], MAKING: Unreachable("down")}, Unreachable, "down", [MAKING]),
        ({LISTS: [], MAKING: Refused("no", 422)}, Unsupported, "allows no further list, so “Quiet”", [MAKING]),
        ({LISTS: [], MAKING: GONE}, Unsupported, "has no lists", [MAKING]),
        ({LISTS: [], MAKING: Refused("home.test said 403", 403)}, Refused, "said 403", [MAKING]),
    ],
)
def test_why_no_list_holds_an_account_is_told(
    answers: dict[str, Any], error: type[Exception], says: str, sent: list[str]
) -> None:
    told = server(answers)
    with pytest.raises(UserError) as caught:
        did(told, listing())
    assert type(caught.value) is error
    assert says in str(caught.value)
    assert [call for call, _ in told.written] == sent


def test_a_rule_that_names_no_list_is_told() -> None:
    with pytest.raises(UserError, match="names no list"):
        did(server(), Action(ANN, Step.LIST))


@pytest.mark.parametrize(
    ("stood", "answers", "sent"),
    [
        ({}, {}, [(REMOVING, MEMBER)]),
        ({"listed": "false"}, {}, [(REMOVING, MEMBER)]),
        ({"listed": "true"}, {}, []),
        ({}, {LISTS: []}, []),
        *[({}, {REMOVING: Refused("no", status)}, [(REMOVING, MEMBER)]) for status in (404, 410, 422)],
    ],
)
def test_an_account_is_taken_off_unless_the_owner_had_put_it_there(
    stood: dict[str, str], answers: dict[str, Any], sent: list[Any]
) -> None:
    assert undid(server(answers), listing(**stood)) == sent


def test_a_refusal_to_take_somebody_off_is_told() -> None:
    with pytest.raises(Refused):
        undid(server({REMOVING: Refused("no", 403)}), listing())


@pytest.mark.parametrize(
    ("relation", "sent"),
    [
        ({"following": True, "showing_reblogs": True}, {"notify": "false"}),
        ({"following": True}, {"notify": "false"}),
        ({"following": True, "notifying": True, "languages": ["de", 7]}, {"notify": "true", "languages[]": ["de"]}),
        ({"following": True, "notifying": "yes", "languages": []}, {"notify": "false"}),
        ({"following": True, "showing_reblogs": False}, None),
    ],
)
def test_reposts_are_hidden_by_a_follow_that_says_what_stands(
    relation: dict[str, Any], sent: dict[str, Any] | None
) -> None:
    hidden = [(FOLLOWING, {"reblogs": "false", **sent})] if sent else []
    assert did(server(**relation), hiding()) == hidden


@pytest.mark.parametrize(
    ("relation", "answer", "says"),
    [
        ({"following": False}, {}, "ann@example.org is not followed"),
        ({}, {}, "is not followed"),
        ({"following": True}, {"showing_reblogs": True}, "home.test cannot hide the reposts of one account"),
    ],
)
def test_where_reposts_cannot_be_hidden_that_is_told(relation: dict[str, Any], answer: Any, says: str) -> None:
    with pytest.raises(Unsupported, match=says):
        did(server({FOLLOWING: answer}, **relation), hiding())


@pytest.mark.parametrize(
    ("stood", "relation", "sent"),
    [
        ({}, {"following": True, "showing_reblogs": False}, True),
        ({"reposts": "shown"}, {"following": True, "showing_reblogs": False, "notifying": True}, True),
        ({"reposts": "shown"}, {"following": True}, True),
        ({"reposts": "hidden"}, {"following": True, "showing_reblogs": False}, False),
        ({"reposts": "shown"}, {"following": True, "showing_reblogs": True}, False),
        ({"reposts": "shown"}, {"following": False, "showing_reblogs": False}, False),
    ],
)
def test_reposts_are_shown_again_of_whom_the_owner_still_follows(
    stood: dict[str, str], relation: dict[str, Any], sent: bool
) -> None:
    notify = "true" if relation.get("notifying") else "false"
    shown = [(FOLLOWING, {"reblogs": "true", "notify": notify})] if sent else []
    assert undid(server(**relation), hiding(**stood)) == shown
