"""How the owner stands to accounts on Mastodon, as relationships, mutes and lists tell it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.clock import SimulatedClock
from bot.model import Account, Asked, Standing, Stays
from bot.platforms.base import AccountGone, Unreachable
from bot.platforms.mastodon.connection import Answer, Connection, Refused, ScopeMissing
from bot.platforms.mastodon.finding import standing_on
from bot.platforms.mastodon.known import Known
from bot.platforms.mastodon.standing import (
    BATCH,
    followed,
    muting_until,
    owners_lists,
    relationship,
    relationships,
    standing,
    unanswered,
)
from tests.unit.platforms.mastodon.told import Several, Told

RELATIONS, LISTS, MUTES = "/api/v1/accounts/relationships", "/api/v1/lists", "/api/v1/mutes"
END = "2026-05-08T12:00:00Z"
ENDS = datetime(2026, 5, 8, 12, tzinfo=UTC)
CLOCK = SimulatedClock(ENDS)
PLAIN = {"following": False, "followed_by": False, "blocked_by": False, "muting": False, "notifying": False}


class Owner(Told):
    """Tells the relationships that it has, of whom is asked for, and what else is given it."""

    def __init__(self, relations: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> None:
        super().__init__({LISTS: [], **(answers or {})})
        self.relations = relations

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        if path != RELATIONS:
            return super().get(path, params)
        self.asked.append((path, params or {}))
        ids = (params or {})["id[]"]
        return Answer(200, [{"id": one, **self.relations[one]} for one in ids if one in self.relations])

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def accounts(*ids: str) -> list[Account]:
    return [Account(one, f"{one}@example.org") for one in ids]


def stands(deciding: bool = True, answers: Mapping[str, Any] | None = None, **relation: Any) -> Standing:
    told = Owner({"7": PLAIN | relation}, answers)
    return standing(told, accounts("7"), deciding, Known(CLOCK))["7"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("relation", "changed"),
    [
        ({}, {}),
        ({"following": True}, {"following": True}),
        ({"followed_by": True}, {"followed_by": True}),
        ({"blocked_by": True}, {"blocked_by": True}),
        ({"notifying": True}, {"notifying": True}),
        ({"muting": True, "muting_expires_at": END}, {"muted": True, "muted_until": ENDS}),
        ({"muting": True, "muting_expires_at": None}, {"muted": True}),
        ({"muting": False, "muting_expires_at": END}, {}),
        ({"following": True, "showing_reblogs": False}, {"following": True, "reposts_hidden": True}),
        ({"following": True, "showing_reblogs": True}, {"following": True}),
        ({"following": True, "showing_reblogs": None}, {"following": True}),
        ({"following": False, "showing_reblogs": False}, {}),
    ],
)
def test_each_word_of_a_relationship_is_told_as_what_it_means(
    relation: dict[str, Any], changed: dict[str, Any]
) -> None:
    plain = Standing(following=False, followed_by=False, blocked_by=False, notifying=False)
    found = stands(**relation)
    for name in "following followed_by blocked_by notifying muted muted_until reposts_hidden lists unread".split():
        assert getattr(found, name) == changed.get(name, getattr(plain, name)), name


@pytest.mark.parametrize(
    ("relation", "asked", "stays"),
    [
        ({"followed_by": None}, Asked.FOLLOWS, None),
        ({"followed_by": "yes"}, Asked.FOLLOWS, None),
        ({"muting": None}, Asked.MUTES, None),
        ({"notifying": 7}, Asked.NOTIFICATIONS, None),
    ],
)
def test_a_word_that_is_neither_yes_nor_no_is_not_known(
    relation: dict[str, Any], asked: Asked, stays: Stays | None
) -> None:
    assert [(one.asked, one.stays) for one in stands(**relation).unread] == [(asked, stays)]


def test_a_server_that_never_tells_of_notifications_has_none_and_one_that_forgot_them_once_has() -> None:
    bare = {key: value for key, value in PLAIN.items() if key != "notifying"}
    told = Owner({"7": bare, "8": bare})
    found = standing(told, accounts("7", "8", "9"), True, Known(CLOCK))  # type: ignore[arg-type]
    assert [[one.stays for one in found[name].unread] for name in ("7", "8", "9")] == [[Stays.LACKING]] * 2 + [[]]
    told = Owner({"7": bare, "8": PLAIN})
    assert [one.stays for one in standing(told, accounts("7", "8"), True, Known(CLOCK))["7"].unread] == [None]  # type: ignore[arg-type]


def test_nobody_is_asked_for_where_nobody_is_asked_about() -> None:
    told = Owner({})
    assert standing(told, [], True, Known(CLOCK)) == {}  # type: ignore[arg-type]
    assert told.asked == []


@pytest.mark.parametrize(("many", "batches"), [(1, [1]), (BATCH, [BATCH]), (BATCH + 1, [BATCH, 1])])
def test_relationships_are_asked_for_in_batches(many: int, batches: list[int]) -> None:
    ids = [str(number) for number in range(many)]
    told = Owner({one: {"following": one == "0"} for one in ids})
    assert followed(told, [*ids, "0"]) == {"0"}  # type: ignore[arg-type]
    assert [len(params["id[]"]) for _, params in told.asked] == batches
    assert {params["with_suspended"] for _, params in told.asked} == {"true"}


def test_who_is_missing_from_an_answer_to_many_is_asked_for_alone_and_may_be_refused() -> None:
    told = Told({RELATIONS: Several([{"id": "1"}, None, {}], [{"id": "2"}], Refused("no", 404), [])})
    assert set(relationships(told, ["1", "2", "3"])) == {"1", "2"}  # type: ignore[arg-type]
    assert [params["id[]"] for _, params in told.asked] == [["1", "2", "3"], ["2"], ["3"]]
    told = Told({RELATIONS: []})
    assert relationships(told, ["1"]) == {}  # type: ignore[arg-type]
    assert len(told.asked) == 1, "who was asked for alone is not asked for again"


def test_following_is_only_what_is_true() -> None:
    told = Owner({"1": {"following": True}, "2": {"following": "true"}, "3": {"requested": True}, "4": {}})
    assert followed(told, ["1", "2", "3", "4"]) == {"1"}  # type: ignore[arg-type]


def test_one_relationship_is_that_of_the_account_or_an_error_that_says_which() -> None:
    told = Told({RELATIONS: [{"id": "8"}, {"id": 7, "note": "x"}]})
    assert relationship(told, "7") == {"id": 7, "note": "x"}  # type: ignore[arg-type]
    with pytest.raises(AccountGone):
        relationship(Told({RELATIONS: []}), "7")  # type: ignore[arg-type]
    for odd in ([{"id": "8"}], [None]):
        with pytest.raises(Unreachable, match="cannot be read"):
            relationship(Told({RELATIONS: odd}), "7")  # type: ignore[arg-type]


def mutes(*pages: list[Any]) -> Several:
    ends = [Answer(200, page, {"max_id": str(number)}) for number, page in enumerate(pages[:-1])]
    return Several(*ends, Answer(200, pages[-1]))


def test_the_end_of_a_mute_is_looked_for_until_all_are_found() -> None:
    told = Told({MUTES: mutes([{"id": "1", "mute_expires_at": END}, None], [{"id": 2}, {"id": "9"}], [{"id": "3"}])})
    assert muting_until(told, {"1", "2"}) == {"1": ENDS, "2": None}  # type: ignore[arg-type]
    assert len(told.asked) == 2
    assert muting_until(Told({MUTES: mutes([{"id": "9"}])}), {"1"}) == {}  # type: ignore[arg-type]


def test_only_who_is_muted_without_a_word_of_the_end_is_looked_for_among_the_mutes() -> None:
    answers = {MUTES: [{"id": "7", "mute_expires_at": END}, {"id": "8", "mute_expires_at": None}]}
    muted = PLAIN | {"muting": True}
    told = Owner({"7": muted, "8": muted | {"muting_expires_at": END}, "9": PLAIN}, answers)
    found = standing(told, accounts("7", "8", "9"), True, Known(CLOCK))  # type: ignore[arg-type]
    assert [found[one].muted_until for one in ("7", "8", "9")] == [ENDS, ENDS, None]
    assert MUTES in told.paths()
    told = Owner({"8": muted | {"muting_expires_at": END}, "9": PLAIN}, answers)
    standing(told, accounts("8", "9"), True, Known(CLOCK))  # type: ignore[arg-type]
    assert MUTES not in told.paths()


def test_mutes_that_are_refused_are_unread_of_whom_the_owner_mutes_alone() -> None:
    told = Owner({"7": PLAIN | {"muting": True}, "9": PLAIN}, {MUTES: Refused("no", 403)})
    found = standing(told, accounts("7", "9"), True, Known(CLOCK))  # type: ignore[arg-type]
    assert [[one.asked for one in found[name].unread] for name in ("7", "9")] == [[Asked.MUTES], []]


FRIENDS, TOWN = {"id": "1", "title": "Friends"}, {"id": "2", "title": "Town"}


def on_lists(own: Any, ids: str = "7", **answers: Any) -> tuple[dict[str, Standing], Owner]:
    """The standing to followed accounts where these are the owner's lists."""
    paths = {f"/api/v1/{name.replace('_', '/')}": answer for name, answer in answers.items()}
    told = Owner({one: PLAIN | {"following": True} for one in ids}, {LISTS: own, **paths})
    return standing(told, accounts(*ids), True, Known(CLOCK)), told  # type: ignore[arg-type]


