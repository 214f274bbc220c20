"""Tables: plain tab-separated lines for a pipe, drawn ones for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.report.escape import inline

LONGEST_CELL = 300


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


def drawn(table: Table, width: int = 80, colour: bool = True) -> str:
    """The table as a terminal of so many columns shows it, with ANSI colours unless told otherwise.

    rich is imported here alone, since it costs more time than all else that a short command does.
    """
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    frame = Drawn(title=Text(inline(table.title)) if table.title else None, title_justify="left", box=box.SIMPLE_HEAD)
    for column in table.columns:
        frame.add_column(Text(column), justify="right" if column in table.numbers else "left", overflow="fold")
    for row in table.rows:
        frame.add_row(*(Text(inline(cell, LONGEST_CELL)) for cell in row))
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    console.print(frame)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n")


def shown(table: Table, terminal: bool, width: int = 80, colour: bool = True) -> str:
    """The table in the form that fits where it goes."""
    return drawn(table, width, colour) if terminal else plain(table)
