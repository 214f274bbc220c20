"""Looking once at everybody whom the owner follows, or who followed the owner lately.

It reads, and writes nowhere but into the store, where no sweep looks for it. One account after the other, and each is
kept as soon as it was read: a run that was cut off goes on where it stopped.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.actions.asking import Row
from bot.actions.lifecycle import in_force_on
from bot.actions.recorded import recorded_actions
from bot.audit.depth import is_enough
from bot.audit.groups import is_in_part
from bot.audit.seen import SIGNALS, SILENT_AFTER, Audit, AuditLine, Seen, a_day
from bot.audit.telling import by_group, line_of, with_shares
from bot.clock import Clock
from bot.config import Config, Profile
from bot.judging import reach, rules, trust
from bot.judging.trust import Protection
from bot.model import Account, History, Post, Standing
from bot.platforms.base import AccountGone, Enough, Feed, Platform, PlatformError, RateLimited
from bot.platforms.budget import LIMIT
from bot.platforms.dry import Dry
from bot.service import feeds
from bot.service.feeds import WHOLE, Reach
from bot.service.kept import SAYS_MORE, circumstances
from bot.service.sweep import Progress, Watch
from bot.store import AuditedFeed, KeptFeed, Store, kept_feed

T = TypeVar("T")

LASTS = timedelta(days=7)
"""What was read less than this ago is not read again."""
LATELY = timedelta(days=30)
"""So long ago a follower came at most."""
PATIENCE = timedelta(days=3)
"""And at least so long: many are gone again by then."""
TRIES = 3
"""How often in a row the server may ask to wait before the audit leaves it at that."""
NO_BOND = SAYS_MORE | {trust.KEPT, trust.TAKEN_BACK, trust.STANDING_UNKNOWN, trust.NOT_KNOWN, trust.NOT_FOLLOWED}
"""Protections in the ledger that tell nothing of how the owner stands to an account now."""
PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=1)
"""How long it waits where the server does not say, and at most."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom an audit looks at."""

    accounts: Sequence[Account]
    to_read: int
    """How many of them were not read lately."""
    takes: timedelta
    """About how long that will take."""
    followed: Mapping[str, datetime] | None = None
    """When each followed the owner, by account id; None where the owner follows them."""
    waiting: int = 0
    """How many followed too lately to be looked at."""


