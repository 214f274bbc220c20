"""The protections: why an account is left alone, whatever the rules say, since the owner is taken to want it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot import handles
from bot.model import Account, Action, Asked, Decision, Standing, Step, Unread, Verdict

FEED_UNREAD = "own feed unread"
STANDING_UNKNOWN = "standing unknown"
NOT_KNOWN = "not known"
NOT_FOLLOWED = "not followed"
SHADOW = "shadow"
MOVED = "moved"
KEPT = "kept"
TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Trust:
    """The accounts that the owner is taken to want. Each of these protects them, whatever the rules say."""

    keep: tuple[str, ...] = ()
    """Accounts that are never touched, by handle, profile address or DID; also after they are renamed. A name without
    a host is one of your own server."""
    mutuals: bool = True
    """Accounts that follow the owner back."""
    answered: bool = True
    """Accounts that the owner answered lately."""
    favourited: bool = True
    """Accounts whose posts the owner favourited lately."""
    bookmarked: bool = True
    """Accounts whose posts the owner bookmarked lately."""
    reposted: bool = True
    """Accounts whose posts the owner reposted lately."""
    listed: bool = True
    """Accounts on a list of the owner's own."""
    notifying: bool = True
    """Accounts that the owner turned notifications on for."""
    within: timedelta = timedelta(days=90)
    """How far back "lately" reaches. What you do is remembered as it happens; until it was read back so far once,
    whoever it might protect is left alone."""

    def rests_on(self, asked: Asked) -> bool:
        """Whether a protection that is switched on needs to know this."""
        switch = SWITCHES.get(asked)
        return True if switch is None else bool(getattr(self, switch))


SWITCHES: Mapping[Asked, str] = {
    Asked.FOLLOWS: "mutuals",
    Asked.LISTS: "listed",
    Asked.NOTIFICATIONS: "notifying",
    Asked.ANSWERS: "answered",
    Asked.FAVOURITES: "favourited",
    Asked.BOOKMARKS: "bookmarked",
    Asked.REPOSTS: "reposted",
}
"""Which option each protection hangs on; what the owner muted stays theirs whatever the options say."""


MUTUAL, NOTIFYING, ON_A_LIST = "mutual", "notifications on", "on a list"
BONDS = frozenset({MUTUAL, NOTIFYING, ON_A_LIST})
"""Protections by how the owner stands to an account at the moment."""


def without_our_actions(standing: Standing, actions: Sequence[Action]) -> Standing:
    """How the owner stands to an account apart from what we did ourselves: our own mute is none of theirs."""
    ours = {action.step for action in actions}
    by_us = Step.MUTE in ours or (Step.LIST in ours and standing.muted_by_list)  # as Bluesky's muted lists do
    titles = {action.list_title.strip().casefold() for action in actions if action.step is Step.LIST}
    return replace(
        standing,
        muted=standing.muted and not by_us,
        muted_until=None if Step.MUTE in ours else standing.muted_until,
        reposts_hidden=standing.reposts_hidden and Step.HIDE_REPOSTS not in ours,
        lists=tuple(title for title in standing.lists if title.strip().casefold() not in titles),
    )


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside the verdicts when a sweep decides. Keys are account ids."""

    standing: Mapping[str, Standing]
    kept: frozenset[str] = frozenset()
    """Accounts that the owner protected by `quietfeed keep`, or that bore a name in `keep` when they were first seen:
    who is renamed stays protected."""
    vetoed: frozenset[str] = frozenset()
    """Accounts on which the owner took an action of ours back."""
    own_host: str = ""
    """The owner's own server, where a name without a host lives; empty on Bluesky."""
    told: frozenset[str] = frozenset()
    """What the server cannot tell for good (`Unread.key`) and the owner was told of: it holds nobody any more."""

    def holds(self, unread: Unread, trust: Trust) -> bool:
        """Whether an account is to be left alone because this could not be read."""
        return trust.rests_on(unread.asked) and not (unread.stays and unread.key in self.told)


@dataclass(frozen=True, slots=True)
class Protection:
    """One reason to leave an account alone: its name in the report, and the sentence that says why."""

    name: str
    reason: str


def decide(verdicts: Sequence[Verdict], known: Circumstances, trust: Trust, now: datetime) -> list[Decision]:
    """Each verdict with its step, or with the first protection that stands before it; in the order given."""
    return [_decide(verdict, known, trust, now) for verdict in verdicts]


