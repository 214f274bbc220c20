"""`python -m tests.fuzz`: so many odd inputs, figures, and each fault with how to see it again."""

import argparse
import faulthandler
import logging
import sys
import time
import warnings
from pathlib import Path

from tests.fuzz.rooms import FAMILIES
from tests.fuzz.run import Outcome, once, run, told
from tests.fuzz.samples import answers


def main() -> int:
    """Exit code 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default: 100,000)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="another run with the same gives the same")
    parser.add_argument("--only", default="", choices=["", *FAMILIES], help="one family of inputs")
    parser.add_argument("--again", metavar="SEED", help="one input of --only that showed a fault")
    parser.add_argument("data", nargs="?", type=Path, help="a folder of recorded answers, to be made odd as well")
    given = parser.parse_args()
    logging.disable()
    warnings.simplefilter("ignore")  # the library warns of every header "deprecation"
    faulthandler.enable()
    began = time.monotonic()
    if given.again:
        outcome = Outcome()
        once(outcome, given.only, given.again, answers(given.data))
    else:
        print(f"seed {given.seed}", flush=True)
        outcome = run(given.inputs, given.seed, given.data, given.only)
    print(told(outcome))
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
