"""What a server does not tell of how the owner stands is kept as unread, and is never a “no”."""

from datetime import timedelta

import pytest

from bot.model import Action, Asked, Standing, Stays, Step
from bot.platforms.base import Unreachable
from bot.platforms.mastodon import Mastodon
from tests.contract import remembered
from tests.contract.mastodon.world import HOUR, World

LASTING = 99
"""As often as anything is asked."""
READS = {
    "statuses": (Asked.ANSWERS, Asked.REPOSTS),
    "favourites": (Asked.FAVOURITES,),
    "bookmarks": (Asked.BOOKMARKS,),
    "v1/lists": (Asked.LISTS,),
}
MENDABLE = ["html403", "html404", "html500", "object", "malformed", "empty", "reset", "truncated"]


def stands(world: World) -> Standing:
    return remembered.stands(world.platform, [world.account(world.anna)], world.now)[world.anna]


def unread(found: Standing) -> dict[Asked, Stays | None]:
    return {one.asked: one.stays for one in found.unread}


def test_a_server_that_tells_everything_leaves_nothing_unread(world: World) -> None:
    assert stands(world).unread == ()


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("kind", MENDABLE)
def test_what_may_be_mended_is_unread_and_does_not_stay_so(world: World, path: str, kind: str) -> None:
    world.stub.fault(kind, path, times=LASTING)
    assert unread(stands(world)) == dict.fromkeys(READS[path])


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("status", [400, 403, 406, 422])
def test_what_is_refused_is_told_with_the_status(world: World, path: str, status: int) -> None:
    world.stub.fault("status", path, times=LASTING, number=status)
    found = stands(world).unread
    assert {one.asked for one in found} == set(READS[path])
    assert all(f"the server refused to say {one.asked.words} ({status})" == one.sentence for one in found)
    assert all(one.stays is None for one in found)


@pytest.mark.parametrize("path", ["favourites", "bookmarks", "v1/lists"])
@pytest.mark.parametrize("status", [404, 405, 410, 501])
def test_an_endpoint_that_the_software_does_not_have_is_its_lack(world: World, path: str, status: int) -> None:
    world.stub.fault("status", path, times=LASTING, number=status)
    (one,) = stands(world).unread
    assert (one.stays, one.sentence) == (Stays.LACKING, f"your server cannot tell {one.asked.words}")


def test_an_address_that_names_somebody_says_nothing_of_the_software(world: World) -> None:
    world.stub.fault("status", "accounts/[^/]+/statuses", times=LASTING, number=404)
    assert unread(stands(world)) == {Asked.ANSWERS: None, Asked.REPOSTS: None}


def test_a_missing_permission_is_told_with_the_remedy(world: World) -> None:
    token = world.network.grant("read:accounts read:statuses read:follows read:lists read:mutes read:bookmarks")
    platform = Mastodon(world.stub.url, token, world.clock, share=1.0)
    (one,) = remembered.stands(platform, [world.account(world.anna)], world.now)[world.anna].unread
    assert one.asked is Asked.FAVOURITES
    assert "lacks a permission" in one.sentence
    assert any("read:favourites" in note for note in platform.server().notes)


@pytest.mark.parametrize("path", ["statuses", "favourites", "bookmarks"])
def test_items_that_cannot_be_read_may_be_anybody_s(world: World, path: str) -> None:
    post = world.network.post(world.anna, "<p>hi</p>", world.now - HOUR)
    world.network.post(world.network.owner, "<p>mine</p>", world.now - HOUR)
    world.network.favourites.append(post)
    world.network.bookmarks.append(post)
    world.stub.fault("spoiled", path)
    assert unread(stands(world)) == dict.fromkeys(READS[path])


def test_what_was_found_before_a_fault_still_protects(world: World) -> None:
    for number in range(60):
        post = world.network.post(world.anna, f"<p>{number}</p>", world.now - HOUR)
        world.network.favourites.append(post)
    world.stub.fault("html403", r"favourites\?.*max_id", times=LASTING)
    found = stands(world)
    assert found.favourited is not None
    assert unread(found) == {Asked.FAVOURITES: None}


