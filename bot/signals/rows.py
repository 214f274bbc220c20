"""The features of an account's posts as rows of numbers, some hundred bytes a post, to be kept and read back."""

import json
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from zlib import crc32

from bot.signals.features import Features, Link
from bot.signals.masks import mask_of
from bot.signals.text import RUN

LAYOUT = 2
"""Of the packed form. What another version packed is worked out again."""
HEAD = struct.Struct("<BIIIIII")
"""Layout, the checksum of all that follows, then how many there are of rows, links, different links, runs, and bytes
that tell which runs come again."""
SHORTENED, ELSEWHERE = 1, 2
"""Bits of what is told of a link."""


class Rows:
    """Features, oldest first, a column each. Links are kept once each, in a table of columns as well, and their domains
    and sites as places among the names; runs one behind the other."""

    def __init__(self, posts: Iterable[Features] = ()) -> None:
        self.post, self.parent, self.at = array("I"), array("I"), array("q")
        self.kind, self.has = array("B"), array("B")
        self.whom, self.words, self.tags, self.text = array("I"), array("H"), array("H"), array("I")
        self.link_counts, self.link_places = array("H"), array("I")
        """How many links each row has; and where each stands in the table."""
        self.address, self.domain, self.site, self.told = array("I"), array("I"), array("I"), array("B")
        """Of each different link, as in Link; `told` are SHORTENED and ELSEWHERE."""
        self.run = array("I")
        self._again: int | None = None
        self._texts = b"[[null],[]]"
        """The names and the authors as they are kept, until somebody looks at them."""
        self._numbers = (
            self.post,
            self.parent,
            self.at,
            self.kind,
            self.has,
            self.whom,
            self.words,
            self.tags,
            self.text,
        )
        """In the order of Features, whose first fields they are."""
        for post in posts:
            self.add(post)

    @cached_property
    def names(self) -> list[str | None]:
        """Domains and sites of links, each once; the first is None, for what is not told."""
        names: list[str | None] = json.loads(self._texts)[0]
        return names

    @cached_property
    def authors(self) -> dict[int, tuple[str, ...]]:
        """Whom the link card names, by row; most rows have none."""
        return {row: tuple(names) for row, names in json.loads(self._texts)[1]}

    @cached_property
    def table(self) -> list[Link]:
        """Every link of these posts, once."""
        columns = zip(self.address, self.domain, self.site, self.told, strict=True)
        return [
            Link(address, self.names[domain], self.names[site], bool(told & SHORTENED), bool(told & ELSEWHERE))
            for address, domain, site, told in columns
        ]

    @property
    def again(self) -> int:
        """Which of the runs stand there more than once: bit n speaks of run n."""
        if self._again is None:
            often = Counter(self.run)
            self._again = mask_of(often[run] > 1 for run in self.run) if len(often) < len(self.run) else 0
        return self._again

    @cached_property
    def _place_of(self) -> dict[Link, int]:
        return {link: place for place, link in enumerate(self.table)}

    @cached_property
    def _name_of(self) -> dict[str | None, int]:
        return {name: place for place, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.at)

    def add(self, post: Features) -> None:
        """One row more, behind the others."""
        if post.authors:
            self.authors[len(self)] = post.authors
        for column, value in zip(self._numbers, post[:9], strict=True):
            column.append(value)
        self.link_counts.append(len(post.links))
        for link in post.links:
            if link not in self._place_of:
                self._enter(link)
            self.link_places.append(self._place_of[link])
        self.run.extend(post.runs)
        self._again = None

    def _enter(self, link: Link) -> None:
        """One link more in the table."""
        self._place_of[link] = len(self.table)
        self.table.append(link)
        self.address.append(link.address)
        for column, name in ((self.domain, link.domain), (self.site, link.site)):
            column.append(self._name_of.setdefault(name, len(self.names)))
            if column[-1] == len(self.names):
                self.names.append(name)
        self.told.append(link.shortened * SHORTENED | link.elsewhere * ELSEWHERE)

    def link_ends(self) -> list[int]:
        """Where in `link_places` each row's links end, with a 0 before the first: row n's are [n] to [n + 1]."""
        return [0, *accumulate(self.link_counts)]

    def run_ends(self) -> list[int]:
        """Likewise in `run`."""
        return [0, *accumulate(self.run_counts())]

    def run_counts(self) -> "array[int]":
        """How many runs each row has: as many as words, but for two."""
        return array("H", [words - RUN + 1 if words >= RUN else 0 for words in self.words])

    def __iter__(self) -> Iterator[Features]:
        """The features of each row."""
        return self.picked(range(len(self)))

    def picked(self, rows: Iterable[int]) -> Iterator[Features]:
        """The features of some rows, by their numbers."""
        links, runs = self.link_ends(), self.run_ends()
        for n in rows:
            run = tuple(self.run[runs[n] : runs[n + 1]])
            told = tuple(self.table[place] for place in self.link_places[links[n] : links[n + 1]])
            yield Features._make((*(column[n] for column in self._numbers), run, told, self.authors.get(n, ())))

    def packed(self) -> bytes:
        """All of it as bytes, the same on every machine."""
        texts = json.dumps([self.names, sorted(self.authors.items())], separators=(",", ":")).encode()
        again = self.again.to_bytes((self.again.bit_length() + 7) // 8, "little")
        columns = (_little(column).tobytes() for columns in self._columns() for column in columns)
        body = b"".join([*columns, again, texts])
        return HEAD.pack(LAYOUT, crc32(body), *(len(columns[0]) for columns in self._columns()), len(again)) + body

    @classmethod
    def unpacked(cls, data: bytes) -> "Rows":
        """What `packed` packed. Raises ValueError where it is damaged, or another version's."""
        try:
            layout, checksum, *sizes, again = HEAD.unpack_from(data)
        except struct.error as error:
            raise ValueError(str(error)) from error
        if layout != LAYOUT or checksum != crc32(memoryview(data)[HEAD.size :]):
            raise ValueError("not packed by this version, or damaged")
        made, at = cls(), HEAD.size
        for many, columns in zip(sizes, made._columns(), strict=True):
            for column in columns:
                column.frombytes(data[at : at + many * column.itemsize])
                at += many * column.itemsize
                _little(column)
        made._again, made._texts = int.from_bytes(data[at : at + again], "little"), data[at + again :]
        return made

    @classmethod
    def kept(cls, data: bytes | None, many: int) -> "Rows | None":
        """What was packed of so many posts. None where nothing was, where it is damaged, another version's or of other
        posts: then they have to be read anew."""
        try:
            rows = cls.unpacked(data) if data is not None else None
        except ValueError:
            return None
        return rows if rows is not None and len(rows) == many else None

    def _columns(self) -> list[tuple["array[int]", ...]]:
        """Those of rows, of links, of different links and of runs, as they are packed."""
        of_links = (self.address, self.domain, self.site, self.told)
        return [(*self._numbers, self.link_counts), (self.link_places,), of_links, (self.run,)]


def _little(column: "array[int]") -> "array[int]":
    """The column with its bytes in the order in which they are kept."""
    if sys.byteorder == "big":
        column.byteswap()
    return column
