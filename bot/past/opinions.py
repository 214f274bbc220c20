"""The accounts of a past as they read over its days, each with the owner's word on it."""

from collections.abc import Callable
from datetime import timedelta

from bot.config import Config, Profile
from bot.model import Account, Opinion
from bot.past.recorded import Past
from bot.service import kept
from bot.store import Store
from bot.tuning.samples import Sample, samples


def known(past: Past, config: Config) -> tuple[Sample, ...]:
    """The accounts of one profile, in the order of their handles."""
    opinion = opinions(past.profile, past.store, config)
    return samples(past.record, past.since, config, past.measured, opinion)


def fine_elsewhere(past: Past, config: Config, back: timedelta) -> list[Sample]:
    """Whom the owner called fine in other profiles: the same rules judge them, and must not become harsher on them."""
    found: list[Sample] = []
    for profile in config.profiles:
        if profile.name != past.profile.name and past.store.judgings(profile.name):
            other = Past(profile, past.store, back, config.own_feed.least_posts)
            found += [one for one in known(other, config) if one.opinion is Opinion.FINE]
    return found


def opinions(profile: Profile, store: Store, config: Config) -> Callable[[Account], Opinion | None]:
    """What the owner takes an account for: by their word, else fine where the config keeps it."""
    said, is_kept = store.judgements(profile.name), kept.keeping(profile.name, store, config)

    def opinion(account: Account) -> Opinion | None:
        if account.id in said:
            return said[account.id].opinion
        return Opinion.FINE if is_kept(account) else None

    return opinion
