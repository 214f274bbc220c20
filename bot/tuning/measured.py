"""Accounts as they were when they were judged, measured once however many rules are tried on them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial, reduce
from operator import or_
from typing import Protocol, TypeAlias

from bot.config import Config, measuring
from bot.judging import reach, rules
from bot.judging.rules import Rule, Ruling
from bot.model import Account, Basis, History, Judging, Lexicon, Post, Verdict
from bot.platforms.base import Feed
from bot.signals.links import top_site
from bot.signals.masks import numbers
from bot.signals.window import Window, read_already
from bot.tuning.side_by_side import SideBySide

OF_THE_TIMELINE = frozenset({"timeline_share"})
"""Signals that depend on what the timeline showed: an own feed that was read once gives them anew at each judging."""

CONFIGS = 3
"""So many configs' verdicts are kept: enough for one that stays and one that is edited."""


class Kept(Protocol):
    """An own feed as one reading left it."""

    @property
    def feed(self) -> Feed:
        """What was read."""

    def window(self, since: datetime, lexicon: Lexicon) -> Window:
        """The posts after that time in columns, as they are read by these words."""

    def parted(self, since: datetime) -> tuple[Sequence[Post], Sequence[Post]]:
        """The posts after that time, and the earlier ones, newest first."""


class Feeds(Protocol):
    """One account's own feed over time."""

    def as_of(self, time: datetime) -> Kept | None:
        """The feed as the last reading at that time left it; None where that is not remembered."""


Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _How:
    """How a config measures."""

    words: int
    """The number of its lexicon."""
    measuring: str
    asked: frozenset[str]
    """The signals that its rules ask for, and those of evidence."""


