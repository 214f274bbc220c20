"""What of a config decides, as text: kept by the store, so that a changed file can be held against it.

Only that: names, addresses and whatever else the file says stay in the file.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from bot import __version__
from bot.config.types import Config
from bot.signals.rows import LAYOUT

PARTS = ("rules", "minimum", "trust", "limits", "lexicon", "window", "list_title")
"""Fields of Config."""


def written(config: Config) -> str:
    """The deciding parts of a config, and its fingerprint, as JSON."""
    return json.dumps({name: getattr(config, name) for name in (*PARTS, "fingerprint")}, default=_plain)


def _plain(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else asdict(value)


def as_written(text: str, config: Config) -> Config:
    """The config with the deciding parts of that text in place of its own.

    Parts that this version does not know are left out. Raises ValueError, TypeError or KeyError where the text is
    damaged.
    """
    told, kinds = json.loads(text), get_type_hints(Config)
    parts = {name: _built(kinds[name], told[name]) for name in (*PARTS, "fingerprint") if name in told}
    return replace(config, **parts)


def measuring(config: Config) -> str:
    """12 hex digits that change when the same posts may be measured otherwise: with the window, words, lists of links
    and the version of quietfeed and of what it reads of posts."""
    parts = json.dumps([__version__, LAYOUT, config.window, config.lexicon], default=_plain)
    return hashlib.sha256(parts.encode("ascii")).hexdigest()[:12]


def _built(kind: Any, value: Any) -> Any:
    """A value of that type from what JSON made of it."""
    inner, of = get_args(kind), get_origin(kind)
    if of is UnionType or (inner and NoneType in inner):
        return None if value is None else _built(next(one for one in inner if one is not NoneType), value)
    if of is tuple:
        return tuple(_built(inner[0], one) for one in value)
    if of is Mapping:
        return {key: _built(inner[1], one) for key, one in value.items()}
    if kind is timedelta:
        return timedelta(seconds=value)
    if is_dataclass(kind):
        hints, build = get_type_hints(kind), cast("Callable[..., Any]", kind)
        return build(**{name: _built(hints[name], value[name]) for name in hints if name in value})
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
