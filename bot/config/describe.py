"""What a dataclass says of its fields: the docstring below each, read from the source, so that docs have one home."""

import ast
import inspect
import sys
from dataclasses import MISSING, fields
from datetime import timedelta
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Any

from bot.config.kinds import in_words


@cache
def meanings(cls: type) -> dict[str, str]:
    """Field -> its docstring on one line; fields without one are left out."""
    module = ast.parse(inspect.getsource(sys.modules[cls.__module__]))
    body = next(node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == cls.__name__)
    found: dict[str, str] = {}
    for field, below in pairwise(body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            found[field.target.id] = " ".join(below.value.value.split())
    return found


def meaning(cls: type) -> str:
    """A class's docstring on one line."""
    return " ".join((inspect.getdoc(cls) or "").split())


@cache
def defaults(cls: type) -> dict[str, Any]:
    """Field -> default as the file would write it; None stands for unset; sections and required fields left out."""
    found: dict[str, Any] = {}
    for field in fields(cls):
        if field.default is not MISSING:
            found[field.name] = written(field.default)
    return found


def written(value: Any) -> Any:
    """A value in the file's own form."""
    if isinstance(value, timedelta):
        return in_words(value)
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
