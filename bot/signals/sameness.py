"""How often an account says or links the same again, replies included: many answers may be one advertisement."""

from collections import Counter

from bot.model import History
from bot.signals.base import SHARE, share, signal, view
from bot.signals.text import answers, own

SHINGLE = 3
"""Words in a row that are compared."""
ALIKE = 0.6
"""A text is a near duplicate when this part of its shingles stands in the account's other texts as well."""


@view
def texts(history: History) -> list[list[str]]:
    """The words of each own post and reply that has enough words to tell them apart."""
    least = max(SHINGLE, history.lexicon.own_words)
    return [said.words for said in (*own(history), *answers(history)) if len(said.words) >= least]


@signal(SHARE)
def duplicate_link_share(history: History) -> float | None:
    """Share of linked own posts and replies all of whose links stand in another of them as well.

    None without linked posts and replies.
    """
    linked = [said.links for said in (*own(history), *answers(history)) if said.links]
    seen = Counter(url for urls in linked for url in urls)
    return share(sum(all(seen[url] > 1 for url in urls) for urls in linked), len(linked))


@signal(SHARE)
def duplicate_text_share(history: History) -> float | None:
    """Share of own posts and replies whose words, in the same order, stand in another of them as well.

    URLs, mentions and hashtags make no difference. Texts of fewer than `own_words` words (default 4) are left out:
    everybody says thanks twice. None where no text is longer.
    """
    said = [" ".join(words) for words in texts(history)]
    seen = Counter(said)
    return share(sum(seen[text] > 1 for text in said), len(said))


@signal(SHARE)
def near_duplicate_share(history: History) -> float | None:
    """Share of own posts and replies that mostly repeat what the account says elsewhere: one text with the names
    changed, or a template filled in.

    Compared by runs of three words; near is where 60 % of a text's runs stand in other texts of the account too.
    Texts of fewer than `own_words` words (default 4) are left out. None where no text is longer.
    """
    shingled = [set(zip(words, words[1:], words[2:], strict=False)) for words in texts(history)]
    seen = Counter(run for runs in shingled for run in runs)
    return share(sum(sum(seen[run] > 1 for run in runs) >= ALIKE * len(runs) for runs in shingled), len(shingled))
