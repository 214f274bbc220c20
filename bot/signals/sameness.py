"""How often an account says or links the same again, replies included: many answers may be one advertisement."""

from bot.model import History
from bot.signals.base import SHARE, share_of_some, signal
from bot.signals.masks import count
from bot.signals.window import window
from bot.signals.words import of


@signal(SHARE, label="repeated links", says=of("link", "shared more than once"))
def duplicate_link_share(history: History) -> float | None:
    """Share of linked own posts and replies all of whose links stand in another of them as well.

    None with fewer than ten linked posts and replies.
    """
    seen = window(history)
    linked = seen.texts & seen.posts.linked
    return share_of_some(count(seen.posts.addresses.repeating(linked)), count(linked))


@signal(SHARE, label="repeated texts", says=of("text", "said more than once"))
def duplicate_text_share(history: History) -> float | None:
    """Share of own posts and replies whose words, in the same order, stand in another of them as well.

    URLs, mentions and hashtags make no difference. Texts of fewer than `own_words` words (default 4) are left out:
    everybody says thanks twice. None where fewer than ten texts are longer.
    """
    seen = window(history)
    long = seen.texts & seen.posts.telling
    return share_of_some(count(seen.posts.whole_texts.repeating(long)), count(long))


@signal(SHARE, label="near repeats", says=of("text", "nearly the same as another"))
def near_duplicate_share(history: History) -> float | None:
    """Share of own posts and replies that mostly repeat what the account says elsewhere: one text with the names
    changed, or a template filled in.

    Compared by runs of three words, in threads part by part; near is where 60 % of a text's runs stand in other texts
    of the account too.
    Texts of fewer than `own_words` words (default 4) are left out. None where fewer than ten texts are longer.
    """
    seen = window(history)
    long = seen.texts & seen.posts.in_runs
    return share_of_some(count(seen.posts.runs.repeating(long)), count(long))


@signal(SHARE, hint=True, label="repeated answers", says=of("answer", "said before"))
def repeated_reply_share(history: History) -> float | None:
    """Share of replies to others that say what the account says elsewhere too: no conversation.

    A reply repeats when its words nearly do (see near_duplicate_share). One with fewer than `own_words` words
    (default 4, at least 3) repeats when all its links stand in another own post or reply; without a link it never
    does. The same page sent to many in words of one's own is help. None with fewer than ten replies.
    """
    seen = window(history)
    said = seen.posts.runs.repeating(seen.texts & seen.posts.in_runs)
    linked = seen.posts.addresses.repeating(seen.texts & seen.posts.linked) & ~seen.posts.in_runs
    return share_of_some(count(seen.replies & (said | linked)), count(seen.replies))
