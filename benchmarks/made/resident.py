"""How much memory a benchmark came to need."""

import resource
from pathlib import Path


def megabytes() -> float:
    """The most that was ever resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak() -> float:
    """The most that was ever resident in this process alone: getrusage counts what its parent had when it began."""
    for line in Path("/proc/self/status").read_text().splitlines() if Path("/proc/self/status").exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return megabytes()
