"""Whom the gates protect, and what the decision says of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.trust import Circumstances, Trust, decide
from bot.model import Account, Action, Standing, Verdict

NOW = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
DROPPER = Account("1", "dropper@news.example")
FOLLOWED = Standing(following=True, followed_by=False)
MUTE = Verdict(DROPPER, "link broadcaster", Action.MUTE, (), {}, duration=timedelta(days=30))


def decided(verdict=MUTE, standing=FOLLOWED, trust=None, **around):
    places = Circumstances({verdict.account.id: standing} if standing else {}, **around)
    return decide([verdict], places, trust or Trust(), NOW)[0]


def test_a_broadcaster_whom_nothing_protects_is_muted_until_the_rule_says():
    decision = decided()
    assert (decision.action, decision.hold, decision.until) == (Action.MUTE, None, NOW + timedelta(days=30))


def test_an_account_that_no_rule_speaks_of_is_neither_acted_on_nor_held():
    decision = decided(replace(MUTE, rule=None, action=None))
    assert (decision.action, decision.hold) == (None, None)


LATELY = NOW - timedelta(days=10)
GATES = [
    ("mutual", replace(FOLLOWED, followed_by=True), "mutuals"),
    ("notifications on", replace(FOLLOWED, notifying=True), "notifying"),
    ("on a list", replace(FOLLOWED, lists=("Friends",)), "listed"),
    ("answered", replace(FOLLOWED, answered=LATELY), "answered"),
    ("favourited", replace(FOLLOWED, favourited=LATELY), "favourited"),
    ("bookmarked", replace(FOLLOWED, bookmarked=LATELY), "bookmarked"),
    ("reposted", replace(FOLLOWED, reposted=LATELY), "reposted"),
]


@pytest.mark.parametrize(("hold", "standing", "gate"), GATES)
def test_a_protected_account_is_held_not_muted(hold, standing, gate):
    decision = decided(standing=standing)
    assert (decision.action, decision.hold) == (None, hold)
    assert decision.reason


@pytest.mark.parametrize(("hold", "standing", "gate"), GATES)
def test_a_gate_that_the_owner_turned_off_protects_nobody(hold, standing, gate):
    assert decided(standing=standing, trust=Trust(**{gate: False})).action is Action.MUTE


def test_what_the_owner_did_long_ago_does_not_protect():
    standing = replace(FOLLOWED, favourited=NOW - timedelta(days=91))
    assert decided(standing=standing).action is Action.MUTE


@pytest.mark.parametrize("name", ["dropper@news.example", "@Dropper@News.Example"])
def test_a_kept_handle_is_held_however_it_is_written(name):
    assert decided(trust=Trust(keep=(name,))).hold == "kept"


def test_a_veto_of_the_owner_holds_for_good():
    assert decided(vetoed=frozenset({"1"})).hold == "veto"


def test_an_account_that_the_owner_muted_already_is_theirs():
    assert decided(standing=replace(FOLLOWED, muted=True)).hold == "muted already"


def test_an_account_that_is_not_followed_is_left_alone():
    assert decided(standing=replace(FOLLOWED, following=False)).hold == "not followed"


def test_an_account_whose_standing_is_unknown_is_left_alone():
    assert decided(standing=None).hold == "standing unknown"


def test_a_shadow_rule_only_reports():
    assert decided(replace(MUTE, shadow=True)).hold == "shadow"


def test_what_only_the_timeline_showed_is_no_proof():
    assert decided(replace(MUTE, complete=False)).hold == "no proof"


STANDINGS = st.builds(
    Standing,
    following=st.sampled_from([True, False, None]),
    followed_by=st.sampled_from([True, False, None]),
    muted=st.booleans(),
    notifying=st.sampled_from([True, False, None]),
    lists=st.sampled_from([(), ("Friends",)]),
    answered=st.sampled_from([None, LATELY]),
    favourited=st.sampled_from([None, LATELY]),
)


@given(STANDINGS, st.sampled_from(list(Action)))
def test_a_decision_has_an_action_or_a_hold_never_both(standing, action):
    decision = decided(replace(MUTE, action=action), standing)
    assert (decision.action is None) != (decision.hold is None)


@given(STANDINGS)
def test_nobody_with_a_bond_to_the_owner_is_acted_on(standing):
    bond = standing.mutual or standing.notifying or standing.lists or standing.answered or standing.favourited
    if bond or not standing.following:
        assert decided(standing=standing).action is None
