"""How the owner stands to accounts."""

from datetime import timedelta

import pytest

from bot.model import Account, Action, Step
from tests.contract.mastodon.world import HOUR, World
from tests.contract.remembered import stands


def test_standing_tells_what_the_owner_did(world: World) -> None:
    network, now = world.network, world.now
    ben = network.account("ben@example.org")
    network.follow(ben, back=True)
    network.follows[ben].notify = True
    network.follows[ben].reblogs = False
    said = network.post(ben, "<p>hi</p>", now - 9 * HOUR)
    network.post(network.owner, "<p>hello</p>", now - 8 * HOUR, reply_to=said)
    network.post(network.owner, at=now - 7 * HOUR, boost_of=said)
    network.favourites.append(said)
    network.bookmarks.append(said)
    found = stands(world.platform, [world.account(ben), world.account(world.anna)], now)
    one, other = found[ben], found[world.anna]
    assert (one.mutual, one.notifying, one.reposts_hidden) == (True, True, True)
    assert one.answered is not None
    assert abs(one.answered - (now - 8 * HOUR)) < timedelta(seconds=1)
    assert one.reposted is not None
    assert one.favourited is not None
    assert one.bookmarked is not None
    assert (other.mutual, other.answered, other.favourited, other.lists, other.muted) == (False, None, None, (), False)


def test_an_old_post_favourited_after_a_new_one_is_dated_by_the_new_one(world: World) -> None:
    old = world.network.post(world.anna, "<p>old</p>", world.now - timedelta(days=200))
    new = world.network.post(world.network.owner, "<p>new</p>", world.now - HOUR)
    world.network.favourites += [new, old]
    found = stands(world.platform, [world.account(world.anna)], world.now)
    assert found[world.anna].favourited == new.at


@pytest.mark.parametrize("many", [False, True])
def test_lists_are_read_by_account_or_by_list(world: World, many: bool) -> None:
    others = [world.network.account(f"n{n}@example.org") for n in range(3)] if many else []
    for other in others:
        world.network.follow(other)
    action = Action(world.account(world.anna), Step.LIST, list_title="Friends")
    world.platform.act(action)
    asked = [world.account(one) for one in (world.anna, *others)]
    found = world.platform.standing(asked, deciding=True)
    assert found[world.anna].lists == ("Friends",)
    assert all(found[other].lists == () for other in others)
    assert world.platform.lists() == ("Friends",)


def test_the_end_of_a_mute_is_found_behind_pages_of_mutes(world: World) -> None:
    world.network.missing.add("relationship_expiry")
    until = world.network.now() + 30 * HOUR
    world.network.mutes[world.anna] = (False, until)
    for n in range(100):
        world.network.mutes[world.network.account(f"m{n}@example.org")] = (True, None)
    found = world.platform.standing([world.account(world.anna)], deciding=True)
    assert found[world.anna].muted
    assert found[world.anna].muted_until == until.replace(microsecond=0)


def test_who_is_missing_from_the_answer_to_many_is_asked_for_alone(world: World) -> None:
    world.network.missing.add("batches")
    others = [world.network.account(f"n{n}@example.org") for n in range(3)]
    for other in others:
        world.network.follow(other)
    ghost = Account("404", "ghost@example.org")
    found = world.platform.standing([*map(world.account, others), ghost], world.now - HOUR)
    assert [found[other].following for other in others] == [True, True, True]
    assert found["404"].following is None
