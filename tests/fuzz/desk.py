"""The desk, asked odd things: a real one, over a real store of a small town whose people call themselves odd names.

Whatever is asked, it answers without a fault of its own; nothing is written without all that a form of the desk
brings; and no name, no post and nothing that was asked becomes a tag, an attribute or a header of the answer.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from bot.clock import SimulatedClock
from bot.config import Profile, load
from bot.desk import app
from bot.desk.door import Door, door
from bot.desk.pages import PAGES, WRITES, effect
from bot.desk.seat import Seat
from bot.model import EPOCH, Account, Post
from bot.platforms.base import Platform
from bot.platforms.memory import Memory, Network
from bot.service.sweep import sweep
from bot.store import open_store
from tests.fuzz import odd

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
OWNER = "robin@quiet.example"
PORT = 8248
ODD = "'\"><zq zq=1><script>zq()</script>"
"""What must never become a tag or an attribute."""
TEXT = f"""\
profiles:
  - {{name: home, platform: memory}}
evidence: {{own_posts: 4, days_seen: 0}}
limits: {{first_days_dry: 0d, confirm_after: 0d, newly_followed: 0d}}
dry_run: false
rules:
  - name: '{ODD.replace("'", "''")}'
    when: {{link_share: {{at_least: 0.9}}, own_posts: {{at_least: 4, at_most: 900}}}}
    unless: {{reply_share: {{at_least: 0.1}}}}
    then: mute
  - {{name: more, when: {{posts_per_day: {{at_least: 20}}}}, then: report}}
  - {{name: loud, quota: 50/day, then: mute}}
"""
MOVE = f"{ODD}|when|link_share|at_least|0.95"
HOST, ORIGIN = f"127.0.0.1:{PORT}", f"http://127.0.0.1:{PORT}"
FORM = "application/x-www-form-urlencoded"
Fields = dict[str, list[str]]
"""Names, each with the values among which a reader chooses."""
LOCAL = ("/", "#", "?", "https://", "http://")
"""How addresses on a page begin."""


@dataclass(frozen=True)
class Request:
    """What is asked. `comes` tells which of a browser's own things come along: cookie, host, origin, kind, word."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    comes: tuple[bool, bool, bool, bool, bool] = (True,) * 5
    headers: Sequence[tuple[str, str]] = ()

    @property
    def may_write(self) -> bool:
        """Whether it has all that a form of the desk brings."""
        return self.method == "POST" and all(self.comes)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str


class Reader(HTMLParser):
    """Looks through a page for what only somebody else can have put there, and for its forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, Fields]] = []
        """Method, address and fields of each."""
        self.links: list[str] = []
        self._chosen = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        assert tag != "zq", "a tag that was typed"
        for name in has:
            assert "zq" not in name, f"an attribute that was typed: {name:.80}"
            assert name != "style", "a style that the policy forbids"
            assert not name.startswith("on"), "a script that the policy forbids"
        if tag == "script":
            assert has.get("src", "").startswith("/"), "a script of somebody else's"
        for name in ("href", "src", "action", "hx-get", "hx-post"):
            assert name not in has or has[name].startswith(LOCAL), f"{name}={has[name]!r:.80}"
        if tag == "a":
            self.links.append(has.get("href", ""))
        if tag == "form":
            self.forms.append((has.get("method", "get").upper(), has.get("action", ""), {}))
        elif self.forms and (name := has.get("name") or (self._chosen if tag == "option" else "")):
            self._chosen = name
            self.forms[-1][2].setdefault(name, []).append(has.get("value", ""))


class Desk:
    """The desk, and how to tell whether anything was written."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "config.yaml"
        self.tidy()
        self.clock = SimulatedClock(START)
        self.platform = Memory(town(self.clock), OWNER)
        store = open_store(str(folder / "q.sqlite"))
        config = load(self.config)
        for _ in range(3):
            live(self.platform.network, self.clock)
            sweep("home", self.platform, store, config, self.clock)
        self.door: Door = door("a-token-for-tests-alone", "127.0.0.1", PORT)
        self.app = app.Desk(Seat(config, store, self.clock, self.connect), self.door).app()
        self.other = sqlite3.connect(folder / "q.sqlite", check_same_thread=False)

    @contextmanager
    def connect(self, _: Profile) -> Iterator[Platform]:
        """The owner's login."""
        yield self.platform

    def written(self) -> tuple[object, ...]:
        """Changes with whatever is written to the store, the config's folder or the network."""
        (version,) = self.other.execute("PRAGMA data_version").fetchone()
        beside = [one for one in sorted(self.folder.iterdir()) if not one.name.startswith("q.sqlite")]
        config = tuple((one.name, sha256(one.read_bytes()).hexdigest()) for one in beside)
        return version, config, sum(asked.write for asked in self.platform.network.requests)

    def tidy(self) -> None:
        """The config as it was, with one backup beside it."""
        for one in self.folder.glob("config.yaml.bak?*"):
            one.unlink()
        for path, text in ((self.config, TEXT), (self.folder / "config.yaml.bak", TEXT + "# as it was\n")):
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")

    def ask(self, request: Request) -> Answer:
        """Ask, and hold the answer to what every answer is held to."""
        before = self.written()
        with patch.object(app, "event", _raise), patch.object(effect, "elsewhere", _here):
            answer = asyncio.run(self._answered(request))
        if not request.may_write:
            assert self.written() == before, f"written by {request.method} {request.path!r:.80} {request.comes}"
        hold(answer)
        return answer

    async def _answered(self, request: Request) -> Answer:
        sent = [{"type": "http.request", "body": request.body, "more_body": False}]
        said: list[Any] = []

        async def receive() -> Any:
            return sent.pop(0) if sent else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            said.append(message)

        await self.app(self._scope(request), receive, send)
        assert [one["type"] for one in said[:1]] == ["http.response.start"], said
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in said[0]["headers"]}
        body = b"".join(one.get("body", b"") for one in said[1:])
        text = body.decode("utf-8") if headers.get("content-type", "").startswith("text/") else ""
        return Answer(said[0]["status"], headers, text)

    def _scope(self, request: Request) -> dict[str, Any]:
        """The request as a server hands it on."""
        cookie, host, origin, kind, _ = request.comes
        own = [("host", HOST if host else "evil.test"), ("origin", ORIGIN if origin else "https://evil.test")]
        own += [("content-type", FORM if kind else "text/plain")]
        own += [("cookie", f"{self.door.cookie}={self.door.passed}")] if cookie else []
        named = {name for name, _ in own}
        lines = [*own, *((name, value) for name, value in request.headers if name.lower() not in named)]
        sent = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in lines]
        return {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
            "method": request.method, "path": request.path, "raw_path": quote(request.path, errors="replace").encode(),
            "query_string": quote(request.query, safe="=&%|+,:/", errors="replace").encode(), "root_path": "",
            "headers": sent, "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", PORT),
        }  # fmt: skip


