"""Made-up feed items of full size (about 2 kB), and a network of them on the stub server."""

from collections import defaultdict
from typing import Any

from benchmarks.made.people import Item
from tests.servers.bluesky_stub import HANDLE, OWNER, Stub, stamp

Raw = dict[str, Any]
CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae"
PAGE = 100


def did(author: int) -> str:
    """Who it is."""
    return f"did:plc:{author:024d}"


def person(author: int) -> Raw:
    """The author of a post (`profileViewBasic`)."""
    return {
        "did": did(author),
        "handle": f"person{author}.test",
        "displayName": f"Person {author}",
        "avatar": f"https://cdn.quiet.test/img/avatar/plain/{did(author)}/{CID}@jpeg",
        "associated": {"chat": {"allowIncoming": "following"}, "activitySubscription": {"allowSubscriptions": "all"}},
        "viewer": {
            "muted": False,
            "blockedBy": False,
            "following": f"at://{OWNER}/app.bsky.graph.follow/3lc4kq2zz2k2v",
        },
        "labels": [],
        "createdAt": "2023-05-01T12:00:00.000Z",
    }


def view(item: Item) -> Raw:
    """One item of a feed (`feedViewPost`)."""
    at = stamp(item.at)
    record: Raw = {"$type": "app.bsky.feed.post", "text": item.text, "createdAt": at, "langs": ["en"]}
    post: Raw = {
        "uri": f"at://{did(item.author)}/app.bsky.feed.post/{item.number:013d}",
        "cid": CID,
        "author": person(item.author),
        "record": record,
        "replyCount": 2,
        "repostCount": 3,
        "likeCount": 5,
        "quoteCount": 0,
        "bookmarkCount": 0,
        "indexedAt": at,
        "viewer": {"threadMuted": False, "embeddingDisabled": False, "bookmarked": False},
        "labels": [],
    }
    if item.url:
        record["text"] = f"{item.text} {item.url}"
        start, end = len(item.text.encode()) + 1, len(record["text"].encode())
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": item.url}
        record["facets"] = [{"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}]
        card = {"uri": item.url, "title": item.text[:60], "description": item.text}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": card}
        shown = {**card, "thumb": f"https://cdn.quiet.test/img/feed_thumbnail/plain/{did(item.author)}/{CID}@jpeg"}
        post["embed"] = {"$type": "app.bsky.embed.external#view", "external": shown}
    elif item.pictures:
        _add_pictures(item, record, post)
    if item.answers:
        parent = {"uri": "at://did:plc:stranger/app.bsky.feed.post/0000000000000", "cid": CID}
        record["reply"] = {"root": parent, "parent": parent}
    return {"post": post}


def _add_pictures(item: Item, record: Raw, post: Raw) -> None:
    blob = {"$type": "blob", "ref": {"$link": CID}, "mimeType": "image/jpeg", "size": 400000}
    ratio = {"width": 1024, "height": 768}
    images = [{"alt": item.text, "image": blob, "aspectRatio": ratio}] * item.pictures
    address = f"https://cdn.quiet.test/img/feed_fullsize/plain/{did(item.author)}/{CID}@jpeg"
    shown = [{"thumb": address, "fullsize": address, "alt": item.text, "aspectRatio": ratio}] * item.pictures
    record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    post["embed"] = {"$type": "app.bsky.embed.images#view", "images": shown}


class Crowd:
    """What the stub's timeline and everybody's own feeds hold. Answers show in own feeds alone."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.feeds, self.muted = stub, defaultdict[str, list[Raw]](list), set[str]()
        stub.answers |= {
            "app.bsky.graph.muteActor": lambda query: self.muted.add(self.named()),
            "app.bsky.graph.unmuteActor": lambda query: self.muted.discard(self.named()),
            "app.bsky.graph.getMutes": lambda query: {"mutes": list(map(self.profile, sorted(self.muted)))},
            "app.bsky.actor.getProfile": lambda query: self.profile(query["actor"][0]),
            "app.bsky.actor.getProfiles": lambda query: {"profiles": [self.profile(one) for one in query["actors"]]},
            "app.bsky.feed.getAuthorFeed": self.feed,
            "app.bsky.feed.getActorLikes": lambda query: {"feed": []},
            "app.bsky.graph.getLists": lambda query: {"lists": []},
            "app.bsky.bookmark.getBookmarks": lambda query: {"bookmarks": []},
            "app.bsky.notification.listActivitySubscriptions": lambda query: {"subscriptions": []},
        }

    def say(self, item: Item) -> None:
        """Let it happen."""
        raw = view(item)
        self.feeds[did(item.author)].insert(0, raw)
        if not item.answers and did(item.author) not in self.muted:
            self.stub.feed.insert(0, raw)

    def named(self) -> str:
        """Whom what was just sent names."""
        return str(self.stub.sent[-1][1]["actor"])

    def profile(self, who: str) -> Raw:
        """Who that is (`profileViewDetailed`)."""
        told: Raw = {"did": who, "handle": HANDLE} if who == OWNER else person(int(who.rpartition(":")[2]))
        told["viewer"] = {**told.get("viewer", {}), "muted": who in self.muted}
        return {
            **told,
            "followersCount": 300,
            "followsCount": 500,
            "postsCount": 900,
            "description": "Of this and that.",
        }

    def feed(self, query: dict[str, list[str]]) -> Raw:
        """Somebody's own feed."""
        items, start = self.feeds[query["actor"][0]], int(query.get("cursor", ["0"])[0])
        end = start + PAGE
        return {"feed": items[start:end], **({"cursor": str(end)} if end < len(items) else {})}
