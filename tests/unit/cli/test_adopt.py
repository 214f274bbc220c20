"""`adopt` against a server: it shows what stands, takes over what is named, and asks no more once it is answered."""

import json
from datetime import UTC, datetime

import pytest

from bot.model import Event
from bot.report.shapes import PRINTED
from bot.service import finding
from tests.shapes import misfits
from tests.unit.cli.test_actions import Owner, owner  # noqa: F401  (a fixture)

STANDING = ["person1@friends.test", "person2@friends.test"]


@pytest.fixture
def lost(owner: Owner) -> Owner:  # noqa: F811
    """Two mutes that no ledger knows beside three that it does."""
    for handle in STANDING:
        owner.stub.network.mutes[owner.account(handle).id] = (False, None)
    return owner


def in_ledger(owner, handle):  # noqa: F811
    with owner.store() as store:
        return [e.event for e in store.action_entries("home") if e.account.handle == handle]


def test_it_shows_what_stands_and_is_in_no_ledger(lost):
    code, out, _ = lost("adopt")
    assert code == 0
    assert [handle for handle in STANDING if handle in out] == STANDING
    assert "dropper" not in out
    assert "2 steps stand" in out
    assert not lost.stub.writes


@pytest.mark.parametrize(
    "typed",
    ["person1@friends.test", "@Person1@Friends.test", "acct:person1@friends.test", "https://friends.test/@person1"],
)
def test_what_is_named_in_any_spelling_is_taken_over_and_can_be_undone(lost, typed):
    code, out, _ = lost("adopt", typed)
    assert code == 0
    assert "person1@friends.test: mute: quietfeed's from now on" in out
    assert not lost.stub.writes
    assert in_ledger(lost, STANDING[0]) == [Event.PLANNED, Event.DONE]
    assert in_ledger(lost, STANDING[1]) == []
    code, out, _ = lost("undo", typed)
    assert code == 0
    assert "person1@friends.test: mute found again" in out
    assert STANDING[0] not in lost.muted
    assert STANDING[1] in lost.muted


def test_all_of_it_is_taken_over_at_once_and_nothing_is_left(lost):
    assert lost("adopt", "--all")[0] == 0
    assert [in_ledger(lost, handle) for handle in STANDING] == [[Event.PLANNED, Event.DONE]] * 2
    assert lost("adopt")[1] == "nothing stands on your account that is not in the ledger\n"


@pytest.mark.parametrize(
    ("typed", "said"), [("person9@friends.test", "did you mean person"), ("dropper0@shop.test", "quietfeed's already")]
)
def test_where_nothing_stands_on_one_of_those_named_nothing_is_taken_over(lost, typed, said):
    code, _, err = lost("adopt", STANDING[0], typed)
    assert code == 2
    assert said in err
    assert in_ledger(lost, STANDING[0]) == []


def test_what_contradicts_itself_is_refused(lost):
    for words in (["--all", "--none"], [STANDING[0], "--none"], [STANDING[0], "--all"]):
        assert lost("adopt", *words)[0] == 2


def test_it_speaks_json(lost):
    shape, _ = PRINTED["adopt"]
    for words, adopted in ((["adopt"], False), (["adopt", "--all"], True)):
        rows = [json.loads(line) for line in lost(*words, "--json")[1].splitlines()]
        assert [row["adopted"] for row in rows] == [adopted] * 2
        assert [fault for row in rows for fault in misfits(row, shape)] == []


@pytest.mark.parametrize("answer", [["--none"], ["--all"], [STANDING[0]]])
def test_an_answer_ends_the_question_for_good(lost, answer):
    with lost.store() as store:
        finding.keep(finding.Look(datetime.now(UTC), others=2, question="open"), "home", store)
    assert "2 others stand unmarked" in " ".join(lost("status")[1].split())
    assert json.loads(lost("status", "--json")[1])["profiles"][0]["question"]
    assert lost("adopt", *answer)[0] == 0
    assert "unmarked" not in lost("status")[1]
    assert json.loads(lost("status", "--json")[1])["profiles"][0]["question"] is None
    assert lost.muted
