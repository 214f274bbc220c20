"""How much memory the daemon keeps: it should fit the smallest hosts."""

import ctypes
from contextlib import suppress

M_ARENA_MAX, M_TRIM_THRESHOLD = -8, -1
"""mallopt(3): most pools that threads are given; how many free bytes at a pool's end go back to the system."""
KEPT = 128 * 1024


def keep_little() -> None:
    """Let all threads share one pool of memory that gives back what is free, where the C library is glibc: by itself it
    gives each thread a pool of its own, and keeps what a sweep has freed. Threads here wait for the network, not for
    memory."""
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_ARENA_MAX, 1)
        library.mallopt(M_TRIM_THRESHOLD, KEPT)
