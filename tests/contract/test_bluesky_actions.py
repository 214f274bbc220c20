"""What the Bluesky adapter does to a graph of mutes and lists, and how it takes that back, whatever stood before."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.clock import SimulatedClock
from bot.model import Account, Action, Decision, Event, Standing, Step, Verdict
from bot.platforms.base import AccountGone, Unreachable
from bot.platforms.bluesky import Bluesky
from bot.store import open_store
from tests.servers.bluesky_stub import HANDLE, OWNER, PASSWORD, Fault, Stub, serving

SHOP, OTHER = Account("did:plc:shop", "shop.test"), Account("did:plc:other", "other.test")
MUTE, HIDE = Action(SHOP, Step.MUTE), Action(SHOP, Step.HIDE_REPOSTS)
LIST = Action(SHOP, Step.LIST, list_title="Quieted")
MODLIST, CURATELIST = "app.bsky.graph.defs#modlist", "app.bsky.graph.defs#curatelist"
SCOPES = {
    "none": set[str](),
    "reposts": {"onlyReposts"},
    "quotes": {"onlyQuoteposts"},
    "reposts and quotes": {"onlyReposts", "onlyQuoteposts"},
    "full": {"full"},
}
"""What is muted of an account, by the name that the adapter has for it."""


@dataclass
class Graph:
    """What the server knows: whom the owner mutes and how much of them, the owner's lists, and who is on them.

    Facts: bluesky-social/atproto, lexicons app.bsky.graph.*: a mute call replaces the stored scope, a record that is
    put under a key replaces what stands there, to delete what is not there is no fault.
    """

    stub: Stub
    mutes: dict[str, set[str]] = field(default_factory=dict)
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By record key."""
    gone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        graph, repo = "app.bsky.graph", "com.atproto.repo"
        self.stub.answers |= {
            "app.bsky.actor.getProfiles": lambda query: {"profiles": [self.profile(d) for d in query["actors"]]},
            f"{graph}.getMutes": lambda _: {"mutes": [{"did": d} for d, how in self.mutes.items() if "full" in how]},
            f"{graph}.getLists": lambda _: {"lists": list(self.lists.values())},
            f"{graph}.getList": self.members,
            f"{graph}.muteActor": lambda _: self.mute(self.body),
            f"{graph}.unmuteActor": lambda _: self.mutes.pop(self.body["actor"], None) and None,
            f"{graph}.muteActorList": lambda _: self.lists[self.body["list"]]["viewer"].update(muted=True),
            f"{repo}.putRecord": lambda _: self.put(self.body),
            f"{repo}.deleteRecord": lambda _: (self.items.pop(self.body["rkey"], None) and {}) or {},
            f"{repo}.listRecords": lambda _: {"records": [{"uri": uri(k), "value": v} for k, v in self.items.items()]},
        }

    @property
    def body(self) -> dict[str, Any]:
        return self.stub.sent[-1][1]

    def writes(self) -> list[str]:
        """What was asked for that changes something, logins aside."""
        return [method.rpartition(".")[2] for method, _, _ in self.stub.sent if "server" not in method]

    def profile(self, did: str) -> Mapping[str, Any]:
        if did in self.gone:
            return {}
        how = self.mutes.get(did, set())
        by_list = next(
            (one for one in self.lists.values() if one["viewer"]["muted"] and self.on(one["uri"], did)), None
        )
        viewer = {"muted": "full" in how or by_list is not None}
        viewer |= {"mutedOnlyReposts": "onlyReposts" in how, "mutedOnlyQuoteposts": "onlyQuoteposts" in how}
        return {"did": did, "handle": "x.test", "viewer": viewer | ({"mutedByList": by_list} if by_list else {})}

    def mute(self, body: Mapping[str, Any]) -> None:
        self.mutes[body["actor"]] = {only for only in ("onlyReposts", "onlyQuoteposts") if body.get(only)} or {"full"}

    def own_list(self, title: str, purpose: str = MODLIST, muted: bool = True) -> str:
        at = uri(f"list{len(self.lists)}", "app.bsky.graph.list")
        self.lists[at] = {"uri": at, "name": title, "purpose": purpose, "viewer": {"muted": muted}}
        return at

    def put(self, body: Mapping[str, Any]) -> dict[str, str]:
        at, record = uri(body["rkey"], body["collection"]), body["record"]
        if body["collection"] == "app.bsky.graph.list":
            self.lists[at] = {"uri": at, **record, "viewer": {"muted": False}}
        else:
            self.items[body["rkey"]] = record
        return {"uri": at}

    def members(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        of = query["list"][0]
        items = [{"uri": uri(k), "subject": {"did": i["subject"]}} for k, i in self.items.items() if i["list"] == of]
        return {"list": self.lists[of], "items": items}

    def on(self, at: str, did: str) -> bool:
        return any((item["list"], item["subject"]) == (at, did) for item in self.items.values())


def uri(key: str, collection: str = "app.bsky.graph.listitem") -> str:
    return f"at://{OWNER}/{collection}/{key}"


@pytest.fixture
def graph() -> Iterator[Graph]:
    with serving() as stub:
        yield Graph(stub)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime.now(UTC))


