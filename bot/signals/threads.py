"""Threads: own posts that the account continues itself, found among its rows."""

from bot.signals.features import Kind
from bot.signals.masks import numbers, set_of, with_bit
from bot.signals.rows import Rows


def threads(rows: Rows) -> tuple[list[list[int]], int]:
    """The threads that have several parts, each as the numbers of its rows, oldest first; and a mask of those rows
    that only go on talking to somebody else, which are no own posts.

    A self-reply belongs to the post that it answers where that is known, otherwise to the own post begun before it.
    """
    kinds = rows.kind.tobytes()
    parts = with_bit(kinds, Kind.PART)
    if not parts:
        return [], 0
    reposts, replies = with_bit(kinds, Kind.REPOST), with_bit(kinds, Kind.REPLY)
    own = numbers(((1 << len(rows)) - 1) & ~(reposts | replies))
    written = {rows.post[n]: n for n in own}
    talk = {rows.post[n] for n in numbers(replies)}
    head_of: dict[int, int] = {}
    found: dict[int, list[int]] = {}
    further, newest = [], None
    for row in own:
        is_part, parent = bool(kinds[row] & Kind.PART), rows.parent[row]
        if is_part and parent in talk:
            talk.add(rows.post[row])
            further.append(row)
            continue
        before = head_of.get(written.get(parent, row)) if parent else newest
        if is_part and before is not None:
            head_of[row] = before
            found.setdefault(before, [before]).append(row)
        else:
            head_of[row] = newest = row
    return list(found.values()), set_of(further)
