"""How the daemon is told to end, and that it does: within LAST_RESORT, whatever hangs.

An interpreter that shuts down first waits for its threads, then takes everything apart that it holds: a second of work
for a hundred profiles, ten and more on a crowded machine. No thread of ours runs meanwhile, so nobody could cut it
short, and signals do again what they do to a program that says nothing of them. So the daemon leaves without it.
"""

import os
import signal
import socket
import threading
import time
from typing import NoReturn

GRACE = 3.0
"""Seconds that running sweeps get to end after SIGTERM; hosts kill after 10 to 30."""
LAST_RESORT = 4.5
"""Seconds after which the process ends in any case, whatever hangs."""


class Ending:
    """What the system asks of the daemon: `stop` once it is to end, `reload_asked` where it is to read its config."""

    def __init__(self) -> None:
        self.stop, self.reload_asked = threading.Event(), threading.Event()
        self._heard, self._told = socket.socketpair()

    def listen(self) -> None:
        """SIGTERM and SIGINT end the work, SIGHUP reads the config again, as saving it does.

        The interpreter writes each signal's number to `_told`, whichever thread the system interrupted for it. A
        handler would run in the main thread, but only once that wakes, which it may not when several come at once.
        """
        self._told.setblocking(False)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self._guard, name="guard", daemon=True).start()

    def _guard(self) -> None:
        """Pass on what is asked for; at the end stop every wait, and let nothing outlast LAST_RESORT."""
        while True:
            numbers = self._heard.recv(64)
            if signal.SIGTERM in numbers or signal.SIGINT in numbers:
                break
            if signal.SIGHUP in numbers:
                self.reload_asked.set()
        self.stop.set()
        time.sleep(LAST_RESORT)
        leave()


def leave(code: int = 0) -> NoReturn:
    """End the process at once: without waiting for threads, and without writing out what is buffered, which waits for
    whoever reads it. Every event was written when it happened; the system frees the lock of the store."""
    os._exit(code)
