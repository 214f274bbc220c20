"""Whom an account talks to, and in whose words: replies, threads, reposts, quotes."""

from bot.model import UNKNOWN, History
from bot.signals.base import COUNT, SHARE, share, signal
from bot.signals.text import outbound, own_words

LONG_THREAD = 3
"""Parts that make a thread; two may be no more than a post with its link in the first comment."""


@signal(COUNT)
def own_posts(history: History) -> float | None:
    """How many own posts: neither reposts nor replies to others. A thread of self-replies counts once."""
    return len(history.threads)


@signal(SHARE)
def reply_share(history: History) -> float | None:
    """Share of replies to others among replies and own posts.

    Reposts stay out, so that reposting neither hides a conversation nor feigns one. Self-replies are threads, not
    conversation. None where the account wrote nothing.
    """
    return share(len(history.replies), len(history.replies) + len(history.threads))


@signal(COUNT)
def answered_people(history: History) -> float | None:
    """How many different accounts it replied to; all that are unknown count as one."""
    return len({p.reply_to for p in history.replies})


@signal(SHARE)
def reply_link_share(history: History) -> float | None:
    """Share of replies to others that carry an outbound link. None without replies."""
    return share(sum(bool(outbound(p)) for p in history.replies), len(history.replies))


@signal(SHARE, hint=True)
def thread_share(history: History) -> float | None:
    """Share of own posts that are threads of three parts or more. None without own posts.

    A link in the first comment makes two parts: no thread yet.
    """
    return share(sum(len(parts) >= LONG_THREAD for parts in history.threads), len(history.threads))


@signal(SHARE, hint=True)
def media_share(history: History) -> float | None:
    """Share of own posts with a picture, clip or other attachment. None without own posts."""
    return share(sum(any(p.media for p in parts) for parts in history.threads), len(history.threads))


@signal(SHARE)
def repost_share(history: History) -> float | None:
    """Share of reposts among all posts, replies included. None without posts."""
    return share(len(history.reposts), len(history.posts))


@signal(SHARE)
def self_repost_share(history: History) -> float | None:
    """Share of reposts of the account's own posts among all posts. None without posts, or where it is unknown
    who was reposted."""
    if any(p.repost_of == UNKNOWN for p in history.reposts):
        return None
    own = {history.account.id, history.account.handle}
    return share(sum(p.repost_of in own for p in history.reposts), len(history.posts))


@signal(SHARE, hint=True)
def quote_share(history: History) -> float | None:
    """Share of own posts that quote another post and say at least `own_words` words about it (default 4).

    None without own posts.
    """
    least = history.lexicon.own_words
    quotes = sum(any(p.quote_of and own_words(p) >= least for p in parts) for parts in history.threads)
    return share(quotes, len(history.threads))
