"""What somebody answers at a terminal, by one key where the terminal gives keys, else by a line."""

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any

from bot.errors import Stopped

ESCAPE = b"\x1b"
END = b"\x04"
"""Ctrl-D."""
ARROWS = {b"\x1b[D": "back", b"\x1bOD": "back", b"\x1b[C": "skip", b"\x1bOC": "skip", b"\x7f": "back", b"\x08": "back"}
"""Keys without a letter that have an obvious meaning here."""
MOST_BYTES = 16
SIGNALS = 64
"""Signals that are taken note of at once."""
BELONGS_TOGETHER = 0.05
"""Seconds within which the bytes of one key arrive, over a slow line too."""


class Lines:
    """Answers by lines: a pipe, a file, or a terminal that gives no single keys."""

    def read(self) -> str | None:
        """The next line without its end; None where there is no more."""
        line = sys.stdin.readline()
        return line.strip() if line else None


class Keys:
    """Answers by single keys of the terminal behind a file descriptor, which gives them (see `answers`). Where a
    second one is named that becomes readable with each signal, a signal is heeded however near to the reading it
    comes: one that comes just before a bare read began would wait for the next key."""

    def __init__(self, descriptor: int, signalled: int | None = None) -> None:
        self.descriptor = descriptor
        self.signalled = signalled

    def read(self) -> str | None:
        """The next key: a letter, a word of ARROWS, or what cannot be read as either; None at the end, be it Ctrl-D."""
        key = self._byte()
        if key in (b"", END):
            return None
        while not _is_whole(key) and select.select([self.descriptor], [], [], BELONGS_TOGETHER)[0]:
            more = self._byte()
            if not more:
                break
            key += more
        return ARROWS.get(key) or key.decode("utf-8", "replace").strip()

    def _byte(self) -> bytes:
        """The next byte; none where the line was cut."""
        try:
            self._await()
            return os.read(self.descriptor, 1)
        except OSError:
            return b""

    def _await(self) -> None:
        """Return once there is something to read; Python runs the handlers of signals on the way."""
        if self.signalled is None:
            return
        while self.descriptor not in (ready := select.select([self.descriptor, self.signalled], [], [])[0]):
            if self.signalled in ready:
                os.read(self.signalled, SIGNALS)


def _is_whole(key: bytes) -> bool:
    """Whether these bytes are all that a key sends: a letter in UTF-8, or an escape sequence up to its last byte."""
    if len(key) >= MOST_BYTES:
        return True
    if key.startswith(ESCAPE):
        sequence = key[1:]
        return bool(sequence) and (sequence[:1] not in b"[O" or (len(sequence) > 1 and 0x40 <= sequence[-1] <= 0x7E))
    return len(key) >= (1 if key[0] < 0xC0 else 2 if key[0] < 0xE0 else 3 if key[0] < 0xF0 else 4)


@contextmanager
def answers() -> Iterator[Keys | Lines]:
    """How answers are read: by keys where both ends are a terminal that can, which is afterwards as it was before,
    however that ends: Ctrl-C, SIGTERM or a fault."""
    mode = _mode() if sys.stdin.isatty() and sys.stdout.isatty() else None
    if mode is None:
        yield Lines()
        return
    descriptor = sys.stdin.fileno()
    take, give_back = partial(_single_keys, descriptor), partial(_give_back, descriptor, mode)
    with _signals_heeded(take, give_back) as signalled:
        try:
            take()
            yield Keys(descriptor, signalled)
        finally:
            give_back()


def _mode() -> list[Any] | None:
    """How the terminal on standard input is set; None where that cannot be told, as on Windows."""
    try:
        import termios
    except ImportError:
        return None
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except termios.error:
        return None


def _give_back(descriptor: int, mode: list[Any]) -> None:
    """Set the terminal as it was; it may be gone."""
    import termios

    with suppress(termios.error):
        termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)


def _single_keys(descriptor: int) -> None:
    """Have the terminal give each key at once and show none; Ctrl-C goes on interrupting."""
    import termios
    import tty

    with suppress(termios.error):
        tty.setcbreak(descriptor, termios.TCSADRAIN)


@contextmanager
def _signals_heeded(take: Callable[[], None], give_back: Callable[[], None]) -> Iterator[int]:
    """While this lasts, SIGTERM ends the program by way of what is to be put in order first; Ctrl-Z gives the terminal
    back to the shell, and `fg` takes it again. Gives a descriptor that becomes readable with each signal."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Stopped

    def pause(_signal: int, _frame: FrameType | None) -> None:
        give_back()
        os.kill(os.getpid(), signal.SIGSTOP)

    def go_on(_signal: int, _frame: FrameType | None) -> None:
        take()

    handlers = {signal.SIGTERM: stop, signal.SIGTSTP: pause, signal.SIGCONT: go_on}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    signalled, tell = os.pipe()
    os.set_blocking(tell, False)
    told = signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    try:
        yield signalled
    finally:
        signal.set_wakeup_fd(told)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(signalled)
        os.close(tell)
