"""The owner's noise rules: bounds on signals, and the verdict that they give on a history."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property, lru_cache, partial
from math import inf
from operator import attrgetter
from typing import TypeAlias

from bot.judging.evidence import evidence, quoted
from bot.judging.rule_tests import RuleTest
from bot.model import Comparison, History, Made, RuleReading, Step, Verdict
from bot.signals import BY_NAME, UNITS
from bot.signals.links import top_site

NEAR_SHARE = 0.10
"""A bound on a share is nearly met when the reading misses it by no more than this."""
NEAR_FACTOR = 0.25
"""Any other bound is nearly met when the reading misses it by no more than this part of the bound."""
LOUD_DAYS = 2
"""The days that are needed of an account with more than enough posts."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest reading that a rule asks for; both ends are included, None is no bound."""

    at_least: float | None = None
    """Least reading that still holds."""
    at_most: float | None = None
    """Greatest reading that still holds."""

    def hold(self, reading: float | None) -> bool:
        """Whether the reading is known and lies within."""
        return (
            reading is not None
            and (self.at_least is None or reading >= self.at_least)
            and (self.at_most is None or reading <= self.at_most)
        )

    def nearly_hold(self, reading: float | None, unit: str) -> bool:
        """Whether a known reading lies within, or only a little outside."""
        return self.loosened(unit).hold(reading)

    def loosened(self, unit: str) -> "Bounds":
        """The bounds of readings that lie within, or only a little outside."""
        return Bounds(_loosened(self.at_least, unit, -1), _loosened(self.at_most, unit, +1))


def slack(end: float, unit: str) -> float:
    """How far a reading may lie outside of this end of a bound and still nearly meet it."""
    return NEAR_SHARE if UNITS[unit] == (0.0, 1.0) else abs(end) * NEAR_FACTOR


def _loosened(bound: float | None, unit: str, direction: int) -> float | None:
    return None if bound is None else bound + direction * slack(bound, unit)


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least evidence below which a rule says nothing."""

    own_posts: int = 20
    """Least own posts inside the window."""
    days_seen: int = 7
    """Least days between the first and the last post."""
    enough_posts: int = 100
    """So many own posts stand for the days: an account that posts thirty times a day fills the newest 120 posts that
    are read within four. Two days are needed even then, for anybody may have a loud day."""


class Mode(StrEnum):
    """Whether a rule's verdicts are acted on."""

    ACT = "act"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Only:
    """Where a rule applies; empty means everywhere."""

    profiles: tuple[str, ...] = ()
    """Names of profiles; empty: all."""
    platforms: tuple[str, ...] = ()
    """Networks; empty: all."""

    def covers(self, profile: str, platform: str) -> bool:
        """Whether the rule applies to this profile on this platform."""
        return (not self.profiles or profile in self.profiles) and (not self.platforms or platform in self.platforms)


Ends: TypeAlias = tuple[tuple[str, float, float], ...]
"""Signals, each with the least and the greatest reading that holds."""


@dataclass(frozen=True)
class Rule:
    """A name, bounds on signals that must all hold, exceptions, and a step."""

    name: str
    """What reports and the ledger call it."""
    when: Mapping[str, Bounds] = field(default_factory=dict)
    """Bounds on signals, all of which must hold. Only a rule with a `quota` can do without."""
    then: Step = Step.REPORT
    """What is done about the account, from `report` (only told) to `mute`."""
    unless: Mapping[str, Bounds] = field(default_factory=dict)
    """Any of these holding spares the account."""
    duration: timedelta | None = timedelta(days=30)
    """How long the action lasts (`for:` in the config)."""
    mode: Mode = Mode.ACT
    """`shadow` judges and reports, but never acts."""
    only: Only = field(default_factory=Only)
    """Where the rule applies; left out, everywhere."""
    minimum: Minimum | None = None
    """The rule's own evidence minimum, where it differs from the general one."""
    quota: int | None = None
    """Posts a day, such as `10/day`: an account that brings more to your timeline is muted until your midnight."""
    tests: tuple[RuleTest, ...] = ()
    """Accounts on which the rule should fire, or not: `quietfeed test-rules` tries them. A config whose own tests fail
    is not worked by."""

    @cached_property
    def only_watches(self) -> bool:
        """Whether it never acts: whatever acts is asked before it, wherever it stands."""
        return self.mode is Mode.SHADOW

    @cached_property
    def ends(self) -> tuple[Ends, Ends]:
        """Its bounds and those of its exceptions as numbers, to be compared with many readings."""
        return _ends(self.when), _ends(self.unless)


