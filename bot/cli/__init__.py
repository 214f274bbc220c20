"""The verbs: the only place that wires parts together, prints and exits.

Exit codes: 0 done, 1 a failure (network, disk, server), 2 the owner's mistake, 130 interrupted by Ctrl-C.
"""

import os
import sys
from collections.abc import Sequence

from bot.errors import Stopped, UserError

INTERRUPTED = 130
TRACEBACK = "QUIETFEED_TRACEBACK"
"""Environment variable that shows all of a fault in quietfeed itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. No fault of the owner's, the network's or the disk's shows a traceback."""
    from bot.cli.parser import build

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show every letter shows the others
            stream.reconfigure(errors="replace")
    try:
        arguments = build().parse_args(argv)
        code = int(arguments.run(arguments) or 0)
        sys.stdout.flush()
    except UserError as fault:
        from bot.cli.terminal import worded

        return _say(worded(fault), fault.exit_code)
    except (KeyboardInterrupt, Stopped):
        return _say("interrupted; what was found until then is kept", INTERRUPTED)
    except BrokenPipeError:  # the reader went away, as `| head` does
        _to_nowhere()
        return 0
    except OSError as fault:
        where = f"{fault.filename}: " if fault.filename else ""
        return _say(f"{where}{fault.strerror or fault}; check the disk and the permissions", 1)
    except Exception as fault:  # noqa: BLE001 - it is told, and all of it to whoever asks
        if os.environ.get(TRACEBACK):
            return _say(_all_of(fault), 1)
        return _say(f"a fault in quietfeed itself: {_first_line(fault)}; {TRACEBACK}=1 shows all of it", 1)
    return code


def _say(words: str, code: int) -> int:
    """Tell what went wrong, after what was printed before it."""
    from bot.cli.terminal import complain

    try:
        sys.stdout.flush()
    except OSError:
        _to_nowhere()
    complain(words)
    return code


def _to_nowhere() -> None:
    """Let what is still to be printed go nowhere, or the interpreter complains of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _all_of(fault: Exception) -> str:
    import traceback

    return "".join(traceback.format_exception(fault)).rstrip()


def _first_line(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}".splitlines()[0][:300]
