"""A server of the Mastodon API that answers from memory, by path: what it says, and what was asked of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.clock import SimulatedClock
from bot.platforms.mastodon.connection import Answer, Refused

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
"""By the clock of the connection."""


class Told:
    """Stands in for a `Connection`. An answer is the decoded JSON, an `Answer`, an error, which is raised, or `Several`
    of them. What is read is answered by its path, what is written by its method and path: `POST /api/v1/lists`."""

    base, host, clock_offset = "https://home.test", "home.test", 1.5

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.written: list[tuple[str, Mapping[str, Any]]] = []
        self.clock = SimulatedClock(NOW)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        self.asked.append((path, params or {}))
        return self._answer(path)

    def write(self, method: str, path: str, params: Mapping[str, Any] | None = None, **_: Any) -> Answer:
        self.written.append((f"{method} {path}", params or {}))
        return self._answer(f"{method} {path}")

    def _answer(self, what: str) -> Answer:
        answer = self.answers.get(what, Refused("home.test said 404", 404))
        if isinstance(answer, Several):
            answer = answer.next()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Answer) else Answer(200, answer)


class Several:
    """One answer after the other, the last for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def next(self) -> Any:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
