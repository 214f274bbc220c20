"""What a change of the rules comes to: who is judged otherwise than before, kept until a report told of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot import __version__
from bot.config import Config
from bot.judging.rules import Rule
from bot.logs import event
from bot.model import Account, Entry, RuleChange, Step, Upgrade
from bot.report.rule_changes import brought, rule_changes_data, sentence, upgrade_data
from bot.service import used
from bot.store import Store, StoredReport


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store keeps of a change that no report told yet."""

    entry: int
    """The newest entry of the ledger when the rules before last judged."""
    open: bool
    """Whether somebody is still to be judged by the new rules."""
    changes: tuple[RuleChange, ...]
    upgrade: Upgrade | None = None
    """With which newer version the rules changed, where it was with one."""


def begin(profile: str, store: Store, config: Config) -> None:
    """Before a sweep judges anybody: where the rules are other ones than those of the last sweep, keep what was judged
    by those. Of several changes between two reports the first counts."""
    known = store.noted(f"rules:{profile}")
    if known and known != config.fingerprint:
        kept = _kept(profile, store) or _Kept(store.mark().entry, True, ())
        upgrade = _upgrade(profile, store, config) or kept.upgrade
        _keep(profile, store, _Kept(kept.entry, True, kept.changes, upgrade))


def _upgrade(profile: str, store: Store, config: Config) -> Upgrade | None:
    """What a newer version brought of other rules; None where it is the same version, or brought none."""
    if used.version(profile, store) in (None, __version__):
        return None
    last = next(iter(used.used(profile, store, config)), None)
    before = {rule.name: _deciding(rule) for rule in last.config.rules} if last else {}
    now = {rule.name: _deciding(rule) for rule in config.rules}
    changed = tuple(name for name in now if name in before and before[name] != now[name])
    new, gone = (tuple(name for name in some if name not in others) for some, others in ((now, before), (before, now)))
    return Upgrade(__version__, changed, new, gone) if before and before != now else None


def _deciding(rule: Rule) -> Rule:
    return replace(rule, tests=())


def end(profile: str, store: Store, newest: Mapping[str, Entry], *, waiting: bool) -> None:
    """After a sweep that judged by new rules: keep and log whom they judge otherwise. `newest` is what is judged now;
    while own feeds are `waiting` to be read, the next sweep adds to it."""
    kept = _kept(profile, store)
    if kept is None or not kept.open:
        return
    changes = _changes(store.latest_judged(profile, number=kept.entry), newest)
    _keep(profile, store, replace(kept, open=waiting, changes=changes))
    if changes != kept.changes or not waiting:
        by = brought(kept.upgrade) if kept.upgrade else None
        event("rules changed", profile=profile, by=by, they=sentence(changes))


def untold(profile: str, store: Store) -> tuple[tuple[RuleChange, ...], Upgrade | None]:
    """What the next report tells: whom the rules judge otherwise, and with which upgrade they changed."""
    kept = _kept(profile, store)
    return (kept.changes, kept.upgrade) if kept else ((), None)


def told(report: StoredReport, store: Store) -> None:
    """Forget what the owner was told; where the rules changed again meanwhile, the next report tells it all."""
    kept = _kept(report.profile, store)
    facts = json.loads(report.data)
    said = facts.get("rules_changed"), facts.get("upgrade")
    if kept and not kept.open and said == (rule_changes_data(kept.changes), upgrade_data(kept.upgrade)):
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
    upgrade = asdict(kept.upgrade) if kept.upgrade else None
    written = {"entry": kept.entry, "open": kept.open, "changes": _written(kept.changes), "upgrade": upgrade}
    store.note(_name(profile), json.dumps(written))


def _kept(profile: str, store: Store) -> _Kept | None:
    def read(noted: str) -> _Kept:
        facts = json.loads(noted)
        changes = tuple(map(_read, facts["changes"]))
        return _Kept(int(facts["entry"]), bool(facts["open"]), changes, _read_upgrade(facts.get("upgrade")))

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


def _read_upgrade(facts: Mapping[str, Any] | None) -> Upgrade | None:
    if facts is None:
        return None
    names = (tuple(str(name) for name in facts[kind]) for kind in ("changed", "new", "gone"))
    return Upgrade(str(facts["version"]), *names)
