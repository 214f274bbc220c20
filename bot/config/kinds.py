"""What may stand at one place of the file: each kind reads a node, gives its JSON Schema, and says itself in words."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.config import meant
from bot.config.faults import Faults, did_you_mean, listed, shown
from bot.config.yaml_reader import misread, sexagesimal, tag

SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
DURATION = re.compile(r"(\d{1,9}) ?([smhdw]|seconds?|minutes?|hours?|days?|weeks?)")
PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9_]*)?(\.[0-9_]*)?")
MOST_TEXT = 2000
ENDLESS = frozenset({"forever", "always", "permanent", "permanently", "indefinitely", "infinite"})


class Kind(Protocol):
    """What may stand at one place of the file."""

    def read(self, node: Node, faults: Faults) -> Any:
        """The value, or None after noting what is wrong."""

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""

    def words(self) -> str:
        """What is allowed, in a few words: `a whole number from 1 to 5`."""


@dataclass(frozen=True)
class Text:
    """A piece of text. `check` gives a complaint, or None; `tidy` brings it into one form."""

    what: str = "text"
    pattern: str = ""
    check: Callable[[str], str | None] = lambda text: None
    tidy: Callable[[str], str] = str.strip
    empty: bool = False
    meant: Callable[[str], str | None] = lambda text: None
    """What may have been meant by a single value that is not allowed."""

    def read(self, node: Node, faults: Faults) -> str | None:
        """The text, tidied."""
        complaint = misread(node) if tag(node) != "str" or not isinstance(node, ScalarNode) else self._wrong(node.value)
        guess = self.meant(str(node.value)) if complaint and isinstance(node, ScalarNode) else None
        if guess and guess != node.value:
            complaint = f'{shown(str(node.value))} does not fit (did you mean "{guess}", in quotes?)'
        if complaint:
            faults.add(node.start_mark, f"{complaint}; allowed: {self.what}")
            return None
        return self.tidy(node.value)

    def _wrong(self, text: str) -> str | None:
        if not text.strip():
            return None if self.empty and not text else "empty"
        if len(text) > MOST_TEXT:
            return f"too long: {len(text)} characters, at most {MOST_TEXT}"
        if self.pattern and not re.fullmatch(self.pattern, text):
            return f"{shown(text)} does not fit"
        return self.check(text)

    def schema(self) -> dict[str, Any]:
        """A string, with its pattern."""
        return {"type": "string"} | ({"pattern": f"^({self.pattern})$"} if self.pattern else {})

    def words(self) -> str:
        """What it is."""
        return self.what


def one_line(text: str) -> str | None:
    """A complaint about what is no short text on one line."""
    if any(not c.isprintable() for c in text):
        return f"{shown(text)} has characters that cannot be shown"
    return f"too long: {len(text)} characters, at most 80" if len(text) > 80 else None


LINE = Text("a short text", check=one_line)


@dataclass(frozen=True)
class Choice:
    """One of a few words, read as `make` wants them."""

    allowed: tuple[str, ...]
    make: Callable[[str], Any] = str
    unspoken: tuple[str, ...] = ()
    """Those of the words that are offered to nobody."""
    never: Mapping[str, str] = field(default_factory=dict)
    """Words that people look for in vain -> what to say of them."""

    @property
    def offered(self) -> tuple[str, ...]:
        """What may be chosen from."""
        return tuple(word for word in self.allowed if word not in self.unspoken)

    def read(self, node: Node, faults: Faults) -> Any:
        """The word."""
        if isinstance(node, ScalarNode) and node.value in self.allowed and tag(node) == "str":
            return self.make(node.value)
        is_text = isinstance(node, ScalarNode) and tag(node) == "str"
        why = self.never.get(node.value.casefold()) if is_text else None
        complaint = why or (f"unknown word {shown(node.value)}" if is_text else misread(node))
        hint = did_you_mean(node.value, self.offered) if is_text and not why else ""
        faults.add(node.start_mark, f"{complaint}; allowed: {listed(self.offered)}{hint}")
        return None

    def schema(self) -> dict[str, Any]:
        """An enum."""
        return {"enum": list(self.allowed)}  # an editor does not complain of what is read

    def words(self) -> str:
        """The words."""
        return "one of " + ", ".join(f"`{word}`" for word in self.offered)


@dataclass(frozen=True)
class Number:
    """A number in a range, both ends included."""

    least: float = 0
    most: float | None = None
    whole: bool = False

    def read(self, node: Node, faults: Faults) -> float | None:
        """The number; an int where `whole`."""
        complaint = self._wrong(node)
        if complaint:
            faults.add(node.start_mark, f"{complaint}; allowed: {self.words()}")
            return None
        value = float(node.value.replace("_", ""))
        return int(value) if self.whole or value.is_integer() else value

    def _wrong(self, node: Node) -> str | None:
        if not isinstance(node, ScalarNode):
            return f"{'a list' if isinstance(node, SequenceNode) else 'a map of keys'}, where a number is wanted"
        raw, kind = str(node.value), tag(node)
        if kind not in ("int", "float"):
            guess = meant.number(raw, self.most, quoted=node.style in ("'", '"'))
            return f"{shown(raw)} is not a number{guess}" if raw else misread(node)
        in_base_60 = sexagesimal(raw)
        if in_base_60 is not None:
            return f"YAML reads {shown(raw)} as the number {in_base_60:g}, in base 60: write a plain number"
        if not PLAIN_NUMBER.fullmatch(raw):
            octal = re.fullmatch(r"[-+]?0[0-7_]+", raw)
            return f"YAML reads {shown(raw)} as octal" if octal else f"{shown(raw)} is not a plain decimal number"
        value = float(raw.replace("_", ""))
        if not math.isfinite(value) or value < self.least or (self.most is not None and value > self.most):
            return f"{shown(raw)} is out of range{meant.number(raw, self.most, quoted=False)}"
        return f"{shown(raw)} is not whole" if self.whole and not value.is_integer() else None

    def schema(self) -> dict[str, Any]:
        """A number or an integer with its limits."""
        limits = {"minimum": self.least} | ({} if self.most is None else {"maximum": self.most})
        return {"type": "integer" if self.whole else "number", **limits}

    def words(self) -> str:
        """Its range."""
        sort = "a whole number" if self.whole else "a number"
        return f"{sort} from {self.least:g}" + (" up" if self.most is None else f" to {self.most:g}")


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def read(self, node: Node, faults: Faults) -> bool | None:
        """The truth."""
        if isinstance(node, ScalarNode) and tag(node) == "bool":
            return str(node.value).casefold() in ("true", "yes", "on")
        raw = shown(node.value) if isinstance(node, ScalarNode) and node.value else "this"
        faults.add(node.start_mark, f"{raw} is neither true nor false; allowed: {self.words()}")
        return None

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def words(self) -> str:
        """Both."""
        return "`true` or `false`"


@dataclass(frozen=True)
class Duration:
    """A stretch of time such as `30d`: a whole number and one unit."""

    least: timedelta = timedelta()
    most: timedelta = timedelta(days=3650)

    def read(self, node: Node, faults: Faults) -> timedelta | None:
        """The stretch."""
        complaint = self._wrong(node)
        if complaint:
            faults.add(node.start_mark, f"{complaint}; allowed: {self.words()}")
            return None
        return duration(node.value)

    def _wrong(self, node: Node) -> str | None:
        if not isinstance(node, ScalarNode) or not node.value:
            return misread(node)
        raw = str(node.value)
        if raw.isascii() and raw.isdigit():
            fits = next((f" (did you mean {shown(raw + unit)}?)" for unit in "dm" if self._fits(raw + unit)), "")
            return f"{shown(raw)} lacks its unit{fits}"
        if raw.casefold() in ENDLESS:
            return f"{shown(raw)} is no duration (did you mean {shown(in_words(self.most))}, the longest?)"
        if duration(raw) is None:
            return f"{shown(raw)} is no duration{meant.duration(raw)}"
        return None if self._fits(raw) else f"{shown(raw)} is out of range"

    def _fits(self, raw: str) -> bool:
        value = duration(raw)
        return value is not None and self.least <= value <= self.most

    def schema(self) -> dict[str, Any]:
        """A string of digits and unit."""
        return {"type": "string", "pattern": f"^{DURATION.pattern}$", "examples": ["30d", "12h", "10m"]}

    def words(self) -> str:
        """Its range."""
        return f"a duration from {in_words(self.least)} to {in_words(self.most)}, such as 30d, 12h or 10m"


def duration(text: str) -> timedelta | None:
    """`30d`, or `30 days`, as a timedelta; None where it is none."""
    found = DURATION.fullmatch(text)
    try:
        return timedelta(**{SPANS[found[2][0]]: int(found[1])}) if found else None
    except OverflowError:
        return None


def in_words(value: timedelta) -> str:
    """A timedelta as the file writes it, in the largest unit that fits: 36 h is `36h`, 48 h is `2d`."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


