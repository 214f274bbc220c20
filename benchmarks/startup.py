"""Start-up: `quietfeed --help`, which loads no platform library, and a whole `sweep` of a quiet timeline.

CPU stands beside the time on the clock, since other programs on the machine lengthen the one and not the other.
"""

import resource
import subprocess
import sys
import time
from statistics import median

from benchmarks.made.program import Owner, owner

AIM = 150
LIBRARIES = ("mastodon", "atproto", "httpx", "requests", "sqlalchemy", "yaml", "rich")


def milliseconds(command: list[str], somebody: Owner, times: int) -> str:
    """Medians of the time on the clock and of CPU."""
    spent = []
    for _ in range(times):
        cpu, start = _cpu(), time.perf_counter()
        subprocess.run(command, env=somebody.surroundings, capture_output=True, timeout=120, check=True)
        spent.append((time.perf_counter() - start, _cpu() - cpu))
    wall, busy = (median(column) * 1000 for column in zip(*spent, strict=True))
    return f"{wall:6.0f} ms, {busy:5.0f} ms of CPU"


def _cpu() -> float:
    """Seconds that ended child processes used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
        print(f"  {'python alone':<28} {bare}")
        helped = milliseconds([sys.executable, "-m", "bot", "--help"], somebody, 21)
        print(f"  {'quietfeed --help':<28} {helped}  (aim {AIM}); libraries: {loaded(somebody) or 'none'}")
        for profile in ("toots", "skies"):
            command = somebody.command("sweep", profile)
            milliseconds(command, somebody, 1)  # the first reads the past
            print(f"  {f'sweep, nothing new ({profile})':<28} {milliseconds(command, somebody, 5)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
