"""Whom the owner is taken to want, and what the decision says of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.trust import Circumstances, Trust, decide, without_our_actions
from bot.model import Account, Action, Asked, Standing, Stays, Step, Unread, Verdict

NOW = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
DROPPER = Account("1", "dropper@news.example")
FOLLOWED = Standing(following=True, followed_by=False)
MUTE = Verdict(DROPPER, "link broadcaster", Step.MUTE, (), {}, duration=timedelta(days=30))


def decided(verdict=MUTE, standing=FOLLOWED, trust=None, **more):
    known = Circumstances({verdict.account.id: standing} if standing else {}, **more)
    return decide([verdict], known, trust or Trust(), NOW)[0]


def test_a_broadcaster_whom_nothing_protects_is_muted_until_the_rule_says():
    decision = decided()
    assert (decision.step, decision.protection, decision.until) == (Step.MUTE, None, NOW + timedelta(days=30))


def test_an_account_that_no_rule_speaks_of_is_neither_acted_on_nor_protected():
    decision = decided(replace(MUTE, rule=None, step=None))
    assert (decision.step, decision.protection) == (None, None)


LATELY = NOW - timedelta(days=10)
PROTECTIONS = [
    ("mutual", replace(FOLLOWED, followed_by=True), "mutuals"),
    ("notifications on", replace(FOLLOWED, notifying=True), "notifying"),
    ("on a list", replace(FOLLOWED, lists=("Friends",)), "listed"),
    ("answered", replace(FOLLOWED, answered=LATELY), "answered"),
    ("favourited", replace(FOLLOWED, favourited=LATELY), "favourited"),
    ("bookmarked", replace(FOLLOWED, bookmarked=LATELY), "bookmarked"),
    ("reposted", replace(FOLLOWED, reposted=LATELY), "reposted"),
]


@pytest.mark.parametrize(("protection", "standing", "option"), PROTECTIONS)
def test_a_protected_account_is_left_alone(protection, standing, option):
    decision = decided(standing=standing)
    assert (decision.step, decision.protection) == (None, protection)
    assert decision.reason


@pytest.mark.parametrize(("protection", "standing", "option"), PROTECTIONS)
def test_a_protection_that_the_owner_turned_off_protects_nobody(protection, standing, option):
    assert decided(standing=standing, trust=Trust(**{option: False})).step is Step.MUTE


def test_what_the_owner_did_long_ago_does_not_protect():
    standing = replace(FOLLOWED, favourited=NOW - timedelta(days=91))
    assert decided(standing=standing).step is Step.MUTE


@pytest.mark.parametrize(
    "name",
    ["dropper@news.example", "@Dropper@News.Example", "https://news.example/@dropper", "acct:dropper@news.example"],
)
def test_a_kept_handle_is_protected_however_it_is_written(name):
    assert decided(trust=Trust(keep=(name,))).protection == "kept"


def test_a_kept_name_without_a_host_is_one_of_the_owner_s_own_server():
    assert decided(trust=Trust(keep=("dropper",)), own_host="news.example").protection == "kept"
    assert decided(trust=Trust(keep=("dropper",)), own_host="quiet.test").step is Step.MUTE


def test_a_kept_account_is_known_by_its_page_and_by_its_did_too():
    paged = replace(MUTE, account=replace(DROPPER, url="https://social.news.example/@dropper"))
    assert decided(paged, trust=Trust(keep=("dropper@social.news.example",))).protection == "kept"
    sky = replace(MUTE, account=Account("did:plc:drop", "dropper.example"))
    assert decided(sky, trust=Trust(keep=("did:plc:drop",))).protection == "kept"


SWITCHED = {
    Asked.FOLLOWS: "mutuals",
    Asked.LISTS: "listed",
    Asked.NOTIFICATIONS: "notifying",
    Asked.ANSWERS: "answered",
    Asked.FAVOURITES: "favourited",
    Asked.BOOKMARKS: "bookmarked",
    Asked.REPOSTS: "reposted",
}


@pytest.mark.parametrize("asked", Asked)
def test_what_could_not_be_read_leaves_the_account_alone_and_is_told(asked):
    standing = replace(FOLLOWED, unread=(Unread(asked, f"the server refused to say {asked.words} (403)"),))
    decision = decided(standing=standing)
    assert (decision.step, decision.protection) == (None, "not known")
    assert decision.reason == f"not known: the server refused to say {asked.words} (403)"


@pytest.mark.parametrize(("asked", "option"), SWITCHED.items())
def test_what_no_protection_rests_on_may_stay_unread(asked, option):
    standing = replace(FOLLOWED, unread=(Unread(asked, "the server refused"),))
    assert decided(standing=standing, trust=Trust(**{option: False})).step is Step.MUTE


@pytest.mark.parametrize(("protection", "standing", "option"), PROTECTIONS)
def test_a_reason_that_is_known_is_told_before_one_that_only_may_be(protection, standing, option):
    unread = tuple(Unread(asked, "the server refused") for asked in Asked)
    assert decided(standing=replace(standing, unread=unread)).protection == protection


@pytest.mark.parametrize("stays", Stays)
def test_what_a_server_cannot_tell_holds_nobody_once_the_owner_was_told(stays):
    unread = Unread(Asked.BOOKMARKS, "your server cannot tell whom you bookmarked", stays)
    standing = replace(FOLLOWED, unread=(unread,))
    assert decided(standing=standing).protection == "not known"
    assert decided(standing=standing, told=frozenset({unread.key})).step is Step.MUTE


@pytest.mark.parametrize("stays", Stays)
def test_having_been_told_of_one_thing_excuses_no_other(stays):
    told = frozenset(Unread(Asked.BOOKMARKS, "", other).key for other in Stays if other is not stays)
    told |= {Unread(Asked.FAVOURITES, "", stays).key}
    for unread in (Unread(Asked.BOOKMARKS, "…", stays), Unread(Asked.BOOKMARKS, "the server refused (403)")):
        assert decided(standing=replace(FOLLOWED, unread=(unread,)), told=told).protection == "not known"


def test_relationships_that_were_refused_leave_the_account_alone():
    standing = Standing(
        unread=(Unread(Asked.FOLLOWS, "the server refused to say whether you follow each other (403)"),)
    )
    assert decided(standing=standing, trust=Trust(mutuals=False)).protection == "not known"


@pytest.mark.parametrize("following", [True, None])
def test_of_several_things_that_could_not_be_read_the_first_that_holds_is_told(following):
    unread = (Unread(Asked.FOLLOWS, "the server refused (403)"), Unread(Asked.LISTS, "the server has no lists"))
    standing = Standing(following=following, unread=unread)
    assert decided(standing=standing).reason == "not known: the server refused (403)"
    unasked = Trust(mutuals=False)
    told = "the server has no lists" if following else "the server refused (403)"
    assert decided(standing=standing, trust=unasked).reason == f"not known: {told}"


def test_of_several_lists_the_first_is_named():
    assert decided(standing=replace(FOLLOWED, lists=("Friends", "Town"))).reason.endswith("your list “Friends”")


def test_whom_the_owner_asked_to_keep_stays_protected_whatever_it_is_called_now():
    assert decided(kept=frozenset({"1"})).protection == "kept"
    assert decided(kept=frozenset({"2"})).step is Step.MUTE


@pytest.mark.parametrize("ours", Step)
def test_what_does_not_stand_is_not_made_to_stand_by_what_we_did(ours):
    for standing in (FOLLOWED, replace(FOLLOWED, muted_by_list=True)):
        assert without_our_actions(standing, [Action(DROPPER, ours, list_title="Quieted")]) == standing
        assert without_our_actions(standing, []) == standing


def test_what_the_owner_took_back_is_left_alone_for_good():
    assert decided(vetoed=frozenset({"1"})).protection == "taken back"


def test_an_account_that_the_owner_muted_already_is_theirs():
    assert decided(standing=replace(FOLLOWED, muted=True)).protection == "muted already"


def test_an_account_that_is_not_followed_is_left_alone():
    assert decided(standing=replace(FOLLOWED, following=False)).protection == "not followed"


def test_an_account_whose_standing_is_unknown_is_left_alone():
    assert decided(standing=None).protection == "standing unknown"


def test_an_account_that_moved_is_left_alone_whatever_the_owner_thinks_of_it():
    moved = replace(MUTE, account=replace(DROPPER, moved_to="dropper@elsewhere.example"))
    decision = decided(moved, standing=None)
    assert (decision.step, decision.protection) == (None, "moved")
    assert decision.reason == "it moved to dropper@elsewhere.example"


MUTED = replace(FOLLOWED, muted=True, muted_until=NOW)


@pytest.mark.parametrize(
    ("standing", "ours", "owners"),
    [
        (MUTED, Step.MUTE, False),
        (MUTED, Step.LIST, True),
        (MUTED, Step.HIDE_REPOSTS, True),
        (replace(MUTED, muted_by_list=True), Step.LIST, False),
        (replace(MUTED, muted_by_list=True), Step.HIDE_REPOSTS, True),
    ],
)
def test_a_mute_is_the_owners_unless_our_action_is_what_mutes(standing, ours, owners):
    assert without_our_actions(standing, [Action(DROPPER, ours, list_title="Quieted")]).muted is owners


def test_a_shadow_rule_only_reports():
    assert decided(replace(MUTE, shadow=True)).protection == "shadow"


def test_what_only_the_timeline_showed_is_never_acted_on():
    assert decided(replace(MUTE, complete=False)).protection == "own feed unread"


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


@given(STANDINGS, st.sampled_from(list(Step)))
def test_a_decision_has_a_step_or_a_protection_never_both(standing, step):
    decision = decided(replace(MUTE, step=step), standing)
    assert (decision.step is None) != (decision.protection is None)


@given(STANDINGS, st.sets(st.sampled_from(list(Asked)), min_size=1))
def test_nobody_is_acted_on_while_something_that_may_protect_is_unread(standing, asked):
    unread = tuple(Unread(one, "the server refused") for one in asked)
    assert decided(standing=replace(standing, unread=unread)).step is None


@given(STANDINGS)
def test_nobody_with_a_bond_to_the_owner_is_acted_on(standing):
    bond = standing.mutual or standing.notifying or standing.lists or standing.answered or standing.favourited
    if bond or not standing.following:
        assert decided(standing=standing).step is None