@dataclass(frozen=True)
class ListOf:
    """A list of one kind; what could not be read stands in it as None."""

    item: Kind
    least: int = 0

    def read(self, node: Node, faults: Faults) -> tuple[Any, ...] | None:
        """The items."""
        if not isinstance(node, SequenceNode):
            found = "empty" if isinstance(node, ScalarNode) and not node.value else "not a list"
            faults.add(node.start_mark, f"{found}; allowed: {self.words()}, each on its own line after '- '")
            return None
        if len(node.value) < self.least:
            faults.add(node.start_mark, f"the list is empty; allowed: {self.words()}")
        return tuple(self.item.read(item, faults) for item in node.value)

    def schema(self) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.item.schema()} | ({"minItems": self.least} if self.least else {})

    def words(self) -> str:
        """Of what."""
        return f"a list, each item {self.item.words()}"


@dataclass(frozen=True)
class OneOrMore(ListOf):
    """One of a kind by itself, or a list."""

    def read(self, node: Node, faults: Faults) -> tuple[Any, ...] | None:
        """The items."""
        if isinstance(node, ScalarNode) and node.value:
            return (self.item.read(node, faults),)
        return super().read(node, faults)

    def schema(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [self.item.schema(), super().schema()]}

    def words(self) -> str:
        """Of what."""
        return f"{self.item.words()}, or a list of such"


