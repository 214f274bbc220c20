"""Whom an account talks to, and in whose words: replies, threads, reposts, quotes."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.model import UNKNOWN, History, Post
from bot.signals.base import COUNT, SHARE, share, signal, view
from bot.signals.links import outbound
from bot.signals.phrases import phrases
from bot.signals.text import LONGEST, answers, own, words
from bot.signals.words import many, nobody, of, part
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
ENOUGH = 40
"""So many posts must lie in the part in which replies are known before a lack of them means anything. It is what most
shipped rules ask of an account: on fewer, one reply in a hundred cannot be told from none."""
LOUD = timedelta(days=2)
"""And so long must that part be: anybody may have a loud day."""


@view
def known(history: History) -> History | None:
    """The part of the history in which the account's replies are known; None where it is too thin to miss any."""
    since = history.replies_known_since
    if since is None:
        return history
    posts = tuple(post for post in history.posts if post.created_at >= since)
    if len(posts) < ENOUGH or posts[0].created_at - posts[-1].created_at < LOUD:
        return None
    return replace(history, posts=posts, replies_known_since=None)


@view
def spoken(history: History) -> History | None:
    """The same, where the account wrote enough in it by itself: reposts say nothing of a conversation."""
    part = known(history)
    if part is None or (part is not history and len(part.replies) + len(part.threads) < ENOUGH):
        return None
    return part


@signal(COUNT, label="posts", says=lambda count: many(count, "post"))
def own_posts(history: History) -> float | None:
    """How many own posts: neither reposts nor replies to others. A thread of self-replies counts once."""
    return len(history.threads)


@signal(SHARE, label="answers", says=nobody("answered nobody", lambda share: f"{part(share, 'post')} an answer"))
def reply_share(history: History) -> float | None:
    """Share of replies to others among replies and own posts.

    Reposts stay out, so that reposting neither hides a conversation nor feigns one. Self-replies are threads, not
    conversation. Whether the replies are conversation or one advertisement sent to many is for reply_link_share
    and near_duplicate_share to say.

    A server lacks replies from before somebody on it followed the account. They are looked for only after that; what
    is seen of earlier ones counts in favour of the account. None where the account wrote nothing, and where too
    little is known to miss replies.
    """
    part = spoken(history)
    if part is None:
        return None
    shares = [share(len(seen.replies), len(seen.replies) + len(seen.threads)) for seen in (part, history)]
    return max((one for one in shares if one is not None), default=None)


@signal(SHARE, hint=True, label="words to somebody", says=nobody("spoke to nobody", of("post", "to somebody by name")))
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


@signal(
    COUNT,
    label="people answered",
    says=nobody("answered nobody", lambda count: f"answered {many(count, 'person', 'people')}"),
)
def answered_people(history: History) -> float | None:
    """How many different accounts it replied to; all that are unknown count as one.

    None where too little is known of its replies (see reply_share).
    """
    return None if spoken(history) is None else len({p.reply_to for p in history.replies})


@signal(SHARE, hint=True, label="links in answers", says=of("answer", "with a link"))
def reply_link_share(history: History) -> float | None:
    """Share of replies to others that carry an outbound link. None without replies."""
    return share(sum(bool(outbound(history, said)) for said in answers(history)), len(history.replies))


@signal(SHARE, hint=True, label="threads", says=of("post", "a thread"))
def thread_share(history: History) -> float | None:
    """Share of own posts that are threads of three parts or more. None without own posts.

    A link in the first comment makes two parts: no thread yet.
    """
    return share(sum(len(parts) >= LONG_THREAD for parts in history.threads), len(history.threads))


@signal(SHARE, hint=True, label="pictures", says=of("post", "with a picture or a clip"))
def media_share(history: History) -> float | None:
    """Share of own posts with a picture, clip or other attachment. None without own posts."""
    return share(sum(any(p.media for p in parts) for parts in history.threads), len(history.threads))


@signal(SHARE, hint=True, label="reposts", says=of("item", "a repost"))
def repost_share(history: History) -> float | None:
    """Share of reposts among all posts, replies included.

    Measured where its replies are known (see reply_share): without them everybody seems to repost more. None without
    posts, and where too little is known.
    """
    part = known(history)
    return None if part is None else share(len(part.reposts), len(part.posts))


@signal(SHARE, label="reposts of itself", says=of("item", "a repost of itself"))
def self_repost_share(history: History) -> float | None:
    """Share of reposts of the account's own posts among all posts, where its replies are known (see reply_share).

    None without posts, where too little is known, or where it is unknown for some repost whose post it was.
    """
    part = known(history)
    if part is None or any(p.repost_of == UNKNOWN for p in part.reposts):
        return None
    mine = {history.account.id, history.account.handle}
    return share(sum(p.repost_of in mine for p in part.reposts), len(part.posts))


@signal(SHARE, hint=True, label="quotes", says=of("post", "on somebody's post, in words of its own"))
def quote_share(history: History) -> float | None:
    """Share of own posts that quote another post and say at least `own_words` words about it (default 4).

    None without own posts.
    """
    quoting = [any(p.quote_of for p in parts) for parts in history.threads]
    spoken = [len(said.words) >= history.lexicon.own_words for said in own(history)]
    return share(sum(map(bool.__and__, quoting, spoken)), len(quoting))


@signal(SHARE, hint=True, label="hashtags", says=of("post", "stuffed with hashtags"))
def hashtag_stuffing(history: History) -> float | None:
    """Share of own posts stuffed with hashtags: five or more, or three or more that outnumber the author's words.

    None without own posts.
    """
    tags = [sum(len(p.tags) for p in parts) for parts in history.threads]
    stuffed = (n >= 5 or (n >= 3 and n > len(said.words)) for n, said in zip(tags, own(history), strict=True))
    return share(sum(stuffed), len(tags))


@signal(SHARE, hint=True, label="advertising", says=of("post", "in the words of advertising"))
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