@pytest.fixture
def bluesky(graph: Graph, clock: SimulatedClock) -> Iterator[Bluesky]:
    password = PASSWORD
    adapter = Bluesky(
        graph.stub.url, None, clock, handle=HANDLE, password=lambda: password, save_session=lambda _: None, share=1.0
    )
    yield adapter
    adapter.close()


def done(bluesky: Bluesky, action: Action) -> Action:
    """The action, done, with what stood before it."""
    made = replace(action, before=bluesky.before(action, Standing()))
    bluesky.act(made)
    return made


@pytest.mark.parametrize("stood", SCOPES)
def test_a_mute_covers_everything_and_undo_puts_the_scope_back_that_stood(
    graph: Graph, bluesky: Bluesky, stood: str
) -> None:
    if SCOPES[stood]:
        graph.mutes[SHOP.id] = set(SCOPES[stood])
    made = done(bluesky, MUTE)
    assert graph.mutes == {SHOP.id: {"full"}}
    bluesky.act(made)
    assert graph.writes() == ([] if stood == "full" else ["muteActor"])
    for _ in range(2):
        bluesky.undo(made)
        assert graph.mutes.get(SHOP.id, set()) == SCOPES[stood]


@pytest.mark.parametrize(
    ("stood", "hidden"),
    [
        ("none", "reposts"),
        ("quotes", "reposts and quotes"),
        ("reposts", "reposts"),
        ("reposts and quotes", "reposts and quotes"),
        ("full", "full"),
    ],
)
def test_hiding_reposts_never_narrows_a_fuller_mute_and_undo_puts_back_what_stood(
    graph: Graph, bluesky: Bluesky, stood: str, hidden: str
) -> None:
    if SCOPES[stood]:
        graph.mutes[SHOP.id] = set(SCOPES[stood])
    made = done(bluesky, HIDE)
    assert graph.mutes[SHOP.id] == SCOPES[hidden]
    assert graph.writes() == ([] if stood == hidden else ["muteActor"])
    for _ in range(2):
        bluesky.undo(made)
        assert graph.mutes.get(SHOP.id, set()) == SCOPES[stood]


def test_undoing_leaves_what_the_owner_set_since(graph: Graph, bluesky: Bluesky) -> None:
    muted, hidden = done(bluesky, MUTE), Action(OTHER, Step.HIDE_REPOSTS)
    hidden = done(bluesky, hidden)
    graph.mutes[SHOP.id] = {"onlyQuoteposts"}  # the owner mutes less of the one, and all of the other
    graph.mutes[OTHER.id] = {"full"}
    for action in (muted, hidden):
        bluesky.undo(action)
    assert graph.mutes == {SHOP.id: {"onlyQuoteposts"}, OTHER.id: {"full"}}


