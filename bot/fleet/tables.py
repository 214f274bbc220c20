"""The fleet's own tables beside the store's, in the same PostgreSQL: its profiles, and procrastinate's queue."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.schema import SchemaManager
from psycopg.rows import DictRow, dict_row

from bot import addresses
from bot.errors import UserError
from bot.store import StoreError, located

NAME = "quietfeed fleet"
"""What PostgreSQL shows of our connections."""
PROFILES = """
CREATE TABLE IF NOT EXISTS fleet_profiles (
    name TEXT COLLATE "C" PRIMARY KEY,
    config TEXT NOT NULL,
    secrets TEXT NOT NULL,
    added TIMESTAMPTZ NOT NULL DEFAULT now(),
    paused TIMESTAMPTZ
)"""
ASKED = """
CREATE UNLOGGED TABLE IF NOT EXISTS fleet_asked (
    machine TEXT NOT NULL,
    worker TEXT NOT NULL,
    server TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL DEFAULT now(),
    many INTEGER NOT NULL
)"""
"""How often a worker asked a server, told every few seconds; after a crash it may be empty."""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('quietfeed fleet tables'))"
HAS_QUEUE = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there"


class Tables:
    """Open connections to the database of a fleet; threads may share them."""

    def __init__(self, url: str, connections: int = 1) -> None:
        """`url` as the store takes it. Raises UserError where it is none of PostgreSQL's."""
        address = located(url)
        if address.drivername == "sqlite":
            raise UserError("a fleet lives in PostgreSQL: set DATABASE_URL to postgresql://user:password@host/name")
        self.conninfo = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self.where = address.set(query={}).render_as_string(hide_password=True)
        self.connector = SyncPsycopgConnector(
            conninfo=self.conninfo, min_size=1, max_size=connections, kwargs={"application_name": NAME}
        )

    def open(self) -> None:
        """Connect, and make what is missing. Raises StoreError."""
        with self.faults_explained():
            self.connector.open()
        with self.changing() as database:
            database.execute(ONE_AT_A_TIME)
            database.execute(PROFILES)
            database.execute(ASKED)
            row = database.execute(HAS_QUEUE).fetchone()
            if row is None or not row["there"]:
                database.execute(SchemaManager.get_schema())

    def close(self) -> None:
        """Give the connections back."""
        self.connector.close()

    @contextmanager
    def changing(self) -> Iterator[psycopg.Cursor[DictRow]]:
        """A transaction, kept whole or not at all. Raises StoreError."""
        with self.faults_explained(), self.connector.pool.connection() as connection:
            yield connection.cursor(row_factory=dict_row)

    @contextmanager
    def faults_explained(self) -> Iterator[None]:
        """What the database or the queue raises as StoreError, without any secret of the address."""
        try:
            yield
        except (psycopg.Error, ProcrastinateException) as error:
            cause = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
            said = " ".join(str(cause).splitlines()[:1])
            for secret in addresses.secrets(self.conninfo):
                said = said.replace(secret, "…")
            words = f"the fleet's database {self.where} failed: {said or type(cause).__name__}"
            raise StoreError(f"{words}. Check DATABASE_URL and that the server runs") from None
