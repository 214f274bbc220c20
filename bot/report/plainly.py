"""Our words as JSON: each field by its name, times in ISO 8601, and what is empty or unknown left out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

EMPTY: tuple[Any, ...] = (None, "", [], {})


def plainly(value: Any) -> Any:
    """A word, or anything made of words, as JSON-ready values."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return plainly({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        told = {str(name): plainly(held) for name, held in value.items()}
        return {name: held for name, held in told.items() if held not in EMPTY}
    assert isinstance(value, Sequence)  # noqa: S101 - the words hold nothing else
    return [plainly(held) for held in value]


def line(value: Any) -> str:
    """The same as a line of ASCII, so that no text of others steers a terminal."""
    return json.dumps(plainly(value), separators=(",", ":")) + "\n"
