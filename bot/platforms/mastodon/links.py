"""Which anchors of a post are links: outbound, and neither a mention, a hashtag, a quote nor an attachment."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from bot.platforms.mastodon.text import Anchor, Prose
from bot.urls import Spelled, clean, domain, names, outbound, same

Raw = Mapping[str, Any]


def of_post(prose: Prose, spellings: Collection[Spelled], raw: Raw) -> tuple[str, ...]:
    """Cleaned outbound URLs of a status: those of its anchors, those that its text only spells, and that of its link
    card where the text has none."""
    written, marked = _parted(prose.anchors, raw) if prose.anchors else ([], [])
    if not (written or spellings or _address(raw.get("card"), "url")):
        return ()
    aside = frozenset(_named(raw))
    return outbound(written, _card(raw, marked, aside), aside, spellings)


def of_profile(prose: Prose) -> tuple[str, ...]:
    """Cleaned outbound URLs of a profile text: everything but mentions, hashtags and posts."""
    return outbound(anchor.href for anchor in prose.anchors if not names(anchor.before, anchor.text))


def _parted(anchors: Iterable[Anchor], raw: Raw) -> tuple[list[str], list[str]]:
    """The addresses behind anchors: those that may be links, and those that the server marks as something else."""
    tags = frozenset(name.lstrip("#").casefold() for tag in _items(raw, "tags") if (name := _address(tag, "name")))
    written: list[str] = []
    marked: list[str] = []
    for anchor in anchors:
        (marked if _marked(anchor, raw, tags) else written).append(anchor.href)
    return written, marked


def _marked(anchor: Anchor, raw: Raw, tags: frozenset[str]) -> bool:
    """Whether an anchor is a mention, a hashtag, an attachment or a quote.

    The server's mark alone is no proof: a poster could set it on any link.
    """
    if names(anchor.before, anchor.text, tags):
        return True
    if "mention" in anchor.classes and (anchor.before == "@" or anchor.text.startswith("@")):  # Friendica: @Ann Smith
        return True
    if "attachment" in anchor.classes and raw.get("media_attachments"):
        return True
    return anchor.quoting and bool(raw.get("quote") or raw.get("quote_id"))


def _card(raw: Raw, marked: list[str], aside: frozenset[str]) -> str:
    """The address of the link card; "" where the server made it of a mention, a hashtag or a quoted post.

    Its address is the canonical one and may differ from the anchor's, but it is on the same site.
    """
    address = _address(raw.get("card"), "url")
    if not address or not (marked or _items(raw, "mentions") or raw.get("quote")):
        return address
    sites = {domain(href) for href in marked} | {domain(url) for url in _people_and_quote(raw)}
    return "" if domain(address) in sites - {None} or same(clean(address) or "") in aside else address


def _named(raw: Raw) -> Iterator[str]:
    """Addresses (see `same`) that the status names as mention, hashtag, attachment or quoted post."""
    found = [*_people_and_quote(raw), *(_address(tag, "url") for tag in _items(raw, "tags"))]
    for item in _items(raw, "media_attachments"):
        found += [_address(item, key) for key in ("url", "remote_url", "text_url", "preview_url", "preview_remote_url")]
    return (same(url) for address in found if address and (url := clean(address)))


def _people_and_quote(raw: Raw) -> list[str]:
    """Addresses of whom the status mentions, and of the post that it quotes."""
    found = [_address(item, "url") for item in _items(raw, "mentions")]
    quote = raw.get("quote")
    if isinstance(quote, dict):
        quoted = quote.get("quoted_status") if isinstance(quote.get("quoted_status"), dict) else quote
        found += [_address(quoted, "url"), _address(quoted, "uri")]
    return [address for address in found if address]


def _address(item: object, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def _items(raw: Raw, key: str) -> list[Raw]:
    value = raw.get(key)
    return [item for item in value if isinstance(item, dict)] if value and isinstance(value, list) else []
