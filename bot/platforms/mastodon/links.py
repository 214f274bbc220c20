"""Which anchors of a post are links: outbound, and neither a mention, a hashtag, a quote nor an attachment."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.platforms.mastodon.text import Anchor
from bot.urls import clean

FEDIVERSE_POST = re.compile(
    r"""^(
      /@[^/]+/(statuses/|posts/)?(\d{8,}|[0-9A-Za-z]{26}|[0-9a-f]{8}-[0-9a-f-]{27})  # Mastodon, GoToSocial, Hollo
    | /@[^/@]+@[^/]+(/.*)?                                            # a remote account or its post
    | (/ap)?/users/[^/]+/statuses/[^/]+                               # ids of Mastodon and GoToSocial
    | /@[^/]+/posts/\d+                                               # Takahē
    | /notes/(?=[a-z]*\d)[0-9a-z]{10,}                                # Misskey, Sharkey, Iceshrimp
    | /notice/[0-9A-Za-z]{8,}                                         # Akkoma, Pleroma
    | /(objects|activities|display|fediverse/post)/[0-9a-f]{8}-?[0-9a-f-]{20,}  # Akkoma, Friendica, Wafrn
    | /p/[^/]+/\d{12,}                                                # Pixelfed
    | /[^/]+/p/\d{10,}\.\d+                                           # snac
    )/?$""",
    re.VERBOSE,
)
"""Paths under which servers of the fediverse show a post. Blogs under `/@name/words` are not among them."""
OWN_NETWORKS = {
    "bsky.app": re.compile(r"^/profile/"),
    "threads.net": re.compile(r"^/@[^/]+/post/"),
    "threads.com": re.compile(r"^/@[^/]+/post/"),
}


def social(url: str) -> bool:
    """Whether the URL is a post on the fediverse, Bluesky or Threads (or a profile on bsky.app)."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return False
    pattern = OWN_NETWORKS.get(host, FEDIVERSE_POST)
    return bool(pattern.match(parts.path))


def outbound(anchors: Iterable[Anchor], raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Cleaned outbound URLs of a status: its anchors first, then its link card where it shows something else."""
    aside = _named(raw)
    found: dict[str, str] = {}
    for anchor in anchors:
        if not _marked(anchor, raw):
            _add(found, anchor.href, aside)
    card = raw.get("card")
    if isinstance(card, Mapping) and isinstance(card.get("url"), str):
        _add(found, card["url"], aside)
    return tuple(found.values())


def plain(anchors: Iterable[Anchor]) -> tuple[str, ...]:
    """Cleaned outbound URLs of a profile text: everything but mentions, hashtags and posts."""
    found: dict[str, str] = {}
    for anchor in anchors:
        if not anchor.text.startswith(("@", "#")):
            _add(found, anchor.href, frozenset())
    return tuple(found.values())


def _add(found: dict[str, str], href: str, aside: frozenset[str]) -> None:
    url = clean(href)
    if url is None or social(url) or _same(url) in aside:
        return
    found.setdefault(_same(url), url)


def _same(url: str) -> str:
    """What two spellings of one address have in common."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")


def _marked(anchor: Anchor, raw: Mapping[str, Any]) -> bool:
    """Whether the server marks it as something else. The mark alone is no proof: a poster could set it on any link."""
    if "attachment" in anchor.classes and raw.get("media_attachments"):
        return True
    if anchor.quoting and (raw.get("quote") or raw.get("quote_id")):
        return True
    sign = anchor.text[:1]
    if sign == "#":
        return bool("tag" in anchor.rel or "hashtag" in anchor.classes or re.search(r"/tags?/", anchor.href))
    return sign == "@" and "mention" in anchor.classes


def _named(raw: Mapping[str, Any]) -> frozenset[str]:
    """Addresses that the status names as mention, hashtag, attachment or quoted post."""
    urls: list[object] = []
    for name in ("mentions", "media_attachments"):
        for item in _items(raw.get(name)):
            urls += [item.get(key) for key in ("url", "remote_url", "text_url", "preview_url", "preview_remote_url")]
    for tag in _items(raw.get("tags")):
        urls.append(tag.get("url"))
    quote = raw.get("quote")
    if isinstance(quote, Mapping):
        quoted = quote.get("quoted_status") if isinstance(quote.get("quoted_status"), Mapping) else quote
        urls += [quoted.get("url"), quoted.get("uri")] if isinstance(quoted, Mapping) else []
    cleaned = (clean(url) for url in urls if isinstance(url, str))
    return frozenset(_same(url) for url in cleaned if url)


def _items(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
