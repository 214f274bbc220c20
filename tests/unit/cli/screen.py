"""A verb on a terminal of so many columns: what stands on the screen."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
COLOUR = re.compile("\x1b\\[[0-9;]*m")


def on_terminal(folder: Path, words: str, columns: int, env: Mapping[str, str] | None = None, until: str = "") -> str:
    """Everything that the verb showed there, colours included; it is interrupted once it has shown `until`."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    around = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm", **(env or {})}
    for name in ("COLUMNS", *(() if env and "NO_COLOR" in env else ("NO_COLOR",))):
        around.pop(name, None)
    asked = subprocess.Popen(
        [sys.executable, "-m", "bot", *words.split()],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=around,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            break
        shown += part
        if until and until.encode() in shown:
            asked.send_signal(signal.SIGINT)
            until = ""
    asked.wait(30)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def without_colour(shown: str) -> str:
    return COLOUR.sub("", shown)


if __name__ == "__main__":
    print(on_terminal(Path.cwd(), sys.argv[2], int(sys.argv[1])))
