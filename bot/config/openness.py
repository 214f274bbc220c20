"""Whether what the bot keeps can be read or changed by others on the machine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path


def open_to_others(*paths: Path) -> Iterator[str]:
    """A sentence, with its remedy, for each file or directory that others than its owner may read or change."""
    for path in paths:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        if os.name == "posix" and mode & 0o077:
            right, only = ("changed" if mode & 0o022 else "read"), "700" if path.is_dir() else "600"
            yield f"{path} can be {right} by others on this machine (mode {mode:o}): run `chmod {only} {path}`"
