"""Rows of CSV as RFC 4180 writes them: exact for programs, harmless in a spreadsheet where others chose the words."""

from collections.abc import Iterable

from bot.report.escape import terminal

FORMULAS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with in a spreadsheet, also in full width."""


def row(cells: Iterable[str]) -> str:
    """One row with the end of its line, each cell exactly as it is."""
    return ",".join(map(_quoted, cells)) + "\n"


def harmless(text: str) -> str:
    """What others wrote, as a cell for a person's spreadsheet: one line without control characters, which no program
    takes for a formula: an apostrophe stands before what could begin one."""
    words = " ".join(terminal(text).split())
    return f"'{words}" if words.startswith(FORMULAS) else words


def _quoted(cell: str) -> str:
    bare = cell and cell == cell.strip() and not any(sign in cell for sign in ',"\r\n')
    return cell if bare or not cell else '"' + cell.replace('"', '""') + '"'
