"""What the store knows of one profile's actions, and whom its owner protects by name."""

from bot.actions.lifecycle import KEPT, TAKEN_BACK, RecordedAction, fold
from bot.store import Store


def protected_by_name(profile: str, store: Store) -> dict[str, str]:
    """Whom the owner protects by name or by having taken an action back: the sentence that says so, by account id."""
    kept = dict.fromkeys(store.feedback(profile, "keep"), KEPT)
    return dict.fromkeys(store.feedback(profile, "veto"), TAKEN_BACK) | kept


def recorded_actions(store: Store, profile: str, *, dry: bool) -> list[RecordedAction]:
    """Every action of the profile that the ledger tells of: those of a dry run or the real ones."""
    return fold(store.action_entries(profile), dry=dry)
