"""Sequences whose items are worked out when somebody looks: of most, nobody does."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
S = TypeVar("S")


class Made(Sequence[T], Generic[T]):
    """What is made of other things one by one, each when it is first looked at. Equal to a tuple of the same."""

    __slots__ = ("_made", "_make", "_of")

    def __init__(self, of: Sequence[S], make: Callable[[S], T]) -> None:
        self._of, self._make = of, make
        self._made: dict[int, T] = {}

    def __len__(self) -> int:
        return len(self._of)

    @overload
    def __getitem__(self, which: int) -> T: ...
    @overload
    def __getitem__(self, which: slice) -> tuple[T, ...]: ...
    def __getitem__(self, which: int | slice) -> T | tuple[T, ...]:
        if isinstance(which, slice):
            return tuple(self[place] for place in range(len(self))[which])
        place = range(len(self))[which]
        if place not in self._made:
            make: Callable[[Any], T] = self._make
            self._made[place] = make(self._of[place])
        return self._made[place]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, tuple | Made) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
