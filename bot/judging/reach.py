"""How much of an account reaches the owner's server, and what may be done on that: what cannot be seen is no evidence.

A Mastodon server stores what an account posts publicly from when somebody there follows it (mastodon/mastodon#34,
#9000). What is older, or by accounts that nobody there follows, it has in pieces, and replies are what is missing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.judging.rules import LOUD_DAYS, Minimum
from bot.model import Decision, Look, Post, Step, Verdict

V = TypeVar("V", bound=Verdict)
FEDERATED = "mastodon"
"""The platform whose servers know of each other only what they were sent."""
ENOUGH_SEEN = 0.9
"""With less than this part of an account's posts nothing harsher than a list is done."""
LEAST_GROWTH = 20
"""Posts by which an account must have grown between two looks before their share says anything."""


def is_remote(platform: str, handle: str, owner: str | None) -> bool:
    """Whether the account lives on another server than its owner's, so that this one may lack posts of it.

    Where the owner's handle is not known yet, every account may.
    """
    home = (owner or "").rpartition("@")[2].casefold()
    return platform == FEDERATED and handle.rpartition("@")[2].casefold() != home


def seen_share(
    looks: Sequence[Look], posts: Sequence[Post], followed: datetime, *, truncated: bool = False
) -> float | None:
    """About which part of what the account posted between two looks the server has, 0 to 1.

    `looks` are oldest first, the last one taken with `posts` (newest first). Only looks since somebody here `followed`
    it count, and where the posts are `truncated`, only as far back as they reach. Posts deleted in between lower the
    count, so a share is never more than 1. None where the account has not grown enough to tell.
    """
    if not looks or not posts:
        return None
    last, reach = looks[-1], max(followed, posts[-1].created_at) if truncated else followed
    for first in looks[:-1]:
        grown = last.post_count - first.post_count
        if first.at >= reach and grown >= LEAST_GROWTH:
            return min(1.0, sum(first.at < post.created_at <= last.at for post in posts) / grown)
    return None


def lowered(verdict: V) -> V:
    """The verdict with nothing harsher than a list where it rests on too few of the account's posts, or on nobody
    knows how many."""
    if verdict.step is not Step.MUTE or (verdict.seen_share is not None and verdict.seen_share >= ENOUGH_SEEN):
        return verdict
    return replace(verdict, step=Step.LIST, lowered=in_words(verdict.seen_share))


def in_words(share: float | None) -> str:
    """What part of an account's posts the owner's server has, as a clause."""
    if share is None:
        return "how many of its posts your server has is not known"
    return f"your server has about {share:.0%} of its posts".replace("%", " %")


def is_to_act(decision: Decision, waits_for: Sequence[str] = ()) -> bool:
    """Whether the decision does something to the account now, or only waits for one of these limits."""
    return decision.step not in (None, Step.REPORT) and (not decision.limit or decision.limit in waits_for)


def days_missing(posts: Sequence[Post], own_posts: int, minima: Sequence[Minimum]) -> timedelta:
    """How much further back than `posts` (newest first) reach a rule must see before it judges the account at all.

    The days are those that each rule's evidence asks for; a rule that wants more own posts than there are at this
    rate is not waited for.
    """
    if not posts:
        return timedelta(0)
    asked = [_days(minimum, own_posts) for minimum in minima if own_posts >= minimum.own_posts]
    seen = posts[0].created_at - posts[-1].created_at
    return max(timedelta(days=max(asked, default=0)) - seen, timedelta(0))


def _days(minimum: Minimum, own_posts: int) -> int:
    return min(minimum.days_seen, LOUD_DAYS) if own_posts >= minimum.enough_posts else minimum.days_seen
