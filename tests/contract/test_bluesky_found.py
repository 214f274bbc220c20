"""What an earlier store did on Bluesky: who is on a list by its doing is told from whom the owner put there."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.model import Action, Step
from bot.platforms.bluesky.actions import DESCRIPTION, LIST, item_key
from tests.contract.test_bluesky import FRIEND, Owner, owner, profile, stub  # noqa: F401  (fixtures)
from tests.servers.bluesky_stub import OWNER, Stub

URI = f"at://{OWNER}/{LIST}/1"
HAND = "did:plc:hand"


def item(did: str, key: str) -> dict[str, Any]:
    return {"uri": f"at://{OWNER}/app.bsky.graph.listitem/{key}", "subject": profile(did)}


@pytest.fixture
def told(stub: Stub) -> Iterator[Stub]:  # noqa: F811
    """One list with one whom quietfeed put on it and one whom the owner did, a mute, and hidden reposts."""
    items = [item(FRIEND.id, item_key(URI, FRIEND.id)), item(HAND, "3kbyhand2222a")]
    view = {"uri": URI, "name": "Quieted", "purpose": "app.bsky.graph.defs#modlist"}
    stub.answers |= {
        "app.bsky.graph.getMutes": lambda _: {"mutes": [profile("did:plc:muted", muted=True), {"did": 7}]},
        "app.bsky.graph.getLists": lambda _: {"lists": [view]},
        "app.bsky.graph.getList": lambda _: {"items": items},
        "app.bsky.graph.getFollows": lambda _: {
            "follows": [
                profile("did:plc:hides", mutedOnlyReposts=True, mutedOnlyQuoteposts=True),
                profile("did:plc:both", mutedOnlyReposts=True, muted=True),
                profile("did:plc:plain"),
            ]
        },
    }
    yield stub
    view["name"] = "Renamed"


def test_what_quietfeed_put_on_its_list_is_told_from_what_the_owner_did(told: Stub, owner: Owner) -> None:  # noqa: F811
    found = {one.account.id: one for one in owner.adapter().quieted("quieted ")}
    assert {did: (one.step, one.ours) for did, one in found.items()} == {
        "did:plc:muted": (Step.MUTE, False),
        FRIEND.id: (Step.LIST, True),
        HAND: (Step.LIST, False),
        "did:plc:hides": (Step.HIDE_REPOSTS, False),
    }
    assert found[FRIEND.id].before == {"member": "no", "list": URI}
    assert found[FRIEND.id].list_title == "Quieted"
    assert found["did:plc:hides"].before == {"scope": "quotes"}
    assert not told.sent[1:], "nothing but the login is sent"


def test_a_list_of_another_title_counts_by_its_description_and_for_what_is_ours(
    told: Stub,
    owner: Owner,  # noqa: F811
) -> None:
    assert [one for one in owner.adapter().quieted("Another") if one.step is Step.LIST] == []
    view = {"uri": URI, "name": "Quieted", "description": DESCRIPTION}
    told.answers["app.bsky.graph.getLists"] = lambda _: {"lists": [view]}
    listed = [one for one in owner.adapter().quieted("Another") if one.step is Step.LIST]
    assert [one.account.id for one in listed] == [FRIEND.id]


def test_what_the_server_lacks_is_left_out(told: Stub, owner: Owner) -> None:  # noqa: F811
    del told.answers["app.bsky.graph.getMutes"]
    assert {one.step for one in owner.adapter().quieted("Quieted")} == {Step.LIST, Step.HIDE_REPOSTS}


def test_a_mute_leaves_no_trace_that_others_could_read(told: Stub, owner: Owner) -> None:  # noqa: F811
    adapter = owner.adapter()
    adapter.mark(Action(FRIEND, Step.MUTE), None)
    adapter.unmark(Action(FRIEND, Step.MUTE))
    assert not told.sent
