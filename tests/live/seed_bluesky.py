"""A small made-up population on a real Bluesky network: every kind of account, with two weeks of backdated history.

`seed(pds, now)` returns the people by name; `reader` is the owner, who follows all others.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.servers.bluesky_stub import stamp, tid

PASSWORD = "a-made-up-password"
DAYS = 14
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SHOP = "https://shop.example.com/offer"
BATCH = 200
"""Most writes of one applyWrites call."""


@dataclass
class Person:
    """An account on the network, logged in."""

    name: str
    handle: str
    did: str
    token: str
    pds: str
    password: str = PASSWORD
    posts: list[dict[str, str]] = field(default_factory=list)
    """References (uri, cid) of what it posted, in the order written."""

    def call(self, method: str, body: Any = None, **parameters: Any) -> dict[str, Any]:
        """Ask the PDS as this person: a procedure with a body, a query without."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.pds}/xrpc/{method}"
        if isinstance(body, bytes):
            answer = httpx.post(url, content=body, headers={**headers, "Content-Type": "image/png"}, timeout=60)
        elif body is not None:
            answer = httpx.post(url, json=body, headers=headers, timeout=60)
        else:
            answer = httpx.get(url, params=parameters, headers=headers, timeout=60)
        if answer.is_error:
            raise AssertionError(f"{self.handle}: {method}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else {}

    def write(self, records: list[dict[str, Any]], keys: list[str] | None = None) -> list[dict[str, str]]:
        """Create records in one go, under `keys` where given; returns their references."""
        named = [{"rkey": key} for key in keys] if keys else [{} for _ in records]
        made: list[dict[str, str]] = []
        for start in range(0, len(records), BATCH):
            writes = [
                {"$type": "com.atproto.repo.applyWrites#create", "collection": each["$type"], "value": each, **key}
                for each, key in list(zip(records, named, strict=True))[start : start + BATCH]
            ]
            answer = self.call("com.atproto.repo.applyWrites", {"repo": self.did, "writes": writes})
            made += [{"uri": each["uri"], "cid": each["cid"]} for each in answer["results"]]
        return made

    def post(self, records: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Create posts, and remember them."""
        made = self.write(records)
        self.posts += made
        return made

    def follow(self, *others: "Person", at: datetime) -> None:
        """Follow others, under keys of that time: clients tell a follow's age by its key."""
        records = [{"$type": "app.bsky.graph.follow", "subject": p.did, "createdAt": stamp(at)} for p in others]
        self.write(records, [tid(at, number) for number in range(len(others))])


def join(pds: str, name: str) -> Person:
    """A new account `the-name.test`; plain words such as `reader` are reserved."""
    body = {"handle": f"the-{name}.test", "email": f"{name}@example.com", "password": PASSWORD}
    answer = httpx.post(f"{pds}/xrpc/com.atproto.server.createAccount", json=body, timeout=60)
    if answer.is_error:
        raise AssertionError(f"{name}: {answer.status_code} {answer.text[:300]}")
    made = answer.json()
    return Person(name, made["handle"], made["did"], made["accessJwt"], pds)


def note(text: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A post's record; URLs in the text become link facets."""
    facets = []
    for word in text.split():
        if word.startswith("http"):
            start = len(text[: text.index(word)].encode())
            index = {"byteStart": start, "byteEnd": start + len(word.encode())}
            facets.append({"index": index, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": word}]})
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": stamp(at), "facets": facets, **more}


def card(url: str, title: str) -> dict[str, Any]:
    """A link card."""
    external = {"uri": url, "title": title, "description": ""}
    return {"embed": {"$type": "app.bsky.embed.external", "external": external}}


def reply(to: dict[str, str], root: dict[str, str] | None = None) -> dict[str, Any]:
    """What makes a post an answer."""
    return {"reply": {"root": root or to, "parent": to}}


def repost(of: dict[str, str], at: datetime) -> dict[str, Any]:
    """A repost's record."""
    return {"$type": "app.bsky.feed.repost", "subject": of, "createdAt": stamp(at)}


def times(now: datetime, per_day: int, days: int = DAYS) -> list[datetime]:
    """So many moments a day, oldest first, the last one an hour ago."""
    step = timedelta(days=1) / per_day
    return [now - timedelta(hours=1) - step * i for i in reversed(range(per_day * days))]


NAMES = (
    "reader", "friend", "dropper", "mirror", "spammer", "curator", "blogger", "photographer", "booster", "threader",
    "usefulbot", "hermit", "passerby",
)  # fmt: skip


def seed(pds: str, now: datetime) -> dict[str, Person]:
    """The whole population."""
    people = {name: join(pds, name) for name in NAMES}
    _talkers(people, now)
    _broadcasters(people, now)
    _makers(people, now)
    _owner(people, now)
    return people


def _talkers(people: dict[str, Person], now: datetime) -> None:
    """The friend posts plain notes; passer-by too, followed by nobody; the curator links and converses."""
    for name in ("friend", "passerby"):
        who = people[name]
        who.post([note(f"A thought on day {i} about the garden 🌱", at) for i, at in enumerate(times(now, 2))])
    curator = people["curator"]
    records = []
    for i, at in enumerate(times(now, 3)):
        url = f"https://paper{i % 9}.example.com/read/{i}"
        records.append(note(f"Worth your time, and here is why I think so, part {i}", at, **card(url, f"Paper {i}")))
        answered = people["passerby" if i % 2 else "friend"].posts[i % 28]
        records.append(note(f"I see it another way, number {i}", at + timedelta(minutes=9), **reply(answered)))
    curator.post(records)


def _broadcasters(people: dict[str, Person], now: datetime) -> None:
    """Link dropper, feed mirror, reply spammer, booster."""
    people["dropper"].post(
        [
            note(f"{SHOP}/{i}?utm_source=feed", at, **card(f"{SHOP}/{i}", "Offer"))
            for i, at in enumerate(times(now, 5))
        ]
    )  # fmt: skip
    people["mirror"].post(
        [
            note(f"Headline number {i}", at, **card(f"https://news.example.org/{i}", f"Headline number {i}"))
            for i, at in enumerate(times(now, 6))
        ]
    )
    targets = people["friend"].posts + people["passerby"].posts
    people["spammer"].post(
        [
            note("Look at this https://win.example.com/now", at, **reply(targets[i % len(targets)]))
            for i, at in enumerate(times(now, 4))
        ]
    )
    pool = people["mirror"].posts + people["curator"].posts + people["dropper"].posts
    people["booster"].write([repost(pool[i], at) for i, at in enumerate(times(now, 6))])
    people["booster"].post([note("Good morning, all", at) for at in times(now, 1, 5)])


def _makers(people: dict[str, Person], now: datetime) -> None:
    """Blogger who answers, photographer, thread writer, a bot that says so, and one who hardly posts."""
    blogger = people["blogger"]
    blogger.post([note(f"New on my blog https://blog.example.net/{i}", at) for i, at in enumerate(times(now, 1))])
    asked = people["friend"].posts
    blogger.post([note(f"Thank you for asking, {i}", at, **reply(asked[i])) for i, at in enumerate(times(now, 2))])
    photographer = people["photographer"]
    blob = photographer.call("com.atproto.repo.uploadBlob", PIXEL)["blob"]
    images = {"embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "A heron", "image": blob}]}}
    photographer.post([note(f"Heron {i}", at, **images) for i, at in enumerate(times(now, 2))])
    threader = people["threader"]
    for i, at in enumerate(times(now, 1, 7)):
        (first,) = threader.post([note(f"A long story, number {i}", at)])
        link = note("The source: https://archive.example.org/story", at + timedelta(minutes=1), **reply(first))
        threader.post([link])
    people["usefulbot"].call("com.atproto.repo.putRecord", {
        "repo": people["usefulbot"].did, "collection": "app.bsky.actor.profile", "rkey": "self",
        "record": {
            "$type": "app.bsky.actor.profile", "displayName": "Tide times",
            "description": "Tides. See tides.example.com/about",
            "labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]},
        },
    })  # fmt: skip
    people["usefulbot"].post([note(f"High water at {i % 12}:10", at) for i, at in enumerate(times(now, 2))])
    people["hermit"].post([note("Still here", now - timedelta(days=3))])


def _owner(people: dict[str, Person], now: datetime) -> None:
    """The reader follows all but the passer-by, and deals with the friend and the curator."""
    reader = people["reader"]
    followed = [person for name, person in people.items() if name not in ("reader", "passerby")]
    reader.follow(*followed, at=now - timedelta(days=20))
    people["friend"].follow(reader, at=now - timedelta(days=20))
    friend, curator = people["friend"], people["curator"]
    reader.post([note("How lovely", now - timedelta(days=2), **reply(friend.posts[-3]))])
    reader.write([
        repost(curator.posts[0], now - timedelta(days=1)),
        {"$type": "app.bsky.feed.like", "subject": curator.posts[2], "createdAt": stamp(now - timedelta(days=1))},
    ])  # fmt: skip
