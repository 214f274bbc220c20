"""Good answers of both platforms, made up, to be made odd; recorded ones of a folder may be added to them."""

import json
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
OWNER = "did:plc:owner"
Answers = dict[str, list[str]]
"""JSON texts by what they answer: `GET accounts/:id/statuses` or `app.bsky.feed.getTimeline`."""


def _at(minutes: int) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def _person(number: int, acct: str) -> dict[str, Any]:
    return {
        "id": str(number), "username": acct, "acct": acct, "display_name": acct.title(), "bot": False, "group": False,
        "note": '<p>Birds. <a href="https://ann.test" rel="me">ann.test</a></p>', "url": f"https://e.test/@{acct}",
        "followers_count": 12, "following_count": 30, "statuses_count": 400, "created_at": _at(9_000_000),
        "fields": [{"name": "Site", "value": '<a href="https://ann.test">ann.test</a>', "verified_at": _at(5)}],
        "moved": None, "source": {"privacy": "public"},
    }  # fmt: skip


def _status(number: int, acct: str, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number), "created_at": _at(200 - number), "account": _person(7, acct), "visibility": "public",
        "content": '<p>Ten kettles <a href="https://shop.test/k/1" rel="nofollow">shop.test/k/1</a> <a href="https://e.test'
        '/tags/tea" class="mention hashtag">#<span>tea</span></a></p>',
        "spoiler_text": "", "reblog": None, "in_reply_to_id": None, "in_reply_to_account_id": None, "pinned": False,
        "mentions": [{"id": "8", "acct": "bob@b.test", "url": "https://b.test/@bob"}],
        "tags": [{"name": "tea", "url": "https://e.test/tags/tea"}],
        "media_attachments": [{"url": "https://e.test/1.png", "type": "image"}], "url": f"https://e.test/@{acct}/{number}",
        "card": {"url": "https://shop.test/k/1", "title": "Kettle", "description": "A kettle", "author_url": "",
                 "authors": [{"name": "Ann", "url": "https://a.test", "account": {"acct": "ann"}}]},
        "quote": {"state": "accepted", "quoted_status": {"account": {"id": "9"}, "url": "https://e.test/@cat/1"}},
    } | more  # fmt: skip


def _related(number: int) -> dict[str, Any]:
    return {
        "id": str(number), "following": True, "followed_by": False, "muting": True, "muting_notifications": False,
        "showing_reblogs": True, "notifying": False, "languages": ["en"], "blocked_by": False, "note": "",
        "muting_expires_at": _at(-5000),
    }  # fmt: skip


PAGE = [
    _status(103, "ann"),
    _status(102, "bob@b.test", reblog=_status(50, "cat@c.test")),
    _status(101, "ann", in_reply_to_id="99", in_reply_to_account_id="8", card=None, quote=None),
]
LISTS = [{"id": "4", "title": "Quieted", "exclusive": True, "replies_policy": "list"}]
MASTODON: dict[str, Any] = {
    "GET timelines/home": PAGE,
    "GET accounts/:id/statuses": PAGE,
    "GET favourites": PAGE,
    "GET bookmarks": PAGE,
    "GET accounts/verify_credentials": _person(7, "ann"),
    "GET statuses/:id/context": {
        "ancestors": [],
        "descendants": [
            _status(201, "ann", in_reply_to_id="200", in_reply_to_account_id="7", content="<p>keep 1</p>"),
            _status(202, "bob@b.test", in_reply_to_id="201", account=_person(8, "bob@b.test")),
        ],
    },
    "GET accounts/:id": _person(7, "ann"),
    "GET accounts/lookup": _person(7, "ann"),
    "GET accounts/search": [_person(7, "ann@e.test")],
    "GET accounts/relationships": [_related(7), _related(8)],
    "GET accounts/:id/lists": LISTS,
    "GET lists": LISTS,
    "GET lists/:id/accounts": [_person(7, "ann")],
    "GET mutes": [_person(7, "ann") | {"mute_expires_at": _at(-60)}],
    "GET v2/instance": {
        "domain": "e.test", "version": "4.5.0", "configuration": {"statuses": {"max_characters": 500}}, "title": "E",
    },
    "GET v1/instance": {"uri": "e.test", "version": "4.1.0", "max_toot_chars": 5000},
    "GET nodeinfo/2.0": {"software": {"name": "mastodon", "version": "4.5.0"}},
    "GET oauth/token/info": {"scope": ["read", "write:mutes"]},
    "GET .well-known/oauth-authorization-server": {
        "scopes_supported": ["read", "read:accounts"], "code_challenge_methods_supported": ["S256"],
    },
    "POST apps": {"id": "1", "client_id": "c", "client_secret": "s"},
    "POST oauth/token": {"access_token": "t", "scope": "read", "token_type": "Bearer"},
    "POST statuses": _status(200, "ann", visibility="direct", mentions=[]),
    "DELETE statuses/:id": _status(200, "ann"),
    "POST lists": LISTS[0],
    "POST accounts/:id/mute": _related(7),
    "POST accounts/:id/unmute": _related(7) | {"muting": False},
    "POST accounts/:id/follow": _related(7) | {"showing_reblogs": False},
    "POST lists/:id/accounts": {},
    "DELETE lists/:id/accounts": {},
}  # fmt: skip


