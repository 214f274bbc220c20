"""One message to one address that apprise knows, by a process of its own that is bounded in time."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import bot
from bot.notify.letters import Message

INSTALL = "pip install 'quietfeed[notify]'"
LONGEST = 60.0
"""Seconds that a message may take; a mail server that greets slowly takes twenty."""
LOOK = 0.25
"""Seconds between two looks whether the work is to stop."""
LONGEST_ANSWER = 4096
"""Bytes of an answer that are read: it is a line of our own words."""
OURS = ("QUIETFEED_", "DATABASE_URL")
"""Beginnings of variables that the process does without: every secret but the one that it is given."""
NOT_AN_ADDRESS = "its address is none that apprise knows, such as ntfys://ntfy.example.com/topic"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message."""

    sent: bool
    why: str = ""
    """Why it was not, in words that hold nothing of the address."""
    service: str = ""
    """What apprise calls the service, such as `ntfy`; empty where it is not known."""
    lacking: bool = False
    """Whether only apprise is missing, so that nothing is known of the address."""


def send(url: str, message: Message, check: Callable[[], None], longest: float = LONGEST) -> Outcome:
    """Send a message to a secret address, within so many seconds. `check` raises Stopped when the work is to end; the
    message may have been sent all the same.

    An address that takes the message and then does not say so counts as one that did not take it, so that a message
    may come twice.
    """
    return _outcome(_asked({"url": url, "title": message.title, "body": message.body}, check, longest))


def look_at(url: str, check: Callable[[], None] = lambda: None) -> Outcome:
    """Whether apprise knows the address: `sent` says so, and nothing was sent."""
    return _outcome(_asked({"url": url}, check, LONGEST))


def _outcome(answer: dict[str, object]) -> Outcome:
    service, status = str(answer.get("service") or ""), answer.get("status")
    match answer.get("result"):
        case "sent" | "sound":
            return Outcome(True, service=service)
        case "missing":
            return Outcome(False, f"apprise is not installed: run `{INSTALL}`", lacking=True)
        case "no address":
            return Outcome(False, NOT_AN_ADDRESS)
        case "unreachable":
            return Outcome(False, "there was no connection to its server, or it was cut off", service)
        case "too slow":
            return Outcome(False, "its server took too long to answer")
        case "refused":
            return Outcome(False, f"its server did not take it{f' (HTTP {status})' if status else ''}", service)
    return Outcome(False, "the process that sends it broke off")


def _asked(task: dict[str, str], check: Callable[[], None], longest: float) -> dict[str, object]:
    """What the process answers. The address goes by its standard input: who lists processes does not see it."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bot.notify.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    try:
        answer = _waited_for(process, json.dumps(task).encode(), check, time.monotonic() + longest)
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return {"result": "too slow"} if answer is None else _read(answer)


def _waited_for(
    process: "subprocess.Popen[bytes]", given: bytes, check: Callable[[], None], deadline: float
) -> bytes | None:
    """Its whole output; None where it takes longer than until the deadline, by the monotonic clock."""
    unsaid: bytes | None = given
    while time.monotonic() < deadline:
        check()
        try:
            return process.communicate(unsaid, timeout=LOOK)[0]
        except subprocess.TimeoutExpired:
            unsaid = None  # it is being written
    return None


def environment() -> dict[str, str]:
    """Ours without secrets, and with the place of this very package first: the folder we stand in is not asked."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    places = (str(Path(bot.__file__).parents[1]), kept.get("PYTHONPATH", ""))
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, places))}


def _read(answer: bytes) -> dict[str, object]:
    try:
        read = json.loads(answer[:LONGEST_ANSWER])
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
