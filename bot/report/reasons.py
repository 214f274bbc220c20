"""Why an account is found to be noise: the two or three readings that decide, in one sentence without a full stop."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.model import Comparison
from bot.report.escape import inline
from bot.report.figures import edge, is_share
from bot.signals import BY_NAME
from bot.signals.base import FLAG
from bot.signals.words import few, many, ratio

COUNTED = ("own_posts", "days_seen", "posts_per_day", "timeline_share")
"""Told at the beginning, or elsewhere."""
ANSWERS = ("reply_share", "answered_people", "address_share")
"""Told at the end, the first of them that the rule asks for."""
ALIKE = (
    frozenset({"top_domain_share", "own_site_share"}),
    frozenset({"duplicate_text_share", "near_duplicate_share"}),
)
"""Signals of which one tells enough."""
SITES = {"top_domain_share": "one site", "own_site_share": "its own site"}
"""What is said of the site to which most links lead where its name is not known."""


def because(
    readings: Mapping[str, float | None], comparisons: Sequence[Comparison], site: str = "", most: int = 3
) -> str:
    """`120 posts in 4 days, every one with a link, every link to market.test; answered nobody`.

    Empty where nothing is known. `site` is where most links lead; so many readings at `most` are told beside how much
    it posts and whom it answers.
    """
    found = [_finding(held, site) for held in telling(comparisons)[:most]]
    said = ", ".join([*_volume(readings), *found])
    return "; ".join(part for part in (_joined(said), _conversation(comparisons)) if part)


def telling(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """The bounds that tell most of an account: those that it reaches, in their order; those that it stays below only
    where there are no others."""
    held = [c for c in comparisons if c.holds and c.reading is not None and c.signal not in (*COUNTED, *ANSWERS)]
    reached = [c for c in held if c.at_least is not None]
    chosen: list[Comparison] = []
    for comparison in reached or held:
        if not any({comparison.signal, one.signal} <= alike for one in chosen for alike in ALIKE):
            chosen.append(comparison)
    return chosen


def _finding(held: Comparison, site: str) -> str:
    said = BY_NAME[held.signal].says(held.reading or 0.0) if held.signal in BY_NAME else held.signal
    named = inline(site, 60)
    return said.replace(SITES[held.signal], named) if named and held.signal in SITES else said


def _volume(readings: Mapping[str, float | None]) -> Iterator[str]:
    """How much it posts: `120 posts in 4 days`."""
    posts, days = readings.get("own_posts"), readings.get("days_seen")
    if "posts_today" in readings:
        yield f"{many(readings['posts_today'] or 0, 'post')} today"
    elif posts is not None:
        yield many(posts, "post") + (f" in {many(max(1.0, round(days)), 'day')}" if days is not None else "")


def _joined(said: str) -> str:
    """What is said of the posts just counted is said of every one, or of none."""
    return said.replace(", every post ", ", every one ", 1).replace(", no post ", ", none ", 1)


def _conversation(comparisons: Sequence[Comparison]) -> str:
    """`answered nobody`, where the rule asks for it."""
    asked = {held.signal: held for held in comparisons if held.holds and held.reading is not None}
    first = next((asked[name] for name in ANSWERS if name in asked), None)
    return "" if first is None else BY_NAME[first.signal].says(first.reading or 0.0)


def measured(signal: str, reading: float | None) -> str:
    """One reading in words, for a table: `9 in 10 posts with a link`; `unknown`."""
    if reading is None:
        return "unknown"
    return BY_NAME[signal].says(reading) if signal in BY_NAME else few(reading)


def amount(signal: str, value: float) -> str:
    """A value of a signal by itself: of a share `all`, `none` or `9 in 10`, of anything else the number."""
    if not is_share(signal):
        return few(value)
    if not 0 < value < 1:
        return "all" if value else "none"
    some, whole = ratio(value)
    return f"{some:,} in {whole:,}"


def needs(held: Comparison) -> str:
    """The bound in words: `at least 90 %`, `at most 3`, `between 1 and 5`, `none`, `yes`."""
    known = BY_NAME.get(held.signal)
    if known and known.unit == FLAG:
        return "yes" if held.at_least else "no"
    if held.at_most == 0:
        return "none"
    least, most = (None if end is None else _end(held.signal, end) for end in (held.at_least, held.at_most))
    if least is not None and most is not None:
        return least if least == most else f"between {least} and {most}"
    return f"at least {least}" if least is not None else f"at most {most}" if most is not None else "anything"


def _end(signal: str, end: float) -> str:
    """An end of a bound as exact as its owner wrote it."""
    return f"{round(end * 100, 2):g} %" if is_share(signal) else edge(end)


def lacking(comparisons: Iterable[Comparison]) -> str:
    """What kept a near miss from firing: `4 in 5 posts with a link, where at least 9 in 10 is asked for`; where no
    bound was missed, that an exception spared it."""
    return "; ".join(_missed(held) for held in comparisons if not held.holds) or "spared by an exception"


def _missed(held: Comparison) -> str:
    said = measured(held.signal, held.reading)
    ends = [amount(held.signal, end) for end in (held.at_least, held.at_most) if end is not None]
    if held.reading is not None and amount(held.signal, held.reading) in ends:  # the words would be the same
        return f"{said}, a little {'less' if held.at_least is not None else 'more'} than is asked for"
    return f"{said}, where {needs(held)} is asked for"
