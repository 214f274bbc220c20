"""What a link is: an outbound URL, cleaned of tracking, reduced to the domain that stands behind it."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList

SHORTENERS = frozenset(
    """t.co bit.ly j.mp buff.ly dlvr.it ift.tt ow.ly tinyurl.com goo.gl is.gd v.gd lnkd.in fb.me wp.me amzn.to
    trib.al shorturl.at rb.gy cutt.ly t.ly tiny.cc bl.ink spr.ly hubs.ly hubs.la mailchi.mp flip.it nyti.ms wapo.st
    reut.rs bloom.bg on.ft.com econ.st cnn.it bbc.in gu.com apne.ws smarturl.it snip.ly po.st soo.gd
    lnk.to lnk.bio qr.ae u.to x.co zpr.io tr.im dld.bz s.id rebrand.ly ebx.sh""".split()
)
"""Hosts that hide where a link goes: its domain is unknown."""

TRACKING = frozenset(
    """fbclid gclid dclid gbraid wbraid msclkid yclid igshid igsh mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking
    vero_id oly_anon_id oly_enc_id rb_clickid s_cid wickedid twclid ttclid li_fat_id ref_src ref_url cmpid ncid
    spm _openstat at_medium at_campaign xtor smid si cmp share_id""".split()
)
"""Query parameters that tell who shared, not what is shared."""
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "piwik_", "hsa_", "at_custom")

HOST = re.compile(r"\s*+(?:(?:[a-z][a-z0-9+.-]*+:)?//)?+(?:[^/?#@\s]*@)?([^/?#:@\[\]\s]+)", re.IGNORECASE)
"""Finds the host of a URL several times as fast as taking it apart."""


@lru_cache(maxsize=1)
def suffixes() -> PublicSuffixList:
    """The public suffix list, private suffixes included. Reading it takes long enough to wait until it is needed."""
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def clean(url: str) -> str | None:
    """The URL without tracking parameters, fragment and default port, host in lower case; None where it is none.

    Only http and https count. Broken input gives None, never an exception.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or ("." not in host and host != "localhost"):
        return None
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(k)]
    return urlunsplit((parts.scheme.lower(), netloc, parts.path, urlencode(pairs), ""))


def _tracks(key: str) -> bool:
    return key.lower() in TRACKING or key.lower().startswith(TRACKING_PREFIXES)


def host(url: str) -> str:
    """The host of a URL in lower case without `www.`, "" where there is none; the scheme may be missing."""
    found = HOST.match(url)
    return found[1].lower().rstrip(".").removeprefix("www.") if found else ""


def domain(url: str) -> str | None:
    """The registrable domain behind a URL (`blog.example.co.uk` -> `example.co.uk`, `me.github.io` stays), or None
    where a shortener hides it or there is none. Private suffixes count, so each hosted site is its own."""
    return _registrable(host(url))


@lru_cache(maxsize=16384)
def _registrable(name: str) -> str | None:
    return None if not name or name in SHORTENERS else suffixes().privatesuffix(name) or name


def shortened(url: str) -> bool:
    """Whether a shortener hides where the URL goes."""
    return host(url) in SHORTENERS


SOCIAL_HOSTS = frozenset("bsky.app go.bsky.app main.bsky.dev staging.bsky.app".split())
FEDIVERSE_POST = re.compile(
    r"/@[^/]+/(?:\d{10,}|(?:posts|statuses)/\w+)|/users/[^/]+/statuses/\w+|/notes/[0-9a-z]{10,}|/notice/\w{10,}"
    r"|/objects/[0-9a-f]{8}-[0-9a-f-]{27}"
)
"""Paths of posts on Mastodon, Takahē, GoToSocial, Misskey and Pleroma."""


def social(url: str) -> bool:
    """Whether the URL names somebody or something on Bluesky, or a post on the fediverse: no outbound link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.hostname or "") in SOCIAL_HOSTS or FEDIVERSE_POST.fullmatch(parts.path.rstrip("/")) is not None
