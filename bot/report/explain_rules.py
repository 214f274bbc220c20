"""Every rule against one account, bound by bound, in numbers: which hold, and what would turn each."""

from collections.abc import Callable, Mapping
from math import floor

from bot.model import Comparison, RuleReading, Verdict
from bot.report.escape import inline
from bot.report.figures import bound, edge, is_share, missed_by, number, plural, reading

Readings = Mapping[str, float | None]


def rule_table(rule: RuleReading, verdict: Verdict) -> str:
    """A rule and its bounds, one a line, in columns."""
    rows = [_row(held, "✓" if held.holds else "✗", rule, verdict) for held in rule.when]
    rows += [_row(held, "✗" if held.holds else "✓", rule, verdict, "unless ") for held in rule.unless]
    widths = [max(len(row[place]) for row in rows) for place in range(4)] if rows else []
    table = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows]
    return "\n".join([f"{inline(rule.rule)}: {state(rule, verdict)}", *(line.rstrip() for line in table)])


def state(rule: RuleReading, verdict: Verdict) -> str:
    """What a rule says of an account, in a few words."""
    if rule.abstained:
        return f"says nothing, {inline(rule.abstained, 200)}"
    if not rule.fires:
        return "nearly fires" if rule.near else "does not fire"
    return "fires and decides" if rule.rule == verdict.rule else "fires, but an earlier rule decides"


def _row(held: Comparison, mark: str, rule: RuleReading, verdict: Verdict, prefix: str = "") -> tuple[str, ...]:
    return (
        mark,
        f"{prefix}{held.signal}",
        reading(held),
        bound(held),
        turning(held, rule.fires, verdict.readings, bool(prefix)),
    )


def turning(held: Comparison, fires: bool, readings: Readings, exception: bool = False) -> str:
    """What would turn this bound: of a firing rule what would spare the account, of another what it misses.

    Counts of posts are estimates from the shares and own_posts; "" where there is nothing to say.
    """
    if held.reading is None:
        return ""
    if exception:
        return _exception(held, fires)
    if fires:
        return _spared(held, readings)
    missed = missed_by(held)
    return "" if missed is None else f"misses by {_distance(held, missed)}"


def _exception(held: Comparison, fires: bool) -> str:
    if held.holds:
        return "this exception spares it"
    missed = missed_by(held)
    return f"would spare it at {bound(held)}, {_distance(held, missed)} away" if fires and missed is not None else ""


def _distance(held: Comparison, far: float) -> str:
    return number(round(far, 4), is_share(held.signal), 0.0)


def _spared(held: Comparison, readings: Readings) -> str:
    """The nearer end of a bound that holds, and what would carry the reading over it."""
    value = held.reading or 0.0
    ends = [("below", held.at_least), ("above", held.at_most)]
    near = [(abs(value - end), side, end) for side, end in ends if end is not None]
    if not near:
        return ""
    _, side, end = min(near)
    if is_share(held.signal) and ((side == "below" and end <= 0) or (side == "above" and end >= 1)):
        return ""
    more = _more_posts(held, side, end, readings.get("own_posts"))
    far = f"{_distance(held, abs(value - end))} away" if value != end else "at its edge"
    return f"spared {side} {edge(end, is_share(held.signal))}: {more or far}"


def _more_posts(held: Comparison, side: str, end: float, own_posts: float | None) -> str:
    """How many more posts of some kind would do it, for the two shares where that is plain arithmetic."""
    known = MORE.get((held.signal, side))
    if known is None or not own_posts or held.reading is None:
        return ""
    arithmetic, one, many = known
    needed = arithmetic(held.reading, end, own_posts)
    return f"about {plural(needed, one, many)}" if needed else ""


def _replies(share: float, end: float, own_posts: float) -> int:
    """Replies r among r + own posts are the share; solve (r + x) / (r + x + own) > end."""
    if share >= 1 or end >= 1:
        return 0
    replies = own_posts * share / (1 - share)
    return max(1, floor(own_posts * end / (1 - end) - replies + 1e-9) + 1)


def _unlinked(share: float, end: float, own_posts: float) -> int:
    """Linked posts l = share * own; solve l / (own + x) < end."""
    return max(1, floor(own_posts * share / end - own_posts + 1e-9) + 1) if end > 0 else 0


MORE: dict[tuple[str, str], tuple[Callable[[float, float, float], int], str, str]] = {
    ("reply_share", "above"): (_replies, "more reply to others", "more replies to others"),
    ("link_share", "below"): (_unlinked, "more own post without a link", "more own posts without a link"),
}