def _profile(name: str) -> dict[str, Any]:
    return {
        "did": f"did:plc:{name}", "handle": f"{name}.test", "displayName": name.title(),
        "description": "Birds: ann.test", "followersCount": 5, "followsCount": 6, "postsCount": 70,
        "createdAt": _at(900_000), "indexedAt": _at(9), "labels": [{"src": f"did:plc:{name}", "val": "bot"}],
        "viewer": {"muted": True, "mutedByList": None, "following": f"at://{OWNER}/app.bsky.graph.follow/3kaaaaaaaaaa2",
                   "followedBy": "", "blockedBy": False, "activitySubscription": {"post": True, "reply": False}},
    }  # fmt: skip


def _entry(number: int, name: str = "ann", **more: Any) -> dict[str, Any]:
    text = "Ten kettles shop.test/k/1… #tea @bob.test"
    facets = [
        {"index": {"byteStart": 12, "byteEnd": 27},
         "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.test/k/1234"}]},
        {"index": {"byteStart": 28, "byteEnd": 32},
         "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "tea"}]},
        {"index": {"byteStart": 33, "byteEnd": 42},
         "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bob"}]},
    ]  # fmt: skip
    parent = {"uri": "at://did:plc:bob/app.bsky.feed.post/3k", "cid": "c"}
    record = {
        "$type": "app.bsky.feed.post", "text": text, "createdAt": _at(number), "facets": facets, "langs": ["en"],
        "tags": ["tea"], "reply": {"root": parent, "parent": parent},
    }  # fmt: skip
    card = {"uri": "https://shop.test/k/1234", "title": "Kettle", "description": "A kettle"}
    post = {
        "uri": f"at://did:plc:{name}/app.bsky.feed.post/3k{number}", "cid": "c", "author": _profile(name),
        "record": record, "indexedAt": _at(number), "viewer": {"like": f"at://{OWNER}/app.bsky.feed.like/3kaaaaaaaaaa2"},
        "embed": {"$type": "app.bsky.embed.external#view", "external": card},
    }  # fmt: skip
    return {"post": post, **more}


