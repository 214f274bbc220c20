"""Verdicts by what is in the store, asking no server, and what was last decided of them: for `explain` and `review`."""

from collections.abc import Mapping

from bot.config import Config, Profile
from bot.model import Decision, Entry, Verdict
from bot.service import feeds
from bot.store import KeptFeed, Store


def judged(
    kept: KeptFeed, profile: Profile, store: Store, config: Config, counts: Mapping[str, int] | None = None
) -> Verdict:
    """What the config says of an own feed as it was when it was read. `counts` are the timeline's items by account id,
    where they are known already."""
    if counts is None:
        counts = store.timeline_counts(profile.name, kept.at - config.window, kept.at)
    whole = feeds.reach_of(profile.name, profile.platform, store, kept)
    history = feeds.history_of(kept, profile.platform, counts, config, whole)
    return feeds.judge(history, config, profile.name)


def remembered(verdict: Verdict, entry: Entry | None) -> Decision | None:
    """The decision that the ledger knows, as long as the verdict is still the same."""
    if entry is None or entry.rule != verdict.rule:
        return None
    return Decision(
        verdict, None if entry.protection else verdict.step, entry.protection, entry.reason, entry.until, entry.limit
    )