class Auditing:
    """An audit of one profile. The platform is only read: a write would raise before anything is asked for."""

    def __init__(
        self, profile: Profile, platform: Platform, store: Store, config: Config, clock: Clock, watch: Watch
    ) -> None:
        self.profile, self.platform, self.store = profile, Dry(platform), store
        self.config, self.clock, self.watch = config, clock, watch
        self.owner = self._patiently(self.platform.owner)
        self._row = Row()
        self._audited, self._own_feeds = store.audited_times(profile.name), store.own_feed_times(profile.name)
        now = clock.now()
        self._counts = store.timeline_counts(profile.name, now - config.window, now)
        self._word, self._decided = circumstances(profile.name, store, config), store.latest_judged(profile.name)
        self._stands: Mapping[str, Standing] = {}
        """How the owner stands to each account now, where the server was asked; by account id."""
        self._done = recorded_actions(store, profile.name, dry=False)
        self._rules = [r for r in config.rules if r.quota is None and r.only.covers(profile.name, platform.name)]

    def followed(self) -> Whom:
        """Everybody whom the owner follows."""
        listed = self._patiently(lambda: self._listed(self.platform.follows()))
        accounts = [one for one in listed if one.id != self.owner.id]
        self._stands = self._patiently(lambda: self._standing(accounts))
        return self._whom(accounts)

    def followers(self) -> Whom:
        """Who followed the owner lately, and not only in the last days; whom the owner follows already is left out,
        and who is known to follow no more. Lists and mutes are asked for along with that, and may be refused."""
        now = self.clock.now()
        came = self._patiently(lambda: list(self.platform.followers(now - LATELY)))
        stands = self._patiently(lambda: self.platform.standing([one.account for one in came], deciding=True))
        strangers = [
            one
            for one in came
            if (how := stands[one.account.id]).following is not True and how.followed_by is not False
        ]
        ripe = [one for one in strangers if one.at <= now - PATIENCE]
        when = {one.account.id: one.at for one in ripe}
        return replace(self._whom([one.account for one in ripe]), followed=when, waiting=len(strangers) - len(ripe))

    def look(self, whom: Whom) -> Audit:
        """Read whoever was not read lately, and tell of all of them."""
        lines: list[AuditLine] = []
        came = whom.followed or {}
        for number, account in enumerate(whom.accounts, 1):
            self.clock.check()
            lines.append(line_of(self._see(account, came.get(account.id)), self._protection(account)))
            self.watch(Progress("reading accounts", number, len(whom.accounts)))
        self.store.forget_audited(self.profile.name, self.clock.now() - LASTS)
        return Audit(
            profile=self.profile.name,
            owner=self.owner.handle,
            at=self.clock.now(),
            lines=by_group(with_shares(lines) if whom.followed is None else lines),
            followers=whom.followed is not None,
            waiting=whom.waiting,
            partly=any(self._is_remote(one) for one in whom.accounts),
        )

    def _standing(self, accounts: Sequence[Account]) -> Mapping[str, Standing]:
        """How the owner stands to them; nothing where the server does not say, since it only adds to what is told."""
        try:
            return self.platform.standing(accounts, deciding=True, within=LASTS)
        except RateLimited:
            raise
        except PlatformError:
            return {}

    def _listed(self, accounts: Iterator[Account]) -> list[Account]:
        found: list[Account] = []
        for account in accounts:
            found.append(account)
            self.watch(Progress("listing whom you follow", len(found)))
        self.watch(Progress("listing whom you follow", len(found), len(found)))
        return found

    def _whom(self, accounts: Sequence[Account]) -> Whom:
        to_read = sum(not one.moved_to and not self._is_read(one) for one in accounts)
        return Whom(accounts, to_read, self.platform.takes(to_read))

    def _see(self, account: Account, followed: datetime | None) -> Seen:
        now = self.clock.now()
        if account.moved_to:
            return Seen(account, now, followed=followed)
        try:
            known = self._known(account)
            seen = self._told(account, known, followed) if known else None
            if seen is None or is_in_part(seen):  # other rules than those by which it was read so far may want more
                seen = self._told(account, self._patiently(lambda: self._read(account)), followed)
        except RateLimited:
            raise
        except PlatformError as fault:
            if self._row.miss():
                raise
            return Seen(account, now, trouble=str(fault), followed=followed)
        self._row.reach()
        return seen

    def _protection(self, account: Account) -> Protection | None:
        """What protects it as far as that is known: the owner's word now, else how they stand to it now, else what a
        sweep last found it by."""
        if by_name := trust.by_name(account, self._word, self.config.trust):
            return by_name
        standing = self._stands.get(account.id, Standing())
        apart = trust.without_our_actions(standing, in_force_on(self._done, account.id))
        if bond := trust.by_bond(apart, self.config.trust):
            return bond
        decided = self._decided.get(account.id)
        over = trust.BONDS if standing.following is not None and not standing.unread else frozenset()
        if decided is None or decided.protection is None or decided.protection in NO_BOND | over:
            return None
        return Protection(decided.protection, decided.reason)

    def _told(self, account: Account, known: AuditedFeed, followed: datetime | None) -> Seen:
        account = replace(known.kept.feed.account, moved_to=account.moved_to)
        if known.gone:
            return Seen(account, known.kept.at, gone=known.gone, followed=followed)
        return self._judged(account, known.kept, followed)

    def _is_read(self, account: Account) -> bool:
        """Whether it was read lately, by an audit or by a sweep. A time to come is a wrong clock's."""
        now, own = self.clock.now(), self.config.own_feed.max_age
        read = ((self._audited.get(account.id), LASTS), (self._own_feeds.get(account.id), own))
        return any(at is not None and now - lasts < at <= now for at, lasts in read)

    def _known(self, account: Account) -> AuditedFeed | None:
        """What was read of it lately: the newer of what an audit and a sweep kept. A feed that a sweep keeps as empty
        may be one of somebody gone, so it is no use here."""
        if not self._is_read(account):
            return None
        found = self.store.audited(self.profile.name, account.id)
        own = self.store.own_feed(self.profile.name, account.id)
        if own and own.feed.posts and (found is None or own.at > found.kept.at):
            return AuditedFeed(own)
        return found

    def _read(self, account: Account) -> AuditedFeed:
        """Read an account as deep as judging needs, and keep it. Raises PlatformError where that cannot be done now."""
        now, gone = self.clock.now(), ""
        try:
            feed = feeds.read(self.platform, account, self._since(now), self.config, self._enough(account, now))
        except AccountGone as fault:
            feed, gone = Feed(account, ()), str(fault)
        return self._kept(feed, now, gone)

    def _kept(self, feed: Feed, now: datetime, gone: str = "") -> AuditedFeed:
        self.store.save_audited(self.profile.name, feed, now, self.config.lexicon, gone)
        return AuditedFeed(kept_feed(feed, now), gone)

    def _since(self, now: datetime) -> datetime:
        return now - max(self.config.window, SILENT_AFTER)

    def _enough(self, account: Account, now: datetime) -> Enough:
        since, lexicon = now - self.config.window, self.config.lexicon

        def enough(posts: Sequence[Post]) -> bool:
            inside = tuple(post for post in posts if post.created_at > since)
            history = History(account, inside, until=now, platform=self.platform.name, lexicon=lexicon)
            return is_enough(history, self._rules)

        return enough

    def _judged(self, account: Account, kept: KeptFeed, followed: datetime | None) -> Seen:
        """What is to be told of an account that was read. One that the rules find, that shows nothing, or that the
        owner's server has no reason to know whole, is looked at on its own server as well."""
        seen = self._measured(account, kept, followed)
        lacking = self._is_remote(account) and kept.feed.origin_read is None
        if not lacking or not (followed or (seen.verdict and seen.verdict.rule) or seen.last is None):
            return seen
        whole = self._asked_elsewhere(kept)
        return self._measured(account, whole, followed) if whole else replace(seen, partly=True)

    def _measured(self, account: Account, kept: KeptFeed, followed: datetime | None) -> Seen:
        config, feed = self.config, kept.feed
        history = feeds.history_of(kept, self.platform.name, self._counts, config, self._reach(kept, followed))
        posts = history.posts
        return Seen(
            account,
            kept.at,
            verdict=feeds.judge(history, config, self.profile.name),
            readings=rules.read(history, SIGNALS),
            items=len(posts),
            a_day=a_day(posts, kept.at),
            last=feed.posts[0].created_at if feed.posts else None,
            followed=followed,
        )

    def _is_remote(self, account: Account) -> bool:
        return reach.is_remote(self.platform.name, account.handle, self.owner.handle)

    def _reach(self, kept: KeptFeed, followed: datetime | None) -> Reach:
        """Whom the owner follows, their server is sent everything of; of a stranger's answers it lacks most."""
        if kept.feed.origin_read is not None or not self._is_remote(kept.feed.account):
            return WHOLE
        return Reach(kept.at if followed else None, None)

    def _asked_elsewhere(self, kept: KeptFeed) -> KeptFeed | None:
        """The feed with what the account's own server shows, asked once in a while; None where it does not tell."""
        note, now = f"audit origins:{self.profile.name}", self.clock.now()
        asked = self.store.noted_as(note, lambda noted: dict(json.loads(noted))) or {}
        lately = {one: at for one, at in asked.items() if now - LASTS < datetime.fromisoformat(at) <= now}
        account = kept.feed.account
        if account.id in lately or not self.config.own_feed.origin:
            return None
        self.store.note(note, json.dumps({**lately, account.id: now.isoformat()}))
        whole = at_its_own_server(self.platform, kept.feed, self._since(now), self.config, now)
        return self._kept(whole, now).kept if whole else None

    def _patiently(self, ask: Callable[[], T]) -> T:
        """What is asked for; where the server asks to wait, after that."""
        for _ in range(TRIES):
            try:
                return ask()
            except RateLimited as refusal:
                now = self.clock.now()
                until = refusal.retry_at or now + PAUSE
            self.clock.wait(min(until - now, LONGEST_PAUSE).total_seconds(), LIMIT)
        return ask()


def at_its_own_server(platform: Platform, here: Feed, since: datetime, config: Config, now: datetime) -> Feed | None:
    """A feed with what the account's own server shows to everybody, for the answers that the owner's server was never
    sent; None where there is no other server, or it does not tell."""
    with suppress(PlatformError):
        found = platform.origin_feed(here.account, since, max(config.own_feed.posts, len(here.posts)))
        if found is not None and found.posts:
            return replace(feeds.merged(found, here), account=here.account, origin_read=now)
    return None