def _here(work: Callable[..., str], *given: str) -> str:
    """In place of another process, whose start takes longer than all else."""
    return work(*given)


def _raise(_message: str, *_: object, exc_info: BaseException | None = None, **__: object) -> None:
    """In place of a line in the log: what made a page fail."""
    if exc_info is not None:
        raise exc_info


def hold(answer: Answer) -> None:
    """What every answer is held to."""
    assert answer.status < 500 or answer.status == 503, answer.status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for name, value in answer.headers.items():
        assert not {*"\r\n\0"} & {*name, *value}, f"a header that was typed: {name}: {value!r:.80}"
    assert set(answer.headers) <= KNOWN, set(answer.headers) - KNOWN
    if answer.status == 303:
        there = urlsplit(answer.headers["location"])
        assert (there.scheme, there.netloc) == ("", ""), answer.headers["location"]
        assert there.path.startswith("/"), answer.headers["location"]
    if answer.headers.get("content-type", "").startswith("text/html"):
        Reader(answer.body)


KNOWN = {
    "content-security-policy", "x-content-type-options", "referrer-policy", "cache-control", "content-length",
    "cross-origin-opener-policy", "cross-origin-resource-policy", "x-frame-options", "server", "content-type",
    "set-cookie", "refresh", "location", "allow", "content-disposition", "vary", "hx-redirect", "hx-refresh",
}  # fmt: skip


def town(clock: SimulatedClock) -> Network:
    """Robin and those whom they follow, by odd names."""
    network = Network(clock)
    network.join(OWNER)
    for number, handle in enumerate(PEOPLE):
        name = (ODD, "\u202e" + ODD[::-1], f"Ann & {ODD}")[number % 3]
        network.join(handle, Account("", handle, display_name=name, bio=ODD, profile_links=("javascript:zq()",)))
        network.follow(OWNER, handle)
    network.follows = dict.fromkeys(network.follows, START - timedelta(days=90))
    return network


def live(network: Network, clock: SimulatedClock) -> None:
    """A day, in which everybody posts: droppers nothing but links, others one post without one, talkers none with."""
    for number in range(6):
        for handle, kind in PEOPLE.items():
            is_link = kind == "drop" or (kind == "near" and number)
            link = (f"https://market.test/?q={ODD}{number}", "javascript:zq()") if is_link else ()
            network.post(handle, Post("", "", EPOCH, text=f"{ODD} Offer {number} &amp; more", links=link))
        clock.wait(4 * 3600)


PEOPLE = {f"{kind}{number}@market.test": kind for kind in ("drop", "near", "talk") for number in range(8)}


@cache
def opened() -> tuple[Desk, "TemporaryDirectory[str]"]:
    """The desk, made once for a process, and the folder that goes with it."""
    folder = TemporaryDirectory()
    return Desk(Path(folder.name)), folder


