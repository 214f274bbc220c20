"""Bluesky's raw JSON becomes posts and accounts: facets, link cards, quotes, reposts, item by item.

Written to the lexicons app.bsky.feed.defs, app.bsky.feed.post, app.bsky.richtext.facet, app.bsky.embed.* and
app.bsky.actor.defs. Whatever does not have the shape that they promise raises Unreadable and costs one item.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.model import SELF, UNKNOWN, Account, Post, count_of
from bot.platforms.bluesky.facets import Facet, outside, shown, written_out
from bot.platforms.bluesky.json import (
    Json,
    Unreadable,
    did_of,
    items_of,
    kind_of,
    object_of,
    object_or_none,
    text_of,
    time_of,
)
from bot.urls import domain, ending, outbound, spelled

GIF_SITES = frozenset({"tenor.com", "giphy.com", "klipy.com"})
"""Bluesky stores the GIFs of its picker as external embeds of these sites: a picture, not a link."""
BIO_LINK = re.compile(r"(?<![\w@./-])(https?://\S+|(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?![\w@])(?:/[^\s<>\"']*)?)", re.I)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed."""

    post: Post
    accounts: tuple[Account, ...]
    """Author, and who reposted it."""
    pinned: bool
    """Stands at the top whatever its age, so it says nothing about how far a walk back has come."""


def item(raw: Any) -> Item:
    """An item of a timeline or an author's feed (`feedViewPost`)."""
    whole = object_of(raw)
    view = object_of(whole.get("post"))
    reason = object_of(whole.get("reason") or {})
    author = account(view.get("author"))
    own = post(view)
    if str(reason.get("$type")).endswith("#reasonRepost"):
        reposter = account(reason.get("by"))
        return Item(_reposted(own, reposter.id, reason), (author, reposter), pinned=False)
    return Item(own, (author,), pinned=str(reason.get("$type")).endswith("#reasonPin"))


def readable(page: Iterable[Any]) -> tuple[list[Item], int]:
    """The items of a feed's page that can be read, and how many cannot."""
    items, unreadable = [], 0
    for raw in page:
        try:
            items.append(item(raw))
        except Unreadable:
            unreadable += 1
    return items, unreadable


def _reposted(original: Post, reposter: str, reason: Json) -> Post:
    """The repost as an item of its own. Older servers do not give its URI; then who and what name it."""
    uri, at = reason.get("uri"), time_of(reason.get("indexedAt"))
    if at is None:
        raise Unreadable("a repost without a time")
    return Post(
        id=uri if isinstance(uri, str) and uri else f"{original.id}#reposted-by={reposter}",
        author=reposter,
        created_at=at,
        text=original.text,
        links=original.links,
        repost_of=original.author,
        tags=original.tags,
        media=original.media,
        card_title=original.card_title,
        card_description=original.card_description,
        url=original.url,
    )


def post(view: Json) -> Post:
    """A post as an AppView shows it (`postView`)."""
    uri, record = text_of(view.get("uri")), object_of(view.get("record"))
    who = object_of(view.get("author"))
    author = text_of(who.get("did"))
    text = text_of(record.get("text"))
    facets = list(shown(record, text))
    card = _Embedded.of(view.get("embed") or record.get("embed"))
    handle = who.get("handle")
    answered, answered_post = _reply(record, author, handle)
    named = handle if isinstance(handle, str) and handle and handle != "handle.invalid" else author
    return Post(
        id=uri,
        author=author,
        created_at=_posted(record, view),
        text=written_out(text, facets),
        links=outbound(
            (facet.value for facet in facets if facet.kind == "link"),
            card.link,
            spellings=spelled(outside(text, facets)),
        ),
        reply_to=answered,
        reply_to_post=answered_post,
        quote_of=card.quoted,
        mentions=tuple(dict.fromkeys(facet.value for facet in facets if facet.kind == "mention")),
        tags=_tags(record, facets),
        media=card.media,
        card_title=card.title,
        card_description=card.description,
        url=f"https://bsky.app/profile/{named}/post/{uri.rsplit('/', 1)[-1]}",
    )


def _posted(record: Json, view: Json) -> datetime:
    """The earlier of what the author claims and when it was indexed, as Bluesky sorts (its `sortAt`)."""
    times = [time for time in (time_of(record.get("createdAt")), time_of(view.get("indexedAt"))) if time]
    if not times:
        raise Unreadable("a post without a time")
    return min(times)


