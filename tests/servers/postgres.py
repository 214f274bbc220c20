"""A PostgreSQL server of our own: in a temporary folder, on loopback and a socket there, ended by the pid it wrote."""

import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

PATIENCE = 60.0
"""Seconds within which it must start or end, on a machine that is busy."""
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
"""How it may be stopped: with its sessions ended in order, or cut off as by a power cut."""
PASSWORD = "hunter2"


class CannotStart(Exception):
    """There is no server; the message says what to install."""


def binary(name: str) -> str:
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    path = found[-1] if found else shutil.which(name)
    if path is None:
        raise CannotStart("PostgreSQL is not installed: `apt-get install postgresql`")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """It refuses to run as root, so root lends it the user that Debian made for it. `settings` as in postgresql.conf,
    `hba` are the lines of pg_hba.conf in place of those that trust everybody."""

    def __init__(self, settings: Sequence[str] = (), hba: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qf-pg-"))  # not tmp_path: another user must reach it
        self.folder.chmod(0o755)
        self.data, self.port = self.folder / "data", free_port()
        self._who = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._settings, self._names = settings, count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if self._who:
            shutil.chown(self.folder, "postgres")
        try:
            self._run(binary("initdb"), "-D", self.data, "-U", "quietfeed", "-A", "trust", "-N", "-E", "UTF8")
        except BaseException:  # a Ctrl-C too leaves nothing behind
            self.remove()
            raise
        if hba:
            (self.data / "pg_hba.conf").write_text(hba)

    def _run(self, *words: object) -> None:
        command = [*self._who, *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, cwd="/", timeout=PATIENCE)

    def own(self, file: Path) -> None:
        """Make it a file that only the server reads, as it wants its key to be."""
        file.chmod(0o600)
        if self._who:
            shutil.chown(file, "postgres")

    def start(self) -> "Server":
        listen = ("-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder), "-F")
        more = [word for setting in self._settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._who, binary("postgres"), "-D", str(self.data), *listen, *more], cwd="/", stdout=log, stderr=log
            )
        patience = time.monotonic() + PATIENCE
        while time.monotonic() < patience and self._process.poll() is None:
            try:
                psycopg.connect(self.address("postgres", host=str(self.folder))).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return self
        self.stop()
        raise CannotStart("PostgreSQL did not start: " + (self.folder / "log").read_text()[-2000:])

    def stop(self, how: signal.Signals = FAST) -> None:
        """By the pid that it wrote down; `runuser` in between would not pass a signal on."""
        pid_file = self.data / "postmaster.pid"
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended, or ends by a Ctrl-C that it got as well
            os.kill(int(pid_file.read_text().split()[0]), how)
        if self._process is not None:
            self._process.wait(PATIENCE)
            self._process = None

    def remove(self) -> None:
        self.stop(IMMEDIATE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, name: str, *, host: str = "", user: str = "quietfeed", **options: str) -> str:
        """Where a database lies, in the form that hosts hand out; `host` is another one, or the socket's folder."""
        more = {"host": host} | options if host.startswith("/") else options
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in more.items())
        place = "" if host.startswith("/") else f"{host or '127.0.0.1'}"
        return f"postgres://{user}:{PASSWORD}@{place}:{self.port}/{name}" + (f"?{query}" if query else "")

    def fresh(self, like: str = "template0") -> str:
        """The name of a new database, empty or as another one is that nobody is connected to."""
        name = f"q{next(self._names)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def do(self, statement: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """Execute it in a database, and whatever it gives."""
        with psycopg.connect(self.address(name, host=str(self.folder)), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def cut(self, name: str, which: str = "") -> int:
        """End the sessions in a database, all or those of which `which` holds in pg_stat_activity; how many."""
        those = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
        return len(self.do(f"{those} AND {which}" if which else those))
