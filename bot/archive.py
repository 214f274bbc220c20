"""Captured histories: real accounts in a file, one JSON object a line, to be judged offline.

    {"format": 1, "platform": "mastodon",
     "account": {"id", "handle", "display_name", "bio", "profile_links": [url], "automated": bool | null,
                 "followers", "following", "post_count": int | null, "created_at": time | null},
     "posts": [newest first
       {"id", "created_at": RFC 3339, "text", "links": [url], "reply_to": null | "self" | account id,
        "repost_of": null | account id | "?", "quote_of": null | account id, "mentions": [...], "tags": [...],
        "media": int}]}

Only `account.id` or `account.handle`, and each post's `created_at`, must be there; unknown keys are ignored.
`dump` also writes `url`, `moved_to`, `group` (account), `reply_to_post`, `card_title`, `card_description`,
`card_authors` and `url` (post) where they are known, and `read` understands them.
"""

import gzip
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

from bot.errors import UserError
from bot.model import EPOCH, Account, History, Lexicon, Post, count_of, in_calendar
from bot.urls import clean

FORMAT = 1
GZIP_MAGIC = b"\x1f\x8b"
NO_WORDS = Lexicon()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no captured history: its number, counted from 1, and what is wrong with it."""

    line: int
    reason: str


def read(stream: Iterable[str], lexicon: Lexicon = NO_WORDS) -> Iterator[History | Unreadable]:
    """Each line's history, or what is wrong with the line; empty lines are passed over.

    `lexicon` is what its signals will measure with.

    The file is the window: a captured history ends with its newest post (`until`), whatever the time is now.
    """
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            yield _history(json.loads(line), lexicon)
        except json.JSONDecodeError as fault:
            yield Unreadable(number, f"no JSON: {fault.msg} in column {fault.colno}")
        except RecursionError:
            yield Unreadable(number, "no captured history: nested too deeply")
        except (ValueError, TypeError, KeyError, OverflowError) as fault:
            yield Unreadable(number, str(fault) or type(fault).__name__)


def dump(history: History) -> str:
    """The history as one line of JSON, without the line's end. `read` gives the same account and posts back."""
    written = {
        "format": FORMAT,
        "platform": history.platform,
        "account": _account_out(history.account),
        "posts": [_post_out(post, history.account.id) for post in history.posts],
    }
    return json.dumps(written, ensure_ascii=True, separators=(",", ":"))


@contextmanager
def opened(path: str) -> Iterator[Iterable[str]]:
    """The lines of a captured file: plain or gzipped, `-` for standard input. UserError where it cannot be read."""
    with ExitStack() as stack:
        raw = sys.stdin.buffer if path == "-" else stack.enter_context(_file(path))
        start = raw.read(len(GZIP_MAGIC))
        whole = cast(IO[bytes], BufferedReader(_Rejoined(start, raw)))
        yield _lines(gzip.GzipFile(fileobj=whole) if start == GZIP_MAGIC else whole, path)


