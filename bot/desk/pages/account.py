"""Account: what comes of one account and why, its posts, its story, and what can be done about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.desk.asked import account_of
from bot.desk.faces import face
from bot.desk.pages.remedies import remedies
from bot.desk.posts import posts_of
from bot.desk.visit import Facts, Visit
from bot.model import Account, Decision, Entry, Event, History, Verdict
from bot.report.accounts import brought
from bot.report.escape import handle, inline, web
from bot.report.explain import what_was
from bot.report.explain_rules import state
from bot.report.explain_short import between, moved, opening, seen, ways_out
from bot.report.figures import moment, percent, span
from bot.report.judgements import said
from bot.report.page.bars import Bar, bars
from bot.report.page.cards import IS, NAME, SENTENCE, WOULD, stands_until
from bot.report.sentences import capital
from bot.service import accounts, verdicts
from bot.store import KeptFeed

POSTS = 30
ENTRIES = 50
"""Posts, and entries of its story, that are shown."""
AT_ONCE = 10
"""Posts that are not folded away."""
COUNTED = 1_000
"""Of the timeline's posts of an account that was not judged yet."""
LATELY = timedelta(days=3)
"""How the owner stood to it longer ago is not told."""


@dataclass(frozen=True, slots=True)
class Held:
    """One rule held against the account."""

    rule: str
    says: str
    """`fires and decides`."""
    bounds: list[Bar]
    unless: list[Bar]
    """Its exceptions."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of its story."""

    at: str
    iso: str
    what: str
    why: str


def facts(visit: Visit) -> Facts:
    """All that is known of the account of that `id`. Raises NotThere where nothing is."""
    account = account_of(visit, visit.query.get("id", ""))
    profile, store = visit.profile, visit.store
    feed = store.own_feed(profile.name, account.id)
    entries = store.entries(profile.name, account_id=account.id)
    verdict = verdicts.judged(feed, profile, store, visit.config) if feed else None
    timeline = _timeline(visit, account)
    posts = feed.feed.posts if feed else timeline.posts if timeline else ()
    judged = next((one for one in reversed(entries) if one.event is Event.JUDGED), None)
    decision = verdicts.remembered(verdict, judged) if verdict else None
    return {
        **_who(account),
        "sentences": [
            *_standing(visit, account),
            *(_judged(verdict, decision) if verdict else _unread(timeline, visit)),
            *_share(timeline),
            *_between(visit, account, feed, decision),
        ],
        "rules": _rules(verdict) if verdict else [],
        "at_once": AT_ONCE,
        "posts": posts_of(visit, posts[:POSTS]),
        "read": moment(feed.at, visit.today, visit.zone) if feed else "",
        "story": [_told(visit, one) for one in entries[::-1][:ENTRIES]],
        "older": max(0, len(entries) - ENTRIES),
        "remedies": remedies(visit, account),
    }


def _who(account: Account) -> Facts:
    written = handle(account)
    return {
        "title": written,
        "account": account.id,
        "handle": written,
        "name": inline(account.display_name, NAME) or written,
        "face": face(account.id, account.display_name, written),
        "there": web(account.url) or "",
    }


def _timeline(visit: Visit, account: Account) -> History | None:
    """What the timeline showed of it inside the window; None where that is nothing."""
    of = visit.profile.name, visit.profile.platform, visit.now - visit.config.window, visit.now
    return next(visit.store.histories(*of, visit.config.lexicon, {account.id}, COUNTED), None)


def _standing(visit: Visit, account: Account) -> Iterator[str]:
    """What is done to it now, or would be since the owner asked for it; and what they said of it."""
    action = accounts.done(visit.profile.name, visit.store, visit.config, visit.now).get(account.id)
    if action and (action.is_asked or not action.plan.dry):
        asked = ", since you asked for it" if action.is_asked else ""
        yield f"{capital(stands_until(action.step, WOULD if action.plan.dry else IS, action.until))}{asked}."
    word = visit.store.judgements(visit.profile.name).get(account.id)
    if word:
        yield f"{capital(said(word))}."


def _judged(verdict: Verdict, decision: Decision | None) -> Iterator[str]:
    """What comes of it by its own feed, and what would spare it."""
    yield opening(verdict, decision)
    yield from moved(verdict)
    yield from seen(verdict)
    shown = verdict.deciding
    if shown and shown.fires and not (decision and decision.protection):
        yield from filter(None, [ways_out(shown.when, verdict.readings)])


def _unread(timeline: History | None, visit: Visit) -> Iterator[str]:
    """What is said of an account whose own feed was not read yet."""
    if timeline is None:
        yield "Nothing of it showed lately."
    else:
        seen = accounts.seen_for(visit.profile.name, visit.store, visit.config, visit.now)
        yield f"In the last {span(seen)} your timeline showed {brought(timeline.posts)}."
    yield "Its own feed was not read yet, so no rule was asked about it: a rule judges nobody by your timeline alone."


def _share(timeline: History | None) -> Iterator[str]:
    if timeline and timeline.timeline_posts and timeline.timeline_total:
        yield f"It is {percent(timeline.timeline_posts / timeline.timeline_total)} of your timeline."


def _between(visit: Visit, account: Account, feed: KeptFeed | None, decision: Decision | None) -> Iterator[str]:
    """How the owner stands to it, as far as that is remembered."""
    since = max(feed.at, visit.now - LATELY) if feed else visit.now
    yield from between(accounts.remembered(visit.profile.name, account, visit.store, since), decision)


def _rules(verdict: Verdict) -> list[Held]:
    """Every rule that applies, bound by bound, the deciding one first."""
    first = verdict.deciding
    ordered = sorted(verdict.rules, key=lambda rule: (rule is not first, not rule.fires, not rule.near))
    return [Held(inline(rule.rule, NAME), state(rule, verdict), bars(rule.when), bars(rule.unless)) for rule in ordered]


def _told(visit: Visit, entry: Entry) -> Told:
    when = moment(entry.at, visit.today, visit.zone)
    return Told(when, entry.at.isoformat(), what_was(entry), inline(entry.reason, SENTENCE))
