"""The short-lived process that apprise runs in, so that the daemon neither grows by it nor hangs with it.

What to do comes as one JSON object on standard input: `url`, and a message's `title` and `body`, or neither to only
look whether the address is one. What came of it goes as one JSON object to standard output: a `result` of this file's
own words, with the `service` and the HTTP `status` where they are known. Nothing that apprise says is passed on, since
it may hold the address.
"""

import json
import logging
import os
import re
import sys
from typing import Any

STATUS = re.compile(r"\berror=(\d{3})\b")
"""How apprise logs the HTTP status of a refusal."""


class Heard(logging.Handler):
    """Listens to apprise for two facts: the HTTP status of a refusal, and that there was no connection."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: int | None = None
        self.unreachable = False

    def emit(self, record: logging.LogRecord) -> None:
        """Take the facts from one line."""
        line = record.getMessage()
        found = STATUS.search(line)
        self.status = int(found[1]) if found else self.status
        self.unreachable = self.unreachable or "connection error" in line.casefold()


def main() -> int:
    """Do what standard input says, and answer."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answer:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):  # whatever a library prints is nobody's business
            os.dup2(nowhere, stream)
        json.dump(answered(json.load(sys.stdin)), answer)
    return 0


def answered(asked: dict[str, str]) -> dict[str, Any]:
    """What came of it: `missing` (no apprise), `no address`, `sound` (only looked at), `sent`, `refused`, or
    `unreachable`."""
    try:
        import apprise
    except ImportError:
        return {"result": "missing"}
    heard = _listening()
    asset = apprise.AppriseAsset(app_id="quietfeed", app_desc="quietfeed", storage_mode="memory")
    service = apprise.Apprise.instantiate(asked["url"], asset=asset)
    if service is None:
        return {"result": "no address"}
    named = {"service": str(service.service_name)}
    if "body" not in asked:
        return {"result": "sound", **named}
    if service.overflow_mode is apprise.OverflowMode.UPSTREAM:
        service.overflow_mode = apprise.OverflowMode.SPLIT  # a service that takes less would refuse it
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    text = apprise.NotifyFormat.TEXT
    if sender.notify(body=asked["body"], title=asked["title"], body_format=text):
        return {"result": "sent", **named}
    return {"result": "unreachable" if heard.unreachable else "refused", "status": heard.status, **named}


def _listening() -> Heard:
    heard, logger = Heard(), logging.getLogger("apprise")
    logger.propagate = False
    logger.addHandler(heard)
    return heard


if __name__ == "__main__":
    sys.exit(main())