def _decide(verdict: Verdict, known: Circumstances, trust: Trust, now: datetime) -> Decision:
    if verdict.step is None:
        return Decision(verdict, None)
    protection = (
        _by_evidence(verdict) or by_name(verdict.account, known, trust) or _by_standing(verdict, known, trust, now)
    )
    if protection:
        return Decision(verdict, None, protection.name, protection.reason)
    until = None if verdict.duration is None or verdict.step is Step.REPORT else now + verdict.duration
    return Decision(verdict, verdict.step, reason=verdict.lowered, until=until)


def _by_evidence(verdict: Verdict) -> Protection | None:
    if not verdict.complete:
        return Protection(FEED_UNREAD, "its own feed could not be read whole")
    if verdict.shadow:
        return Protection(SHADOW, f"the rule “{verdict.rule}” only watches (mode: shadow)")
    if verdict.account.moved_to:
        return Protection(MOVED, f"it moved to {verdict.account.moved_to}")
    return None


def by_name(account: Account, known: Circumstances, trust: Trust) -> Protection | None:
    """The protection by the owner's own word, whatever else is known of the account."""
    if account.id in known.kept or is_named(account, trust.keep, known.own_host):
        return Protection(KEPT, "you asked to keep it")
    if account.id in known.vetoed:
        return Protection(TAKEN_BACK, "you took back what was done to it before")
    return None


def is_named(account: Account, names: Sequence[str], own_host: str) -> bool:
    """Whether an account bears one of the names: by its handle in any spelling, its profile's address, or its DID."""
    if not names:
        return False
    return not _borne(account.handle, account.url, account.id).isdisjoint(_whole(tuple(names), own_host))


@lru_cache(maxsize=4096)
def _borne(handle: str, url: str, account_id: str) -> frozenset[str]:
    return frozenset({handles.key(handle), handles.key(url), account_id})


@lru_cache(maxsize=8)
def _whole(names: tuple[str, ...], own_host: str) -> frozenset[str]:
    return frozenset(handles.whole(handles.key(name), own_host) for name in names)


def _by_standing(verdict: Verdict, known: Circumstances, trust: Trust, now: datetime) -> Protection | None:
    standing = known.standing.get(verdict.account.id)
    if standing is not None and standing.following is None and standing.unread:
        return _not_known(standing.unread[0])
    if standing is None or standing.following is None:
        return Protection(STANDING_UNKNOWN, "how you stand to it could not be read")
    if standing.following is False:
        return Protection(NOT_FOLLOWED, "you do not follow it; its posts came by a repost or a hashtag")
    return (
        by_bond(standing, trust)
        or _by_what_you_did_lately(standing, trust, now)
        or _by_what_you_did_already(standing, verdict.step)
        or _by_what_is_not_known(standing, known, trust)
    )


def by_bond(standing: Standing, trust: Trust) -> Protection | None:
    """The protection by how the owner stands to the account now, whatever else they did."""
    if trust.mutuals and standing.mutual:
        return Protection(MUTUAL, "you follow each other")
    if trust.notifying and standing.notifying:
        return Protection(NOTIFYING, "you turned notifications on for it")
    if trust.listed and standing.lists:
        return Protection(ON_A_LIST, f"you put it on your list “{standing.lists[0]}”")
    return None


def _by_what_you_did_lately(standing: Standing, trust: Trust, now: datetime) -> Protection | None:
    lately = (
        (trust.answered, standing.answered, "answered", "you answered it"),
        (trust.favourited, standing.favourited, "favourited", "you favourited a post of its"),
        (trust.bookmarked, standing.bookmarked, "bookmarked", "you bookmarked a post of its"),
        (trust.reposted, standing.reposted, "reposted", "you reposted it"),
    )
    for protects, when, name, words in lately:
        if protects and when is not None and when >= now - trust.within:
            return Protection(name, f"{words} on {when:%-d %b %Y}")
    return None


def _by_what_you_did_already(standing: Standing, step: Step | None) -> Protection | None:
    if standing.muted:
        return Protection("muted already", "you muted it yourself")
    if step is Step.HIDE_REPOSTS and standing.reposts_hidden:
        return Protection("hidden already", "you hid its reposts yourself")
    return None


def _by_what_is_not_known(standing: Standing, known: Circumstances, trust: Trust) -> Protection | None:
    """Last of all, so that a reason that is known is told before one that only may be."""
    holding = [unread for unread in standing.unread if known.holds(unread, trust)]
    return _not_known(holding[0]) if holding else None


def _not_known(unread: Unread) -> Protection:
    return Protection(NOT_KNOWN, f"not known: {unread.sentence}")
