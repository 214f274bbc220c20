"""How the words become rows: compact ASCII JSON without defaults, times as microseconds since 1970.

ASCII, because posts are hostile: PostgreSQL refuses a null byte in text and neither database takes a lone
surrogate, while the escapes \\u0000 and \\ud800 are plain letters to both. Leaving defaults out keeps rows small,
lets a later version add fields, and makes "what is newly known" a merge of two dicts.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import MAXYEAR, datetime, timedelta
from functools import cache
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from typing import Any, TypeVar

from bot import handles
from bot.model import (
    EPOCH,
    Account,
    Asked,
    Basis,
    Comparison,
    Entry,
    Event,
    GoodLink,
    Judging,
    Look,
    Made,
    Post,
    Quote,
    Standing,
    Stays,
    Step,
    Stretch,
    SweepRecord,
    TrailState,
    Unread,
    moment,
)
from bot.platforms.base import Feed

T = TypeVar("T")
Plain = dict[str, Any]
BATCH = 100
"""Most ids in one query: both databases bound the number of parameters."""
SIMPLE = frozenset((str, int, float, bool, type(None)))
"""What JSON has itself."""
_decode = json.JSONDecoder().raw_decode


def time_of(value: int) -> datetime:
    """The UTC time of a number of microseconds. Raises ValueError where it lies beyond the calendar, or so near its
    end that no local time could be told."""
    try:
        time = EPOCH + timedelta(microseconds=value)
    except OverflowError:
        raise ValueError("a time beyond the calendar") from None
    if time.year == MAXYEAR:
        raise ValueError("a time at the end of the calendar")
    return time


def key(text: str) -> str:
    """Any text as ASCII that both databases can compare; ordinary ids stay as they are."""
    return encode_basestring_ascii(text)[1:-1]


def text_of(value: str) -> str:
    """What `key` made ASCII."""
    return str(json.loads(f'"{value}"')) if "\\" in value else value


def batches(ids: Iterable[str]) -> Iterable[list[str]]:
    """The ids as column values, each once, so many at a time."""
    keys = sorted({key(i) for i in ids})
    return (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))


def handle_key(handle: str) -> str:
    """A handle as it is looked up, in whichever spelling it comes."""
    return key(handles.key(handle))


def plain(value: Any) -> Any:
    """A dataclass as a dict of the fields that differ from their defaults; tuples as lists, times as numbers."""
    if type(value) in SIMPLE:
        return value
    told = value if isinstance(value, tuple) else _told(value)
    if isinstance(told, tuple):
        return [plain(item) for item in told]
    return {name: plain(field) for name, field in told.items()} if isinstance(told, dict) else told


def _told(value: Any) -> Any:
    """What JSON does not have, in what it has: of a dataclass, the fields that differ from their defaults. Goes no
    deeper."""
    if isinstance(value, datetime):
        return moment(value)
    kind: Any = type(value)
    if hasattr(kind, "__dataclass_fields__"):
        names, values, defaults = _fields(kind)
        return {
            name: field
            for name, field, default in zip(names, values(value), defaults, strict=False)
            if field is not default and field != default
        }
    if isinstance(value, Made):
        return tuple(value)
    if isinstance(value, Mapping):
        return dict(value)
    assert isinstance(value, str | int | float)  # noqa: S101 - the words hold nothing else
    return value


@cache
def _fields(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]], tuple[Any, ...]]:
    """The names of a dataclass's fields, what gives their values, and their defaults; nothing equals MISSING."""
    names = tuple(f.name for f in fields(kind))
    # The first one once more, so that one field alone gives a tuple too.
    return names, attrgetter(*names, names[0]), tuple(_default(f) for f in fields(kind))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def built(kind: type[T], value: Plain) -> T:
    """The dataclass that `plain` took apart; uses `value` up. Fields that this version does not know are dropped."""
    for name, convert in CONVERT[kind].items():
        if name in value:
            value[name] = convert(value[name])
    of_kind: Any = kind
    known = _names(of_kind)
    return kind(**value) if known.issuperset(value) else kind(**{k: v for k, v in value.items() if k in known})


@cache
def _names(kind: Any) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind))


def _comparisons(values: list[Plain]) -> tuple[Comparison, ...]:
    return tuple(built(Comparison, value) for value in values)


def _posts(values: list[Plain]) -> tuple[Post, ...]:
    return tuple(built(Post, value) for value in values)


