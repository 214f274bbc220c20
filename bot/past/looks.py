"""The accounts of one profile as they read lately, by what was recorded at each judging.

Read in a moment, and small enough to be kept at hand, which a whole past is not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.config import Config, Profile
from bot.judging import trust
from bot.model import Account, Basis, Judging, Opinion, Standing, Step, Verdict
from bot.past.opinions import opinions
from bot.service import kept
from bot.store import PastFeeds, Store
from bot.tuning.measured import Measured
from bot.tuning.samples import Readings, Sample, applying_names, distinct, in_order

NEVER_ASKED = Standing(following=True)
"""How the owner stands to an account on which they were never asked."""


@dataclass(frozen=True)
class Lately:
    """What is known of the accounts that were judged in a time."""

    since: datetime
    until: datetime
    samples: tuple[Sample, ...]
    posts: Mapping[str, int]
    """How many items of the timeline each of them brought, by account id."""
    total: int
    """How many everybody did."""
    stands: Mapping[str, Standing | None]
    """How the owner stands to an account, by its id; None where that could not be told. Whoever they were never asked
    about is left out."""
    partial: frozenset[str] = frozenset()
    """Ids of those whose own feed could not be read whole."""

    def share(self, accounts: Iterable[str]) -> float:
        """The part of the timeline's items that these accounts brought, 0 to 1."""
        return sum(self.posts.get(one, 0) for one in accounts) / self.total if self.total else 0.0

    def protections(
        self, accounts: Iterable[Account], profile: Profile, store: Store, config: Config, now: datetime
    ) -> dict[str, str]:
        """Why accounts would be left alone if a rule found them, in a clause by account id; who would not is left
        out."""
        verdicts = [Verdict(one, None, Step.MUTE, (), {}, complete=one.id not in self.partial) for one in accounts]
        stands = {one.account.id: self.stands.get(one.account.id, NEVER_ASKED) for one in verdicts}
        told = {one: how for one, how in stands.items() if how is not None}
        known = kept.circumstances(profile.name, store, config, told)
        decisions = trust.decide(verdicts, known, config.trust, now)
        return {one.account.id: one.reason for one in decisions if one.protection}


def lately(profile: Profile, store: Store, config: Config, back: timedelta) -> Lately | None:
    """The accounts that were judged in so many days before the last judging; None where nobody ever was."""
    until = store.last_judged(profile.name)
    if until is None:
        return None
    began = until - back
    measured = Measured(profile.name, profile.platform, _Feeds(lambda: store.past_feeds(profile.name)))
    gathered = _Gathered(measured, config)
    for judging in store.each_judging(profile.name, began):
        gathered.take(judging)
    accounts = store.accounts(profile.name, gathered.days)
    opinion, applies = opinions(profile, store, config), applying_names(config, profile.name, profile.platform)
    samples = [_sample(one, gathered, opinion, applies) for one in accounts.values()]
    counts = store.timeline_counts(profile.name, began, until)
    return Lately(
        min(gathered.since or until, until),
        until,
        in_order(samples),
        {one: counts[one] for one in gathered.days if one in counts},
        sum(counts.values()),
        gathered.stands,
        frozenset(gathered.partial),
    )


def _sample(
    account: Account,
    gathered: "_Gathered",
    opinion: Callable[[Account], Opinion | None],
    applies: frozenset[str],
) -> Sample:
    return Sample(account, opinion(account), distinct(gathered.days[account.id]), applies)


class Row(Mapping[str, float | None]):
    """Readings of signals whose names are kept once for all: a dict each would take four times the room."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: tuple[float | None, ...]) -> None:
        self._places, self._values = places, values

    def __getitem__(self, name: str) -> float | None:
        return self._values[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]


@dataclass
class _Gathered:
    """What is taken up of one judging after the other, oldest first."""

    measured: Measured
    config: Config
    days: dict[str, dict[date, Readings]] = field(default_factory=dict)
    """By account id: the last readings of each day."""
    stands: dict[str, Standing | None] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)
    since: datetime | None = None

    def __post_init__(self) -> None:
        names = (name for rule in self.config.rules for name in (*rule.when, *rule.unless))
        self._places = {name: place for place, name in enumerate(dict.fromkeys(("own_posts", "days_seen", *names)))}
        self._numbers: dict[float | None, float | None] = {}
        """Each number once: many readings are the same few."""

    def take(self, judging: Judging) -> None:
        """Take up a judging of own feeds; the quotas of a day are held otherwise."""
        if judging.day is not None:
            return
        self.since = min(self.since or judging.at, judging.at)
        for basis in judging.bases:
            told = self.measured.readings(basis, judging, self.config)
            if told is not None:
                self.days.setdefault(basis.account, {})[basis.read.date()] = self._row(told)
                self._take_standing(basis)

    def _row(self, told: Readings) -> Row:
        once = self._numbers.setdefault
        values = (told.get(name) for name in self._places)
        return Row(self._places, tuple(once(value, value) for value in values))

    def _take_standing(self, basis: Basis) -> None:
        (self.partial.discard if basis.complete else self.partial.add)(basis.account)
        if basis.standing is not None or basis.rule is not None or basis.untold:
            self.stands[basis.account] = basis.standing


class _Feeds(Mapping[str, PastFeeds]):
    """Own feeds, read when the first of them is asked for."""

    def __init__(self, read: Callable[[], Mapping[str, PastFeeds]]) -> None:
        self._read = read
        self._known: Mapping[str, PastFeeds] | None = None

    def _feeds(self) -> Mapping[str, PastFeeds]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def __getitem__(self, account: str) -> PastFeeds:
        return self._feeds()[account]

    def __iter__(self) -> Iterator[str]:
        return iter(self._feeds())

    def __len__(self) -> int:
        return len(self._feeds())
