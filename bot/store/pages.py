"""What stands in the pages of a file of SQLite, read without SQLite: for one that is too damaged for it.

The format is that of sqlite.org/fileformat.html. Nothing is asked of the file's beginning: every page tells by itself
whether it is a leaf of a table, and what its rows hold. What cannot be is left out, cell by cell.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

Value = int | float | str | bytes | None

MAGIC = b"SQLite format 3\0"
USUAL_SIZE = 4096
"""Bytes of a page, where the file does not say."""
SIZES = frozenset(2**n for n in range(9, 17))
LEAF_OF_TABLE, LEAF_OF_KEYS, BRANCH_OF_KEYS = 13, 10, 2
"""Kinds of pages that hold rows: by number, and by key. A branch of keys holds rows that no leaf does."""
HEADS = {LEAF_OF_TABLE: 8, LEAF_OF_KEYS: 8, BRANCH_OF_KEYS: 12}
MOST = 64_000_000
"""Bytes of a row; what claims to be longer is no row."""
FREE_AT = 32
"""Where the first page says which is the first of those that list pages of no use any more."""
LOG_MAGIC = (0x377F0682, 0x377F0683)
LOG_HEAD, FRAME_HEAD = 32, 24


@dataclass(frozen=True, slots=True)
class Cell:
    """A row as it lies in a page."""

    number: int | None
    """Its number; None in a table that is ordered by its key."""
    values: tuple[Value, ...]


class Pages:
    """The pages of a file."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            held = mmap(file.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else b""
        self.data = memoryview(held)
        self.size = _size_told(self.data) or USUAL_SIZE

    def __len__(self) -> int:
        return len(self.data) // self.size

    def cells(self) -> Iterator[Cell]:
        """Every row that can be read, wherever it lies, but not those of pages that were given up."""
        free = set(self._free())
        for number in range(1, len(self) + 1):
            if number not in free:
                yield from self._cells(number)

    def _page(self, number: int) -> memoryview:
        """Raises IndexError where there is none."""
        if not 1 <= number <= len(self):
            raise IndexError(number)
        return self.data[(number - 1) * self.size : number * self.size]

    def _free(self) -> Iterator[int]:
        """Pages of no use any more, which still hold what was once removed; nothing where that list is damaged."""
        seen: set[int] = set()
        trunk = _number(self.data, FREE_AT) if self.data[: len(MAGIC)] == MAGIC else 0
        while 0 < trunk <= len(self) and trunk not in seen:
            seen.add(trunk)
            page = self._page(trunk)
            yield trunk
            many = min(_number(page, 4), self.size // 4 - 2)
            yield from (_number(page, 8 + 4 * n) for n in range(many))
            trunk = _number(page, 0)

    def _cells(self, number: int) -> Iterator[Cell]:
        page = self._page(number)
        begins = 100 if number == 1 else 0
        kind = page[begins]
        head = HEADS.get(kind)
        if head is None:
            return
        many = _short(page, begins + 3)
        for place in range(begins + head, min(begins + head + 2 * many, self.size - 1), 2):
            try:
                yield self._cell(page, _short(page, place), kind)
            except (IndexError, ValueError, struct.error):
                continue

    def _cell(self, page: memoryview, at: int, kind: int) -> Cell:
        """Raises ValueError, IndexError or struct.error where it is none."""
        at += 4 if kind == BRANCH_OF_KEYS else 0
        length, at = _varint(page, at)
        row = None
        if kind == LEAF_OF_TABLE:
            row, at = _varint(page, at)
        if not 0 < length <= min(MOST, len(self.data)):
            raise ValueError(length)
        return Cell(row, _values(self._payload(page, at, length, in_table=kind == LEAF_OF_TABLE)))

    def _payload(self, page: memoryview, at: int, length: int, *, in_table: bool) -> bytes:
        """The bytes of a row, with those that lie on pages of their own because the row is long."""
        most = self.size - 35 if in_table else (self.size - 12) * 64 // 255 - 23
        if length <= most:
            return _cut(page, at, length)
        least = (self.size - 12) * 32 // 255 - 23
        here = least + (length - least) % (self.size - 4)
        here = here if here <= most else least
        parts = [_cut(page, at, here)]
        left, following = length - here, _number(page, at + here)
        while left > 0:
            far = self._page(following)
            part = min(left, self.size - 4)
            parts.append(bytes(far[4 : 4 + part]))
            left, following = left - part, _number(far, 0)
        return b"".join(parts)


def take_in(log: Path, file: Path) -> None:
    """Write into a file what was committed in a log that belongs to it; nothing where that is no log."""
    with log.open("rb") as told, file.open("r+b") as into:
        head = memoryview(told.read(LOG_HEAD))
        size, salts = _number(head, 8), bytes(head[16:24])
        if _number(head, 0) not in LOG_MAGIC or size not in SIZES:
            return
        places: dict[int, int] = {}
        while len(frame := told.read(FRAME_HEAD + size)) == FRAME_HEAD + size and frame[8:16] == salts:
            number, committed = struct.unpack_from(">II", frame)
            places[number] = told.tell() - size
            if committed:
                onward = told.tell()
                for one, place in places.items():
                    told.seek(place)
                    into.seek((one - 1) * size)
                    into.write(told.read(size))
                into.truncate(committed * size)
                told.seek(onward)
                places.clear()


def _size_told(data: memoryview) -> int | None:
    """The size of its pages that a file tells, where it does."""
    if len(data) < 100 or data[: len(MAGIC)] != MAGIC:
        return None
    told = _short(data, 16)
    size = 65536 if told == 1 else told
    return size if size in SIZES else None


def _values(payload: bytes) -> tuple[Value, ...]:
    """The columns of a row. Raises ValueError, IndexError or struct.error where it is none."""
    view = memoryview(payload)
    ends, at = _varint(view, 0)
    kinds = []
    while at < ends:
        kind, at = _varint(view, at)
        kinds.append(kind)
    if at != ends:
        raise ValueError("a row whose head is longer than it says")
    values = []
    for kind in kinds:
        value, at = _value(payload, kind, at)
        values.append(value)
    if at != len(payload):
        raise ValueError("a row that is longer than its columns")
    return tuple(values)


WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _value(payload: bytes, kind: int, at: int) -> tuple[Value, int]:
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], at
    if kind in WIDTHS:
        return int.from_bytes(_cut(payload, at, WIDTHS[kind]), "big", signed=True), at + WIDTHS[kind]
    if kind == 7:
        return float(struct.unpack_from(">d", payload, at)[0]), at + 8
    if kind < 12:
        raise ValueError(kind)
    length = (kind - 12) // 2
    part = _cut(payload, at, length)
    return (part.decode("utf-8") if kind % 2 else part), at + length


def _cut(data: bytes | memoryview, at: int, length: int) -> bytes:
    part = bytes(data[at : at + length])
    if len(part) < length:
        raise ValueError("a row that goes on beyond its page")
    return part


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends. Raises IndexError."""
    value = 0
    for place in range(at, at + 8):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    value = value << 8 | data[at + 8]
    return value - (1 << 64 if value >> 63 else 0), at + 9


def _number(data: memoryview, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _short(data: memoryview, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
