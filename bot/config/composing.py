"""A config's text composed into YAML's nodes, each with its place, aliases and merged maps in place."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from bot.config.faults import did_you_mean, listed

TAG = "tag:yaml.org,2002:"
MOST_NODES = 50_000
"""Maps, lists and values of a config with aliases, what these stand for counted wherever it is used: a small file of
them can stand for a huge one."""
MERGE = f"{TAG}merge"
WORD = re.compile(r"[a-z][a-z_-]{0,19}")
"""What people call a part of their config."""


class _Composer(Composer):
    """Composes nodes; an alias (`*name`) gives the node of its `&name`, and `<<: *name` the keys of that map."""

    peek_event: Callable[[], Any]

    def __init__(self) -> None:
        Composer.__init__(self)
        self.open: list[str] = []
        """The `&names` of the maps and lists that are being composed."""
        self.sizes: dict[int, int] = {}

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = self.peek_event()
        name = getattr(event, "anchor", None)
        if isinstance(event, yaml.events.AliasEvent):
            self._refuse_alias(str(name), event.start_mark)
        self.open.append(str(name or ""))
        node: Any = super().compose_node(parent, index)
        self.open.pop()
        if name and not isinstance(event, yaml.events.AliasEvent):
            node.anchor = name
        if isinstance(node, MappingNode):
            node.value = list(_merged(node))
        parts = node.value if isinstance(node, SequenceNode) else [part for pair in _pairs(node) for part in pair]
        self.sizes[id(node)] = 1 + sum(self.sizes[id(part)] for part in parts)
        if self.sizes[id(node)] > max(MOST_NODES, len(self.sizes)):
            raise _composing("this is too large for a config, with all that its aliases (*name) stand for", event)
        return node  # type: ignore[no-any-return]

    def _refuse_alias(self, name: str, mark: Any) -> None:
        where = self.peek_event()
        if name in self.open:
            raise _composing(f"*{name} stands inside of what &{name} names: that would have no end", where)
        if name not in self.anchors:
            known = [f"&{one}" for one in self.anchors]
            there = f"what stands before it is {listed(known, 'and')}" if known else "none stands before it"
            near = did_you_mean(f"*{name}", [f"*{one}" for one in self.anchors])
            said = name if WORD.fullmatch(name) else "…"  # a password may begin with a star
            raise _composing(
                f"*{said} means what &{said} names; {there}{near}; text that starts with * must stand in quotes",
                where,
            )


class _Careful(_Composer, yaml.SafeLoader):
    """Reads by PyYAML itself, which words its faults so that they can be told in ours."""

    def __init__(self, text: str) -> None:
        yaml.SafeLoader.__init__(self, text)
        _Composer.__init__(self)


def _quick() -> Callable[[str], Any] | None:
    """Reads by libyaml, several times as quick, where PyYAML was built with it: the same nodes at the same places, or a
    YAMLError."""
    try:
        from yaml import cyaml
    except ImportError:
        return None

    class Quick(_Composer, cyaml.CParser, Resolver):  # type: ignore[name-defined, misc]
        def __init__(self, text: str) -> None:
            cyaml.CParser.__init__(self, text)  # type: ignore[attr-defined]
            _Composer.__init__(self)
            Resolver.__init__(self)

        def compose_node(self, parent: Node | None, index: int) -> Node | None:
            node: Any = super().compose_node(parent, index)
            if isinstance(node, ScalarNode) and not (node.value or node.style):
                raise yaml.YAMLError("a value is missing: libyaml sees another place")
            return node  # type: ignore[no-any-return]

    return Quick


QUICK = _quick()
OTHERWISE = re.compile(r"^(?! *#)[^\n]*[\t?]", re.MULTILINE)
"""Characters that libyaml takes in places where PyYAML does not; in a line that is a comment neither looks at them."""


def composed(text: str) -> Node | None:
    """The root node; None of an empty text. Raises what PyYAML itself raises, whichever reads."""
    if QUICK is not None and not OTHERWISE.search(text):
        try:
            return _root(QUICK(text))
        except yaml.YAMLError:  # libyaml has other words, and other places
            pass
    return _root(_Careful(text))


def _root(loader: Any) -> Node | None:
    try:
        return loader.get_single_node()  # type: ignore[no-any-return]
    finally:
        loader.dispose()


def _composing(problem: str, event: Any) -> yaml.composer.ComposerError:
    return yaml.composer.ComposerError(None, None, problem, event.start_mark)


def _pairs(node: Any) -> list[tuple[Node, Node]]:
    return node.value if isinstance(node, MappingNode) else []


def _merged(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """The entries of a map, and behind them those of the maps under `<<:` whose keys it does not have."""
    own = [(key, value) for key, value in node.value if key.tag != MERGE]
    taken = {key.value for key, _ in own if isinstance(key, ScalarNode)}
    yield from own
    for key, value in node.value:
        for other in (value.value if isinstance(value, SequenceNode) else [value]) if key.tag == MERGE else ():
            if not isinstance(other, MappingNode):
                raise _composing("`<<:` takes the *name of a map, or a list of such", other)
            for name, inner in other.value:
                if isinstance(name, ScalarNode) and name.value not in taken:
                    taken.add(name.value)
                    yield name, inner
