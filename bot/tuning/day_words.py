"""What changed quotas come to, as the owner reads it: on which days, by how much, and one post."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from bot.judging.quota import POSTS_TODAY
from bot.model import Entry, Quote
from bot.report.accounts import quotation
from bot.report.escape import handle, inline
from bot.report.figures import percent, plural, several, short_day
from bot.tuning.days import DayChange, DayKind, QuotaDifference
from bot.tuning.told import Person, Row

MOST_DAYS = 3
DAY = timedelta(days=1)
NEVER_ASKED = "How you stand to it was never asked: it could be somebody you follow back or answered."
HIDDEN = "A mute hides the rest of its day: who would have gone beyond the other quota later on is not known."


def asked_later(first: datetime, zone: tzinfo) -> str:
    """That the answer is younger than what rests on it."""
    return (
        f"How you stand to it was first asked on {_date(first, zone)}: that answer is taken for the days before, too."
    )


def rows(changes: Sequence[DayChange], most: int) -> Iterator[Row]:
    """One a kind."""
    for kind in DayKind:
        of = [change for change in changes if change.kind is kind]
        if of:
            yield Row(kind, len(of), several([_short(change) for change in of], most))


def _short(change: DayChange) -> str:
    """`Radio Kiosk (3 days)`, `Radio Kiosk (3 days, was 1)`, `Radio Kiosk (never, was 3 days)`."""
    name = inline(change.account.display_name, 40) or handle(change.account)
    before, after = len(change.before.plans), len(change.after.plans)
    if not after:
        return f"{name} (never, was {plural(before, 'day')})"
    return f"{name} ({plural(after, 'day')}{f', was {before:,}' if before else ''})"


def person(change: DayChange, zone: tzinfo) -> Person:
    """Who it is, on how many days it is muted, why, one post, and the owner's own word."""
    loud = f"{percent(change.share)} of your timeline" if change.share else ""
    turn = f"muted until midnight: {_often(len(change.before.plans))} → {_often(len(change.after.plans))}"
    post = quotation(quote_of(change))
    return Person(change.account, turn, loud, (*reasons(change, zone), *([post] if post else [])))


def _often(days: int) -> str:
    return f"on {plural(days, 'day')}" if days else "never"


def quote_of(change: DayChange) -> Quote | None:
    """A post of the newest day that is told of."""
    return next((plan.quote for plan in reversed((*change.no_longer, *change.newly)) if plan.quote), None)


def reasons(change: DayChange, zone: tzinfo) -> Iterator[str]:
    """Why quotas find it otherwise, each a sentence."""
    if change.newly:
        yield _told("Newly on", change.newly, zone)
        if not change.after.asked:
            yield NEVER_ASKED
        elif change.after.asked_later:
            yield asked_later(change.after.asked_later, zone)
    if change.no_longer:
        yield _told("No longer on", change.no_longer, zone)
    word = change.judgement
    if word is not None:
        side = {True: ": as you said", False: ": this change goes against you", None: ""}[change.agrees]
        yield f"You called it {word.opinion} on {_date(word.at, zone)} ({inline(word.how, 40)}){side}."


def _told(begin: str, plans: Sequence[Entry], zone: tzinfo) -> str:
    """`Newly on 3 Mar, 4 Mar, 7 Mar and 2 more: 7 to 9 posts of the day had come when it was muted (“six a day”).`"""
    days = several([_date(plan.at, zone) for plan in plans], MOST_DAYS)
    counts = sorted({int(plan.readings.get(POSTS_TODAY) or 0) for plan in plans})
    many = plural(counts[0], "post") if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,} posts"
    rules = ", ".join(f"“{inline(name, 60)}”" for name in sorted({plan.rule or "" for plan in plans}))
    return f"{begin} {days}: {many} of the day had come by then ({rules})."


def _date(time: datetime, zone: tzinfo) -> str:
    return short_day(time.astimezone(zone))


def closing(found: QuotaDifference, since: datetime, zone: tzinfo) -> Iterator[str]:
    """What the quotas could not be tried on, since the time that is looked at."""
    if found.hidden:
        yield HIDDEN
    if found.differ and found.since is None:
        yield "Quotas could not be tried: what they count is kept from now on. What they did stands as it was."
    elif found.differ and found.since and found.since > since + DAY:
        yield f"Quotas are tried on what came since {_date(found.since, zone)}; what they did before stands as it was."
