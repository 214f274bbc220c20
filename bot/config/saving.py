"""A config file put in place of another at once, with what it said before beside it."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from bot.config.loading import FROM_ENVIRONMENT, WHOLE
from bot.config.yaml_reader import bytes_of, decoded
from bot.errors import Failure, UserError
from bot.files import private_file

MOST_BACKUPS = 100
BOM = b"\xef\xbb\xbf"
"""What some editors put before the text of a file."""


@dataclass(frozen=True)
class File:
    """A config file as it was read."""

    path: Path
    raw: bytes

    @classmethod
    def of(cls, path: Path) -> "File":
        """The file as it is now. Raises UserError where it cannot be read."""
        return cls(path, bytes_of(path))

    @property
    def text(self) -> str:
        """What it says, line ends as they are. Raises ConfigError where it is not UTF-8."""
        return decoded(self.raw, self.path)

    @property
    def mark(self) -> str:
        """64 hex digits that are others as soon as one byte is."""
        return sha256(self.raw).hexdigest()

    def bytes_of(self, text: str) -> bytes:
        """The bytes of another text in its place."""
        return (BOM if self.raw.startswith(BOM) else b"") + text.encode("utf-8")


def difference(file: File, text: str, called: str) -> str:
    """What another text changes, as a unified diff without a trailing newline; the other is `called` that."""
    before, after = (words.replace("\r\n", "\n").removesuffix("\n").split("\n") for words in (file.text, text))
    name = file.path.name
    return "\n".join(unified_diff(before, after, name, f"{name}, {called}", lineterm=""))


def replaced(path: Path, before: bytes, after: bytes) -> Path:
    """Write `after` into the file and return where `before` is kept beside it.

    Whoever reads meanwhile finds one or the other, never half of it; mode and, where allowed, owner stay, and a link
    stays a link. Raises UserError where the file does not say `before` any more, Failure where the disk refuses.
    """
    target = path.resolve()
    refuse_unwritable(path)
    try:
        held = target.stat()
        if target.read_bytes() != before:
            raise UserError(f"{path} was changed meanwhile, and nothing was written; run it again")
        backup = _written(_free(target), before, held)
        fresh = _written(target.with_name(f".{target.name}.{token_hex(4)}"), after, held)
        try:
            os.replace(fresh, target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None
    return backup


def refuse_unwritable(path: Path) -> None:
    """Raise UserError, or Failure, where it can be told beforehand that nothing can be put in place of the file."""
    if path.name == FROM_ENVIRONMENT:
        raise UserError(f"the config comes from the environment: change {WHOLE} where your host keeps it")
    folder = path.resolve().parent
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(path, os.strerror(errno.EACCES))


@dataclass(frozen=True, order=True)
class Backup:
    """What a config file said before."""

    at: datetime
    """Until when."""
    path: Path


def backups(path: Path) -> list[Backup]:
    """What `replaced` kept of the file beside it, the newest first."""
    found = []
    for name in _names(path.resolve()):
        with suppress(FileNotFoundError):
            held = name.lstat()
            if stat.S_ISREG(held.st_mode):
                found.append(Backup(datetime.fromtimestamp(held.st_mtime, UTC), name))
    return sorted(found, reverse=True)


def _names(path: Path) -> Iterator[Path]:
    """What backups are called: `config.yaml.bak`, `config.yaml.bak2`, …"""
    yield path.with_name(f"{path.name}.bak")
    yield from (path.with_name(f"{path.name}.bak{number}") for number in range(2, MOST_BACKUPS + 1))


def _unwritable(path: Path, why: str) -> Failure:
    return Failure(f"{path} cannot be written: {why}; check the disk and permissions")


def _free(path: Path) -> Path:
    """A name for a backup that is not taken."""
    free = next((name for name in _names(path) if not os.path.lexists(name)), None)
    if free is None:
        raise UserError(f"{path.parent} holds {MOST_BACKUPS} backups of {path.name}: remove some")
    return free


def _written(path: Path, content: bytes, like: os.stat_result) -> Path:
    """A new file with that content, and the mode and owner of another."""
    with open(private_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
        file.write(content)
        with suppress(OSError):  # only root may give a file away
            os.chown(file.fileno(), like.st_uid, like.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
        file.flush()
        os.fsync(file.fileno())
    return path
