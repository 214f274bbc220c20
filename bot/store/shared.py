"""Who shared what: the posts with links that the timeline showed, those of hidden accounts, and the good among them."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from bot.model import EPOCH, GoodLink, Post, moment
from bot.store.codec import built, plain, time_of
from bot.store.packing import Kind
from bot.store.post_rows import POST, WITH_AUTHOR, in_window, is_kind, post_of
from bot.store.posts import Posts
from bot.store.records import Records

ROWS = 500
"""Posts that are in memory at a time."""


class Shared(Posts, Records):
    """The part of the store that tells who shared what."""

    def linked_posts(
        self, profile: str, since: datetime, until: datetime, wanted: Callable[[Post], bool]
    ) -> list[Post]:
        """The posts with links of since <= time <= until that are `wanted`, in no order. They are read some at a time,
        so that memory holds little more than what is kept of them."""
        linked = *in_window(profile, since, until), is_kind(Kind.LINKED)
        query = select(*POST).select_from(WITH_AUTHOR).where(*linked).execution_options(yield_per=ROWS)
        with self.reading() as connection:
            return [post for post in (post_of(*row) for row in connection.execute(query)) if wanted(post)]

    def keep_hidden_posts(self, profile: str, read: Mapping[str, datetime], found: Iterable[Post]) -> None:
        """Keep the posts with links of accounts that no timeline shows, in place of those before, and when each own
        feed was `read`, by account id."""
        facts = {"read": {one: moment(at) for one, at in read.items()}, "posts": [plain(post) for post in found]}
        self.note(f"hidden posts:{profile}", json.dumps(facts))

    def hidden_posts(self, profile: str) -> tuple[dict[str, datetime], list[Post]]:
        """When own feeds of hidden accounts were read, by account id, and their posts with links."""

        def read(noted: str) -> tuple[dict[str, datetime], list[Post]]:
            facts = json.loads(noted)
            times = {one: time_of(at) for one, at in facts["read"].items()}
            return times, [built(Post, fact) for fact in facts["posts"]]

        return self.noted_as(f"hidden posts:{profile}", read) or ({}, [])

    def keep_good_links(self, profile: str, at: datetime, found: Iterable[GoodLink]) -> None:
        """Keep what a look for good links `at` that time found, in place of the one before."""
        facts = {"at": moment(at), "found": [plain(link) for link in found]}
        self.note(f"good links:{profile}", json.dumps(facts))

    def good_links(self, profile: str) -> tuple[datetime, tuple[GoodLink, ...]]:
        """When good links were last looked for, and what was found, the best first."""

        def read(noted: str) -> tuple[datetime, tuple[GoodLink, ...]]:
            facts = json.loads(noted)
            return time_of(facts["at"]), tuple(built(GoodLink, fact) for fact in facts["found"])

        return self.noted_as(f"good links:{profile}", read) or (EPOCH, ())
