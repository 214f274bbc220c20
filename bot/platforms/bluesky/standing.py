"""How the owner stands to accounts on Bluesky: follows, mutes, lists, and whom they answered, liked or kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.errors import UserError
from bot.model import SELF, UNKNOWN, Account, Asked, Post, Standing, Unread
from bot.platforms.base import Unreachable, Unsupported
from bot.platforms.bluesky.faults import Refused
from bot.platforms.bluesky.json import Json, Unreadable, did_of, object_of, tid_time, time_of
from bot.platforms.bluesky.posts import Item, item
from bot.platforms.bluesky.xrpc import Pages, Xrpc, listed
from bot.platforms.questions import Questions, cut_short, in_part, lacking, not_read, refused

BATCH = 25
"""Most accounts that getProfiles takes."""
DEPTH = 40
"""Most pages of the owner's own feed, likes and bookmarks that are read back: 4,000 items each."""
LIST_PAGES = 50
MUTE_PAGES = 100
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


@dataclass
class Interest:
    """Whom the owner dealt with, and when last; filled as it is read."""

    answered: Dates = field(default_factory=dict)
    reposted: Dates = field(default_factory=dict)
    favourited: Dates = field(default_factory=dict)
    bookmarked: Dates = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Titles of the owner's lists, by account id."""
    notifying: set[str] | None = None
    """Whom the owner turned notifications on for; None: not asked."""
    muted_by_list: set[str] = field(default_factory=set)
    """Who is muted only since a list is muted that they are on."""


def unanswered(asked: Asked, fault: UserError) -> Unread:
    """What a fault leaves unread. A method that the server says it does not have is its software's lack, and says so
    by an error of the API (`faults.error_of`); anything else may be mended."""
    if isinstance(fault, Refused):
        return refused(asked, f"{fault.fault.status} {fault.fault.name}".strip())
    return lacking(asked) if isinstance(fault, Unsupported) else not_read(asked, str(fault))


def standing(xrpc: Xrpc, accounts: Sequence[Account], since: datetime | None, now: datetime) -> dict[str, Standing]:
    """How the owner stands to each account, by account id; without `since` not what the owner did with their posts.

    The profiles must be told: a fault there is raised. With `since`, any other fault is kept as what it leaves unread;
    without, where an action is read back, a fault of the network is raised, so that it is read back later.
    """
    if not accounts:
        return {}
    seen = profiles(xrpc, [account.id for account in accounts])
    faults = (Unsupported, Refused, *((Unreachable,) if since else ()))
    questions, of_mutes = Questions(faults, unanswered), Questions(faults, unanswered)
    interest = Interest()
    questions.ask([Asked.LISTS], lambda: _read_members(xrpc, interest.members, questions))
    by_list = {did for did, profile in seen.items() if viewer_of(profile).get("mutedByList")}
    if by_list:
        interest.muted_by_list |= by_list
        of_mutes.ask([Asked.MUTES], lambda: interest.muted_by_list.difference_update(muted_themselves(xrpc)))
    if since:
        reads = Reads(xrpc, since, now, questions)
        questions.ask([Asked.ANSWERS, Asked.REPOSTS], lambda: reads.own_posts(interest))
        questions.ask([Asked.FAVOURITES], lambda: reads.likes(interest.favourited))
        questions.ask([Asked.BOOKMARKS], lambda: reads.bookmarks(interest.bookmarked))
        questions.ask([Asked.NOTIFICATIONS], lambda: reads.subscriptions(interest))
    found: dict[str, Standing] = {}
    for one in accounts:
        unread = (*(of_mutes.unread() if one.id in by_list else ()), *questions.unread())
        found[one.id] = replace(_one(one.id, seen.get(one.id), interest, now), unread=unread)
    return found


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
        muted_by_list=did in interest.muted_by_list,
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


def muted_themselves(xrpc: Xrpc) -> set[str]:
    """Whom the owner muted, whatever their lists mute: where a list mutes an account too, its profile does not tell."""
    pages = Pages(xrpc, "app.bsky.graph.getMutes", "mutes", MUTE_PAGES)
    dids = {raw.get("did") for page in pages for raw in page if isinstance(raw, Mapping)}
    return {did for did in dids if isinstance(did, str)}


