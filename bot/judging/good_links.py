"""What the quieted shared that people whom the owner follows shared too, so that nothing good is lost.

It is counted by people: however often somebody shares a page, they are one. Nobody are the quieted themselves, and
accounts that are no people: those that say they are automated, and groups, which repost whatever their members write.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import EPOCH, Account, GoodLink, Post
from bot.urls import same

MOST_WORDS = 200
"""Characters of a title; where it is shown it is shortened further."""
LONGEST = 2_000
"""Characters of an address; a longer one is none to be shown."""
ADDRESS = re.compile(r"https?://\S+")


def page_of(url: str) -> str:
    """What the spellings of one page have in common. Behind a shortener the page is not known: only the same short
    address is the same."""
    return same(url)


def pages(post: Post) -> frozenset[str]:
    """The pages that a post links to."""
    return frozenset(map(page_of, _addresses(post)))


def _addresses(post: Post) -> list[str]:
    """The links of a post that can be shown to somebody as they are."""
    return [url for url in post.links if len(url) <= LONGEST and url.isprintable()]


def good_links(
    posts: Iterable[Post], quieted: Mapping[str, Account], followed: Mapping[str, Account]
) -> list[GoodLink]:
    """The pages that a quieted account and people whom the owner follows shared in these posts: those of most people
    first, then the newest.

    `posts` are of both; neither their order nor how often one comes matters. Who reposts a post shares its links, and
    so did who wrote it: two people. `quieted` and `followed` by account id; the owner is neither. What a quieted
    account only repeats from somebody followed is no link of its own: the owner has it from them.
    """
    people = {one: who for one, who in followed.items() if one not in quieted and is_person(who)}
    found: dict[str, _Page] = {}
    for post in posts:
        for url in _addresses(post):
            found.setdefault(page_of(url), _Page()).add(post, url, quieted, followed, people)
    made = [page.made(quieted, people) for page in found.values() if page.sharers and page.people]
    return sorted(made, key=lambda link: (-len(link.people), EPOCH - link.at, link.url))


def is_person(account: Account) -> bool:
    """Whether nothing says that it is none."""
    return not account.automated and not account.group


@dataclass
class _Page:
    """Who shared one page, each with the first time."""

    sharers: dict[str, datetime] = field(default_factory=dict)
    """Of the quieted."""
    people: dict[str, datetime] = field(default_factory=dict)
    last: datetime = EPOCH
    """When one of the people last shared it."""
    titles: set[tuple[bool, datetime, str]] = field(default_factory=set)
    """What it may be called, the best least: whether it is only what somebody wrote, since when, the words."""
    urls: set[tuple[datetime, str]] = field(default_factory=set)

    def add(
        self,
        post: Post,
        url: str,
        quieted: Mapping[str, Account],
        followed: Mapping[str, Account],
        people: Mapping[str, Account],
    ) -> None:
        """Take up one post that links to it."""
        for one in _sharers(post):
            if one in quieted and not (one == post.author and post.repost_of in followed):
                _first(self.sharers, one, post.created_at)
            elif one in people:
                _first(self.people, one, post.created_at)
                self.last = max(self.last, post.created_at)
        self.titles |= set(_titles(post))
        self.urls.add((post.created_at, url))

    def made(self, quieted: Mapping[str, Account], people: Mapping[str, Account]) -> GoodLink:
        """The link as it is told."""
        return GoodLink(
            url=min(self.urls)[1],
            title=min(self.titles)[2] if self.titles else "",
            shared_by=quieted[_in_order(self.sharers)[0]],
            people=tuple(people[one] for one in _in_order(self.people)),
            at=self.last,
        )


def _sharers(post: Post) -> set[str]:
    return {post.author, post.repost_of or post.author}


def _first(times: dict[str, datetime], one: str, at: datetime) -> None:
    times[one] = min(at, times.get(one, at))


def _in_order(times: Mapping[str, datetime]) -> list[str]:
    return sorted(times, key=lambda one: (times[one], one))


def _titles(post: Post) -> Iterator[tuple[bool, datetime, str]]:
    """What a post calls its link: a card or words that stand beside several links may be about another one."""
    if len(post.links) == 1:
        for only_words, words in ((False, post.card_title), (True, ADDRESS.sub(" ", post.text))):
            if told := " ".join(words.split())[:MOST_WORDS]:
                yield only_words, post.created_at, told
