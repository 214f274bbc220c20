"""YAML as nodes that know their places: size, encoding, syntax, doubled keys, and what YAML misreads."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.config.composing import TAG, composed
from bot.config.faults import ConfigError, Fault, Faults, Mark, shown
from bot.errors import UserError

MOST_BYTES = 512 * 1024
"""A greater file is no config; it is refused before it is read."""
GREATER = (
    "a bound is written {at_least: 0.9} or {at_most: 0.1}; other text that starts with > or | must stand in quotes"
)
HINTS = (
    ("'\\t'", "a tab: indent with spaces"),
    ("'@'", "text that starts with @ must stand in quotes"),
    ("'%'", "text that starts with % must stand in quotes"),
    ("'`'", "text that starts with ` must stand in quotes"),
    ("mapping values are not allowed", "a colon that YAML does not expect here: mend the indentation, or put the "
     "text in quotes"),
    ("found duplicate anchor", "this &name stands twice: give each a name of its own"),
    ("another document", "only one document is allowed: remove the line ---"),
    ("found '<stream end>'", "a [list] or {map} is not closed, or a # in it starts a comment: put such text in quotes"),
    ("expected ',' or", "a [list] or {map} is not closed, or a # in it starts a comment: put such text in quotes"),
    ("found unexpected end of stream", "a quote is not closed"),
    ("expected <block end>", "the indentation does not fit the lines above"),
    ("could not find expected ':'", "a key without a colon and a space behind it, or a wrong indentation"),
    ("chomping or indentation", GREATER),
    ("expected a comment or a line break", GREATER),
    ("'>'", GREATER),
    ("'|'", GREATER),
)  # fmt: skip
"""Part of PyYAML's message -> what the owner should do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A mark of our own, for faults outside of any node."""

    line: int = 0
    column: int = 0


def text_of(path: Path) -> str:
    """The file's text. Raises UserError where it cannot be read, ConfigError where it is not UTF-8."""
    return decoded(bytes_of(path), path)


def bytes_of(path: Path) -> bytes:
    """The file as it lies there. Raises UserError where it cannot be read, or is too large for a config."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UserError(f"{path} does not exist; run `quietfeed init` to write a config") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a directory; name the config file in it") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}; check its permissions") from None
    if len(raw) > MOST_BYTES:
        raise UserError(f"{path} is larger than {MOST_BYTES // 1024} KB; a config is a short text file")
    return raw


def decoded(raw: bytes, path: Path) -> str:
    """The text that these bytes are. Raises ConfigError where they are not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        place = _place(before, len(before))
        message = "not UTF-8 text: save the file as UTF-8"
        raise ConfigError(path, [Fault(place.line + 1, place.column + 1, message)]) from None


def parse(text: str, faults: Faults) -> Node | None:
    """The root node, or None with a fault where there is none. Doubled keys are faults wherever they stand."""
    try:
        root = composed(text)
    except yaml.reader.ReaderError as error:
        faults.add(_place(text, error.position), "a control character that YAML does not allow: remove it")
    except yaml.MarkedYAMLError as error:
        faults.add(*_syntax(error, text))
    except RecursionError:
        faults.add(Place(), "nested too deeply for a config")
    else:
        if root is None:
            faults.add(Place(), "the file is empty: run `quietfeed init`, or copy config.example.yaml")
            return None
        _doubled_keys(root, faults)
        return root
    return None


def _place(text: str, index: int) -> Place:
    before = text[:index]
    return Place(before.count("\n"), len(before) - before.rfind("\n") - 1)


