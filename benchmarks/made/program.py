"""The program as its owner runs it: a config, a state directory, logins on stub servers, its modules compiled."""

import compileall
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.made import bluesky, mastodon
from benchmarks.made.people import timeline
from tests.servers import bluesky_stub
from tests.servers.mastodon_stub import Stub

ROOT = Path(__file__).parents[2]
ACCOUNTS, ITEMS, DURING = 200, 3000, timedelta(days=6)


@dataclass
class Owner:
    """Somebody with logins, and the way to run the program."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    profiles: list[str] = field(default_factory=list)
    settings: str = "report: {at: '00:00', timezone: UTC}\n"

    def add_mastodon(self, stub: Stub) -> None:
        """A login on the Mastodon stub."""
        self.profiles.append(f"  - {{name: toots, platform: mastodon, server: '{stub.url}'}}")
        self.environ["QUIETFEED_TOOTS_TOKEN"] = stub.network.token

    def add_bluesky(self, stub: bluesky_stub.Stub) -> None:
        """A login on the Bluesky stub."""
        told = f"platform: bluesky, server: '{stub.url}', handle: {bluesky_stub.HANDLE}"
        self.profiles.append(f"  - {{name: skies, {told}}}")
        self.environ["QUIETFEED_SKIES_APP_PASSWORD"] = bluesky_stub.PASSWORD

    def command(self, *words: str, every: str = "10m") -> list[str]:
        """The program with the config written out."""
        config = self.folder / "config.yaml"
        sweep = f"sweep: {{every: {every}, jitter: 0s}}\n"
        config.write_text("profiles:\n" + "\n".join(self.profiles) + "\n" + sweep + self.settings, "utf-8")
        compileall.compile_dir(ROOT / "bot", quiet=2)  # as pip and the container leave it
        return [sys.executable, "-m", "bot", *words, "--config", str(config)]

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment that the program sees."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETFEED_") and k != "DATABASE_URL"}
        return {**kept, **self.environ, "QUIETFEED_STATE_DIR": str(self.folder / "state"), "PYTHONPATH": str(ROOT)}

    def run(self, *words: str) -> str:
        """Run it to its end; what it prints."""
        done = subprocess.run(
            self.command(*words), env=self.surroundings, capture_output=True, text=True, timeout=300, check=True
        )
        return done.stdout

    @contextmanager
    def daemon(self, every: str) -> "Iterator[Daemon]":
        """`quietfeed run`, ended when the block ends."""
        errors = self.folder / "errors"
        with errors.open("w") as stream:
            process = subprocess.Popen(
                self.command("run", every=every), env=self.surroundings, stdout=subprocess.DEVNULL, stderr=stream
            )
        try:
            yield Daemon(process, errors)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


@dataclass
class Daemon:
    """A running daemon."""

    process: "subprocess.Popen[bytes]"
    errors: Path

    def swept(self, profile: str, times: int, seconds: float = 90) -> None:
        """Wait until a profile was swept so often."""
        deadline = time.monotonic() + seconds
        while len(re.findall(rf" swept profile={profile}", self.errors.read_text())) < times:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"{profile} was not swept {times} times:\n{self.errors.read_text()}")
            time.sleep(0.1)

    def megabytes(self, line: str) -> float:
        """A line of /proc/PID/status, such as VmRSS or VmHWM, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(rf"{line}:\s+(\d+) kB", status)[0]) / 1024


@contextmanager
def owner(*platforms: str) -> Iterator[Owner]:
    """Somebody with a week of posts by 200 accounts on each platform."""
    items = list(timeline(ACCOUNTS, ITEMS, datetime.now(UTC), DURING))
    with ExitStack() as stack:
        made = Owner(Path(stack.enter_context(TemporaryDirectory(prefix="quietfeed-bench-"))))
        if "mastodon" in platforms:
            crowd = mastodon.Crowd(ACCOUNTS)
            crowd.network.missing.add("limits")  # a sweep a second would come up against them
            for item in items:
                crowd.say(item)
            made.add_mastodon(stack.enter_context(Stub(crowd.network)))
        if "bluesky" in platforms:
            stub = stack.enter_context(bluesky_stub.serving())
            skies = bluesky.Crowd(stub)
            for item in items:
                skies.say(item)
            made.add_bluesky(stub)
        yield made
