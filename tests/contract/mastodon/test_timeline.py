"""The home timeline, without a hole, on servers of every habit."""

import pytest

from bot.platforms.mastodon.connection import Refused
from tests.contract.mastodon.world import HOUR, World, ids
from tests.servers.mastodon_network import Network
from tests.servers.mastodon_stub import Stub


def test_the_first_walk_reads_all_and_only_its_last_page_carries_the_cursor(world: World) -> None:
    posted = world.posts(95)
    pages = list(world.platform.timeline(None))
    assert ids(pages) == posted[::-1]
    assert [bool(page.cursor) for page in pages] == [False, False, False, True]
    assert pages[-1].cursor is not None
    assert pages[-1].cursor.split()[0] == posted[-1]


@pytest.mark.slow
def test_the_first_walk_ends_at_what_a_server_holds(world: World) -> None:
    world.posts(900)
    assert len(ids(list(world.platform.timeline(None)))) == 800


@pytest.mark.slow
@pytest.mark.parametrize(("posts", "told"), [(800, False), (840, True)])
def test_a_first_walk_that_does_not_read_all_says_so(world: World, posts: int, told: bool) -> None:
    world.network.held = 2000
    world.posts(posts)
    pages = list(world.platform.timeline(None))
    gaps = [page.gap for page in pages if page.gap]
    assert len(ids(pages)) == 800
    assert len(gaps) == told
    for gap in gaps:
        assert gap.until == min(post.created_at for page in pages for post in page.posts)
    assert pages[-1].cursor is not None
    assert not [page.gap for page in world.platform.timeline(pages[-1].cursor) if page.gap], "it is said once"


def test_a_refusal_of_the_place_to_go_on_from_may_be_a_firewalls_and_loses_nothing(world: World) -> None:
    posted = world.posts(5)
    cursor = world.cursor()
    world.posts(3, 5)
    world.stub.fault("status", "min_id=", number=403)
    with pytest.raises(Refused, match="403"):
        list(world.platform.timeline(cursor))
    pages = list(world.platform.timeline(cursor))
    assert not [page.gap for page in pages if page.gap]
    assert len(ids(pages)) == 3
    assert not set(ids(pages)) & set(posted)


def test_a_quiet_timeline_costs_one_request(world: World) -> None:
    world.posts(50)
    cursor = world.cursor()
    world.stub.log.clear()
    assert list(world.platform.timeline(cursor)) == []
    assert len(world.stub.log) == 1


def test_a_few_new_posts_cost_one_request(world: World) -> None:
    world.posts(50)
    cursor = world.cursor()
    new = world.posts(7, 50)
    world.stub.log.clear()
    assert ids(list(world.platform.timeline(cursor))) == new[::-1]
    assert len(world.stub.log) == 1


def test_many_new_posts_come_oldest_page_first_and_each_page_can_be_resumed(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    new = world.posts(150, 5)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new)
    assert all(page.gap is None for page in pages)
    assert new[0] in ids(pages[:1])
    resumed = list(world.platform.timeline(pages[0].cursor))
    assert set(ids(pages[:1])) | set(ids(resumed)) == set(new)


def test_a_deleted_cursor_loses_nothing_and_invents_no_gap(world: World) -> None:
    posted = world.posts(20)
    cursor = world.cursor()
    last = world.network.find(posted[-1])
    assert last is not None
    last.deleted = True
    new = world.posts(60, 20)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new)
    assert all(page.gap is None for page in pages)


def test_what_the_server_no_longer_holds_is_said_as_a_gap(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    world.network.held = 100
    new = world.posts(130, 5)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new[-100:])
    gaps = [page.gap for page in pages if page.gap]
    assert len(gaps) == 1
    assert gaps[0].until is not None


def test_a_server_that_takes_min_id_for_since_id_leaves_no_hole(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    world.network.min_id_is_since_id = True
    new = world.posts(150, 5)
    pages = list(world.platform.timeline(cursor))
    assert sorted(ids(pages)) == sorted(new)
    assert all(page.gap is None for page in pages)


def test_a_server_that_ignores_min_id_ends_the_walk_and_leaves_no_hole(world: World) -> None:
    world.posts(60)
    world.network.ignores_min_id = True
    cursor = world.cursor()
    new = world.posts(70, 60)
    assert set(ids(list(world.platform.timeline(cursor)))) >= set(new)
    newer = [page.cursor for page in world.platform.timeline(cursor)][-1]
    world.stub.log.clear()
    assert len(list(world.platform.timeline(newer))) <= 1
    assert len(world.stub.log) <= 2


def test_ids_in_no_order_are_never_compared() -> None:
    with Stub(Network(ids="hex")) as stub:
        world = World(stub)
        posted = world.posts(90)
        cursor = world.cursor()
        new = world.posts(30, 90)
        assert ids(list(world.platform.timeline(cursor))) == new[::-1]
        assert len(ids(list(world.platform.timeline(None)))) == len(posted) + len(new)


def test_duplicates_while_paging_are_dropped(world: World) -> None:
    world.network.duplicates = True
    posted = world.posts(100)
    assert ids(list(world.platform.timeline(None))) == posted[::-1]


def test_a_feed_being_rebuilt_is_a_gap_and_keeps_the_cursor(world: World) -> None:
    world.posts(5)
    cursor = world.cursor()
    world.posts(3, 5)
    world.stub.fault("partial", "home")
    pages = list(world.platform.timeline(cursor))
    assert [page.cursor for page in pages] == [None]
    assert pages[0].gap is not None
    assert "rebuilding" in pages[0].gap.reason


def test_a_cursor_that_the_server_does_not_know_starts_anew_and_says_so(world: World) -> None:
    posted = world.posts(5)
    pages = list(world.platform.timeline("01NEVERSEEN"))
    assert pages[0].gap is not None
    assert ids(pages) == posted[::-1]
    assert pages[-1].cursor is not None


def test_one_broken_item_costs_one_item(world: World) -> None:
    world.posts(3)
    world.network.post(world.anna, "<p>broken</p>", world.now - HOUR, account=None)
    pages = list(world.platform.timeline(None))
    assert len(ids(pages)) == 3
    assert sum(page.unreadable for page in pages) == 1
