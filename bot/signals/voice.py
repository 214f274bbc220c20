"""Whom an account talks to, and in whose words: replies, threads, reposts, quotes."""

import re

from bot.model import UNKNOWN, History, Post
from bot.signals.base import COUNT, SHARE, share, signal
from bot.signals.links import outbound
from bot.signals.phrases import phrases
from bot.signals.text import LONGEST, answers, own, words
from bot.urls import UNSEEN

LONG_THREAD = 3
"""Parts that make a thread; two may be no more than a post with its link in the first comment."""
AT = ("@", "＠")
SPELLED = re.compile(r"(?<![\w/])[@＠]\w")
"""A name in a text; in an address or a mail address it is none."""
BEFORE_A_NAME = " .\t\n\xa0\u3000"
"""What may stand before a name that is addressed: `.@ann` is a word to her that everybody should see."""
LONGEST_WARNING = 100
"""Characters of one line that can be a content warning; a post tells it in a paragraph before its text. Where only
names follow, they are credits and nobody is spoken to."""


@signal(COUNT)
def own_posts(history: History) -> float | None:
    """How many own posts: neither reposts nor replies to others. A thread of self-replies counts once."""
    return len(history.threads)


@signal(SHARE)
def reply_share(history: History) -> float | None:
    """Share of replies to others among replies and own posts.

    Reposts stay out, so that reposting neither hides a conversation nor feigns one. Self-replies are threads, not
    conversation. Whether the replies are conversation or one advertisement sent to many is for reply_link_share
    and near_duplicate_share to say. None where the account wrote nothing.
    """
    return share(len(history.replies), len(history.replies) + len(history.threads))


@signal(SHARE, hint=True)
def address_share(history: History) -> float | None:
    """Share of own posts that open by addressing somebody: `@ann have you seen this?`

    A word to a person need not be a reply. A thread counts by its first part, a post with a content warning by what
    follows it; whom a post mentions without spelling it is addressed as well. None without own posts.
    """
    return share(sum(_addresses(parts[0]) for parts in history.threads), len(history.threads))


def _addresses(post: Post) -> bool:
    """Whether a post is a word to somebody."""
    text = UNSEEN.sub("", post.text[:LONGEST]).lstrip(BEFORE_A_NAME)
    if text.startswith(AT):
        return True
    if not SPELLED.search(text):
        return bool(post.mentions)
    warning, _, body = text.partition("\n\n")
    body = body.lstrip(BEFORE_A_NAME)
    is_warning = "\n" not in warning and "://" not in warning and len(warning) <= LONGEST_WARNING
    return is_warning and body.startswith(AT) and bool(words(body.casefold()))


@signal(COUNT)
def answered_people(history: History) -> float | None:
    """How many different accounts it replied to; all that are unknown count as one."""
    return len({p.reply_to for p in history.replies})


@signal(SHARE, hint=True)
def reply_link_share(history: History) -> float | None:
    """Share of replies to others that carry an outbound link. None without replies."""
    return share(sum(bool(outbound(history, said)) for said in answers(history)), len(history.replies))


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


@signal(SHARE, hint=True)
def repost_share(history: History) -> float | None:
    """Share of reposts among all posts, replies included. None without posts."""
    return share(len(history.reposts), len(history.posts))


@signal(SHARE)
def self_repost_share(history: History) -> float | None:
    """Share of reposts of the account's own posts among all posts.

    None without posts, or where it is unknown for some repost whose post it was.
    """
    if any(p.repost_of == UNKNOWN for p in history.reposts):
        return None
    mine = {history.account.id, history.account.handle}
    return share(sum(p.repost_of in mine for p in history.reposts), len(history.posts))


@signal(SHARE, hint=True)
def quote_share(history: History) -> float | None:
    """Share of own posts that quote another post and say at least `own_words` words about it (default 4).

    None without own posts.
    """
    quoting = [any(p.quote_of for p in parts) for parts in history.threads]
    spoken = [len(said.words) >= history.lexicon.own_words for said in own(history)]
    return share(sum(map(bool.__and__, quoting, spoken)), len(quoting))


@signal(SHARE, hint=True)
def hashtag_stuffing(history: History) -> float | None:
    """Share of own posts stuffed with hashtags: five or more, or three or more that outnumber the author's words.

    None without own posts.
    """
    tags = [sum(len(p.tags) for p in parts) for parts in history.threads]
    stuffed = (n >= 5 or (n >= 3 and n > len(said.words)) for n, said in zip(tags, own(history), strict=True))
    return share(sum(stuffed), len(tags))


@signal(SHARE, hint=True)
def promo_words(history: History) -> float | None:
    """Share of own posts that use the language of advertising: sale, discount, % off, sign up, link in bio…

    The phrases are the word lists of the config, in several languages. None without own posts, and where the lists
    are empty.
    """
    listed = phrases(history.lexicon.promo_words)
    if not history.lexicon.promo_words:
        return None
    promoting = (
        listed.among([p.text for p in parts], said.words)
        for parts, said in zip(history.threads, own(history), strict=True)
    )
    return share(sum(promoting), len(history.threads))