@dataclass(frozen=True)
class Quota:
    """So many posts a day, as `10/day`."""

    def read(self, node: Node, faults: Faults) -> int | None:
        """The number."""
        found = re.fullmatch(r"([1-9][0-9]{0,4})/day", str(node.value)) if isinstance(node, ScalarNode) else None
        if found is None:
            faults.add(node.start_mark, f"{misread(node)}; allowed: {self.words()}")
            return None
        return int(found[1])

    def schema(self) -> dict[str, Any]:
        """A string of number and unit."""
        return {"type": "string", "pattern": "^[1-9][0-9]{0,4}/day$", "examples": ["10/day"]}

    def words(self) -> str:
        """Its form."""
        return "posts a day, such as 10/day"


@dataclass(frozen=True)
class Names:
    """A map of anything, each with a `&name` by which it is used elsewhere; gives its keys."""

    def read(self, node: Node, faults: Faults) -> tuple[str, ...] | None:
        """The keys."""
        if not isinstance(node, MappingNode):
            found = "empty" if isinstance(node, ScalarNode) and not node.value else "no map of keys"
            faults.add(node.start_mark, f"{found}; allowed: {self.words()}")
            return None
        for key, value in node.value:
            if not _has_name(value, set()):
                name = re.sub(r"\W+", "-", str(key.value)).strip("-") or "name"
                what = f"nothing here has a &name by which it could be used; allowed: {self.words()}"
                faults.add(value.start_mark, what.replace("few", name))
        return tuple(str(key.value) for key, _ in node.value)

    def schema(self) -> dict[str, Any]:
        """Anything."""
        return {"minProperties": 1}

    def words(self) -> str:
        """Its form."""
        return "values to be used elsewhere, such as few: &few {at_most: 1}, which *few stands for"


def _has_name(node: Any, seen: set[int]) -> bool:
    """Whether a value, or a part of it, has a `&name`."""
    if id(node) in seen:
        return False
    seen.add(id(node))
    parts = node.value if isinstance(node, SequenceNode | MappingNode) else []
    inner = [part for pair in parts for part in pair] if isinstance(node, MappingNode) else parts
    return bool(getattr(node, "anchor", "")) or any(_has_name(part, seen) for part in inner)