def test_lists_are_read_by_account_where_that_is_no_more_requests_and_else_list_by_list() -> None:
    found, told = on_lists([FRIENDS, TOWN], "7", accounts_7_lists=[TOWN, FRIENDS])
    assert (found["7"].lists, found["7"].unread) == (("Town", "Friends"), ())
    assert "/api/v1/lists/1/accounts" not in told.paths()
    found, told = on_lists([FRIENDS], "7", accounts_7_lists=[FRIENDS])
    assert found["7"].lists == ("Friends",)
    found, told = on_lists(
        [FRIENDS, TOWN], "789", lists_1_accounts=[{"id": "7"}, {"id": 9}], lists_2_accounts=[{"id": "7"}]
    )
    assert [found[one].lists for one in "789"] == [("Friends", "Town"), (), ("Friends",)]
    assert not any(path.endswith("/lists") and "accounts" in path for path in told.paths())


def test_where_accounts_cannot_be_asked_for_their_lists_the_lists_are_read() -> None:
    found, _ = on_lists(
        [FRIENDS, TOWN], "78", accounts_7_lists=[TOWN], lists_1_accounts=[{"id": "8"}], lists_2_accounts=[]
    )
    assert [found[one].lists for one in "78"] == [(), ("Friends",)]
    assert [found[one].unread for one in "78"] == [(), ()]


