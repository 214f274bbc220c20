"""Which words stay, and what stands for the others.

A word stays where a listed phrase is found in it, wherever else it is said, so that it is the same word everywhere. Of
a script without spaces only those characters stay. No other text gets a phrase by that: what stays stood there before.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.anonymise.names import ChunkNames, WordNames
from bot.anonymise.reading import Kind, Text
from bot.signals.phrases import Phrases


class Together(NamedTuple):
    """Texts that are read as one, such as the parts of a thread."""

    texts: Sequence[Text]
    said: Sequence[str] = ()
    """The author's own words in them, as signals read them; where phrases are looked for."""
    lists: Sequence[Phrases] = ()
    """The lists that are looked up in them."""


class Words:
    """The words of one history, each with what stands for it; the most frequent have the shortest names."""

    def __init__(self, lists: Iterable[Phrases], together: Iterable[Together]) -> None:
        self.kept: set[str] = set()
        self._places: dict[str, set[int]] = {}
        said: Counter[str] = Counter()
        for one in together:
            self._learn(one, said)
        letters = frozenset(letter for phrases in lists for phrase in phrases.anywhere for letter in phrase)
        self._words, self._chunks = WordNames(frozenset(self.kept)), ChunkNames(letters)
        for word, _ in said.most_common():
            self.of(word)

    def _learn(self, one: Together, said: Counter[str]) -> None:
        """See what is said, and what of it has to stay."""
        for piece, known in ((piece, text.known) for text in one.texts for piece in text.pieces):
            if piece.kind is Kind.WORD:
                said[piece.read] += 1
                if not known.isdisjoint(piece.at):
                    self.kept.add(piece.read)
            elif piece.kind is Kind.CHUNK:
                here = (number for number, place in enumerate(piece.at) if place in known)
                self._places.setdefault(piece.read, set()).update(here)
        if any(text.known for text in one.texts):
            for phrases in one.lists:
                self._keep_one(phrases.keys, one.said)

    def _keep_one(self, keys: frozenset[str], said: Sequence[str]) -> None:
        """Phrases are only looked for where some phrase's longest word is said, so one such word stays."""
        found = [word for word in said if word in keys]
        if found and self.kept.isdisjoint(found):
            self.kept.add(found[0])

    def of(self, word: str) -> str:
        """What stands for a word of lower case."""
        return word if word in self.kept else self._words.of(word)

    def of_chunk(self, chunk: str) -> str:
        """What stands for so many characters of a script without spaces."""
        return self._chunks.of(chunk, frozenset(self._places.get(chunk, ())))
