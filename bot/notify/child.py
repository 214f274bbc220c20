"""The short-lived process that apprise runs in, so that the daemon neither grows by it nor hangs with it.

What to do comes as one JSON object on standard input: `url`, and a message's `title` and `body`, or neither to only
look whether the address is one. What came of it goes as one JSON object to standard output: a `result` of this file's
own words, with the `service` and the HTTP `status` where they are known, and `why` there was no connection. Nothing
that apprise says is passed on, since it may hold the address.
"""

import json
import logging
import os
import re
import sys
from contextlib import suppress
from typing import Any

from bot.notify.sending import Outcome, unanswered

STATUS = re.compile(r"\berror=(\d{3})\b")
"""How apprise logs the HTTP status of a refusal."""
MOST_MEMORY = 192_000_000
"""Bytes, four times what a message takes: apprise reads an answer whole, however long it is or becomes unpacked."""


class Heard(logging.Handler):
    """Listens to apprise for two facts: the HTTP status of a refusal, and that there was no connection."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: int | None = None
        self.unanswered: Outcome | None = None
        """Why there was no connection."""
        self.seconds = 0.0
        """How long an answer is waited for."""

    def emit(self, record: logging.LogRecord) -> None:
        """Take the facts from one line."""
        line = record.getMessage()
        found = STATUS.search(line)
        self.status = int(found[1]) if found else self.status
        if "connection error" in line.casefold():
            self.unanswered = unanswered(sys.exc_info()[1], self.seconds)  # it is logged where it was caught


def main() -> int:
    """Do what standard input says, and answer."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answer:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):  # whatever a library prints is nobody's business
            os.dup2(nowhere, stream)
        _hold_back()
        json.dump(answered(json.load(sys.stdin)), answer)
    return 0


def _hold_back() -> None:
    """Let this process take so much memory and no more, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


def answered(asked: dict[str, str]) -> dict[str, Any]:
    """What came of it: `missing` (no apprise), `no address`, `sound` (only looked at), `sent`, `refused`, or
    `unreachable`."""
    try:
        import apprise
    except ImportError:
        return {"result": "missing"}
    heard = _listening()
    # A redirect would take the message to a server that the owner did not name, and with it what the address holds.
    asset = apprise.AppriseAsset(app_id="quietfeed", app_desc="quietfeed", storage_mode="memory", http_redirects=False)
    service = apprise.Apprise.instantiate(asked["url"], asset=asset)
    if service is None:
        return {"result": "no address"}
    named = {"service": str(service.service_name)}
    if "body" not in asked:
        return {"result": "sound", **named}
    service.redirects = False
    heard.seconds = float(service.socket_read_timeout)
    if service.overflow_mode is apprise.OverflowMode.UPSTREAM:
        service.overflow_mode = apprise.OverflowMode.SPLIT  # a service that takes less would refuse it
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    text = apprise.NotifyFormat.TEXT
    if sender.notify(body=asked["body"], title=asked["title"], body_format=text):
        return {"result": "sent", **named}
    if (broken := heard.unanswered) is None:
        return {"result": "refused", "status": heard.status, **named}
    return {"result": "unreachable", "why": broken.why, "wrong_address": broken.wrong_address, **named}


def _listening() -> Heard:
    heard, logger = Heard(), logging.getLogger("apprise")
    logger.propagate = False
    logger.addHandler(heard)
    return heard


if __name__ == "__main__":
    sys.exit(main())
