"""Posts on a page of the desk, with the names of those whom they repost or answer."""

from collections.abc import Sequence

from bot.desk.visit import Visit
from bot.model import Post
from bot.report.page.posts import Read, named_in, read


def posts_of(visit: Visit, posts: Sequence[Post]) -> list[Read]:
    """The posts in their order, as the macro `post_of` draws them."""
    known = visit.store.accounts(visit.profile.name, named_in(posts))
    return read(posts, known, visit.today, visit.zone)
