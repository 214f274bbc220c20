"""What systemd is told, where it started us with Type=notify: readiness, reloads, the watchdog, the end."""

import os
import socket
import time
from collections.abc import Mapping


def notify(state: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send `state` (`READY=1`, `WATCHDOG=1`, …) to systemd; False where nobody listens. Source: sd_notify(3)."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    target = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.sendto(state.encode(), target)
    except OSError:
        return False
    return True


def watchdog_interval(environ: Mapping[str, str] = os.environ) -> float | None:
    """Seconds between two signs of life: half of what systemd allows; None where it does not watch."""
    allowed, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not allowed.isdecimal() or (pid and pid != str(os.getpid())):
        return None
    return int(allowed) / 2_000_000


def still_starting(seconds: float, status: str) -> None:
    """Say that the start takes so many seconds longer, or until the next such word, and why."""
    notify(f"EXTEND_TIMEOUT_USEC={seconds * 1_000_000:.0f}\nSTATUS={status}")


def reloading() -> None:
    """Say that a reload began; systemd wants to know when, by the monotonic clock in microseconds."""
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
