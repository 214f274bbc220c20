"""Start-up: `quietfeed --help`, which loads no platform library, and a whole `sweep` of a quiet timeline."""

import subprocess
import sys
import time
from statistics import median

from benchmarks.made.program import Owner, owner

AIM = 150
LIBRARIES = ("mastodon", "atproto", "httpx", "requests", "sqlalchemy", "yaml", "apscheduler", "rich")


def milliseconds(command: list[str], somebody: Owner, times: int) -> float:
    """The median of the wall time."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, env=somebody.surroundings, capture_output=True, timeout=120, check=True)
        spent.append((time.perf_counter() - start) * 1000)
    return median(spent)


def loaded(somebody: Owner) -> list[str]:
    """Libraries that `--help` imports."""
    command = [sys.executable, "-X", "importtime", "-m", "bot", "--help"]
    lines = subprocess.run(command, env=somebody.surroundings, capture_output=True, text=True, check=True).stderr
    names = {line.rpartition("|")[2].strip().split(".")[0] for line in lines.splitlines()}
    return sorted(names.intersection(LIBRARIES))


def main() -> int:
    """Print medians, beside Python's own start."""
    with owner("mastodon", "bluesky") as somebody:
        bare = milliseconds([sys.executable, "-c", "pass"], somebody, 21)
        print(f"  {'python alone':<28} {bare:6.0f} ms")
        helped = milliseconds([sys.executable, "-m", "bot", "--help"], somebody, 21)
        print(f"  {'quietfeed --help':<28} {helped:6.0f} ms  (aim {AIM}); libraries: {loaded(somebody) or 'none'}")
        for profile in ("toots", "skies"):
            command = somebody.command("sweep", profile)
            milliseconds(command, somebody, 1)  # the first reads the past
            print(f"  {f'sweep, nothing new ({profile})':<28} {milliseconds(command, somebody, 7):6.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
