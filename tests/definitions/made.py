"""Small histories of every sort: few words, few links and few people, so that much of it comes again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.model import SELF, UNKNOWN, Account, History, Lexicon, Post
from tests.definitions.slow import LINKS, PROMISES

UNTIL = datetime(2026, 5, 1, 12, tzinfo=UTC)
WORDS = ("tea", "rain", "boat", "moss", "fern", "sale", "sign", "up", "@ann", "#tag")
CARDS = ("", "", "tea rain boat moss", "fern", "boat")
GAPS = (0, 1, 15, 20, 59, 60, 300, 900)
"""Minutes from one post to the next."""


def history(seed: int, size: int) -> History:
    """A history of so many posts, the same for each seed."""
    chance = Random(seed)
    manner = Manner(chance)
    posts: list[Post] = []
    at = UNTIL
    for number in range(size):
        at -= timedelta(minutes=chance.choice(manner.gaps))
        posts.append(manner.post(f"p{number}", at))
    posts = [manner.placed(post, posts[place + 1 :]) for place, post in enumerate(posts)]
    total = chance.choice((None, 0, size, 500))
    return History(
        manner.account(),
        tuple(posts),
        UNTIL,
        chance.choice(("mastodon", "bluesky")),
        timeline_posts=None if total is None else min(total, size),
        timeline_total=total,
        lexicon=Lexicon(2, 5, tuple(" ".join(words) for words in PROMISES), ("marketer",)),
        replies_known_since=chance.choice((None, None, at + timedelta(hours=30), UNTIL - timedelta(days=3))),
    )


class Manner:
    """How one account posts."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.kinds = chance.choices(("own", "own", "reply", "repost", "part", "quote"), k=4)
        self.gaps = chance.choices(GAPS, k=chance.randint(1, 4))
        self.longest = chance.choice((2, 6, 9))
        self.texts = [self.text() for _ in range(chance.randint(1, 30))]
        self.links = chance.sample(list(LINKS), k=chance.randint(1, len(LINKS)))
        self.people = ("ann", "ben", UNKNOWN)

    def text(self) -> str:
        """Words in a row, as they come."""
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(0, self.longest)))

    def account(self) -> Account:
        """Whose history it is."""
        chance = self.chance
        return Account(
            "me",
            "ines@town.test",
            bio=chance.choice(("", "a marketer of tea", "tea and rain")),
            profile_links=tuple(chance.sample(list(LINKS), k=chance.randint(0, 2))),
            automated=chance.choice((None, True, False)),
            followers=chance.choice((None, 0, 12)),
            following=chance.choice((None, 0, 5)),
            created_at=chance.choice((None, UNTIL - timedelta(days=chance.randint(0, 400)))),
            group=chance.choice((None, None, False, True)),
        )

    def post(self, name: str, at: datetime) -> Post:
        """One post of this account's, not yet tied to others."""
        chance, kind = self.chance, self.chance.choice(self.kinds)
        made = Post(name, "me", at)
        if kind == "repost":
            return replace(made, repost_of=chance.choice(("me", "ann", "ben")))
        made = replace(
            made,
            text=chance.choice(self.texts),
            links=tuple(chance.choices(self.links, k=chance.choice((0, 1, 1, 2)))),
            tags=("tag",) * chance.choice((0, 0, 3, 5)),
            media=chance.choice((0, 0, 1)),
        )
        if made.links:
            made = replace(made, card_title=chance.choice(CARDS), card_authors=chance.choice(((), ("ines",), ("ann",))))
        told = {
            "reply": {"reply_to": chance.choice(self.people)},
            "part": {"reply_to": SELF},
            "quote": {"quote_of": "ann"},
        }
        return replace(made, **told.get(kind, {}))

    def placed(self, post: Post, before: list[Post]) -> Post:
        """A part of a thread with the post that it continues, where that is known; a repost of nobody knows whom."""
        if post.repost_of and self.chance.random() < 0.02:
            return replace(post, repost_of=UNKNOWN)
        written = [one.id for one in before[:6] if one.repost_of is None]
        known = post.reply_to == SELF and self.chance.random() < 0.7
        return replace(post, reply_to_post=self.chance.choice([*written, "elsewhere"])) if known else post
