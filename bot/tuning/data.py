"""A difference as JSON."""

from bot.report.escape import handle
from bot.report.shapes import ChangeJson, JudgedJson, QuoteJson, TryJson
from bot.tuning.difference import Change, Difference, Judged
from bot.tuning.words import quote_of, reasons


def try_data(difference: Difference, new: str, old: str) -> TryJson:
    """The whole of it."""
    return {
        "new": new,
        "old": old,
        "since": difference.since.isoformat(),
        "until": difference.until.isoformat(),
        "accounts": difference.accounts,
        "posts": difference.posts,
        "noise_before": round(difference.noise_before, 4),
        "noise_after": round(difference.noise_after, 4),
        "changes": [_change(change) for change in difference.changes],
        "fine": _judged(difference.fine),
        "noise": _judged(difference.noise),
        "never_read": difference.unread,
    }


def _change(change: Change) -> ChangeJson:
    quote = quote_of(change)
    word = change.judgement
    return {
        "handle": handle(change.account),
        "change": change.kind.value,
        "before": change.before.step,
        "after": change.after.step,
        "limit": change.after.entry.limit or None if change.after.waits else None,
        "rule_before": change.before.entry.rule,
        "rule_after": change.after.entry.rule,
        "why": " ".join(reasons(change)),
        "quote": None if quote is None else _quote(quote.text, quote.url, quote.at.isoformat()),
        "timeline_share": round(change.share, 4),
        "standing_asked": change.after.asked,
        "judgement": word.opinion.value if word else None,
    }


def _quote(text: str, url: str, at: str) -> QuoteJson:
    return {"text": text, "url": url, "at": at}


def _judged(judged: Judged) -> JudgedJson:
    return {"accounts": judged.many, "quieted_before": judged.before, "quieted_after": judged.after}
