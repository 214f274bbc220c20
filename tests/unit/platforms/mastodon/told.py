"""A server of the Mastodon API that answers from memory, by path: what it says, and what was asked of it."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.mastodon.connection import Answer, Refused


class Told:
    """Stands in for a `Connection`. An answer is the decoded JSON, an `Answer`, or an error, which is raised; of
    several in a list of them (`Several`) each comes once, the last for ever."""

    base, host, clock_offset = "https://home.test", "home.test", 1.5

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        self.asked.append((path, params or {}))
        answer = self.answers.get(path, Refused("home.test said 404", 404))
        if isinstance(answer, Several):
            answer = answer.next()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Answer) else Answer(200, answer)


class Several:
    """One answer after the other."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def next(self) -> Any:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
