"""Threads: own posts that the account continues itself, found among its rows."""

from bisect import bisect_left
from typing import NamedTuple

from bot.signals.features import Kind
from bot.signals.masks import numbers, set_of, with_bit
from bot.signals.rows import Rows


class Threads(NamedTuple):
    """What of an account's posts hangs together. Posts are told by the numbers of their rows."""

    parts: list[list[int]]
    """The threads that have several parts, each oldest first; the one begun first is the first."""
    further: int
    """A mask of the posts that only go on talking to somebody else, which are no own posts."""
    hanging: list[tuple[int, int]]
    """Posts, each with the one that it is read as going on from."""


def threads(rows: Rows) -> Threads:
    """The threads among the rows. A self-reply belongs to the post that it answers where that is known, otherwise to
    the own post begun before it."""
    kinds = rows.kind.tobytes()
    parts = with_bit(kinds, Kind.PART)
    if not parts:
        return Threads([], 0, [])
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
    return Threads(sorted(found.values()), set_of(further), hanging)
