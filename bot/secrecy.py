"""Secrets taken out of what is shown, in every spelling in which a fault may quote them: the one place that knows how.

Whoever reads a secret, from the environment, a file or a keyboard, notes it here; whatever speaks of a fault or writes
a log has its words looked through. It is the second net: no word of our own holds a secret, but a server may say again
what it was told, and a library what it was given.
"""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

HIDDEN = "•••"
TOKENS = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?<=[Bb]earer )[^\s\"',]+")
"""What looks like a token is hidden even where it is not known: a server may speak of one that we never had."""
LEAST = 4
"""Letters of a secret: a shorter one would take away half of every line, and says little by itself."""
LEAST_PART = 8
"""Of a piece of an address."""
NO_SECRETS = frozenset(("quietfeed", "postgres", "password"))
"""What people take for a database's password, and what every other line says."""
MOST = 300
"""Secrets that are known at once: sessions are renewed all year, and the old ones are worth nothing."""

_known: dict[str, tuple[str, ...]] = {}
"""Each secret, and its spellings."""
_forms: tuple[str, ...] = ()
"""All of these, longest first: one may be a part of another."""


def note(*secrets: str | None) -> None:
    """Never show these from now on."""
    global _forms
    named = [one.strip() for one in secrets if one]
    fresh = [one for one in named if len(one) >= LEAST and one not in NO_SECRETS and one not in _known]
    if not fresh:
        return
    _known.update((one, spellings([one])) for one in fresh)
    for old in list(_known)[:-MOST]:
        del _known[old]
    _forms = _longest_first(form for forms in _known.values() for form in forms)


def without(text: str, *secrets: str) -> str:
    """The text without what was noted, without these, and without what looks like a token."""
    for form in (*spellings(secrets), *_forms):
        text = text.replace(form, HIDDEN)
    return TOKENS.sub(HIDDEN, text)


def spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Each secret as it is, and as an address, JSON, Python, HTML or a login in base64 spells it; longest first."""
    return _longest_first(form for one in secrets for form in _spelled(one) if len(form) >= LEAST)


def of_address(url: str) -> tuple[str, ...]:
    """A secret address, and the parts of it that open what it leads to: login, path and what follows the `?`."""
    try:
        parts = urlsplit(url.strip())
        login = parts.netloc.rpartition("@")[0]
    except ValueError:
        return (url,)
    pieces = [login.partition(":")[2], parts.path.strip("/"), parts.query, *parts.path.split("/")]
    pieces += [value for _, value in parse_qsl(parts.query)]
    return (url, *(piece for piece in pieces if len(piece) >= LEAST_PART or piece == login.partition(":")[2]))


def _longest_first(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(forms), key=len, reverse=True))


def _spelled(secret: str) -> Iterator[str]:
    for form in dict.fromkeys((secret, unquote(secret))):
        yield from (form, quote(form, safe=""), quote(form), quote_plus(form), escape(form), repr(form)[1:-1])
        yield from (json.dumps(form)[1:-1], json.dumps(form, ensure_ascii=False)[1:-1])
    if len(secret) >= LEAST_PART:
        yield from _in_base64(secret.encode(errors="replace"))


def _in_base64(secret: bytes) -> Iterator[str]:
    """The letters that stand for it in base64 whatever stands before and behind it, as in `Basic` of a login."""
    for before in range(3):
        start, end = -(-before * 8 // 6), (before + len(secret)) * 8 // 6
        for encoded in (b64encode, urlsafe_b64encode):
            yield encoded(bytes(before) + secret).decode()[start:end]
