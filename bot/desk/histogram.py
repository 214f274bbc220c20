"""How a signal reads over all accounts: bars behind a slider, those that a rule finds in the colour of noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10, sqrt

from bot.report.reasons import amount
from bot.signals import BY_NAME
from bot.signals.base import COUNT, DAYS, SHARE

BARS = 25
HEIGHT = 40.0
LEAST_BAR = 2.5
"""So high is the bar of a single account at least."""
WHOLE = (COUNT, DAYS)
"""Units that are counted in whole numbers."""
MOST_OF = 0.97
"""So much of the accounts lies below the top of the scale; the loudest few stand at its end."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where a slider goes, in the unit that is shown."""

    top: float
    step: float
    factor: float = 1.0
    """What is shown for 1: 100 of a share, which is shown as percent."""

    def shown(self, value: float) -> str:
        """A value as the field shows it."""
        return f"{value * self.factor:.4f}".rstrip("0").rstrip(".")

    def place(self, value: float) -> float:
        """Where it lies, 0 to 100."""
        return round(min(max(value * self.factor / self.top, 0.0), 1.0) * 100, 2)


@dataclass(frozen=True, slots=True)
class Histogram:
    """The bars of one signal."""

    others: str
    """A path within 100 by 40."""
    found: str
    says: str
    unknown: int
    """Accounts of which the signal could not be measured."""


def scale(signal: str, readings: Sequence[float], ends: Sequence[float]) -> Scale:
    """A scale on which nearly all readings lie, and the ends of the bound well within."""
    unit = BY_NAME[signal].unit
    if unit == SHARE:
        return Scale(100.0, 1.0, 100.0)
    ordered = sorted(readings)
    high = ordered[ceil(len(ordered) * MOST_OF) - 1] if ordered else 0.0
    top = _round_up(max([high, *(end * 1.5 for end in ends), 10.0 if unit in WHOLE else 1.0]))
    return Scale(top, 1.0 if unit in WHOLE else _round_up(top / 250))


def _round_up(value: float) -> float:
    """The next 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(value))
    return next(round(one * power, 6) for one in (1, 2, 2.5, 5, 10) if one * power >= value * 0.9999)


def histogram(signal: str, readings: Sequence[tuple[float | None, bool]], on: Scale) -> Histogram:
    """The bars of readings, each with whether the rule finds the account."""
    every, found = [0] * BARS, [0] * BARS
    for value, is_found in readings:
        if value is not None:
            place = min(int(on.place(value) / 100 * BARS + 1e-9), BARS - 1)
            every[place] += 1
            found[place] += is_found
    highest = max([*every, 1])
    return Histogram(
        _path(every, highest),
        _path(found, highest),
        _says(signal, readings),
        sum(value is None for value, _ in readings),
    )


def _path(bars: Sequence[int], highest: int) -> str:
    """Heights are square roots: a single account is seen beside hundreds."""
    width, parts = 100 / BARS, []
    for number, many in enumerate(bars):
        if many:
            high = max(HEIGHT * sqrt(many / highest), LEAST_BAR)
            parts.append(f"M{number * width + 0.3:g} {HEIGHT:g}v{-high:.1f}h{width - 0.6:g}v{high:.1f}z")
    return "".join(parts)


def _says(signal: str, readings: Sequence[tuple[float | None, bool]]) -> str:
    """The picture in a sentence or two."""
    known = [(value, is_found) for value, is_found in readings if value is not None]
    inside = sorted(value for value, is_found in known if is_found)
    others = sorted(value for value, is_found in known if not is_found)
    who = "others" if inside else "accounts"
    return " ".join(part for part in (_finds(signal, inside), _others(signal, others, who)) if part)


def _finds(signal: str, inside: Sequence[float]) -> str:
    """Those that the rule finds, from the least to the greatest."""
    if not inside:
        return ""
    least, most = amount(signal, inside[0]), BY_NAME[signal].says(inside[-1])
    who = "The account that it finds" if len(inside) == 1 else f"The {len(inside):,} that it finds"
    return f"{who}: {most if inside[0] == inside[-1] else f'{least} to {most}'}."


def _others(signal: str, others: Sequence[float], who: str) -> str:
    """What at least half of the others stay within."""
    if len(others) < 2:
        return ""
    half = others[len(others) // 2]
    said = BY_NAME[signal].says(half) if half in (others[0], others[-1]) else f"at most {amount(signal, half)}"
    return f"Half or more of the {len(others):,} {who}: {said}."
