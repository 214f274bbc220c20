"""The program as a process that is left running: what it writes, signals, and its end."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAM = (sys.executable, "-m", "bot")
PATIENCE = 120.0
"""Seconds within which whatever is waited for must come, on a machine that is busy."""


class Daemon:
    """A running process and the lines that it has written."""

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
        while len(found := self._matching(pattern)) < count:
            alive = self.process.poll() is None and time.monotonic() < deadline
            assert alive, f"no line like {pattern!r}:\n" + "\n".join(self.lines)
            time.sleep(0.02)
        return found[count - 1]

    def said_times(self, pattern: str) -> int:
        """How many lines match so far."""
        return len(self._matching(pattern))

    def _matching(self, pattern: str) -> list[str]:
        return [line for line in self.lines if re.search(pattern, line)]

    def send(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ends(self, number: int = signal.SIGTERM, within: float = 5.0) -> None:
        """Signal it: it must end well, and in time."""
        began = time.monotonic()
        self.send(number)
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


@contextmanager
def running(*words: str, env: Mapping[str, str], folder: Path) -> Iterator[Daemon]:
    """`quietfeed run`, killed at the end if it still runs."""
    process = subprocess.Popen(
        [*PROGRAM, "run", *words], env=env, cwd=folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    daemon = Daemon(process)
    try:
        yield daemon
    finally:
        daemon.kill()