def from_bytes(desk: Desk, data: bytes) -> Request:
    """A request out of bytes: a letter for what comes along, then lines for the address, for headers, and the body."""
    flags = data[0] if data else 0
    comes = tuple(bool(flags >> place & 1) for place in range(5))
    rest = data[1:].decode("utf-8", "replace")
    address, _, rest = rest.partition("\n")
    line, _, body = rest.partition("\n")
    path, _, query = address.partition("?")
    name, _, value = line.partition(":")
    word = f"&word={desk.door.word}" if comes[4] else ""
    headers = [(name.strip() or "x", "".join(sign for sign in value if sign >= " "))]
    method = "POST" if flags >> 5 & 1 else "GET"
    sent = (body + word).encode("utf-8", "replace")
    return Request(method, "/" + unquote(path).lstrip("/"), query, sent, comes, headers)  # type: ignore[arg-type]


def bytes_of(path: str, query: Mapping[str, str] | None = None, fields: str | None = None) -> str:
    """Such bytes of a good request: a page, or a write where there are fields."""
    flag = chr(0b111111 if fields is not None else 0b011111)
    return f"{flag}{path.lstrip('/')}{'?' + urlencode(query) if query else ''}\nx: y\n{fields or ''}"


SAMPLES = (
    *(bytes_of(page.path) for page in PAGES),
    bytes_of("/change", {"move": MOVE}),
    bytes_of("/effect", {"move": MOVE}),
    bytes_of("/back", {"backup": "config.yaml.bak"}),
    *(bytes_of(write.path, {"move": MOVE}, "mark=0&id=1&account=1&for=7d&opinion=fine") for write in WRITES),
)


def by_chance(random: Random, desk: Desk) -> int:
    """A page as a reader opens it, perhaps one that it leads to, then one of their forms, made odd. How many were
    asked."""
    seen, asked = Reader(desk.ask(_page(random)).body), 2
    here = [there for there in map(urlsplit, seen.links) if not there.netloc]
    if random.random() < 0.7 and here:
        there = random.choice(here)
        query = there.query if random.random() < 0.7 else _odd_query(random, there.query)
        seen = Reader(desk.ask(Request("GET", there.path or "/", query, headers=_headers(random))).body)
        asked += 1
    forms = seen.forms or [("POST", write.path, {}) for write in WRITES]
    desk.ask(_sent(random, desk, *random.choice(forms)))
    desk.tidy()
    return asked


def _sent(random: Random, desk: Desk, method: str, action: str, fields: Fields) -> Request:
    """A form as it is sent; more often than not something of it is odd, or does not come along."""
    comes = tuple(random.random() < 0.95 for _ in range(5))
    there = urlsplit(action)
    pairs = _odd_fields(random, {name: random.choice(values) for name, values in fields.items()})
    pairs.append(("word", desk.door.word if comes[4] else random.choice(odd.TEXTS)))
    query = there.query if random.random() < 0.7 else _odd_query(random, there.query)
    if method == "GET":
        return Request(method, there.path or "/", urlencode(pairs, errors="replace"), headers=_headers(random))
    body = urlencode(pairs, errors="replace").encode()
    body = body if random.random() < 0.9 else odd.damaged(random, body)
    return Request(method, there.path, query, body, comes, _headers(random))  # type: ignore[arg-type]


def _page(random: Random) -> Request:
    path = random.choice([page.path for page in PAGES] * 5 + ["/desk.css", "/desk.js", "/nowhere"])
    query = {"move": MOVE, "id": "1", "said": "x", "rule": ODD, "backup": "config.yaml.bak", "profile": "home"}
    some = {name: value for name, value in query.items() if random.random() < 0.7}
    return Request("GET", path, _odd_query(random, urlencode(some)))


def _odd_query(random: Random, query: str) -> str:
    if random.random() < 0.5:
        return query
    return urlencode(_odd_fields(random, dict(parse_qsl(query, keep_blank_values=True))), errors="replace")


def _odd_fields(random: Random, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """The fields with one or two left out, doubled, or made odd; some that were never asked for."""
    pairs = [*fields.items()]
    for _ in range(random.choice((0, 0, 1, 2))):
        kind = random.randrange(4)
        if kind == 0 and pairs:
            pairs.pop(random.randrange(len(pairs)))
        elif kind == 1 and pairs:
            name, value = random.choice(pairs)
            pairs.append((name, odd.text(random, value)))
        elif pairs:
            at = random.randrange(len(pairs))
            name = pairs[at][0] if random.random() < 0.9 else odd.text(random, pairs[at][0])
            pairs[at] = name, random.choice((ODD, MOVE, *odd.TEXTS, *odd.TIMES, *odd.RAW, *odd.ADDRESSES))
        else:
            pairs.append((random.choice(("move", "id", "before", "said", "only", "sort", ODD)), ODD))
    return pairs


def _headers(random: Random) -> list[tuple[str, str]]:
    names = (
        "hx-request",
        "x-forwarded-host",
        "x-forwarded-prefix",
        "accept",
        "referer",
        "if-none-match",
        "range",
        "te",
    )
    values = ("true", "evil.test", ODD, "9" * 3000, "bytes=0-", "\xe4\xff")
    return [(random.choice(names), random.choice(values)) for _ in range(random.randrange(3))]
