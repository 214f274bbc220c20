"""What takes much room and is seldom made, in a short-lived process of its own.

The report's pages and pictures are made once a day: the daemon would keep what it has loaded for them and the room that
it took, and be a tenth greater for it all day. Weeks that are judged again take several times the room of the desk.

What goes to the process is pickled; both ends are this program. What comes back is text or bytes and nothing that could
run: its libraries read what strangers wrote. Where no process can be had, the work is done here.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from bot.errors import Failure
from bot.notify.sending import environment

Given = ParamSpec("Given")
Made = TypeVar("Made", str, bytes)

LONGEST = 60.0
"""Seconds that it may take; a page takes a second on a small machine."""
_wanted = False
_one_at_a_time = Lock()
"""Such a process takes as much memory as the daemon: of many owners' reports one is made after the other."""


def from_now_on() -> None:
    """Let this process stay small."""
    global _wanted
    _wanted = True


def apart(work: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Made:
    """What a pure function of a module makes of that; by another process where this one is to stay small.

    Raises what the function raises, and Failure where the process hangs or is ended, as by a machine without memory.
    """
    return elsewhere(work, *given, **named) if _wanted else work(*given, **named)


def elsewhere(work: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Made:
    """The same by another process in any case, if one can be had."""
    try:
        done = _asked(pickle.dumps((work, given, named)))
    except subprocess.TimeoutExpired:
        raise Failure(f"the page took longer than {LONGEST:.0f} seconds to be made; try it again later") from None
    except OSError:  # no process to be had
        return work(*given, **named)
    if done.returncode < 0:
        raise Failure(
            f"the process that makes the page was ended (signal {-done.returncode}), as where memory is short; try it "
            "again later"
        )
    if done.returncode > 0:  # it raised, and so will it here
        return work(*given, **named)
    made: Any = done.stdout[1:] if done.stdout[:1] == b"b" else done.stdout[1:].decode("utf-8", "surrogatepass")
    return made  # type: ignore[no-any-return]


def _asked(task: bytes) -> "subprocess.CompletedProcess[bytes]":
    with _one_at_a_time:
        return subprocess.run(
            [sys.executable, "-P", "-m", "bot.service.apart"],
            input=task,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            timeout=LONGEST,
            check=False,
        )


def main() -> int:
    """Do what standard input says; what it makes goes to standard output, behind a letter for its kind."""
    work, given, named = pickle.load(sys.stdin.buffer)  # noqa: S301  this program's own words
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # whatever a library prints is no part of it
        made = work(*given, **named)
        answer.write(b"b" + made if isinstance(made, bytes) else b"t" + made.encode("utf-8", "surrogatepass"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
