"""Bounds moved in the text of a config: only what must change changes, and every other byte stays as it was.

YAML libraries that write a file anew lay its blanks and line ends out in their own way. Here the parser only tells
where things stand, and the text is changed in these places.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from bot.config.faults import ConfigError, Faults
from bot.config.loading import read
from bot.config.rule_options import SHIPPED
from bot.config.types import Config
from bot.config.yaml_reader import parse
from bot.errors import UserError
from bot.judging.moves import Move, moved
from bot.judging.rules import Bounds, Rule

PLAIN = re.compile(r"[A-Za-z][\w '/+-]*")
"""Names that may stand without quotes, where YAML reads them as text."""


class CannotEdit(UserError):
    """The file is written in a way that cannot be changed in place."""


def edited(text: str, path: Path, moves: Sequence[Move]) -> str:
    """The text of the config at `path` with these bounds moved.

    A rule that stands in the file is changed where it stands, or where the file says `use:` of it; another one that is
    shipped or included by such a `use:` with that bound alone. Raises CannotEdit where that comes to anything but the
    same config with these bounds, as where a bound stands elsewhere, under an alias.
    """
    before = read(text, path)
    after, rules = text, before.rules
    for move in moves:
        after = _moved(after, move, next(rule for rule in rules if rule.name == move.rule))
        rules = moved(rules, [move], before.minimum)
    try:
        now = read(after, path)
    except ConfigError as fault:
        if isinstance(parse(after, Faults()), MappingNode):
            raise CannotEdit(f"{path} cannot be changed so: {fault.faults[0].message}") from None
        raise _by_hand(text, path, moves) from None
    if now.rules != rules or _others(now) != _others(before):
        raise _by_hand(text, path, moves)
    return after


def _others(config: Config) -> Config:
    """What of a config no move changes."""
    changing = {"rules": (), "include": (), "fingerprint": "", "warnings": (), "files": ()}
    return replace(config, **changing)  # type: ignore[arg-type]


def _by_hand(text: str, path: Path, moves: Sequence[Move]) -> CannotEdit:
    """The fault that says what is to be changed, and in which lines, as far as it stands in some."""
    root = parse(text, Faults())
    bounds = "; ".join(
        f"“{move.rule}”: {named(move)} {spelled(move.instead)}{_line(_end(_own(root, move.rule), move))}"
        for move in moves
    )
    return CannotEdit(f"{path} is written in a way that quietfeed cannot change; change it by hand: {bounds}")


def _line(node: Node | None) -> str:
    return f" (line {node.start_mark.line + 1})" if node is not None else ""


def spelled(bound: float) -> str:
    """A bound as a person writes it: 0.97, 80."""
    return f"{bound:.4f}".rstrip("0").rstrip(".")


def named(move: Move) -> str:
    """What is moved: `link_share at_least`, `unless reply_share at_least`, `evidence own_posts`."""
    if move.under == "evidence":
        return f"{move.under} {move.signal}"
    return f"{'unless ' if move.under == 'unless' else ''}{move.signal} {move.end}"


def _moved(text: str, move: Move, rule: Rule) -> str:
    root = parse(text, Faults())
    if not isinstance(root, MappingNode):
        return text
    own = _own(root, move.rule)
    if own is None:
        return _with_rule(text, root, _at(root, "rules"), f"{move.under}: {{{_bounds(move, rule)}}}", move.rule)
    return _in_rule(text, own, move, rule)


def _own(root: Node | None, name: str) -> Node | None:
    """The rule of that name as it stands in the file, or what it says of one that is used."""
    rules = _at(root, "rules")
    items = rules.value if isinstance(rules, SequenceNode) else []
    return next((item for item in items if name in (_said(item, "name"), _said(item, "use"))), None)


def _end(own: Node | None, move: Move) -> Node | None:
    """Where the end of the bound stands that is moved."""
    held = _at(_at(own, move.under), move.signal, own=True)
    return held if move.under == "evidence" else _at(held, move.end)


def _in_rule(text: str, own: Node, move: Move, rule: Rule) -> str:
    """The text with the bound changed in a rule that stands there, or added to it."""
    part = _at(own, move.under)
    held, end = _at(part, move.signal, own=True), _end(own, move)
    if end is not None:
        return text[: end.start_mark.index] + spelled(move.instead) + text[end.end_mark.index :]
    if isinstance(part, MappingNode) and part.value and held is None:
        first = next((key for key, _ in part.value if _is_within(key, part)), None)
        return _before(text, part, first, _bounds(move, rule)) if first else text
    return _after_name(text, own, f"{move.under}: {{{_bounds(move, rule)}}}")


def _after_name(text: str, own: Any, entry: str) -> str:
    """A key put into a rule, behind its name."""
    place = next(i for i, (key, _) in enumerate(own.value) if key.value in ("name", "use"))
    if place + 1 < len(own.value):
        return _before(text, own, own.value[place + 1][0], entry)
    end = own.value[place][1].end_mark.index
    if own.flow_style:
        return f"{text[:end]}, {entry}{text[end:]}"
    line = _end_of_line(text, end)
    return f"{text[:line]}{_newline(text)}{' ' * own.value[0][0].start_mark.column}{entry}{text[line:]}"


def _before(text: str, within: CollectionNode, node: Node, entry: str) -> str:
    """An entry of a map put before one of its keys."""
    at: int = node.start_mark.index
    between = ", " if within.flow_style else _newline(text) + " " * node.start_mark.column
    return text[:at] + entry + between + text[at:]


def _with_rule(text: str, root: MappingNode, rules: Node | None, part: str, name: str) -> str:
    """The text with that part of the rule of that name at the end of its rules."""
    newline, shown = _newline(text), name_words(name)
    item = f"  - use: {shown}{newline}    {part}"
    if isinstance(rules, SequenceNode) and rules.value:
        return _at_the_end(text, rules, shown, part)
    if isinstance(rules, ScalarNode) and rules.value == SHIPPED and not root.flow_style:
        start, end = rules.start_mark.index, rules.end_mark.index
        line = _end_of_line(text, end)
        kept = (text[:start].rstrip() + text[end:line]).rstrip(" ")
        return f"{kept}{newline}  - use: {SHIPPED}{newline}{item}{text[line:]}"
    if rules is not None or root.flow_style:
        return text
    shipped = "" if _at(root, "include") is not None else f"  - use: {SHIPPED}{newline}"
    ends = "" if text.endswith("\n") else newline
    return f"{text}{ends}{newline}rules:{newline}{shipped}{item}{newline}"


def _at_the_end(text: str, rules: SequenceNode, name: str, part: str) -> str:
    """The text with an item behind the last one of a list."""
    newline, last = _newline(text), _last(rules.value[-1])
    if rules.flow_style:
        return f"{text[:last]}, {{use: {name}, {part}}}{text[last:]}"
    indent = " " * _dash(text, rules)
    item = f"{indent}- use: {name}{newline}{indent}  {part}"
    if text[last - 1] == "\n":  # it ended with a text of several lines
        return f"{text[:last]}{item}{newline}{text[last:]}"
    line = _end_of_line(text, last)
    return f"{text[:line]}{newline}{item}{text[line:]}"


def _dash(text: str, rules: SequenceNode) -> int:
    """The column in which the dashes of a list stand."""
    at: int = rules.start_mark.index
    return at - text.rfind("\n", 0, at) - 1


def _last(node: Node) -> int:
    """Where the last word of a node ends; its own end may lie behind blank lines and comments."""
    if isinstance(node, CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _last(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    return end


def _bounds(move: Move, rule: Rule) -> str:
    """`link_share: {at_least: 0.97}`: the signal with both ends, where it has two; of evidence `own_posts: 40`."""
    if move.under == "evidence":
        return f"{move.signal}: {spelled(move.instead)}"
    return f"{move.signal}: {bounds_words(move.bounds(rule))}"


def bounds_words(bounds: Bounds) -> str:
    """`{at_least: 0.97}`, as the file has it."""
    said = {end: getattr(bounds, end) for end in Bounds.__dataclass_fields__}
    return "{" + ", ".join(f"{end}: {spelled(at)}" for end, at in said.items() if at is not None) + "}"


def name_words(name: str) -> str:
    """A rule's name as YAML reads it back."""
    plain = PLAIN.fullmatch(name) and not name.endswith(" ") and yaml.safe_load(name) == name
    return name if plain else json.dumps(name, ensure_ascii=False)


def _at(node: Node | None, key: str, *, own: bool = False) -> Node | None:
    """What stands under a key of a map; only of its `own` keys, not of those that it has by `<<:`."""
    if not isinstance(node, MappingNode):
        return None
    found = ((name, value) for name, value in node.value if isinstance(name, ScalarNode) and name.value == key)
    return next((value for name, value in found if not own or _is_within(name, node)), None)


def _is_within(part: Node, node: Node) -> bool:
    """Whether a part of a node stands in its text, not elsewhere under a `&name`."""
    return bool(node.start_mark.index <= part.start_mark.index < node.end_mark.index)


def _said(node: Node, key: str) -> str | None:
    value = _at(node, key)
    return str(value.value).strip() if isinstance(value, ScalarNode) else None


def _end_of_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    end = found if found >= 0 else len(text)
    return end - 1 if text[at:end].endswith("\r") else end


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
