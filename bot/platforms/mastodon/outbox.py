"""The outbox of an ActivityPub actor, page by page: what the account published, told by its own server.

Shapes as in www.w3.org/TR/activitypub (outbox, OrderedCollectionPage) and docs.joinmastodon.org/spec/activitypub.
Everything is asked of one host; an address on another one is refused. A Note is put into the shape of a status of the
Mastodon API, so that one decoder reads both.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from bot.model import Account, Post
from bot.platforms.base import PlatformError
from bot.platforms.mastodon.connection import Refused
from bot.platforms.mastodon.posts import post
from bot.platforms.mastodon.web import Visit

JSON = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
MOST_PAGES = 50
WRITTEN = ("Note", "Article", "Question", "Page", "Video", "Image", "Audio", "Event")
"""Types of objects that an account posts."""


def pages(visit: Visit, account: Account) -> Iterator[tuple[tuple[Post, ...], int, str]]:
    """Posts of each page, newest first, how many items could not be read, and the actor's id. Raises PlatformError."""
    actor = _actor(visit, account)
    own = _text(actor, "id")
    box = _object(visit.get(_link(actor.get("outbox")), JSON))
    page = box if "orderedItems" in box else _object(_followed(visit, box.get("first")))
    for _ in range(MOST_PAGES):
        found = [_post(item, own) for item in _list(page.get("orderedItems"))]
        yield tuple(one for one in found if isinstance(one, Post)), found.count(None), own
        if not page.get("next"):
            return
        page = _object(_followed(visit, page["next"]))


def _actor(visit: Visit, account: Account) -> Mapping[str, Any]:
    """The account's actor: behind its profile's page, else as webfinger names it."""
    try:
        found = _object(visit.get(account.url, JSON))
        if found.get("outbox"):
            return found
    except PlatformError:
        pass
    asked = urlencode({"resource": f"acct:{account.handle}"}, errors="replace")
    named = _object(visit.get(f"/.well-known/webfinger?{asked}", "application/jrd+json, application/json"))
    links = [link for link in _list(named.get("links")) if isinstance(link, Mapping)]
    own = next((_text(link, "href") for link in links if link.get("rel") == "self"), "")
    found = _object(visit.get(own, JSON))
    if not found.get("outbox"):
        raise Refused(f"{visit.host} names no outbox of {account.handle}", 404)
    return found


def _followed(visit: Visit, page: object) -> object:
    """A page that stands there itself, or behind its address."""
    return page if isinstance(page, Mapping) and "orderedItems" in page else visit.get(_link(page), JSON)


def _post(activity: object, own: str) -> Post | bool | None:
    """What an activity published; False for what is no post, None for one that cannot be read."""
    if not isinstance(activity, Mapping) or activity.get("type") not in ("Create", "Announce"):
        return False
    shown = activity.get("object")
    try:
        if activity["type"] == "Announce":
            return post(_repost(activity, _link(shown), own))
        if not isinstance(shown, Mapping):
            return None
        if shown.get("type") not in WRITTEN:
            return False
        return post(_status(shown, activity, own))
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        return None


def _repost(activity: Mapping[str, Any], shown: str, own: str) -> dict[str, Any]:
    """An Announce as a boost. Of what it shows only the address is told, and whether it is the account's own."""
    whose = {"id": own} if _is_own(shown, own) else {}
    return {
        "id": _text(activity, "id"),
        "created_at": activity.get("published"),
        "account": {"id": own},
        "reblog": {"id": shown, "url": shown, "account": whose},
    }


def _status(note: Mapping[str, Any], activity: Mapping[str, Any], own: str) -> dict[str, Any]:
    """A Note as a status."""
    tags = [tag for tag in _list(note.get("tag")) if isinstance(tag, Mapping)]
    mentioned = [_text(tag, "href") for tag in tags if tag.get("type") == "Mention"]
    parent = _link(note.get("inReplyTo"))
    return {
        "id": _text(note, "id"),
        "uri": _text(note, "id"),
        "url": next((url for url in map(_link, _list(note.get("url"))) if url), "") or _text(note, "id"),
        "created_at": note.get("published") or activity.get("published"),
        "account": {"id": own},
        "content": _text(note, "content"),
        "spoiler_text": _text(note, "summary"),
        "in_reply_to_id": parent or None,
        "in_reply_to_account_id": _answered(parent, mentioned, own),
        "mentions": [{"id": href} for href in mentioned if href],
        "tags": [{"name": _text(tag, "name")} for tag in tags if tag.get("type") == "Hashtag"],
        "media_attachments": [one for one in _list(note.get("attachment")) if isinstance(one, Mapping)],
        "quote_id": _link(note.get("quote") or note.get("quoteUrl") or note.get("quoteUri")) or None,
    }


def _answered(parent: str, mentioned: list[str], own: str) -> str | None:
    """Whom a note answers: itself where the parent's address lies under the actor's, else whom it mentions there."""
    if not parent:
        return None
    if _is_own(parent, own):
        return own
    others = [href for href in mentioned if href and href != own]
    return next((href for href in others if parent.startswith(f"{href}/")), others[0] if others else None)


def _is_own(address: str, own: str) -> bool:
    return bool(own) and address.startswith(f"{own.rstrip('/')}/")


def _link(value: object) -> str:
    """An address, written plainly or as a Link or an object with an id."""
    if isinstance(value, Mapping):
        value = value.get("href") or value.get("id")
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    """JSON-LD writes a list of one as the one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""
