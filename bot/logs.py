"""Structured logs: one line an event, as `time level event key=value …`, with secrets and control characters out."""

import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO

LOGGER = logging.getLogger("quietfeed")
HIDDEN = "•••"


def event(name: str, level: int = logging.INFO, /, **facts: object) -> None:
    """Log that something happened, with its facts; those that are None or empty are left out."""
    shown = {key: value for key, value in facts.items() if value not in (None, "", ())}
    LOGGER.log(level, name, extra={"facts": shown})


class Line(logging.Formatter):
    """Formats a record as one line; `secrets` are never shown, whatever brought them there."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.secrets = tuple(s for s in secrets if s)

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        facts = {**getattr(record, "facts", {})}
        if record.exc_info and record.exc_info[1] is not None:
            facts["fault"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        words = [time, record.levelname.lower(), record.getMessage(), *(f"{k}={_quoted(v)}" for k, v in facts.items())]
        line = " ".join(words)
        for secret in self.secrets:
            line = line.replace(secret, HIDDEN)
        return "".join(c if c.isprintable() else " " for c in line)


def _quoted(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return '"' + text.replace('"', "'") + '"' if " " in text or "=" in text or not text.isprintable() else text


def setup(verbose: bool, secrets: Iterable[str] = (), stream: IO[str] | None = None) -> None:
    """Send events to `stream` (standard error); `verbose` adds debug events and the libraries' own."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Line(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    LOGGER.setLevel(logging.DEBUG if verbose else logging.INFO)
