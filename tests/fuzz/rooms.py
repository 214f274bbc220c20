"""What is fed with odd input: each family takes a source of chance, and gives how many inputs it used."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bot import archive, config, handles
from bot.anonymise import anonymised
from bot.clock import SimulatedClock
from bot.errors import UserError
from bot.judging import rules
from bot.model import Account, Action, Entry, Event, History, Lexicon, Post, Standing, Step, SweepRecord, Trail
from bot.platforms.answers import decoded
from bot.platforms.base import Answer, Feed, Page, Platform
from bot.platforms.bluesky import log_in
from bot.platforms.bluesky import posts as bluesky_posts
from bot.platforms.bluesky.faults import check_address, service
from bot.platforms.bluesky.json import Unreadable
from bot.platforms.mastodon import AppKeys, login, origin, outbox
from bot.platforms.mastodon import posts as mastodon_posts
from bot.platforms.mastodon.connection import base_url
from bot.platforms.mastodon.text import read as read_html
from bot.platforms.mastodon.web import PublicWeb
from bot.report import escape
from bot.service import commands
from bot.signals import ALL
from bot.store import Store, codec, open_store
from bot.urls import clean, domain, site, social, spelled
from tests.fuzz import desk, odd, servers
from tests.fuzz.samples import NOW, Answers, _entry, _status

Family = Callable[[Random, Answers], int]
SINCE = NOW - timedelta(days=90)
PEOPLE = (Account("7", "ann@e.test"), Account("8", "bob@b.test", url="https://b.test/@bob"))
DIDS = (Account("did:plc:ann", "ann.test"), Account("did:plc:bob", "bob.test"))
BEFORE = "until muted scope member list listed reposts notify languages".split()
CURSOR = '["2026-05-01T00:00:00Z","2026-05-01T00:00:00Z","a"]'


def used(posts: Sequence[Post], account: Account) -> None:
    """What the rest of the house does with what an adapter gave: measure, judge, keep, show."""
    history = History(account, tuple(sorted(posts, key=lambda post: post.created_at, reverse=True)), NOW)
    for signal in ALL:
        signal(history)
    rules.judge(history, config.default_rules(), config.default_config().minimum)
    assert not any(isinstance(one, archive.Unreadable) for one in archive.read([archive.dump(history)]))
    for post in posts:
        assert codec.unpacked(Post, codec.packed(post)) == post
    for shown in (post.text[:200] for post in posts[:3]):
        escape.terminal(shown).encode()
        escape.markdown(shown).encode()
    assert codec.unpacked(Account, codec.packed(account)) == account
    escape.terminal(f"{account.display_name} {account.handle}").encode()
    escape.web(account.url)


def _asked(random: Random, platform: Platform, people: Sequence[Account]) -> None:
    """One thing that is asked of a platform."""
    who = random.choice(people)
    kind = random.randrange(12)
    if kind < 3:
        cursor = random.choice((None, "103 102", "1", odd.text(random, CURSOR)))
        for page in platform.timeline(cursor):
            for account in page.accounts[:2]:
                used(page.posts, account)
    elif kind < 5:
        feed = platform.posts_by(who, SINCE, random.choice((3, 60)))
        used(feed.posts, feed.account)
    elif kind < 6:
        within = timedelta(hours=random.choice((0, 1)))
        platform.standing(people, deciding=random.random() < 0.5, within=within)
    elif kind == 6:
        cursor = random.choice((None, odd.text(random, CURSOR)))
        platform.trail(random.choice(list(Trail)), cursor)
    elif kind == 7:
        found = platform.find(random.choice((who.handle, "@ann", odd.text(random, who.handle))))
        used((), found)
    elif kind == 8:
        platform.owner()
        platform.server()
        assert 50 < platform.message_limit() <= 10**15
    elif kind == 9:
        platform.lists()
        _written(random, platform)
    else:
        _acted(random, platform, who)


def _written(random: Random, platform: Platform) -> None:
    """A report, or what came of one."""
    letter = random.choice(("https://e.test/@ann/200", "https://bsky.app/messages/c1", odd.text(random, "x")))
    if random.random() < 0.5:
        platform.publish(["quietfeed\n\nhello @ann", "more"], "key")
    elif random.random() < 0.6:
        for told in platform.answers(letter, SINCE, ["hello @ann"]):
            assert told.id
            assert told.at.tzinfo
            commands.read(told.text)
    else:
        platform.answer(["Kept: @ann."], letter, Answer("200", "keep 1", NOW), "key")


def _acted(random: Random, platform: Platform, who: Account) -> None:
    until = random.choice((None, NOW + timedelta(days=30)))
    action = Action(who, random.choice(list(Step)), until, list_title="Quieted")
    with suppress(UserError):
        standing = platform.standing([who], deciding=False).get(who.id, Standing())
        action = Action(who, action.step, until, "Quieted", before=platform.before(action, standing))
        platform.act(action)
    if random.random() < 0.3:
        words = ("true", "false", "no", "yes", "none", "full", "shown", *odd.TIMES)
        before = {name: random.choice(words) for name in BEFORE if random.random() < 0.5}
        action = Action(who, action.step, until, "Quieted", before=before)
    platform.undo(action)


def mastodon(random: Random, samples: Answers) -> int:
    """The adapter of Mastodon, asked anything."""
    answering = servers.Answering(random, samples, tame=random.choice((0.0, 0.8)))
    platform = servers.mastodon(answering)
    with suppress(UserError):
        _asked(random, platform, PEOPLE)
    platform.close()
    return answering.given


def bluesky(random: Random, samples: Answers) -> int:
    """The adapter of Bluesky, asked anything."""
    answering = servers.Answering(random, samples, tame=random.choice((0.0, 0.8)))
    with servers.atproto(answering):
        platform = servers.bluesky(answering)
        with suppress(UserError):
            _asked(random, platform, DIDS)
        platform.close()
    return answering.given


def logins(random: Random, samples: Answers) -> int:
    """The verbs of logging in."""
    answering = servers.Answering(random, samples, tame=0.5)
    clock = SimulatedClock(NOW)

    def connect(server: str, token: str, clock: Any, share: float = 0.2, patience: float = 0.0) -> Any:
        return servers.wired(answering, clock)

    keys = AppKeys(servers.SERVER, "id", "secret", login.OUT_OF_BAND, "read", True)
    with suppress(UserError), patch.object(login, "Connection", connect), servers.atproto(answering):
        random.choice((
            lambda: login.register(servers.SERVER, login.OUT_OF_BAND, clock),
            lambda: login.exchange(keys, "code", "verifier", clock),
            lambda: log_in(servers.SERVER, "owner.test", "password", clock),
        ))()  # fmt: skip
    return answering.given


class _Web(PublicWeb):
    """Other servers, answered in this process."""

    def __init__(self, answering: servers.Answering) -> None:
        super().__init__(SimulatedClock(NOW))
        self.answering = answering

    def exchange(self, host: str, target: str, accept: str) -> tuple[int, bytes]:
        """Status and body."""
        status, _, body = self.answering.answer("GET", target)
        return status, body


NOTE = {
    "id": "https://b.test/users/bob/statuses/1", "type": "Note", "published": "2026-05-01T11:00:00Z", "summary": None,
    "content": "<p>hello</p>", "url": "https://b.test/@bob/1", "inReplyTo": "https://e.test/users/ann/statuses/1",
    "tag": [{"type": "Mention", "href": "https://e.test/users/ann"}], "attachment": [{"type": "Image"}],
}  # fmt: skip
REPOST = {"type": "Announce", "object": NOTE["id"], "id": "a", "published": "2026-05-01T10:00:00Z"}
BOX = {"orderedItems": [{"type": "Create", "object": NOTE}, REPOST], "next": None}
ACTOR = {"id": "https://b.test/users/bob", "outbox": BOX | {"first": "https://b.test/box?page=1"}}
HOOK = {"links": [{"rel": "self", "href": "https://b.test/users/bob"}]}


def origins(random: Random, samples: Answers) -> int:
    """What an account's own server says to strangers, by its API or as an outbox."""
    theirs = {f"GET {path}": [json.dumps(ACTOR), json.dumps(BOX)] for path in ("@bob", "users/bob", "box")}
    mine = dict(samples) | theirs | {"GET .well-known/webfinger": [json.dumps(HOOK)]}
    mine["GET accounts/lookup"] = [json.dumps({"id": "8", "acct": "bob"}), "[]"]
    answering = servers.Answering(random, mine, tame=0.6)
    who = Account("8", "bob@b.test", url=random.choice(("https://b.test/@bob", *odd.ADDRESSES)))
    with suppress(UserError):
        feed = origin.read(_Web(answering), who, SINCE, 60)
        used(feed.posts, feed.account)
    with suppress(UserError):
        list(outbox.pages(_Web(answering).visit("b.test"), who))
    return answering.given


