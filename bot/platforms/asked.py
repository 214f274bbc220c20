"""Each request as a line of the log, for whoever wants that much: method, host, path, status and time.

Nothing else of it is told: what follows the `?`, headers and bodies may hold secrets, and what people wrote.
"""

import time
from collections.abc import Callable
from functools import wraps
from logging import DEBUG
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from bot.logs import LOGGER, event

Send = TypeVar("Send", bound=Callable[..., Any])
LONGEST = 120
"""Letters of a path."""


def logged(what: Callable[..., tuple[str, str]], status: Callable[[Any], int]) -> Callable[[Send], Send]:
    """Decorates what sends a request: `what` tells method and address from its arguments, `status` from its answer."""

    def around(send: Send) -> Send:
        @wraps(send)
        def sending(*given: Any, **named: Any) -> Any:
            if not LOGGER.isEnabledFor(DEBUG):
                return send(*given, **named)
            method, address = what(*given, **named)
            begun = time.monotonic()
            try:
                answer = send(*given, **named)
            except Exception as fault:
                _tell(method, address, begun, failed=type(fault).__name__)
                raise
            _tell(method, address, begun, status=status(answer))
            return answer

        return cast("Send", sending)

    return around


def _tell(method: str, address: str, begun: float, *, status: int | None = None, failed: str = "") -> None:
    parts = urlsplit(address)
    path = parts.path if len(parts.path) <= LONGEST else parts.path[: LONGEST - 1] + "…"
    took = f"{time.monotonic() - begun:.2f}s"
    event("asked", DEBUG, method=method, host=parts.hostname, path=path, status=status, failed=failed, took=took)
