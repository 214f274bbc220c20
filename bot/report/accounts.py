"""What a report says of one account: its name, why, one of its posts, and until when."""

from collections.abc import Iterator, Sequence

from bot.model import SELF, Account, Post, Quote, Step
from bot.report.day import AGAIN, RENEWED, UNCONFIRMED, Day, Line
from bot.report.escape import handle, inline, web
from bot.report.figures import percent, plural, short_day
from bot.report.reasons import because

MOST_NAME, MOST_QUOTED, MOST_REASON = 40, 90, 200
"""Characters."""
DONE = {Step.MUTE: "Muted", Step.LIST: "Listed", Step.HIDE_REPOSTS: "Hid the reposts of", Step.REPORT: "Reported"}
DO = {Step.MUTE: "mute", Step.LIST: "list", Step.HIDE_REPOSTS: "hide the reposts of", Step.REPORT: "report"}


def who(line: Line) -> str:
    """`Growth Hive growthhive@market.test`; the handle alone where the name tells no more."""
    return named(line.account)


def named(account: Account) -> str:
    """The same of any account."""
    shown, written = inline(account.display_name, MOST_NAME), handle(account)
    local = written.partition("@")[0].partition(".")[0]
    return f"{shown} {written}" if shown and shown.casefold() != local.casefold() else written


def why(line: Line, most: int = 3) -> str:
    """Why it was found: the readings that decide, so many at most, in words; else the reason that the ledger gives."""
    return because(line.readings, line.comparisons, line.site, most) or inline(line.reason, MOST_REASON)


def quotation(quote: Quote | None) -> str:
    """A post, cut short: `“Ten kettles under twenty”`; empty where there is none that says anything."""
    words = inline(quote.text, MOST_QUOTED) if quote else ""
    return f"“{words}”" if words else ""


def page(line: Line) -> str:
    """The address of the post that is quoted, or of the first that shows it; empty where none can be opened."""
    found = line.quote.url if line.quote else next(iter(line.evidence), "")
    return web(found) or ""


def loudness(line: Line) -> str:
    """`4 % of your timeline`, or nothing where it is unknown or none."""
    return f"{percent(line.timeline_share)} of your timeline" if line.timeline_share else ""


def brought(posts: Sequence[Post]) -> str:
    """What an account brought to the timeline: `12 posts: 9 of its own, 3 of them with a link; 2 answers, 1 repost`."""
    reposts = sum(post.repost_of is not None for post in posts)
    answers = sum(post.repost_of is None and post.reply_to not in (None, SELF) for post in posts)
    linked = sum(bool(post.links) for post in posts if post.repost_of is None and post.reply_to in (None, SELF))
    own = len(posts) - reposts - answers
    with_link = f", {'all' if linked == own > 1 else f'{linked:,}'} of them with a link" if linked else ""
    counts = ((answers, "answer"), (reposts, "repost"))
    others = ", ".join(plural(many, one) for many, one in counts if many)
    parts = (f"{own:,} of its own{with_link}" if own else "", others)
    return f"{plural(len(posts), 'post')}: {'; '.join(part for part in parts if part)}"


def expiry(line: Line) -> str:
    """`until 22 Dec`, or nothing."""
    return f"until {short_day(line.until)}" if line.until else ""


def not_yet(line: Line) -> str:
    """What keeps it from being done now: `not yet: …`, or nothing."""
    return f"not yet: {inline(line.reason or line.limit, MOST_REASON)}" if line.limit else ""


def waiting(line: Line) -> str:
    """The same, where the heading does not say it: that it waits for a second look."""
    return "" if line.limit == UNCONFIRMED else not_yet(line)


def found(line: Line, most: int = 3) -> str:
    """`Growth Hive growthhive@market.test – 120 posts in 4 days, every one with a link; answered nobody`."""
    return f"{who(line)} – {why(line, most)}" if why(line, most) else who(line)


def again(line: Line) -> tuple[str, str]:
    """What was found again, `mute, until 22 Dec`, and how: `it carries quietfeed's mark`."""
    facts = [DO[line.step] if line.step else "", expiry(line)]
    return ", ".join(fact for fact in facts if fact), line.reason.removeprefix(AGAIN)


def ended(line: Line) -> str:
    """`Radio Kiosk kiosk@radio.test (mute): its time is up`."""
    step = f" ({line.step.replace('_', ' ')})" if line.step else ""
    return who(line) + step + (f": {inline(line.reason, MOST_REASON)}" if line.reason else "")


def spared(line: Line) -> str:
    """`Ann's Bakery ann@bakery.test: you follow each other`."""
    return f"{who(line)}: {inline(line.reason, MOST_REASON) or 'no rule fires on it any more'}"


WHEN = {
    "confirmed": "confirmed by a second look",
    "new": "new today",
    "unconfirmed": "after a second look on another day",
}
"""What is news of something that is to be done, the most certain first."""


def kind(line: Line) -> str:
    """Which of these it is."""
    return "unconfirmed" if line.limit == UNCONFIRMED else "confirmed" if line.known else "new"


def numbered(day: Day) -> Iterator[tuple[str, list[tuple[int, Line]]]]:
    """The news about accounts that the owner may answer with a number, each with its number from 1 on, under their
    headings, most important first."""
    first = 1
    for heading, lines in _news(day):
        yield heading, list(enumerate(lines, first))
        first += len(lines)


def _news(day: Day) -> Iterator[tuple[str, list[Line]]]:
    for step in sorted(Step, key=lambda one: -one.severity):
        if done := [line for line in day.done if line.step is step and line.reason != RENEWED]:
            yield f"{DONE[step]} {len(done):,}", done
    for which, words in WHEN.items():
        for step in sorted(Step, key=lambda one: -one.severity):
            if new := [line for line in day.planned if line.new and line.step is step and kind(line) == which]:
                yield f"{'Would' if day.dry else 'Will'} {DO[step]} {len(new):,}, {words}", new
