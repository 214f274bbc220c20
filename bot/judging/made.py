"""A history that an owner makes up in a few words, to test a rule on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model import Account, History, Lexicon, Post

UNTIL = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When every made-up history ends."""
ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
LINK = "https://example.com/%n"
SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi xo zu ke la mo nu ri".split()
WORDS = 10
BREATH = timedelta(minutes=4)
"""Between two posts of those that come at once."""
WHOLE = 10_000
"""Items of the timeline that a share of it is told by."""


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up account and its posts. In a text `%n` is the number of the post, `%words` ten words that differ."""

    posts: int = 60
    """Own posts."""
    days: int = 20
    """From the first post to the last."""
    at_once: int = 1
    """So many of the posts come within an hour."""
    text: str = "%words https://example.com/%n"
    """What each own post says."""
    links: float | None = None
    """Share of the own posts with a link. Left out: all whose text has one."""
    media: float = 0.0
    """Share of the own posts with a picture."""
    replies: int = 0
    """Answers to others."""
    people: int | None = None
    """How many people are answered. Left out: each answer goes to another."""
    reply: str = "%words"
    """What each answer says."""
    reposts: int = 0
    """Posts of others, shown again."""
    bot: bool = False
    """Whether the account says that it is a bot."""
    bio: str = ""
    """What its profile says."""
    site: str = ""
    """Its own site, as its profile names it."""
    timeline_share: float | None = None
    """Its part of your timeline. Left out: not known."""


def history_of(made: Made, lexicon: Lexicon, platform: str = "mastodon") -> History:
    """The history that was made up, newest post first; the same words give the same history."""
    account = Account(
        id="made",
        handle="made@up.test",
        bio=made.bio,
        profile_links=(made.site,) if made.site else (),
        automated=made.bot,
        group=False,
    )
    posts = sorted((*_own(made), *_replies(made), *_reposts(made)), key=lambda post: post.created_at, reverse=True)
    share = made.timeline_share
    return History(
        account,
        tuple(posts),
        UNTIL,
        platform,
        timeline_posts=None if share is None else round(share * WHOLE),
        timeline_total=None if share is None else WHOLE,
        lexicon=lexicon,
    )


def _own(made: Made) -> Iterator[Post]:
    linked = made.posts if made.links is None else round(made.posts * made.links)
    pictured = round(made.posts * made.media)
    for n, at in enumerate(_times(made.posts, made.days, made.at_once)):
        text = made.text if made.links is None else _linked(made.text, _is_of(n, linked, made.posts))
        yield _post(f"own{n}", at, _filled(text, n), media=int(_is_of(n, pictured, made.posts)))


def _replies(made: Made) -> Iterator[Post]:
    for n, at in enumerate(_times(made.replies, made.days)):
        whom = f"person{n % (made.people or made.replies)}"
        yield _post(f"reply{n}", at, _filled(made.reply, 1000 + n), reply_to=whom)


def _reposts(made: Made) -> Iterator[Post]:
    for n, at in enumerate(_times(made.reposts, made.days)):
        yield _post(f"repost{n}", at, _filled("%words", 2000 + n), repost_of=f"person{n}")


def _post(name: str, at: datetime, text: str, **more: object) -> Post:
    links = tuple(dict.fromkeys(ADDRESS.findall(text)))
    return Post(name, "made", at, text, links, url=f"https://up.test/@made/{name}", **more)  # type: ignore[arg-type]


def _times(many: int, days: int, at_once: int = 1) -> Iterator[datetime]:
    """When posts come: the first `days` before the end, the last at it, the others between, not by the clock."""
    rounds = -(-many // at_once)
    every = timedelta(days=days) / max(1, rounds - 1)
    for n in range(many):
        turn, place = divmod(n, at_once)
        loose = every * (turn * 7919 % 100 / 250) if 0 < turn < rounds - 1 else timedelta()
        yield min(UNTIL, UNTIL - timedelta(days=days) + every * turn + loose + BREATH * place)


def _is_of(n: int, some: int, whole: int) -> bool:
    """Whether the n-th of the whole is one of some that are spread evenly."""
    return (n + 1) * some // whole > n * some // whole


def _linked(text: str, linked: bool) -> str:
    """The text with a link, or without."""
    if linked:
        return text if ADDRESS.search(text) else f"{text} {LINK}"
    return ADDRESS.sub("", text).strip() or "%words"


def _filled(text: str, n: int) -> str:
    return text.replace("%words", " ".join(_words(n))).replace("%n", str(n))


def _words(seed: int) -> Iterator[str]:
    """Ten words that nobody else has: by counting on, so that they are the same everywhere."""
    chance = seed * 2_654_435_761 % 2**32
    for _ in range(WORDS):
        chance = (chance * 1_103_515_245 + 12_345) % 2**31
        yield "".join(SYLLABLES[(chance >> shift) % len(SYLLABLES)] for shift in (8, 13, 18))
