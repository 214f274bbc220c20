"""The owner's secrets: from the environment, or from a file that only the owner can read. Never shown."""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from bot.config.types import secret_variable
from bot.errors import Failure, UserError

FROM_ENVIRONMENT = ("token", "app_password", "bot_password")
"""Secrets that the environment may hold, where they go before the file: a host without a disk needs no more."""
FILE = "credentials.json"


class Credentials:
    """Secrets by profile and name (`token`, `app_password`, `bot_password`, `session`, …)."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ = environ
        self.path = folder / FILE

    def __repr__(self) -> str:
        return f"Credentials({str(self.path)!r})"

    def get(self, profile: str, name: str) -> str | None:
        """The secret, or None. Raises UserError where the file is open to others or damaged."""
        if name in FROM_ENVIRONMENT:
            value = self._environ.get(secret_variable(profile, name), "").strip()
            if value:
                return value
        return self._read().get(profile, {}).get(name)

    def mark(self, profile: str) -> str:
        """Something that changes when any secret of the profile does, and shows nothing of it."""
        try:
            known = {name: self.get(profile, name) for name in FROM_ENVIRONMENT} | self._read().get(profile, {})
        except UserError as fault:
            return str(fault)
        return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()

    def set(self, profile: str, name: str, value: str) -> None:
        """Keep a secret in the file, which only the owner can read from its first byte on.

        Raises UserError as `get` does, Failure where the disk refuses.
        """
        with self._changing() as kept:
            kept.setdefault(profile, {})[name] = value

    def forget(self, profile: str) -> None:
        """Remove what the file holds of a profile; the environment is not ours to change."""
        if profile in self._read():
            with self._changing() as kept:
                kept.pop(profile, None)

    def values(self) -> tuple[str, ...]:
        """Every secret known, for logs to leave out."""
        suffixes = tuple(f"_{name.upper()}" for name in FROM_ENVIRONMENT)
        ours = [v for k, v in self._environ.items() if k.startswith("QUIETFEED_") and k.endswith(suffixes)]
        kept = [value for secrets in self._read().values() for value in secrets.values()]
        return tuple(dict.fromkeys(value.strip() for value in (*ours, *kept) if value.strip()))

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            with self.path.open("rb") as file:
                self._refuse_if_open_to_others(os.fstat(file.fileno()).st_mode)
                raw = file.read()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UserError(f"{self.path} cannot be read: {error.strerror}; check its permissions") from None
        kept = _decoded(raw)
        if kept is None:
            raise UserError(f"{self.path} is damaged: remove it and run `quietfeed login` again")
        return kept

    def _refuse_if_open_to_others(self, mode: int) -> None:
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise UserError(f"{self.path} can be read by others: run `chmod 600 {self.path}`, and renew what it holds")

    @contextmanager
    def _changing(self) -> Iterator[dict[str, dict[str, str]]]:
        """What the file holds, to be changed, and written back whole: nobody ever reads a half-written file."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(self.path.with_suffix(".lock")):
                kept = self._read()
                yield kept
                self._write(json.dumps(kept, indent=1))
        except OSError as error:
            raise Failure(f"{self.path} cannot be written: {error.strerror}; check the disk and permissions") from None

    def _write(self, text: str) -> None:
        fresh = self.path.with_name(f".{FILE}.{token_hex(4)}")
        try:
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        finally:
            fresh.unlink(missing_ok=True)


def _decoded(raw: bytes) -> dict[str, dict[str, str]] | None:
    """Profile -> name -> secret; None where the bytes are no such thing."""
    try:
        kept: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or not all(isinstance(secrets, dict) for secrets in kept.values()):
        return None
    sound = all(isinstance(value, str) for secrets in kept.values() for value in secrets.values())
    return kept if sound else None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process changes the file: a daemon renews a session while its owner logs in elsewhere."""
    try:
        import fcntl
    except ImportError:  # Windows: one process at a time is the rule there
        yield
        return
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
