"""The account that a page or a form is about."""

from bot.desk.visit import NotThere, Visit
from bot.model import Account
from bot.service import whom


def account_of(visit: Visit, account_id: str) -> Account:
    """The account of that id, as it was called last. Raises NotThere where nothing is known of it."""
    found = whom.of_id(account_id, visit.profile, visit.store) if account_id else None
    if found is None:
        raise NotThere("there is no such account here: it never showed in this timeline, or it was forgotten")
    return found
