"""Numbers, bounds, dates and spans as a person writes them."""

from datetime import date, datetime, timedelta, tzinfo

from bot.model import Comparison
from bot.signals import BY_NAME

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_share(signal: str) -> bool:
    """Whether the signal is a part of a whole, 0 to 1."""
    known = BY_NAME.get(signal)
    return signal.endswith("_share") if known is None else known.unit == "share"


def number(value: float, share: bool = False, beside: float | None = None) -> str:
    """0.97, 3.4, 120; a share always with two places.

    `beside` is the bound it stands next to: where rounding would hide on which side it lies, more places show.
    """
    for places in (2, 3, 4):
        shown = f"{value:.{places}f}"
        if beside is None or value == beside or float(shown) != round(beside, places):
            break
    if share:
        return shown
    return f"{int(value):,}" if value == int(value) else shown.rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """12 %; never 0 % for something nor 100 % for less than all."""
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{min(round(share * 100), 99) if share < 1 else 100} %"


def plural(count: int, one: str, many: str = "") -> str:
    """1 post, 1,432 posts."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def bound(comparison: Comparison) -> str:
    """The bound alone: `≥ 0.90`, or `≥ 1 and ≤ 5`."""
    share = is_share(comparison.signal)
    ends = (("≥", comparison.at_least), ("≤", comparison.at_most))
    return " and ".join(f"{sign} {edge(end, share)}" for sign, end in ends if end is not None) or "any"


def edge(end: float, share: bool = False) -> str:
    """An end of a bound as its owner wrote it, up to four places: 0.90, 0.015, 1,432."""
    places = next((few for few in (2, 3) if round(end, few) == end), 4)
    if share:
        return f"{end:.{places}f}"
    return f"{int(end):,}" if end == int(end) else f"{end:.{places}f}".rstrip("0").rstrip(".")


def reading(comparison: Comparison) -> str:
    """The reading alone, exact enough to tell it from its bound."""
    value = comparison.reading
    if value is None:
        return "unknown"
    ends = [end for end in (comparison.at_least, comparison.at_most) if end is not None]
    nearest = min(ends, key=lambda end: abs(end - value)) if ends else None
    return number(value, is_share(comparison.signal), nearest)


def comparison(held: Comparison) -> str:
    """`link_share 0.97 ≥ 0.90`; where the bound does not hold, `link_share 0.80 misses ≥ 0.90`."""
    between = " " if held.holds else " misses "
    return f"{held.signal} {reading(held)}{between}{bound(held)}"


def missed_by(held: Comparison) -> float | None:
    """How far the reading lies outside of its bound; None where it holds or is unknown."""
    if held.holds or held.reading is None:
        return None
    if held.at_least is not None and held.reading < held.at_least:
        return held.at_least - held.reading
    return held.reading - held.at_most if held.at_most is not None else None


def day(when: date) -> str:
    """Sun 22 Nov."""
    return f"{DAYS[when.weekday()]} {short_day(when)}"


def short_day(when: date) -> str:
    """22 Nov."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def moment(when: datetime, day: date, zone: tzinfo) -> str:
    """A time for who reads it on that day, where the clocks show `zone`: `14:05`, `Mon 14:05`, `2 Nov 14:05`."""
    local = when.astimezone(zone)
    away = abs((day - local.date()).days)
    before = "" if not away else f"{DAYS[local.weekday()]} " if away < 7 else f"{short_day(local)} "
    return f"{before}{local:%H:%M}"


def every(length: timedelta) -> str:
    """How often: `30 seconds`, `90 minutes`, `2 hours`: the greatest unit in which it is a whole number."""
    seconds = round(length.total_seconds())
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds and seconds % size == 0:
            return plural(seconds // size, word)
    return plural(seconds, "second")


def span(length: timedelta) -> str:
    """30 days, 12 hours, 5 minutes, 40 seconds: the greatest unit that fits."""
    seconds = max(0, round(length.total_seconds()))
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return plural(round(seconds / size), word)
    return plural(seconds, "second")


def away(when: datetime, now: datetime) -> str:
    """`12 minutes ago`, `in 8 minutes`."""
    return f"in {span(when - now)}" if when > now else f"{span(now - when)} ago"


def several(names: list[str], most: int) -> str:
    """`a, b and 7 more`."""
    shown, more = names[:most], len(names) - most
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