def _reply(record: Json, author: str, handle: Any) -> tuple[str | None, str | None]:
    """Who and which post is answered. A reply whose parent is broken still is a reply, to somebody unknown."""
    if record.get("reply") is None:
        return None, None
    parent = object_or_none(object_or_none(record["reply"]).get("parent")).get("uri")
    who = did_of(parent) or UNKNOWN
    if who == UNKNOWN and isinstance(parent, str) and parent.split("/")[:3] == ["at:", "", handle]:
        who = author
    return SELF if who == author else who, parent if isinstance(parent, str) else None


def _tags(record: Json, facets: Sequence[Facet]) -> tuple[str, ...]:
    further = [tag for tag in items_of(record.get("tags")) if isinstance(tag, str)]
    return tuple(dict.fromkeys([facet.value.lstrip("#") for facet in facets if facet.kind == "tag"] + further))


@dataclass(frozen=True)
class _Embedded:
    """What hangs on a post: a link card, pictures, a quoted post."""

    link: str = ""
    title: str = ""
    description: str = ""
    media: int = 0
    quoted: str | None = None

    @classmethod
    def of(cls, raw: Any) -> "_Embedded":
        """Read an embed, as the AppView shows it or as the record holds it. Unknown kinds hold nothing for us."""
        if raw is None:
            return cls()
        embed = object_of(raw)
        match kind_of(embed):
            case "external":
                return cls._card(object_of(embed.get("external")))
            case "images":
                return cls(media=len(items_of(embed.get("images"))))
            case "gallery":
                return cls(media=len(items_of(embed.get("items"))))
            case "video":
                return cls(media=1)
            case "record":
                return cls(quoted=_quoted(object_of(embed.get("record"))))
            case "recordWithMedia":
                media, record = cls.of(embed.get("media")), object_of(object_of(embed.get("record")).get("record"))
                return replace(media, quoted=_quoted(record))
            case _:
                return cls()

    @classmethod
    def _card(cls, external: Json) -> "_Embedded":
        url, title, description = text_of(external.get("uri")), external.get("title"), external.get("description")
        if domain(url) in GIF_SITES:
            return cls(media=1)
        return cls(
            url,
            title=title if isinstance(title, str) else "",
            description=description if isinstance(description, str) else "",
        )


def _quoted(record: Json) -> str | None:
    """Who is quoted: UNKNOWN where the quoted post is blocked, detached or gone; None for feeds, lists and packs."""
    kind = str(record.get("$type", ""))
    if kind.endswith(("#viewBlocked", "#viewNotFound", "#viewDetached")):
        return UNKNOWN
    if kind and not kind.endswith("#viewRecord"):
        return None
    uri = text_of(record.get("uri"))
    return (did_of(uri) or UNKNOWN) if "/app.bsky.feed.post/" in uri else None


def account(raw: Any) -> Account:
    """A profile in any of its views; what a view does not show is unknown."""
    profile = object_of(raw)
    did, handle = text_of(profile.get("did")), text_of(profile.get("handle"))
    name, bio = profile.get("displayName"), profile.get("description")
    labels = profile.get("labels")
    bio = bio if isinstance(bio, str) else ""
    return Account(
        id=did,
        handle=handle,
        display_name=name if isinstance(name, str) else "",
        bio=bio,
        profile_links=_profile_links(bio, handle),
        automated=_says_bot(labels, did) if isinstance(labels, list) else None,
        followers=count_of(profile.get("followersCount")),
        following=count_of(profile.get("followsCount")),
        post_count=count_of(profile.get("postsCount")),
        created_at=time_of(profile.get("createdAt")),
        url=f"https://bsky.app/profile/{did if handle == 'handle.invalid' else handle}",
    )


def _says_bot(labels: list[Any], did: str) -> bool:
    """Whether the account put the label `bot` on itself; what others say of it does not count."""
    return any(isinstance(label, Mapping) and label.get("val") == "bot" and label.get("src") == did for label in labels)


def _profile_links(bio: str, handle: str) -> tuple[str, ...]:
    """The bio's links, and the site that a handle proves to be the account's own: only who controls a domain can
    take it as a handle. Under bsky.social and bridges the domain is the host's."""
    found = []
    for written in BIO_LINK.findall(bio):
        url = written.rstrip(".,;:!?)'\"")
        host = url.split("//")[-1].split("/")[0]
        if "://" in url or ending(host.lower(), listed=True):
            found.append(url if "://" in url else f"https://{url}")
    if "." in handle and not handle.endswith((".bsky.social", ".brid.gy", ".invalid")):
        found.append(f"https://{handle}")
    return outbound(found)
