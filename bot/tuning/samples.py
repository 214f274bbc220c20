"""Accounts as they read over the days, each with the owner's word on it: what bounds are chosen by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from bot.config import Config
from bot.model import Account, Basis, Judging, Opinion
from bot.tuning.measured import Measured
from bot.tuning.record import Record

Readings: TypeAlias = Mapping[str, float | None]
"""By signal, as for `rules.ruling_of`."""


@dataclass(frozen=True)
class Sample:
    """One account."""

    account: Account
    opinion: Opinion | None
    """What the owner takes it for; None where they did not say."""
    looks: tuple[Readings, ...]
    """What was read of it, oldest first: the last of each day, and what is the same only where it came last."""
    applies: frozenset[str] | None = None
    """Names of the rules that judge it; None: all."""


def samples(
    record: Record, since: datetime, config: Config, measured: Measured, opinion: Callable[[Account], Opinion | None]
) -> tuple[Sample, ...]:
    """Everybody who was judged since then and whose own feed is remembered, in the order of their handles."""
    last: dict[tuple[str, date], tuple[Basis, Judging]] = {}
    for judging in record.since(since).looks:
        for basis in judging.bases:
            last[basis.account, basis.read.date()] = basis, judging
    accounts: dict[str, Account] = {}
    days: dict[str, dict[date, Readings]] = {}
    for (one, day), (basis, judging) in last.items():
        verdict = measured.verdict(basis, judging, config)
        if verdict is not None:
            accounts[one] = verdict.account
            days.setdefault(one, {})[day] = verdict.readings
    applies = applying_names(config, measured.profile, measured.platform)
    found = [Sample(account, opinion(account), distinct(days[one]), applies) for one, account in accounts.items()]
    return in_order(found)


def applying_names(config: Config, profile: str, platform: str) -> frozenset[str]:
    """Names of the rules that judge the accounts of a profile."""
    return frozenset(rule.name for rule in config.rules if rule.only.covers(profile, platform))


def in_order(found: Iterable[Sample]) -> tuple[Sample, ...]:
    """By their handles."""
    return tuple(sorted(found, key=lambda sample: (sample.account.handle, sample.account.id)))


def distinct(days: Mapping[date, Readings]) -> tuple[Readings, ...]:
    """The readings of some days, oldest first; of equal ones the last."""
    kept: list[Readings] = []
    for day in sorted(days, reverse=True):
        if days[day] not in kept:
            kept.append(days[day])
    return tuple(reversed(kept))