def test_a_favourite_behind_many_others_and_behind_pages_of_old_posts_is_found(world: World) -> None:
    ben = world.network.account("ben@example.org")
    wanted = world.network.post(world.anna, "<p>wanted</p>", world.now - 80 * 24 * HOUR)
    old = [world.network.post(ben, "<p>o</p>", world.now - timedelta(days=900)) for _ in range(80)]
    new = [world.network.post(ben, "<p>n</p>", world.now - HOUR) for _ in range(400)]
    world.network.favourites += [wanted, *old, *new]
    found = stands(world)
    assert found.favourited is not None
    assert found.unread == ()


@pytest.mark.parametrize("days", [10, 60])
def test_what_the_owner_does_too_often_for_one_look_is_read_back_to_a_day_that_is_told(world: World, days: int) -> None:
    ben = world.network.account("ben@example.org")
    for number in range(200, 0, -1):
        at = world.now - timedelta(days=days) + number * timedelta(seconds=-1)
        world.network.favourites.append(world.network.post(ben, "<p>n</p>", at))
    asked = [world.account(world.anna)]
    (one,) = remembered.stands(world.platform, asked, world.now, pages=2)[world.anna].unread
    assert (one.asked, one.stays) == (Asked.FAVOURITES, None)
    assert f"so far only be read back to {world.now - timedelta(days=days):%-d %b}" in one.sentence
    assert remembered.stands(world.platform, asked, world.now, pages=4, looks=3)[world.anna].unread == ()


def test_a_server_that_names_no_next_page_of_favourites_holds(world: World) -> None:
    """A full page is no end. Of the owner's own posts the next page can be asked for all the same."""
    world.network.missing.add("link")
    for number in range(90):
        post = world.network.post(world.anna, f"<p>{number}</p>", world.now - HOUR)
        world.network.favourites.append(post)
        world.network.post(world.network.owner, "<p>yes</p>", world.now - HOUR, reply_to=post)
    assert unread(stands(world)) == {Asked.FAVOURITES: None}


def test_a_backdated_post_of_the_owner_s_own_ends_nothing(world: World) -> None:
    said = world.network.post(world.anna, "<p>hi</p>", world.now - 30 * HOUR)
    owner = world.network.owner
    world.network.post(owner, "<p>yes</p>", world.now - 20 * HOUR, reply_to=said)
    world.network.post(owner, "<p>long ago</p>", world.now - 15 * HOUR, created_at="2009-01-01T00:00:00.000Z")
    for number in range(39):  # one page, of which the backdated post is the last
        world.network.post(owner, "<p>more</p>", world.now - 10 * HOUR + number * timedelta(minutes=1))
    assert stands(world).answered is not None


def test_refused_relationships_leave_everybody_unknown(world: World) -> None:
    world.stub.fault("status", "relationships", times=LASTING, number=403)
    found = stands(world)
    assert (found.following, unread(found)) == (None, {Asked.FOLLOWS: None})


def test_members_of_a_list_that_cannot_be_read_may_be_anybody(world: World) -> None:
    others = [world.network.account(f"n{number}@example.org") for number in range(3)]
    for other in others:
        world.network.follow(other)
    world.platform.act(Action(world.account(others[0]), Step.LIST, list_title="Friends"))
    world.stub.fault("status", r"lists/[^/]+/accounts", times=LASTING, number=404)
    asked = [world.account(one) for one in (world.anna, *others)]
    found = world.platform.standing(asked, deciding=True)
    assert all(unread(one) == {Asked.LISTS: None} for one in found.values())


def test_a_read_back_raises_what_passes_and_keeps_what_is_refused(world: World) -> None:
    account = world.account(world.anna)
    world.stub.fault("status", "v1/lists", number=403)
    assert not world.platform.standing([account], deciding=False)[world.anna].knows(Asked.LISTS)
    world.stub.fault("html500", "v1/lists", times=LASTING)
    with pytest.raises(Unreachable):
        world.platform.standing([account], deciding=False)
