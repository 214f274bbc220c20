"""Asking accounts' own servers for their posts, sparingly: whom, how often a day, and what was refused."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.config import Config
from bot.judging import reach
from bot.model import Account, Decision
from bot.platforms.base import Platform, PlatformError
from bot.service import feeds
from bot.store import Store

PER_DAY = 20
"""Most accounts whose own servers are asked in 24 hours."""
AGAIN = timedelta(days=1)
"""Nobody is asked for twice within this, answered or not: what failed is remembered as long."""
UNASKED = "own server unasked"


class Origins:
    """Whom other servers were asked for by one profile. It lies in the store, so that no restart asks more."""

    def __init__(self, profile: str, platform: Platform, store: Store, config: Config, clock: Clock) -> None:
        self.profile, self.platform, self.store = profile, platform, store
        self.config, self.clock = config, clock
        self.note = f"origins:{profile}"

    def is_due(self, account: Account) -> bool:
        """Whether something is to be learned at the account's own server that was not asked lately."""
        owner = self.store.noted(f"owner:{self.profile}")
        if not self.config.own_feed.origin or not reach.is_remote(self.platform.name, account.handle, owner):
            return False
        known = self.store.own_feed(self.profile, account.id)
        if known is None or feeds.is_told(known.feed, self.clock.now()):
            return False
        return account.id not in self._asked()

    def read(self, account: Account, since: datetime) -> bool:
        """Ask for the account's posts since then and keep them as its own feed; False where that did not come about."""
        known, asked, now = self.store.own_feed(self.profile, account.id), self._asked(), self.clock.now()
        if known is None or len(asked) >= PER_DAY:
            return False
        # Noted before it is asked: whatever happens meanwhile, a restart does not ask again.
        self.store.note(self.note, json.dumps({**asked, account.id: now.isoformat()}))
        here = known.feed
        try:
            feed = self.platform.origin_feed(account, since, max(self.config.own_feed.posts, len(here.posts)))
        except PlatformError:
            return False
        if feed is None or not feed.posts:
            return False
        whole = replace(feeds.merged(feed, here), account=here.account, origin_read=now)
        feeds.keep(self.store, self.profile, whole, now, self.config.lexicon)
        return True

    def waiting(self, decision: Decision) -> Decision:
        """The decision; one to act at once on an account whose own server is still to be asked waits for that."""
        if not reach.is_to_act(decision) or not self.is_due(decision.account):
            return decision
        reason = f"its own server is asked for its posts first, and {PER_DAY} accounts a day are the most"
        return replace(decision, limit=UNASKED, reason=reason)

    def _asked(self) -> dict[str, str]:
        """Account ids that were asked for in the last day, each with when. A time to come is a wrong clock's."""
        now = self.clock.now()

        def lately(noted: str) -> dict[str, str]:
            asked = dict(json.loads(noted)).items()
            return {one: at for one, at in asked if now - AGAIN < datetime.fromisoformat(at) <= now}

        return self.store.noted_as(self.note, lately) or {}
