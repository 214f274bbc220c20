"""Names for people: handles, ids, profiles, and whom an address names."""

import re
from collections.abc import Callable

from bot.anonymise.names import Numbers
from bot.model import SELF, UNKNOWN

BLUESKY = ".bsky.social"
HANDLE = re.compile(r"@?[\w.-]+(@[\w.-]+)?")
PAGES = "https://page.test"


class Names:
    """What people are called on the sites where they are: `name3`; the account itself `account1`."""

    def __init__(self, own: str, number: int) -> None:
        self._own, self._number = own, number
        self._numbers = Numbers()

    def of(self, called: str) -> str:
        """The name that stands for one, whatever its case."""
        called = called.casefold()
        return f"account{self._number}" if called == self._own else f"name{self._numbers.of(called)}"


class People:
    """Accounts by handle, by id and by page. `server` gives the host that stands for another."""

    def __init__(self, handle: str, url: str, names: Names, server: Callable[[str], str]) -> None:
        self._own, self._url = handle, url.casefold()
        self._names, self._server = names, server
        self._ids, self._pages = Numbers(), Numbers()

    def handle(self, handle: str) -> str:
        """`ann@town.test` -> `name3@site2.test`, `ines.bsky.social` -> `name4.bsky.social`."""
        name, at, server = handle.lstrip("@").partition("@")
        signs = "@" * (len(handle) - len(handle.lstrip("@")))
        named = self._bare(name.casefold(), alone=not at)
        return "".join((signs, named, at, self._server(server.casefold()) if server else ""))

    def _bare(self, name: str, *, alone: bool) -> str:
        if name.endswith(BLUESKY):
            return self._names.of(name.removesuffix(BLUESKY)) + BLUESKY
        own = self._names.of(name) if name else ""
        return self._server(name) if "." in name and alone and not own.startswith("account") else own

    def id(self, one: str | None) -> str | None:
        """Whom a post answers, repeats or quotes: each has its own, nobody and oneself stay."""
        if one is None or one in (SELF, UNKNOWN):
            return one
        return self.handle(one) if one == self._own else f"id{self._ids.of(one)}"

    def mention(self, one: str) -> str:
        """An account mentioned, by its id or its handle."""
        is_handle = HANDLE.fullmatch(one) and not one.isdecimal()
        return self.handle(one) if is_handle else self.id(one) or ""

    def author(self, one: str) -> str:
        """Whom a link card names as the author of its page: a handle or a page."""
        return self.page(one) if "://" in one or one.casefold() == self._url else self.handle(one)

    def page(self, url: str) -> str:
        """A page of the networks, "" where there is none."""
        return f"{PAGES}/{self._pages.of(url.casefold())}" if url else ""
