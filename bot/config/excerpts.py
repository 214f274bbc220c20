"""The line of the file under a fault, with a mark below the place, as a compiler shows it."""

import re
from difflib import get_close_matches
from pathlib import Path

from bot.config.sections import SECRETS

LOCATED = re.compile(r"(?P<path>[^\n]+?):(?P<line>\d{1,7}):(?P<column>\d{1,7}): ")
WORD = re.compile(r"\"[^\"]*\"|[“„][^”“]*[”“]|'[^']*'|[\w./%@-]+|.")
PERHAPS_SECRET = re.compile(rf"{'|'.join(SECRETS)}|://[^/\s]*@|://[^/\s]+/[^\s@'\"]|\beyJ", re.IGNORECASE)
"""A line that may hold a secret is not shown: what a terminal shows is copied into bug reports. An address with a path
may be that of a webhook or of a dead man's switch."""
KEY = re.compile(r"[\w-]{3,}(?=\s*:)")
MOST_LINE = 100


def with_excerpts(message: str) -> str:
    """The message, and below each of its lines that begins with `file:line:column:` that line of the file."""
    return "\n".join(part for line in message.split("\n") for part in (line, *_excerpt(line)))


def _excerpt(said: str) -> list[str]:
    found = LOCATED.match(said)
    line = _line(Path(found["path"]), int(found["line"])) if found else None
    if not found or not line or PERHAPS_SECRET.search(line) or any(map(_nearly_secret, KEY.findall(line))):
        return []
    start = int(found["column"]) - 1
    cut = max(0, start - MOST_LINE // 2) if len(line) > MOST_LINE else 0
    shown, at = line[cut : cut + MOST_LINE], start - cut
    word = WORD.match(shown, at)
    number = f"{found['line']:>7} | "
    return [f"{number}{shown}", f"{' ' * 7} | {' ' * at}{'^' * len(word[0] if word else ' ')}"]


def _nearly_secret(key: str) -> bool:
    """Whether a key is one of a secret, misspelled; not one of ours, as `keep` is near to `key`."""
    return bool(get_close_matches(key.casefold().replace("-", "_"), SECRETS, n=1, cutoff=0.85))


def _line(path: Path, number: int) -> str | None:
    """A line of a file, counted from 1; None where there is none."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, ValueError):
        return None
    return lines[number - 1].rstrip().replace("\t", " ") if 0 < number <= len(lines) else None
