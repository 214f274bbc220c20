"""What a worker did lately, for the line of health in its log."""

import resource
import threading
from datetime import datetime
from typing import Any


class Counts:
    """Threads may share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = self._again = 0
        self._late = 0.0

    def begin(self, due: datetime | None, now: datetime) -> None:
        """A sweep began that was due at that time."""
        with self._lock:
            self._begun += 1
            self._late = max(self._late, (now - due).total_seconds() if due else 0.0)

    def again(self) -> None:
        """One is to be taken up again."""
        with self._lock:
            self._again += 1

    def told(self, *, afresh: bool = False) -> dict[str, Any]:
        """Sweeps begun, how many of them failed or were cut off, the longest that one came late, and the most memory
        that the process ever had; `afresh` begins to count anew."""
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        with self._lock:
            facts = {"sweeps": self._begun, "to_be_done_again": self._again, "late": f"{self._late:.0f}s"}
            if afresh:
                self._begun = self._again = 0
                self._late = 0.0
        return {**facts, "memory": f"{most}MB"}
