"""Suggested bounds as the owner reads them, and as JSON."""

from collections.abc import Collection, Iterator, Sequence

from bot.config.editing import named, spelled
from bot.model import Account, Opinion
from bot.report.escape import handle, inline, terminal
from bot.report.figures import plural, several
from bot.report.shapes import BoundJson, NoBoundJson, TuneJson
from bot.tuning.suggestion import LEAST, Lack, Suggestion, Without
from bot.tuning.suggestions import Advice

MOST_NAMED = 6
FEW, MANY = 6, 12
"""From so many judged accounts on a bound is no mere hint; from so many on it is sure."""
JUDGE = "quietfeed review"
KEEP = "quietfeed keep"


def text(advice: Advice, days: int, kept: Collection[str] = ()) -> str:
    """What is suggested and why, plain text without a trailing newline. `days` are those looked back, `kept` the ids of
    accounts that the owner's word protects already: nobody is told to protect those."""
    judged = advice.fine + advice.noise
    blocks = [
        f"By {plural(judged, 'account')} that you judged ({advice.fine:,} fine, {advice.noise:,} noise), as they were "
        f"in the last {plural(days, 'day')}:"
    ]
    blocks += ["\n".join(_suggested(one)) for one in advice.suggestions]
    if not advice.suggestions:
        blocks.append("No bound is to be changed.")
    if advice.without:
        blocks.append("\n".join(["Nothing is suggested for:", *(f"  {_without(one, kept)}" for one in advice.without)]))
    blocks.append("\n".join(_closing(advice, judged, kept)))
    return "\n\n".join(blocks)


def _suggested(one: Suggestion) -> Iterator[str]:
    move = one.move
    ends = f"{spelled(move.instead)} instead of {spelled(move.now)}"
    yield f"“{inline(move.rule, 60)}”: {named(move)} {ends}"
    right = plural(len(one.right), "account")
    if move.tighter:
        yield f"  no longer fires on {right} that you called fine: {_names(one.right)}"
        if move.under == "evidence":
            yield "  for now: once more is known of them, it may fire on them after all"
        yield from _lost(one)
    else:
        yield f"  also finds {right} that you called noise: {_names(one.right)}"
    if one.newly:
        more = "more is asked for on" if move.tighter else "but it also finds"
        yield f"  {more} {plural(len(one.newly), 'account')} that you did not judge: {_all(one.newly)}"
    elif not move.tighter:
        yield "  and nobody else that was judged in this time"
    yield f"  {sureness(one)}"


def _lost(one: Suggestion) -> Iterator[str]:
    """What a tighter bound costs."""
    if one.lost:
        many = plural(len(one.lost), "account")
        yield f"  but {many} that you called noise would be found no more: {_names(one.lost)}"
    elif one.noise:
        yield f"  and none of the {one.noise:,} that you called noise is lost"
    if one.others_lost:
        many = plural(len(one.others_lost), "account")
        yield f"  {many} that you did not judge would be found no more: {_names(one.others_lost)}"


def sureness(one: Suggestion) -> str:
    """`Rests on 9 accounts that you judged (4 fine, 5 noise): fairly sure.`"""
    of = f"{one.fine:,} fine, {one.noise:,} noise"
    sure = "a hint, no more" if one.judged < FEW else "fairly sure" if one.judged < MANY else "sure"
    return f"Rests on {plural(one.judged, 'account')} that you judged ({of}): {sure}."


