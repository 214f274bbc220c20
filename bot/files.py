"""Folders and files that only their owner can read, whatever the umask: what the bot keeps is nobody else's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def private_folder(path: Path) -> None:
    """Make the folder, and every one above it that is missing, for its owner alone. What is there is left as it is.

    Raises OSError. `Path.mkdir(parents=True, mode=…)` would not do: its mode is for the last folder only.
    """
    missing = [path, *path.parents]
    missing = missing[: next((place for place, one in enumerate(missing) if one.is_dir()), len(missing))]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)  # the umask may have taken rights from the owner


def close_to_others(path: Path) -> None:
    """Take the rights of others from a folder of ours that an earlier version made. Raises OSError."""
    mode = path.stat().st_mode
    if mode & 0o077:
        path.chmod(mode & 0o700)


def private_file(path: Path, flags: int) -> int:
    """Open a file, made for its owner alone where it is missing; `flags` as for `os.open`. Raises OSError."""
    new = not path.exists()
    file = os.open(path, flags, 0o600)
    if new:
        os.fchmod(file, 0o600)  # as above; a umask only takes rights away, so nobody else could open it meanwhile
    return file


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """An empty file for its owner alone beside `path`, to be written by its name; it takes the place of `path` when all
    of it is written, and on the disk. Who reads meanwhile finds the one before, never half of it, and so it stays where
    writing fails. Raises OSError."""
    new = path.with_name(f".{path.name}.new")
    try:
        os.close(private_file(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        yield new
        onto_the_disk(new)
        os.replace(new, path)
        with suppress(OSError):  # some file systems have no such thing
            onto_the_disk(path.parent)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def put_in_place(path: Path) -> Iterator[IO[bytes]]:
    """The same, opened to be written."""
    with beside(path) as new, new.open("wb") as out:
        yield out


def onto_the_disk(path: Path) -> None:
    """Wait until what was written of a file, or into a folder, outlasts a power cut. Raises OSError."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
