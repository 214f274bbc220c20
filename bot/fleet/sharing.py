"""How often the workers of one machine asked each server lately: what it counts by address, they use up together.

Each tells the others through the fleet's database, now and then: advice, without which each counts for itself. What a
server counts by login needs no sharing, since a profile is swept by one worker at a time.
"""

import socket
from collections import defaultdict
from pathlib import Path
from uuid import uuid4

from bot.clock import Clock
from bot.config import Profile
from bot.fleet.tables import Tables
from bot.platforms.budget import Asked

BOOT = Path("/proc/sys/kernel/random/boot_id")
OLD = "at < now() - interval '10 minutes'"
"""Longer ago than any window that is shared looks back."""
TELL = "INSERT INTO fleet_asked (machine, worker, server, many) VALUES (%s, %s, %s, %s)"
HEAR = f"""
SELECT server, many, extract(epoch FROM now() - at)::float8 AS ago FROM fleet_asked
WHERE machine = %s AND worker <> %s AND NOT {OLD}"""  # noqa: S608  nothing of it comes from outside


def this_machine() -> str:
    """What tells this machine from others until it is started anew; the containers on it name the same."""
    try:
        return BOOT.read_text().strip()
    except OSError:
        return socket.gethostname()


class Sharing:
    """What one worker and the others on its machine asked. Threads may share it."""

    def __init__(self, tables: Tables, clock: Clock, machine: str) -> None:
        self._tables, self._clock, self._machine = tables, clock, machine
        self._worker = uuid4().hex
        self._asked: dict[str, Asked] = {}

    def of(self, profile: Profile) -> Asked:
        """When the server of a profile was asked."""
        return self._of(profile.asks)

    def _of(self, server: str) -> Asked:
        return self._asked.setdefault(server, Asked())

    def exchange(self) -> None:
        """Tell the others, and hear of them. Raises StoreError; what was to be told is lost then."""
        asked = [(server, one.tell()) for server, one in list(self._asked.items())]
        told = [(self._machine, self._worker, server, many) for server, many in asked if many]
        with self._tables.changing() as database:
            database.executemany(TELL, told)
            database.execute(f"DELETE FROM fleet_asked WHERE {OLD}")  # noqa: S608  as above
            rows = database.execute(HEAR, (self._machine, self._worker)).fetchall()
        now, heard = self._clock.steady(), defaultdict[str, list[float]](list)
        for row in rows:
            heard[row["server"]] += [now - row["ago"]] * row["many"]
        for server in {*heard, *(server for server, _ in asked)}:
            self._of(server).hear(heard[server])
