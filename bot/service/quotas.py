"""Holding accounts to the quotas of a day, at the end of a sweep, and keeping what that rested on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.actions import limits
from bot.actions.lifecycle import in_force_on
from bot.config import Config, measuring
from bot.errors import UserError
from bot.judging import quota, reach, trust
from bot.model import Decision, History, Verdict
from bot.service import kept, recording
from bot.service.daily import local_zone
from bot.service.decider import Decider
from bot.service.stands import Fresh


@dataclass(frozen=True, slots=True)
class Round:
    """What of its sweep the quotas heed."""

    began: datetime
    begun: int
    """How many actions it has begun already: these leave so much less room."""
    paused: datetime | None = None
    """Until when the owner asked to pause."""


def decide(decider: Decider, now: datetime, sweep: Round) -> list[Decision]:
    """Decisions on those who brought more to the timeline today than a rule's quota, the loudest first, until the
    owner's midnight."""
    zone = _zone(decider.config)
    day = quota.day_began(now, zone), quota.day_ends(now, zone)
    heard = _loud(decider, now, day)
    verdicts = [quota.judge(one, today, decider.config.rules, decider.profile) for one, today in heard]
    known, decisions = _decided(decider, verdicts, now, day[1], sweep)
    decisions = limits.paused(decisions, sweep.paused)
    by = (now, decider.config.fingerprint, measuring(decider.config), decider.executor.dry)
    occasion = recording.Occasion(*by, paused=sweep.paused, day=day, began=sweep.began)
    recording.keep(decider.profile, decider.store, [one for one, _ in heard], decisions, known, occasion)
    return [decision for decision in decisions if decision.verdict.rule]


def _zone(config: Config) -> tzinfo:
    """The owner's time zone. Where it is not known, only a quota needs it: UTC where there is none."""
    try:
        return local_zone(config)
    except UserError:
        if quota.least(config.rules) is None:
            return UTC
        raise


def _loud(decider: Decider, now: datetime, day: tuple[datetime, datetime]) -> list[tuple[History, int]]:
    """What the timeline showed of those beyond the smallest quota on whom nothing is in force, with how much it was
    today."""
    least, store, profile = quota.least(decider.config.rules), decider.store, decider.profile
    if least is None:
        return []
    today, actions = store.timeline_counts(profile, day[0], now), decider.executor.actions()
    owner = store.noted(f"owner id:{profile}")
    loud = [one for one, many in today.items() if many > least and one != owner and not in_force_on(actions, one)]
    platform, lexicon = decider.platform.name, decider.config.lexicon
    heard = store.histories(profile, platform, decider.since(), now, lexicon, of=loud)
    found = [(history, today[history.account.id]) for history in heard]
    return sorted(found, key=lambda one: quota.turn(one[0].account.id, one[1]))


def _decided(
    decider: Decider, verdicts: Sequence[Verdict], now: datetime, ends: datetime, sweep: Round
) -> tuple[recording.Known, list[Decision]]:
    """The decisions, protections and limits included, and what stood beside the verdicts."""
    past, entry = limits.Past(decider.executor.actions(), this_sweep=sweep.begun), decider.store.last_entry()
    known = kept.circumstances(decider.profile, decider.store, decider.config)

    def decided(fresh: Fresh) -> list[Decision]:
        nonlocal known
        known = decider.circumstances(verdicts, fresh)
        decisions = trust.decide(verdicts, known, decider.config.trust, now)
        lasting = [quota.until_midnight(decision, ends) for decision in decisions]
        return limits.plan_until_midnight(lasting, past, decider.config.limits, now)

    decisions = decider.stands.settled(decided, reach.is_to_act) if verdicts else []
    return recording.Known(now, past, known, entry), decisions