def one_item(random: Random, samples: Answers) -> int:
    """Of a page of four with one odd item, three are read."""
    for good, read in (
        (lambda n: _status(n, f"p{n}@p.test"), lambda page: mastodon_posts.statuses(page, "e.test").posts),
        (lambda n: _entry(n, f"p{n}"), lambda page: _readable(page)),
    ):
        page = [good(n) for n in range(3)]  # numbers 0 to 2
        page.insert(random.randrange(4), odd.changed(random, good(9), 2))
        told = decoded(odd.encoded(page))
        ids = {post.id.rpartition("3k")[2] for post in read(told)}
        assert {"0", "1", "2"} <= ids, f"{ids} of {page!r:.300}"
    return 2


def _readable(page: list[Any]) -> list[Post]:
    from bot.platforms.bluesky.posts import readable

    return [item.post for item in readable(page)[0]]


def html(random: Random, samples: Answers) -> int:
    """What any server's HTML says."""
    written = "".join(
        random.choice((*odd.HTML, *odd.ADDRESSES, *odd.TEXTS, "word ")) for _ in range(random.randrange(9))
    )
    read_html(written)
    mastodon_posts.statuses([_status(1, "ann", content=written, spoiler_text=written)], "e.test")
    return 1


def addresses(random: Random, samples: Answers) -> int:
    """What an address is."""
    good = random.choice(
        (*odd.ADDRESSES, "https://shop.test/k/1?utm_source=a&b=c#d", "https://www.youtube.com/@Ann/videos")
    )
    url = odd.text(random, good)
    for read in (clean, domain, site, social, spelled, escape.web):
        read(url)
    cleaned = clean(url)
    assert cleaned is None or cleaned.encode()
    for judged in (base_url, check_address, service, handles.parsed, handles.key):
        with suppress(UserError):
            judged(url)
    return 1