def _file(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb")
    except OSError as fault:
        raise UserError(f"{path}: {fault.strerror}. Name a file of captured histories, or - for input") from None


class _Rejoined(RawIOBase):
    """A stream whose start has been looked at already: standard input cannot be rewound."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self.start, self.rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.start or self.rest.read(len(buffer))
        self.start = b""
        buffer[: len(data)] = data
        return len(data)


def _lines(lines: Iterable[bytes], path: str) -> Iterator[str]:
    try:
        for line in lines:
            yield line.decode("utf-8", errors="replace")
    except (OSError, EOFError, zlib.error) as fault:
        raise UserError(f"{path}: cannot be read to its end ({fault}). Capture it again") from None


def _history(found: Any, lexicon: Lexicon) -> History:
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    if found.get("format", FORMAT) != FORMAT:
        raise ValueError(f"format {found['format']!r} is not known here, only {FORMAT}")
    account = _account(_object(found, "account"))
    posts = found.get("posts")
    if not isinstance(posts, list):
        raise ValueError("posts: a list is needed")
    read_posts = [_post(post, account.id, place) for place, post in enumerate(posts, 1)]
    read_posts.sort(key=lambda post: post.created_at, reverse=True)  # stable: equal times stay as they were
    until = read_posts[0].created_at if read_posts else EPOCH
    return History(account, tuple(read_posts), until, platform=_text(found, "platform"), lexicon=lexicon)


def _account(found: dict[str, Any]) -> Account:
    handle = _text(found, "handle")
    identity = _text(found, "id") or handle
    if not identity:
        raise ValueError("account: an id or a handle is needed")
    automated, group = found.get("automated"), found.get("group")
    return Account(
        id=identity,
        handle=handle or identity,
        display_name=_text(found, "display_name"),
        bio=_text(found, "bio"),
        profile_links=_texts(found, "profile_links"),
        automated=automated if isinstance(automated, bool) else None,
        group=group if isinstance(group, bool) else None,
        followers=count_of(found.get("followers")),
        following=count_of(found.get("following")),
        post_count=count_of(found.get("post_count")),
        created_at=_time(found["created_at"]) if found.get("created_at") else None,
        url=_text(found, "url"),
        moved_to=_text(found, "moved_to") or None,
    )


def _post(found: Any, author: str, place: int) -> Post:
    if not isinstance(found, dict):
        raise ValueError(f"post {place}: no JSON object")
    try:
        created_at = _time(found.get("created_at"))
    except ValueError as fault:
        raise ValueError(f"post {place}: {fault}") from None
    return Post(
        id=_text(found, "id") or f"post {place}",
        author=author,
        created_at=created_at,
        text=_text(found, "text"),
        links=tuple(url for link in _texts(found, "links") if (url := clean(link))),
        reply_to=_text(found, "reply_to") or None,
        reply_to_post=_text(found, "reply_to_post") or None,
        repost_of=_text(found, "repost_of") or None,
        quote_of=_text(found, "quote_of") or None,
        mentions=_texts(found, "mentions"),
        tags=_texts(found, "tags"),
        media=count_of(found.get("media")) or 0,
        card_title=_text(found, "card_title"),
        card_description=_text(found, "card_description"),
        card_authors=_texts(found, "card_authors"),
        url=_text(found, "url"),
    )


def _account_out(account: Account) -> dict[str, Any]:
    known = {"url": account.url, "moved_to": account.moved_to, "group": account.group}
    return {
        "id": account.id,
        "handle": account.handle,
        "display_name": account.display_name,
        "bio": account.bio,
        "profile_links": account.profile_links,
        "automated": account.automated,
        "followers": account.followers,
        "following": account.following,
        "post_count": account.post_count,
        "created_at": account.created_at.isoformat() if account.created_at else None,
        **{key: value for key, value in known.items() if value},
    }


def _post_out(post: Post, account: str) -> dict[str, Any]:
    known = {
        "reply_to_post": post.reply_to_post,
        "card_title": post.card_title,
        "card_description": post.card_description,
        "card_authors": post.card_authors,
        "url": post.url,
    }
    return {
        "id": post.id,
        "created_at": post.created_at.isoformat(),
        "text": post.text,
        "links": post.links,
        "reply_to": post.reply_to,
        "repost_of": post.repost_of,
        "quote_of": post.quote_of,
        "mentions": post.mentions,
        "tags": post.tags,
        "media": post.media,
        **{key: value for key, value in known.items() if value},
    }


def _object(found: dict[str, Any], key: str) -> dict[str, Any]:
    value = found.get(key)
    if not isinstance(value, dict):
        raise ValueError(f"{key}: an object is needed")
    return value


def _text(found: dict[str, Any], key: str) -> str:
    """A text, '' where there is none; numbers (some archives' ids) as text."""
    value = found.get(key)
    if value is None or isinstance(value, bool | list | dict):
        return ""
    return str(value)


def _texts(found: dict[str, Any], key: str) -> tuple[str, ...]:
    value = found.get(key)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _time(value: Any) -> datetime:
    """RFC 3339, or the mail form that old archives carry; UTC. ValueError where it is no time."""
    if not isinstance(value, str):
        raise ValueError(f"created_at: {value!r} is no time, as 2026-01-31T12:00:00Z")
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        time = _archive_time(value)
    time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    if not in_calendar(time):
        raise ValueError(f"created_at: {value[:40]!r} is in no calendar of ours")
    return time


def _archive_time(value: str) -> datetime:
    """`Mon May 11 21:42:30 +0000 2009`, and mail's own form."""
    try:
        return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y")
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        raise ValueError(f"created_at: {value[:40]!r} is no time, as 2026-01-31T12:00:00Z") from None
