"""The lists of `bot/data/links.toml`, read and made searchable: shorteners, shims, shared sites, pages of posts.

How places are written stands at the top of that file. The owner's own lists are written the same way.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from importlib.resources import files

from bot.urls.hosts import ascii_host, ending

TARGET = "{url}"
"""Where a shim carries what it leads to."""
compiled = cache(partial(re.compile, flags=re.DOTALL | re.IGNORECASE))
"""A place's path, once it is first asked for: of a hundred places few ever are."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address with gaps: `example.com/@*`, `l.example.com/?u={url}`."""

    pattern: str
    """What the path begins with; its groups are the gaps, `url` is the target of a shim."""
    by_host: bool = False
    """Whether the first name of the host is a gap."""
    by_first_part: bool = False
    """Whether the gap is the whole first part of the path, where a site keeps pages of its own too."""
    parameter: str | None = None
    """The parameter that carries the target, "" where it is the whole query, None where it is in the path."""

    @property
    def path(self) -> re.Pattern[str]:
        """The pattern, to be matched."""
        return compiled(self.pattern)


class Places:
    """Places to be looked up by host. Compared by identity, so that answers can be remembered by it."""

    def __init__(self, written: Iterable[str]) -> None:
        self._written = tuple(written)
        self._places: dict[str, list[Place]] = {}
        for address in self._written:
            name, place = _place(address)
            self._places.setdefault(name, []).append(place)
        self._open_ended = frozenset(name.partition(".")[0] for name in self._places if name.endswith(".*"))

    def __add__(self, more: Iterable[str]) -> "Places":
        return Places((*self._written, *more))

    def at(self, host: str) -> Iterator[Place]:
        """The places on a host (lower case, ASCII, without `www.`), as they were written."""
        first, _, rest = host.partition(".")
        yield from self._places.get(host, ())
        yield from self._places.get(f"*.{rest}", ())
        if first in self._open_ended:
            yield from self._places.get(f"{host.removesuffix(f'.{ending(host)}')}.*", ())

    def have(self, host: str, path: str) -> bool:
        """Whether a page is in one of the places."""
        return any(place.path.match(path) for place in self.at(host))


def _place(address: str) -> tuple[str, Place]:
    """The host (with its `*`) and what is asked of the rest of the address."""
    page, mark, query = address.partition("?")
    name, _, path = page.partition("/")
    parts = [part for part in path.split("/") if part]
    pattern = "".join("/(?P<url>.+)" if part == TARGET else "/" + _gaps(part) for part in parts)
    parameter = query.removesuffix(TARGET).removesuffix("=") if mark else None
    host = name if "*" in name else ascii_host(name.casefold()).removeprefix("www.")
    return host, Place(rf"{pattern}(?:/.*)?$", name.startswith("*."), parts == ["*"], parameter)


def _gaps(part: str) -> str:
    return "([^/]+)".join(map(re.escape, part.split("*")))


@dataclass(frozen=True, eq=False)
class Lists:
    """Everything that tells links apart. Compared by identity, so that answers can be remembered by it."""

    shorteners: frozenset[str]
    trackers: frozenset[str]
    tracker_beginnings: tuple[str, ...]
    shims: Places
    consent_hosts: tuple[str, ...]
    post_pages: Places
    post_paths: re.Pattern[str]
    shared_sites: Places
    no_names: frozenset[str]
    short_names: Mapping[str, str]
    same_site: Mapping[str, str]
    post_places: frozenset[str]
    file_endings: frozenset[str]
    special_endings: frozenset[str]


@cache
def bundled() -> Lists:
    """The lists that are shipped. Read when they are first needed."""
    read = tomllib.loads((files("bot") / "data" / "links.toml").read_text("utf-8"))
    words = {name: tuple(value.split()) for name, value in read.items() if isinstance(value, str)}
    return Lists(
        shorteners=frozenset(words["shorteners"]),
        trackers=frozenset(tracker for tracker in words["trackers"] if not tracker.endswith("*")),
        tracker_beginnings=tuple(tracker[:-1] for tracker in words["trackers"] if tracker.endswith("*")),
        shims=Places(words["shims"]),
        consent_hosts=words["consent_hosts"],
        post_pages=Places(words["post_pages"]),
        post_paths=re.compile("|".join(f"(?:{path})" for path in read["post_paths"])),
        shared_sites=Places(words["shared_sites"]),
        no_names=frozenset(words["no_names"]),
        short_names=read["short_names"],
        same_site=read["same_site"],
        post_places=frozenset(words["post_places"]),
        file_endings=frozenset(words["file_endings"]),
        special_endings=frozenset(words["special_endings"]),
    )


@lru_cache(maxsize=8)
def extended(
    shorteners: tuple[str, ...] = (),
    shims: tuple[str, ...] = (),
    post_pages: tuple[str, ...] = (),
    shared_sites: tuple[str, ...] = (),
    post_places: tuple[str, ...] = (),
) -> Lists:
    """The bundled lists with the owner's own beside them: the same object for the same additions."""
    if not (shorteners or shims or post_pages or shared_sites or post_places):
        return bundled()
    lists = bundled()
    return replace(
        lists,
        shorteners=lists.shorteners.union(map(ascii_host, shorteners)),
        shims=lists.shims + shims,
        post_pages=lists.post_pages + post_pages,
        shared_sites=lists.shared_sites + [site if re.search(r"[/*]", site) else f"{site}/*" for site in shared_sites],
        post_places=lists.post_places.union(map(ascii_host, post_places)),
    )
