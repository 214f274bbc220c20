"""What may be asked of an AT Protocol server: queries and procedures over one login, and whole lists page by page."""

from collections.abc import Iterator
from typing import Any, Protocol

from bot.platforms.base import Unreachable
from bot.platforms.bluesky.json import Json

PAGE = 100
"""Most items that a page may carry (the lexicons' limit)."""


class Xrpc(Protocol):
    """One login. Both methods raise the errors of `bot.platforms.base`."""

    @property
    def did(self) -> str:
        """Whose login it is."""

    def get(self, method: str, **parameters: Any) -> Json:
        """Ask a query; `None` parameters are left out."""

    def post(self, method: str, body: Json, repeatable: bool = True) -> Json:
        """Ask a procedure. `repeatable`: asking twice does what asking once does, so a lost answer is asked again."""


def listed(answer: Json, field: str) -> list[Any]:
    """The list that an answer must hold. Raises Unreachable where it does not: the server is not well."""
    value = answer.get(field)
    if not isinstance(value, list):
        raise Unreachable(f"the server's answer holds no list `{field}`")
    return value


class Pages:
    """The pages of a list. A short or empty page with a cursor is no end.

    Once it was walked through, `cut` says whether the list ended where it should not: after `most` pages, or where the
    server named the same cursor again. `goes_on` says of the page at hand whether the server named a next one.
    """

    def __init__(self, xrpc: Xrpc, method: str, field: str, most: int, **parameters: Any) -> None:
        self._xrpc, self._method, self._field, self._most, self._parameters = xrpc, method, field, most, parameters
        self.cut = self.goes_on = False

    def __iter__(self) -> Iterator[list[Any]]:
        cursor: str | None = None
        for number in range(1, self._most + 1):
            page = self._xrpc.get(self._method, limit=PAGE, cursor=cursor, **self._parameters)
            items, following = listed(page, self._field), page.get("cursor")
            self.goes_on = isinstance(following, str) and bool(following)
            # Set before the page is handed out, so that whoever reads it can see that nothing will follow.
            self.cut = self.goes_on and (following == cursor or number == self._most)
            yield items
            if not self.goes_on or self.cut:
                return
            cursor = following
