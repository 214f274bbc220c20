"""Folders and files that only their owner can read, whatever the umask: what the bot keeps is nobody else's.

What it finds open to others all the same is closed, with a word; a secret that was open is refused, since it may be
known by now; and what belongs to somebody else is refused wherever the bot would write, since they could change what it
does.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from secrets import token_hex
from typing import IO

from bot.errors import UserError


def private_folder(path: Path) -> None:
    """Make the folder, and every one above it that is missing, for its owner alone. What is there is left as it is.

    Raises OSError. `Path.mkdir(parents=True, mode=…)` would not do: its mode is for the last folder only.
    """
    missing = [path, *path.parents]
    missing = missing[: next((place for place, one in enumerate(missing) if one.is_dir()), len(missing))]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)  # the umask may have taken rights from the owner


def open_to_others(path: Path) -> str:
    """What is wrong with who may reach a file or folder, in a clause that begins with its path; "" where it is its
    owner's alone, or not there."""
    try:
        return _open_to_others(path, path.stat())
    except OSError:
        return ""


def _open_to_others(path: Path, found: os.stat_result) -> str:
    mode = stat.S_IMODE(found.st_mode)
    if os.name != "posix" or not mode & 0o077:
        return ""
    return f"{path} can be {'changed' if mode & 0o022 else 'read'} by others on this machine (mode {mode:o})"


def close_to_others(path: Path) -> str:
    """Take the rights of others from a file or folder of ours, as an earlier version or a loose umask may have left it.

    What was wrong, in a clause; "" where nothing was. Raises UserError where it belongs to somebody else and would be
    written, and where it cannot be closed.
    """
    refuse_if_foreign(path)
    wrong = open_to_others(path)
    if not wrong or not os.access(path, os.W_OK):
        return ""  # what cannot be written is only looked at
    try:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)
    except OSError:
        raise UserError(f"{wrong}, and cannot be closed to them: {_place_of_its_own(path)}") from None
    if open_to_others(path):  # a file system without rights takes the change and does nothing
        raise UserError(f"{wrong}, and its file system cannot close it to them: {_place_of_its_own(path)}")
    return wrong


def refuse_if_foreign(path: Path) -> None:
    """Raise UserError where something that the bot may write belongs to somebody else, or is a link of theirs."""
    if os.name != "posix" or not os.access(path, os.W_OK):
        return
    owners = {path.lstat().st_uid, path.stat().st_uid} - {os.geteuid(), 0}
    for owner in owners:  # root has no need to change anything behind our back
        named = _name(owner)
        raise UserError(
            f"{path} belongs to somebody else ({named}), who could change what quietfeed does: run quietfeed as"
            f" {named}, or give it a place of its own (QUIETFEED_STATE_DIR, or `store` in the config)"
        )


def refuse_if_open(path: Path, found: os.stat_result) -> None:
    """Raise UserError where a file of secrets, of which `found` was told when it was opened, can be reached by others
    or belongs to them: what stands in it may be known, or not be ours."""
    if os.name == "posix" and found.st_uid not in (os.geteuid(), 0):
        raise UserError(f"{path} belongs to somebody else ({_name(found.st_uid)}): remove it, and log in again")
    if wrong := _open_to_others(path, found):
        raise UserError(f"{wrong}: run `chmod 600 {path}`, and renew what it holds")


def _place_of_its_own(path: Path) -> str:
    """The remedy where others have a hand in a place."""
    place = (
        f"QUIETFEED_STATE_DIR={path}/quietfeed" if path.is_dir() else "QUIETFEED_STATE_DIR, or `store` in the config"
    )
    return f"give quietfeed a place of its own ({place})"


def _name(user: int) -> str:
    """A user of this machine, as people call them."""
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


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
    writing fails. What somebody left there who was killed is cleared away. Raises OSError."""
    _clear_what_the_dead_left(path)
    new = path.with_name(f".{path.name}.{os.getpid()}-{token_hex(4)}.new")  # nobody can have laid a link there
    try:
        os.close(private_file(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        yield new
        onto_the_disk(new)
        os.replace(new, path)
        with suppress(OSError):  # some file systems have no such thing
            onto_the_disk(path.parent)
    finally:
        new.unlink(missing_ok=True)


def _clear_what_the_dead_left(path: Path) -> None:
    """Remove what stands beside `path` of writers that are no more; a database has companions (`-wal`)."""
    for file in path.parent.glob(f".{escape(path.name)}.*-*.new*"):
        pid = file.name.removeprefix(f".{path.name}.").partition("-")[0]
        if pid.isdecimal() and not _at_work(int(pid)):
            file.unlink(missing_ok=True)


def _at_work(pid: int) -> bool:
    """Whether a process of that number lives here."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True


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
