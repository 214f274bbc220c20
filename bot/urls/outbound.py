"""Which addresses of a post are its links: outbound, each once, the link card with the link that it belongs to."""

import re
from collections.abc import Collection, Iterable

from bot.urls.cleaning import clean
from bot.urls.hosts import host
from bot.urls.lists import bundled
from bot.urls.places import domain, shortened, social
from bot.urls.spelled import Spelled

UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that take no room: marks of direction, joiners, soft hyphens."""
NAME = re.compile(r"[#＃@＠]?[^\s#＃/]+")
"""One word of a hashtag or a mention; a slash makes it an address."""


def seen(text: str) -> str:
    """The text without characters that take no room."""
    return text if text.isascii() else UNSEEN.sub("", text)


def names(before: str, text: str, tags: Collection[str] = ()) -> bool:
    """Whether an anchor's text is a hashtag or a mention, whatever address stands behind it.

    As Mastodon's web client has it (`handled_link.tsx`): the text begins with the sign, or what stands before the
    anchor ends in it. Unlike there it has to be a single word, or one of the post's `tags` (in lower case): otherwise
    any link could hide behind a sign.
    """
    before, text = seen(before), seen(text).strip()
    signed = text if text[:1] in ("#", "＃", "@", "＠") else before[-1:] + text
    if signed[:1] not in ("#", "＃", "@", "＠") or len(signed) < 2:
        return False
    return NAME.fullmatch(signed[1:]) is not None or (signed[0] in "#＃" and signed[1:].strip().casefold() in tags)


def same(url: str) -> str:
    """What the spellings of one address have in common: neither scheme nor `www.`, no slash at the end."""
    bare = url.partition("://")[2].removeprefix("www.").rstrip("/")
    if bare.startswith("youtu.be/"):
        bare = "youtube.com/watch?v=" + bare.removeprefix("youtu.be/").replace("?", "&", 1)
    return bare.removeprefix("m.") if bare.startswith("m.youtube.com/") else bare


def outbound(
    written: Iterable[str], card: str = "", aside: Collection[str] = (), spellings: Iterable[Spelled] = ()
) -> tuple[str, ...]:
    """The links of a post, cleaned, each once.

    `written` are the addresses behind its text, `spellings` those that the text only spells, `card` is the address of
    its link card. A card belongs to a link of the text: it counts only where the text has none, since its address
    may be the canonical one, the unshortened one, or that of a consent page; beside a post of the networks it is that
    post's where it is on the same site. Where a shortener hides the first link,
    or the text shows no more than its beginning, the card tells where it leads. `aside` (see `same`) are addresses
    that are no links.
    """
    found: dict[str, str] = {}
    cut = ""
    written = list(written)
    for address in written:
        _add(found, address, aside)
    for spelling in spellings:
        fresh = _add(found, spelling.url, aside)
        cut = fresh if spelling.cut and fresh and not cut else cut
    shown = clean(card) if card else None
    if shown is None or same(shown) in aside or same(shown) in found:
        return tuple(found.values())
    if found:
        return tuple(_told(found, cut, shown))
    return () if social(shown) or domain(shown) in map(domain, written) else (shown,)


def _add(found: dict[str, str], address: str, aside: Collection[str]) -> str:
    """Take a link up; gives it where it is new."""
    url = clean(address)
    if url is None or social(url) or (bare := same(url)) in aside or bare in found:
        return ""
    found[bare] = url
    return url


def _told(found: dict[str, str], cut: str, card: str) -> Iterable[str]:
    """The links with the one that the card tells more of by the card's address."""
    first = next(iter(found.values()))
    begun = cut if cut and same(card).startswith(same(cut)) else ""
    hidden = begun or (first if shortened(first) and not shortened(card) and _tells(card) else "")
    return (card if url == hidden else url for url in found.values())


def _tells(card: str) -> bool:
    """Whether the address of a card is that of a page, and not of the question that stands before it."""
    return not host(card).startswith(bundled().consent_hosts) and not social(card)
