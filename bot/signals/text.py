"""What an account says: the words of a text in any script, and what of a post is the author's own."""

import re

from bot.model import Post

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
