"""A fleet under test: one PostgreSQL, owners with servers of their own, workers as processes; and what holds of it."""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bot.store import open_store
from tests.live.daemon import PROGRAM, Daemon
from tests.live.journey import REPOSITORY
from tests.servers.mastodon_stub import Stub

NAMES = [f"owner{number}" for number in range(12)]
CONFIG = """\
profiles:
  - {{name: {name}, platform: mastodon, server: "{server}"}}
sweep: {{every: 30s, jitter: 0s}}
report: {{at: "00:00", timezone: {zone}}}
dry_run: false
limits: {{first_days_dry: 0d, confirm_after: 0m, newly_followed: 0d, followed_share_per_week: 1}}
rules:
  - name: links alone
    when: {{own_posts: {{at_least: 40}}, link_share: {{at_least: 0.9}}}}
    then: mute
    for: 30d
"""


def midday() -> str:
    """A zone in which no day ends while a test runs."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


class Fleet:
    """A database and a key, owners with servers of their own, and workers."""

    def __init__(self, folder: Path, url: str, stubs: dict[str, Stub]) -> None:
        self.folder, self.url, self.stubs = folder, url, stubs
        clean = {name: value for name, value in os.environ.items() if not name.startswith("QUIETFEED_")}
        self.env = {
            **clean,
            "DATABASE_URL": url,
            "QUIETFEED_STATE_DIR": str(folder / "state"),
            "PYTHONPATH": str(REPOSITORY),
        }
        self.env["QUIETFEED_FLEET_KEY"] = self.run("fleet", "new-key").stdout.strip()
        self.workers: list[Daemon] = []

    def run(self, *words: str, code: int = 0, **env: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [*PROGRAM, *words], env=self.env | env, capture_output=True, text=True, timeout=120, cwd=self.folder
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def write(self, name: str) -> None:
        text = CONFIG.format(name=name, server=self.stubs[name].url, zone=midday())
        (self.folder / f"{name}.yaml").write_text(text)

    def add(self, names: list[str], *words: str) -> str:
        for name in names:
            self.write(name)
        tokens = {f"QUIETFEED_{name.upper()}_TOKEN": self.stubs[name].network.token for name in names}
        return self.run("fleet", "add", *words, *(f"{name}.yaml" for name in names), **tokens).stdout

    def state(self) -> dict[str, Any]:
        profiles = json.loads(self.run("fleet", "list", "--json").stdout)["profiles"]
        return {profile["profile"]: profile for profile in profiles}

    def start(self) -> Daemon:
        process = subprocess.Popen(
            [*PROGRAM, "worker", "--at-once", "2"], env=self.env, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.workers.append(Daemon(process))
        return self.workers[-1]

    def swept(self, *, by: Callable[[Daemon], bool] = lambda _: True) -> Counter[str]:
        """How often each profile was swept to the end."""
        lines = [line for worker in self.workers if by(worker) for line in worker.lines]
        return Counter(found[1] for line in lines if (found := re.search(r"info swept profile=(\w+)", line)))

    def at_work(self) -> int:
        """How many workers are at a job, as the queue tells."""
        asked = "SELECT count(DISTINCT worker_id) FROM procrastinate_jobs WHERE status = 'doing'"
        with psycopg.connect(self.url) as database:
            return int(database.execute(asked).fetchone()[0])

    def log(self) -> str:
        return "\n".join(line for worker in self.workers for line in worker.lines)


def letters(stub: Stub) -> list[str]:
    return [status.content for status in stub.network.statuses if status.visibility == "direct"]


def assert_nothing_missed_and_nothing_twice(fleet: Fleet) -> None:
    """Every post is in the store; each action was asked for once and stands in the ledger once; so with the report."""
    store = open_store(fleet.url, exclusive=False)
    for name, stub in fleet.stubs.items():
        network = stub.network
        seen = {kept.word.id for kept in store.each("posts", name)}
        shown = {status.id for status in network.statuses if network._in_home(status)}
        assert shown - seen == set(), name
        asked = Counter(asked.path for asked in stub.writes if asked.path.endswith("/mute"))
        assert (len(asked), set(asked.values())) == (3, {1}), (name, asked)
        events = Counter((entry.account.handle, str(entry.event)) for entry in store.entries(name) if entry.action_id)
        done = {handle: many for (handle, event), many in events.items() if event == "done"}
        assert (len(done), set(done.values())) == (3, {1}), (name, events)
        assert len(letters(stub)) == len(set(letters(stub))), name
        assert sum("Muted 3" in letter for letter in letters(stub)) == 1, (name, letters(stub))
        assert [state for _, state in store.reports(name)] == ["sent"]
    store.close()