def _looks(values: list[Plain]) -> tuple[Look, ...]:
    return tuple(built(Look, value) for value in values)


def _stretches(values: list[Plain]) -> tuple[Stretch, ...]:
    return tuple(built(Stretch, value) for value in values)


def _account(value: Plain) -> Account:
    return built(Account, value)


def _quote(value: Plain) -> Quote:
    return built(Quote, value)


def _accounts(values: list[Plain]) -> tuple[Account, ...]:
    return tuple(built(Account, value) for value in values)


def _standing(value: Plain) -> Standing:
    return built(Standing, value)


def _unread(values: list[Plain]) -> tuple[Unread, ...]:
    return tuple(built(Unread, value) for value in values)


def _times(values: list[int]) -> tuple[datetime, ...]:
    return tuple(time_of(value) for value in values)


def _bases(values: list[Plain]) -> tuple[Basis, ...]:
    return tuple(built(Basis, value) for value in values)


CONVERT: dict[type[Any], dict[str, Callable[[Any], Any]]] = {
    Account: {"created_at": time_of, "profile_links": tuple},
    Post: {"created_at": time_of, "links": tuple, "mentions": tuple, "tags": tuple, "card_authors": tuple},
    Comparison: {},
    Quote: {"at": time_of},
    Entry: {
        "at": time_of,
        "account": _account,
        "event": Event,
        "step": Step,
        "comparisons": _comparisons,
        "evidence": tuple,
        "quote": _quote,
        "until": time_of,
        "feed_read": time_of,
        "ends": time_of,
    },
    SweepRecord: {"started": time_of, "ended": time_of, "gaps": tuple, "unread": tuple},
    Look: {"at": time_of},
    Stretch: {"began": time_of, "walk": time_of, "marks": tuple, "last": tuple, "reached": time_of},
    TrailState: {"marks": tuple, "since": time_of, "looked": time_of, "open": _stretches},
    GoodLink: {"shared_by": _account, "people": _accounts, "at": time_of},
    Unread: {"asked": Asked, "stays": Stays},
    Standing: {
        "followed_since": time_of,
        "muted_until": time_of,
        "lists": tuple,
        "answered": time_of,
        "favourited": time_of,
        "bookmarked": time_of,
        "reposted": time_of,
        "unread": _unread,
    },
    Basis: {
        "read": time_of,
        "replies_known_since": time_of,
        "first_seen": time_of,
        "standing": _standing,
        "step": Step,
    },
    Judging: {
        "at": time_of,
        "decided": time_of,
        "bases": _bases,
        "told": tuple,
        "paused": time_of,
        "day": _times,
        "began": time_of,
    },
    Feed: {"account": _account, "posts": _posts, "origin_read": time_of, "looks": _looks},
}
"""What JSON cannot say by itself, field by field."""


def _encoding() -> Callable[[Any], str]:
    """What writes a line of JSON. Python's own way makes an encoder in C for every line, which takes longer than to
    write one of ours; where there is such an encoder, this makes it once."""
    encoder = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), check_circular=False, default=_told)
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    try:
        parts = make(None, encoder.default, encode_basestring_ascii, None, ":", ",", False, False, True)
    except TypeError:  # another Python's takes something else
        return encoder.encode
    return lambda value: "".join(parts(value, 0))


_dumps = _encoding()


def packed(value: Any) -> str:
    """One of the words, or its plain dict, as a line of ASCII JSON."""
    return _dumps(value)


def loaded(text: str) -> Plain:
    """The plain dict of a line. Raises ValueError where the line is damaged."""
    value, end = _decode(text)  # every sweep reads thousands of lines: json.loads would double the time
    if end != len(text) or not isinstance(value, dict):
        raise ValueError("no record")
    return value


def unpacked(kind: type[T], text: str) -> T:
    """The word of a line. Raises ValueError or TypeError where the line is damaged."""
    return built(kind, loaded(text))


def squeezed(value: Any) -> bytes:
    """Like `packed`, compressed: for the long ones that are read rarely."""
    return zlib.compress(packed(value).encode("ascii"), 3)


def unsqueezed(data: bytes) -> Plain:
    """The dict behind `squeezed`. Raises ValueError where it is damaged."""
    try:
        return loaded(zlib.decompress(data).decode("ascii"))
    except zlib.error as error:
        raise ValueError(str(error)) from error