def _syntax(error: yaml.MarkedYAMLError, text: str) -> tuple[Mark, str]:
    """Where a fault of YAML is to be mended, and how."""
    place: Mark = error.problem_mark or error.context_mark or Place()
    if error.context_mark is not None and "quoted scalar" in (error.context or ""):
        return error.context_mark, "not valid YAML: a quote is opened here and not closed"
    quote = _long_quote(text)
    if quote is not None:
        last = quote.end_mark.line + 1
        return quote.start_mark, f"not valid YAML: a quote is opened here that goes on to line {last}: close it"
    problem = error.problem or error.context or "unreadable"
    if "expected ':'" in problem and error.context_mark is not None:
        place = error.context_mark  # where the key begins; YAML misses the colon only at the next one
    if "\u00a0" in "".join(text.split("\n")[place.line : place.line + 1]):
        return place, "not valid YAML: a no-break space, as copied text has them: type a plain space"
    hint = next((hint for part, hint in HINTS if part in problem or part in (error.context or "")), "")
    return place, f"not valid YAML: {hint or problem}"


def _long_quote(text: str) -> Any:
    """The last quoted text before a fault, where it goes over several lines: its closing quote may be missing, so that
    it goes on to the opening quote of another."""
    last = None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            last = token if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"') else last
    except yaml.YAMLError:
        pass
    return last if last is not None and last.end_mark.line > last.start_mark.line else None


def _doubled_keys(root: Node, faults: Faults) -> None:
    nodes, seen = [root], set[int]()
    while nodes:
        node = nodes.pop()
        if id(node) in seen:  # it stands under an alias too
            continue
        seen.add(id(node))
        if isinstance(node, SequenceNode):
            nodes.extend(node.value)
        elif isinstance(node, MappingNode):
            first: dict[str, int] = {}
            for key, value in node.value:
                nodes.append(value)
                if isinstance(key, ScalarNode) and key.value in first:
                    line = first[key.value] + 1
                    faults.add(key.start_mark, f"key {shown(key.value)} stands here twice (first on line {line})")
                elif isinstance(key, ScalarNode):
                    first[key.value] = key.start_mark.line


def tag(node: Node) -> str:
    """`str`, `int`, `float`, `bool`, `null`, `timestamp`, `map`, `seq`; anything else is a tag of the file's own."""
    return str(node.tag).removeprefix(TAG)


def misread(node: Node) -> str:
    """Why this is no text although the owner may have meant text: what YAML makes of it, and the way out."""
    if not str(node.tag).startswith(TAG):
        return f"YAML tag {shown(str(node.tag))} is not supported: remove it"
    if isinstance(node, MappingNode):
        return "a map of keys, where text is wanted"
    if isinstance(node, SequenceNode):
        return "a list, where a single text is wanted"
    raw, kind = str(node.value), tag(node)
    quoted = f'put it in quotes: "{shown(raw)[1:-1]}"'
    if kind == "null" and not raw:
        return "empty: a # starts a comment, so put text with # in quotes" if _comment_follows(node) else "empty"
    reading = {
        "null": "nothing",
        "bool": "true" if raw.casefold() in ("y", "yes", "on", "true") else "false",
        "int": _number_words(raw),
        "float": _number_words(raw),
        "timestamp": "a date",
    }.get(kind)
    if reading is None:
        return f"YAML tag {shown(str(node.tag))} is not supported: remove it"
    return f"YAML reads {shown(raw)} as {reading}: {quoted}"


def _comment_follows(node: Node) -> bool:
    mark: Any = node.start_mark
    return (
        mark.buffer is not None and re.match(r"[ \t]*#\S", mark.buffer[mark.pointer : mark.pointer + 200]) is not None
    )


def _number_words(raw: str) -> str:
    in_base_60 = sexagesimal(raw)
    if in_base_60 is not None:
        return f"a number in base 60 ({in_base_60:g})"
    if re.fullmatch(r"[-+]?0[0-7_]{1,40}", raw):
        return f"an octal number ({int(raw.replace('_', ''), 8)})"
    return "a number"


def sexagesimal(raw: str) -> float | None:
    """What YAML 1.1 makes of `12:30`: 750; None where it reads no such number."""
    if not re.fullmatch(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", raw):
        return None
    value = 0.0
    for digits in raw.lstrip("+-").replace("_", "").split(":"):
        value = value * 60 + float(digits)
    return value
