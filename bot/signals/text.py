"""What an account says: the words of a text in any script, and what of a post is the author's own."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.model import History, Post
from bot.signals.base import view
from bot.urls import outbound, spelled, written_out

MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u200c\u200d"
"""What stands inside a word besides letters and digits: accents and vowel signs."""
INSIDE = re.compile(r"['’-]")
"""What stands inside words and is no part of them: don't, e-mail."""
WORD = re.compile(rf"\w[\w{MARKS}]*")
SPACES = bytes(n if chr(n).isalnum() and n < 128 else ord(" ") for n in range(256))
"""ASCII: every character that is part of no word becomes a space."""
NO_WORDS = re.compile(r"https?://\S+|@[\w.@-]+|#[\w.@-]+|＃[\w.@-]+")
"""URLs, mentions and hashtags in a text of lower case; each begins with one character, so that the search is fast."""
UNSPACED = (
    (re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002ffff]+"), 2),
    (re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"), 4),
)
"""Scripts without spaces, and how many characters make a word: Japanese, Chinese; Thai, Lao, Burmese, Khmer."""
RUN = 3
"""Words in a row that tell one text from another."""
LONGEST = 20_000
"""Characters of a text that are read; nobody's words begin after them."""


class Utterance(NamedTuple):
    """What was said in one breath: a thread of own posts, or a reply to somebody else."""

    links: tuple[str, ...]
    """Outbound links, each once."""
    words: list[str]
    """The author's own words, in lower case: no URLs, mentions, hashtags, nor what the link card says."""


@view
def own(history: History) -> list[Utterance]:
    """What each own post says, newest first; a thread is one."""
    return [utterance(parts[0]) if len(parts) == 1 else _joined(parts) for parts in history.threads]


@view
def answers(history: History) -> list[Utterance]:
    """What each reply to others says, newest first."""
    return [utterance(post) for post in history.replies]


def utterance(post: Post) -> Utterance:
    """Links and own words of one post.

    Links that the text spells without a scheme count where the platform knows none; those with one are known to it, or
    are something else to it, such as an attachment.
    """
    text, links = post.text[:LONGEST], post.links
    if not links and (found := [address for address in spelled(text) if address.schemeless]):
        text, links = written_out(text), outbound((), spellings=found)
    said = words(text.casefold())
    links = tuple(dict.fromkeys(links))  # a link carried twice is no duplicate of itself
    return Utterance(links, without_card(said, post) if post.card_title or post.card_description else said)


def without_card(said: list[str], post: Post) -> list[str]:
    """The words but for those that the link card says in the same order: a headline or a teaser, whole or cut off.

    Three words in a row are taken for the card's; of a title of one or two words, the whole title.
    """
    copied: set[int] = set()
    for told in (words(post.card_title[:LONGEST].casefold()), words(post.card_description[:LONGEST].casefold())):
        size = min(RUN, len(told))
        if size == 0:
            continue
        runs = {tuple(told[at : at + size]) for at in range(len(told) - size + 1)}
        for at in range(len(said) - size + 1):
            if tuple(said[at : at + size]) in runs:
                copied.update(range(at, at + size))
    return [word for at, word in enumerate(said) if at not in copied] if copied else said


def _joined(parts: Sequence[Post]) -> Utterance:
    """A thread as one: a link that several parts carry counts once."""
    said = [utterance(post) for post in parts]
    links = dict.fromkeys(link for part in said for link in part.links)
    return Utterance(tuple(links), [word for part in said for word in part.words])


def words(text: str) -> list[str]:
    """The words of a text in lower case: what spaces and punctuation divide, or so many characters in scripts
    without spaces.

    URLs, mentions, hashtags, emoji and punctuation are no words.
    """
    if "http" in text or "@" in text or "#" in text or "＃" in text:
        text = NO_WORDS.sub(" ", text)
    if text.isascii():  # the common case, several times as fast as searching for words
        return text.encode().translate(SPACES, b"'-").decode().split()
    text = INSIDE.sub("", text)
    found: list[str] = []
    for script, size in UNSPACED:
        if script.search(text):
            found += [run[i : i + size] for run in script.findall(text) for i in range(0, len(run), size)]
            text = script.sub(" ", text)
    return WORD.findall(text) + found
