"""Folders and files that only their owner can read, whatever the umask: what the bot keeps is nobody else's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
def put_in_place(path: Path) -> Iterator[IO[bytes]]:
    """A file for its owner alone, to be written; it takes the place of `path` when all of it is. Who reads meanwhile
    finds the one before, never half of it, and so it stays where writing fails. Raises OSError."""
    new = path.with_name(f".{path.name}.new")
    try:
        with open(private_file(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as out:
            yield out
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
