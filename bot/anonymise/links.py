"""Addresses without what tells whose they are: known public sites stay, others get a number, and so does each page.

A site is public where the lists of `bot.urls` name it: a shortener, a place where people post, a site that many share.
Of an address there only the part that names a person is replaced, by a name of its own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, urlsplit

from bot.anonymise.names import Numbers
from bot.anonymise.people import Names
from bot.urls import Lists, clean, domain, host, same, site, social
from bot.urls.lists import Place

PLAIN_LABELS = frozenset(("m", "mobile"))
"""Names before a domain that are on every other site."""
WATCHED = "youtube.com/watch?v="
"""How `bot.urls.same` has a video, whatever its spelling."""
ALIKE = {
    letter: one
    for letters, one in (("0123456789", "0"), ("abcdef", "a"), ("ilou", "i"), ("ghjkmnpqrstvwxyz", "g"))
    for letter in letters
}
"""One sign for all that the paths of posts do not tell apart: digits, hexadecimal ones, what ULIDs leave out."""
PATH_WORD = re.compile(r"[^\W_]+")
NOBODY = "https://[::1]"
"""An address whose host has no name, as every such address is taken."""


class Links:
    """Addresses and hosts, and what stands for each. `lists` tell which are public."""

    def __init__(self, lists: Lists, names: Names) -> None:
        self._lists, self._names = lists, names
        self._public: set[str] = set()
        self._sites, self._labels, self._pages = Numbers(), Numbers(), Numbers()
        self._links: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._known: dict[str, Sequence[str]] = {}
        self._path_words = frozenset(re.findall(r"[a-z][a-z0-9]*", lists.post_paths.pattern))

    def learn(self, urls: Iterable[str]) -> None:
        """See the addresses that there are, and which domains are public: all of one is, where one of its hosts is."""
        for url in urls:
            self._folded.setdefault(url.casefold(), url)
            name = host(url)
            where = domain(f"https://{name}", self._lists)
            if where and self._is_listed(name, where):
                self._public.add(where)

    def keep(self, url: str, known: Sequence[str]) -> None:
        """Let parts of an address stay, in which a list knows a phrase of the text that spells it."""
        self._known[url] = known

    def link(self, url: str) -> str:
        """What stands for an address, its own alone."""
        if url not in self._links:
            self._links[url] = self._made(url)
        return self._links[url]

    def spelled(self, url: str) -> str:
        """The same for an address that a text spells, in which capitals may be lost."""
        return self.link(self._folded.get(url.casefold(), url))

    def host(self, name: str) -> str:
        """What stands for a host (in lower case, without `www.`)."""
        where = domain(f"https://{name}", self._lists)
        if where is None:
            return name
        if where not in self._public and not self._is_listed(name, where):
            number = f"site{self._sites.of(where)}.test"
            return number if name == where else f"{self._label(name)}.{number}"
        if name in self._lists.short_names:
            return name
        if name == where:
            label, _, rest = name.partition(".")
            return f"{self._names.of(label)}.{rest}" if self._names_by_host(name) else name
        labels = name.removesuffix(where).rstrip(".").split(".")
        return ".".join((*self._before(labels, name), self.host(where)))

    def _before(self, labels: list[str], name: str) -> Iterator[str]:
        """What stands for the names before a public domain."""
        exact = name in self._lists.shorteners or any(not place.by_host for place in self._places(name))
        for place, label in enumerate(labels):
            if place == 0 and self._names_by_host(name):
                yield self._names.of(label)
            elif exact or label in PLAIN_LABELS or label in self._lists.no_names:
                yield label
            else:
                yield self._label(label)

    def _label(self, name: str) -> str:
        return f"sub{self._labels.of(name)}"

    def _places(self, name: str) -> list[Place]:
        known = (self._lists.shared_sites, self._lists.post_pages, self._lists.shims)
        return [place for places in known for place in places.at(name)]

    def _is_listed(self, name: str, where: str) -> bool:
        lists = self._lists
        listed = name in lists.shorteners or where in lists.post_places or where in lists.same_site
        return listed or bool(self._places(name) or self._places(where))

    def _names_by_host(self, name: str) -> bool:
        """Whether the first name of a host is a person's."""
        return "/" in (site(f"https://{name}", self._lists) or "")

    def _made(self, url: str) -> str:
        further = clean(url, self._lists) if host(url) else None
        if further and further != url and (led := self._leading_to(further, url)):
            return self._start(url) + led
        return self._page_made(url)

    def _start(self, url: str) -> str:
        """Scheme and host of an address."""
        scheme, rest = _divided(url)
        www = "www." if rest.casefold().startswith("www.") else ""
        return f"{scheme}://{www}{self.host(host(url))}"

    def _page_made(self, url: str) -> str:
        """What stands for an address that leads nowhere else."""
        name, (_, rest) = host(url), _divided(url)
        if not name:
            return f"{NOBODY}/{self._page(url)}"
        start = self._start(url)
        if social(url, self._lists):
            return f"{start}{self._post_path(url)}?n={self._pages.of(url)}"
        slashes = "/" * (len(url) - len(url.rstrip("/")))
        if rest.casefold().removeprefix("www.").rstrip("/") == name and url not in self._known:
            return start + slashes
        if same(url).startswith(WATCHED) and name != "youtu.be":
            return f"{start}/watch?v={self._page(url)}"
        return f"{start}{self._person_path(url)[0]}/{self._page(url)}{slashes}"

    def _page(self, url: str) -> str:
        """A number for a page, the same for all spellings of its address; with what of it a list knows."""
        return "/".join((str(self._pages.of(same(url) or url)), *self._known.get(url, ())))

    def _person_path(self, url: str) -> tuple[str, str]:
        """The part of a path that names a person on a shared site, with another name; and the rest of the path."""
        told, path, name = site(url, self._lists) or "", _path(url), host(url)
        person = told.partition("/")[2]
        shared = self._lists.shared_sites
        for place in list(shared.at(name)) or list(shared.at(told.partition("/")[0])):
            found = place.path.match(path)
            if person and found and found.groups() and found.groups()[-1].casefold().lstrip("@~") == person:
                return self._renamed(found), path[found.end(found.re.groups) :]
        return "", path

    def _renamed(self, found: re.Match[str]) -> str:
        """The beginning of a path up to its last gap, with something else in each gap."""
        parts, start = [], 0
        for number, gap in enumerate(found.groups(), 1):
            signs = gap[: len(gap) - len(gap.lstrip("@~"))]
            called = self._called(gap.lstrip("@~")) if number == found.re.groups else "x"
            parts += [found.string[start : found.start(number)], signs, called]
            start = found.end(number)
        return "".join(parts)

    def _called(self, person: str) -> str:
        """Another name; one of another server is made of two."""
        return "@".join(self._names.of(part) if part else "" for part in person.split("@"))

    def _post_path(self, url: str) -> str:
        """The path of a post of the networks: what tells that it is one stays."""
        begun, rest = self._person_path(url)
        listed = (word for place in self._places(host(url)) for word in PATH_WORD.findall(place.path.pattern))
        words = self._path_words.union(map(str.casefold, listed))
        alike = PATH_WORD.sub(lambda word: word[0] if word[0].casefold() in words else _alike(word[0]), rest)
        return begun + "".join(sign if sign.isascii() or sign.isalnum() else "•" for sign in alike)

    def _leading_to(self, target: str, url: str) -> str:
        """The path and query of a page that leads on, with another target; "" where it is not known how it does."""
        path = _path(url)
        for place in self._lists.shims.at(host(url)):
            found = place.path.match(path)
            if found and place.parameter:
                return f"{path}?{place.parameter}={quote(self._page_made(target), safe='')}&n={self._pages.of(url)}"
            if found and place.parameter is None:
                return path[: found.start("url")] + self._page_made(target)
        return ""


def _divided(url: str) -> tuple[str, str]:
    """The scheme of an address, https where it has none, and what follows."""
    scheme, mark, rest = url.partition("://")
    return (scheme.lower(), rest) if mark and scheme.lower() in ("http", "https") else ("https", url)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _alike(word: str) -> str:
    """As long a word of signs of the same sort."""
    return "".join(
        one.upper() if letter.isupper() else one for letter in word for one in (ALIKE.get(letter.casefold(), "ä"),)
    )
