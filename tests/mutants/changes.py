"""The small changes that a source offers: a comparison turned, a statement dropped, a constant moved, and the like."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

COMPARISONS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "is": ("is not",),
    "is not": ("is",),
    "in": ("not in",),
    "not in": ("in",),
}
OPERATOR = re.compile(r"not\s+in\b|is\s+not\b|[<>=!]=|[<>]|\bin\b|\bis\b")
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
DROPPED = (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Return)
SELDOM_MATTERS = ("event",)
"""Calls that nothing hangs on: what the log says."""


@dataclass(frozen=True)
class Change:
    """Another text in place of some bytes of a source."""

    kind: str
    start: int
    end: int
    text: str
    line: int


def applied(source: str, change: Change) -> str:
    """The source with the change made."""
    raw = source.encode()
    return (raw[: change.start] + change.text.encode() + raw[change.end :]).decode()


def changes(source: str) -> list[Change]:
    """Every change that the source offers, in the order of its lines. Annotations, decorators and docstrings stay."""
    return sorted(_Source(source).changes(), key=lambda change: (change.start, change.end, change.text))


class _Source:
    """A source with the place of each line in it."""

    def __init__(self, source: str) -> None:
        self.raw = source.encode()
        self.tree = ast.parse(source)
        self.lines = [0]
        for line in self.raw.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def changes(self) -> Iterator[Change]:
        for node in _walk(self.tree):
            yield from self._of(node)

    def span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.lines[node.lineno - 1] + node.col_offset, self.lines[node.end_lineno - 1] + node.end_col_offset

    def change(self, kind: str, node: ast.AST, text: str) -> Change:
        start, end = self.span(node)
        return Change(kind, start, end, text, getattr(node, "lineno", 0))

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.raw[start:end].decode()

    def _of(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Compare):
            yield from self._comparison(node)
        elif isinstance(node, ast.Constant):
            yield from self._constant(node)
        elif isinstance(node, ast.BoolOp):
            yield from self._junction(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield self.change("a “not” dropped", node, self.text(node.operand))
        elif isinstance(node, ast.If | ast.IfExp):
            yield self.change("a condition turned", node.test, f"(not ({self.text(node.test)}))")
        elif isinstance(node, ast.Name) and node.id in NAMES:
            yield self.change("a word exchanged", node, NAMES[node.id])
        elif isinstance(node, DROPPED) and _matters(node):
            yield self.change("a statement dropped", node, "pass")

    def _comparison(self, node: ast.Compare) -> Iterator[Change]:
        """Parentheses around an operand belong to the stretch between the two, and hold no operator."""
        sides = [node.left, *node.comparators]
        for left, right in pairwise(sides):
            begin, end = self.span(left)[1], self.span(right)[0]
            found = OPERATOR.search(self.raw[begin:end].decode())
            if found is None:
                continue
            for other in COMPARISONS[" ".join(found.group().split())]:
                yield Change("a comparison turned", begin + found.start(), begin + found.end(), other, left.lineno)

    def _constant(self, node: ast.Constant) -> Iterator[Change]:
        if isinstance(node.value, bool):
            yield self.change("a boolean flipped", node, str(not node.value))
        elif isinstance(node.value, int | float):
            yield self.change("a constant moved", node, f"({self.text(node)} + 1)")
            yield self.change("a constant moved", node, f"({self.text(node)} - 1)")

    def _junction(self, node: ast.BoolOp) -> Iterator[Change]:
        word = "or" if isinstance(node.op, ast.And) else "and"
        parts = [f"({self.text(part)})" for part in node.values]
        yield self.change("“and” and “or” exchanged", node, f"({f' {word} '.join(parts)})")
        same = "and" if word == "or" else "or"
        for left_out in range(len(parts)):
            rest = f" {same} ".join(parts[:left_out] + parts[left_out + 1 :])
            yield self.change("a part of a condition dropped", node, f"({rest})")


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Everything but annotations, decorators, docstrings and the insides of f-strings."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list") or isinstance(node, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child)


def _matters(node: ast.AST) -> bool:
    """Whether a statement does something: no docstring, no line of the log, no return of nothing at the end."""
    if isinstance(node, ast.Expr):
        call = node.value
        if isinstance(call, ast.Constant):
            return False
        return not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SELDOM_MATTERS)
    return not isinstance(node, ast.Return) or node.value is None or isinstance(node.value, ast.Constant)
