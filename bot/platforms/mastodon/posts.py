"""A server's JSON to Post and Account, item by item: what cannot be read is counted, never the page.

Shapes as in docs.joinmastodon.org (entities Status, Account, PreviewCard, Quote), with what compatible servers leave
out, call otherwise or send as null.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bot.model import SELF, UNKNOWN, Account, Post, count_of, in_calendar
from bot.platforms.mastodon import links
from bot.platforms.mastodon.text import Prose, read
from bot.urls import spelled, written_out

Raw = Mapping[str, Any]
LONGEST_REMEMBERED = 4_000
"""Characters of HTML: a longer bio is parsed each time, so that what is remembered stays small."""


class Unreadable(ValueError):
    """An item that lacks what a post or an account cannot be without."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a page of statuses, in the page's order."""

    posts: tuple[Post, ...]
    accounts: tuple[Account, ...]
    """Everybody whom the posts name as author or reposted author."""
    unreadable: int


def statuses(items: object, domain: str) -> Reading:
    """Decode a page. `domain` completes the handles of the server's own accounts."""
    posts: list[Post] = []
    people: dict[str, Account] = {}
    unreadable = 0
    for raw in items if isinstance(items, list) else []:
        try:
            posts.append(post(raw, domain))
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
            unreadable += 1
            continue
        _meet(raw, people, domain)
        if raw.get("reblog"):
            _meet(_original(raw), people, domain)
    return Reading(tuple(posts), tuple(people.values()), unreadable)


def _meet(shown: Raw, people: dict[str, Account], domain: str) -> None:
    """Add whoever wrote it to those whom the page names, once."""
    if _author_or_unknown(shown) not in people:
        known = _account_or_none(shown.get("account"), domain)
        if known:
            people[known.id] = known


def names_own(items: Iterable[object]) -> bool:
    """Whether a page names somebody as servers write their own accounts alone, without the host."""
    return any("@" not in acct.strip().lstrip("@") for raw in items if isinstance(raw, dict) for acct in _named(raw))


def _named(raw: Raw) -> Iterator[str]:
    """The names of whom `statuses` tells with a host: authors, where they moved, and who wrote what a card shows."""
    shown = _original(raw)
    people = [_object(one, "account") for one in (raw, shown, *_list(_object(shown, "card"), "authors"))]
    for person in (*people, *(_object(one, "moved") for one in people)):
        if acct := _text(person, "acct") or _text(person, "username"):
            yield acct


def post(raw: Raw, domain: str = "") -> Post:
    """One status as Post. A boost carries its own id and time, and the words, links and page of what it shows.

    `domain` completes the handles of the server's own accounts.
    """
    if not isinstance(raw, dict):
        raise Unreadable("not an object")
    author = identity(raw.get("account"))
    shown = _original(raw)
    prose = read(_text(shown, "content"))
    warning, body, outside = _written(shown, prose)
    spellings = spelled(f"{warning}\n{outside}")
    words = f"{warning}\n\n{body}".strip() if warning else body
    card = _object(shown, "card")
    is_repost = shown is not raw
    return Post(
        id=identity(raw),
        author=author,
        created_at=moment(raw.get("created_at")),
        text=written_out(words) if spellings else words,
        links=links.of_post(prose, spellings, shown),
        reply_to=None if is_repost else _reply_to(raw, author),
        reply_to_post=None if is_repost else _id_or_none(raw.get("in_reply_to_id")),
        repost_of=_author_or_unknown(shown) if is_repost else None,
        quote_of=_quote_of(shown),
        mentions=tuple(filter(None, [_id_or_none(m.get("id")) or _text(m, "acct") for m in _list(shown, "mentions")])),
        tags=tuple(filter(None, [_text(tag, "name").lstrip("#") for tag in _list(shown, "tags")])),
        media=len(_list(shown, "media_attachments")),
        card_title=_text(card, "title"),
        card_description=_text(card, "description"),
        card_authors=_card_authors(card, domain),
        url=_page(shown),
    )


def account(raw: object, domain: str) -> Account:
    """One account. Raises Unreadable without an id or a name."""
    if not isinstance(raw, dict):
        raise Unreadable("no account")
    acct = _text(raw, "acct") or _text(raw, "username")
    if not acct:
        raise Unreadable("an account without a name")
    bio, linked = _profile_text(_text(raw, "note"))
    bot, group = raw.get("bot"), raw.get("group")
    moved = _object(raw, "moved")
    return Account(
        id=identity(raw),
        handle=handle(acct, domain),
        display_name=_text(raw, "display_name"),
        bio=bio,
        profile_links=_profile_links(raw, linked),
        automated=bot if isinstance(bot, bool) else None,
        group=group if isinstance(group, bool) else None,
        followers=count_of(raw.get("followers_count")),
        following=count_of(raw.get("following_count")),
        post_count=count_of(raw.get("statuses_count")),
        created_at=moment_or_none(raw.get("created_at")),
        url=_page(raw),
        moved_to=handle(_text(moved, "acct"), domain) if _text(moved, "acct") else None,
    )


