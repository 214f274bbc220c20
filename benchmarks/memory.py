"""Memory of the daemon after ten sweeps: `quietfeed run` as a process of its own, against stub servers over HTTP."""

import sys

from benchmarks.made.program import ACCOUNTS, ITEMS, owner

PROFILES = {"mastodon": "toots", "bluesky": "skies"}
AIMS = ((("mastodon",), 62), (("bluesky",), 95), (("mastodon", "bluesky"), 102))
SWEEPS = 10


def main() -> int:
    """Print what is resident after ten sweeps, and what was at most, beside the aims."""
    print(f"MB resident after {SWEEPS} sweeps of {ITEMS} posts by {ACCOUNTS} accounts on each platform")
    for platforms, aim in AIMS:
        with owner(*platforms) as somebody, somebody.daemon(every="1s") as daemon:
            for platform in platforms:
                daemon.swept(PROFILES[platform], SWEEPS)
            now, most = daemon.megabytes("VmRSS"), daemon.megabytes("VmHWM")
        print(f"  {' and '.join(platforms):<22} {now:6.1f}  (aim {aim}), at most {most:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
