"""Who begins next where many wait: a few places at work, shared among servers so that a bad one costs the others none.

A server gets one more place only while more are free than it holds already. So it never holds more than half of them,
however long it lets everybody wait; the next one never more than half of the rest, and so on: there is a place for
somebody on another server. Who waits longest goes first.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A profile whose turn has come."""

    profile: str
    server: str
    since: float
    """When its turn came, by the clock's steady count."""


def next_to_begin(waiting: Iterable[Waiting], at_work: Iterable[str], places: int) -> list[Waiting]:
    """Those who begin now, the longest waiting first; `at_work` names the server of each who holds a place."""
    held = Counter(at_work)
    free = places - held.total()
    begin = []
    for one in sorted(waiting, key=lambda one: one.since):
        if held[one.server] < free:
            held[one.server] += 1
            free -= 1
            begin.append(one)
    return begin
