"""Dots that would lie on one another, moved apart a little: where all sit in one corner, each can still be seen."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

TURN = pi * (3 - sqrt(5))
"""The golden angle: points at equal turns of it fill a disc evenly."""
TRIES = 600
"""Places tried around where a dot belongs; then it stays there, seen through its neighbours."""
STRIDE = 2.6
"""Distance of the first place tried, in the picture's units; the last is STRIDE * sqrt(TRIES) away."""
SPIRAL = tuple((STRIDE * sqrt(at) * cos(at * TURN), STRIDE * sqrt(at) * sin(at * TURN)) for at in range(TRIES))
"""Where each try lies from where the dot belongs."""
SQUARE = 8.0
"""The side of the squares by which dots are found."""
OVERLAP = 0.85
"""Two dots may lie on one another so far that their centres are no closer than this part of their radii together."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A place in the picture and a radius, in its units."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Field:
    """What the dots stay within."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a centre may lie there."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def spread(dots: Sequence[Dot], field: Field) -> list[Dot]:
    """The dots in their order, each as near as may be to where it belongs, none wandering far: the largest first."""
    placed: dict[int, Dot] = {}
    taken = _Taken()
    for place in sorted(range(len(dots)), key=lambda at: -dots[at].radius):
        placed[place] = _beside(dots[place], taken, field)
        taken.add(placed[place])
    return [placed[place] for place in range(len(dots))]


def _beside(dot: Dot, taken: "_Taken", field: Field) -> Dot:
    for right, down in SPIRAL:
        x, y = dot.x + right, dot.y + down
        if field.holds(x, y) and taken.leaves(x, y, dot.radius):
            return Dot(x, y, dot.radius)
    return dot


class _Taken:
    """Where dots lie, by squares of the picture, so that of many dots few are looked at. Each that is added is no
    larger than those before."""

    def __init__(self) -> None:
        self._near: defaultdict[tuple[int, int], list[Dot]] = defaultdict(list)
        """By square: the dots that one of their own size in it could lie on."""

    def add(self, dot: Dot) -> None:
        """A dot lies there."""
        reach = OVERLAP * 2 * dot.radius
        for across in range(int((dot.x - reach) // SQUARE), int((dot.x + reach) // SQUARE) + 1):
            for down in range(int((dot.y - reach) // SQUARE), int((dot.y + reach) // SQUARE) + 1):
                self._near[across, down].append(dot)

    def leaves(self, x: float, y: float, radius: float) -> bool:
        """Whether there is room for a dot of that radius."""
        for other in self._near.get((int(x // SQUARE), int(y // SQUARE)), ()):
            if hypot(other.x - x, other.y - y) < OVERLAP * (radius + other.radius):
                return False
        return True
