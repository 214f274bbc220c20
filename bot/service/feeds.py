"""Own feeds as the sweep keeps them: read far enough back, joined with what is known, and how whole they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.config import Config
from bot.judging import reach, rules
from bot.model import SELF, Account, History, Lexicon, Look, Post, Verdict
from bot.platforms.base import Enough, Feed, Platform
from bot.signals.window import read_already
from bot.store import KeptFeed, Store

MOST_POSTS = 1_000
"""Posts of one account beyond which nothing is read, however few days they cover."""
ASKED_AGAIN = 2
"""How often a feed that covers too few days is asked for again, further back."""
MARGIN = 1.2
"""So much more is asked for than the account's pace so far makes one expect."""
MOST_LOOKS = 30
MOST_UNREADABLE = 0.02
"""Part of an own feed that may be unreadable: the share of replies that the shipped rules overlook."""
ORIGIN_LASTS = timedelta(days=3)
"""So long a look at the account's own server is good for. What it posts later the owner's server is sent."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How whole a feed is, as History wants it."""

    replies_known_since: datetime | None = None
    seen_share: float | None = 1.0


WHOLE = Reach()


def read(platform: Platform, account: Account, since: datetime, config: Config, enough: Enough | None = None) -> Feed:
    """The account's own feed: `own_feed.posts` of it, or as many as cover the days that the rules' evidence asks for;
    no further page where what was read is `enough`.

    An account that posts all day fills any fixed number of posts within hours, and would never be judged. Raises
    AccountGone where it cannot be read.
    """
    limit = config.own_feed.posts
    posts_by = partial(platform.posts_by, enough=enough) if enough else platform.posts_by
    feed = posts_by(account, since, limit)
    for _ in range(ASKED_AGAIN):
        further = _further(feed, limit, config)
        if further <= limit or (enough and enough(feed.posts)):
            break
        limit = further
        feed = posts_by(account, since, limit)
    return feed


def _further(feed: Feed, limit: int, config: Config) -> int:
    """How many posts would cover the days that are missing, at the account's pace; no more where none are."""
    if not feed.truncated or not feed.posts or limit >= MOST_POSTS:
        return limit
    minima = [rule.minimum or config.minimum for rule in config.rules if rule.quota is None]
    history = History(feed.account, feed.posts, feed.posts[0].created_at)
    missing = reach.days_missing(feed.posts, rules.own_posts(history), minima)
    seen = max(feed.posts[0].created_at - feed.posts[-1].created_at, timedelta(hours=1))
    return min(MOST_POSTS, int(limit * (1 + MARGIN * (missing / seen)))) if missing else limit


def keep(store: Store, profile: str, feed: Feed, now: datetime, lexicon: Lexicon) -> None:
    """Store a feed read `now`, with what was learned of the account before, its posts read by these words."""
    known = store.own_feed(profile, feed.account.id)
    store.save_own_feed(profile, joined(feed, known.feed if known else None, now), now, lexicon)


def joined(feed: Feed, before: Feed | None, now: datetime) -> Feed:
    """A feed read `now`, with the looks taken before, and behind it what the account's own server told once.

    What was posted after that the owner's server has been sent, so the two make one feed without a hole; where they
    do not meet, or the account is gone, the newer one stands alone.
    """
    looks = tuple(look for look in (before.looks if before else ()) if look.at < now)
    if feed.origin_read is None and feed.posts and feed.account.post_count is not None:
        looks = (*looks, Look(now, feed.account.post_count))[-MOST_LOOKS:]
    feed = replace(feed, looks=looks)
    told = before.origin_read if before else None
    if before is None or told is None or feed.origin_read is not None or not feed.posts:
        return feed
    if feed.truncated and feed.posts[-1].created_at > told:
        return feed
    newer = [post for post in feed.posts if post.created_at > told]
    older = [post for post in before.posts if post.created_at <= told]
    return replace(feed, posts=(*newer, *older)[:MOST_POSTS], origin_read=told, truncated=before.truncated)


def merged(origin: Feed, here: Feed) -> Feed:
    """What the account's own server shows, with the replies that only the owner's server has, such as those for
    followers: whatever speaks for an account counts."""
    shown = {_page(post) for post in origin.posts}
    oldest = origin.posts[-1].created_at
    inside = [post for post in here.posts if not origin.truncated or post.created_at >= oldest]
    more = [post for post in inside if _is_reply(post) and _page(post) not in shown]
    return replace(origin, posts=tuple(sorted((*origin.posts, *more), key=lambda p: p.created_at, reverse=True)))


def _is_reply(post: Post) -> bool:
    return post.repost_of is None and post.reply_to not in (None, SELF)


def _page(post: Post) -> str:
    return post.url or post.id


def is_told(feed: Feed, now: datetime) -> bool:
    """Whether the account's own server was asked lately enough; a time to come is a wrong clock's."""
    return feed.origin_read is not None and timedelta(0) <= now - feed.origin_read <= ORIGIN_LASTS


def reach_of(profile: str, platform: str, store: Store, kept: KeptFeed) -> Reach:
    """How whole a feed is, by what the store knows of the account."""
    feed, at, account = kept.feed, kept.at, kept.feed.account
    if not reach.is_remote(platform, account.handle, store.noted(f"owner:{profile}")):
        return WHOLE
    # When the owner followed it Mastodon does not tell; since it first showed in the timeline somebody here does.
    followed = store.first_seen(profile, [account.id]).get(account.id, at)
    if is_told(feed, at):
        return WHOLE
    told = feed.origin_read
    share = reach.seen_share(feed.looks, feed.posts, max(followed, told or followed), truncated=feed.truncated)
    return Reach(None if told else followed, share)


def history_of(
    kept: KeptFeed, platform: str, counts: Mapping[str, int], config: Config, how_whole: Reach = WHOLE
) -> History:
    """An own feed as the history to judge; `counts` are timeline items by account id."""
    feed, since = kept.feed, kept.at - config.window
    posts, earlier = kept.parted(since)
    history = History(
        account=feed.account,
        posts=posts,
        earlier=earlier,
        until=kept.at,
        platform=platform,
        timeline_posts=counts.get(feed.account.id, 0),
        timeline_total=sum(counts.values()),
        lexicon=config.lexicon,
        complete=is_whole(feed, config.own_feed.posts),
        replies_known_since=how_whole.replies_known_since,
        seen_share=how_whole.seen_share,
    )
    return read_already(history, lambda: kept.window(since, config.lexicon))


def is_whole(feed: Feed, most: int) -> bool:
    """Whether an own feed may be judged by: what is missing of it could be what the account says to others.

    It is not where more items could not be read than a rule's bound on replies would overlook, or where it broke off
    before it held the `most` posts that were asked for.
    """
    unreadable = feed.unreadable > MOST_UNREADABLE * (len(feed.posts) + feed.unreadable)
    return not unreadable and not (feed.truncated and len(feed.posts) < most)


def judge(history: History, config: Config, profile: str) -> Verdict:
    """What the config's rules say of a history, no harsher than what is known of the account allows."""
    return reach.lowered(rules.judge(history, config.rules, config.minimum, profile))
