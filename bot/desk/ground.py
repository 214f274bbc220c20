"""The ground on which bounds are moved: the accounts of the last weeks under the rules.

It is kept from one request to the next, so that a bound that is dragged is answered at once.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import RLock

from bot.desk.histogram import Histogram, Scale, histogram, scale
from bot.desk.making import Remade
from bot.desk.visit import Visit
from bot.judging.rules import Rule, applying
from bot.model import Opinion
from bot.past import Lately, lately, opinions
from bot.tuning.findings import Ground, Look
from bot.tuning.moved import looks_by
from bot.tuning.suggestion import BoundEnd

DAYS = 30
"""So many days are looked back."""
PATIENCE = 0.5
"""Seconds that a page waits for the past before it is shown without."""


class NotYet(Exception):
    """It is still being read."""


@dataclass(frozen=True)
class Known:
    """Accounts as they were when a page was loaded."""

    mark: object
    """How far the store went then, and which config was saved."""
    fingerprint: str
    lately: Lately
    ground: Ground
    looks: dict[str, list[tuple[Look, bool]]] = field(default_factory=dict)
    """By rule, as `looks_by` has them."""
    pictures: dict[tuple[str, str, Scale], Histogram] = field(default_factory=dict)
    """By rule and signal."""

    @property
    def days(self) -> int:
        """How many days they are about."""
        return max(1, round((self.lately.until - self.lately.since) / timedelta(days=1)))

    def looks_of(self, rule: Rule) -> list[tuple[Look, bool]]:
        """A look at each account that the rule judges, and whether it finds it."""
        if rule.name not in self.looks:
            self.looks[rule.name] = looks_by(self.ground, rule)
        return self.looks[rule.name]

    def readings_of(self, rule: Rule, signal: str) -> list[tuple[float | None, bool]]:
        """How the signal reads of each account that the rule judges, and whether the rule finds it."""
        return [(look.readings.get(signal), found) for look, found in self.looks_of(rule)]

    def picture(self, rule: Rule, at: BoundEnd, instead: float) -> tuple[Histogram, Scale]:
        """The bars behind the slider of a bound that is moved so far."""
        readings = self.readings_of(rule, at.signal)
        on = scale(at.signal, [value for value, _ in readings if value is not None], [at.now, instead])
        key = rule.name, at.signal, on
        if key not in self.pictures:
            self.pictures[key] = histogram(at.signal, readings, on)
        return self.pictures[key], on


class Keeper:
    """Keeps what is known of one profile, and reads it anew where the store or the config went on."""

    def __init__(self) -> None:
        self._turn = RLock()
        self._read = Remade[Known | None]()
        self._known: Known | None = None

    def fresh(self, visit: Visit, patience: float | None = None) -> Known | None:
        """As of now; None where nobody was judged yet. Raises NotYet where that takes longer than so many seconds: it
        goes on, and is there for who asks again."""
        mark = visit.store.mark(), visit.config.fingerprint
        reading = self._read.under(mark, lambda: visit.seat.making(lambda _: _read(visit, mark)))
        if not reading.ended(patience):
            raise NotYet
        try:
            known = reading.made()
        except Exception:
            self._read.forget()
            raise
        if known and known.fingerprint != visit.config.fingerprint:  # it was begun before the config was saved
            return self.fresh(visit, patience)
        with self._turn:
            self._known = _with_word(known, visit) if known else None
            return self._known

    def at_hand(self, visit: Visit) -> Known | None:
        """As a page had it last, where that was by the same config; else as of now."""
        known = self._known
        return known if known and known.fingerprint == visit.config.fingerprint else self.fresh(visit)


def keeper(visit: Visit) -> Keeper:
    """That of the visit's profile."""
    return visit.seat.once(("ground", visit.profile.name), None, Keeper)


def _read(visit: Visit, mark: object) -> Known | None:
    config = visit.config
    found = lately(visit.profile, visit.store, config, timedelta(days=DAYS))
    if found is None or not found.samples:
        return None
    rules = applying(config.rules, visit.profile.name, visit.profile.platform)
    return Known(mark, config.fingerprint, found, Ground(found.samples, rules, config.minimum))


def _with_word(known: Known, visit: Visit) -> Known:
    """The same with the owner's word as it is now: they may have said it on another page since."""
    opinion = opinions(visit.profile, visit.store, visit.config)
    said: dict[str, Opinion | None] = {one.sample.account.id: one.opinion for one in known.ground.findings}
    now = {one.sample.account.id: opinion(one.sample.account) for one in known.ground.findings}
    return known if said == now else replace(known, ground=known.ground.said(opinion), looks={}, pictures={})
