"""How the owner stands to accounts on Bluesky, as profiles, lists and subscriptions tell it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import SimulatedClock
from bot.model import Account, Asked, Standing, Stays
from bot.platforms.base import Unreachable, Unsupported
from bot.platforms.bluesky.faults import Fault, Refused
from bot.platforms.bluesky.standing import Known, followed, inner, members, own_lists, standing, viewer_of
from tests.servers.bluesky_stub import OWNER, START, tid
from tests.unit.platforms.bluesky.told import Told, pages

ANN, BEN = Account("did:plc:ann", "ann.test"), Account("did:plc:ben", "ben.test")
PROFILES, LISTS, LIST = "app.bsky.actor.getProfiles", "app.bsky.graph.getLists", "app.bsky.graph.getList"
MUTES, SUBSCRIBED = "app.bsky.graph.getMutes", "app.bsky.notification.listActivitySubscriptions"
FOLLOW = f"at://{OWNER}/app.bsky.graph.follow/{tid(START - timedelta(days=9))}"
NOBODY = {LISTS: {"lists": []}, SUBSCRIBED: {"subscriptions": []}}


def profiles(viewers: dict[str, Any]) -> dict[str, Any]:
    """What getProfiles says, whoever of them is asked for."""

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        told = [{"did": did, "viewer": viewers[did]} for did in given["actors"] if did in viewers]
        return {"profiles": [None, {"did": 7}, *told]}

    return {PROFILES: answer}


def stands(viewer: Any, deciding: bool = True, **answers: Any) -> Standing:
    told = Told(profiles({ANN.id: viewer}) | NOBODY | answers)
    return standing(told, [ANN], deciding, START, Known(CLOCK))[ANN.id]


CLOCK = SimulatedClock(START)
PLAIN = Standing(following=False, followed_by=False, blocked_by=False, notifying=False)


@pytest.mark.parametrize(
    ("viewer", "changed"),
    [
        ({}, {}),
        (None, {}),
        ({"following": FOLLOW}, {"following": True, "followed_since": START - timedelta(days=9)}),
        ({"following": "at://x/y/self"}, {"following": True}),
        ({"followedBy": "at://x"}, {"followed_by": True}),
        ({"blockedBy": True}, {"blocked_by": True}),
        ({"muted": True}, {"muted": True}),
        ({"mutedOnlyReposts": True}, {"reposts_hidden": True}),
        ({"activitySubscription": {"post": True, "reply": False}}, {"notifying": True}),
        ({"activitySubscription": {"post": False, "reply": True}}, {"notifying": True}),
        ({"activitySubscription": {"post": False, "reply": False}}, {"notifying": False}),
    ],
)
def test_each_word_of_a_profile_is_told_as_what_it_means(viewer: Any, changed: dict[str, Any]) -> None:
    found = stands(viewer)
    for name in ("following", "followed_by", "followed_since", "blocked_by", "muted", "reposts_hidden", "notifying"):
        assert getattr(found, name) == changed.get(name, getattr(PLAIN, name)), name
    assert (found.lists, found.muted_by_list, found.unread) == ((), False, ())


def test_of_who_has_no_profile_nothing_is_known() -> None:
    found = standing(Told(profiles({}) | NOBODY), [ANN], True, START, Known(CLOCK))[ANN.id]
    assert (found.following, found.followed_by, found.blocked_by, found.muted) == (None, None, None, False)


def test_nobody_is_asked_for_where_nobody_is_asked_about() -> None:
    assert standing(Told({}), [], True, START, Known(CLOCK)) == {}


@pytest.mark.parametrize(("many", "batches"), [(25, [25]), (26, [25, 1]), (60, [25, 25, 10])])
def test_profiles_are_asked_for_in_batches_that_the_server_takes(many: int, batches: list[int]) -> None:
    dids = [f"did:plc:a{number}" for number in range(many)]
    told = Told(profiles({did: {"following": FOLLOW} if did[-1] == "0" else {} for did in dids}))
    assert followed(told, dids) == {did for did in dids if did[-1] == "0"}
    assert [len(given["actors"]) for _, given in told.asked] == batches


def test_notifications_are_those_of_all_pages_and_only_asked_for_to_decide() -> None:
    told = pages("subscriptions", [{"did": BEN.id}, {"did": 7}], [], [{"did": ANN.id}, None])
    found = stands({}, **{SUBSCRIBED: told})
    assert found.notifying is True
    (unread,) = found.unread
    assert (unread.asked, unread.sentence[:9]) == (Asked.NOTIFICATIONS, "2 items o")
    assert stands({}, **{SUBSCRIBED: pages("subscriptions", [{"did": BEN.id}])}).notifying is False
    assert stands({}, deciding=False, **{SUBSCRIBED: AssertionError("not asked")}).notifying is None
    cut = stands({}, **{SUBSCRIBED: pages("subscriptions", endless=True)})
    assert [("broke off" in one.sentence, one.asked) for one in cut.unread] == [(True, Asked.NOTIFICATIONS)]


def lists(*views: Any, **items: list[Any]) -> dict[str, Any]:
    """Lists of the owner, and the items of each by its address."""
    return {LISTS: {"lists": list(views)}, LIST: lambda given: {"items": items[given["list"]]}}


def on(did: object) -> dict[str, Any]:
    return {"subject": {"did": did}}


def test_the_titles_of_all_lists_that_somebody_is_on_are_told_each_once() -> None:
    views = [{"uri": name, "name": name.title(), "listItemCount": 2} for name in ("friends", "town", "other")]
    empty = {"uri": "empty", "name": "Empty", "listItemCount": 0}
    found = stands({}, **lists(*views, empty, friends=[on(ANN.id), on(ANN.id)], town=[on(ANN.id)], other=[on(BEN.id)]))
    assert (found.lists, found.unread) == (("Friends", "Town"), ())
    assert stands({}, **lists({"uri": "friends"}, friends=[on(ANN.id)])).lists == ("",)


def test_lists_and_members_that_cannot_be_read_are_counted_and_may_be_anybody() -> None:
    views = [None, {"name": "No address"}, {"uri": 7}, {"uri": "friends", "name": "Friends"}]
    found = stands({}, **lists(*views, friends=[on(ANN.id), on(7), None, {}]))
    assert found.lists == ("Friends",)
    assert [(one.asked, one.sentence[:7]) for one in found.unread] == [(Asked.LISTS, "6 items")]


def test_lists_that_break_off_leave_the_rest_unread() -> None:
    view = {"uri": "friends", "name": "Friends"}
    for answers in (
        {LISTS: pages("lists", [view], endless=True), LIST: {"items": [on(ANN.id)]}},
        {LISTS: {"lists": [view]}, LIST: pages("items", [on(ANN.id)], endless=True)},
    ):
        found = stands({}, **answers)
        assert found.lists == ("Friends",)
        assert ["broke off" in one.sentence for one in found.unread] == [True]


BY_LIST = {"muted": True, "mutedByList": {"name": "Loud"}}


def test_who_is_muted_by_a_list_alone_is_told_from_who_is_muted_too() -> None:
    told = Told(profiles({ANN.id: BY_LIST, BEN.id: BY_LIST, "did:plc:cem": {"muted": True}}) | NOBODY)
    told.answers[MUTES] = pages("mutes", [None, {"did": 7}], [{"did": BEN.id}])
    found = standing(told, [ANN, BEN, Account("did:plc:cem", "cem.test")], True, START, Known(CLOCK))
    assert [(one.muted, one.muted_by_list) for one in found.values()] == [(True, True), (True, False), (True, False)]
    assert stands({"mutedByList": {"name": "Loud"}}, **{MUTES: {"mutes": []}}).muted


def test_mutes_that_cannot_be_read_are_told_of_those_alone_whom_a_list_mutes() -> None:
    told = Told(profiles({ANN.id: BY_LIST, BEN.id: {}}) | NOBODY | {MUTES: Unreachable("down")})
    found = standing(told, [ANN, BEN], True, START, Known(CLOCK))
    assert [[one.asked for one in who.unread] for who in found.values()] == [[Asked.MUTES], []]
    assert found[ANN.id].muted_by_list
    with pytest.raises(Unreachable):
        standing(told, [ANN], False, START, Known(CLOCK))


@pytest.mark.parametrize(
    ("fault", "stays", "says"),
    [
        (Refused("no", Fault(403, "Forbidden")), None, "(403 Forbidden)"),
        (Refused("no", Fault(400)), None, "(400)"),
        (Unsupported("no"), Stays.LACKING, "your server cannot tell"),
        (Unreachable("it is down"), None, "it is down"),
    ],
)
def test_why_something_is_not_known_is_told(fault: Exception, stays: Stays | None, says: str) -> None:
    (unread,) = stands({}, **{LISTS: fault}).unread
    assert (unread.asked, unread.stays) == (Asked.LISTS, stays)
    assert says in unread.sentence


def test_a_fault_of_the_network_is_raised_where_an_action_is_read_back_and_a_refusal_is_kept() -> None:
    with pytest.raises(Unreachable):
        stands({}, deciding=False, **{LISTS: Unreachable("down")})
    for fault in (Refused("no", Fault(403)), Unsupported("no")):
        assert stands({}, deciding=False, **{LISTS: fault}).unread
    for deciding in (True, False):
        with pytest.raises(Unreachable):
            stands({}, deciding, **{PROFILES: Unreachable("down")})


def test_lists_and_members_are_those_of_all_pages_that_can_be_read() -> None:
    friends, town = {"uri": "friends"}, {"uri": "town"}
    told = Told({LISTS: pages("lists", [None, friends], [{}], [town])})
    assert own_lists(told) == [friends, town]
    assert {given["actor"] for _, given in told.asked} == {OWNER}
    told = Told({LIST: pages("items", [on("a"), None], [on(7), on("a"), on("b")])})
    assert members(told, "friends") == ["a", "a", "b"]
    assert {given["list"] for _, given in told.asked} == {"friends"}


@pytest.mark.parametrize("odd", [None, {}, {"viewer": 7}, {"viewer": None}])
def test_a_profile_without_a_word_of_the_owner_says_nothing(odd: Any) -> None:
    assert viewer_of(odd) == {}
    assert inner(odd, "viewer") == {}


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, 1),
        ({LISTS: Unsupported("no")}, 1),
        ({LISTS: Unreachable("down")}, 3),
        ({SUBSCRIBED: Unreachable("down")}, 3),
    ],
)
def test_whom_the_owner_chose_is_read_once_where_what_was_told_lately_will_do_and_again_where_it_broke_off(
    answers: dict[str, Any], asked: int
) -> None:
    told, known = Told(profiles({ANN.id: {"following": FOLLOW}, BEN.id: {}}) | NOBODY | answers), Known(CLOCK)
    found = {one.id: standing(told, [one], True, START, known, timedelta(days=1))[one.id] for one in (ANN, ANN, BEN)}
    assert [found[one.id].following for one in (ANN, BEN)] == [True, False]
    methods = [method for method, _ in told.asked]
    assert methods.count(PROFILES) == 2, "each account once"
    assert methods.count(LISTS) == asked


def test_whoever_is_gone_is_asked_for_each_time() -> None:
    told, known = Told(profiles({}) | NOBODY), Known(CLOCK)
    for _ in range(2):
        assert standing(told, [ANN], True, START, known, timedelta(days=1))[ANN.id].following is None
    assert [method for method, _ in told.asked].count(PROFILES) == 2
