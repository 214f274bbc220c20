"""The daemon's store, waited for where a server keeps it: one that is away, and another quietfeed that is about to end.

A host that deploys starts the new process while the old one still works, and a machine that boots may start us before
its database. Neither is a reason to die: hosts let what dies at its start rest for longer and longer.
"""

import logging
from collections.abc import Callable

from bot.clock import Clock
from bot.logs import event
from bot.store import Store, StoreAway, StoreBusy

BETWEEN = 2.0
"""Seconds between two tries."""
OVERLAP = 300.0
"""Seconds within which another process has to end that holds the store: longer than any host lets an old one live
beside the new. Who still holds it then was started by mistake, or we were."""


def awaited(make: Callable[[], Store], clock: Clock) -> Store:
    """The open store, which `make` opens, as soon as it can be had; each reason to wait is told once. Raises StoreError
    where waiting does not help."""
    began, told = clock.steady(), ""
    while True:
        try:
            store = make()
            break
        except (StoreAway, StoreBusy) as fault:
            if isinstance(fault, StoreBusy) and clock.steady() - began > OVERLAP:
                raise
            if str(fault) != told:
                told = str(fault)
                event("waiting for the store", logging.WARNING, why=told)
        clock.wait(BETWEEN)
    if told:
        event("store opened")
    return store