class Measured:
    """What was read of one profile's accounts, and what was measured of it. Keeps every reading of a signal, so that
    only bounds are compared where only bounds have changed."""

    def __init__(self, profile: str, platform: str, feeds: Mapping[str, Feeds]) -> None:
        self.profile, self.platform, self.feeds = profile, platform, feeds
        self._read: dict[tuple[str, datetime], Kept | None] = {}
        self._readings: dict[Key, dict[str, float | None]] = {}
        self._sites: dict[Key, str] = {}
        self._verdicts: dict[str, dict[Key, Verdict]] = {}
        """By fingerprint of the config, those of the last few."""
        self._compared: dict[Key, SideBySide] = {}
        self._lexicons: list[Lexicon] = []
        self._hows: dict[str, _How] = {}
        """By fingerprint of the config."""

    def verdict(self, basis: Basis, judging: Judging, config: Config) -> Verdict | None:
        """What the config's rules say of the account as it was then; None where its feed is not remembered."""
        kept = self._kept(basis)
        if kept is None:
            return None
        key, known = self._key(basis, config), self._verdicts_by(config)
        again = (*key, basis.timeline_posts, judging.timeline_total) if asks_of_timeline(config) else key
        if again not in known:
            self._take_up(basis, judging, config, key)
            known[again] = self._judged(basis, judging, config, kept, key)
        return known[again]

    def readings(self, basis: Basis, judging: Judging, config: Config) -> Mapping[str, float | None] | None:
        """What the config's rules ask of the account as it was then. Its feed is looked at only where that was not
        recorded, or would be measured otherwise today; None where it is needed and not remembered."""
        asked = self._how(config).asked
        if judging.measured == self._how(config).measuring and basis.readings.keys() >= asked:
            return basis.readings
        told = self.bare(basis, judging, config, ())
        return told and told[1].readings

    def bare(
        self, basis: Basis, judging: Judging, config: Config, applying: Sequence[Rule]
    ) -> tuple[Account, Ruling] | None:
        """The account as it was then, and what the rules that are applying come to, with nothing of what is shown of
        it: no post is looked at where all is measured. None where the feed is not remembered."""
        kept, key = self._kept(basis), self._key(basis, config)
        if kept is None:
            return None
        self._take_up(basis, judging, config, key)
        known, asked = self._readings.get(key, {}), self._how(config).asked
        if not known.keys() >= asked - OF_THE_TIMELINE:
            known = self._readings_of(key, self._whole(basis, judging, config, kept), asked)
        elif asked & OF_THE_TIMELINE:
            history = self._history(basis, judging, config, kept.feed.account)
            known = known | rules.read(history, asked & OF_THE_TIMELINE)
        return kept.feed.account, rules.ruling_of(known, applying, config.minimum)

    def otherwise(
        self, judgings: Sequence[Judging], config: Config, edited: Iterable[tuple[Rule, Rule]]
    ) -> Iterator[Basis]:
        """At which of these judgings a rule of which a bound was moved may fire, or nearly fire, otherwise than before;
        those are told, too, at which its signal was not measured yet."""
        bases = [basis for judging in judgings for basis in judging.bases]
        side_by_side = self._side_by_side(judgings, config)
        pairs = (map(_without_timeline, pair) for pair in edited)
        found = reduce(or_, (side_by_side.otherwise(*pair) for pair in pairs), 0)
        return (bases[number] for number in numbers(found))

    def remembers(self, basis: Basis) -> bool:
        """Whether the feed is remembered as it was then."""
        return self._kept(basis) is not None

    def may_be_found(self, judgings: Sequence[Judging], config: Config) -> set[str]:
        """Ids of the accounts that a rule may find at any of these judgings; on all others none fires."""
        bases = [basis for judging in judgings for basis in judging.bases]
        side_by_side = self._side_by_side(judgings, config)
        judging = map(_without_timeline, self._judging(config))
        found = reduce(or_, map(side_by_side.may_fire, judging), 0)
        return {bases[number].account for number in numbers(found)}

    def _judging(self, config: Config) -> list[Rule]:
        """The rules that judge own feeds here."""
        return [rule for rule in config.rules if rule.quota is None and rule.only.covers(self.profile, self.platform)]

    def _side_by_side(self, judgings: Sequence[Judging], config: Config) -> SideBySide:
        how = (config.window, config.lexicon, len(judgings))
        if how not in self._compared:
            readings = []
            for judging in judgings:
                for basis in judging.bases:
                    key = self._key(basis, config)
                    self._take_up(basis, judging, config, key)
                    readings.append(self._readings.setdefault(key, {}))
            self._compared[how] = SideBySide(readings)
        return self._compared[how]

    def _verdicts_by(self, config: Config) -> dict[Key, Verdict]:
        while len(self._verdicts) >= CONFIGS and config.fingerprint not in self._verdicts:
            del self._verdicts[next(iter(self._verdicts))]
        return self._verdicts.setdefault(config.fingerprint, {})

    def _take_up(self, basis: Basis, judging: Judging, config: Config, key: Key) -> None:
        """Take what was recorded for measured, where it would be measured the same today."""
        if key not in self._readings and judging.measured == self._how(config).measuring:
            self._readings[key] = dict(basis.readings)
            if basis.site:
                self._sites[key] = basis.site

    def _judged(self, basis: Basis, judging: Judging, config: Config, kept: Kept, key: Key) -> Verdict:
        history = self._whole(basis, judging, config, kept)
        reading, site = partial(self._readings_of, key), partial(self._site_of, key)
        return reach.lowered(rules.judge(history, config.rules, config.minimum, self.profile, reading, site))

    def _whole(self, basis: Basis, judging: Judging, config: Config, kept: Kept) -> History:
        since = basis.read - config.window
        posts, earlier = kept.parted(since)
        history = self._history(basis, judging, config, kept.feed.account, posts, earlier)
        return read_already(history, lambda: kept.window(since, config.lexicon))

    def _history(
        self,
        basis: Basis,
        judging: Judging,
        config: Config,
        account: Account,
        posts: Sequence[Post] = (),
        earlier: Sequence[Post] = (),
    ) -> History:
        return History(
            account=account,
            posts=posts,
            earlier=earlier,
            until=basis.read,
            platform=self.platform,
            timeline_posts=basis.timeline_posts,
            timeline_total=judging.timeline_total,
            lexicon=config.lexicon,
            complete=basis.complete,
            replies_known_since=basis.replies_known_since,
            seen_share=basis.seen_share,
        )

    def _site_of(self, key: Key, history: History) -> str:
        if key not in self._sites:
            self._sites[key] = top_site(history)
        return self._sites[key]

    def _kept(self, basis: Basis) -> Kept | None:
        key = (basis.account, basis.read)
        if key not in self._read:
            past = self.feeds.get(basis.account)
            self._read[key] = past.as_of(basis.read) if past else None
        return self._read[key]

    def _key(self, basis: Basis, config: Config) -> Key:
        """What readings depend on, apart from the timeline."""
        whole = (basis.complete, basis.replies_known_since, basis.seen_share)
        return (basis.account, basis.read, config.window, self._how(config).words, *whole)

    def _how(self, config: Config) -> _How:
        if config.fingerprint not in self._hows:
            if config.lexicon not in self._lexicons:
                self._lexicons.append(config.lexicon)
            names = (name for rule in self._judging(config) for name in (*rule.when, *rule.unless))
            asked = frozenset({"own_posts", "days_seen", *names})
            self._hows[config.fingerprint] = _How(self._lexicons.index(config.lexicon), measuring(config), asked)
        return self._hows[config.fingerprint]

    def _readings_of(self, key: Key, history: History, names: Iterable[str]) -> dict[str, float | None]:
        known = self._readings.setdefault(key, {})
        wanted = list(names)
        known.update(rules.read(history, [name for name in wanted if name not in known]))
        fresh = rules.read(history, [name for name in wanted if name in OF_THE_TIMELINE])
        return {name: fresh[name] if name in fresh else known[name] for name in wanted}


def _without_timeline(rule: Rule) -> Rule:
    """The rule without its bounds on what the timeline showed: that differs from one judging to the next."""
    return replace(rule, when={name: one for name, one in rule.when.items() if name not in OF_THE_TIMELINE})


def asks_of_timeline(config: Config) -> bool:
    """Whether a rule's verdict depends on what the timeline showed."""
    return any(not OF_THE_TIMELINE.isdisjoint((*rule.when, *rule.unless)) for rule in config.rules)
