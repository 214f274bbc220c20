"""What PostgreSQL adds to the daemon: memory and CPU of ten sweeps, beside SQLite, in alternation."""

import sys
from pathlib import Path
from statistics import median

from benchmarks.made.program import ACCOUNTS, ITEMS, owner
from tests.servers.postgres import CannotStart, Server

SWEEPS, TIMES, TICKS = 10, 3, 100


def measured(address: str) -> tuple[float, float, float]:
    """MB resident after ten sweeps and at most, and seconds of CPU until then; in a file where no address is given."""
    with owner("mastodon") as somebody:
        if address:
            somebody.environ["DATABASE_URL"] = address
        with somebody.daemon(every="1s") as daemon:
            daemon.swept("toots", SWEEPS, seconds=300)
            spent = Path(f"/proc/{daemon.process.pid}/stat").read_text().split()[13:15]
            return daemon.megabytes("VmRSS"), daemon.megabytes("VmHWM"), sum(map(int, spent)) / TICKS


def main() -> int:
    """Print the medians of both."""
    print(f"{SWEEPS} sweeps of {ITEMS} posts by {ACCOUNTS} accounts on Mastodon, medians of {TIMES}, in alternation")
    try:
        server = Server()
    except CannotStart as fault:
        print(f"  left out: {fault}")
        return 0
    try:
        server.start()
        rounds = [(measured(""), measured(server.address(server.fresh()))) for _ in range(TIMES)]
    finally:
        server.remove()
    for name, found in zip(("SQLite", "PostgreSQL"), zip(*rounds, strict=True), strict=True):
        now, most, cpu = (median(one) for one in zip(*found, strict=True))
        print(f"  {name:<11} {now:5.1f} MB, at most {most:5.1f}, {cpu:4.1f} s of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
