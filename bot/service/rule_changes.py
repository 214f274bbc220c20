"""What a change of the rules comes to: who is judged otherwise than before, kept until a report told of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.config import Config
from bot.logs import event
from bot.model import Account, Entry, RuleChange, Step
from bot.report.rule_changes import rule_changes_data, sentence
from bot.store import Store, StoredReport


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store keeps of a change that no report told yet."""

    entry: int
    """The newest entry of the ledger when the rules before last judged."""
    open: bool
    """Whether somebody is still to be judged by the new rules."""
    changes: tuple[RuleChange, ...]


def begin(profile: str, store: Store, config: Config) -> None:
    """Before a sweep judges anybody: where the rules are other ones than those of the last sweep, keep what was judged
    by those. Of several changes between two reports the first counts."""
    known = store.noted(f"rules:{profile}")
    if known and known != config.fingerprint:
        kept = _kept(profile, store)
        _keep(profile, store, _Kept(kept.entry if kept else store.mark().entry, True, kept.changes if kept else ()))


def end(profile: str, store: Store, newest: Mapping[str, Entry], *, waiting: bool) -> None:
    """After a sweep that judged by new rules: keep and log whom they judge otherwise. `newest` is what is judged now;
    while own feeds are `waiting` to be read, the next sweep adds to it."""
    kept = _kept(profile, store)
    if kept is None or not kept.open:
        return
    changes = _changes(store.latest_judged(profile, number=kept.entry), newest)
    _keep(profile, store, _Kept(kept.entry, waiting, changes))
    if changes != kept.changes or not waiting:
        event("rules changed", profile=profile, they=sentence(changes))


def untold(profile: str, store: Store) -> tuple[RuleChange, ...]:
    """What the next report tells."""
    kept = _kept(profile, store)
    return kept.changes if kept else ()


def told(report: StoredReport, store: Store) -> None:
    """Forget what the owner was told; where the rules changed again meanwhile, the next report tells it all."""
    kept = _kept(report.profile, store)
    if kept and not kept.open and json.loads(report.data).get("rules_changed") == rule_changes_data(kept.changes):
        store.note(_name(report.profile), "")


def _changes(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> tuple[RuleChange, ...]:
    """Whom the two ask something else of, by handle."""
    found = (
        RuleChange(entry.account, was, now, entry.limit if now else "")
        for account_id, entry in after.items()
        if (was := _asked(before.get(account_id))) is not (now := _asked(entry))
    )
    return tuple(sorted(found, key=lambda change: change.account.handle))


def _asked(entry: Entry | None) -> Step | None:
    """What is asked for on an account; None where it is left alone."""
    return None if entry is None or entry.protection else entry.step


def _name(profile: str) -> str:
    return f"rules changed:{profile}"


def _keep(profile: str, store: Store, kept: _Kept) -> None:
    written = {"entry": kept.entry, "open": kept.open, "changes": _written(kept.changes)}
    store.note(_name(profile), json.dumps(written))


def _kept(profile: str, store: Store) -> _Kept | None:
    def read(noted: str) -> _Kept:
        facts = json.loads(noted)
        return _Kept(int(facts["entry"]), bool(facts["open"]), tuple(map(_read, facts["changes"])))

    return store.noted_as(_name(profile), read)


def _written(changes: Sequence[RuleChange]) -> list[list[Any]]:
    return [
        [one.account.id, one.account.handle, one.account.display_name, one.before, one.after, one.limit]
        for one in changes
    ]


def _read(facts: Sequence[Any]) -> RuleChange:
    account_id, handle, name, before, after, limit = facts
    account = Account(str(account_id), str(handle), str(name))
    return RuleChange(account, Step(before) if before else None, Step(after) if after else None, str(limit))
