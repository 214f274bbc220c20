"""The daemon's store, waited for: a server that is away, another quietfeed that is about to end, a disk that is full.

A host that deploys starts the new process while the old one still works, a machine that boots may start us before its
database, and one whose disk has filled up may have started us anew. None of it is a reason to die: hosts let what dies
at its start rest for longer and longer, or for good.
"""

import logging
from collections.abc import Callable

from bot.clock import Clock
from bot.logs import event
from bot.service import systemd
from bot.store import Store, StoreAway, StoreBusy, StoreFull

BETWEEN = 2.0
"""Seconds between two tries."""
OVERLAP = 300.0
"""Seconds within which another process has to end that holds the store: longer than any host lets an old one live
beside the new. Who still holds it then was started by mistake, or we were."""
A_TRY = 60.0
"""Seconds after which whoever started us may think that a try hangs."""


def awaited(make: Callable[[], Store], clock: Clock) -> Store:
    """The open store, which `make` opens, as soon as it can be had and has room; each reason to wait is told once.
    Raises StoreError where waiting does not help."""
    began, told = clock.steady(), ""
    while True:
        try:
            store = _with_room(make)
            break
        except (StoreAway, StoreBusy, StoreFull) as fault:
            if isinstance(fault, StoreBusy) and clock.steady() - began > OVERLAP:
                raise
            if str(fault) != told:
                told = str(fault)
                event("waiting for the store", logging.WARNING, why=told)
            systemd.still_starting(A_TRY, f"waiting for the store: {told}")
        clock.wait(BETWEEN)
    if told:
        event("store opened")
        systemd.notify("STATUS=")
    return store


def _with_room(make: Callable[[], Store]) -> Store:
    store = make()
    try:
        store.try_room()
    except BaseException:
        store.close()
        raise
    return store