def _ends(bounds: Mapping[str, Bounds]) -> Ends:
    return tuple(
        (name, -inf if one.at_least is None else one.at_least, inf if one.at_most is None else one.at_most)
        for name, one in bounds.items()
    )


def read(history: History, names: Iterable[str]) -> dict[str, float | None]:
    """The reading of each named signal, rounded to 4 places so that what is shown is what was compared."""
    return {name: _rounded(BY_NAME[name].measure(history)) for name in names}


@lru_cache(maxsize=1024)
def _rounded(value: float | None) -> float | None:
    """Many readings are the same few, and rounding costs more than measuring most of them."""
    return None if value is None else round(float(value), 4)


def own_posts(history: History) -> int:
    """How many own posts a history has."""
    return int(BY_NAME["own_posts"](history) or 0)


PUBLIC_LISTS = "bluesky"
"""Where everybody can see who is on a list, the listed account too; a mute is private there as well."""


def applying(rules: Iterable[Rule], profile: str, platform: str) -> list[Rule]:
    """The rules that judge there, each with the step that it comes to: where lists are public, what would list
    mutes."""
    found = [rule for rule in rules if rule.quota is None and rule.only.covers(profile, platform)]
    if platform != PUBLIC_LISTS:
        return found
    return [replace(rule, then=Step.MUTE) if rule.then is Step.LIST else rule for rule in found]


Reading: TypeAlias = Callable[[History, Iterable[str]], dict[str, float | None]]


def judge(
    history: History,
    rules: Sequence[Rule],
    minimum: Minimum,
    profile: str = "",
    reading: Reading = read,
    site: Callable[[History], str] = top_site,
) -> Verdict:
    """What the rules say of the history: the first rule that fires decides, one that acts before one that only
    watches (`mode: shadow`), so that a rule on trial changes nothing.

    The minimum of own posts and days stands before every rule: thin evidence is no evidence. What is unknown never
    makes the step more severe: where an earlier rule might have fired and asks for a milder step, that is taken.
    `reading` and `site` stand in for `read` and `top_site` where what they tell of the history is known already.
    """
    judging = applying(rules, profile, history.platform)
    asked = {name: None for rule in judging for name in (*rule.when, *rule.unless)}
    readings = reading(history, {"own_posts": None, "days_seen": None, **asked})
    ruling = ruling_of(readings, judging, minimum)
    fired = ruling.fired
    shown = evidence(history.posts, fired.then) if fired else ()
    return Verdict(
        account=history.account,
        rule=fired.name if fired else None,
        step=ruling.step,
        rules=ruling.outcomes,
        readings=readings,
        fired=judging.index(fired) if fired else None,
        abstained=None if fired else _abstained(ruling.outcomes),
        evidence=tuple(dict.fromkeys(post.url or post.id for post in shown)),
        quote=quoted(shown),
        site=site(history) if fired else "",
        shadow=ruling.shadow,
        duration=ruling.duration,
        lowered=ruling.lowered,
        complete=history.complete,
        feed_read=history.until,
        seen_share=history.seen_share,
    )


@dataclass(frozen=True)
class Ruling:
    """What rules say of readings."""

    readings: Mapping[str, float | None]
    rules: Sequence[Rule]
    minimum: Minimum
    fired: Rule | None = None
    """The rule that decides."""
    milder: Rule | None = None
    """An earlier one that asks for less and cannot be judged: its step is taken instead."""

    @property
    def step(self) -> Step | None:
        """The step that they come to."""
        deciding = self.milder or self.fired
        return deciding.then if deciding else None

    @property
    def duration(self) -> timedelta | None:
        """How long that should last."""
        deciding = self.milder or self.fired
        return deciding.duration if deciding else None

    @property
    def lowered(self) -> str:
        """Why the step is milder than that of the rule that decides; empty where it is not."""
        return _why_lowered(self.milder, self.readings) if self.milder else ""

    @property
    def shadow(self) -> bool:
        """Whether the rule that decides only watches."""
        return self.fired is not None and self.fired.only_watches

    @property
    def nearly(self) -> Rule | None:
        """The first rule that nearly fires."""
        near = (rule for rule in self.rules if _is_near(rule, self.readings))
        return next((rule for rule in near if not _is_thin(self.readings, rule.minimum or self.minimum)), None)

    @property
    def outcomes(self) -> Made[RuleReading]:
        """Each rule's, in their order: worked out when somebody looks, for what is decided needs none of it."""
        return Made(self.rules, partial(_outcome, self.readings, self.minimum))


