"""The desk asked without a server: requests as a server hands them on, and its answers read."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from bot.cli.demo import CONFIG, START, live, text_of_config
from bot.cli.playground import ADDRESS, at_its_end
from bot.clock import Clock, SimulatedClock
from bot.config import Config, Profile, load
from bot.desk.app import Desk
from bot.desk.door import Door, door
from bot.desk.seat import Connect, Seat
from bot.platforms.base import Platform
from bot.store import Store, open_store

if TYPE_CHECKING:
    from starlette.types import ASGIApp

TOKEN = "a-token-for-tests-alone"
PORT = 8247
STORE = "quietfeed.sqlite"
Header = str | Sequence[str] | None
"""What is sent under a name: several times where there are several, and not at all where it is None."""


@dataclass
class FormSeen:
    """A form of a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """What it would send as it stands; a checkbox or radio that is not ticked is left out."""
    names: list[str] = field(default_factory=list)
    """Of all its fields."""


class PageSeen(HTMLParser):
    """What a reader finds on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.links: list[tuple[str, str]] = []
        """Words and address of each."""
        self.headings: list[tuple[int, str]] = []
        """Level and words of each."""
        self.forms: list[FormSeen] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._begun: list[tuple[int, str]] = []
        self._selected = ""
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All words, each blank once."""
        return _plain("".join(self._words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in SILENT:
            self._open.append(tag)
        elif tag == "a" or tag in HEADINGS:
            self._begun.append((len(self._words), has.get("href", "")))
        elif tag == "form":
            self.forms.append(FormSeen(has.get("action", ""), has.get("method", "get").lower()))
        elif tag in FIELDS and has.get("name") and self.forms:
            self._field(tag, has)
        elif tag == "option" and self.forms and (name := self._selected):
            known = self.forms[-1].fields
            if name not in known or "selected" in has:
                known[name] = has.get("value", "")
        if tag in BLOCKS:
            self._words.append(" ")

    def _field(self, tag: str, has: Mapping[str, str]) -> None:
        form, name = self.forms[-1], has["name"]
        form.names.append(name)
        self._selected = name if tag == "select" else ""
        ticked = has.get("type") not in ("checkbox", "radio") or "checked" in has
        if tag in ("input", "textarea") and ticked and has.get("type") != "submit":
            form.fields[name] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT and self._open:
            self._open.pop()
        elif (tag == "a" or tag in HEADINGS) and self._begun:
            since, address = self._begun.pop()
            words = _plain("".join(self._words[since:]))
            if tag == "a":
                self.links.append((words, address))
            else:
                self.headings.append((int(tag[1]), words))
        if tag in BLOCKS:
            self._words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._open:
            self._words.append(data)

    def form(self, action: str) -> FormSeen:
        """The first form that is sent to that path, whatever stands behind its `?`."""
        return next(form for form in self.forms if form.action.partition("?")[0] == action)

    def link(self, words: str) -> str:
        """The address of the first link of those words."""
        return next(address for said, address in self.links if said == words)


SILENT = {"script", "style"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
FIELDS = {"input", "select", "textarea", "button"}
BLOCKS = {*HEADINGS, "p", "li", "div", "section", "br", "tr", "td", "th", "dt", "dd", "title", "summary", "label"}


def _plain(words: str) -> str:
    return " ".join(words.split())


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    lines: Sequence[tuple[str, str]]
    """Every header as it was sent."""
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """By name in small letters."""
        return {name.lower(): value for name, value in self.lines}

    @property
    def text(self) -> str:
        """The body."""
        return self.body.decode()

    @cached_property
    def page(self) -> PageSeen:
        """The body, read as a page."""
        return PageSeen(self.text)


NOTHING = Answer(0, (), b"")
"""Where no answer came."""


@dataclass(frozen=True)
class Asked:
    """A desk that can be asked by one who has come in."""

    app: "ASGIApp"
    seat: Seat
    door: Door

    @property
    def usual(self) -> dict[str, Header]:
        """What a browser that has come in sends along."""
        return {"host": f"127.0.0.1:{self.door.port}", "cookie": f"{self.door.cookie}={self.door.passed}"}

    def get(self, path: str, **headers: Header) -> Answer:
        """A page; `headers` instead of the usual ones or beside them (`x_name` is `x-name`)."""
        return self.ask("GET", path, {**self.usual, **_named(headers)})

    def post(self, path: str, fields: Mapping[str, str | None] | None = None, **headers: Header) -> Answer:
        """A form sent from a page of the desk, its word along with it unless the fields name another, or None."""
        sent = {"word": self.door.word, **(fields or {})}
        body = urlencode({name: value for name, value in sent.items() if value is not None}).encode()
        usual = {
            **self.usual,
            "origin": f"http://127.0.0.1:{self.door.port}",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
        }
        return self.ask("POST", path, {**usual, **_named(headers)}, body)

    def follow(self, answer: Answer) -> Answer:
        """The page that a write leads to."""
        assert answer.status == 303, answer.text
        return self.get(answer.headers["location"])

    def ask(self, method: str, path: str, headers: Mapping[str, Header], body: bytes = b"", **scope: object) -> Answer:
        """Just that; the path with what stands behind its `?`."""
        return asyncio.run(self._asked(method, path, _lines(headers), body, scope))

    async def _asked(
        self, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes, other: Mapping[str, object]
    ) -> Answer:
        before, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(before),
            "raw_path": before.encode(),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", self.door.port),
            **other,
        }
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        said: list[Any] = []

        async def receive() -> Any:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            said.append(message)

        await self.app(scope, receive, send)
        if not said:
            return NOTHING
        lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in said[0]["headers"]]
        return Answer(said[0]["status"], lines, b"".join(message.get("body", b"") for message in said[1:]))


def _named(headers: Mapping[str, Header]) -> dict[str, Header]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _lines(headers: Mapping[str, Header]) -> list[tuple[bytes, bytes]]:
    several = {name: [value] if isinstance(value, str) else value or [] for name, value in headers.items()}
    return [(name.encode(), value.encode("latin-1")) for name, values in several.items() for value in values]


def desk_of(
    store: Store, config: Config, clock: Clock, connect: Connect | None = None, entry: Door | None = None
) -> Asked:
    """The desk of that store and config. The owner's login is that of the demo's network when its two weeks are over,
    the same at every turn, unless another is given."""
    seat = Seat(config, store, clock, connect or demo_network())
    entry = entry or door(TOKEN, "127.0.0.1", PORT)
    return Asked(Desk(seat, entry).app(), seat, entry)


def demo_network() -> Connect:
    """The owner's login at the demo's network, which takes what is done there and remembers it."""
    made: list[Platform] = []

    @contextmanager
    def connect(profile: Profile) -> Iterator[Platform]:
        if not made:
            made.append(at_its_end(replace(profile, server=ADDRESS.format(START)))[0])
        yield made[0]

    return connect


@contextmanager
def lived(folder: Path) -> Iterator[tuple[Store, Config, SimulatedClock]]:
    """A store in which the demo's two weeks were lived through, in that folder and nobody else's; the config file
    beside it; and the time at which they are over."""
    folder_of_all, over = _lived_once()
    shutil.copy(Path(folder_of_all.name) / STORE, folder / STORE)
    (folder / CONFIG).write_text(text_of_config("standard", START), "utf-8")
    store = open_store(str(folder / STORE), exclusive=False)
    try:
        yield store, load(folder / CONFIG), SimulatedClock(over)
    finally:
        store.close()


@cache
def _lived_once() -> tuple[TemporaryDirectory[str], datetime]:
    """The folder of the store that all are copies of, and when the two weeks are over. It takes some seconds, and is
    made once for all tests of a process."""
    folder = TemporaryDirectory(prefix="quietfeed-desk-")
    path = Path(folder.name)
    (path / CONFIG).write_text(text_of_config("standard", START), "utf-8")
    store = open_store(str(path / STORE))
    try:
        return folder, live(store, load(path / CONFIG))[1]
    finally:
        store.close()
