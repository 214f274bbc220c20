"""The owner's secrets: from the environment, or from a file that only the owner can read. Never shown."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from bot import handles, secrecy
from bot.config.types import Profile, secret_variable
from bot.errors import Failure, UserError
from bot.files import private_file, private_folder, put_in_place, refuse_if_open

FROM_ENVIRONMENT = ("token", "app_password", "bot_password", "ping")
"""Secrets that the environment may hold, where they go before the file: a host without a disk needs no more."""
NOTIFY = "notify_"
"""Beginning of the names of addresses that a report goes to: the environment may hold those as well."""
SESSIONS = {"session": "app_password", "bot_session": "bot_password"}
"""What comes of a password, and is made anew from it."""
LOGINS: Mapping[str, tuple[str, ...]] = {"mastodon": ("token",), "bluesky": ("app_password", "session")}
"""The secrets of which any makes an owner's login on a platform; one that is not named here needs none."""
BOT_LOGINS: Mapping[str, tuple[str, ...]] = {"bluesky": ("bot_password", "bot_session")}
"""Likewise, of the account by which an owner is written to."""
FILE = "credentials.json"
MADE_FOR = "made for"
"""Beside the profiles: of which login each secret is. No profile can bear that name, which has a blank."""

READING = "only reads"
"""Likewise: the profiles by whose login quietfeed may do nothing but read."""
SECTIONS = (MADE_FOR, READING)
Kept: TypeAlias = dict[str, dict[str, str]]
"""Profile -> name -> secret, and the sections beside."""


