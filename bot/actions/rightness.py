"""What became of each rule's actions, told from the ledger: taken back by the owner, confirmed, ended, in force."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from bot.actions.lifecycle import DRY_RUN_OVER, ENDS, OWNERS_WORD, RENEWED, YOURS
from bot.judging.rightness import is_often_taken_back, sparing
from bot.model import Entry, Event, RuleRecord


class Fate(StrEnum):
    """What became of an action."""

    TAKEN_BACK = "taken back"
    """By the owner's word or hand."""
    CONFIRMED = "confirmed"
    ENDED = "ended"
    """By itself."""
    IN_FORCE = "in force"


def records(entries: Iterable[Entry], confirmed: Collection[str], *, dry: bool) -> tuple[RuleRecord, ...]:
    """What became of every rule's actions, real ones or those of a dry run: the rule first whose were taken back most
    often, then by name.

    `entries` are those of actions, in the order written; the beginning of old ones may be forgotten already.
    `confirmed` are the ids of accounts of which the owner said that it was right.
    """
    by_rule: dict[str, dict[Fate, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for last in _last_of_each(entries, dry=dry):
        fate = fate_of(last, confirmed)
        if fate is not None and last.rule:
            by_rule[last.rule][fate].append(last)
    made = [_record(rule, fates, dry=dry) for rule, fates in by_rule.items()]
    return tuple(sorted(made, key=lambda one: (not one.often, -one.taken_back, one.rule)))


def _record(rule: str, fates: Mapping[Fate, Sequence[Entry]], *, dry: bool) -> RuleRecord:
    taken_back = fates.get(Fate.TAKEN_BACK, ())
    others = [entry for fate, some in fates.items() if fate is not Fate.TAKEN_BACK for entry in some]
    often = is_often_taken_back(len(taken_back), len(taken_back) + len(others))
    return RuleRecord(
        rule=rule,
        taken_back=len(taken_back),
        confirmed=len(fates.get(Fate.CONFIRMED, ())),
        ended=len(fates.get(Fate.ENDED, ())),
        in_force=len(fates.get(Fate.IN_FORCE, ())),
        often=often,
        sparing=sparing(taken_back, others) if often else None,
        dry=dry,
    )


def _last_of_each(entries: Iterable[Entry], *, dry: bool) -> list[Entry]:
    """The newest entry of each action, its end where it has one: nothing comes after that."""
    last: dict[str, Entry] = {}
    for entry in entries:
        before = last.get(entry.action_id)
        if entry.action_id and entry.dry is dry and (before is None or before.event not in ENDS):
            last[entry.action_id] = entry
    return list(last.values())


def fate_of(last: Entry, confirmed: Collection[str]) -> Fate | None:
    """What became of an action whose newest entry this is; None where it was never done, or only goes on elsewhere."""
    event, reason = last.event, last.reason
    if event is Event.LIFTING:  # it carries what it will be once it is taken back
        word, _, reason = reason.partition(": ")
        event = Event(word)
    if event is Event.VETOED or (event is Event.UNDONE and reason.startswith(OWNERS_WORD)):
        return Fate.TAKEN_BACK
    if event is Event.CANCELLED and reason == YOURS:
        return Fate.CONFIRMED
    in_force = event is Event.DONE or (event is Event.PLANNED and last.dry)
    over = event in (Event.UNDONE, Event.EXPIRED) and not reason.startswith((RENEWED, DRY_RUN_OVER))
    if (in_force or over) and last.account.id in confirmed:
        return Fate.CONFIRMED
    return Fate.IN_FORCE if in_force else Fate.ENDED if over else None
