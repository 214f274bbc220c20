"""Daily quotas: who has posted more today than the owner asked for, and until when they are to be silent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.judging.evidence import MOST_POSTS, quoted
from bot.judging.rules import Bounds, Reading, Rule, read
from bot.model import Decision, History, Step, Verdict

POSTS_TODAY = "posts_today"
"""Among the readings: how much the account had brought to the timeline that day."""


def day_began(now: datetime, zone: tzinfo) -> datetime:
    """The owner's last local midnight, as UTC."""
    return _midnight(now.astimezone(zone), zone)


def day_ends(now: datetime, zone: tzinfo) -> datetime:
    """The owner's next local midnight, as UTC. By dates, not hours: a day of 23 or 25 hours ends right too."""
    return _midnight(now.astimezone(zone) + timedelta(days=1), zone)


def _midnight(local: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(local.date(), time(), zone).astimezone(UTC)


def least(rules: Iterable[Rule]) -> int | None:
    """The smallest quota of all; None where no rule has one."""
    return min((rule.quota for rule in rules if rule.quota is not None), default=None)


def signals(rules: Iterable[Rule]) -> list[str]:
    """What the quota rules ask for beside the number, each once."""
    return list(dict.fromkeys(name for rule in rules if rule.quota is not None for name in (*rule.when, *rule.unless)))


def exceeded(
    readings: Mapping[str, float | None], today: int, rules: Sequence[Rule], profile: str, platform: str
) -> Rule | None:
    """The first quota rule that `today` posts of an account in the owner's timeline go beyond, bounds included."""
    for rule in rules:
        if rule.quota is None or today <= rule.quota or not rule.only.covers(profile, platform):
            continue
        if _all(rule.when, readings) and not _any(rule.unless, readings):
            return rule
    return None


def _all(bounds: Mapping[str, Bounds], readings: Mapping[str, float | None]) -> bool:
    return all(bound.hold(readings[name]) for name, bound in bounds.items())


def _any(bounds: Mapping[str, Bounds], readings: Mapping[str, float | None]) -> bool:
    """Whether an exception holds, or may: what cannot be known spares."""
    return any(readings[name] is None or bound.hold(readings[name]) for name, bound in bounds.items())


def judge(history: History, today: int, rules: Sequence[Rule], profile: str, reading: Reading = read) -> Verdict:
    """What the quota rules say of an account that brought so much to the owner's timeline today."""
    readings = reading(history, signals(rules))
    rule = exceeded(readings, today, rules, profile, history.platform)
    shown = history.posts[:MOST_POSTS]
    return Verdict(
        account=history.account,
        rule=rule.name if rule else None,
        step=Step.MUTE if rule else None,
        rules=(),
        readings={POSTS_TODAY: float(today), **readings},
        evidence=tuple(post.url or post.id for post in shown),
        quote=quoted(shown),
        feed_read=history.until,
    )


def turn(account: str, today: int) -> tuple[int, str]:
    """By this accounts (ids) are put in their turn: the loudest of the day first, where a limit leaves room for few."""
    return -today, account


def until_midnight(decision: Decision, midnight: datetime) -> Decision:
    """The decision, lasting to the end of the owner's day where no protection stands."""
    return replace(decision, until=midnight) if decision.step else decision
