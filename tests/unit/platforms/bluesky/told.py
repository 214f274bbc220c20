"""An AT Protocol server that answers from memory: what each query says, and what was asked of it."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.bluesky_stub import OWNER

Answer = Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]


class Told:
    """An `Xrpc`. An answer is an object, or what makes one of the parameters; raised where it is an error."""

    did = OWNER

    def __init__(self, answers: Mapping[str, Answer | Exception]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.posted: list[tuple[str, Mapping[str, Any]]] = []

    def get(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        self.asked.append((method, {name: value for name, value in parameters.items() if value is not None}))
        return self._answer(method, parameters)

    def post(self, method: str, body: Mapping[str, Any], repeatable: bool = True) -> Mapping[str, Any]:
        self.posted.append((method, body))
        return self._answer(method, dict(body))

    def _answer(self, method: str, given: dict[str, Any]) -> Mapping[str, Any]:
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        return answer(given) if callable(answer) else answer


def pages(field: str, *each: list[Any], endless: bool = False) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
    """A list page by page, each but the last naming the next; `endless` goes on with empty ones."""

    def answer(given: dict[str, Any]) -> Mapping[str, Any]:
        number = int(given.get("cursor") or 0)
        items = each[number] if number < len(each) else []
        return {field: items} | ({"cursor": str(number + 1)} if endless or number + 1 < len(each) else {})

    return answer
