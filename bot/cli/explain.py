"""`explain` and `check`: why one account is judged as it is; what the rules would say of any account."""

import argparse
import json
from datetime import UTC, datetime

from bot.actions.lifecycle import in_force_on
from bot.actions.recorded import recorded_actions
from bot.cli import wiring
from bot.cli.network import only_looking
from bot.cli.terminal import columns, say
from bot.cli.whom import anywhere
from bot.clock import SystemClock
from bot.config import Config, Profile
from bot.judging import trust
from bot.model import Account, Decision, Standing, Verdict
from bot.platforms.base import Feed, Platform
from bot.report.explain import explain as explained
from bot.report.explain import explain_data
from bot.service import feeds, kept, verdicts, whom
from bot.service.auditing import at_its_own_server
from bot.service.dealings import Dealings, Glimpse
from bot.store import Store, kept_feed


def explain(arguments: argparse.Namespace) -> int:
    """Show one account's readings against every bound: from the store, or from the server where it is not there."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store:
        found = None if arguments.fresh else found_in_store(arguments.handle, profile, store, config)
        verdict, decision, standing = found or _asked(arguments.handle, profile, store, config)
        past = store.entries(profile.name, account_id=verdict.account.id)
        word = store.judgements(profile.name).get(verdict.account.id)
    if arguments.json:
        print(json.dumps(explain_data(verdict, decision, standing, past, word), ensure_ascii=False, indent=1))
    else:
        say(explained(verdict, decision, standing, past, word, whole=arguments.all, width=columns()))
    return 0


BY_RULES_ALONE = "This is by your rules alone: nothing was kept, and what would protect it was not asked for."
Explained = tuple[Verdict, Decision | None, Standing | None]


def found_in_store(handle: str, profile: Profile, store: Store, config: Config) -> Explained | None:
    """Verdict and decision by what is in the store; None where its own feed was not read yet."""
    account = whom.in_store(handle, profile, store)
    known = store.own_feed(profile.name, account.id) if account else None
    if known is None:
        return None
    verdict = verdicts.judged(known, profile, store, config)
    return verdict, verdicts.remembered(verdict, store.latest_judged(profile.name).get(verdict.account.id)), None


def _asked(handle: str, profile: Profile, store: Store, config: Config) -> Explained:
    """Verdict, decision and standing by what the server says now."""
    account = anywhere(handle, profile, store)
    with wiring.connected(profile) as platform:
        now = datetime.now(UTC)
        feed = _read(account, platform, profile, store, config, now)
        dealings = Dealings(platform, Glimpse(profile.name, store), config.trust, SystemClock())
        dealings.look()
        asked = dealings.joined(platform.standing([account], deciding=True))
    done = recorded_actions(store, profile.name, dry=False)
    standing = {one: trust.without_our_actions(how, in_force_on(done, one)) for one, how in asked.items()}
    verdict = verdicts.judged(kept_feed(feed, now), profile, store, config)
    circumstances = kept.circumstances(profile.name, store, config, standing)
    return verdict, trust.decide([verdict], circumstances, config.trust, now)[0], standing.get(account.id)


def _read(account: Account, platform: Platform, profile: Profile, store: Store, config: Config, now: datetime) -> Feed:
    """Its own feed as the server shows it now, with what its own server told before."""
    known = store.own_feed(profile.name, account.id)
    read = feeds.read(platform, account, now - config.window, config)
    return feeds.joined(read, known.feed if known else None, now)


def check(arguments: argparse.Namespace) -> int:
    """Show what the rules say of any account, read now; nothing is kept, and nothing comes of it."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store, only_looking(profile) as (platform, clock):
        verdict = checked(arguments.handle, platform, profile, store, config, clock.now())
    if arguments.json:
        print(json.dumps(explain_data(verdict), ensure_ascii=False, indent=1))
    else:
        print(explained(verdict, whole=arguments.all, verb="check"))
        print(f"\n{BY_RULES_ALONE}")
    return 0


def checked(handle: str, platform: Platform, profile: Profile, store: Store, config: Config, now: datetime) -> Verdict:
    """What the rules say of an account as it is now: of one on another server, with what that shows to everybody, for
    the owner's has hardly anything of whom nobody there follows. Raises AccountGone where nothing can be read."""
    account = whom.anywhere(handle, profile, store, platform.find)
    here = _read(account, platform, profile, store, config, now)
    whole = None
    if config.own_feed.origin and not feeds.is_told(here, now):
        whole = at_its_own_server(platform, here, now - config.window, config, now)
    return verdicts.judged(kept_feed(whole or here, now), profile, store, config)
