"""Counts of what stands in the posts that are looked at, kept up to date as posts come and go.

A window that moves by a day has most of its posts in common with the one before: only what differs is counted.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

from bot.signals.masks import count, mask_of, numbers, set_of

T = TypeVar("T")
ONE = 1 << 64
"""More than the numbers of all posts together."""


class Tally(Generic[T]):
    """How often each thing stands in the posts that are looked at; good until it is asked for others."""

    def __init__(self, things: Callable[[Iterable[int]], Iterable[T]]) -> None:
        """`things` tells those of posts, by their numbers; one that they have twice counts twice."""
        self._things, self._seen = things, 0
        self.times: dict[T, int] = {}
        """By thing, how often it stands there; 0 of some that stand there no longer."""
        self.total = 0
        """How often all of them do."""
        self._often, self._most = [0], 0
        """How many things stand there that often, but for those that never do; and a number that none exceeds."""

    def of(self, posts: int) -> "Tally[T]":
        """The tally of these posts (a mask)."""
        if changed := posts ^ self._seen:
            come = list(self._things(numbers(posts & changed)))
            gone = list(self._things(numbers(self._seen & changed)))
            self._count(come, gone)
            self.total += len(come) - len(gone)
            self._seen = posts
        return self

    def _count(self, come: Sequence[T], gone: Iterable[T]) -> None:
        times, often = self.times, self._often
        self._most += len(come)
        often.extend([0] * (self._most + 1 - len(often)))
        for thing in come:
            before = times.get(thing, 0)
            times[thing] = before + 1
            often[before] -= 1
            often[before + 1] += 1
        for thing in gone:
            before = times[thing]
            times[thing] = before - 1
            often[before] -= 1
            often[before - 1] += 1
        while self._most and not often[self._most]:
            self._most -= 1

    @property
    def distinct(self) -> int:
        """How many different things stand there."""
        return -self._often[0]

    def top(self, many: int) -> int:
        """How often the so many most frequent things stand there together."""
        found = 0
        for times in range(self._most, 0, -1):
            some = min(many, self._often[times])
            found += some * times
            many -= some
            if not many:
                break
        return found


class Sums:
    """A number for each post, to be summed up over the posts that are looked at."""

    def __init__(self, amounts: Sequence[int]) -> None:
        """Those of the posts, from the first one on: whole numbers that are not negative."""
        self._bits = [
            mask_of(amount >> n & 1 for amount in amounts) for n in range(max(amounts, default=0).bit_length())
        ]
        """The posts whose number has that bit."""

    @property
    def all(self) -> int:
        """The posts whose number is not 0."""
        return reduce(or_, self._bits, 0)

    def of(self, posts: int) -> int:
        """The sum over these posts (a mask)."""
        return sum(count(posts & having) << n for n, having in enumerate(self._bits)) if self._bits else 0


class Shared:
    """Which of the posts that are looked at say what others of them say too."""

    def __init__(self, things: Callable[[int], Collection[int]], needed: Callable[[int], float], sharing: int) -> None:
        """`things` tells what one post has (by its number), each thing once; what no other post has may be left out,
        and `sharing` are the posts (a mask) of which anything is told. A post repeats where others have at least as
        many of its things as are `needed`."""
        self.things, self._needed, self.sharing = things, needed, sharing
        self._seen = self._repeating = 0
        self._changed: set[int] = set()
        self._having: dict[int, int] = {}
        """Of each thing, how many posts have it (times ONE) and the sum of their numbers: of one post, its number."""
        self._common: dict[int, int] = {}

    def repeating(self, posts: int) -> int:
        """Those of these posts (masks both) that repeat what others of them say."""
        self._move(posts)
        return self._repeating

    def common(self, posts: int, number: int) -> set[int]:
        """What a post has in common with others of these posts."""
        self._move(posts)
        if not self.sharing >> number & 1:
            return set()
        least = 2 * ONE if number in self._common else ONE
        return {thing for thing in self.things(number) if self._having.get(thing, 0) >= least}

    def _move(self, posts: int) -> None:
        posts &= self.sharing
        if posts == self._seen:
            return
        for number in numbers(self._seen & ~posts):
            self._leave(number)
        for number in numbers(posts & ~self._seen):
            self._enter(number)
        self._seen = posts
        self._repeating &= posts
        if not self._changed:
            return
        changed = [number for number in self._changed if number in self._common]
        repeating = (number for number in changed if self._common[number] >= self._needed(number))
        self._repeating = (self._repeating & ~set_of(changed)) | set_of(repeating)
        self._changed.clear()

    def _enter(self, number: int) -> None:
        having, common = self._having, 0
        for thing in self.things(number):
            others = having.get(thing, 0)
            having[thing] = others + ONE + number
            if others:
                common += 1
                if others < 2 * ONE:
                    self._count(others - ONE, 1)
        self._common[number] = common
        self._changed.add(number)

    def _leave(self, number: int) -> None:
        having = self._having
        for thing in self.things(number):
            others = having[thing] = having[thing] - ONE - number
            if ONE <= others < 2 * ONE:
                self._count(others - ONE, -1)
        del self._common[number]

    def _count(self, only: int, by: int) -> None:
        """The one other post that has a thing has it in common with somebody now, or no longer."""
        self._common[only] += by
        self._changed.add(only)
