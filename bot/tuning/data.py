"""A difference as JSON."""

from datetime import datetime, tzinfo

from bot.judging.quota import POSTS_TODAY
from bot.model import Entry, Quote
from bot.report.escape import handle
from bot.report.shapes import ChangeJson, DayChangeJson, JudgedJson, MutedDayJson, QuoteJson, TryJson
from bot.tuning import day_words
from bot.tuning.days import DayChange
from bot.tuning.difference import Change, Difference, Judged
from bot.tuning.words import quote_of, reasons


def try_data(difference: Difference, new: str, old: str, zone: tzinfo) -> TryJson:
    """The whole of it; days are those of the `zone`."""
    return {
        "new": new,
        "old": old,
        "since": difference.since.isoformat(),
        "until": difference.until.isoformat(),
        "accounts": difference.accounts,
        "posts": difference.posts,
        "noise_before": round(difference.noise_before, 4),
        "noise_after": round(difference.noise_after, 4),
        "changes": [_change(change, zone) for change in difference.changes],
        "quotas": [_day_change(change, zone) for change in difference.quotas.changes],
        "quotas_since": _iso(difference.quotas.since),
        "fine": _judged(difference.fine),
        "noise": _judged(difference.noise),
        "never_read": difference.unread,
    }


def _change(change: Change, zone: tzinfo) -> ChangeJson:
    quote = quote_of(change)
    word = change.judgement
    return {
        "handle": handle(change.account),
        "change": change.kind.value,
        "before": change.before.step,
        "after": change.after.step,
        "waits_before": change.before.due if change.before.waits else None,
        "waits_after": change.after.due if change.after.waits else None,
        "limit": change.after.entry.limit or None if change.after.waits else None,
        "rule_before": change.before.entry.rule,
        "rule_after": change.after.entry.rule,
        "why": " ".join(reasons(change, zone)),
        "quote": _quote(quote),
        "timeline_share": round(change.share, 4),
        "standing_asked": change.after.asked,
        "standing_asked_later": _iso(change.after.asked_later),
        "judgement": word.opinion.value if word else None,
    }


def _day_change(change: DayChange, zone: tzinfo) -> DayChangeJson:
    word = change.judgement
    return {
        "handle": handle(change.account),
        "change": change.kind.value,
        "before": len(change.before.plans),
        "after": len(change.after.plans),
        "newly": [_muted(plan) for plan in change.newly],
        "no_longer": [_muted(plan) for plan in change.no_longer],
        "why": " ".join(day_words.reasons(change, zone)),
        "quote": _quote(day_words.quote_of(change)),
        "timeline_share": round(change.share, 4),
        "standing_asked": change.after.asked,
        "standing_asked_later": _iso(change.after.asked_later),
        "judgement": word.opinion.value if word else None,
    }


def _muted(plan: Entry) -> MutedDayJson:
    return {
        "at": plan.at.isoformat(),
        "until": _iso(plan.until),
        "rule": plan.rule or "",
        "posts": int(plan.readings.get(POSTS_TODAY) or 0),
    }


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _quote(quote: Quote | None) -> QuoteJson | None:
    return {"text": quote.text, "url": quote.url, "at": quote.at.isoformat()} if quote else None


def _judged(judged: Judged) -> JudgedJson:
    return {"accounts": judged.many, "quieted_before": judged.before, "quieted_after": judged.after}
