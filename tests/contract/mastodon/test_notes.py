"""Marks in the owner's private notes: what they keep, where they cannot be, and what is found by them."""

from datetime import timedelta

import pytest

from bot.model import Account, Action, Step
from bot.platforms.base import Quieted
from bot.platforms.mastodon import Mastodon
from bot.platforms.mastodon.login import LEAST
from tests.contract.mastodon.world import HOUR, World
from tests.servers.mastodon_network import OwnList

NOTE = "Met at the fair.\n\n  Bakes; answers letters\tlate. \n"


def mute(world: World, days: int = 3) -> Action:
    """A mute that is done, and its mark."""
    action = Action(world.account(world.anna), Step.MUTE, world.clock.now() + timedelta(days=days))
    world.platform.act(action)
    world.platform.mark(action, world.platform.standing([action.account], None)[world.anna].muted_until)
    return action


def found(world: World) -> list[Quieted]:
    return list(world.platform.quieted("Quiet"))


def test_the_owners_note_is_kept_while_its_mark_comes_changes_and_goes(world: World) -> None:
    world.network.notes[world.anna] = NOTE
    first = mute(world)
    marked = world.network.notes[world.anna]
    assert marked.startswith(f"{NOTE}\nquietfeed: mute until ")
    mute(world, days=30)
    assert world.network.notes[world.anna] != marked
    assert world.network.notes[world.anna].startswith(f"{NOTE}\nquietfeed: mute until ")
    assert world.network.notes[world.anna].count("quietfeed") == 1
    world.platform.unmark(first)
    assert world.network.notes[world.anna] == NOTE


def test_a_note_that_held_nothing_but_the_mark_is_gone_with_it(world: World) -> None:
    world.platform.unmark(mute(world))
    assert world.anna not in world.network.notes


def test_a_note_with_no_room_for_a_mark_stays_as_it_is(world: World) -> None:
    world.network.notes[world.anna] = "x" * 1990
    mute(world)
    assert world.network.notes[world.anna] == "x" * 1990
    assert [one.ours for one in found(world)] == [False]


@pytest.mark.parametrize("lacking", ["scope", "endpoint", "refusal"])
def test_where_no_note_can_be_written_the_mute_goes_on_without(world: World, lacking: str) -> None:
    if lacking == "scope":
        world.platform = Mastodon(world.stub.url, world.network.grant(LEAST), world.clock, share=1.0)
    elif lacking == "endpoint":
        world.network.missing.add("notes")
    else:
        world.stub.fault("status", "/note$", times=9, number=404)
    action = mute(world)
    assert world.network.muting(world.anna)
    assert [(one.step, one.ours) for one in found(world)] == [(Step.MUTE, False)]
    before = len(world.stub.log)
    world.platform.mark(action, None)
    assert len(world.stub.log) == before, "what the server or the login lacks is not asked for again"


def test_a_mark_on_somebody_who_is_gone_costs_nothing(world: World) -> None:
    world.platform.unmark(Action(Account("404", "ghost@example.org"), Step.MUTE))
    mute(world)
    assert world.anna in world.network.notes


def test_a_server_without_timed_mutes_has_its_mutes_end_as_the_mark_says(world: World) -> None:
    world.network.missing |= {"duration", "relationship_expiry"}
    action = mute(world)
    (one,) = found(world)
    assert (one.ours, one.ends) == (True, None)
    assert one.until is not None
    assert action.until is not None
    assert abs(one.until - action.until) <= timedelta(minutes=1)


def test_an_older_server_tells_the_end_in_its_list_of_mutes(world: World) -> None:
    world.network.missing.add("relationship_expiry")
    mute(world)
    (one,) = found(world)
    assert one.ours
    assert one.ends is not None


def test_a_list_that_bears_another_name_by_now_is_found_by_its_marks_alone(world: World) -> None:
    """As the config names it; what the owner put on lists of their own is never told."""
    bea = world.network.account("bea@example.org")
    world.network.follow(bea)
    world.network.lists["9"] = OwnList("9", "News", True, members=[world.anna, bea])
    action = Action(world.account(world.anna), Step.LIST, world.clock.now() + HOUR, "Quieted")
    world.platform.act(action)
    world.platform.mark(action, None)
    assert [(one.account.handle, one.list_title, one.ours) for one in found(world)] == [
        ("anna@example.org", "Quieted", True)
    ]


def test_what_a_server_lacks_is_left_out_and_the_rest_is_told(world: World) -> None:
    world.network.missing.add("lists")
    world.stub.fault("status", "/following", times=9, number=404)
    mute(world)
    assert [one.step for one in found(world)] == [Step.MUTE]


def test_many_mutes_are_read_page_by_page(world: World) -> None:
    for number in range(100):
        world.network.mutes[world.network.account(f"shop{number}@market.test")] = (False, None)
    told = world.platform.quieted("Quiet")
    next(told)
    assert len([asked for asked in world.stub.log if asked.path.startswith("/api/v1/mutes")]) == 1
    assert len([one for one in told if one.step is Step.MUTE]) == 99


def test_the_doctor_says_where_nothing_is_marked(world: World) -> None:
    assert not any("private notes" in note for note in world.platform.server().notes)
    world.platform = Mastodon(world.stub.url, world.network.grant(LEAST), world.clock, share=1.0)
    assert any("private notes (write:accounts)" in note for note in world.platform.server().notes)
    assert any("upload pictures (write:media)" in note for note in world.platform.server().notes)
