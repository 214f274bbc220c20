"""The owner's word lists, looked up in texts."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from bot.signals.text import LONGEST, UNSPACED, words


class Phrases:
    """Phrases of any language. In scripts with spaces they are found as whole words, in others anywhere."""

    def __init__(self, phrases: Iterable[str]) -> None:
        known = [" ".join(phrase.casefold().split()) for phrase in phrases if phrase.strip()]
        self.anywhere = [phrase for phrase in known if any(script.search(phrase) for script, _ in UNSPACED)]
        self.spaced = [phrase for phrase in known if phrase not in self.anywhere]
        self.keys = frozenset(max(words(phrase), key=len, default="") for phrase in self.spaced)
        """A word of each phrase: a text that has none of them need not be searched."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds them as whole words. Made when a text first has one of the keys: that takes a while."""
        return re.compile(_pattern(self.spaced))

    def among(self, texts: Sequence[str], said: Sequence[str]) -> bool:
        """Whether any phrase stands in the texts, whose words are `said`."""
        if not self.keys.isdisjoint(said) and any(map(self._spaced, texts)):
            return True
        return any(map(self._unspaced, texts))

    def within(self, text: str) -> bool:
        """Whether any phrase stands in the text."""
        return self.among([text], words(text[:LONGEST].casefold()))

    def _spaced(self, text: str) -> bool:
        return self.pattern.search(text[:LONGEST].casefold().replace("’", "'")) is not None

    def _unspaced(self, text: str) -> bool:
        if not self.anywhere or text.isascii():
            return False
        folded = text[:LONGEST].casefold()
        return any(phrase in folded for phrase in self.anywhere)


def _pattern(known: Iterable[str]) -> str:
    """Any of the phrases, as whole words and with any white space inside. They stand by their first letter, so that
    a search tries few of them at the beginning of a word and none elsewhere: a hundred times as fast."""
    by_first: dict[str, list[str]] = {}
    for phrase in known:
        rest = re.escape(phrase[1:]).replace(r"\ ", r"\s+") + (r"(?!\w)" if phrase[-1].isalnum() else "")
        by_first.setdefault(phrase[0], []).append(rest)
    found = {first: f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items()}
    lettered = "|".join(pattern for first, pattern in found.items() if first.isalnum())
    others = [pattern for first, pattern in found.items() if not first.isalnum()]
    return "|".join([*([rf"(?<!\w)(?:{lettered})"] if lettered else []), *others]) or r"(?!)"


@lru_cache(maxsize=16)
def phrases(listed: tuple[str, ...]) -> Phrases:
    """The phrases of one word list, made ready once."""
    return Phrases(listed)
