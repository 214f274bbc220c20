"""A difference as the owner reads it: how many first, then each account with its reason and one of its posts."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from bot.model import Quote, RuleReading, Step
from bot.report.accounts import named, quotation
from bot.report.escape import handle, inline
from bot.report.figures import percent, plural, several, short_day
from bot.report.reasons import because, lacking
from bot.report.sentences import capital
from bot.tuning import day_words
from bot.tuning.difference import Change, Difference, Kind
from bot.tuning.outcomes import Outcome
from bot.tuning.told import Person, Row, Told

DOES = {Step.MUTE: "mute", Step.LIST: "list", Step.HIDE_REPOSTS: "hide reposts", Step.REPORT: "report"}
NOBODY = "nobody fares otherwise"
MOST_NAMED, MOST_TOLD = 3, 12
MOST_REASON = 200
"""Characters."""


def text(difference: Difference, new: str, old: str, zone: tzinfo) -> str:
    """The whole of it. `new` and `old` are what the two configs are called: `new.yaml`, `the config until 12 Nov`."""
    said, width = told(difference, new, old, zone), max(len(kind) for kind in Kind)
    lines = [f"{said.opening}:", ""]
    lines += [f"  {row.kind:<{width}}  {row.many:>3}   {row.who}" for row in said.rows] or [f"  {NOBODY}"]
    lines.append(f"  {'noise':<{width}}        {said.noise}")
    for one in said.people:
        loud = f"   {one.loud}" if one.loud else ""
        lines += ["", f"{named(one.account)}   {one.turn}{loud}", *(f"  {line}" for line in one.lines)]
    return "\n".join([*lines, "", *said.closing] if said.closing else lines)


def told(difference: Difference, new: str, old: str, zone: tzinfo) -> Told:
    """The same in its parts."""
    quotas = difference.quotas
    people = [_person(change, zone) for change in difference.changes[:MOST_TOLD]]
    people += [day_words.person(one, zone) for one in quotas.changes[:MOST_TOLD]]
    more = sum(max(len(some) - MOST_TOLD, 0) for some in (difference.changes, quotas.changes))
    closing = [*_more(more), *day_words.closing(quotas, difference.since, zone)]
    closing += [*_judged(difference), *_unread(difference.unread)]
    return Told(
        f"With {new} instead of {old}, over {_span(difference, zone)}",
        (*_rows(difference), *day_words.rows(quotas.changes, MOST_NAMED)),
        _noise(difference),
        tuple(people),
        tuple(closing),
    )


def _more(many: int) -> Iterator[str]:
    if many > 0:
        yield f"{many:,} more fare otherwise; --json tells of all."


def _span(difference: Difference, zone: tzinfo) -> str:
    days = max(1, round((difference.until - difference.since).total_seconds() / 86400))
    first, last = (_date(time, zone) for time in (difference.since, difference.until))
    short = "; nothing is recorded from before" if difference.short else ""
    return f"{plural(days, 'day')} ({first} to {last}{short})"


def _date(time: datetime, zone: tzinfo) -> str:
    return short_day(time.astimezone(zone))


def _rows(difference: Difference) -> Iterator[Row]:
    """One a kind."""
    for kind in Kind:
        of = [change for change in difference.changes if change.kind is kind]
        if of:
            yield Row(kind, len(of), several([_short(change) for change in of], MOST_NAMED))


def _noise(difference: Difference) -> str:
    before, after = percent(difference.noise_before), percent(difference.noise_after)
    turn = before if before == after else f"{before} → {after}"
    return f"{turn} of your timeline, {plural(difference.accounts, 'account')} judged"


def _short(change: Change) -> str:
    """`Radio Kiosk (list)`."""
    name = inline(change.account.display_name, 40) or handle(change.account)
    return name if change.kind is Kind.SPARED else f"{name} ({_step(change.after)})"


def _step(outcome: Outcome) -> str:
    return DOES[outcome.due] if outcome.due else "left alone"


def _person(change: Change, zone: tzinfo) -> Person:
    """Who it is, what becomes of it and why, one post, and the owner's own word."""
    loud = f"{percent(change.share)} of your timeline" if change.share else ""
    post = quotation(quote_of(change))
    lines = (*reasons(change, zone), *([post] if post else []), *_owners_word(change))
    return Person(change.account, _turn(change), loud, lines)


def _turn(change: Change) -> str:
    """`left alone → mute (not yet)`."""
    return f"{_place(change.before)} → {_place(change.after)}"


def _place(outcome: Outcome) -> str:
    return _step(outcome) + (" (not yet)" if outcome.waits else "")


