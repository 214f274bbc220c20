"""The owner's word lists, looked up in texts."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.signals.text import LONGEST, UNSPACED, words


class Phrases:
    """Phrases of any language. In scripts with spaces they are found as whole words, in others anywhere."""

    def __init__(self, phrases: Iterable[str]) -> None:
        known = [" ".join(phrase.casefold().split()) for phrase in phrases if phrase.strip()]
        self.anywhere = [phrase for phrase in known if any(script.search(phrase) for script, _ in UNSPACED)]
        spaced = [phrase for phrase in known if phrase not in self.anywhere]
        self.keys = frozenset(max(words(phrase), key=len, default="") for phrase in spaced)
        """A word of each phrase: a text that has none of them need not be searched."""
        self.pattern = re.compile("|".join(_whole(phrase) for phrase in spaced) or r"(?!)")

    def among(self, texts: Sequence[str], said: Sequence[str]) -> bool:
        """Whether any phrase stands in the texts, whose words are `said`."""
        spoken = not self.keys.isdisjoint(said)
        return any((spoken and self._spaced(text)) or self._unspaced(text) for text in texts)

    def within(self, text: str) -> bool:
        """Whether any phrase stands in the text."""
        return self._spaced(text) or self._unspaced(text)

    def _spaced(self, text: str) -> bool:
        return self.pattern.search(text[:LONGEST].casefold()) is not None

    def _unspaced(self, text: str) -> bool:
        if not self.anywhere or text.isascii():
            return False
        folded = text[:LONGEST].casefold()
        return any(phrase in folded for phrase in self.anywhere)


def _whole(phrase: str) -> str:
    """The phrase as a pattern: whole words, any white space between them."""
    before = r"(?<!\w)" if phrase[0].isalnum() else ""
    after = r"(?!\w)" if phrase[-1].isalnum() else ""
    return before + r"\s+".join(re.escape(word) for word in phrase.split()) + after


@lru_cache(maxsize=16)
def phrases(listed: tuple[str, ...]) -> Phrases:
    """The phrases of one word list, made ready once."""
    return Phrases(listed)
