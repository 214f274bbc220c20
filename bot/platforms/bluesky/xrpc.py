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


def paged(xrpc: Xrpc, method: str, field: str, most: int, **parameters: Any) -> Iterator[list[Any]]:
    """The pages of a list, at most `most`; ends where the server gives no cursor, or the same one again.

    A short or empty page with a cursor is no end.
    """
    cursor: str | None = None
    for _ in range(most):
        page = xrpc.get(method, limit=PAGE, cursor=cursor, **parameters)
        yield listed(page, field)
        following = page.get("cursor")
        if not isinstance(following, str) or not following or following == cursor:
            return
        cursor = following
