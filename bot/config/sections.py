"""Maps with known keys: a part of the file that fills one of our frozen types, or names signals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.config import meant
from bot.config.describe import defaults, meaning, meanings
from bot.config.faults import Faults, did_you_mean, shown
from bot.config.kinds import Kind, Number
from bot.config.yaml_reader import misread, tag
from bot.judging.rules import Bounds
from bot.signals import BY_NAME, UNITS


@dataclass(frozen=True)
class Key:
    """One key of a section: its kind and the field that it fills."""

    name: str
    kind: Kind
    field: str
    required: bool = False


@dataclass(frozen=True)
class Section:
    """A map whose keys fill the fields of a dataclass; `check` gives a complaint about the whole, or None."""

    cls: type
    keys: tuple[Key, ...]
    check: Callable[[Any], str | None] = lambda value: None
    elsewhere: Callable[[str], str] = lambda name: ""
    """Under which key of this section something belongs that is none of its keys; empty where that is not known."""
    also: tuple[str, ...] = ()
    """Keys of its other forms, which may have been meant by an unknown one."""
    partial: bool = False
    """Give only what the file says, as field -> value, for the caller to lay over other defaults."""

    def read(self, node: Node, faults: Faults) -> Any:
        """The object, or None where a required key is missing or unreadable."""
        values = self.values(node, faults)
        if values is None or any(values.get(key.field) is None for key in self.keys if key.required):
            return None
        good = {name: value for name, value in values.items() if value is not None}
        if self.partial:
            return good
        value = self.cls(**good)
        complaint = self.check(value) if len(good) == len(node.value) else None
        if complaint:
            faults.add(node.start_mark, complaint)
        return value

    def values(self, node: Node, faults: Faults) -> dict[str, Any] | None:
        """Field -> what the file says (None where that is wrong), for the keys that it has."""
        entries = _entries(node, self.words(), faults)
        if entries is None:
            return None
        by_name = {key.name: key for key in self.keys}
        values: dict[str, Any] = {}
        before: Node | None = None
        for name, value in entries:
            key = by_name.get(_text(name))
            comma, before = _decimal_comma(before, name, value), value
            if comma:
                faults.add(name.start_mark, comma)
            elif key is None:
                faults.add(
                    name.start_mark, unknown_key(_text(name), [*by_name, *self.also], self.elsewhere(_text(name)))
                )
            else:
                values[key.field] = key.kind.read(value, faults)
        for key in self.keys:
            if key.required and key.field not in values:
                faults.add(node.start_mark, f"{shown(key.name)} is missing; allowed: {key.kind.words()}")
        return values

    def schema(self) -> dict[str, Any]:
        """An object without further properties, each described and with its default."""
        required = [key.name for key in self.keys if key.required]
        return {
            "type": "object",
            "description": meaning(self.cls),
            "additionalProperties": False,
            "properties": {key.name: key.kind.schema() | self._described(key) for key in self.keys},
        } | ({"required": required} if required else {})

    def _described(self, key: Key) -> dict[str, Any]:
        default = defaults(self.cls).get(key.field)
        described = {"description": meanings(self.cls)[key.field]}
        return described if default is None or self.partial else {**described, "default": default}

    def words(self) -> str:
        """Its keys."""
        return "a map of " + ", ".join(key.name for key in self.keys)


@dataclass(frozen=True)
class SignalBounds:
    """A map of signals to the bounds of their readings; `least` is how many there must be."""

    least: int = 0
    beside: Callable[[], Iterable[str]] = tuple
    """Tells the keys that may stand beside the map, and are sometimes written into it."""

    def read(self, node: Node, faults: Faults) -> dict[str, Bounds | None] | None:
        """Signal -> bounds, None for those that are wrong; None where too few are left."""
        entries = _entries(node, self.words(), faults)
        if entries is None:
            return None
        if len(entries) < self.least:
            faults.add(node.start_mark, f"no signal is bounded here; allowed: {self.words()}")
        bounds: dict[str, Bounds | None] = {}
        for name, value in entries:
            if _text(name) in BY_NAME:
                bounds[_text(name)] = bounds_of(_text(name)).read(value, faults)
            else:
                faults.add(name.start_mark, _unknown_signal(_text(name), beside=self.beside()))
        return bounds if len(bounds) >= self.least else None

    def schema(self) -> dict[str, Any]:
        """An object with the signals as its properties."""
        properties = {
            name: bounds_of(name).schema() | {"description": " ".join(signal.doc.split())}
            for name, signal in BY_NAME.items()
        }
        shape = {"type": "object", "additionalProperties": False, "properties": properties}
        return {**shape, "minProperties": self.least} if self.least else shape

    def words(self) -> str:
        """Their form."""
        return "signals with their bounds, such as link_share: {at_least: 0.9}"


@dataclass(frozen=True)
class OneBounds:
    """The bounds of one signal's reading, within the range that its unit allows."""

    number: Number

    def read(self, node: Node, faults: Faults) -> Bounds | None:
        """The bounds."""
        if isinstance(node, ScalarNode) and node.value:
            raw = str(node.value)
            what = meant.bound(raw) or f"a bare {shown(raw)} does not say which side"
            faults.add(node.start_mark, f"{what}; allowed: {self.words()}")
            return None
        keys = (Key("at_least", self.number, "at_least"), Key("at_most", self.number, "at_most"))
        bounds: Bounds | None = Section(Bounds, keys, _possible).read(node, faults)
        return bounds

    def schema(self) -> dict[str, Any]:
        """An object with one bound or two."""
        keys = (Key("at_least", self.number, "at_least"), Key("at_most", self.number, "at_most"))
        return Section(Bounds, keys).schema() | {"minProperties": 1}

    def words(self) -> str:
        """Their form."""
        return f"{{at_least: …}}, {{at_most: …}} or both, each {self.number.words()}"