@dataclass(frozen=True)
class Reads:
    """What is read of the owner's doings since then; what cannot be read of it is left to `questions`."""

    xrpc: Xrpc
    since: datetime
    now: datetime
    questions: Questions

    def own_posts(self, interest: Interest) -> None:
        """Whom the owner answered and reposted, from their own feed. A pinned post says nothing of how far it goes."""
        both = (Asked.ANSWERS, Asked.REPOSTS)
        pages = Pages(
            self.xrpc, "app.bsky.feed.getAuthorFeed", "feed", DEPTH, actor=self.xrpc.did, filter="posts_with_replies"
        )
        reached: datetime | None = None
        unreadable = 0
        for page in pages:
            items, broken = readable(page)
            unreadable += broken
            for each in items:
                self._note_dealing(each.post, interest)
            reached = max((each.post.created_at for each in items if not each.pinned), default=reached)
            if reached is not None and reached < self.since:
                break
        else:
            self._end(both, pages, reached)
        self._count(both, unreadable)

    def _note_dealing(self, post: Post, interest: Interest) -> None:
        if post.repost_of:
            self._note(interest.reposted, post.repost_of, post.created_at)
        elif post.reply_to == UNKNOWN:  # whom it answers is not known; then it was one of those whom it mentions
            for one in post.mentions:
                self._note(interest.answered, one, post.created_at)
        elif post.reply_to and post.reply_to != SELF:
            self._note(interest.answered, post.reply_to, post.created_at)

    def likes(self, dates: Dates) -> None:
        """Whose posts the owner liked; a like's time is its record's key, and the feed is ordered by it."""

        def liked(raw: Any) -> tuple[str | None, datetime | None]:
            view = _inner(raw, "post")
            return did_of(view.get("uri")), tid_time(viewer_of(view).get("like"), self.now) or time_of(
                view.get("indexedAt")
            )

        pages = Pages(self.xrpc, "app.bsky.feed.getActorLikes", "feed", DEPTH, actor=self.xrpc.did)
        self._valued(Asked.FAVOURITES, pages, liked, dates)

    def bookmarks(self, dates: Dates) -> None:
        """Whose posts the owner bookmarked."""

        def bookmarked(raw: Any) -> tuple[str | None, datetime | None]:
            at = raw.get("createdAt") if isinstance(raw, Mapping) else None
            return did_of(_inner(raw, "subject").get("uri")), time_of(at)

        pages = Pages(self.xrpc, "app.bsky.bookmark.getBookmarks", "bookmarks", DEPTH)
        self._valued(Asked.BOOKMARKS, pages, bookmarked, dates)

    def _valued(
        self, asked: Asked, pages: Pages, take: Callable[[Any], tuple[str | None, datetime | None]], dates: Dates
    ) -> None:
        """Keep when each author was valued; undated, it may have been just now, and without author, anybody's."""
        reached: datetime | None = None
        unreadable = 0
        for page in pages:
            taken = [take(raw) for raw in page]
            for author, at in taken:
                if author is None:
                    unreadable += 1
                else:
                    self._note(dates, author, at or self.now)
            reached = max((at for _, at in taken if at), default=reached)
            if reached is not None and reached < self.since:
                break
        else:
            self._end((asked,), pages, reached)
        self._count((asked,), unreadable)

    def subscriptions(self, interest: Interest) -> None:
        """Whom the owner turned notifications on for."""
        method, found = "app.bsky.notification.listActivitySubscriptions", set[str]()
        pages = Pages(self.xrpc, method, "subscriptions", LIST_PAGES)
        for page in pages:
            told = [raw.get("did") if isinstance(raw, Mapping) else None for raw in page]
            found |= {did for did in told if isinstance(did, str)}
            self._count((Asked.NOTIFICATIONS,), sum(not isinstance(did, str) for did in told))
            interest.notifying = found
        self._end((Asked.NOTIFICATIONS,), pages, None)

    def _note(self, dates: Dates, account: str, at: datetime) -> None:
        if at >= self.since:
            dates[account] = max(at, dates.get(account, at))

    def _end(self, asked: Iterable[Asked], pages: Pages, reached: datetime | None) -> None:
        """Tell of a list that ended before the beginning of what counts as lately."""
        for one in asked if pages.cut else ():
            self.questions.note(cut_short(one, reached, self.now))

    def _count(self, asked: Iterable[Asked], unreadable: int) -> None:
        for one in asked if unreadable else ():
            self.questions.note(in_part(one, unreadable))


def readable(page: Iterable[Any]) -> tuple[list[Item], int]:
    """The items of a feed's page that can be read, and how many cannot."""
    items, unreadable = [], 0
    for raw in page:
        try:
            items.append(item(raw))
        except Unreadable:
            unreadable += 1
    return items, unreadable


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
            dids = [_inner(raw, "subject").get("did") for page in of_list for raw in page]
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


def members(xrpc: Xrpc, uri: str) -> list[tuple[str, str]]:
    """Who is on a list, and each one's item: an account added twice is there twice."""
    found = []
    for page in Pages(xrpc, "app.bsky.graph.getList", "items", LIST_PAGES, list=uri):
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