def replies(random: Random, samples: Answers) -> int:
    """What the owner answers to a report, and what somebody else might make of it."""
    text = odd.text(random, random.choice(REPLIES))
    parts = commands.read(text)
    assert len(parts) <= commands.MOST
    for part in parts:
        assert isinstance(part, commands.Unclear) or str(part.verb) in part.said.casefold()
    return 1


REPLIES = ("keep 1 and 2, mute @a@b.test for 30d", "why 3?", "“undo 1”; pause 3 days, resume", "> mute 1\nlist 2 7d")


def facets(random: Random, samples: Answers) -> int:
    """What a post of Bluesky shows as a link."""
    entry = _entry(1)["post"]
    record = entry["record"]
    record["text"] = odd.text(random, record["text"])
    record["facets"] = odd.changed(random, record["facets"] * random.randrange(1, 4), 3)
    with suppress(Unreadable):
        post = bluesky_posts.post(decoded(odd.encoded(entry)))
        assert codec.unpacked(Post, codec.packed(post)) == post
    return 1


def captured(random: Random, samples: Answers) -> int:
    """A file of captured accounts."""
    post = {"id": "1", "created_at": "2026-03-01T12:00:00Z", "text": "hello a.test/b", "links": ["https://a.test/b"]}
    account = {"id": "7", "handle": "ann@e.test", "followers": 3, "automated": None, "created_at": "2020-01-01"}
    line = {"format": 1, "platform": "mastodon", "account": account, "posts": [post] * 3}
    text = odd.encoded(odd.changed(random, line, 2))
    for found in archive.read([text if random.random() < 0.8 else odd.text(random, text)]):
        if isinstance(found, History):
            used(found.posts, found.account)
            archive.dump(anonymised(found))
    return 1


def configs(random: Random, samples: Answers) -> int:
    """A config, by its lines."""
    lines = config.example().splitlines() if random.random() < 0.1 else SHORT.splitlines()
    for _ in range(random.choice((1, 2, 3))):
        at = random.randrange(len(lines))
        lines[at] = random.choice((
            lambda line: odd.text(random, line),
            lambda line: f"{line.partition(':')[0]}: {random.choice(YAML)}",
            lambda line: "  " + line,
            lambda line: line.replace("# ", "", 1),
        ))(lines[at])  # fmt: skip
    with suppress(UserError):
        config.read("\n".join(lines), Path("config.yaml"))
    return 1


