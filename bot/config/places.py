"""Where things stand: the files of a config, and each rule's place in one."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.config.faults import Faults
from bot.config.types import Origin
from bot.judging.rules import Rule


def at(root: Node, *path: str | int) -> Any:
    """The mark of what stands at a path of keys and places; where the path ends early, of what was reached."""
    node = root
    for step in path:
        if isinstance(step, int) and isinstance(node, SequenceNode) and step < len(node.value):
            node = node.value[step]
        elif isinstance(step, str) and isinstance(node, MappingNode):
            node = next((v for k, v in node.value if isinstance(k, ScalarNode) and k.value == step), node)
    return node.start_mark


@dataclass(frozen=True)
class Source:
    """A file that was read: its name in messages, its path (None: shipped), its root and what is wrong in it."""

    name: str
    path: Path | None
    root: Node
    faults: Faults

    @property
    def folder(self) -> Path:
        """From where the files that it names are found."""
        return self.path.absolute().parent if self.path else Path()


@dataclass(frozen=True)
class Placed:
    """A rule and the place where it stands."""

    rule: Rule | None
    """None where it could not be read."""
    source: Source
    number: int
    origin: Origin = field(default_factory=Origin)

    def mark(self, *path: str | int) -> Any:
        """The mark of a part of it."""
        return at(self.source.root, "rules", self.number, *path)