def _without(one: Without, kept: Collection[str]) -> str:
    many, rule = plural(len(one.accounts), "account"), f"“{inline(one.rule, 60)}”"
    fires = "fires on" if one.opinion is Opinion.FINE else "nearly fires on"
    wrong = f"{rule} {fires} {many} that you called {one.opinion}: {_names(one.accounts)}"
    if one.why == Lack.FEW:
        return f"{wrong}. {needed(one):,} more of the kind and a bound can be found: {JUDGE}"
    if one.move is not None:
        move = f"{named(one.move)} {spelled(one.move.instead)}"
        if one.why == Lack.TESTS:
            return f"{wrong}. {move} would mend it, but fails the rule's own tests"
        return f"{wrong}. {move} would mend it: change it by hand, for others in your file share it"
    if one.opinion is Opinion.FINE:
        open_ones = _not_kept(one.accounts, kept)
        what = f"to protect {_them(open_ones)}: {KEEP} HANDLE" if open_ones else "your word protects them already"
        return f"{wrong}. No bound of it tells them from noise at a fair price; {what}"
    return f"{wrong}. No bound of it finds them without touching others"


def needed(one: Without) -> int:
    """How many more accounts must speak for a bound; 0 where their number is not what lacks."""
    return max(LEAST - len(one.accounts), 1) if one.why == Lack.FEW else 0


def _closing(advice: Advice, judged: int, kept: Collection[str]) -> Iterator[str]:
    was = "as now" if advice.before == advice.after else f"now: {advice.before:,}"
    yield (
        f"Of the {plural(judged, 'account')} the rules alone, whatever protects them, would treat {advice.after:,} as "
        f"you said ({was})."
    )
    still = _not_kept(advice.still, kept)
    if still and advice.suggestions:
        yield f"Called fine, and still found: {_names(still)}. To protect {_them(still)}: {KEEP} HANDLE"


def _not_kept(accounts: Sequence[Account], kept: Collection[str]) -> list[Account]:
    return [account for account in accounts if account.id not in kept]


def _them(accounts: Sequence[Account]) -> str:
    return "it" if len(accounts) == 1 else "them"


def too_few(judged: int, days: int) -> str:
    """Why nothing can be suggested at all, and what to do."""
    known = f"{plural(judged, 'account')} of the last {plural(days, 'day')}" if judged else "no account yet"
    more = LEAST - judged
    return (
        f"you judged {known}, and a bound rests on {LEAST} at least: judge {more} more with `{JUDGE}`; what you keep, "
        "undo and confirm counts as well"
    )


def _names(accounts: Sequence[Account]) -> str:
    return several([_name(one) for one in accounts], MOST_NAMED)


def _all(accounts: Sequence[Account]) -> str:
    return ", ".join(_name(one) for one in accounts)


def _name(account: Account) -> str:
    return handle(account)


def tune_data(advice: Advice, config: str, span: tuple[str, str], diff: str, backup: str | None) -> TuneJson:
    """The same for programs. `span` is when the time looked at begins and ends, `backup` None where nothing was
    written."""
    return {
        "config": config,
        "since": span[0],
        "until": span[1],
        "fine": advice.fine,
        "noise": advice.noise,
        "as_said_before": advice.before,
        "as_said_after": advice.after,
        "suggestions": [_bound_data(one) for one in advice.suggestions],
        "without": [_without_data(one) for one in advice.without],
        "still_found": _handles(advice.still),
        "diff": diff,
        "written": backup is not None,
        "backup": backup,
    }


def _bound_data(one: Suggestion) -> BoundJson:
    move = one.move
    return {
        "rule": move.rule,
        "under": move.under,
        "signal": move.signal,
        "end": move.end,
        "now": move.now,
        "instead": move.instead,
        "change": "tighter" if move.tighter else "looser",
        "right": _handles(one.right),
        "lost": _handles(one.lost),
        "others_lost": _handles(one.others_lost),
        "newly": _handles(one.newly),
        "fine": one.fine,
        "noise": one.noise,
    }


def _without_data(one: Without) -> NoBoundJson:
    return {
        "rule": one.rule,
        "why": one.why.value,
        "judged": one.opinion.value,
        "accounts": _handles(one.accounts),
        "needed": needed(one),
    }


def _handles(accounts: Sequence[Account]) -> list[str]:
    return [terminal(account.handle) for account in accounts]
