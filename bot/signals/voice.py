"""Whom an account talks to, and in whose words: replies, threads, reposts, quotes."""

from functools import lru_cache

from bot.model import History
from bot.signals.base import COUNT, SHARE, share, signal, view
from bot.signals.features import Has, hashed
from bot.signals.hours import DAY
from bot.signals.masks import count
from bot.signals.window import Window, window
from bot.signals.words import many, nobody, of, part

ENOUGH = 40
"""So many posts must lie in the part in which replies are known before a lack of them means anything. It is what most
shipped rules ask of an account: on fewer, one reply in a hundred cannot be told from none."""
LOUD = 2 * DAY
"""And so long must that part be: anybody may have a loud day."""


@view
def known(history: History) -> Window | None:
    """The part of the history in which the account's replies are known; None where it is too thin to miss any."""
    if history.replies_known_since is None:
        return window(history)
    part = window(history).since(history.replies_known_since)
    return part if count(part.all) >= ENOUGH and part.span >= LOUD else None


@view
def spoken(history: History) -> Window | None:
    """The same, where the account wrote enough in it by itself: reposts say nothing of a conversation."""
    part = known(history)
    if part is not None and history.replies_known_since is not None and count(part.texts) < ENOUGH:
        return None
    return part


@signal(COUNT, label="posts", says=lambda count: many(count, "post"))
def own_posts(history: History) -> float | None:
    """Counts its own posts, which are neither reposts nor replies to others. A thread of self-replies counts once."""
    return count(window(history).own)


@signal(SHARE, label="answers", says=nobody("answered nobody", lambda share: f"{part(share, 'post')} an answer"))
def reply_share(history: History) -> float | None:
    """Tells what part of all that it writes itself is replies to others; the rest is its own posts.

    Reposts stay out, so that reposting neither hides a conversation nor feigns one. Self-replies are threads, not
    conversation. Whether the replies are conversation or one advertisement sent to many is for reply_link_share and
    near_duplicate_share to say.

    A server lacks replies from before somebody on it followed the account. They are looked for only after that; what is
    seen of earlier ones counts in favour of the account. It is not known where the account wrote nothing, and where too
    little is known to miss replies.
    """
    part, whole = spoken(history), window(history)
    if part is None or part is whole:
        return _replying(part)
    return max(_replying(part) or 0.0, _replying(whole) or 0.0)


def _replying(part: Window | None) -> float | None:
    """The part of replies in what the account wrote in that part of its history."""
    return share(count(part.replies), count(part.texts)) if part else None


@signal(SHARE, hint=True, label="words to somebody", says=nobody("spoke to nobody", of("post", "to somebody by name")))
def address_share(history: History) -> float | None:
    """Tells what part of its own posts opens by addressing somebody (`@ann have you seen this?`).

    A word to a person need not be a reply. A thread counts by its first part, a post with a content warning by what
    follows it; whom a post mentions without spelling it is addressed as well. It is not known without own posts.
    """
    seen = window(history)
    return share(count(seen.own & seen.posts.having(Has.ADDRESS)), count(seen.own))


@signal(
    COUNT,
    label="people answered",
    says=nobody("answered nobody", lambda count: f"answered {many(count, 'person', 'people')}"),
)
def answered_people(history: History) -> float | None:
    """Counts the different accounts that it replied to; all that are unknown count as one.

    It is not known where too little is known of its replies (see reply_share).
    """
    seen = window(history)
    return None if spoken(history) is None else seen.posts.people.of(seen.replies).distinct


@signal(SHARE, hint=True, label="links in answers", says=of("answer", "with a link"))
def reply_link_share(history: History) -> float | None:
    """Tells what part of its replies to others carries an outbound link.

    It is not known without replies.
    """
    seen = window(history)
    return share(count(seen.replies & seen.posts.linked), count(seen.replies))


@signal(SHARE, hint=True, label="threads", says=of("post", "a thread"))
def thread_share(history: History) -> float | None:
    """Tells what part of its own posts is threads of three parts or more.

    A link in the first comment makes two parts, which are no thread yet. It is not known without own posts.
    """
    seen = window(history)
    return share(count(seen.own & seen.posts.in_long_threads), count(seen.own))


@signal(SHARE, hint=True, label="pictures", says=of("post", "with a picture or a clip"))
def media_share(history: History) -> float | None:
    """Tells what part of its own posts carries a picture, clip or other attachment.

    It is not known without own posts.
    """
    seen = window(history)
    return share(count(seen.own & seen.posts.having(Has.MEDIA)), count(seen.own))


@signal(SHARE, hint=True, label="reposts", says=of("item", "a repost"))
def repost_share(history: History) -> float | None:
    """Tells what part of all its posts, replies included, is reposts.

    It is measured where the replies of the account are known (see reply_share): without them everybody seems to repost
    more. It is not known without posts, and where too little is known.
    """
    part = known(history)
    return None if part is None else share(count(part.reposts), count(part.all))


@signal(SHARE, label="reposts of itself", says=of("item", "a repost of itself"))
def self_repost_share(history: History) -> float | None:
    """Tells what part of all its posts, replies included, is reposts of its own posts.

    It is measured where the replies of the account are known (see reply_share). It is not known without posts, where
    too little is known, and where some repost does not tell whose post it was.
    """
    part = known(history)
    if part is None or part.reposts & part.posts.unknown:
        return None
    itself = part.posts.about(_names(history.account.id, history.account.handle))
    return share(count(part.reposts & itself), count(part.all))


@lru_cache(maxsize=64)
def _names(*names: str) -> frozenset[int]:
    return frozenset(map(hashed, names))


@signal(SHARE, hint=True, label="quotes", says=of("post", "on somebody's post, in words of its own"))
def quote_share(history: History) -> float | None:
    """Tells what part of its own posts quotes another post and says at least `own_words` words about it (default 4).

    It is not known without own posts.
    """
    seen = window(history)
    return share(count(seen.own & seen.posts.having(Has.QUOTE) & seen.posts.telling), count(seen.own))


@signal(SHARE, hint=True, label="hashtags", says=of("post", "stuffed with hashtags"))
def hashtag_stuffing(history: History) -> float | None:
    """Tells what part of its own posts is stuffed with hashtags: five or more, or three or more that outnumber its
    words.

    It is not known without own posts.
    """
    seen = window(history)
    return share(count(seen.own & seen.posts.stuffed), count(seen.own))


@signal(SHARE, hint=True, label="advertising", says=of("post", "in the words of advertising"))
def promo_words(history: History) -> float | None:
    """Tells what part of its own posts speaks the language of advertising: sale, discount, % off, sign up, link in bio.

    The phrases are the word lists of the config, in several languages. It is not known without own posts, and where the
    lists are empty.
    """
    seen = window(history)
    return (
        share(count(seen.own & seen.posts.having(Has.PROMO)), count(seen.own)) if history.lexicon.promo_words else None
    )
