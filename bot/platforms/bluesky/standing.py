"""How the owner stands to accounts on Bluesky: follows, mutes, lists, and for whom notifications are on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.errors import UserError
from bot.model import Account, Action, Asked, Standing, Step, Unread
from bot.platforms.base import Unreachable, Unsupported
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import Json, Unreadable, object_of, tid_time
from bot.platforms.bluesky.xrpc import Pages, Xrpc, listed
from bot.platforms.questions import Questions, broke_off, in_part, lacking, not_read, refused
from bot.platforms.remembered import NEVER, Remembered

BATCH = 25
"""Most accounts that getProfiles takes."""
LIST_PAGES = 50
MUTE_PAGES = 100


def profiles(xrpc: Xrpc, ids: Sequence[str]) -> dict[str, Json]:
    """The profiles as the owner sees them (`profileViewDetailed`), by DID; those that are gone are missing."""
    found: dict[str, Json] = {}
    for start in range(0, len(ids), BATCH):
        answer = xrpc.get("app.bsky.actor.getProfiles", actors=list(ids[start : start + BATCH]))
        for profile in listed(answer, "profiles"):
            if isinstance(profile, Mapping) and isinstance(profile.get("did"), str):
                found[profile["did"]] = profile
    return found


def followed(xrpc: Xrpc, ids: Sequence[str]) -> frozenset[str]:
    """DIDs of those whom the owner follows: `viewerState.following` is the address of the follow, absent without."""
    return frozenset(did for did, profile in profiles(xrpc, ids).items() if viewer_of(profile).get("following"))


def viewer_of(profile: Json | None) -> Json:
    """What the profile says of the owner's relation to it (`viewerState`)."""
    viewer = (profile or {}).get("viewer")
    return viewer if isinstance(viewer, Mapping) else {}


def unanswered(asked: Asked, fault: UserError) -> Unread:
    """What a fault leaves unread. A method that the server says it does not have is its software's lack, and says so
    by an error of the API (`faults.error_of`); anything else may be mended."""
    if isinstance(fault, Refused):
        return refused(asked, f"{fault.fault.status} {fault.fault.name}".strip())
    return lacking(asked) if isinstance(fault, Unsupported) else not_read(asked, str(fault))


