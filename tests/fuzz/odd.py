"""How good input is made odd: values of other kinds in any place, things left out, doubled, cut off or misspelled."""

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

DEEP = 30_000
RAW = "NaN Infinity -Infinity 1e400 -1e400 1e308 -0.0 1e-400 0.5 18446744073709551616".split()
RAW += ["9" * 5000, "-" + "9" * 30, '"\\ud800"', '"\\udc00 a"', '"a\\u0000b"', '"https://a.test/?q=\\ud800"']
RAW += ['"\\ud83d\\ude00"', '{"\\ud800": 1}']
"""Spellings that no encoder of ours would write."""
TIMES = (
    "0001-01-01T00:00:00Z 0001-01-01T00:00:00+14:00 9999-12-31T23:59:59Z 9999-12-31T23:59:59-14:00 "
    "2026-02-30T00:00:00Z 1969-12-31T23:59:59Z 2026-05-01 2026-05-01T12:00:00 2026-W18-5T12 20260501T120000Z "
    "2026-05-01T12:00:00.123456789Z 2026-05-01T12:00:60Z now 0 -1 1777636800 +292278994-08-17T07:12:55Z "
    "2026-05-01T24:00:00Z"
).split()
ADDRESSES = [
    "http://[::1", "http://[", "https://", "https://a.test:99999/", "https://a.test:x/", "//a.test", "javascript:a",
    "https://\x00", "https://a b", "https://xn--.test", "https://xn--a-ecp.ru", "https://" + "a." * 200 + "test",
    "https://ａ.test/", "https://ß.test", "https://a.test/%", "https://a.test/%ed%a0%80?%zz=%", "data:,a", "at://",
    "at://did:plc:ann/app.bsky.feed.post/1", "at://did:plc:ann/a/zzzzzzzzzzzzz", "https://@:@/", "https://[fe80::1%25a]/",
    "https://a.test?&&&=&a", "https://l.facebook.com/l.php?u=https%3A%2F%2F[", "https://www.google.com/url?q=http://[::",
    "https://1.2.3.4.5/", "https://0x7f.1/", "https://.test", "https://..", "https://a..test/", "https://a.test/#\ud800",
]  # fmt: skip
HTML = [
    "<p>", "</p></p>", "<a href='http://[::1'>a</a>", "<a href=>x</a>", "<a href='https://a.test'>", "<!--",
    "<![CDATA[", "<!", "<?", "</", "&#xd800;", "&#99999999999;", "&#0;", "&#x110000;", "&nosuch;",
    "<span class=invisible>", "<img>", "<p class='quote-inline'>",
    "<a href='https://a.test' class='mention hashtag' rel>#a</a>", "<br/><script>", "\x00", "\u202e",
    "<a href='&#xd800;'>a</a>", "<a href='https://a.test/\ud800'>https://a.test/\ud800</a>", "RE: ",
    "a.test/a", "<" * 300,
]  # fmt: skip
TEXTS = [
    "", " ", "\x00", "\ud800", "\udfff\ud800", "𝕏", "a" * 3000, "?", "self", "0", "-1", "true", "{}", "did:plc:", "@",
    "#", "../..", "a/b?c#d", "%00", "handle.invalid", "\u202eabc", "https://a.test", "🤖" * 50, "a\r\nb",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2**31, 2**63, -(2**70), 0.5, -1.5, 1e300, [], {}, [[]], [None], [1, "a"], {"id": 1},
    {"a": {"b": []}}, [{}] * 3, {"": ""},
]  # fmt: skip
MARK = "\x01raw:"
"""Stands before the number of a raw spelling until everything else is encoded."""


def value(random: Random) -> Any:
    """An odd value for any place."""
    kind = random.randrange(8)
    if kind < 2:
        return f"{MARK}{random.randrange(len(RAW))}"
    return deepcopy(random.choice((VALUES, VALUES, TIMES, ADDRESSES, TEXTS, HTML)[kind - 2]))


def places(found: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a value, with every key in it."""
    if isinstance(found, dict | list):
        for key in list(found) if isinstance(found, dict) else range(len(found)):
            yield found, key
            yield from places(found[key])


def changed(random: Random, found: Any, times: int) -> Any:
    """The value with some of its places made odd; it is used up."""
    for _ in range(times):
        everywhere = list(places(found))
        if not everywhere or random.random() < 0.02:
            found = value(random)
            continue
        container, key = random.choice(everywhere)
        kind = random.randrange(12)
        if kind == 0:
            del container[key]
        elif kind == 1 and isinstance(container, list):
            container.insert(key, container[key])
        elif kind == 2:
            other, its_key = random.choice(everywhere)
            container[key] = deepcopy(other[its_key]) if its_key in _keys(other) else None
        elif kind == 3 and isinstance(container[key], str):
            container[key] = text(random, container[key])
        elif kind == 4 and isinstance(container[key], int | float):
            container[key] = container[key] * random.choice((-1, 10**12, 0, 1.5, -0.1))
        else:
            container[key] = value(random)
    return found


def _keys(container: Any) -> Any:
    return container if isinstance(container, dict) else range(len(container))


def encoded(found: Any) -> str:
    """JSON, the raw spellings among it."""
    written = json.dumps(found)
    if "\\u0001raw:" in written:
        for number, spelling in enumerate(RAW):
            written = written.replace(f'"\\u0001raw:{number}"', spelling)
    return written


def text(random: Random, good: str) -> str:
    """A text with a stretch cut out, doubled, or replaced by something odd."""
    start, end = sorted(random.randrange(len(good) + 1) for _ in range(2))
    odd = random.choice((*TEXTS, *ADDRESSES, *HTML, *TIMES))
    middle = random.choice(("", good[start:end] * 2, odd, odd + good[start:end], chr(random.randrange(0x11000))))
    return good[:start] + middle + good[end:]


def damaged(random: Random, body: bytes) -> bytes:
    """Bytes cut off, flipped, replaced by a page for people, or nested beyond reading."""
    kind = random.randrange(7)
    if kind == 0:
        return body[: random.randrange(len(body) + 1)]
    if kind == 1 and body:
        at = random.randrange(len(body))
        return body[:at] + bytes([random.randrange(256)]) + body[at + 1 :]
    return (
        b"",
        b"  \n",
        b"<html><body>502 Bad Gateway",
        b"[" * DEEP,
        b'{"error": ' + b"[" * 50,
        b"null",
        b"\xff\xfe\x00",
    )[kind]
