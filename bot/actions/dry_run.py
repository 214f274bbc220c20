"""The executor of a dry run: what would be done goes into the ledger, and nowhere else."""

from collections.abc import Sequence

from bot.actions.entries import Terms, next_entry, planned
from bot.actions.lifecycle import RecordedAction
from bot.actions.recorded import protected_by_name, recorded_actions
from bot.clock import Clock
from bot.model import Decision, Event
from bot.store import Store


class DryRunExecutor:
    """Plans go into the ledger, marked dry, and stay there."""

    dry = True

    def __init__(self, profile: str, store: Store, clock: Clock) -> None:
        self.profile, self.store, self.clock = profile, store, clock

    def carry_out(self, decision: Decision, terms: Terms) -> Event:
        """Record what would be done; CANCELLED, and nothing recorded, where the owner protected it this moment."""
        if decision.account.id in self.protected():
            return Event.CANCELLED
        plan = planned(self.profile, decision, terms, self.clock.now(), dry=True)
        self.store.record([plan])
        return Event.PLANNED

    def actions(self) -> list[RecordedAction]:
        """The actions that would have been done."""
        return recorded_actions(self.store, self.profile, dry=True)

    def protected(self) -> dict[str, str]:
        """Whom the owner protects by name, and why."""
        return protected_by_name(self.profile, self.store)

    def untouched(self, actions: Sequence[RecordedAction]) -> list[RecordedAction]:
        """Nobody can have changed what was never done."""
        return list(actions)

    def take_back(self, action: RecordedAction, event: Event, reason: str) -> Event:
        """Record that it would be taken back."""
        self.store.record([next_entry(action, event, self.clock.now(), reason)])
        return event

    def close(self, action: RecordedAction, reason: str) -> Event:
        """Record that an action would have run out."""
        return self.take_back(action, Event.EXPIRED, reason)
