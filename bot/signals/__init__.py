"""What can be measured: one function a signal, in the file of its family."""

from bot.signals.base import UNITS, Signal

ALL: tuple[Signal, ...] = ()
"""Every signal, in the order of the documentation."""

BY_NAME: dict[str, Signal] = {s.name: s for s in ALL}

__all__ = ["ALL", "BY_NAME", "UNITS", "Signal"]
