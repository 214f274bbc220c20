"""One message to one address that apprise knows, by a process of its own that is bounded in time."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import bot
from bot.notify.letters import Message
from bot.platforms.broken import what_broke

INSTALL = "pip install 'quietfeed[notify]'"
LONGEST = 60.0
"""Seconds that a message may take; a mail server that greets slowly takes twenty."""
LOOK = 0.25
"""Seconds between two looks whether the work is to stop."""
LONGEST_ANSWER = 4096
"""Bytes of an answer that are read: it is a line of our own words."""
OURS = ("QUIETFEED_", "DATABASE_URL")
"""Beginnings of variables that the process does without: every secret but the one that it is given."""
UNKNOWN_THERE = (401, 403, 404, 410)
"""What a server answers where it does not know the address, or what is kept in it: a token that was revoked."""
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
    wrong_address: bool = False
    """Whether the owner should look whether it is still the right one: trying again does not help."""

    def with_step(self, anew: str) -> "Outcome":
        """Told with how the owner gives it another address, where that is the next step."""
        return replace(self, why=f"{self.why}; for another address, {anew}") if self.wrong_address else self


def unanswered(fault: BaseException | None, longest: float) -> Outcome:
    """Why nothing came back within so many seconds, in words that hold nothing of the address."""
    broken = what_broke(fault, longest)
    step = "" if broken.wrong_address else broken.remedy  # it speaks of the config, where no secret stands
    return Outcome(False, "; ".join(filter(None, (broken.words, step))), wrong_address=broken.wrong_address)


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
            return Outcome(False, NOT_AN_ADDRESS, wrong_address=True)
        case "unreachable":
            why = str(answer.get("why") or "no connection")
            return Outcome(False, f"its server: {why}", service, wrong_address=answer.get("wrong_address") is True)
        case "too slow":
            return Outcome(False, "its server took too long to answer")
        case "refused" if isinstance(status, int) and 300 <= status < 400:
            return Outcome(False, "its server redirects elsewhere, where nothing was sent", service, wrong_address=True)
        case "refused":
            named = f" (HTTP {status})" if status else ""
            return Outcome(False, f"its server did not take it{named}", service, wrong_address=status in UNKNOWN_THERE)
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
