"""Asking the owner about accounts: whom, in which order, and what they said, kept for the rules to be measured by.

The store is read, and written a line at a time: all of it may happen beside a running daemon.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.actions.lifecycle import RecordedAction
from bot.actions.recorded import recorded_actions
from bot.config import Config, Profile
from bot.judging import review, trust
from bot.judging.review import Seen
from bot.model import Account, Case, Entry, Opinion, Post
from bot.service import kept, verdicts, word
from bot.store import Feedback, FeedbackKind, Store

KIND: Mapping[Opinion, FeedbackKind] = {Opinion.NOISE: "noise", Opinion.FINE: "fine"}
"""The word by which a judgement is kept."""
WORDS: tuple[FeedbackKind, ...] = (*KIND.values(), "keep")
"""What may be said of an account here."""
Told = Callable[[int, int], None]
"""Hears how many accounts were looked through, of how many."""


def queue(profile: Profile, store: Store, config: Config, told: Told, *, again: bool = False) -> list[Case]:
    """Whom to ask about, in that order; with `again` also those who were judged noise or fine before. Never asked about
    are the kept, those on whom an action was taken back, and those that are quieted because the owner asked for it."""
    newest = store.latest_judged(profile.name)
    answered = _answered(profile.name, store, config, [entry.account for entry in newest.values()], again=again)
    open_ones = {one: entry for one, entry in newest.items() if one not in answered}
    seen = _seen(profile, store, config, open_ones, told)
    return review.cases(seen, answered, skipped(profile.name, store))


def looked_through(profile: Profile, store: Store, config: Config, told: Told) -> list[Case]:
    """Everybody on whom there is a question, whatever the owner said of them: what `still_open` chooses from."""
    seen = _seen(profile, store, config, store.latest_judged(profile.name), told)
    return review.cases(seen, (), {})


def still_open(found: Sequence[Case], profile: Profile, store: Store, config: Config) -> list[Case]:
    """Whom of them to ask about now, in that order: the queue, without looking through the accounts again."""
    answered = _answered(profile.name, store, config, [case.account for case in found], again=False)
    return review.still_open(found, answered, skipped(profile.name, store))


def _seen(
    profile: Profile,
    store: Store,
    config: Config,
    newest: Mapping[str, Entry],
    told: Told,
) -> Iterator[Seen]:
    """What is known of the accounts whose own feeds are in the store, as they were last decided about."""
    quieted = {action.account.id for action in _in_force(profile.name, store)}
    times = store.own_feed_times(profile.name)
    asked = [one for one in newest if one in times]
    until = max(times.values(), default=None)
    counts = store.timeline_counts(profile.name, until - config.window, until) if until else {}
    total = sum(counts.values())
    for place, one in enumerate(asked, 1):
        known = store.own_feed(profile.name, one)
        if known is not None:  # it may have been forgotten since
            verdict = verdicts.judged(known, profile, store, config, counts)
            share = counts.get(one, 0) / total if total else None
            yield Seen(verdict, newest[one], verdicts.remembered(verdict, newest[one]), share, one in quieted)
        told(place, len(asked))


def _in_force(profile: str, store: Store) -> list[RecordedAction]:
    """The actions in force, be they those of a dry run."""
    actions = (one for dry in (True, False) for one in recorded_actions(store, profile, dry=dry))
    return [action for action in actions if action.in_force]


def _answered(profile: str, store: Store, config: Config, accounts: list[Account], *, again: bool) -> set[str]:
    """Ids of the accounts that the owner said enough about."""
    known = kept.circumstances(profile, store, config)
    by_name = {one.id for one in accounts if trust.by_name(one, known, config.trust)}
    asked_for = {action.account.id for action in _in_force(profile, store) if action.is_asked}
    return by_name | asked_for | known.kept | known.vetoed | (set() if again else set(store.judgements(profile)))


def posts(profile: str, account: Account, store: Store) -> tuple[Post, ...]:
    """Some of the account's own posts to judge it by, newest first."""
    known = store.own_feed(profile, account.id)
    return review.sample(known.feed.posts) if known else ()


def judge(profile: str, account: Account, opinion: Opinion, store: Store, now: datetime) -> None:
    """Keep what the owner takes an account for, in place of what they said in an earlier review. Nothing else comes of
    it: `noise` quiets nobody, and `fine` protects nobody."""
    said = KIND[opinion]
    store.set_feedback(profile, account, said, "", now)
    for other in KIND.values():
        if other != said:
            store.drop_feedback(profile, account.id, other)


def forget(profile: str, account: Account, store: Store) -> bool:
    """Take back what the owner said of an account in a review; whether there was such a word. Others stay, such as
    that it is kept."""
    dropped = [store.drop_feedback(profile, account.id, kind) for kind in KIND.values()]
    return any(dropped)


def skipped(profile: str, store: Store) -> dict[str, datetime]:
    """When the owner skipped accounts, by account id."""
    return store.noted_as(f"skipped:{profile}", _times) or {}


def _times(noted: str) -> dict[str, datetime]:
    return {one: datetime.fromisoformat(at).astimezone(UTC) for one, at in dict(json.loads(noted)).items()}


def skip(profile: str, account: Account, store: Store, now: datetime) -> None:
    """Keep that the owner skipped an account: it comes last from now on."""
    _note_skipped(profile, store, {**skipped(profile, store), account.id: now})


def _note_skipped(profile: str, store: Store, at: Mapping[str, datetime]) -> None:
    """Keep whom the owner skipped, as far as their own feeds are known still: of others nothing is asked."""
    known = store.own_feed_times(profile)
    store.note(f"skipped:{profile}", json.dumps({one: when.isoformat() for one, when in at.items() if one in known}))


@dataclass(frozen=True, slots=True)
class Before:
    """What stood on an account before the owner said something of it, to be put back."""

    account: Account
    words: Mapping[FeedbackKind, Feedback] = field(default_factory=dict)
    skipped: datetime | None = None


def before(profile: str, account: Account, store: Store) -> Before:
    """What stands on an account now."""
    said = {kind: store.feedback(profile, kind).get(account.id) for kind in WORDS}
    words = {kind: one for kind, one in said.items() if one}
    return Before(account, words, skipped(profile, store).get(account.id))


def put_back(profile: str, stood: Before, store: Store) -> None:
    """Put back what stood on an account, whatever was said of it since."""
    for kind in WORDS:
        one = stood.words.get(kind)
        if one:
            store.set_feedback(profile, one.account, kind, one.why, one.at)
        else:
            store.drop_feedback(profile, stood.account.id, kind)
    others = {one: at for one, at in skipped(profile, store).items() if one != stood.account.id}
    _note_skipped(profile, store, others | ({stood.account.id: stood.skipped} if stood.skipped else {}))


def keep(profile: str, account: Account, store: Store, now: datetime) -> None:
    """Protect an account for good, as `quietfeed keep` does."""
    word.keep(profile, account, "", store, now)
