"""The account that a page or a form is about, and its posts as they are read."""

from collections.abc import Sequence

from bot.desk.visit import NotThere, Visit
from bot.model import Account, Post
from bot.report.page.posts import Read, named_in, read
from bot.service import whom


def account_of(visit: Visit, account_id: str) -> Account:
    """The account of that id, as it was called last. Raises NotThere where nothing is known of it."""
    found = whom.of_id(account_id, visit.profile, visit.store) if account_id else None
    if found is None:
        raise NotThere("there is no such account here: it never showed in this timeline, or it was forgotten")
    return found


def posts_read(visit: Visit, posts: Sequence[Post]) -> list[Read]:
    """The posts in their order, with those named whom they repost or answer."""
    known = visit.store.accounts(visit.profile.name, named_in(posts))
    return read(posts, known, visit.now.astimezone(visit.zone).date(), visit.zone)
