"""An owner at a shell: a folder with a config, secrets in the environment, and the program run as a process."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tests.live.daemon import PATIENCE, PROGRAM, Daemon, running

REPOSITORY = Path(__file__).parents[2]


def until(holds: Callable[[], object], seen: Callable[[], object] = str, seconds: float = PATIENCE) -> None:
    """Return once it holds; where it does not, what was `seen` instead is told."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not in {seconds:.0f} s: {seen()}"
        time.sleep(0.3)


def plain(text: str) -> str:
    """Without the marks that keep handles from becoming mentions."""
    return re.sub("[\u200b\u2060\u2068\u2069]", "", text)


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

    def daemon(self) -> AbstractContextManager[Daemon]:
        """`quietfeed run`, killed at the end if it still runs."""
        return running(env=self.env, folder=self.folder)
