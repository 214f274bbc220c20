"""Structured logs: one line an event, as `time level event key=value …`, with secrets and control characters out."""

import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import IO

from bot import secrecy

LOGGER = logging.getLogger("quietfeed")
NEXT = "next"
"""The fact that only somebody at a terminal is told: when it goes on, by the clock here."""
FRAMES = 3
"""Innermost places of a traceback that a line names."""


def event(name: str, level: int = logging.INFO, /, *, exc_info: BaseException | None = None, **facts: object) -> None:
    """Log that something happened, with its facts; those that are None or empty are left out."""
    shown = {key: value for key, value in facts.items() if value not in (None, "", ())}
    LOGGER.log(level, name, exc_info=exc_info, extra={"facts": shown})


class Line(logging.Formatter):
    """Formats a record as one line, without a secret, whatever brought it there."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        facts = {key: value for key, value in getattr(record, "facts", {}).items() if key != NEXT}
        if record.exc_info and record.exc_info[1] is not None:
            facts["fault"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
            facts["at"] = _places(record.exc_info[2])
        words = [time, record.levelname.lower(), record.getMessage(), *(f"{k}={_quoted(v)}" for k, v in facts.items())]
        return self.harmless(" ".join(words))

    def harmless(self, line: str) -> str:
        """The line without secrets and control characters."""
        return "".join(c if c.isprintable() else " " for c in secrecy.without(line))


class Spoken(Line):
    """Formats a record as a line for somebody who sits there: when, whose, and what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        facts = {**getattr(record, "facts", {})}
        name, whose, upcoming = record.getMessage(), facts.pop("profile", ""), facts.pop(NEXT, "")
        if name == "swept":
            counts = [_many(facts.get("new", 0), "new post"), f"judged {_many(facts.get('judged', 0), 'account')}"]
            counts += [_many(facts["gaps"], "gap")] if facts.get("gaps") else []
            words = f"read {', '.join(counts)}"
        elif "fault" in facts:
            again = f"; tried again at {_clock(facts['again'])}" if facts.get("again") else ""
            words = f"{name}: {facts['fault']}{again}"
        else:
            told = {
                key: ("yes" if value else "no") if isinstance(value, bool) else value for key, value in facts.items()
            }
            words = name + "".join(f", {key.replace('_', ' ')} {value}" for key, value in told.items())
        if record.exc_info and record.exc_info[1] is not None:
            words += f": {type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M")
        who = f"{whose}: " if whose else ""
        return self.harmless(f"{time}  {who}{words}" + (f"; next at {upcoming}" if upcoming else ""))


def _plain(value: object) -> object:
    """A fact as people say it."""
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _many(count: object, one: str) -> str:
    """`1 gap`, `2 gaps`."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _clock(told: object) -> str:
    """A time of a fact, `2026-11-30T04:12Z`, as the clock here shows it."""
    try:
        return datetime.fromisoformat(str(told)).astimezone().strftime("%H:%M")
    except ValueError:
        return str(told)


def _places(trace: TracebackType | None) -> str:
    """Where a fault came from, innermost first: a line of the log has no room for a whole traceback."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))


def _quoted(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return '"' + text.replace('"', "'") + '"' if " " in text or "=" in text or not text.isprintable() else text


class Journal(Line):
    """Formats a record as a line for systemd's journal, which takes its priority from the beginning (sd-daemon(3))."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        known = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4}
        return f"<{known.get(record.levelno, 3)}>{super().format(record)}"


def setup(level: str = "info", stream: IO[str] | None = None) -> None:
    """Send events of that level (`debug`, `info`, `warning`, `error`) and above to `stream` (standard error): in words
    where that is a terminal, except where each request is told; with their priority where systemd reads it."""
    handler = logging.StreamHandler(stream or sys.stderr)
    spoken = handler.stream.isatty() and level != "debug"
    handler.setFormatter(Spoken() if spoken else Journal() if _is_journal(handler.stream) else Line())
    logging.getLogger().handlers[:] = [handler]
    turn(level)


def turn(level: str) -> None:
    """Tell events of that level and above from now on; of the libraries only what goes wrong, for they tell addresses
    and more."""
    number = logging.getLevelNamesMapping()[level.upper()]
    LOGGER.setLevel(number)
    logging.getLogger().setLevel(max(number, logging.WARNING))


def _is_journal(stream: IO[str]) -> bool:
    """Whether systemd reads it (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file of the system's
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"
