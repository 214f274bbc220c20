"""The home timeline without a hole: forward from where the last walk ended, or back as far as the server gives.

A cursor is the ids of the newest items seen, newest first. The first is where to go on from; the others prove, where
much came back at once, that nothing lies between: the first may have been deleted since. Ids are compared for
equality only. Facts: feed_manager.rb (800 items held), `min_id` in docs.joinmastodon.org/methods/timelines.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.platforms.base import Gap, Page
from bot.platforms.mastodon.connection import Answer, Connection, Refused
from bot.platforms.mastodon.posts import Reading

HOME = "/api/v1/timelines/home"
LIMIT = 40
FEW = LIMIT // 2
"""A page with fewer items ends the walk: whatever a server held back from it comes with the next sweep."""
HELD = 800
"""Items that a server keeps of a home timeline; no walk goes further."""
REMEMBERED = 10
"""Ids in a cursor."""

Decode = Callable[[Sequence[Any]], Reading]


def walk(connection: Connection, decode: Decode, after: str | None) -> Iterator[Page]:
    """Pages as `Platform.timeline` wants them."""
    return _Walk(connection, decode, after).pages()


class _Walk:
    """One walk: what it has seen, and how it goes on."""

    def __init__(self, connection: Connection, decode: Decode, after: str | None) -> None:
        self.connection = connection
        self.decode = decode
        self.known = tuple((after or "").split())
        self.seen: set[str] = set(self.known)
        self.newest: tuple[str, ...] = self.known

    def pages(self) -> Iterator[Page]:
        if not self.known:
            yield from self._from_the_start()
            return
        try:
            first = self._ask({"min_id": self.known[0]})
        except Refused as refusal:
            if refusal.status == 403:
                raise
            yield Page((), (), None, gap=Gap(f"the server does not know the place to go on from any more ({refusal})"))
            yield from self._from_the_start()
            return
        yield from self._forward(first)

    def _forward(self, answer: Answer) -> Iterator[Page]:
        """Newer and newer pages. What lies below the first one is closed before its cursor may be stored."""
        below_checked = False
        for _ in range(HELD // FEW):
            ids = _ids(answer.items)
            fresh = self._fresh(answer.items)
            if answer.status == 206:
                yield self._rebuilding(fresh)
                return
            if not below_checked and len(ids) >= FEW and not set(ids) & set(self.known):
                yield from self._down_to_known(ids[-1], fresh)
            below_checked = True
            if not fresh:
                return
            self.newest = (*ids, *self.newest)[:REMEMBERED]
            yield self._page(fresh, " ".join(self.newest))
            if len(ids) < FEW:
                return
            answer = self._ask({"min_id": answer.prev.get("min_id") or ids[0]})

    def _down_to_known(self, oldest: str, above: Sequence[Any]) -> Iterator[Page]:
        """Read older items until one that is known: normally the first of one page.

        Items on the way are new where a server takes `min_id` for `since_id` and skipped the middle.
        """
        params = {"max_id": oldest}
        for _ in range(HELD // LIMIT):
            answer = self._ask(params)
            ids = _ids(answer.items)
            meets = next((place for place, item in enumerate(answer.items) if _id(item) in self.known), None)
            fresh = self._fresh(answer.items[:meets])
            if fresh:
                yield self._page(fresh, None)
                above = fresh
            if meets is not None:
                return
            if not fresh or answer.status == 206:
                break
            params = dict(answer.next) or {"max_id": ids[-1]}
        until = min((post.created_at for post in self.decode(above).posts), default=None)
        yield Page((), (), None, gap=Gap("the server holds fewer posts than were missed", until=until))

    def _from_the_start(self) -> Iterator[Page]:
        """Back in time, until nothing more comes. Only the last page, an empty one, carries the cursor: no place
        before it is safe. A server that holds more than HELD items is told as such."""
        params: dict[str, str] = {}
        newest: tuple[str, ...] = ()
        count, oldest = 0, None
        gap: Gap | None = None
        while True:
            answer = self._ask(params)
            ids = _ids(answer.items)
            fresh = self._fresh(answer.items)
            if answer.status == 206:
                yield self._rebuilding(fresh)
                return
            newest = newest or tuple(ids[:REMEMBERED])
            if not fresh:
                break
            if count >= HELD:
                gap = Gap(f"the first look: what lies behind {HELD} posts was not read", until=oldest)
                break
            page = self._page(fresh, None)
            yield page
            count += len(fresh)
            oldest = min((post.created_at for post in page.posts), default=oldest)
            params = {key: value for key, value in answer.next.items() if key == "max_id"} or {"max_id": ids[-1]}
        if newest:
            yield Page((), (), " ".join(newest), gap=gap)

    def _ask(self, params: dict[str, str]) -> Answer:
        return self.connection.get(HOME, {"limit": str(LIMIT), **params})

    def _fresh(self, items: Sequence[Any]) -> list[Any]:
        """Items not met before on this walk; servers repeat some while paging. One without an id is kept: it is
        counted as unreadable."""
        fresh = []
        for item in items:
            found = _id(item)
            if found is None or found not in self.seen:
                fresh.append(item)
            if found is not None:
                self.seen.add(found)
        return fresh if any(_id(item) for item in fresh) else []

    def _page(self, items: Sequence[Any], cursor: str | None, gap: Gap | None = None) -> Page:
        reading = self.decode(items)
        return Page(reading.posts, reading.accounts, cursor, reading.unreadable, gap)

    def _rebuilding(self, items: Sequence[Any]) -> Page:
        """HTTP 206: what is there is a part; the cursor stays, so that the next sweep reads the rest."""
        return self._page(items, None, Gap("the server is rebuilding the home feed (HTTP 206)"))


def _ids(items: Sequence[Any]) -> list[str]:
    return [found for found in map(_id, items) if found is not None]


def _id(item: object) -> str | None:
    found = item.get("id") if isinstance(item, dict) else None
    return str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else None
