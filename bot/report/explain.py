"""One account's verdict in words: each reading against each bound, and what would save or condemn it."""

from collections.abc import Callable, Iterator, Sequence
from math import floor

from bot.model import Comparison, Decision, Entry, RuleReading, Standing, Verdict
from bot.report.data import comparisons, moment
from bot.report.escape import handle, inline, terminal, web
from bot.report.figures import bound, edge, is_share, missed_by, number, plural, reading, short_day, span
from bot.report.shapes import ExplainedRuleBoundJson, ExplainedRuleJson, ExplainJson, PastJson

MOST_PAST = 5
"""Entries of the ledger shown, newest first."""
WOULD_BE = {
    "mute": "be muted",
    "list": "be put on a list",
    "hide_reposts": "have its reposts hidden",
    "report": "only be reported",
}
STANDING = (
    ("answered", "you answered it on {}"),
    ("favourited", "you favourited a post of its on {}"),
    ("bookmarked", "you bookmarked a post of its on {}"),
    ("reposted", "you reposted it on {}"),
)


def explain(
    verdict: Verdict,
    decision: Decision | None = None,
    standing: Standing | None = None,
    past: Sequence[Entry] = (),
) -> str:
    """The verdict for a terminal or a pipe, without a trailing newline: the outcome, how the owner stands to the
    account, every rule with its bounds, the evidence, and what the ledger (`past`) holds of it."""
    blocks = [
        "\n".join([f"{handle(verdict.account)}: {outcome(verdict, decision)}", *_facts(verdict, standing)]),
        *(_rule(rule, verdict) for rule in verdict.rules),
        _listed("Evidence", [web(url) or inline(url, 200) for url in verdict.evidence]),
        _listed("Before", [_remembered(entry) for entry in sorted(past, key=lambda e: e.at)[::-1][:MOST_PAST]]),
    ]
    return terminal("\n\n".join(block for block in blocks if block))


def explain_data(
    verdict: Verdict,
    decision: Decision | None = None,
    standing: Standing | None = None,
    past: Sequence[Entry] = (),
) -> ExplainJson:
    """What `explain` shows, JSON-ready. `standing` is null where it was not asked for."""
    return {
        "handle": terminal(verdict.account.handle),
        "outcome": outcome(verdict, decision),
        "rule": verdict.rule,
        "step": decision.step if decision else verdict.step,
        "protection": decision.protection if decision else None,
        "limit": (decision.limit or None) if decision else None,
        "reason": terminal(decision.reason) if decision else "",
        "until": moment(decision.until) if decision else None,
        "complete": verdict.complete,
        "seen_share": verdict.seen_share,
        "abstained": verdict.abstained,
        "readings": dict(verdict.readings),
        "rules": [_rule_data(rule, verdict) for rule in verdict.rules],
        "evidence": [terminal(url) for url in verdict.evidence],
        "standing": list(_stands(standing)) if standing else None,
        "ledger": [_past(entry) for entry in past],
    }


def _past(entry: Entry) -> PastJson:
    return {
        "at": entry.at.isoformat(),
        "event": entry.event,
        "rule": entry.rule,
        "step": entry.step,
        "protection": entry.protection,
        "dry_run": entry.dry,
    }


def outcome(verdict: Verdict, decision: Decision | None = None) -> str:
    """What comes of the verdict, in a sentence without its full stop."""
    if verdict.rule is None:
        if verdict.abstained:
            return f"left alone, too little is known: {inline(verdict.abstained, 200)}"
        near = [rule.rule for rule in verdict.rules if rule.near]
        return f"left alone, though “{inline(near[0])}” nearly fired" if near else "left alone, no rule fires"
    fired = f"“{inline(verdict.rule)}” fires"
    if decision and decision.protection:
        return f"{fired}, but it is left alone: {inline(decision.reason or decision.protection, 200)}"
    if verdict.shadow:
        return f"{fired}, but that rule only watches (mode: shadow)"
    step = (decision.step if decision else None) or verdict.step
    lasting = f" for {span(verdict.duration)}" if verdict.duration and step != "report" else ""
    later = f"; not yet: {inline(decision.reason, 200)}" if decision and decision.limit else ""
    lowered = f"; no more than that, for {inline(verdict.lowered, 200)}" if verdict.lowered else ""
    return f"{fired}, so it would {WOULD_BE[step] if step else 'be left alone'}{lasting}{lowered}{later}"


def _facts(verdict: Verdict, standing: Standing | None) -> Iterator[str]:
    posts, days = verdict.readings.get("own_posts"), verdict.readings.get("days_seen")
    source = "its own feed" if verdict.complete else "your timeline only: a hint, no more"
    if posts is not None:
        seen = f" over {plural(round(days), 'day')}" if days is not None else ""
        yield f"Judged from {source}: {plural(round(posts), 'own post')}{seen}."
    else:
        yield f"Judged from {source}."
    yield from _seen(verdict)
    stands = list(_stands(standing)) if standing else []
    if stands:
        yield f"You and it: {', '.join(stands)}."


