"""A simulated year of the program under faults, held against its invariants.

    python -m tests.soak [--days 365] [--seed 1] [--zone Europe/Berlin]

Exits with 1 where an invariant was breached.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

from tests.soak.year import PLACES, lived


def main(arguments: Sequence[str] | None = None) -> int:
    """Live the year in each zone, in a process of its own, and print what it came to."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zone", choices=[place.zone for place in PLACES], help="only the one")
    asked = parser.parse_args(arguments)
    places = [place for place in PLACES if asked.zone in (None, place.zone)]
    breached = 0
    with ProcessPoolExecutor(len(places), get_context("spawn")) as processes:
        for told, breaches in processes.map(lived, places, repeat(asked.days), repeat(asked.seed)):
            print(told, flush=True)
            breached += breaches
    return 1 if breached else 0


if __name__ == "__main__":
    sys.exit(main())
