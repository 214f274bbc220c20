"""Whether the ledger tells of each action one story that can be true. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.actions.lifecycle import ENDS, fold, renewal_of
from bot.model import Entry, Event


def contradictions(entries: Iterable[Entry]) -> list[str]:
    """What in the entries of one profile, in the order written, cannot be, each in a sentence. What the ledger has
    forgotten of an action that is over is none."""
    by_action: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.event is not Event.JUDGED:
            by_action[entry.action_id].append(entry)
    said = [sentence for story in by_action.values() for sentence in _of_one(story)]
    return [*said, *_side_by_side([entry for story in by_action.values() for entry in story])]


def _of_one(story: Sequence[Entry]) -> Iterable[str]:
    first, last = story[0], story[-1]
    who = f"an action on {first.account.handle}"
    if not first.action_id:
        yield f"{who} has no name"
    if first.event is not Event.PLANNED and last.event not in ENDS:
        yield f"{who} was never planned"
    if any(entry.event is Event.PLANNED for entry in story[1:]):
        yield f"{who} was planned twice"
    if any((one.account.id, one.step, one.dry) != (first.account.id, first.step, first.dry) for one in story):
        yield f"{who} becomes another one"


def _side_by_side(entries: Sequence[Entry]) -> Iterable[str]:
    """Two actions of one kind on one account, of which neither goes on with the other."""
    for dry in (True, False):
        actions = fold(entries, dry=dry)
        seen = set()
        for action in actions:
            if not action.in_force or renewal_of(action, actions):
                continue
            what = (action.account.id, action.step, action.list_title)
            if what in seen:
                yield f"{action.account.handle} is quieted twice over, by the same step"
            seen.add(what)
