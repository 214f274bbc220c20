"""Which words stay, and what stands for the others.

A word stays where a listed phrase is found in it, wherever else it is said, so that it is the same word everywhere. Of
a script without spaces only those characters stay. No other text gets a phrase by that: what stays stood there before.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.anonymise.names import ChunkNames, WordNames
from bot.anonymise.reading import Kind, Text
from bot.signals.phrases import Phrases


class Words:
    """The words of one history, each with what stands for it."""

    def __init__(self, lists: Iterable[Phrases], together: Iterable[Sequence[Text]]) -> None:
        """`together` are the texts that are read as one, such as the parts of a thread. The most frequent words get
        the shortest names."""
        lists = tuple(lists)
        self.kept: set[str] = set()
        self._places: dict[str, set[int]] = {}
        keys = frozenset(key for phrases in lists for key in phrases.keys)
        said: Counter[str] = Counter()
        for texts in together:
            said.update(self._learn(texts, keys))
        letters = frozenset(letter for phrases in lists for phrase in phrases.anywhere for letter in phrase)
        self._words, self._chunks = WordNames(frozenset(self.kept)), ChunkNames(letters)
        for word, _ in said.most_common():
            self.of(word)

    def _learn(self, texts: Sequence[Text], keys: frozenset[str]) -> list[str]:
        """See what stays of texts that are read as one; gives their words.

        Phrases are only looked for in texts with some phrase's longest word, so with a phrase those words stay too.
        """
        pieces = [(piece, text.known) for text in texts for piece in text.pieces]
        words = [piece.read for piece, _ in pieces if piece.kind is Kind.WORD]
        for piece, known in pieces:
            if piece.kind is Kind.WORD and not known.isdisjoint(piece.at):
                self.kept.add(piece.read)
            elif piece.kind is Kind.CHUNK:
                here = {number for number, place in enumerate(piece.at) if place in known}
                self._places.setdefault(piece.read, set()).update(here)
        if any(text.known for text in texts):
            self.kept.update(keys.intersection(words))
        return words

    def of(self, word: str) -> str:
        """What stands for a word of lower case."""
        return word if word in self.kept else self._words.of(word)

    def of_chunk(self, chunk: str) -> str:
        """What stands for so many characters of a script without spaces."""
        return self._chunks.of(chunk, frozenset(self._places.get(chunk, ())))
