"""An owner at a shell: a folder with a config, secrets in the environment, and the program run as a process."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "bot")
PATIENCE = 120.0
"""Seconds within which whatever is waited for must come, on a machine that is busy."""


def until(holds: Callable[[], object], seen: Callable[[], object] = str, seconds: float = PATIENCE) -> None:
    """Return once it holds; where it does not, what was `seen` instead is told."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not in {seconds:.0f} s: {seen()}"
        time.sleep(0.3)


class Journey:
    """Somebody with a folder of their own; `secrets` are environment variables."""

    def __init__(self, folder: Path, secrets: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.config, self.state = folder, folder / "config.yaml", folder / "state"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("QUIETFEED_")}
        inherited.pop("DATABASE_URL", None)
        self.env = {**inherited, "QUIETFEED_STATE_DIR": str(self.state), "PYTHONPATH": str(REPOSITORY)}
        self.env |= secrets or {}

    def run(self, *words: str, stdin: str = "", code: int | None = 0) -> "subprocess.CompletedProcess[str]":
        """Type a command; it must end with that exit code (None: any), and without a traceback."""
        done = subprocess.run(
            [*PROGRAM, *words], env=self.env, input=stdin, capture_output=True, text=True, timeout=120, cwd=self.folder
        )
        said = f"quietfeed {' '.join(words)}: {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        assert "Traceback" not in done.stderr, said
        assert code is None or done.returncode == code, said
        return done

    def said(self, *words: str, stdin: str = "") -> str:
        """What a command prints."""
        return self.run(*words, stdin=stdin).stdout

    def data(self, *words: str) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.said(*words))

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """What a command prints as one JSON object a line."""
        return [json.loads(line) for line in self.said(*words).splitlines()]

    def story(self, handle: str) -> list[str]:
        """What the ledger tells of an account: its events, judgements left out."""
        return [row["event"] for row in self.rows("ledger", handle, "--json") if row["event"] != "judged"]

    @contextmanager
    def daemon(self) -> "Iterator[Daemon]":
        """`quietfeed run`, killed at the end if it still runs."""
        running = Daemon(
            subprocess.Popen(
                [*PROGRAM, "run"], env=self.env, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
        )  # fmt: skip
        try:
            yield running
        finally:
            running.kill()


class Daemon:
    """A running daemon and the lines that it has written."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def said(self, pattern: str, count: int = 1, seconds: float = PATIENCE) -> str:
        """The line that matches for the `count`th time, once it is there."""
        deadline = time.monotonic() + seconds
        while len(found := [line for line in self.lines if re.search(pattern, line)]) < count:
            alive = self.process.poll() is None and time.monotonic() < deadline
            assert alive, f"no line like {pattern!r}:\n" + "\n".join(self.lines)
            time.sleep(0.05)
        return found[count - 1]

    def ends(self, within: float = 5.0) -> None:
        """Send SIGTERM: it must end well, and in time."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=15)
        took = time.monotonic() - began
        self._reader.join(5)
        assert (code, took < within) == (0, True), f"{code}, {took:.1f} s:\n" + "\n".join(self.lines)

    def kill(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=10)
        self._reader.join(5)
        if self.process.stdout:
            self.process.stdout.close()