def test_without_lists_or_anybody_followed_nobody_is_looked_for() -> None:
    assert on_lists([])[1].paths() == [RELATIONS, LISTS]
    told = Owner({"7": PLAIN}, {LISTS: [FRIENDS]})
    standing(told, accounts("7"), True, Known(CLOCK))  # type: ignore[arg-type]
    assert told.paths() == [RELATIONS, LISTS]
    told = Owner({"7": PLAIN}, {LISTS: [FRIENDS]})
    standing(told, accounts("7"), False, Known(CLOCK))  # type: ignore[arg-type]
    assert told.paths() == [RELATIONS]


@pytest.mark.parametrize(
    ("own", "answers", "says"),
    [
        ([FRIENDS, None, {"id": "3"}, {"title": "x"}], {"accounts_7_lists": [FRIENDS]}, "3 items of"),
        ([FRIENDS], {"accounts_7_lists": [FRIENDS, {}]}, "one item of"),
        ([FRIENDS], {"lists_1_accounts": [{"id": "7"}, None]}, "one item of"),
        ([FRIENDS], {"lists_1_accounts": Answer(200, [{"id": "7"}] * 80)}, "broke off"),
        ([FRIENDS], {"lists_1_accounts": Refused("no", 404)}, "refused to say"),
        ([FRIENDS], {"lists_1_accounts": Unreachable("down")}, "down"),
        (Refused("no", 403), {}, "(403)"),
        (Refused("no", 404), {}, "your server cannot tell"),
        (ScopeMissing("the login lacks it"), {}, "(403, the login lacks it)"),
    ],
)
def test_of_lists_that_cannot_be_read_whole_that_is_told(own: Any, answers: dict[str, Any], says: str) -> None:
    (unread,) = on_lists(own, "7", **answers)[0]["7"].unread
    assert unread.asked is Asked.LISTS
    assert says in unread.sentence