class Credentials:
    """Secrets by profile and name (`token`, `app_password`, `session`, `ping`, `notify_phone`, …)."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ = environ
        self.path = folder / FILE
        for name, value in _in_environment(environ):
            _note(name, value)

    def __repr__(self) -> str:
        return f"Credentials({str(self.path)!r})"

    def get(self, profile: str, name: str, made_for: str = "") -> str | None:
        """The secret, or None; also where the file's was made for another login: it is nothing to that server.

        Raises UserError where the file is open to others or damaged.
        """
        if name in FROM_ENVIRONMENT or name.startswith(NOTIFY):
            value = self._environ.get(secret_variable(profile, name), "").strip()
            if value:
                return value
        kept = self._read()
        if made_for and kept.get(MADE_FOR, {}).get(_named(profile, name), made_for) != made_for:
            return None
        return kept.get(profile, {}).get(name)

    def logged_in(self, profile: Profile, *, bot: bool = False) -> bool:
        """Whether there is a secret that makes the login that the profile means now, or none is needed; of its owner,
        or of the `bot` that writes to them. Raises UserError as `get` does."""
        names = (BOT_LOGINS if bot else LOGINS).get(profile.platform)
        login = login_of(profile, bot=bot)
        return names is None or any(self.get(profile.name, name, login) for name in names)

    def nor_set(self, profile: Profile) -> str:
        """Where a login that is missing may stand too, for hosts that keep no files: a clause to be put behind."""
        return f", nor is {secret_variable(profile.name, LOGINS[profile.platform][0])} set"

    def mark(self, profile: str) -> str:
        """Something that changes when any secret of the profile does, and shows nothing of it."""
        try:
            known = {name: self.get(profile, name) for name in FROM_ENVIRONMENT} | self._read().get(profile, {})
            known[READING] = str(self.only_reads(profile))
        except UserError as fault:
            return str(fault)
        return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()

    def set(self, profile: str, name: str, value: str, made_for: str = "") -> None:
        """Keep a secret in the file, which only the owner can read from its first byte on; `made_for` says of which
        login it is (`login_of`).

        Raises UserError as `get` does, Failure where the disk refuses.
        """
        _note(name, value)
        with self._changing() as kept:
            kept.setdefault(profile, {})[name] = value
            kept.get(MADE_FOR, {}).pop(_named(profile, name), None)
            if made_for:
                kept.setdefault(MADE_FOR, {})[_named(profile, name)] = made_for

    def remove(self, profile: str, *names: str) -> None:
        """Forget secrets of a profile that the file holds, if it does."""
        if set(names) & set(self._read().get(profile, {})):
            with self._changing() as kept:
                for name in names:
                    kept.get(profile, {}).pop(name, None)
                    kept.get(MADE_FOR, {}).pop(_named(profile, name), None)

    def hold_back(self, profile: str, only_reads: bool) -> None:
        """Keep whether quietfeed may do nothing but read by the profile's login."""
        if self.only_reads(profile) is not only_reads:
            with self._changing() as kept:
                kept.setdefault(READING, {}).pop(profile, None)
                if only_reads:
                    kept[READING][profile] = "yes"

    def only_reads(self, profile: str) -> bool:
        """Whether quietfeed may do nothing but read by the profile's login: so its owner said when it was made.
        Raises UserError as `get` does."""
        return profile in self._read().get(READING, {})

    def forget(self, profile: str) -> None:
        """Remove what the file holds of a profile; the environment is not ours to change."""
        if profile in self._read():
            with self._changing() as kept:
                kept.pop(profile, None)
                kept.get(READING, {}).pop(profile, None)
                made_for = kept.get(MADE_FOR, {})
                kept[MADE_FOR] = {one: login for one, login in made_for.items() if one.split()[0] != profile}

    def taken_along(self, profile: str) -> Kept:
        """All of a profile's, with what is known of them, to be kept elsewhere. A session stays here where there is the
        password that it came from: of two who use one, each would end the other's. Raises UserError as `get` does."""
        kept = self._read()
        made_for = kept.get(MADE_FOR, {})
        names = {*FROM_ENVIRONMENT, *kept.get(profile, {}), *self._ways(profile)}
        known = {name: value for name in sorted(names) if (value := self.get(profile, name))}
        for session, password in SESSIONS.items():
            if password in known:
                known.pop(session, None)
        kept_here = [name for name, value in kept.get(profile, {}).items() if known.get(name) == value]
        of = {one: made_for[one] for name in kept_here if (one := _named(profile, name)) in made_for}
        reads = {profile: "yes"} if profile in kept.get(READING, {}) else {}
        return {profile: known, MADE_FOR: of, READING: reads}

    def _ways(self, profile: str) -> list[str]:
        """Names of addresses that the environment holds for the profile."""
        beginning = secret_variable(profile, NOTIFY)
        return [NOTIFY + name.removeprefix(beginning).lower() for name in self._environ if name.startswith(beginning)]

    def _read(self) -> Kept:
        try:
            with self.path.open("rb") as file:
                refuse_if_open(self.path, os.fstat(file.fileno()))
                raw = file.read()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UserError(f"{self.path} cannot be read: {error.strerror}; check its permissions") from None
        kept = _decoded(raw)
        if kept is None:
            raise UserError(f"{self.path} is damaged: remove it and run `quietfeed login` again")
        for profile in kept.keys() - set(SECTIONS):
            for name, value in kept[profile].items():
                _note(name, value)
        return kept

    @contextmanager
    def _changing(self) -> Iterator[Kept]:
        """What the file holds, to be changed, and written back whole: nobody ever reads a half-written file."""
        try:
            private_folder(self.path.parent)
            with _alone(self.path.with_suffix(".lock")):
                kept = self._read()
                yield kept
                self._write(json.dumps(kept, indent=1))
        except OSError as error:
            raise Failure(f"{self.path} cannot be written: {error.strerror}; check the disk and permissions") from None

    def _write(self, text: str) -> None:
        with put_in_place(self.path) as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())


def login_of(profile: Profile, *, bot: bool = False) -> str:
    """Which login the profile means now: a secret that was made for another one is not sent there."""
    handle = (profile.bot_handle or "") if bot else profile.handle
    server = profile.server.strip().lower().removeprefix("https://").rstrip("/")
    return f"{handles.key(handle)} {server}".strip() if handle else server


def _in_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The secrets that the environment holds, of any profile."""
    for variable, value in environ.items():
        if variable.startswith("QUIETFEED_"):
            found = next((name for name in FROM_ENVIRONMENT if variable.endswith(f"_{name.upper()}")), "")
            if name := found or (NOTIFY if f"_{NOTIFY.upper()}" in variable else ""):
                yield name, value


def _note(name: str, value: str) -> None:
    """Let it be shown nowhere from now on."""
    secrecy.note(*(secrecy.of_address(value) if name == "ping" or name.startswith(NOTIFY) else (value,)))


def _named(profile: str, name: str) -> str:
    return f"{profile} {name}"


def _decoded(raw: bytes) -> Kept | None:
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
    with open(private_file(path, os.O_WRONLY | os.O_CREAT), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