SHORT = """dry_run: true
profiles:
  - {name: home, platform: mastodon, server: https://e.test, report_via: direct}
  - {name: sky, platform: bluesky, handle: ann.test, appview: "did:web:a.test"}
rules:
  - name: links
    when: {link_share: {at_least: 0.9}, own_posts: {at_least: 40}}
    unless: {reply_share: {at_least: 0.1}}
    then: mute
    for: 30d
    evidence: {own_posts: 60}
window: 30d
quota: 10/day
report: {time: "07:30"}
trust: {keep: [ann@e.test]}
sweep: {every: 30m, jitter: 1m}
store: q.db
"""
YAML = (
    "[] {} ~ true 1e400 .nan -.inf 0x7fffffffffffffffffff 99999999999999999999d 1e9d -1d 25:61 !!python/object:a.b "
    "2026-99-99 !!binary x !!timestamp x &a *a <<: {<<:1} 1_000 0o9 '\\ud800' \"\\ud800\" | > ? - : @ ` % 0/day 1/"
).split()
YAML += ["9" * 5000, "a" * 3000, "2026-05-01 12:00:00.1234567890", "!!int 0b", "!!float x", "[" * 2000, "{a: " * 300]


@cache
def _kept() -> tuple[Store, sqlite3.Connection, TemporaryDirectory[str]]:
    """A store with one of everything in it, and a way into its file."""
    folder = TemporaryDirectory()
    path = Path(folder.name) / "q.db"
    store = open_store(str(path))
    page = Page(mastodon_posts.statuses([_status(1, "ann")], "e.test").posts, PEOPLE[:1], "1")
    store.remember("home", page, NOW)
    store.record([Entry(NOW, "home", PEOPLE[0], Event.DONE, step=Step.MUTE, until=NOW, action_id="a", evidence=("x",))])
    store.save_own_feed("home", Feed(PEOPLE[0], page.posts, origin_read=NOW), NOW, Lexicon())
    store.end_sweep(store.begin_sweep(SweepRecord("home", NOW)), SweepRecord("home", NOW, NOW, gaps=("a",)))
    store.note("now", NOW.isoformat())
    return store, sqlite3.connect(path, isolation_level=None), folder


DAMAGEABLE = (
    "posts.payload accounts.payload ledger.payload sweeps.payload own_feeds.payload accounts.first_seen "
    "own_feeds.fetched_at posts.created_at"
).split()


def damaged_store(random: Random, samples: Answers) -> int:
    """A store in which one record is damaged."""
    store, other, _ = _kept()
    table, column = random.choice(DAMAGEABLE).split(".")
    (before,) = other.execute(f"SELECT {column} FROM {table}").fetchone()
    change = f"UPDATE {table} SET {column} = ?"
    other.execute(change, (_damage(random, before),))
    far = timedelta(days=100)
    for read in (
        lambda: list(store.histories("home", "mastodon", NOW - far, NOW + far, Lexicon())),
        lambda: list(store.entries("home")),
        lambda: store.first_seen("home", ["7"]),
        lambda: store.accounts("home", ["7"]),
        lambda: store.sweeps("home"),
        lambda: store.own_feed("home", "7"),
        lambda: store.newest_posts("home", ["7"]),
        lambda: store.timeline_counts("home", NOW - far, NOW + far),
        lambda: store.remember("home", Page((), PEOPLE[:1], "1"), NOW),
    ):
        with suppress(UserError):
            read()
    other.execute(change, (before,))
    return 1


def _damage(random: Random, value: Any) -> Any:
    """A number far out, bytes that are none, or a line with something cut, doubled or beyond the calendar."""
    far = random.choice((2**62, -(2**62), 10**18, -(10**17), 253402300799 * 10**6))
    if isinstance(value, bytes):
        return odd.damaged(random, value)
    if value is None or isinstance(value, int):
        return far
    if random.random() < 0.5:
        return re.sub(r"\d{16}", str(far), value, count=1)
    return odd.text(random, value).encode("ascii", "replace").decode()


def local_page(random: Random, samples: Answers) -> int:
    """The desk's pages and forms."""
    return desk.by_chance(random, desk.opened()[0])


FAMILIES: Mapping[str, tuple[Family, int]] = {
    "mastodon": (mastodon, 40),
    "bluesky": (bluesky, 30),
    "logins": (logins, 3),
    "origins": (origins, 5),
    "one item": (one_item, 4),
    "html": (html, 4),
    "addresses": (addresses, 4),
    "facets": (facets, 3),
    "replies": (replies, 3),
    "captured": (captured, 3),
    "configs": (configs, 3),
    "damaged store": (damaged_store, 1),
    "desk": (local_page, 2),
}
"""Each with its share of the inputs."""