def _possible(bounds: Bounds) -> str | None:
    least, most = bounds.at_least, bounds.at_most
    if least is None and most is None:
        return "no bound; allowed: at_least, at_most or both"
    if least is not None and most is not None and least > most:
        return f"no reading can be at least {least:g} and at most {most:g}; allowed: at_least no greater than at_most"
    return None


def bounds_of(signal: str) -> OneBounds:
    """The kind of a signal's bounds."""
    least, most = UNITS[BY_NAME[signal].unit]
    return OneBounds(Number(least or 0.0, most))


def _entries(node: Node, allowed: str, faults: Faults) -> list[tuple[Node, Node]] | None:
    if isinstance(node, MappingNode) and tag(node) == "map":
        return list(node.value)
    what = misread(node)
    if isinstance(node, SequenceNode):
        what = "a list, where keys are wanted: leave out the '- '"
    elif isinstance(node, ScalarNode) and node.value:
        what = f"no map of keys{meant.keys(str(node.value))}"
    faults.add(node.start_mark, f"{what}; allowed: {allowed}")
    return None


def _decimal_comma(before: Node | None, name: Node, value: Node) -> str:
    """What to say of `{at_least: 0,95}`, in which YAML reads a key 95; empty where it is something else."""
    if not (isinstance(before, ScalarNode) and _text(name).isdigit() and isinstance(value, ScalarNode)):
        return ""
    whole, rest = str(before.value), _text(name)
    is_number = whole.isdigit() and not value.value and name.start_mark.line == before.end_mark.line
    return f"a decimal comma in {shown(f'{whole},{rest}')} (did you mean {whole}.{rest}?)" if is_number else ""


def _text(name: Node) -> str:
    return str(name.value) if isinstance(name, ScalarNode) else "?"


SECRETS = frozenset(
    """token access_token password app_password bot_password secret client_secret session access_key
    api_key apikey key credentials login""".split()
)
"""Keys under which people would put what must not stand in a file that they copy around and show."""

RENAMED = {"proof": "own_feed"}
"""Keys of earlier versions -> what they are called now."""


BOUNDS = ("at_least", "at_most")


def _unknown_signal(name: str, beside: Iterable[str]) -> str:
    """What to say of a key among signals that is none."""
    if name in BOUNDS:
        return f"{shown(name)} bounds a signal: write it below one, such as link_share: {{{name}: 0.9}}"
    if name in beside:
        return f"{shown(name)} is no signal: it belongs one level up, beside `when:`"
    return f"unknown signal {shown(name)}; `quietfeed signals` lists those allowed{did_you_mean(name, BY_NAME)}"


def unknown_key(name: str, allowed: Iterable[str], elsewhere: str = "") -> str:
    """What to say of a key that no option has; `elsewhere` names those below which it would be one."""
    if (secret := name.partition(":")[0].casefold().replace("-", "_")) in SECRETS:
        return (
            f"{shown(secret)} is a secret and does not belong in this file: remove it, and run `quietfeed login`, or "
            "set QUIETFEED_<PROFILE>_TOKEN (Mastodon), _APP_PASSWORD or _BOT_PASSWORD (Bluesky) in the environment"
        )
    names = list(allowed)
    if RENAMED.get(name) in names:
        return f"{shown(name)} is called {shown(RENAMED[name])} now: rename the key"
    if guess := meant.key(name, names):
        return f"{guess}; allowed: {', '.join(names)}"
    if elsewhere:
        return f"{shown(name)} belongs one level deeper, below {elsewhere}"
    return f"unknown key {shown(name)}; allowed: {', '.join(names)}{did_you_mean(name, names)}"
