"""How much memory a benchmark came to need."""

import resource


def megabytes() -> float:
    """The most that was ever resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
