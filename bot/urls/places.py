"""What an address tells by itself: which site it is on, whose page it is, whether it is a post of the networks."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from bot.urls.cleaning import ORDINARY
from bot.urls.hosts import host, registrable
from bot.urls.lists import Lists, Place, bundled

NO_NAME = re.compile(r"\d+|.*\.(php|html?|aspx)")
"""First parts of a path that are numbered pages, or programs of the site."""


def domain(url: str, lists: Lists | None = None) -> str | None:
    """The registrable domain behind a URL (`blog.example.co.uk` -> `example.co.uk`, `me.github.io` stays), or None
    where a shortener hides it or there is none. Private suffixes count, so each hosted site is its own; where a site
    shortens only its own addresses (`nyti.ms`), the domain is the site's."""
    lists = lists or bundled()
    name = host(url)
    return None if name in lists.shorteners else registrable(lists.short_names.get(name, name))


def shortened(url: str, lists: Lists | None = None) -> bool:
    """Whether a shortener hides where the URL goes."""
    return host(url) in (lists or bundled()).shorteners


@lru_cache(maxsize=4096)
def social(url: str, lists: Lists | None = None) -> bool:
    """Whether the URL is a post on the fediverse, on Bluesky or Threads, or a profile, hashtag or search on Bluesky:
    no outbound link."""
    lists = lists or bundled()
    path = _path(url).rstrip("/")
    return lists.post_pages.have(host(url), path) or lists.post_paths.fullmatch(path) is not None


def posted_elsewhere(url: str, lists: Lists | None = None) -> bool:
    """Whether the URL leads to a place where posts and pictures stand that are mirrored elsewhere."""
    return registrable(host(url)) in (lists or bundled()).post_places


@lru_cache(maxsize=4096)
def site(url: str, lists: Lists | None = None) -> str | None:
    """Whose site a URL is on: its domain, and where many people share that, also the person's name there.

    `https://m.youtube.com/@Ann/videos` -> `youtube.com/ann`. None where the address does not tell: a video, a search,
    behind a shortener.
    """
    lists = lists or bundled()
    name = host(url)
    name = lists.short_names.get(name, name)
    where = domain(name, lists)
    if where is None:
        return None
    where = lists.same_site.get(where, where)
    places = list(lists.shared_sites.at(name)) or list(lists.shared_sites.at(where))
    if not places:
        return where
    path = _path(url)
    people = (_person(place, name, path, lists) for place in places)
    person = next((found for found in people if found), None)
    return f"{where}/{person}" if person else None


def _person(place: Place, name: str, path: str, lists: Lists) -> str:
    """Whom a place names, "" where nobody. Before the last gap stand countries and languages."""
    found = place.path.match(path)
    if not found:
        return ""
    person = found.groups()[-1] if found.groups() else name.partition(".")[0] if place.by_host else ""
    person = person.casefold().lstrip("@~")
    if (place.by_host or place.by_first_part) and (person in lists.no_names or NO_NAME.fullmatch(person)):
        return ""
    return person


def _path(url: str) -> str:
    if found := ORDINARY.fullmatch(url):
        return found[2]
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
