"""Whom to ask the owner about: the accounts that are borderline or undecided, in the order of asking."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.judging import trust
from bot.judging.rules import slack
from bot.model import EPOCH, SELF, Case, Comparison, Decision, Entry, Post, Question, RuleReading, Verdict
from bot.signals import BY_NAME

NOT_SETTLED = frozenset({trust.FEED_UNREAD, trust.STANDING_UNKNOWN, trust.NOT_KNOWN})
"""Protections that only say that something could not be read."""
MOST_SHOWN = 5
"""Posts of an account that are shown."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an account that was judged."""

    verdict: Verdict
    """What the present rules say of it."""
    newest: Entry | None = None
    """What was last decided of it."""
    decision: Decision | None = None
    """The same as a decision on this verdict; None where that was on another."""
    timeline_share: float | None = None
    """Its part of the items in the owner's timeline, 0 to 1."""
    quieted: bool = False
    """Whether an action on it is in force."""


def cases(seen: Iterable[Seen], answered: Collection[str], skipped: Mapping[str, datetime]) -> list[Case]:
    """Those to be asked about, in the order of asking. Never those `answered` (account ids): judged, kept or taken back
    by the owner. Whom they skipped come last of all, in the order of skipping."""
    return still_open(filter(None, map(_case, seen)), answered, skipped)


def still_open(found: Iterable[Case], answered: Collection[str], skipped: Mapping[str, datetime]) -> list[Case]:
    """The same of cases that were found before: near misses by how near, then what waits, what a rule on trial found,
    what is milder than its rule, and what too little is known of; the loudest first within each."""
    asked = (case for case in found if case.account.id not in answered)
    return sorted((replace(case, skipped=skipped.get(case.account.id)) for case in asked), key=_place)


def _case(seen: Seen) -> Case | None:
    question = question_of(seen.verdict, seen.newest, quieted=seen.quieted)
    if question is None:
        return None
    shown = seen.verdict.deciding
    missed = how_far(shown) if question is Question.NEAR and shown else 0.0
    return Case(seen.verdict, question, seen.decision, seen.timeline_share, missed=missed)


def _place(case: Case) -> tuple[datetime, int, float, float, str]:
    kind = list(Question).index(case.question)
    return case.skipped or EPOCH, kind, case.missed, -(case.timeline_share or 0.0), case.account.id


def question_of(verdict: Verdict, newest: Entry | None, *, quieted: bool = False) -> Question | None:
    """Why the owner is to be asked about an account, by what the rules say of it now and what was last decided; None
    where neither leaves a question open. Whoever is `quieted` waits for nothing."""
    if verdict.rule is None:
        return _of_no_rule(verdict)
    protection = newest.protection if newest else None
    if protection in NOT_SETTLED:
        return Question.UNKNOWN
    if protection and protection != trust.SHADOW:
        return None
    if verdict.shadow:
        return Question.SHADOW
    if not quieted and (newest is None or newest.rule != verdict.rule or newest.limit):
        return Question.WAITING
    return Question.LOWERED if verdict.lowered else None


def _of_no_rule(verdict: Verdict) -> Question | None:
    if any(rule.near for rule in verdict.rules):
        return Question.NEAR
    return Question.UNKNOWN if verdict.abstained or any(rule.unknown for rule in verdict.rules) else None


def how_far(rule: RuleReading) -> float:
    """How far a rule that nearly fires is from firing, as a part of what still counts as near: 0 at its bound, 1 at
    the most. Where an exception spares the account, how far it is from not doing so."""
    between = [c for c in rule.when if not c.holds] or [c for c in rule.unless if c.holds]
    return max((_distance(held) for held in between), default=0.0)


def _distance(held: Comparison) -> float:
    """From a reading to the nearer end of its bound, in the bound's own slack."""
    if held.reading is None:
        return 1.0
    unit = BY_NAME[held.signal].unit
    ends = [(end, slack(end, unit)) for end in (held.at_least, held.at_most) if end is not None]
    return min((abs(held.reading - end) / room for end, room in ends if room), default=1.0)


def sample(posts: Sequence[Post], most: int = MOST_SHOWN) -> tuple[Post, ...]:
    """Posts to judge an account by, newest first: the newest, and among them one of each kind (its own, an answer to
    somebody, a repost) where there is any, so that what speaks for it is never left out."""
    of_each = {_kind(post): place for place, post in reversed(list(enumerate(posts)))}
    chosen = sorted(of_each.values())[:most]
    others = (place for place in range(len(posts)) if place not in chosen)
    chosen += [place for place, _ in zip(others, range(most - len(chosen)), strict=False)]
    return tuple(posts[place] for place in sorted(chosen))


def _kind(post: Post) -> str:
    if post.repost_of is not None:
        return "repost"
    return "own" if post.reply_to in (None, SELF) else "answer"
