"""What stands on accounts, by whomever it was done: mutes, members of exclusive lists, hidden reposts, page by page.

Facts: docs.joinmastodon.org (methods accounts, mutes, lists; `muting_expires_at` in newer relationships).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.model import Account, Step
from bot.platforms.base import Quieted
from bot.platforms.marks import quieted
from bot.platforms.mastodon.connection import Connection, Refused, ScopeMissing
from bot.platforms.mastodon.known import Known
from bot.platforms.mastodon.paging import Pages
from bot.platforms.mastodon.posts import account, moment_or_none
from bot.platforms.mastodon.standing import owners_lists, relationships

PAGE = 80
MUTE_PAGES, MEMBER_PAGES, FOLLOW_PAGES = 25, 25, 10
"""Most pages of mutes, of a list's members, and of the accounts followed: the newest 2,000 and 800."""
Raw = Mapping[str, Any]
Met = tuple[Account, Raw, Raw]
"""An account, as the list of it was sent, and the relationship with it."""


def standing_on(connection: Connection, list_title: str, owner: str, domain: str, lately: Known) -> Iterator[Quieted]:
    """Everything that is told, see `Platform.quieted`. `owner` is the owner's id, `domain` their server's. The
    relationships that are read on the way are kept in `lately`."""
    met = _Met(connection, domain, lately)
    for part in (_muted(met), _listed(met, list_title), _without_reposts(met, owner)):
        try:
            yield from part
        except (Refused, ScopeMissing):
            continue


@dataclass(frozen=True, slots=True)
class _Met:
    """Reads the accounts of a list with their relationships."""

    connection: Connection
    domain: str
    lately: Known

    def on(self, path: str, pages: int) -> Iterator[Met]:
        """Those on a list, page by page; those that cannot be read are left out."""
        for page in Pages(self.connection, path, PAGE, pages):
            met = [(who, raw) for raw in page if (who := _account(raw, self.domain)) is not None]
            stands = relationships(self.connection, [who.id for who, _ in met])
            self.lately.meet(stands)
            yield from ((who, raw, stands.get(who.id, {})) for who, raw in met)


def _muted(met: _Met) -> Iterator[Quieted]:
    for who, raw, stands in met.on("/api/v1/mutes", MUTE_PAGES):
        told = stands["muting_expires_at"] if "muting_expires_at" in stands else raw.get("mute_expires_at")
        yield quieted(who, Step.MUTE, _note(stands), {"muted": "false"}, ends=moment_or_none(told))


def _listed(met: _Met, list_title: str) -> Iterator[Quieted]:
    """Members of other lists are told of where they are marked: the others are there by the owner's hand."""
    for own in owners_lists(met.connection):
        if own.get("exclusive") is not True:
            continue
        title = str(own["title"])
        for who, _, stands in met.on(f"/api/v1/lists/{own['id']}/accounts", MEMBER_PAGES):
            found = quieted(who, Step.LIST, _note(stands), {"listed": "false"}, title=title)
            if found.ours or title == list_title:
                yield found


def _without_reposts(met: _Met, owner: str) -> Iterator[Quieted]:
    for who, _, stands in met.on(f"/api/v1/accounts/{owner}/following", FOLLOW_PAGES):
        if stands.get("following") and stands.get("showing_reblogs") is False:
            yield quieted(who, Step.HIDE_REPOSTS, _note(stands), {"reposts": "shown"})


def _account(raw: object, domain: str) -> Account | None:
    try:
        return account(raw, domain)
    except ValueError:
        return None


def _note(stands: Raw) -> str:
    note = stands.get("note")
    return note if isinstance(note, str) else ""
