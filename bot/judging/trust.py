"""From verdicts to decisions: whom the owner trusts, what the limits hold back, and what remains to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Action, Decision, Deed, Standing, Verdict


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the owner is taken to want: each gate protects whatever the rules say."""

    keep: tuple[str, ...] = ()
    """Handles that are never touched."""
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
    """How far back "lately" reaches."""


def apart_from(standing: Standing, deeds: Sequence[Deed]) -> Standing:
    """How the owner stands to an account apart from what we did ourselves: our own mute is none of theirs."""
    ours = {deed.action for deed in deeds}
    titles = {deed.list_title.strip().casefold() for deed in deeds if deed.action is Action.LIST}
    return replace(
        standing,
        muted=standing.muted and not ours & {Action.MUTE, Action.LIST},  # Bluesky mutes what is on a muted list
        muted_until=None if Action.MUTE in ours else standing.muted_until,
        reposts_hidden=standing.reposts_hidden and Action.HIDE_REPOSTS not in ours,
        lists=tuple(title for title in standing.lists if title.strip().casefold() not in titles),
    )


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside the verdicts when a sweep decides. Keys are account ids."""

    standing: Mapping[str, Standing]
    kept: frozenset[str] = frozenset()
    """Accounts that the owner protected by `quietfeed keep`."""
    vetoed: frozenset[str] = frozenset()
    """Accounts on which the owner took a deed of ours back."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One reason to leave an account alone: its name in the report, and the sentence that says why."""

    name: str
    reason: str


def decide(verdicts: Sequence[Verdict], around: Circumstances, trust: Trust, now: datetime) -> list[Decision]:
    """Each verdict with its action, or with the first gate that holds it; in the order given."""
    return [_decide(verdict, around, trust, now) for verdict in verdicts]


def _decide(verdict: Verdict, around: Circumstances, trust: Trust, now: datetime) -> Decision:
    if verdict.action is None:
        return Decision(verdict, None)
    gate = _proof_gate(verdict) or _owner_gate(verdict, around, trust) or _standing_gate(verdict, around, trust, now)
    if gate:
        return Decision(verdict, None, gate.name, gate.reason)
    lasting = verdict.duration is not None and verdict.action is not Action.REPORT
    until = now + verdict.duration if lasting and verdict.duration is not None else None
    return Decision(verdict, verdict.action, until=until)


def _proof_gate(verdict: Verdict) -> Gate | None:
    if not verdict.complete:
        return Gate("no proof", "its own feed could not be read yet")
    if verdict.shadow:
        return Gate("shadow", f"the rule “{verdict.rule}” only watches (mode: shadow)")
    if verdict.account.moved_to:
        return Gate("moved", f"it moved to {verdict.account.moved_to}")
    return None


def _owner_gate(verdict: Verdict, around: Circumstances, trust: Trust) -> Gate | None:
    account = verdict.account
    if account.id in around.kept or _named(account.handle, trust.keep):
        return Gate("kept", "you asked to keep it")
    if account.id in around.vetoed:
        return Gate("veto", "you took back what was done to it before")
    return None


def _named(handle: str, keep: Sequence[str]) -> bool:
    return handle.casefold().lstrip("@") in {name.casefold().lstrip("@") for name in keep}


def _standing_gate(verdict: Verdict, around: Circumstances, trust: Trust, now: datetime) -> Gate | None:
    standing = around.standing.get(verdict.account.id)
    if standing is None or standing.following is None:
        return Gate("standing unknown", "how you stand to it could not be read")
    if standing.following is False:
        return Gate("not followed", "you do not follow it; its posts came by a repost or a hashtag")
    return _bond_gate(standing, trust) or _recent_gate(standing, trust, now) or _already_gate(standing, verdict.action)


def _bond_gate(standing: Standing, trust: Trust) -> Gate | None:
    if trust.mutuals and standing.mutual:
        return Gate("mutual", "you follow each other")
    if trust.notifying and standing.notifying:
        return Gate("notifications on", "you turned notifications on for it")
    if trust.listed and standing.lists:
        return Gate("on a list", f"you put it on your list “{standing.lists[0]}”")
    return None


def _recent_gate(standing: Standing, trust: Trust, now: datetime) -> Gate | None:
    deeds = (
        (trust.answered, standing.answered, "answered", "you answered it"),
        (trust.favourited, standing.favourited, "favourited", "you favourited a post of its"),
        (trust.bookmarked, standing.bookmarked, "bookmarked", "you bookmarked a post of its"),
        (trust.reposted, standing.reposted, "reposted", "you reposted it"),
    )
    for protects, when, name, words in deeds:
        if protects and when is not None and when >= now - trust.within:
            return Gate(name, f"{words} on {when:%-d %b %Y}")
    return None


def _already_gate(standing: Standing, action: Action | None) -> Gate | None:
    if standing.muted:
        return Gate("muted already", "you muted it yourself")
    if action is Action.HIDE_REPOSTS and standing.reposts_hidden:
        return Gate("hidden already", "you hid its reposts yourself")
    return None
