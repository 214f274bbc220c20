"""How the raw JSON of the AT Protocol is taken apart: each reader takes one shape and refuses any other."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import EPOCH, in_calendar

Json = Mapping[str, Any]
"""A decoded JSON object from the network: anything may be in it, so every reader below checks what it takes."""

TID = "234567abcdefghijklmnopqrstuvwxyz"
"""The digits of record keys (atproto.com/specs/tid): 53 bits of microseconds since 1970, then 10 of a clock id."""
FIRST_TID = datetime(2022, 11, 1, tzinfo=UTC)


class Unreadable(ValueError):
    """An item that does not have the shape that its lexicon promises."""


def text_of(value: Any) -> str:
    """The value, if it is a text."""
    if not isinstance(value, str):
        raise Unreadable(f"a text was expected, not {type(value).__name__}")
    return value


def object_of(value: Any) -> Json:
    """The value, if it is a JSON object."""
    if not isinstance(value, Mapping):
        raise Unreadable(f"an object was expected, not {type(value).__name__}")
    return value


def items_of(value: Any) -> list[Any]:
    """The value, if it is a JSON array; an absent one is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"an array was expected, not {type(value).__name__}")
    return value


def object_or_none(value: Any) -> Json:
    """The value, if it is a JSON object, else an empty one: for what may be broken without costing the whole item."""
    return value if isinstance(value, Mapping) else {}


def kind_of(value: Json) -> str:
    """The last word of `$type`: `app.bsky.embed.external#view` gives `external`."""
    kind = value.get("$type")
    return kind.split("#")[0].rsplit(".", 1)[-1] if isinstance(kind, str) else ""


def time_of(value: Any) -> datetime | None:
    """An ISO 8601 time as UTC, or None where it is none, or in no calendar of ours (records carry whatever their
    author wrote)."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
        return time if in_calendar(time) else None
    except (ValueError, OverflowError):
        return None


def tid_time(uri: Any, now: datetime) -> datetime | None:
    """When a record was made, after its key; None where the key is no plausible TID (anybody may choose others)."""
    key = uri.rsplit("/", 1)[-1] if isinstance(uri, str) else ""
    if len(key) != 13 or any(digit not in TID for digit in key):
        return None
    number = 0
    for digit in key:
        number = number * 32 + TID.index(digit)
    time = EPOCH + timedelta(microseconds=(number >> 10) & (2**53 - 1))
    return time if FIRST_TID <= time <= now + timedelta(days=1) else None


def did_of(uri: Any) -> str | None:
    """Whose record an at:// URI names; None where it names nobody by DID."""
    if not isinstance(uri, str) or not uri.startswith("at://did:"):
        return None
    return uri.removeprefix("at://").split("/")[0]