def handle(acct: str, domain: str) -> str:
    """`user@host` always: the server writes its own accounts without the host."""
    acct = acct.strip().lstrip("@")
    return acct if "@" in acct else f"{acct}@{domain}"


def identity_or_none(raw: object) -> str | None:
    """The id of an object, an opaque string; None where there is none."""
    return _id_or_none(raw.get("id")) if isinstance(raw, dict) else None


def identity(raw: object) -> str:
    """The same. Raises Unreadable where there is none."""
    found = identity_or_none(raw)
    if found is None:
        raise Unreadable("no id")
    return found


def moment(value: object) -> datetime:
    """An ISO time as UTC. Raises Unreadable for anything else."""
    if not isinstance(value, str):
        raise Unreadable("no time")
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not UTC:
            found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable("no time") from None
    if not in_calendar(found):
        raise Unreadable("a time in no calendar")
    return found


def moment_or_none(value: object) -> datetime | None:
    """The same, None where it is none."""
    try:
        return moment(value)
    except Unreadable:
        return None


def _original(raw: Raw) -> Raw:
    """What a status shows: itself, or what it boosts; of a boost of a boost, the post at the bottom."""
    for _ in range(8):
        inner = raw.get("reblog")
        if not isinstance(inner, dict):
            break
        raw = inner
    return raw


def _written(raw: Raw, prose: Prose) -> tuple[str, str, str]:
    """Content warning, text, and the text outside of anchors; some servers send the plain text alone."""
    warning = _text(raw, "spoiler_text").strip()
    if prose.text or raw.get("content"):
        return warning, prose.text, prose.outside
    return warning, _text(raw, "text"), _text(raw, "text")


def _reply_to(raw: Raw, author: str) -> str | None:
    """Who is answered: somebody unknown where the status answers a post that the server does not have, or one whose
    author it does not tell. Akkoma and Pleroma name the author beside."""
    answered = _id_or_none(raw.get("in_reply_to_account_id"))
    if answered is None:
        beside = _object(raw, "pleroma").get("in_reply_to_account_acct")
        return UNKNOWN if raw.get("in_reply_to_id") or beside else None
    return SELF if answered == author else answered


def _quote_of(raw: Raw) -> str | None:
    """Mastodon 4.5 nests `quote.quoted_status` or only its id; Fedibird and Akkoma send the status and `quote_id`."""
    quote = raw.get("quote")
    if isinstance(quote, dict):
        inner = quote.get("quoted_status")
        return _author_or_unknown(inner if isinstance(inner, dict) else quote)
    return UNKNOWN if _id_or_none(raw.get("quote_id")) else None


def _author_or_unknown(raw: Raw) -> str:
    author = raw.get("account")
    return (_id_or_none(author.get("id")) if isinstance(author, dict) else None) or UNKNOWN


def _card_authors(card: Raw, domain: str) -> tuple[str, ...]:
    """Handles where the card names an account of the fediverse (4.3+), else URLs, else names. A handle without its
    host is of the server that was asked."""
    if not card:
        return ()
    found = []
    for author in _list(card, "authors"):
        acct = _text(_object(author, "account"), "acct")
        known = handle(acct, domain) if acct and domain else acct
        found.append(known or _text(author, "url") or _text(author, "name"))
    found.append(_text(card, "author_url"))
    return tuple(dict.fromkeys(filter(None, found)))


def _profile_links(raw: Raw, in_bio: tuple[str, ...]) -> tuple[str, ...]:
    """Verified fields first, then the other fields, then links in the bio."""
    fields = _list(raw, "fields")
    if not fields:
        return in_bio
    fields.sort(key=lambda field: not field.get("verified_at"))
    found = [url for field in fields for url in _profile_text(_text(field, "value"))[1]]
    return tuple(dict.fromkeys([*found, *in_bio]))


def _profile_text(html: str) -> tuple[str, tuple[str, ...]]:
    """A bio, or a line of one, as text, and its links: the same ones come with every page."""
    return _remembered(html) if len(html) <= LONGEST_REMEMBERED else _read_profile_text(html)


def _read_profile_text(html: str) -> tuple[str, tuple[str, ...]]:
    prose = read(html)
    return prose.text, links.of_profile(prose)


_remembered = lru_cache(maxsize=512)(_read_profile_text)


def _account_or_none(raw: object, domain: str) -> Account | None:
    try:
        return account(raw, domain)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        return None


def _id_or_none(value: object) -> str | None:
    if type(value) is str:  # nearly always
        return value or None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value) or None


def _page(raw: Raw) -> str:
    """Where it can be seen: a web address or nothing."""
    for url in (_text(raw, "url"), _text(raw, "uri")):
        if url.startswith(("https://", "http://")):
            return url
    return ""


def _text(raw: Raw, key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _object(raw: Raw, key: str) -> Raw:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _list(raw: Raw, key: str) -> list[Raw]:
    value = raw.get(key)
    return [item for item in value if isinstance(item, dict)] if value and isinstance(value, list) else []
