"""A post as its reader sees it: when, what it did, its words, where it leads. Harmless, for a terminal or a page."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.model import SELF, Post
from bot.report.escape import inline, web
from bot.report.figures import plural, short_day

MOST_WORDS, MOST_LINES = 600, 12
"""Characters and lines of a post that are shown."""
MOST_LINKS = 3
LONGEST_LINK = 100
"""Characters of an address that are shown."""


@dataclass(frozen=True, slots=True)
class ShownLink:
    """An address of a post."""

    label: str
    """As it is read."""
    url: str
    """As it may be clicked."""


@dataclass(frozen=True, slots=True)
class ShownPost:
    """One post. Hostile text is harmless here, and escaped by whoever puts it in a page."""

    day: str
    """`16 Mar`."""
    iso: str
    """The same for programs."""
    did: str
    """`posted`, `answered` or `reposted`."""
    words: str
    """Lines without blank ones between them; empty where it says nothing."""
    links: tuple[ShownLink, ...]
    more_links: int
    """How many are not shown."""
    pictures: int
    url: str
    """Its page; empty where there is none that may be clicked."""

    @property
    def beside(self) -> str:
        """What there is beside words and links: `2 pictures or the like`; `without words` where there is nothing."""
        if self.pictures:
            return plural(self.pictures, "picture or the like", "pictures or the like")
        return "" if self.words or self.links else "without words"


def shown(post: Post) -> ShownPost:
    """The post as it is shown."""
    links = tuple(ShownLink(inline(url, LONGEST_LINK), url) for url in map(web, post.links) if url)
    return ShownPost(
        day=short_day(post.created_at),
        iso=post.created_at.isoformat(),
        did=_did(post),
        words=_words(post.text),
        links=links[:MOST_LINKS],
        more_links=len(links[MOST_LINKS:]),
        pictures=post.media,
        url=web(post.url) or "",
    )


def _did(post: Post) -> str:
    if post.repost_of is not None:
        return "reposted"
    return "posted" if post.reply_to in (None, SELF) else "answered"


def _words(text: str) -> str:
    """So many of its lines, and of their characters, as are shown; an ellipsis stands for the rest."""
    lines = list(_lines(text))
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "…"]
    words = "\n".join(lines)
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1].rstrip() + "…"


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if words := inline(line, MOST_WORDS):
            yield words