def test_an_account_that_a_list_mutes_is_not_muted_by_itself(graph: Graph, bluesky: Bluesky) -> None:
    graph.items["a"] = {"list": graph.own_list("Loud"), "subject": SHOP.id}
    graph.mutes[OTHER.id] = {"full"}
    made = done(bluesky, MUTE)
    assert graph.mutes.pop(SHOP.id) == {"full"}
    assert done(bluesky, MUTE).before == made.before
    again = done(bluesky, MUTE)
    assert graph.writes() == ["muteActor"] * 2
    bluesky.undo(again)
    bluesky.undo(made)
    assert graph.mutes == {OTHER.id: {"full"}}


@pytest.mark.parametrize("action", [MUTE, HIDE])
def test_who_is_gone_is_told_so_and_nothing_is_written(graph: Graph, bluesky: Bluesky, action: Action) -> None:
    graph.gone.add(SHOP.id)
    with pytest.raises(AccountGone):
        bluesky.act(action)
    assert graph.writes() == []


@pytest.mark.parametrize("action", [MUTE, HIDE])
@pytest.mark.parametrize("stood", ["none", "quotes"])
def test_what_was_done_to_who_is_gone_now_is_not_there_when_they_come_back(
    graph: Graph, bluesky: Bluesky, action: Action, stood: str
) -> None:
    """A deactivated account is told of no more, and its owner may activate it again."""
    if SCOPES[stood]:
        graph.mutes[SHOP.id] = SCOPES[stood]
    made = done(bluesky, action)
    graph.gone.add(SHOP.id)
    bluesky.undo(made)
    assert graph.mutes.get(SHOP.id, set()) == SCOPES[stood]


def test_a_list_is_made_once_muted_and_kept_when_the_account_leaves_it(graph: Graph, bluesky: Bluesky) -> None:
    made = done(bluesky, LIST)
    (at,) = graph.lists
    assert (graph.lists[at]["name"], graph.lists[at]["purpose"]) == ("Quieted", MODLIST)
    assert graph.lists[at]["viewer"] == {"muted": True}
    assert graph.writes() == ["putRecord", "putRecord", "muteActorList"]
    bluesky.act(made)
    done(bluesky, replace(LIST, account=OTHER, list_title=" quieted "))
    assert list(graph.lists) == [at]
    assert graph.on(at, SHOP.id)
    assert graph.on(at, OTHER.id)
    for _ in range(2):
        bluesky.undo(made)
    assert not graph.on(at, SHOP.id)
    assert graph.on(at, OTHER.id)
    assert list(graph.lists) == [at]


def test_the_owners_own_membership_stays(graph: Graph, bluesky: Bluesky) -> None:
    at = graph.own_list("Quieted")
    graph.items["mine"] = {"list": at, "subject": SHOP.id}
    made = done(bluesky, LIST)
    bluesky.undo(made)
    assert set(graph.items) == {"mine"}
    assert graph.writes() == []


def test_an_account_that_stands_twice_on_a_list_leaves_it_whole_and_no_other_list(
    graph: Graph, bluesky: Bluesky
) -> None:
    made = done(bluesky, LIST)
    (at,) = graph.lists
    elsewhere = graph.own_list("Shops", CURATELIST)
    graph.items["again"] = {"list": at, "subject": SHOP.id}
    graph.items["elsewhere"] = {"list": elsewhere, "subject": SHOP.id}
    graph.items["other"] = {"list": at, "subject": OTHER.id}
    bluesky.undo(made)
    assert set(graph.items) == {"elsewhere", "other"}


@pytest.mark.parametrize(
    ("purpose", "muted", "mutes_it"), [(MODLIST, False, True), (MODLIST, True, False), (CURATELIST, False, False)]
)
def test_a_moderation_list_of_the_owners_is_muted_where_it_is_not_and_no_other(
    graph: Graph, bluesky: Bluesky, purpose: str, muted: bool, mutes_it: bool
) -> None:
    at = graph.own_list("Quieted", purpose, muted)
    done(bluesky, LIST)
    assert graph.on(at, SHOP.id)
    assert ("muteActorList" in graph.writes()) is mutes_it


