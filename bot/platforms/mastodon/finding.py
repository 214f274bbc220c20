"""What stands on accounts, by whomever it was done: mutes, members of exclusive lists, hidden reposts, page by page.

Facts: docs.joinmastodon.org (methods accounts, mutes, lists; `muting_expires_at` in newer relationships).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.model import Account, Step
from bot.platforms.base import Quieted
from bot.platforms.marks import quieted
from bot.platforms.mastodon.connection import Connection, Refused, ScopeMissing
from bot.platforms.mastodon.paging import Pages
from bot.platforms.mastodon.posts import account, moment_or_none
from bot.platforms.mastodon.standing import owners_lists, relationships

PAGE = 80
MUTE_PAGES, MEMBER_PAGES, FOLLOW_PAGES = 25, 25, 10
"""Most pages of mutes, of a list's members, and of the accounts followed: the newest 2,000 and 800."""
Raw = Mapping[str, Any]
Met = tuple[Account, Raw, Raw]
"""An account, as the list of it was sent, and the relationship with it."""


def standing_on(connection: Connection, list_title: str, owner: str, domain: str) -> Iterator[Quieted]:
    """Everything that is told, see `Platform.quieted`. `owner` is the owner's id, `domain` their server's."""
    for part in (
        _muted(connection, domain),
        _listed(connection, list_title, domain),
        _without_reposts(connection, owner, domain),
    ):
        try:
            yield from part
        except (Refused, ScopeMissing):
            continue


def _muted(connection: Connection, domain: str) -> Iterator[Quieted]:
    for who, raw, stands in _met(connection, "/api/v1/mutes", MUTE_PAGES, domain):
        told = stands["muting_expires_at"] if "muting_expires_at" in stands else raw.get("mute_expires_at")
        yield quieted(who, Step.MUTE, _note(stands), {"muted": "false"}, ends=moment_or_none(told))


def _listed(connection: Connection, list_title: str, domain: str) -> Iterator[Quieted]:
    """Members of other lists are told of where they are marked: the others are there by the owner's hand."""
    for own in owners_lists(connection):
        if own.get("exclusive") is not True:
            continue
        title = str(own["title"])
        for who, _, stands in _met(connection, f"/api/v1/lists/{own['id']}/accounts", MEMBER_PAGES, domain):
            found = quieted(who, Step.LIST, _note(stands), {"listed": "false"}, title=title)
            if found.ours or title == list_title:
                yield found


def _without_reposts(connection: Connection, owner: str, domain: str) -> Iterator[Quieted]:
    for who, _, stands in _met(connection, f"/api/v1/accounts/{owner}/following", FOLLOW_PAGES, domain):
        if stands.get("following") and stands.get("showing_reblogs") is False:
            yield quieted(who, Step.HIDE_REPOSTS, _note(stands), {"reposts": "shown"})


def _met(connection: Connection, path: str, pages: int, domain: str) -> Iterator[Met]:
    """The accounts of a list with their relationships; those that cannot be read are left out."""
    for page in Pages(connection, path, PAGE, pages):
        met = [(who, raw) for raw in page if (who := _account(raw, domain)) is not None]
        stands = relationships(connection, [who.id for who, _ in met])
        yield from ((who, raw, stands.get(who.id, {})) for who, raw in met)


def _account(raw: object, domain: str) -> Account | None:
    try:
        return account(raw, domain)
    except ValueError:
        return None


def _note(stands: Raw) -> str:
    note = stands.get("note")
    return note if isinstance(note, str) else ""
