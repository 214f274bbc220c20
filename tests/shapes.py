"""Whether a value read from JSON has one of the shapes that docs/json.md promises."""

from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def misfits(value: Any, kind: Any, at: str = "$") -> list[str]:
    """Where a value is not of its kind: each a path and what is wrong there."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        tried = [misfits(value, one, at) for one in inner]
        return [] if [] in tried else min(tried, key=len)
    if origin is list:
        wrong = not isinstance(value, list)
        return _not(value, "a list", at) if wrong else _all(value, lambda _: inner[0], enumerate(value), at)
    if origin is dict:
        wrong = not isinstance(value, dict)
        return _not(value, "a map", at) if wrong else _all(value, lambda _: inner[1], value.items(), at)
    if hasattr(kind, "__required_keys__"):
        return _misfits_of_object(value, get_type_hints(kind), at)
    allowed = (int, float) if kind is float else kind
    strange = not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool)
    return _not(value, kind.__name__, at) if strange else []


def _misfits_of_object(value: Any, kinds: dict[str, Any], at: str) -> list[str]:
    if not isinstance(value, dict):
        return _not(value, "an object", at)
    unknown = [f"{at}.{key} is in no table" for key in value.keys() - kinds.keys()]
    missing = [f"{at}.{key} is missing" for key in kinds.keys() - value.keys()]
    known = [(key, one) for key, one in value.items() if key in kinds]
    return unknown + missing + _all(value, kinds.__getitem__, known, at)


def _all(_: Any, kind_of: Any, items: Any, at: str) -> list[str]:
    return [fault for key, one in items for fault in misfits(one, kind_of(key), f"{at}.{key}")]


def _not(value: Any, what: str, at: str) -> list[str]:
    return [f"{at} is {value!r:.60}, not {what}"]