@dataclass
class Chosen:
    """Whom the owner chose, filled as it is read: the titles of their lists by account id, and for whom notifications
    are on (None: not asked); with what of it could not be read."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notified: set[str] | None = None
    unread: tuple[Unread, ...] = ()


EVERYBODY = "everybody"


class Known:
    """What one login was told lately. What it does itself makes it forget what that changes."""

    def __init__(self, clock: Clock) -> None:
        self.profiles = Remembered[Json](clock)
        self.chosen = Remembered[Chosen](clock)

    def forget(self, action: Action) -> None:
        """Forget what an action changes, or its end: a list may mute as well."""
        self.profiles.forget(action.account.id)
        if action.step is Step.LIST:
            self.chosen.forget()


def standing(
    xrpc: Xrpc,
    accounts: Sequence[Account],
    deciding: bool,
    now: datetime,
    lately: Known,
    within: timedelta = NEVER,
) -> dict[str, Standing]:
    """How the owner stands to each account, by account id.

    The profiles must be told: a fault there is raised. Where it is `deciding`, any other fault is kept as what it
    leaves unread; where an action is read back, a fault of the network is raised, so that it is read back later.
    What was told less than `within` ago is not asked for again, but read from `lately`.
    """
    if not accounts:
        return {}
    seen = lately.profiles.told([account.id for account in accounts], within)
    asked = profiles(xrpc, [account.id for account in accounts if account.id not in seen])
    asked = {did: {"did": did, "viewer": viewer_of(profile)} for did, profile in asked.items()}
    lately.profiles.keep(asked)
    seen |= asked
    chosen = _chosen(xrpc, deciding, lately, within)
    of_mutes = _questions(deciding)
    by_list = {did for did, profile in seen.items() if viewer_of(profile).get("mutedByList")}
    only_by_list = set(by_list)
    if by_list:
        of_mutes.ask([Asked.MUTES], lambda: only_by_list.difference_update(muted_themselves(xrpc)))
    found: dict[str, Standing] = {}
    for one in accounts:
        unread = (*(of_mutes.unread() if one.id in by_list else ()), *chosen.unread)
        how = _one(one.id, seen.get(one.id), chosen, now)
        lists, by_list_alone = chosen.lists.get(one.id, ()), one.id in only_by_list
        found[one.id] = replace(how, lists=lists, muted_by_list=by_list_alone, unread=unread)
    return found


def _questions(deciding: bool) -> Questions:
    return Questions((Unsupported, Refused, *((Unreachable,) if deciding else ())), unanswered)


def _chosen(xrpc: Xrpc, deciding: bool, lately: Known, within: timedelta) -> Chosen:
    """Whom the owner chose; kept for a while where it is whole, or what lacks will always lack."""
    known = lately.chosen.told([EVERYBODY], within).get(EVERYBODY)
    if known is not None:
        return known
    found, questions = Chosen(), _questions(deciding)
    questions.ask([Asked.LISTS], lambda: _read_members(xrpc, found.lists, questions))
    if deciding:
        questions.ask([Asked.NOTIFICATIONS], lambda: _read_subscriptions(xrpc, found, questions))
    found.unread = questions.unread()
    if deciding and all(one.stays for one in found.unread):
        lately.chosen.keep({EVERYBODY: found})
    return found


def _one(did: str, profile: Json | None, chosen: Chosen, now: datetime) -> Standing:
    viewer = viewer_of(profile)
    known = profile is not None
    return Standing(
        following=bool(viewer.get("following")) if known else None,
        followed_by=bool(viewer.get("followedBy")) if known else None,
        # Bluesky shows no date of a follow, but its record's key is the time at which it was made.
        followed_since=tid_time(viewer.get("following"), now),
        blocked_by=bool(viewer.get("blockedBy")) if known else None,
        muted=bool(viewer.get("muted") or viewer.get("mutedByList")),
        reposts_hidden=bool(viewer.get("mutedOnlyReposts")),
        notifying=_notified(did, viewer, chosen),
    )


def _notified(did: str, viewer: Json, chosen: Chosen) -> bool | None:
    subscription = viewer.get("activitySubscription")
    if isinstance(subscription, Mapping):
        return bool(subscription.get("post") or subscription.get("reply"))
    return None if chosen.notified is None else did in chosen.notified


def muted_themselves(xrpc: Xrpc) -> set[str]:
    """Whom the owner muted, whatever their lists mute: where a list mutes an account too, its profile does not tell."""
    pages = Pages(xrpc, "app.bsky.graph.getMutes", "mutes", MUTE_PAGES)
    dids = (raw.get("did") for page in pages for raw in page if isinstance(raw, Mapping))
    return {did for did in dids if isinstance(did, str)}


def _read_subscriptions(xrpc: Xrpc, found: Chosen, questions: Questions) -> None:
    pages = Pages(xrpc, "app.bsky.notification.listActivitySubscriptions", "subscriptions", LIST_PAGES)
    unreadable = 0
    for page in pages:
        told = [raw.get("did") if isinstance(raw, Mapping) else None for raw in page]
        found.notified = (found.notified or set()) | {did for did in told if isinstance(did, str)}
        unreadable += sum(not isinstance(did, str) for did in told)
    if unreadable:
        questions.note(in_part(Asked.NOTIFICATIONS, unreadable))
    if pages.cut:
        questions.note(broke_off(Asked.NOTIFICATIONS))


def _read_members(xrpc: Xrpc, titles: dict[str, tuple[str, ...]], questions: Questions) -> None:
    """Put the titles of the owner's lists to everybody who is on them."""
    pages = Pages(xrpc, "app.bsky.graph.getLists", "lists", LIST_PAGES, actor=xrpc.did)
    views = [raw for page in pages for raw in page]
    cut, unreadable = pages.cut, 0
    for view in views:
        if not _is_list(view):
            unreadable += 1
        elif view.get("listItemCount") != 0:
            of_list = Pages(xrpc, "app.bsky.graph.getList", "items", LIST_PAGES, list=view["uri"])
            dids = [inner(raw, "subject").get("did") for page in of_list for raw in page]
            for did in {did for did in dids if isinstance(did, str)}:
                titles[did] = (*titles.get(did, ()), str(view.get("name", "")))
            unreadable += sum(not isinstance(did, str) for did in dids)
            cut = cut or of_list.cut
    if unreadable:
        questions.note(in_part(Asked.LISTS, unreadable))
    if cut:
        questions.note(not_read(Asked.LISTS, "it broke off"))


def _is_list(raw: Any) -> bool:
    return isinstance(raw, Mapping) and isinstance(raw.get("uri"), str)


def own_lists(xrpc: Xrpc) -> list[Json]:
    """The owner's lists (`listView`), each with a URI."""
    pages = Pages(xrpc, "app.bsky.graph.getLists", "lists", LIST_PAGES, actor=xrpc.did)
    return [raw for page in pages for raw in page if _is_list(raw)]


def members(xrpc: Xrpc, uri: str) -> list[str]:
    """The DIDs of those on a list: an account added twice is there twice."""
    pages = Pages(xrpc, "app.bsky.graph.getList", "items", LIST_PAGES, list=uri)
    found = (inner(raw, "subject").get("did") for page in pages for raw in page)
    return [did for did in found if isinstance(did, str)]


def inner(raw: Any, name: str) -> Json:
    """The object of that name in another, empty where there is none."""
    try:
        return object_of(object_of(raw).get(name))
    except Unreadable:
        return {}
