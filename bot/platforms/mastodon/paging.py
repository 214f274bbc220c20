"""Lists of the Mastodon API, page after page, and whether they were read to their end."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.platforms.base import Unreachable
from bot.platforms.mastodon.connection import Answer, Connection, Params
from bot.platforms.mastodon.posts import identity_or_none

Go = Mapping[str, str]
"""Parameters that lead to the next page; empty where there is none."""
BARREN = 5
"""So many pages in a row without anything new, though the next one is named, are taken for a server that goes round."""


class Pages:
    """The pages of one list, each a list of raw items, newest first.

    `parameters` go along with every page. The way on is the Link header's, since the ids in it are often none of the
    items'; `onward` may give another where there is none. An empty page is no end as long as the next one is named.
    Once it was walked through, `cut` says whether the list ended where it should not: after `most` pages, in a circle,
    or with a full page that names no next one. Whoever leaves the loop early has what they wanted, and `cut` stays
    False.
    """

    def __init__(
        self,
        connection: Connection,
        path: str,
        limit: int,
        most: int,
        onward: Callable[[list[Any]], Go] = lambda items: {},
        parameters: Params = {},  # noqa: B006  nobody changes it
    ) -> None:
        self._connection, self._path, self._limit, self._most, self._onward = connection, path, limit, most, onward
        self._parameters = parameters
        self.cut = False

    def __iter__(self) -> Iterator[list[Any]]:
        go_on: Go = {}
        met: set[tuple[tuple[str, str], ...]] = set()
        empty = 0
        for number in range(1, self._most + 1):
            answer = self._connection.get(self._path, {"limit": str(self._limit), **self._parameters, **go_on})
            items = listed(answer, self._connection.host)
            go_on = answer.next or self._onward(items)
            place = tuple(sorted(go_on.items()))
            empty = 0 if items else empty + 1
            # Set before the page is handed out, so that whoever reads it can see that nothing will follow.
            self.cut = bool(place and (place in met or empty == BARREN or number == self._most)) or (
                not place and len(items) >= self._limit
            )
            yield items
            if self.cut or not place:
                return
            met.add(place)


def onward_by_id(items: list[Any], limit: int) -> Go:
    """Where the next page of an account's statuses starts on a server whose full page names none: after the last item
    with an id."""
    if len(items) < limit:
        return {}
    last = next((found for item in reversed(items) if (found := identity_or_none(item))), "")
    return {"max_id": last} if last else {}


def listed(answer: Answer, host: str) -> list[Any]:
    """The list that an answer must be. Raises Unreachable where it is something else: the server is not well."""
    if not isinstance(answer.data, list):
        raise Unreachable(f"{host} answered with something else than a list")
    return answer.data
