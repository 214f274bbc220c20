"""How often an account says or links the same again, replies included: many answers may be one advertisement."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from bot.model import History
from bot.signals.base import SHARE, share_of_some, signal, view
from bot.signals.text import answers, own
from bot.signals.words import of

ALIKE = 0.6
"""A text is a near duplicate when this part of its runs of words stands in the account's other texts as well."""


Run = int
"""Three words in a row, as their hash: a third of the memory, and twice as fast."""


@view
def said_links(history: History) -> Counter[str]:
    """How many own posts and replies carry each link."""
    return Counter(chain.from_iterable(said.links for said in (*own(history), *answers(history))))


@view
def own_runs(history: History) -> list[set[Run]]:
    """The runs of words of each own post, newest first; none where it has too few words to tell texts apart."""
    return [_runs(said.words, history.lexicon.own_words) for said in own(history)]


@view
def answer_runs(history: History) -> list[set[Run]]:
    """The runs of words of each reply to others, likewise."""
    return [_runs(said.words, history.lexicon.own_words) for said in answers(history)]


@view
def common_runs(history: History) -> set[Run]:
    """The runs of words that stand in more than one own post or reply."""
    seen: set[Run] = set()
    common: set[Run] = set()
    for runs in (*own_runs(history), *answer_runs(history)):
        common |= seen & runs
        seen |= runs
    return common


def _runs(words: Sequence[str], least: int) -> set[Run]:
    return set(runs_in_order(words)) if len(words) >= least else set()


def runs_in_order(words: Sequence[str]) -> list[Run]:
    """The run that begins with each word, but for the last two."""
    return list(map(hash, zip(words, words[1:], words[2:], strict=False)))


def _repeats(runs: set[Run], common: set[Run]) -> bool:
    """Whether a text mostly stands elsewhere too."""
    return bool(runs) and len(runs & common) >= ALIKE * len(runs)


@signal(SHARE, label="repeated links", says=of("link", "shared more than once"))
def duplicate_link_share(history: History) -> float | None:
    """Share of linked own posts and replies all of whose links stand in another of them as well.

    None with fewer than ten linked posts and replies.
    """
    seen = said_links(history)
    linked = [said.links for said in (*own(history), *answers(history)) if said.links]
    return share_of_some(sum(all(seen[url] > 1 for url in urls) for urls in linked), len(linked))


@signal(SHARE, label="repeated texts", says=of("text", "said more than once"))
def duplicate_text_share(history: History) -> float | None:
    """Share of own posts and replies whose words, in the same order, stand in another of them as well.

    URLs, mentions and hashtags make no difference. Texts of fewer than `own_words` words (default 4) are left out:
    everybody says thanks twice. None where fewer than ten texts are longer.
    """
    least = history.lexicon.own_words
    said = [" ".join(u.words) for u in (*own(history), *answers(history)) if len(u.words) >= least]
    seen = Counter(said)
    return share_of_some(sum(seen[text] > 1 for text in said), len(said))


@signal(SHARE, label="near repeats", says=of("text", "nearly the same as another"))
def near_duplicate_share(history: History) -> float | None:
    """Share of own posts and replies that mostly repeat what the account says elsewhere: one text with the names
    changed, or a template filled in.

    Compared by runs of three words; near is where 60 % of a text's runs stand in other texts of the account too.
    Texts of fewer than `own_words` words (default 4) are left out. None where fewer than ten texts are longer.
    """
    long = [runs for runs in (*own_runs(history), *answer_runs(history)) if runs]
    return share_of_some(sum(_repeats(runs, common_runs(history)) for runs in long), len(long))


@signal(SHARE, hint=True, label="repeated answers", says=of("answer", "said before"))
def repeated_reply_share(history: History) -> float | None:
    """Share of replies to others that say what the account says elsewhere too: no conversation.

    A reply repeats when its words nearly do (see near_duplicate_share). One with fewer than `own_words` words
    (default 4, at least 3) repeats when all its links stand in another own post or reply; without a link it never
    does. The same page sent to many in words of one's own is help. None with fewer than ten replies.
    """
    links, common = said_links(history), common_runs(history)
    repeated = (
        _repeats(found, common) if found else said.links and all(links[url] > 1 for url in said.links)
        for said, found in zip(answers(history), answer_runs(history), strict=True)
    )
    return share_of_some(sum(map(bool, repeated)), len(history.replies))
