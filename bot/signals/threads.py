"""Threads: own posts that the account continues itself, found among its rows."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from bot.signals.features import Kind
from bot.signals.masks import numbers, set_of, with_bit
from bot.signals.rows import Rows


class Threads:
    """What of an account's posts hangs together. Posts are told by the numbers of their rows."""

    def __init__(self, rows: Rows) -> None:
        self.parts, self.further, self._hanging = _found(rows)
        self.of = {row: (parts, n) for parts in self.parts for n, row in enumerate(parts, 1)}
        """Of each row of a thread with several parts, all its rows and how many had come by then."""
        self._open = _open(self.parts, len(rows))
        """How many threads have parts both before and from each number on."""

    def parts_of(self, number: int) -> Sequence[int]:
        """The rows that one post consists of: one, but for threads."""
        thread = self.of.get(number)
        return thread[0][: thread[1]] if thread else (number,)

    def together(self, column: "array[int]", join: Callable[[int, int], int]) -> "array[int]":
        """A column in which later parts speak of all the parts before them too."""
        if not self.parts:
            return column
        joined = column[:]
        for parts in self.parts:
            for before, part in pairwise(parts):
                joined[part] = join(joined[before], joined[part])
        return joined

    def open_at(self, number: int) -> Iterable[list[int]]:
        """Those that have parts both before and from that number on."""
        if not self._open[number]:
            return ()
        begun = self.parts[: bisect_left(self.parts, [number])]
        return islice((parts for parts in reversed(begun) if parts[-1] >= number), self._open[number])

    def stand_alone(self, first: int, last: int) -> bool:
        """Whether the posts with first <= number < last read as if there were no others: none of them goes on from one
        that is not among them."""
        here = range(first, last)
        return all(before in here for post, before in self._hanging if post in here)


class _Found(NamedTuple):
    parts: list[list[int]]
    """The threads that have several parts, each oldest first; the one begun first is the first."""
    further: int
    """A mask of the posts that only go on talking to somebody else, which are no own posts."""
    hanging: list[tuple[int, int]]
    """Posts, each with the one that it is read as going on from."""


def _found(rows: Rows) -> _Found:
    """The threads among the rows. A self-reply belongs to the post that it answers where that is known, otherwise to
    the own post begun before it."""
    kinds = rows.kind.tobytes()
    parts = with_bit(kinds, Kind.PART)
    if not parts:
        return _Found([], 0, [])
    reposts, replies = with_bit(kinds, Kind.REPOST), with_bit(kinds, Kind.REPLY)
    own = ((1 << len(rows)) - 1) & ~(reposts | replies)
    written = {rows.post[n]: n for n in numbers(own)}
    talk = {rows.post[n]: n for n in numbers(replies)}
    heads = numbers(own & ~parts)
    head_of: dict[int, int] = {}
    found: dict[int, list[int]] = {}
    further, hanging = [], []
    for row in numbers(own & parts):
        parent, begun = rows.parent[row], bisect_left(heads, row)
        before = talk.get(parent, written.get(parent)) if parent else heads[begun - 1] if begun else None
        if before is not None:
            hanging.append((row, before))
        if parent in talk:
            talk[rows.post[row]] = row
            further.append(row)
        elif before is None or before >= row:
            heads.insert(begun, row)
        else:
            head = head_of[row] = head_of.get(before, before)
            found.setdefault(head, [head]).append(row)
    return _Found(sorted(found.values()), set_of(further), hanging)


def _open(threads: Sequence[Sequence[int]], rows: int) -> list[int]:
    """By number, how many of the threads have parts both before and from there on."""
    steps = [0] * (rows + 2)
    for parts in threads:
        steps[parts[0] + 1] += 1
        steps[parts[-1] + 1] -= 1
    return list(accumulate(steps))
