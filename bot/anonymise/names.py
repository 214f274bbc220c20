"""Made-up names, numbered in the order in which what they stand for comes."""

from itertools import product

ALPHABETS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "accented": "äöüéèáíóñçåøæ",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "cyrillic": "абвгдежзиклмнопрстуфхцчшэюя",
    "armenian": "աբգդեզէըթժիլխծկհձղճմ",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
    "hangul": "가나다라마바사아자차카타파하",
}
"""Letters that names begin with, by script; all of lower case."""
BLOCKS = (
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x06FF, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0xAC00, 0xD7AF, "hangul"),
)
SYLLABLES = {
    "hiragana": (0x3042, 0x3094),
    "katakana": (0x30A2, 0x30F4),
    "han": (0x4E00, 0x9FA0),
    "thai": (0x0E01, 0x0E2F),
    "lao": (0x0E94, 0x0E98),
    "burmese": (0x1000, 0x1021),
    "khmer": (0x1780, 0x17A3),
    "thai sign": (0x0E34, 0x0E3A),
    "lao sign": (0x0EB4, 0x0EB9),
    "burmese sign": (0x102D, 0x1031),
    "khmer sign": (0x17B7, 0x17BE),
}
"""Characters that stand for those of scripts without spaces: the first, and the first that is none. A vowel sign is
no letter to those who look for what stands before an address, so it stays a sign."""
WRITTEN = (
    (0x0E00, 0x0E7F, "thai"),
    (0x0E80, 0x0EFF, "lao"),
    (0x1000, 0x109F, "burmese"),
    (0x1780, 0x17FF, "khmer"),
    (0x3040, 0x309F, "hiragana"),
    (0x30A0, 0x30FF, "katakana"),
    (0xFF66, 0xFF9F, "katakana"),
)
WIDE = {"thai": "burmese", "lao": "burmese", "burmese": "khmer", "khmer": "thai"}
WIDE |= {f"{script} sign": f"{other} sign" for script, other in WIDE.items()}
"""Where a script has no characters left, another of the same sort helps out."""


class Numbers:
    """Numbers things from 1: the same thing, the same number."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, thing: str) -> int:
        """The number of a thing."""
        return self._known.setdefault(thing, len(self._known) + 1)


class WordNames:
    """Names for words in the script of the word: `k4` for one in Latin letters, `ж4` for a Cyrillic one, and for a
    number a number. Each holds a digit, so that none is a word of any language or the end of a host."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._taken = taken
        self._given: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def of(self, word: str) -> str:
        """The name of a word (of lower case), its own alone."""
        if word not in self._names:
            script = _script(word)
            name = next(found for found in iter(lambda: self._next(script), "") if found not in self._taken)
            # A vowel sign at the end is no letter to those who look for what stands before an @.
            mark = "" if word[-1].isalnum() or word[-1] == "_" else word[-1]
            self._names[word] = name + mark
        return self._names[word]

    def _next(self, script: str) -> str:
        number = self._given[script] = self._given.get(script, -1) + 1
        if not script:
            return str(number + 1)
        letters = ALPHABETS[script]
        return f"{letters[number % len(letters)]}{number // len(letters)}"


def _script(word: str) -> str:
    """Whose letters a word is written in; "" for a number."""
    if word.isascii():
        return "" if word.isdecimal() else "latin"
    code = next(ord(letter) for letter in word if not letter.isascii())
    return next((script for first, last, script in BLOCKS if first <= code <= last), "accented")


class ChunkNames:
    """Names for so many characters in a row of a script without spaces: as many, of the same script."""

    def __init__(self, avoided: frozenset[str]) -> None:
        self._letters = {
            script: [chr(code) for code in range(*codes) if chr(code) not in avoided]
            for script, codes in SYLLABLES.items()
        }
        self._spare: dict[tuple[str, ...], product[tuple[str, ...]]] = {}
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, chunk: str, kept: frozenset[int] = frozenset()) -> str:
        """The name of a chunk, its own alone; the characters at the places `kept` stay."""
        if chunk not in self._names:
            scripts = tuple(letter if place in kept else _written(letter) for place, letter in enumerate(chunk))
            self._names[chunk] = self._fresh(scripts) or self._fresh(_widened(scripts)) or chunk
            self._taken.add(self._names[chunk])
        return self._names[chunk]

    def _fresh(self, scripts: tuple[str, ...]) -> str:
        """The next name in these scripts; "" where there are no more. A single character stands for itself."""
        if scripts not in self._spare:
            self._spare[scripts] = product(*(self._letters.get(script, [script]) for script in scripts))
        names = map("".join, self._spare[scripts])
        return next((name for name in names if name not in self._taken), "")


def _written(letter: str) -> str:
    """The script of a character, or the character itself where it is a mark that says nothing."""
    code = ord(letter)
    script = next((script for first, last, script in WRITTEN if first <= code <= last), "han")
    if letter.isalnum():
        return script
    return f"{script} sign" if f"{script} sign" in SYLLABLES else letter


def _widened(scripts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(WIDE.get(script, "han") if script in SYLLABLES else script for script in scripts)
