"""Dots that would lie on one another, moved apart a little: where all sit in one corner, each can still be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

TURN = pi * (3 - sqrt(5))
"""The golden angle: points at equal turns of it fill a disc evenly."""
TRIES = 600
"""Places tried around where a dot belongs; then it stays there, seen through its neighbours."""
STRIDE = 2.6
"""Distance of the first place tried, in the picture's units; the last is STRIDE * sqrt(TRIES) away."""
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
    for place in sorted(range(len(dots)), key=lambda at: -dots[at].radius):
        placed[place] = _beside(dots[place], list(placed.values()), field)
    return [placed[place] for place in range(len(dots))]


def _beside(dot: Dot, others: Sequence[Dot], field: Field) -> Dot:
    reach = STRIDE * sqrt(TRIES)
    near = [other for other in others if hypot(other.x - dot.x, other.y - dot.y) < reach + dot.radius + other.radius]
    for step in range(TRIES):
        distance = STRIDE * sqrt(step)
        x, y = dot.x + distance * cos(step * TURN), dot.y + distance * sin(step * TURN)
        if field.holds(x, y) and all(_clear(x, y, dot.radius, other) for other in near):
            return Dot(x, y, dot.radius)
    return dot


def _clear(x: float, y: float, radius: float, other: Dot) -> bool:
    return hypot(other.x - x, other.y - y) >= OVERLAP * (radius + other.radius)
