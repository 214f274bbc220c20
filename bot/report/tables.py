"""Tables: plain tab-separated lines for a pipe, drawn ones for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.report.escape import inline
from bot.report.wrapped import columns, wrapped

LONGEST_CELL = 300
WHOLE = frozenset({"handle"})
"""Columns whose cells are not broken where it can be helped."""


@dataclass(frozen=True)
class Table:
    """Rows of text under named columns; cells may be hostile, the forms below make them harmless."""

    columns: tuple[str, ...]
    rows: tuple[Sequence[str], ...]
    title: str = ""
    numbers: frozenset[str] = frozenset()
    """Columns to set flush right."""


def plain(table: Table) -> str:
    """A line of column names and a line a row, cells separated by tabs: for cut, sort and awk."""
    rows = [table.columns, *table.rows]
    return "\n".join("\t".join(inline(cell, LONGEST_CELL) for cell in row) for row in rows)


def _least(table: Table) -> int:
    """How many columns of a terminal it takes so that no word is broken."""
    cells = zip(table.columns, *table.rows, strict=True)
    wholes = [list(map(inline, column)) if column[0] in WHOLE else inline(" ".join(column)).split() for column in cells]
    return sum(max(map(columns, words), default=0) + 3 for words in wholes) + 1


def stacked(table: Table, width: int) -> str:
    """A row a block: its first two cells, and below them the others that say something, by their names."""
    blocks = []
    for row in table.rows:
        first, *others = zip(table.columns, (inline(cell, LONGEST_CELL) for cell in row), strict=True)
        beside = f"  {others.pop(0)[1]}" if others else ""
        below = [f"  {name}: {cell}" for name, cell in others if cell]
        blocks.append(wrapped("\n".join([f"{first[1]}{beside}", *below]), width))
    return "\n".join(blocks)


def drawn(table: Table, width: int = 80, colour: bool = True) -> str:
    """The table as a terminal of so many columns shows it, with ANSI colours unless told otherwise; where its words do
    not fit beside each other, a row a block.

    rich is imported here alone, since it costs more time than all else that a short command does.
    """
    if _least(table) > width:
        return stacked(table, width)
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    frame = Drawn(title=Text(inline(table.title)) if table.title else None, title_justify="left", box=box.SIMPLE_HEAD)
    for column in table.columns:
        frame.add_column(
            Text(column),
            justify="right" if column in table.numbers else "left",
            overflow="fold",
            no_wrap=column in WHOLE,
        )
    for row in table.rows:
        frame.add_row(*(Text(inline(cell, LONGEST_CELL)) for cell in row))
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    console.print(frame)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n")


def shown(table: Table, terminal: bool, width: int = 80, colour: bool = True) -> str:
    """The table in the form that fits where it goes."""
    return drawn(table, width, colour) if terminal else plain(table)