def test_a_list_at_which_the_server_failed_is_made_once(graph: Graph, bluesky: Bluesky) -> None:
    for method in ("com.atproto.repo.putRecord", "app.bsky.graph.muteActorList"):
        graph.stub.faults.append(Fault(502, only=method))
        done(bluesky, LIST)
        assert len(graph.lists) == len(graph.items) == 1


@pytest.mark.parametrize("lost", ["putRecord", "muteActorList"])
def test_an_entry_that_was_cut_off_is_found_done_once_its_list_is_muted_too(
    graph: Graph, bluesky: Bluesky, clock: SimulatedClock, tmp_path: Path, lost: str
) -> None:
    graph.own_list("Quieted", muted=False)
    method = next(one for one in graph.stub.answers if one.endswith(lost))
    taken = graph.stub.answers[method]

    def unheard(query: Any) -> Any:
        if lost == "putRecord":
            taken(query)
        return 502, {}

    verdict = Verdict(SHOP, None, Step.LIST, (), {})
    with closing(open_store(str(tmp_path / "store.sqlite"))) as store:
        executor = Executor("home", bluesky, store, clock)
        graph.stub.answers[method] = unheard
        with pytest.raises(Unreachable):
            executor.carry_out(Decision(verdict, Step.LIST), Terms("", "Quieted"))
        graph.stub.answers[method] = taken
        executor.recover()
        assert [action.last.event for action in executor.actions()] == [Event.DONE]
    assert len(graph.items) == 1
    assert [made["viewer"]["muted"] for made in graph.lists.values()] == [True]


def test_a_step_of_a_server_that_is_down_is_told_as_passing(graph: Graph, bluesky: Bluesky) -> None:
    done(bluesky, MUTE)
    graph.stub.faults.extend([Fault(502, only="app.bsky.actor.getProfiles")] * 8)
    with pytest.raises(Unreachable):
        bluesky.undo(replace(MUTE, before={"scope": "none"}))
    assert graph.mutes == {SHOP.id: {"full"}}


@pytest.mark.parametrize("action", [MUTE, HIDE, LIST])
def test_where_the_server_shows_at_once_what_was_done_nothing_is_waited_for(
    graph: Graph, bluesky: Bluesky, clock: SimulatedClock, action: Action
) -> None:
    began = clock.now()
    bluesky.undo(done(bluesky, action))
    assert clock.now() == began


def test_where_the_server_is_slow_to_show_it_that_is_waited_for_a_while(
    graph: Graph, bluesky: Bluesky, clock: SimulatedClock
) -> None:
    shown, stale = graph.stub.answers["app.bsky.actor.getProfiles"], graph.profile(SHOP.id)
    reads: list[int] = []

    def late(query: Any) -> Any:
        reads.append(1)
        return shown(query) if len(reads) > behind else {"profiles": [stale]}

    graph.stub.answers["app.bsky.actor.getProfiles"] = late
    began, behind = clock.now(), 3
    bluesky.act(MUTE)
    assert (clock.now() - began).total_seconds() == 1.0  # before it is done it is read once, then twice in vain
    behind = 99
    bluesky.act(MUTE)
    assert 1.0 < (clock.now() - began).total_seconds() <= 5.0


def test_records_that_cannot_be_read_keep_nobody_on_a_list(graph: Graph, bluesky: Bluesky) -> None:
    made = done(bluesky, LIST)
    (at,) = graph.lists
    graph.items["again"] = {"list": at, "subject": SHOP.id}
    listed = graph.stub.answers["com.atproto.repo.listRecords"]
    garbled = [None, "x", {"uri": uri("odd")}, {"uri": uri("odd"), "value": "x"}]
    graph.stub.answers["com.atproto.repo.listRecords"] = lambda query: {
        "records": [*garbled, *listed(query)["records"]]
    }
    bluesky.undo(made)
    assert graph.items == {}