QUOTE = {"$type": "app.bsky.embed.record#viewRecord", "uri": "at://did:plc:cat/app.bsky.feed.post/3k", "value": {}}
REPOST = {"$type": "app.bsky.feed.defs#reasonRepost", "by": _profile("cat"), "indexedAt": _at(2)}
FEED = {
    "feed": [
        _entry(1),
        _entry(
            2, "bob", reason={"$type": "app.bsky.feed.defs#reasonRepost", "by": _profile("cat"), "indexedAt": _at(2)}
        ),
        _entry(3, reason={"$type": "app.bsky.feed.defs#reasonPin"}),
    ],
    "cursor": "c1",
}
FEED["feed"][2]["post"]["embed"] = {  # type: ignore[index,call-overload]
    "$type": "app.bsky.embed.recordWithMedia#view",
    "media": {"$type": "app.bsky.embed.images#view", "images": [{"thumb": "t", "alt": ""}]},
    "record": {"record": QUOTE},
}
LIST = {"uri": f"at://{OWNER}/app.bsky.graph.list/3k", "name": "Quieted", "purpose": "app.bsky.graph.defs#modlist",
        "listItemCount": 1, "viewer": {"muted": True}}  # fmt: skip
ITEM = {"uri": f"at://{OWNER}/app.bsky.graph.listitem/3k", "subject": _profile("ann")}
BLUESKY: dict[str, Any] = {
    "app.bsky.feed.getTimeline": FEED,
    "app.bsky.feed.getAuthorFeed": FEED,
    "app.bsky.feed.getActorLikes": FEED,
    "app.bsky.bookmark.getBookmarks": {
        "bookmarks": [{"createdAt": _at(4), "subject": {"uri": "at://did:plc:ann/app.bsky.feed.post/3k"}}]
    },
    "app.bsky.notification.listActivitySubscriptions": {"subscriptions": [_profile("ann")]},
    "app.bsky.actor.getProfile": _profile("ann"),
    "app.bsky.actor.getProfiles": {"profiles": [_profile("ann"), _profile("bob")]},
    "app.bsky.graph.getLists": {"lists": [LIST]},
    "app.bsky.graph.getList": {"list": LIST, "items": [ITEM]},
    "app.bsky.graph.getMutes": {"mutes": [_profile("ann")]},
    "com.atproto.repo.listRecords": {
        "records": [{"uri": ITEM["uri"], "value": {"list": LIST["uri"], "subject": "did:plc:ann"}}]
    },
    "com.atproto.repo.putRecord": {"uri": LIST["uri"], "cid": "c"},
    "com.atproto.server.describeServer": {"did": "did:web:pds.test", "availableUserDomains": [".test"]},
    "_health": {"version": "0.4.1"},
    "chat.bsky.convo.getConvoForMembers": {"convo": {"id": "c1", "members": []}},
    "chat.bsky.convo.getMessages": {
        "messages": [{"id": "m0", "text": "hello", "sender": {"did": OWNER}, "sentAt": _at(3)}]
    },
    "chat.bsky.convo.sendMessage": {"id": "m1", "text": "hello"},
    "app.bsky.graph.muteActor": {},
    "app.bsky.graph.unmuteActor": {},
    "app.bsky.graph.muteActorList": {},
    "com.atproto.repo.deleteRecord": {},
}


def route(method: str, path: str) -> str:
    """What a request asks for: its method and address without the ids in it."""
    path = path.split("?")[0].strip("/")
    if path.startswith("xrpc/"):
        return path.removeprefix("xrpc/")
    if path.endswith("instance"):
        return f"{method} {path.removeprefix('api/')}"
    parts = path.removeprefix("api/v1/").split("/")
    return f"{method} {'/'.join(':id' if re.search(r'^[^.a-z]*[0-9]', part) else part for part in parts)}"


def answers(folder: Path | None = None) -> Answers:
    """The samples, and with them the recorded answers of a folder: `request`, `status` and `json` in each file."""
    found: Answers = defaultdict(list)
    for what, answer in {**MASTODON, **BLUESKY}.items():
        found[what].append(json.dumps(answer))
    for file in sorted(folder.rglob("*.json")) if folder and folder.is_dir() else ():
        raw = json.loads(file.read_text("utf-8"))
        if isinstance(raw, dict) and "json" in raw and "request" in raw:
            found[route(raw["request"]["method"], raw["request"]["path"])].append(json.dumps(raw["json"]))
    return dict(found)
