"""One account's verdict in words: each reading against each bound, and what would save or condemn it."""

from collections.abc import Iterator, Sequence

from bot.model import Comparison, Decision, Entry, Judgement, RuleReading, Standing, Verdict
from bot.report.data import comparisons, moment
from bot.report.escape import handle, inline, terminal, web
from bot.report.explain_rules import rule_table, turning
from bot.report.explain_short import fate, in_short, moved, seen
from bot.report.figures import plural, short_day
from bot.report.judgements import judgement_data, reviewed
from bot.report.shapes import ExplainedRuleBoundJson, ExplainedRuleJson, ExplainJson, PastJson
from bot.report.stands import stands

MOST_PAST = 5
"""Entries of the ledger shown, newest first."""


def explain(
    verdict: Verdict,
    decision: Decision | None = None,
    standing: Standing | None = None,
    past: Sequence[Entry] = (),
    word: Judgement | None = None,
    *,
    whole: bool = False,
    width: int | None = None,
    verb: str = "explain",
) -> str:
    """The verdict for a terminal of so many columns or a pipe, without a trailing newline: the outcome and why, the
    deciding rule, and what would spare the account. `whole`: the outcome, how the owner stands to the account, every
    rule with its bounds in numbers, the evidence, and what the ledger (`past`) holds of it. `word` is the owner's own
    on it, if any. `verb` tells all of it."""
    if not whole:
        return terminal(
            "\n\n".join(block for block in in_short(verdict, decision, standing, word, width, verb) if block)
        )
    blocks = [
        "\n".join(
            [f"{handle(verdict.account)}: {outcome(verdict, decision)}", *_facts(verdict, standing), *reviewed(word)]
        ),
        *(rule_table(rule, verdict) for rule in verdict.rules),
        _listed("Evidence", [web(url) or inline(url, 200) for url in verdict.evidence]),
        _listed("Before", [_remembered(entry) for entry in sorted(past, key=lambda e: e.at)[::-1][:MOST_PAST]]),
    ]
    return terminal("\n\n".join(block for block in blocks if block))


def explain_data(
    verdict: Verdict,
    decision: Decision | None = None,
    standing: Standing | None = None,
    past: Sequence[Entry] = (),
    word: Judgement | None = None,
) -> ExplainJson:
    """What `explain` shows, JSON-ready. `standing` is null where it was not asked for."""
    return {
        "handle": terminal(verdict.account.handle),
        "moved_to": terminal(verdict.account.moved_to) if verdict.account.moved_to else None,
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
        "standing": list(stands(standing)) if standing else None,
        "judgement": judgement_data(word) if word else None,
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
        maybe = [rule for rule in verdict.rules if rule.unknown]
        if near or not maybe:
            return f"left alone, though “{inline(near[0])}” nearly fired" if near else "left alone, no rule fires"
        return f"left alone, though “{inline(maybe[0].rule)}” may fire: {inline(maybe[0].abstained or '', 200)}"
    fired = f"“{inline(verdict.rule)}” fires"
    if decision and decision.protection:
        return f"{fired}, but it is left alone: {inline(decision.reason or decision.protection, 200)}"
    if verdict.shadow:
        return f"{fired}, but that rule only watches (mode: shadow)"
    later = f"; not yet: {inline(decision.reason, 200)}" if decision and decision.limit else ""
    lowered = f"; no more than that, for {inline(verdict.lowered, 200)}" if verdict.lowered else ""
    return f"{fired}, so it would {fate(verdict, decision)}{lowered}{later}"


def _facts(verdict: Verdict, standing: Standing | None) -> Iterator[str]:
    yield from moved(verdict)
    posts, days = verdict.readings.get("own_posts"), verdict.readings.get("days_seen")
    source = "its own feed" if verdict.complete else "your timeline only: a hint, no more"
    if posts is not None:
        over = f" over {plural(round(days), 'day')}" if days is not None else ""
        yield f"Judged from {source}: {plural(round(posts), 'own post')}{over}."
    else:
        yield f"Judged from {source}."
    yield from seen(verdict)
    between = list(stands(standing)) if standing else []
    if between:
        yield f"You and it: {', '.join(between)}."


def _listed(name: str, rows: Sequence[str]) -> str:
    return "\n".join([f"{name}:", *(f"  {row}" for row in rows)]) if rows else ""


def _remembered(entry: Entry) -> str:
    """One line of the ledger: `21 Nov  judged, mute, link broadcaster (dry run)`."""
    return f"{short_day(entry.at)}  {what_was(entry)}"


def what_was(entry: Entry) -> str:
    """What an entry of the ledger records, on one line: `judged, mute, link broadcaster (dry run)`."""
    step = entry.step.replace("_", " ") if entry.step else None
    what = [entry.event, step, entry.rule, f"left alone: {entry.protection}" if entry.protection else None]
    said = ", ".join(inline(part) for part in what if part)
    return f"{said}{' (dry run)' if entry.dry else ''}"


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
    return {**told, "turning": turning(held, rule.fires, verdict.readings, exception)}
