"""What stands on accounts, by whomever it was done: mutes, members of lists, hidden reposts, page by page.

Mutes carry no mark here. Records are public, so one that names a muted account would tell everybody; preferences are
private, but writing them replaces all of them at once, other apps' changes of that moment too, and only types of
Bluesky's own are allowed there (bluesky-social/atproto, pds/src/actor-store/preference). What is on a list by our doing
shows by its record's key, which follows from list and account.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.model import Account, Step
from bot.platforms.base import Quieted, Unsupported
from bot.platforms.bluesky.actions import DESCRIPTION, NONE, QUOTES, item_key
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import Json, Unreadable
from bot.platforms.bluesky.posts import account
from bot.platforms.bluesky.standing import own_lists, viewer_of
from bot.platforms.bluesky.xrpc import Pages, Xrpc

MUTE_PAGES, MEMBER_PAGES, FOLLOW_PAGES = 20, 20, 10
"""Most pages of mutes, of a list's members, and of the accounts followed, 100 each."""


def standing_on(xrpc: Xrpc, list_title: str) -> Iterator[Quieted]:
    """Everything that is told, see `Platform.quieted`."""
    for part in (_muted(xrpc), _listed(xrpc, list_title), _without_reposts(xrpc)):
        try:
            yield from part
        except (Refused, Unsupported):
            continue


def _muted(xrpc: Xrpc) -> Iterator[Quieted]:
    for page in Pages(xrpc, "app.bsky.graph.getMutes", "mutes", MUTE_PAGES):
        for who in map(_account, page):
            if who is not None:
                yield Quieted(who, Step.MUTE, before={"scope": NONE})


def _listed(xrpc: Xrpc, list_title: str) -> Iterator[Quieted]:
    """Members of the list of that title, and of those whose description says that quietfeed keeps them."""
    for view in own_lists(xrpc):
        title = str(view.get("name", ""))
        meant = title.strip().casefold() == list_title.strip().casefold()
        if not meant and view.get("description") != DESCRIPTION:
            continue
        for raw in _members(xrpc, str(view["uri"])):
            found = _member(raw, str(view["uri"]), title)
            if found is not None and (meant or found.ours):
                yield found


def _members(xrpc: Xrpc, uri: str) -> Iterator[Any]:
    for page in Pages(xrpc, "app.bsky.graph.getList", "items", MEMBER_PAGES, list=uri):
        yield from page


def _member(raw: Any, uri: str, title: str) -> Quieted | None:
    who = _account(raw.get("subject")) if isinstance(raw, Mapping) else None
    if who is None:
        return None
    ours = str(raw.get("uri")).rsplit("/", 1)[-1] == item_key(uri, who.id)
    return Quieted(who, Step.LIST, ours=ours, list_title=title, before={"member": "no", "list": uri})


def _without_reposts(xrpc: Xrpc) -> Iterator[Quieted]:
    for page in Pages(xrpc, "app.bsky.graph.getFollows", "follows", FOLLOW_PAGES, actor=xrpc.did):
        for raw in page:
            who, viewer = _account(raw), _viewer(raw)
            if who is not None and viewer.get("mutedOnlyReposts") and not viewer.get("muted"):
                scope = QUOTES if viewer.get("mutedOnlyQuoteposts") else NONE
                yield Quieted(who, Step.HIDE_REPOSTS, before={"scope": scope})


def _viewer(raw: Any) -> Json:
    return viewer_of(raw) if isinstance(raw, Mapping) else {}


def _account(raw: Any) -> Account | None:
    try:
        return account(raw)
    except Unreadable:
        return None
