"""What the owner did, where the API tells only in which order."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.judging.trust import Trust
from bot.model import Standing, Trail
from bot.service.dealings import Dealings, Kept
from bot.store import open_store
from tests.contract.mastodon.world import HOUR, World

DAY = timedelta(days=1)


class Watcher:
    """Looks at what the owner of a world does, and remembers it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.store = open_store(str(folder / "store.sqlite"))

    def look(self) -> Standing:
        """How the owner stands to anna, after one more look."""
        platform, anna = self.world.platform, self.world.account(self.world.anna)
        dealings = Dealings(platform, Kept("home", self.store), Trust(), self.world.clock)
        dealings.look()
        self.world.clock.wait(HOUR.total_seconds())
        return dealings.joined(platform.standing([anna], deciding=True))[anna.id]

    def favourite(self, author: str, days: float) -> None:
        """The owner favourites a post that is so many days old."""
        network = self.world.network
        network.favourites.append(network.post(author, "<p>hi</p>", self.world.now - days * DAY))


@pytest.fixture
def watcher(world: World, tmp_path: Path) -> Iterator[Watcher]:
    made = Watcher(world, tmp_path)
    yield made
    made.store.close()


def test_an_old_post_favourited_since_the_last_look_counts_from_now(watcher: Watcher, world: World) -> None:
    ben = world.network.account("ben@example.org")
    for _ in range(50):
        watcher.favourite(ben, 400)
    assert watcher.look().favourited is None
    watcher.favourite(world.anna, 900)
    before = world.clock.now()
    assert watcher.look().favourited == before


def test_a_favourite_of_an_old_post_before_the_first_look_is_dated_by_what_stands_below_it(
    watcher: Watcher, world: World
) -> None:
    """Even where that stands on another page."""
    ben = world.network.account("ben@example.org")
    watcher.favourite(ben, 20)
    for _ in range(45):
        watcher.favourite(ben, 300)
    watcher.favourite(world.anna, 900)
    for _ in range(45):
        watcher.favourite(ben, 300)
    assert watcher.look().favourited == world.now - 20 * DAY


def test_hundreds_of_favourites_of_old_posts_end_nothing(watcher: Watcher, world: World) -> None:
    ben = world.network.account("ben@example.org")
    watcher.favourite(world.anna, 5)
    for _ in range(300):
        watcher.favourite(ben, 900)
    found = watcher.look()
    assert (found.favourited, found.unread) == (world.now - 5 * DAY, ())


def test_what_is_favourited_again_hides_nothing_that_is_new(watcher: Watcher, world: World) -> None:
    ben = world.network.account("ben@example.org")
    for _ in range(60):
        watcher.favourite(ben, 3)
    watcher.look()
    favourites = world.network.favourites
    watcher.favourite(world.anna, 1)
    for _ in range(39):
        watcher.favourite(ben, 1)
    favourites.append(favourites.pop(59))
    assert watcher.look().favourited is not None


def test_a_favourite_is_found_wherever_a_server_lists_it(watcher: Watcher, world: World) -> None:
    """Some list favourites in the order in which the posts were written."""
    world.network.missing.add("order")
    ben = world.network.account("ben@example.org")
    for number in range(100):
        watcher.favourite(ben, 1 + number / 10)
    assert watcher.look().favourited is None
    watcher.favourite(world.anna, 8)
    found = watcher.look()
    assert (found.favourited, found.unread) == (world.now - 8 * DAY, ())


def test_favourites_that_name_no_next_page_hold_until_they_were_watched_for_as_long(
    watcher: Watcher, world: World
) -> None:
    world.network.missing.add("link")
    ben = world.network.account("ben@example.org")
    for _ in range(90):
        watcher.favourite(ben, 3)
    assert watcher.look().unread
    assert watcher.look().unread
    world.clock.wait((90 * DAY).total_seconds())
    assert watcher.look().unread == ()


def test_an_item_that_cannot_be_read_is_read_again_until_it_can(watcher: Watcher, world: World) -> None:
    watcher.favourite(world.anna, 1)
    world.stub.fault("spoiled", "favourites")
    assert watcher.look().unread
    found = watcher.look()
    assert (found.favourited is not None, found.unread) == (True, ())


@pytest.mark.parametrize("cursor", ["", "garbage", "[1]", "{}"])
def test_a_cursor_that_is_not_ours_leads_to_the_newest_page(world: World, cursor: str) -> None:
    newest = world.platform.trail(Trail.POSTS, None)
    assert world.platform.trail(Trail.POSTS, cursor) == newest
