"""How the owner stands to accounts on Bluesky: follows, mutes, lists, and whom they answered, liked or kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model import SELF, UNKNOWN, Account, Standing
from bot.platforms.base import Unsupported
from bot.platforms.bluesky.json import Json, Unreadable, did_of, object_of, tid_time, time_of
from bot.platforms.bluesky.posts import item
from bot.platforms.bluesky.xrpc import Xrpc, listed, paged

BATCH = 25
"""Most accounts that getProfiles takes."""
OWN_PAGES = 20
"""Most pages of the owner's own feed that are looked back."""
LIKE_PAGES = 5
LIST_PAGES = 50
Dates = dict[str, datetime]
"""When something last happened, by account id."""


def profiles(xrpc: Xrpc, ids: Sequence[str]) -> dict[str, Json]:
    """The profiles as the owner sees them (`profileViewDetailed`), by DID; those that are gone are missing."""
    found: dict[str, Json] = {}
    for start in range(0, len(ids), BATCH):
        answer = xrpc.get("app.bsky.actor.getProfiles", actors=list(ids[start : start + BATCH]))
        for profile in listed(answer, "profiles"):
            if isinstance(profile, Mapping) and isinstance(profile.get("did"), str):
                found[profile["did"]] = profile
    return found


def viewer_of(profile: Json | None) -> Json:
    """What the profile says of the owner's relation to it (`viewerState`)."""
    viewer = (profile or {}).get("viewer")
    return viewer if isinstance(viewer, Mapping) else {}


@dataclass(frozen=True)
class Interest:
    """Whom the owner dealt with, and when last."""

    answered: Dates
    reposted: Dates
    favourited: Dates
    bookmarked: Dates
    members: Mapping[str, tuple[str, ...]]
    """Titles of the owner's lists, by account id."""
    notifying: frozenset[str] | None


def standing(xrpc: Xrpc, accounts: Sequence[Account], since: datetime | None, now: datetime) -> dict[str, Standing]:
    """How the owner stands to each account, by account id; without `since` not what the owner did with their posts."""
    if not accounts:
        return {}
    answered, reposted = _dealt_with(xrpc, since) if since else ({}, {})
    liked, bookmarked = (_liked(xrpc, since, now), _bookmarked(xrpc, since)) if since else ({}, {})
    interest = Interest(answered, reposted, liked, bookmarked, _members(xrpc), _notifying(xrpc) if since else None)
    seen = profiles(xrpc, [account.id for account in accounts])
    return {account.id: _one(account.id, seen.get(account.id), interest, now) for account in accounts}


def _one(did: str, profile: Json | None, interest: Interest, now: datetime) -> Standing:
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
        notifying=_notified(did, viewer, interest),
        lists=interest.members.get(did, ()),
        answered=interest.answered.get(did),
        favourited=interest.favourited.get(did),
        bookmarked=interest.bookmarked.get(did),
        reposted=interest.reposted.get(did),
    )


def _notified(did: str, viewer: Json, interest: Interest) -> bool | None:
    subscription = viewer.get("activitySubscription")
    if isinstance(subscription, Mapping):
        return bool(subscription.get("post") or subscription.get("reply"))
    return None if interest.notifying is None else did in interest.notifying


def _latest(found: Iterable[tuple[str, datetime]], since: datetime) -> Dates:
    dates: Dates = {}
    for did, at in found:
        if at >= since and (did not in dates or dates[did] < at):
            dates[did] = at
    return dates


def _dealt_with(xrpc: Xrpc, since: datetime) -> tuple[Dates, Dates]:
    """Whom the owner answered and reposted, from their own feed."""
    answered: list[tuple[str, datetime]] = []
    reposted: list[tuple[str, datetime]] = []
    own = paged(xrpc, "app.bsky.feed.getAuthorFeed", "feed", OWN_PAGES, actor=xrpc.did, filter="posts_with_replies")
    for page in own:
        posts = [each.post for each in _readable(page)]
        answered += [(p.reply_to, p.created_at) for p in posts if p.reply_to and p.reply_to not in (SELF, UNKNOWN)]
        reposted += [(p.repost_of, p.created_at) for p in posts if p.repost_of]
        if posts and max(p.created_at for p in posts) < since:
            break
    return _latest(answered, since), _latest(reposted, since)


def _readable(page: list[Any]) -> Iterator[Any]:
    for raw in page:
        try:
            yield item(raw)
        except Unreadable:
            continue


def _liked(xrpc: Xrpc, since: datetime, now: datetime) -> Dates:
    """Whose posts the owner liked; a like's time is its record's key, and the feed is ordered by it."""
    found: list[tuple[str, datetime]] = []
    try:
        for page in paged(xrpc, "app.bsky.feed.getActorLikes", "feed", LIKE_PAGES, actor=xrpc.did):
            times = []
            for raw in page:
                view = _inner(raw, "post")
                at = tid_time(viewer_of(view).get("like"), now) or time_of(view.get("indexedAt"))
                author = did_of(view.get("uri"))
                if author and at:
                    found.append((author, at))
                    times.append(at)
            if times and max(times) < since:
                break
    except Unsupported:
        return {}
    return _latest(found, since)


def _bookmarked(xrpc: Xrpc, since: datetime) -> Dates:
    """Whose posts the owner bookmarked."""
    found: list[tuple[str, datetime]] = []
    try:
        for page in paged(xrpc, "app.bsky.bookmark.getBookmarks", "bookmarks", LIKE_PAGES):
            for raw in page:
                author = did_of(_inner(raw, "subject").get("uri"))
                at = time_of(raw.get("createdAt")) if author else None
                if author and at:
                    found.append((author, at))
    except Unsupported:
        return {}
    return _latest(found, since)


def _notifying(xrpc: Xrpc) -> frozenset[str] | None:
    """Whom the owner turned notifications on for; None where the server does not say."""
    pages = paged(xrpc, "app.bsky.notification.listActivitySubscriptions", "subscriptions", LIKE_PAGES)
    try:
        return frozenset(str(raw.get("did")) for page in pages for raw in page if isinstance(raw, Mapping))
    except Unsupported:
        return None


def _members(xrpc: Xrpc) -> dict[str, tuple[str, ...]]:
    """The owner's lists that each account is on."""
    titles: dict[str, tuple[str, ...]] = {}
    for view in own_lists(xrpc):
        if view.get("listItemCount") == 0:
            continue
        for did in {did for did, _ in members(xrpc, str(view["uri"]))}:
            titles[did] = (*titles.get(did, ()), str(view.get("name", "")))
    return titles


def own_lists(xrpc: Xrpc) -> list[Json]:
    """The owner's lists (`listView`), each with a URI."""
    pages = paged(xrpc, "app.bsky.graph.getLists", "lists", LIST_PAGES, actor=xrpc.did)
    return [raw for page in pages for raw in page if isinstance(raw, Mapping) and isinstance(raw.get("uri"), str)]


def members(xrpc: Xrpc, uri: str) -> list[tuple[str, str]]:
    """Who is on a list, and each one's item: an account added twice is there twice."""
    found = []
    for page in paged(xrpc, "app.bsky.graph.getList", "items", LIST_PAGES, list=uri):
        for raw in page:
            did, entry = _inner(raw, "subject").get("did"), raw.get("uri") if isinstance(raw, Mapping) else None
            if isinstance(did, str) and isinstance(entry, str):
                found.append((did, entry))
    return found


def _inner(raw: Any, name: str) -> Json:
    try:
        return object_of(object_of(raw).get(name))
    except Unreadable:
        return {}
