"""One account's verdict in a few lines: what comes of it and why, the rule that decides, and what would spare it."""

from collections.abc import Iterable, Iterator

from bot.model import Comparison, Decision, Judgement, RuleReading, Standing, Verdict
from bot.report.accounts import MOST_REASON, named, quotation
from bot.report.escape import handle, inline, web
from bot.report.explain_rules import Readings, turning
from bot.report.figures import span
from bot.report.judgements import reviewed
from bot.report.reasons import because, measured, needs
from bot.report.stands import stands
from bot.signals import BY_NAME

WOULD_BE = {
    "mute": "be muted",
    "list": "be put on a list",
    "hide_reposts": "have its reposts hidden",
    "report": "only be reported",
}
MOST_WAYS = 2
"""Ways to be spared that are named."""


def in_short(
    verdict: Verdict,
    decision: Decision | None,
    standing: Standing | None,
    word: Judgement | None = None,
    width: int | None = None,
    verb: str = "explain",
) -> Iterator[str]:
    """The blocks of it, for a terminal of so many columns or a pipe; harmless, each on lines of its own. `verb`
    tells the rest."""
    shown = verdict.deciding
    yield opening(verdict, decision)
    yield from moved(verdict)
    if verdict.quote:
        yield f"  {quotation(verdict.quote)}  {web(verdict.quote.url) or ''}".rstrip()
    if shown:
        yield "\n".join(table(shown, width))
    hint = [] if verdict.complete else ["This is by your timeline only: a hint, no more."]
    way_out = filter(None, [ways_out(shown.when, verdict.readings) if shown and shown.fires else ""])
    beside = [*between(standing, decision), *reviewed(word)]
    yield "\n".join([*hint, *seen(verdict), *way_out, *beside, *_nearest_other(verdict)])
    yield f"All rules and numbers: quietfeed {verb} {handle(verdict.account)} --all"


def opening(verdict: Verdict, decision: Decision | None) -> str:
    """What comes of it and why, in a sentence or two: the one with which a report tells of the account."""
    who, shown = named(verdict.account), verdict.deciding
    why = because(verdict.readings, shown.when if shown else (), verdict.site) if _posts(verdict) else ""
    reasons = f": {why}." if why else "."
    if verdict.rule is None:
        return f"{who} is left alone, {_why_not(verdict)}{reasons}"
    if decision and decision.protection:
        spared = inline(decision.reason or decision.protection, MOST_REASON)
        return f"{who} is left alone: {spared}. Otherwise it would {fate(verdict, decision)}{reasons}"
    if verdict.shadow:
        return f"{who} is only watched, for “{inline(verdict.rule)}” is on trial (mode: shadow){reasons}"
    later = f" Not yet: {inline(decision.reason, MOST_REASON)}." if decision and decision.limit else ""
    lowered = f" No more than that, for {inline(verdict.lowered, MOST_REASON)}." if verdict.lowered else ""
    return f"{who} would {fate(verdict, decision)}{reasons}{lowered}{later}"


def moved(verdict: Verdict) -> Iterator[str]:
    """Where it moved to, with the next step."""
    if there := inline(verdict.account.moved_to or "", MOST_REASON):
        yield f"It moved to {there}. To see what your rules say of that one: quietfeed check {there}"


def _posts(verdict: Verdict) -> bool:
    """Whether anything is known that it posts."""
    return bool(verdict.readings.get("own_posts") or verdict.readings.get("days_seen"))


def fate(verdict: Verdict, decision: Decision | None) -> str:
    """What would be done to it: `be muted for 30 days`."""
    step = (decision.step if decision else None) or verdict.step
    lasting = f" for {span(verdict.duration)}" if verdict.duration and step != "report" else ""
    return (WOULD_BE[step] if step else "be left alone") + lasting


def _why_not(verdict: Verdict) -> str:
    if not _posts(verdict):
        return "for no post of the last weeks is known"
    if verdict.abstained:
        return f"for too little is known ({inline(verdict.abstained, MOST_REASON)})"
    near = next((rule.rule for rule in verdict.rules if rule.near), None)
    if near:
        return f"though “{inline(near)}” nearly fires"
    maybe = next((rule for rule in verdict.rules if rule.unknown), None)
    if maybe:
        return f"though “{inline(maybe.rule)}” may fire ({inline(maybe.abstained or '', MOST_REASON)})"
    return "for no rule fires"


def table(rule: RuleReading, width: int | None = None) -> list[str]:
    """A rule's bounds in words, one a line, in columns; its exceptions where they matter. Where the columns are wider
    than `width` the last one is not set in line, and where a line still is, it goes below."""
    rows = [_row(held, holds=held.holds) for held in rule.when]
    rows += [_row(held, holds=False, prefix="unless ") for held in rule.unless if held.holds]
    widths = [max(len(row[place]) for row in rows) for place in range(4)] if rows else []
    narrow = width is not None and sum(widths) + 8 > width
    lines = [_line(row, widths, width if narrow else None) for row in rows]
    return [f"“{inline(rule.rule)}”:", *lines]


def _line(row: tuple[str, str, str, str], widths: list[int], width: int | None) -> str:
    mark, label, said, asked = row
    before = f"  {mark}  {label.ljust(widths[1])}  "
    if width is None:
        return f"{before}{said.ljust(widths[2])}  {asked}"
    fits = len(before) + len(said) + 2 + len(asked) <= width
    return f"{before}{said}" + (f"  {asked}" if fits else f"\n{' ' * len(before)}{asked}")


def _row(held: Comparison, *, holds: bool, prefix: str = "") -> tuple[str, str, str, str]:
    known = BY_NAME.get(held.signal)
    label = prefix + (known.label if known else inline(held.signal))
    return "✓" if holds else "✗", label, measured(held.signal, held.reading), f"asked for: {needs(held)}"


def ways_out(bounds: Iterable[Comparison], readings: Readings) -> str:
    """What would spare an account on which a rule with these bounds fires, in a sentence; empty where that is not
    plain arithmetic."""
    turns = (turning(held, fires=True, readings=readings).rpartition(": ")[2] for held in bounds)
    ways = [way for way in turns if way.startswith("about ")]
    return f"It would be left alone with {', or '.join(ways[:MOST_WAYS])}." if ways else ""


def seen(verdict: Verdict) -> Iterator[str]:
    """How much of the account the owner's server has, where that is not everything."""
    share = verdict.seen_share
    if share is None:
        yield "How many of its posts your server has is not known."
    elif share < 1:
        yield f"Your server has about {share:.0%} of its posts.".replace("%", " %")


def between(standing: Standing | None, decision: Decision | None) -> Iterator[str]:
    """How the owner stands to the account."""
    how = list(stands(standing)) if standing else []
    if how:
        yield f"You and it: {', '.join(how)}."
    elif standing and not (decision and decision.protection):
        yield "Nothing protects it: you do not follow each other, and never answered or favourited it."


def _nearest_other(verdict: Verdict) -> Iterator[str]:
    others = [rule for rule in verdict.rules if rule is not verdict.deciding and (rule.fires or rule.near)]
    for rule in sorted(others, key=lambda one: not one.fires)[:1]:
        yield f"Nearest other rule: {inline(rule.rule)}, {'also fires' if rule.fires else 'nearly fires'}."
