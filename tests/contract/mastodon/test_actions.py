"""Each step of the ladder: done, done again, undone, and refused with a clear word."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.model import Account, Action, Step
from bot.platforms.base import AccountGone, Unreachable, Unsupported
from tests.contract.mastodon.world import HOUR, World, ids
from tests.servers.mastodon_network import OwnList


def done(world: World, action: Action) -> Mapping[str, str]:
    """Do an action; what stood before it."""
    before = world.platform.before(action, world.platform.standing([action.account], deciding=False)[action.account.id])
    world.platform.act(action)
    return before


def test_a_mute_is_done_timed_kept_and_undone(world: World) -> None:
    until = world.clock.now() + 30 * HOUR
    action = Action(world.account(world.anna), Step.MUTE, until)
    before = done(world, action)
    notifications, end = world.network.mutes[world.anna]
    assert notifications is False
    assert end is not None
    assert abs(end - until) < timedelta(minutes=1)
    world.platform.act(action)
    world.posts(3)
    assert ids(list(world.platform.timeline(None))) == []
    world.platform.undo(Action(action.account, action.step, until, before=before))
    world.platform.undo(Action(action.account, action.step, until, before=before))
    assert not world.network.muting(world.anna)
    assert len(ids(list(world.platform.timeline(None)))) == 3


@pytest.mark.parametrize("only_the_body_is_heard", [True, False])
def test_who_was_put_on_a_list_is_taken_off_wherever_the_server_reads_what_is_deleted(
    world: World, only_the_body_is_heard: bool
) -> None:
    world.network.delete_wants_body = only_the_body_is_heard
    action = Action(world.account(world.anna), Step.LIST, list_title="Quiet")
    before = done(world, action)
    (own,) = world.network.lists.values()
    assert own.members == [world.anna]
    world.platform.undo(Action(action.account, action.step, list_title="Quiet", before=before))
    assert own.members == []


@pytest.mark.parametrize("told_in_relationship", [True, False])
def test_a_stronger_mute_of_the_owner_is_never_touched(world: World, told_in_relationship: bool) -> None:
    if not told_in_relationship:
        world.network.missing.add("relationship_expiry")
    world.network.mutes[world.anna] = (True, None)
    action = Action(world.account(world.anna), Step.MUTE, world.clock.now() + HOUR)
    before = done(world, action)
    assert world.network.mutes[world.anna] == (True, None)
    world.platform.undo(Action(action.account, action.step, action.until, before=before))
    assert world.network.mutes[world.anna] == (True, None)


def test_a_mute_is_renewed_for_longer(world: World) -> None:
    account = world.account(world.anna)
    world.platform.act(Action(account, Step.MUTE, world.clock.now() + 10 * HOUR))
    later = world.clock.now() + 100 * HOUR
    world.platform.act(Action(account, Step.MUTE, later))
    end = world.network.mutes[world.anna][1]
    assert end is not None
    assert abs(end - later) < timedelta(minutes=1)


def test_a_listed_account_leaves_the_home_timeline_and_comes_back(world: World) -> None:
    world.posts(3)
    action = Action(world.account(world.anna), Step.LIST, list_title="Quiet")
    before = done(world, action)
    assert [own.exclusive for own in world.network.lists.values()] == [True]
    assert ids(list(world.platform.timeline(None))) == []
    world.platform.act(action)
    undone = Action(action.account, action.step, list_title="Quiet", before=before)
    world.platform.undo(undone)
    world.platform.undo(undone)
    assert len(ids(list(world.platform.timeline(None)))) == 3


def test_an_account_that_is_not_followed_cannot_be_listed_nor_have_reposts_hidden(world: World) -> None:
    stranger = world.account(world.network.account("stranger@else.test"))
    with pytest.raises(Unsupported, match="not followed"):
        world.platform.act(Action(stranger, Step.LIST, list_title="Quiet"))
    with pytest.raises(Unsupported, match="not followed"):
        world.platform.act(Action(stranger, Step.HIDE_REPOSTS))


def test_a_list_is_made_once_though_the_answer_was_lost(world: World) -> None:
    world.stub.fault("reset_after", "/lists$", method="POST")
    world.platform.act(Action(world.account(world.anna), Step.LIST, list_title="Quiet"))
    assert world.stub.faults == []
    (made,) = world.network.lists.values()
    assert (made.title, made.members) == ("Quiet", [world.anna])
    assert [asked.path for asked in world.stub.writes].count("/api/v1/lists") == 1


def test_where_a_list_was_not_made_and_the_answer_was_lost_nothing_is_taken_for_done(world: World) -> None:
    world.stub.fault("reset", "/lists$", method="POST")
    with pytest.raises(Unreachable):
        world.platform.act(Action(world.account(world.anna), Step.LIST, list_title="Quiet"))
    assert world.stub.faults == []
    assert world.network.lists == {}


def test_a_list_that_hides_nobody_is_not_used(world: World) -> None:
    world.network.missing.add("exclusive")
    action = Action(world.account(world.anna), Step.LIST, list_title="Quiet")
    with pytest.raises(Unsupported, match="do not hide"):
        world.platform.act(action)
    assert not world.network.lists, "what was made for nothing is gone again"


@pytest.mark.parametrize("told", [True, False])
def test_a_list_of_the_owners_that_hides_nobody_is_left_as_it_is(world: World, told: bool) -> None:
    world.network.lists["7"] = OwnList("7", "Quiet", False)
    if not told:
        world.network.missing.add("exclusive")
    with pytest.raises(Unsupported, match="tick that in its settings" if told else "do not hide"):
        world.platform.act(Action(world.account(world.anna), Step.LIST, list_title="Quiet"))
    assert [(own.exclusive, own.members) for own in world.network.lists.values()] == [(False, [])]


def test_a_list_whose_answer_has_no_id_is_found_by_its_title(world: World) -> None:
    world.stub.fault("nameless", "/lists$", times=2)  # the look for it, and its making
    world.platform.act(Action(world.account(world.anna), Step.LIST, list_title="Quiet"))
    (own,) = world.network.lists.values()
    assert own.members == [world.anna]


class Forgetful(dict[str, OwnList]):
    """Keeps nothing."""

    def __setitem__(self, name: str, own: OwnList) -> None:
        pass


def test_a_server_that_takes_a_list_and_makes_none_says_so(world: World) -> None:
    world.network.lists = Forgetful()
    world.stub.fault("nameless", "/lists$", times=2)
    with pytest.raises(Unsupported, match="took the list “Quiet” and did not make it"):
        world.platform.act(Action(world.account(world.anna), Step.LIST, list_title="Quiet"))


def test_a_server_without_lists_says_so(world: World) -> None:
    world.network.missing.add("lists")
    with pytest.raises(Unsupported, match="no lists"):
        world.platform.act(Action(world.account(world.anna), Step.LIST, list_title="Quiet"))
    assert world.platform.lists() == ()


def test_hiding_reposts_keeps_notifications_and_languages(world: World) -> None:
    follow = world.network.follows[world.anna]
    follow.notify, follow.languages = True, ["de", "en"]
    action = Action(world.account(world.anna), Step.HIDE_REPOSTS)
    before = done(world, action)
    hidden = world.network.follows[world.anna]
    assert (hidden.reblogs, hidden.notify, hidden.languages) == (False, True, ["de", "en"])
    world.platform.act(action)
    world.platform.undo(Action(action.account, action.step, before=before))
    shown = world.network.follows[world.anna]
    assert (shown.reblogs, shown.notify, shown.languages) == (True, True, ["de", "en"])


def test_undo_never_follows_again(world: World) -> None:
    action = Action(world.account(world.anna), Step.HIDE_REPOSTS)
    before = done(world, action)
    del world.network.follows[world.anna]
    world.platform.undo(Action(action.account, action.step, before=before))
    assert world.anna not in world.network.follows


def test_a_server_that_ignores_reblogs_false_is_found_out(world: World) -> None:
    world.network.missing.add("reblogs")
    with pytest.raises(Unsupported, match="cannot hide"):
        world.platform.act(Action(world.account(world.anna), Step.HIDE_REPOSTS))


def test_a_missing_mute_is_told_apart_from_a_missing_account(world: World) -> None:
    with pytest.raises(AccountGone):
        world.platform.act(Action(Account("404", "ghost@example.org"), Step.MUTE))
    world.network.missing.add("mutes")
    with pytest.raises(Unsupported, match="no way to mute"):
        world.platform.act(Action(world.account(world.anna), Step.MUTE))
