"""Keeping what was known when accounts were judged, so that other rules can be tried on it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.actions.limits import Past
from bot.judging.trust import Circumstances
from bot.model import Basis, Decision, History, Judging
from bot.service import kept
from bot.service.origins import UNASKED
from bot.store import Store


@dataclass(frozen=True)
class Known:
    """What stood beside the verdicts when decisions were made."""

    at: datetime
    past: Past
    circumstances: Circumstances
    entry: int
    """Number of the ledger's last line."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why and how accounts were judged together."""

    decided: datetime
    """When the decisions are written down."""
    fingerprint: str
    measured: str
    """`config.measuring` of the config."""
    dry: bool
    afresh: bool = False
    paused: datetime | None = None
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    """Ids of those of whom it could not be read how the owner stands to them."""
    day: tuple[datetime, datetime] | None = None
    """Where the quotas of a day were held: when the owner's day began and ends."""
    began: datetime | None = None
    """When the sweep began that held them."""


def keep(
    profile: str,
    store: Store,
    histories: Sequence[History],
    decisions: Sequence[Decision],
    known: Known,
    occasion: Occasion,
) -> None:
    """Keep one judging: `histories`, and what was decided on them in the end, in the same order. Where nobody was
    judged, only that quotas were held: another quota may find somebody."""
    if not histories and occasion.day is None:
        return
    asked = frozenset(store.feedback(profile, "keep"))
    called = {account: name for name, account in kept.known_names(profile, store).items()}
    bases = [
        _with_word(_basis(history, decision, known.circumstances, occasion), asked, called)
        for history, decision in zip(histories, decisions, strict=True)
    ]
    total = max((history.timeline_total or 0 for history in histories), default=0)
    store.record_judging(profile, _judging(bases, total, known, occasion))


def _judging(bases: Sequence[Basis], timeline_total: int, known: Known, occasion: Occasion) -> Judging:
    return Judging(
        at=known.at,
        entry=known.entry,
        fingerprint=occasion.fingerprint,
        bases=tuple(bases),
        decided=occasion.decided,
        dry=occasion.dry,
        afresh=occasion.afresh,
        timeline_total=timeline_total,
        followed=known.past.followed,
        usual=known.past.usual,
        told=tuple(sorted(known.circumstances.told)),
        paused=occasion.paused,
        own_host=known.circumstances.own_host,
        day=occasion.day,
        began=occasion.began,
        measured=occasion.measured,
    )


def _basis(history: History, decision: Decision, known: Circumstances, occasion: Occasion) -> Basis:
    """What the decision on one account rested on."""
    account = history.account.id
    basis = Basis(
        account=account,
        read=history.until,
        timeline_posts=history.timeline_posts or 0,
        complete=history.complete,
        replies_known_since=history.replies_known_since,
        seen_share=history.seen_share,
        first_seen=occasion.first_seen.get(account),
        vetoed=account in known.vetoed,
        standing=known.standing.get(account),
        untold=account in occasion.untold,
    )
    measured = replace(basis, readings=dict(decision.verdict.readings), site=decision.verdict.site)
    return measured if basis.untold else _with_outcome(measured, decision)


def _with_outcome(basis: Basis, decision: Decision) -> Basis:
    return replace(
        basis,
        rule=decision.verdict.rule,
        step=decision.step,
        protection=decision.protection,
        limit=decision.limit,
        unasked=decision.reason if decision.limit == UNASKED else "",
    )


def _with_word(basis: Basis, asked: frozenset[str], called: Mapping[str, str]) -> Basis:
    """The basis with the owner's word: whom they asked to keep, and whom a name in the config means."""
    return replace(basis, kept=basis.account in asked, kept_as=called.get(basis.account, ""))
