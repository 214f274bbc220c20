"""How the owner stands to an account, in words."""

from collections.abc import Iterator

from bot.model import Standing
from bot.report.escape import inline
from bot.report.figures import short_day

STANDING = (
    ("answered", "you answered it on {}"),
    ("favourited", "you favourited a post of its on {}"),
    ("bookmarked", "you bookmarked a post of its on {}"),
    ("reposted", "you reposted it on {}"),
)


def stands(standing: Standing) -> Iterator[str]:
    """Each of what stands between them: `you follow each other`, `you answered it on 3 Nov`."""
    if standing.mutual:
        yield "you follow each other"
    elif standing.following:
        back = "it is not known whether it follows you" if standing.followed_by is None else "it does not follow you"
        yield f"you follow it, {back}"
    elif standing.followed_by:
        yield "it follows you"
    if standing.muted:
        yield "muted" + (f" until {short_day(standing.muted_until)}" if standing.muted_until else "")
    if standing.reposts_hidden:
        yield "its reposts are hidden"
    if standing.notifying:
        yield "you get notified of its posts"
    if standing.lists:
        yield f"on your list {', '.join(inline(title) for title in standing.lists)}"
    yield from _dealings(standing)


def _dealings(standing: Standing) -> Iterator[str]:
    """What the owner did with its posts, and what of all that could not be read."""
    for name, words in STANDING:
        when = getattr(standing, name)
        if when is not None:
            yield words.format(short_day(when))
    for unread in standing.unread:
        yield f"not known: {inline(unread.sentence, 200)}"