def ruling_of(readings: Mapping[str, float | None], rules: Sequence[Rule], minimum: Minimum) -> Ruling:
    """What the rules say of readings, which hold every signal that the rules ask for, `own_posts` and `days_seen`."""
    may_fire: list[Rule] = []
    for rule in sorted(rules, key=attrgetter("only_watches")):
        fires = _fires(rule, readings)
        if fires is False or _is_thin(readings, rule.minimum or minimum):
            continue
        if fires:
            return Ruling(readings, rules, minimum, rule, _mildest(may_fire, rule))
        may_fire.append(rule)
    return Ruling(readings, rules, minimum)


def _mildest(may_fire: Iterable[Rule], fired: Rule) -> Rule | None:
    """The mildest of the rules that stand before the one that fired and ask for less."""
    return min(
        (rule for rule in may_fire if rule.mode is fired.mode and rule.then.severity < fired.then.severity),
        key=lambda rule: rule.then.severity,
        default=None,
    )


def _why_lowered(milder: Rule, readings: Mapping[str, float | None]) -> str:
    unknown = [name for name in (*milder.when, *milder.unless) if readings[name] is None]
    return f"“{milder.name}” stands before it and might fire too: {', '.join(unknown)} cannot be known"


def _outcome(readings: Mapping[str, float | None], minimum: Minimum, rule: Rule) -> RuleReading:
    thin = _thin(readings, rule.minimum or minimum)
    fires = None if thin else _fires(rule, readings)
    compared = partial(_compared, readings)
    return RuleReading(
        rule.name,
        fires=fires is True,
        when=Made(tuple(rule.when.items()), compared),
        unless=Made(tuple(rule.unless.items()), compared),
        abstained=thin or (_unknown(rule, readings) if fires is None else None),
        near=fires is False and _is_near(rule, readings),
        unknown=fires is None and not thin,
    )


def _fires(rule: Rule, readings: Mapping[str, float | None]) -> bool | None:
    """Whether the rule fires on evidence enough: no, where anything known refuses, and the first such thing ends it;
    None where nothing does, but some signal cannot be known, an exception's too: it might have spared."""
    known = True
    when, unless = rule.ends
    for name, least, greatest in when:
        if (reading := readings[name]) is None:
            known = False
        elif not least <= reading <= greatest:
            return False
    for name, least, greatest in unless:
        if (reading := readings[name]) is None:
            known = False
        elif least <= reading <= greatest:
            return False
    return known or None


def _is_near(rule: Rule, readings: Mapping[str, float | None]) -> bool:
    """Whether exactly one thing keeps the rule from firing, and only by a little; an exception always does."""
    when, unless = rule.ends
    missed = [name for name, least, greatest in when if not _lies(readings[name], least, greatest)]
    if len(missed) > 1:
        return False
    spared = sum(_lies(readings[name], least, greatest) for name, least, greatest in unless)
    if not missed:
        return spared == 1
    return not spared and rule.when[missed[0]].nearly_hold(readings[missed[0]], BY_NAME[missed[0]].unit)


def _lies(reading: float | None, least: float, greatest: float) -> bool:
    return reading is not None and least <= reading <= greatest


def _compared(readings: Mapping[str, float | None], asked: tuple[str, Bounds]) -> Comparison:
    name, bounds = asked
    return Comparison(name, readings[name], bounds.at_least, bounds.at_most, bounds.hold(readings[name]))


def _is_thin(readings: Mapping[str, float | None], minimum: Minimum) -> bool:
    posts, days = readings["own_posts"] or 0, readings["days_seen"] or 0
    if posts < minimum.own_posts:
        return True
    return days < minimum.days_seen and (days < LOUD_DAYS or posts < minimum.enough_posts)


def _thin(readings: Mapping[str, float | None], minimum: Minimum) -> str | None:
    """What evidence lacks, in words."""
    if not _is_thin(readings, minimum):
        return None
    posts, days = readings["own_posts"] or 0, readings["days_seen"] or 0
    if posts < minimum.own_posts:
        return f"only {posts:g} own posts, {minimum.own_posts} needed"
    return f"only {days:.1f} days seen, {minimum.days_seen} needed"


def _unknown(rule: Rule, readings: Mapping[str, float | None]) -> str:
    """Where what is known refuses already, nothing hangs on the rest: the rule is judged, and does not fire."""
    return f"{', '.join(name for name in (*rule.when, *rule.unless) if readings[name] is None)} cannot be known"


def _abstained(outcomes: Sequence[RuleReading]) -> str | None:
    """The first reason, where every rule has one."""
    first = outcomes[0].abstained if outcomes else None
    return first if all(outcome.abstained for outcome in outcomes) else None
