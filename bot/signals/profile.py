"""What is known of the account itself, and of its part in the owner's timeline."""

from bot.model import History
from bot.signals.base import FLAG, SHARE, signal


@signal(FLAG)
def declared_bot(history: History) -> float | None:
    """1 where the account declares itself automated, 0 where it does not, None where the platform does not say."""
    automated = history.account.automated
    return None if automated is None else float(automated)


@signal(SHARE, hint=True)
def timeline_share(history: History) -> float | None:
    """The account's part of the owner's timeline inside the window, reposts included. None outside a timeline."""
    if history.timeline_posts is None or not history.timeline_total:
        return None
    return min(1.0, history.timeline_posts / history.timeline_total)
