"""Mastodon's CSV forms of mutes, lists and follows, as its Import and export page writes them and takes them back.

What it writes: mastodon/mastodon app/models/export.rb. What it takes: app/models/form/import.rb, which goes by the
names of the columns, then by the name of the file, and so do we. Other software writes the same, or addresses alone.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot import handles
from bot.errors import UserError
from bot.report.csv import row

MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 20_000
"""Mastodon takes no more either."""
LONGEST_SHOWN = 60
ADDRESS = "account address"
"""The column in which each of its forms names accounts."""
LIST = "list name"


class Form(StrEnum):
    """What a file says of the accounts in it."""

    MUTES = "mutes"
    LISTS = "lists"
    FOLLOWS = "follows"
    BLOCKS = "blocks"
    ADDRESSES = "addresses"
    """It does not say."""


COLUMNS = {
    "hide notifications": Form.MUTES,
    "show boosts": Form.FOLLOWS,
    "notify on new posts": Form.FOLLOWS,
    "languages": Form.FOLLOWS,
    LIST: Form.LISTS,
}
NAMES = {
    "mut": Form.MUTES,
    "follows": Form.FOLLOWS,
    "following": Form.FOLLOWS,
    "lists": Form.LISTS,
    "block": Form.BLOCKS,
}
"""How the names of files begin."""
NO_ACCOUNTS = {"#domain": "blocked domains", "#uri": "bookmarks"}
"""First columns of forms in which no accounts stand."""
NO_TEXT = {
    rb"PK\x03\x04": "an archive: unpack it first, and name a file in it",
    rb"\x1f\x8b": "packed: unpack it first",
    rb"\s*<(?:!doctype|html|\?xml)": "a web page: the server may have asked for a login instead of giving the file",
    rb"\s*(?:\{|\[\s*\{?)\s*\"": "JSON",
}
"""How other files begin."""
QUOTED = re.compile(r'"[^"]*"')
FIRST_ROW = re.compile(rf"(?:{QUOTED.pattern}|[^\"\n])*")
"""Up to the first line end that is not in quotes."""


@dataclass(frozen=True, slots=True)
class Named:
    """An account that a file names."""

    line: int
    """Counted from 1."""
    address: str
    """`user@host`, as `bot.handles` spells it."""
    title: str = ""
    """Of lists: which one."""


@dataclass(frozen=True, slots=True)
class Odd:
    """A line that names no account, and why."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in a file."""

    form: Form
    named: tuple[Named, ...]
    """Each account once, of lists once in each."""
    odd: tuple[Odd, ...]


def mutes(addresses: Iterable[str]) -> Iterator[str]:
    """The form of mutes, line by line. Notifications are not hidden, as in what quietfeed mutes itself."""
    yield row(("Account address", "Hide notifications"))
    yield from (row((address, "false")) for address in addresses)


def lists(members: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The form of lists, of titles and addresses; it has no names of columns."""
    yield from map(row, members)


def follows(addresses: Iterable[str]) -> Iterator[str]:
    """The form of follows, without boosts. What is left empty stays as it is
    (app/models/concerns/account/interactions.rb, `follow!`)."""
    yield row(("Account address", "Show boosts", "Notify on new posts", "Languages"))
    yield from (row((address, "false", "", "")) for address in addresses)


def read(data: bytes, name: str, own_host: str) -> Table:
    """The accounts in a file called `name`; a name without host is one of `own_host`, the owner's own server.

    Raises UserError, with the line, where it is none of the forms.
    """
    lines = _rows(_text(data, name), name)
    if not lines:
        raise UserError(f"{name} is empty")
    first = [cell.strip().casefold() for cell in lines[0][1]]
    headed = ADDRESS in first and not any(map(_is_address, first))  # a list may be called so
    form = _form(first, lines[0][1], name, headed=headed)
    address = first.index(ADDRESS) if headed else 1 if form is Form.LISTS else 0
    title = (first.index(LIST) if LIST in first else 0) if form is Form.LISTS else None
    named: dict[tuple[str, str], Named] = {}
    odd: list[Odd] = []
    for line, cells in lines[1:] if headed else lines:
        found = _named(line, cells, (address, title), own_host)
        if isinstance(found, Odd):
            odd.append(found)
        else:
            named.setdefault((found.title, found.address), found)
    return Table(form, tuple(named.values()), tuple(odd))


def _named(line: int, cells: Sequence[str], at: tuple[int, int | None], own_host: str) -> Named | Odd:
    address, title = at
    written = cells[address].strip() if address < len(cells) else ""
    if not written:
        return Odd(line, "no address")
    handle = handles.parse(written)
    whole = handles.whole(handle, own_host) if handle else ""
    if "@" not in whole:
        return Odd(line, f"“{_shown(written)}” is no account's address")
    if title is not None and not cells[title].strip():
        return Odd(line, "no list")
    return Named(line, whole, cells[title].strip() if title is not None else "")


def _form(first: Sequence[str], cells: Sequence[str], name: str, *, headed: bool) -> Form:
    by_name = re.split(r"[/\\]", name)[-1].casefold()
    guessed = next((form for begins, form in NAMES.items() if by_name.startswith(begins)), Form.ADDRESSES)
    if headed:
        return next((COLUMNS[column] for column in first if column in COLUMNS), guessed)
    if len(cells) > 1 and _is_address(cells[1]):
        return Form.LISTS
    if first[0] in NO_ACCOUNTS:
        raise UserError(f"{name} holds {NO_ACCOUNTS[first[0]]}, not accounts")
    if not _is_address(cells[0]):
        raise UserError(
            f"{name}:1: “{_shown(cells[0])}” is neither the name of a column that Mastodon writes nor an account's "
            f"address. Its files begin with “Account address”, or with a list and an address"
        )
    return Form.ADDRESSES if guessed is Form.LISTS else guessed


def _is_address(cell: str) -> bool:
    return "@" in (handles.parse(cell) or "")


def _text(data: bytes, name: str) -> str:
    """What the bytes say. Raises UserError where they are no text, or too many."""
    if len(data) > MOST_BYTES:
        raise UserError(f"{name} is larger than {MOST_BYTES // 1024**2} MB: Mastodon's forms are not")
    other = next((what for begins, what in NO_TEXT.items() if re.match(begins, data, re.IGNORECASE)), "")
    if other:
        raise UserError(f"{name} is no CSV but {other}")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as fault:
        line = 1 if wide else data.count(b"\n", 0, fault.start) + 1
        raise UserError(f"{name}:{line}: this is no UTF-8 text. Save it as CSV in UTF-8") from None
    if "\0" in text:
        raise UserError(f"{name} is no CSV: there are null bytes in it")
    return text


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, cells))
            if len(found) > MOST_LINES:
                raise UserError(f"{name} has more than {MOST_LINES:,} lines: Mastodon takes no more either. Divide it")
            line = reader.line_num + 1
    except csv.Error as fault:
        unclosed = "unexpected end" in str(fault)
        what = "a quotation mark that opens here is not closed" if unclosed else f"{fault}"
        raise UserError(f"{name}:{line}: {what}. Nothing was taken") from None
    return found


def _separator(text: str) -> str:
    """What stands between the cells of the first row, in quotes or not; spreadsheets write `;` or tabs in some
    countries."""
    head = FIRST_ROW.match(text.lstrip())
    bare = QUOTED.sub("", head[0] if head else "")
    return "," if "," in bare else max(";\t", key=bare.count)


def _shown(text: str) -> str:
    words = re.sub(r"\s+", " ", text.strip())
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"