def test_only_what_names_nothing_and_is_absent_is_the_softwares_lack() -> None:
    absent, page = Refused("no", 404), Refused("no", 404, "", True)
    bare = {Asked.LISTS, Asked.MUTES, Asked.FAVOURITES, Asked.BOOKMARKS}
    for asked in Asked:
        assert (unanswered(asked, absent).stays is Stays.LACKING) is (asked in bare)
        assert unanswered(asked, page).stays is None
        assert unanswered(asked, Unreachable("down")).sentence.endswith("could not be read: down")


@pytest.mark.parametrize("fault", [Refused("no", 403), ScopeMissing("no"), Unreachable("down")])
def test_refused_relationships_are_unread_to_decide_and_raised_where_an_action_is_read_back(fault: Exception) -> None:
    told = Told({RELATIONS: fault})
    with pytest.raises(type(fault)):
        standing(told, accounts("7"), False, Known(CLOCK))  # type: ignore[arg-type]
    if isinstance(fault, Unreachable):
        with pytest.raises(Unreachable):
            standing(told, accounts("7"), True, Known(CLOCK))  # type: ignore[arg-type]
        return
    found = standing(told, accounts("7", "8"), True, Known(CLOCK))  # type: ignore[arg-type]
    assert [[one.asked for one in who.unread] for who in found.values()] == [[Asked.FOLLOWS]] * 2


def test_the_owners_lists_are_those_with_an_id_and_a_title() -> None:
    assert owners_lists(Told({LISTS: [FRIENDS, {"id": "", "title": "x"}, {"id": "3", "title": ""}, 7]})) == [FRIENDS]  # type: ignore[arg-type]
    with pytest.raises(Unreachable):
        owners_lists(Told({LISTS: {}}))  # type: ignore[arg-type]


def twice(own: Any, **answers: Any) -> tuple[list[tuple[str, ...]], Owner]:
    """The lists that a followed account is on, and then another, where what was told lately will do."""
    paths = {f"/api/v1/{name.replace('_', '/')}": answer for name, answer in answers.items()}
    told = Owner({one: PLAIN | {"following": True} for one in "78"}, {LISTS: own, **paths})
    known, connection = Known(CLOCK), cast(Connection, told)
    found = [standing(connection, accounts(one), True, known, timedelta(days=1))[one] for one in "78"]
    return [one.lists for one in found], told


def test_who_is_on_which_list_is_read_once_for_everybody_where_what_was_told_lately_will_do() -> None:
    lists, told = twice([FRIENDS, TOWN], lists_1_accounts=[{"id": "8"}], lists_2_accounts=[{"id": "7"}, {"id": "8"}])
    assert lists == [("Town",), ("Friends", "Town")]
    assert told.paths() == [RELATIONS, LISTS, "/api/v1/lists/1/accounts", "/api/v1/lists/2/accounts", RELATIONS]


@pytest.mark.parametrize(
    ("fault", "asked"),
    [(Refused("no", 404), 1), (Refused("no", 403), 2), (Unreachable("down"), 2), ([FRIENDS, None], 2)],
)
def test_lists_that_may_be_read_next_time_are_asked_for_next_time(fault: Any, asked: int) -> None:
    _, told = twice(fault, lists_1_accounts=[])
    assert told.paths().count(LISTS) == asked


def test_what_a_look_at_what_stands_told_of_relationships_is_known() -> None:
    relations = {"7": PLAIN | {"following": True}, "8": PLAIN | {"following": True, "followed_by": True}}
    told, known = Owner(relations, {FOLLOWING: [person("7"), person("8")], MUTES: []}), Known(CLOCK)
    connection = cast(Connection, told)
    assert list(standing_on(connection, "Quiet", "1", "home.test", known)) == []
    asked = len(told.asked)
    found = standing(connection, accounts("7", "8"), True, known, timedelta(days=1))
    assert [found[one].mutual for one in "78"] == [False, True]
    assert told.paths()[asked:] == [LISTS]
    assert standing(connection, accounts("7"), True, known)["7"] == found["7"]
    assert told.paths()[asked:] == [LISTS, RELATIONS, LISTS], "without a word of it all is fresh"


FOLLOWING = "/api/v1/accounts/1/following"


def person(name: str) -> dict[str, Any]:
    return {"id": name, "acct": f"a{name}"}
