"""The verbs: the only place that wires parts together, prints and exits.

Exit codes: 0 done, 1 a failure (network, disk, server), 2 the owner's mistake, 130 interrupted by Ctrl-C.
"""

import os
import sys
from collections.abc import Sequence

from bot.errors import Stopped, UserError

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. No fault of the owner's or the network's shows a traceback."""
    from bot.cli.parser import build

    arguments = build().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except UserError as fault:
        from bot.report.escape import terminal

        sys.stdout.flush()
        print(f"quietfeed: {terminal(str(fault))}", file=sys.stderr)
        return fault.exit_code
    except (KeyboardInterrupt, Stopped):
        print("\nquietfeed: interrupted; what was found until then is kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
