"""Readings as people say them: “9 in 10 posts with a link”, “answered nobody”, “30 posts a day”.

Each is a part of a sentence whose beginning says of whom and of how many posts it speaks.
"""

from collections.abc import Callable

Says = Callable[[float], str]
"""A reading in words."""
WHOLES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 50, 100)
"""Of so many at most is a part told, the least that comes near enough first."""
NEAR = 0.08
"""How far a part told may be from the part that was read, as a part of its smaller side."""


def ratio(share: float) -> tuple[int, int]:
    """A part between none and all, both left out, as small whole numbers: 0.9 is (9, 10), 0.143 is (1, 7)."""
    smaller = min(share, 1 - share)
    for whole in WHOLES:
        some = round(share * whole)
        if 0 < some < whole and abs(some / whole - share) <= NEAR * smaller:
            return some, whole
    whole = round(1 / max(smaller, 1e-6))
    return (1, whole) if share < 0.5 else (whole - 1, whole)


def part(share: float, one: str, many: str = "") -> str:
    """So many of them: `every post`, `9 in 10 posts`, `no post`."""
    if share <= 0:
        return f"no {one}"
    if share >= 1:
        return f"every {one}"
    some, whole = ratio(share)
    return f"{some:,} in {whole:,} {many or one + 's'}"


def few(value: float) -> str:
    """A number with no more places than anybody would say: `0.4`, `3.5`, `12`, `1,200`."""
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"


def many(count: float, one: str, more: str = "") -> str:
    """`1 post`, `120 posts`, `3.5 posts`."""
    said = few(count)
    return f"{said} {one if said == '1' else more or one + 's'}"


def of(one: str, tail: str, more: str = "") -> Says:
    """Words for a share of some things that have something in common."""
    return lambda share: f"{part(share, one, more)} {tail}"


def nobody(none: str, some: Says) -> Says:
    """Words of their own for none at all."""
    return lambda reading: none if reading <= 0 else some(reading)


def flag(yes: str, no: str) -> Says:
    """Words for what is so or not."""
    return lambda reading: yes if reading else no
