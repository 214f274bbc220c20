"""The profiles of a fleet: the config of each, its login, encrypted, and whether it is paused."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from bot.config import Config, Profile, read
from bot.config.credentials import Credentials, Kept
from bot.errors import UserError
from bot.fleet.keys import Keys
from bot.fleet.tables import Tables

COLUMNS = "SELECT name, config, secrets, added, paused FROM fleet_profiles"


@dataclass(frozen=True, slots=True)
class Member:
    """One profile of a fleet. Its `repr` shows neither config nor login."""

    name: str
    config: str
    secrets: str
    """Encrypted."""
    added: datetime
    paused: datetime | None

    def __repr__(self) -> str:
        return f"Member({self.name!r})"


def profile_of(name: str, text: str) -> tuple[Profile, Config]:
    """What the config of a member says. Raises UserError where this version does not take it any more."""
    config = read(text, Path(f"{name}.yaml"))
    return config.chosen(name)[0], config


class Members:
    """The table of them. Every method raises StoreError where the database fails."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def all(self) -> list[Member]:
        """Everybody, by name."""
        with self.tables.changing() as database:
            return [Member(**row) for row in database.execute(f"{COLUMNS} ORDER BY name")]

    def find(self, name: str) -> Member | None:
        """One, or None."""
        with self.tables.changing() as database:
            row = database.execute(f"{COLUMNS} WHERE name = %s", (name,)).fetchone()
            return Member(**row) if row else None

    def get(self, name: str) -> Member:
        """One. Raises UserError where the fleet has none of that name."""
        found = self.find(name)
        if found is None:
            close = get_close_matches(name, [one.name for one in self.all()], n=1)
            hint = f"; did you mean {close[0]}?" if close else "; `quietfeed fleet list` names them all"
            raise UserError(f"no profile {name!r} in the fleet{hint}")
        return found

    def add(self, name: str, config: str, sealed: str | None) -> bool:
        """Keep a profile, or put it in the place of the one there, of which the login stays where none is given;
        whether there was one."""
        changing = "UPDATE fleet_profiles SET config = %s, secrets = coalesce(%s, secrets) WHERE name = %s"
        adding = "INSERT INTO fleet_profiles (config, secrets, name) VALUES (%s, %s, %s)"
        with self.tables.changing() as database:
            there = database.execute(changing, (config, sealed, name)).rowcount > 0
            if not there:
                database.execute(adding, (config, sealed, name))
            return there

    def pause(self, name: str, *, paused: bool) -> None:
        """Let it rest, or go on."""
        changing = "UPDATE fleet_profiles SET paused = CASE WHEN %s THEN coalesce(paused, now()) END WHERE name = %s"
        with self.tables.changing() as database:
            database.execute(changing, (paused, name))

    def remove(self, name: str) -> None:
        """Forget its config and login; what the store knows stays."""
        with self.tables.changing() as database:
            database.execute("DELETE FROM fleet_profiles WHERE name = %s", (name,))

    def renew_keys(self, keys: Keys) -> int:
        """Encrypt every login anew by the first key; how many. Raises UserError, and changes none, where one was
        encrypted by a key that is not among them."""
        with self.tables.changing() as database:
            rows = database.execute("SELECT name, secrets FROM fleet_profiles ORDER BY name FOR UPDATE").fetchall()
            for row in rows:
                renewed = keys.renew(row["name"], row["secrets"])
                database.execute("UPDATE fleet_profiles SET secrets = %s WHERE name = %s", (renewed, row["name"]))
        return len(rows)

    @contextmanager
    def changing_secrets(self, name: str, keys: Keys) -> Iterator[Kept]:
        """Its secrets, to be changed, and kept encrypted; who else changes them waits."""
        with self.tables.changing() as database:
            asked = "SELECT secrets FROM fleet_profiles WHERE name = %s FOR UPDATE"
            row = database.execute(asked, (name,)).fetchone()
            if row is None:
                raise UserError(f"“{name}” is not in the fleet any more")
            secrets = keys.open(name, row["secrets"])
            yield secrets
            sealed = keys.seal(name, secrets)
            database.execute("UPDATE fleet_profiles SET secrets = %s WHERE name = %s", (sealed, name))


class MemberCredentials(Credentials):
    """The secrets of one member, in the fleet's table in place of a file. The environment holds none of them: it is the
    worker's, not the owner's."""

    def __init__(self, name: str, members: Members, keys: Keys) -> None:
        super().__init__({}, Path(f"the login of “{name}”"))
        self._name, self._members, self._keys = name, members, keys

    def __repr__(self) -> str:
        return f"MemberCredentials({self._name!r})"

    def nor_set(self, profile: Profile) -> str:
        """Nowhere else: what the environment holds is the worker's."""
        return ""

    def _read(self) -> Kept:
        member = self._members.find(self._name)
        return self._keys.open(self._name, member.secrets) if member else {}

    @contextmanager
    def _changing(self) -> Iterator[Kept]:
        with self._members.changing_secrets(self._name, self._keys) as kept:
            yield kept


def none_opens(members: Iterable[Member], keys: Keys) -> UserError | None:
    """Why the key is the wrong one, where it opens no login at all."""
    fault = None
    for member in members:
        try:
            keys.open(member.name, member.secrets)
        except UserError as wrong:
            fault = fault or wrong
        else:
            return None
    return fault
