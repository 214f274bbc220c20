"""What is shown of an account that a rule found: the newest posts that the rule speaks of, and one in its words."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from bot.model import Post, Quote, Step

MOST_POSTS = 3
"""How many posts are shown."""
QUOTED = 200
"""Characters of the one that is quoted."""


def evidence(posts: Sequence[Post], step: Step) -> Sequence[Post]:
    """Of posts, newest first, those that show what a rule with that step speaks of: reposts where it hides reposts,
    else linked posts. Where there are too few, the newest ones fill up."""
    spoken_of = filter(_is_repost if step is Step.HIDE_REPOSTS else _is_linked, posts)
    return list(islice(chain(spoken_of, posts), MOST_POSTS))


def quoted(posts: Iterable[Post]) -> Quote | None:
    """The first of the posts that says something in its author's words, cut short."""
    saying = next((post for post in posts if post.text.strip() and post.repost_of is None), None)
    return Quote(saying.text.strip()[:QUOTED], saying.url or saying.id, saying.created_at) if saying else None


def _is_repost(post: Post) -> bool:
    return post.repost_of is not None


def _is_linked(post: Post) -> bool:
    return post.repost_of is None and bool(post.links)
