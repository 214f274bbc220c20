"""Daily quotas: who has posted more today than the owner asked for, and until when they are to be silent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.judging.rules import EVIDENCE_POSTS, Bounds, Rule, quoted, read
from bot.model import Decision, History, Step, Verdict


def day_began(now: datetime, zone: tzinfo) -> datetime:
    """The owner's last local midnight, as UTC."""
    return _midnight(now.astimezone(zone), zone)


def day_ends(now: datetime, zone: tzinfo) -> datetime:
    """The owner's next local midnight, as UTC. By dates, not hours: a day of 23 or 25 hours ends right too."""
    return _midnight(now.astimezone(zone) + timedelta(days=1), zone)


def _midnight(local: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(local.date(), time(), zone).astimezone(UTC)


def exceeded(history: History, today: int, rules: Sequence[Rule], profile: str) -> Rule | None:
    """The first quota rule that `today` posts of the account in the owner's timeline go beyond, bounds included."""
    for rule in rules:
        if rule.quota is None or today <= rule.quota or not rule.only.covers(profile, history.platform):
            continue
        readings = read(history, (*rule.when, *rule.unless))
        if _all(rule.when, readings) and not _any(rule.unless, readings):
            return rule
    return None


def _all(bounds: Mapping[str, Bounds], readings: Mapping[str, float | None]) -> bool:
    return all(bound.hold(readings[name]) for name, bound in bounds.items())


def _any(bounds: Mapping[str, Bounds], readings: Mapping[str, float | None]) -> bool:
    """Whether an exception holds, or may: what cannot be known spares."""
    return any(readings[name] is None or bound.hold(readings[name]) for name, bound in bounds.items())


def verdict(history: History, rule: Rule, today: int) -> Verdict:
    """What a quota rule says of an account that went beyond it."""
    shown = history.posts[:EVIDENCE_POSTS]
    return Verdict(
        account=history.account,
        rule=rule.name,
        step=Step.MUTE,
        rules=(),
        readings={"posts_today": float(today), **read(history, (*rule.when, *rule.unless))},
        evidence=tuple(post.url or post.id for post in shown),
        quote=quoted(shown),
        feed_read=history.until,
    )


def until_midnight(decision: Decision, midnight: datetime) -> Decision:
    """The decision, lasting to the end of the owner's day where no protection stands."""
    return replace(decision, until=midnight) if decision.step else decision