def quote_of(change: Change) -> Quote | None:
    """The post that shows what the change is about."""
    return (change.before if change.kind is Kind.SPARED else change.after).entry.quote


def reasons(change: Change, zone: tzinfo) -> Iterator[str]:
    """Why it fares otherwise, each a sentence."""
    entry = (change.before if change.kind is Kind.SPARED else change.after).entry
    why = because(entry.readings, entry.comparisons, entry.site)
    if why:
        yield f"{capital(why)} (“{inline(entry.rule or '', 60)}”)."
    said = spared_because(change.after, entry.rule) if change.kind is Kind.SPARED else _until_now(change)
    yield from [said] if said else []
    yield from _other_rule(change) if change.kind is Kind.STEP else ()
    if change.after.waits:
        yield f"Not yet: {inline(change.after.entry.reason or change.after.entry.limit, MOST_REASON)}."
    yield from _younger_answer(change, zone)


def _younger_answer(change: Change, zone: tzinfo) -> Iterator[str]:
    """That it was never asked how the owner stands to the account, or only later, where the change hangs on that."""
    after, finds = change.after, change.kind in (Kind.QUIETED, Kind.WAITS, Kind.STEP)
    if finds and not after.asked:
        yield day_words.NEVER_ASKED
    elif after.asked_later and (finds or after.entry.protection):
        yield day_words.asked_later(after.asked_later, zone)


def _until_now(change: Change) -> str:
    """What kept the config before from doing the same, where that can be told."""
    before, rule = change.before, change.after.entry.rule
    if before.waits and change.after.waits:
        return ""
    if before.waits:
        return f"Until now it waited: {inline(before.entry.reason or before.entry.limit, MOST_REASON)}."
    if before.entry.protection and before.step is None:
        return f"Until now it was left alone: {inline(before.entry.reason, MOST_REASON)}."
    held = next((one for one in before.verdict.rules if one.rule == rule and not one.fires), None)
    return f"Until now: {missed(held)}." if held and before.step is None else ""


def _other_rule(change: Change) -> Iterator[str]:
    """Why the rule that decided before does not any more."""
    rule = change.before.entry.rule
    held = next((one for one in change.after.verdict.rules if one.rule == rule and not one.fires), None)
    if held is not None:
        yield f"“{inline(held.rule, 60)}” fires no more: {missed(held)}."


def spared_because(after: Outcome, rule: str | None) -> str:
    """Why an account that `rule` found is left alone."""
    if after.entry.protection:
        return f"Now: {inline(after.entry.reason, MOST_REASON)}."
    held = next((one for one in after.verdict.rules if one.rule == rule), None)
    if held is None:
        return "Now: that rule is gone, and no other fires on it."
    if not held.fires:
        return f"Now: {missed(held)}."
    in_the_way = "a mute until midnight was in force whenever it was judged"
    return "" if after.waits or after.entry.rule != rule else f"Now: the rule fires as before, but {in_the_way}."


def missed(held: RuleReading) -> str:
    """What keeps a rule from firing."""
    return inline(held.abstained or lacking(held.when), MOST_REASON)


def _owners_word(change: Change) -> Iterator[str]:
    word = change.judgement
    if word is not None:
        still = change.kind in (Kind.STEP, Kind.PUT_OFF)
        against = "it would still be quieted" if still else "this change goes against you"
        side = "as you said" if change.agrees else against
        yield f"You called it {word.opinion} on {short_day(word.at)} ({inline(word.how, 40)}): {side}."


def _judged(difference: Difference) -> Iterator[str]:
    """How it fares against the owner's own judgements."""
    before, after = difference.as_said
    many = difference.fine.many + difference.noise.many
    if not many:
        return
    was = "as before" if before == after else f"before: {before:,}"
    yield f"Of {plural(many, 'account')} you judged yourself: {after:,} as you said ({was})."
    fine, noise = difference.fine, difference.noise
    if fine.before or fine.after:
        yield f"Of {fine.many:,} you called fine it would quiet {fine.after:,} (was {fine.before:,})."
    if noise.many:
        yield f"Of {noise.many:,} you called noise it would quiet {noise.after:,} (was {noise.before:,})."


def _unread(many: int) -> Iterator[str]:
    if many:
        what = "what else it posts" if many == 1 else "what else they post"
        yield f"{plural(many, 'account')} would be looked at for the first time: {what} was never read."


def nothing_new(name: str, zone: tzinfo, times: Sequence[datetime] = ()) -> str:
    """What is said where there is nothing to hold a config against."""
    since = f" since {_date(times[0], zone)}" if times else ""
    return f"{name} says what is judged by{since}: nothing would change. Edit a line, save it, and try again."