def _seen(verdict: Verdict) -> Iterator[str]:
    """How much of the account the owner's server has, where that is not everything."""
    share = verdict.seen_share
    if share is None:
        yield "How many of its posts your server has is not known."
    elif share < 1:
        yield f"Your server has about {share:.0%} of its posts.".replace("%", " %")


def _stands(standing: Standing) -> Iterator[str]:
    if standing.mutual:
        yield "you follow each other"
    elif standing.following:
        back = "it is not known whether it follows you" if standing.followed_by is None else "it does not follow you"
        yield f"you follow it, {back}"
    elif standing.followed_by:
        yield "it follows you"
    if standing.muted:
        yield "muted" + (f" until {short_day(standing.muted_until)}" if standing.muted_until else "")
    if standing.reposts_hidden:
        yield "its reposts are hidden"
    if standing.notifying:
        yield "you get notified of its posts"
    if standing.lists:
        yield f"on your list {', '.join(inline(title) for title in standing.lists)}"
    yield from _dealings(standing)


def _dealings(standing: Standing) -> Iterator[str]:
    """What the owner did with its posts, and what of all that could not be read."""
    for name, words in STANDING:
        when = getattr(standing, name)
        if when is not None:
            yield words.format(short_day(when))
    for unread in standing.unread:
        yield f"not known: {inline(unread.sentence, 200)}"


def _rule(rule: RuleReading, verdict: Verdict) -> str:
    """A rule and its bounds, one a line, in columns."""
    rows = [_row(held, "✓" if held.holds else "✗", rule, verdict) for held in rule.when]
    rows += [_row(held, "✗" if held.holds else "✓", rule, verdict, "unless ") for held in rule.unless]
    widths = [max(len(row[place]) for row in rows) for place in range(4)] if rows else []
    table = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows]
    return "\n".join([f"{inline(rule.rule)}: {_state(rule, verdict)}", *(line.rstrip() for line in table)])


def _state(rule: RuleReading, verdict: Verdict) -> str:
    if rule.abstained:
        return f"says nothing, {inline(rule.abstained, 200)}"
    if not rule.fires:
        return "nearly fires" if rule.near else "does not fire"
    return "fires and decides" if rule.rule == verdict.rule else "fires, but an earlier rule decides"


def _row(held: Comparison, mark: str, rule: RuleReading, verdict: Verdict, prefix: str = "") -> tuple[str, ...]:
    return mark, f"{prefix}{held.signal}", reading(held), bound(held), turning(held, rule.fires, verdict, bool(prefix))


def turning(held: Comparison, fires: bool, verdict: Verdict, exception: bool = False) -> str:
    """What would turn this bound: of a firing rule what would spare the account, of another what it misses.

    Counts of posts are estimates from the shares and own_posts; "" where there is nothing to say.
    """
    if held.reading is None:
        return ""
    if exception:
        return _exception(held, fires)
    if fires:
        return _spared(held, verdict)
    missed = missed_by(held)
    return "" if missed is None else f"misses by {_distance(held, missed)}"


def _exception(held: Comparison, fires: bool) -> str:
    if held.holds:
        return "this exception spares it"
    missed = missed_by(held)
    return f"would spare it at {bound(held)}, {_distance(held, missed)} away" if fires and missed is not None else ""


def _distance(held: Comparison, far: float) -> str:
    return number(round(far, 4), is_share(held.signal), 0.0)


def _spared(held: Comparison, verdict: Verdict) -> str:
    """The nearer end of a bound that holds, and what would carry the reading over it."""
    value = held.reading or 0.0
    ends = [("below", held.at_least), ("above", held.at_most)]
    near = [(abs(value - end), side, end) for side, end in ends if end is not None]
    if not near:
        return ""
    _, side, end = min(near)
    if is_share(held.signal) and ((side == "below" and end <= 0) or (side == "above" and end >= 1)):
        return ""
    more = _more_posts(held, side, end, verdict.readings.get("own_posts"))
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


def _listed(name: str, rows: Sequence[str]) -> str:
    return "\n".join([f"{name}:", *(f"  {row}" for row in rows)]) if rows else ""


def _remembered(entry: Entry) -> str:
    """One line of the ledger: `21 Nov  judged, mute, link broadcaster (dry run)`."""
    step = entry.step.replace("_", " ") if entry.step else None
    what = [entry.event, step, entry.rule, f"left alone: {entry.protection}" if entry.protection else None]
    said = ", ".join(inline(part) for part in what if part)
    return f"{short_day(entry.at)}  {said}{' (dry run)' if entry.dry else ''}"


def _rule_data(rule: RuleReading, verdict: Verdict) -> ExplainedRuleJson:
    return {
        "rule": rule.rule,
        "fires": rule.fires,
        "decides": rule.fires and rule.rule == verdict.rule,
        "near": rule.near,
        "abstained": rule.abstained,
        "when": [_bound_data(held, rule, verdict) for held in rule.when],
        "unless": [_bound_data(held, rule, verdict, exception=True) for held in rule.unless],
    }


def _bound_data(
    held: Comparison, rule: RuleReading, verdict: Verdict, *, exception: bool = False
) -> ExplainedRuleBoundJson:
    (told,) = comparisons([held])
    return {**told, "turning": turning(held, rule.fires, verdict, exception)}
