"""How often an account says or links the same again, replies included: many answers may be one advertisement."""

from bot.model import History
from bot.signals.base import SHARE, share_of_some, signal
from bot.signals.masks import count
from bot.signals.window import window
from bot.signals.words import of


@signal(SHARE, label="repeated links", says=of("link", "shared more than once"))
def duplicate_link_share(history: History) -> float | None:
    """Tells what part of its own posts and replies with a link carries only links that stand in another of them as
    well.

    It is not known with fewer than ten linked posts and replies.
    """
    seen = window(history)
    linked = seen.texts & seen.posts.linked
    return share_of_some(count(seen.posts.addresses.repeating(linked)), count(linked))


@signal(SHARE, label="repeated texts", says=of("text", "said more than once"))
def duplicate_text_share(history: History) -> float | None:
    """Tells what part of its own posts and replies says the same words in the same order as another of them.

    URLs, mentions and hashtags make no difference. Texts of fewer than `own_words` words (default 4) are left out:
    everybody says thanks twice. It is not known where fewer than ten texts are longer.
    """
    seen = window(history)
    long = seen.texts & seen.posts.telling
    return share_of_some(count(seen.posts.whole_texts.repeating(long)), count(long))


@signal(SHARE, label="near repeats", says=of("text", "nearly the same as another"))
def near_duplicate_share(history: History) -> float | None:
    """Tells what part of its own posts and replies mostly repeats what the account says elsewhere: one text with the
    names changed, or a template filled in.

    They are compared by runs of three words, in threads part by part; a text repeats where 60 % of its runs stand in
    other texts of the account too. Texts of fewer than `own_words` words (default 4) are left out. It is not known
    where fewer than ten texts are longer.
    """
    seen = window(history)
    long = seen.texts & seen.posts.in_runs
    return share_of_some(count(seen.posts.runs.repeating(long)), count(long))


@signal(SHARE, hint=True, label="repeated answers", says=of("answer", "said before"))
def repeated_reply_share(history: History) -> float | None:
    """Tells what part of its replies to others repeats what the account says elsewhere, which is no conversation.

    A reply repeats when its words nearly do (see near_duplicate_share). One with fewer than `own_words` words (default
    4, at least 3) repeats when all its links stand in another own post or reply; without a link it never does. The same
    page sent to many in words of one's own is help. It is not known with fewer than ten replies.
    """
    seen = window(history)
    said = seen.posts.runs.repeating(seen.texts & seen.posts.in_runs)
    linked = seen.posts.addresses.repeating(seen.texts & seen.posts.linked) & ~seen.posts.in_runs
    return share_of_some(count(seen.replies & (said | linked)), count(seen.replies))
