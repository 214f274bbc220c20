"""Asking about many accounts so that one costs one: an account on which the server breaks, or a broken server."""

from collections.abc import Sequence
from datetime import timedelta

from bot.model import Account, Standing
from bot.platforms.base import Platform, Unreachable

IN_A_ROW = 3
"""So many accounts that cannot be reached one after the other are the server's doing: nobody further is asked for."""


class Row:
    """Counts the accounts in a row that could not be reached."""

    def __init__(self) -> None:
        self.missed = 0

    def reach(self) -> None:
        """One was reached: the server is there."""
        self.missed = 0

    def miss(self) -> bool:
        """One was not; whether it is the server by now."""
        self.missed += 1
        return self.missed >= IN_A_ROW


def standing_of(
    platform: Platform, accounts: Sequence[Account], *, deciding: bool, within: timedelta = timedelta(0)
) -> tuple[dict[str, Standing], dict[str, Unreachable]]:
    """How the owner stands to accounts, by account id, and the faults of those of which it could not be told.

    Asked in one batch, and where that cannot be answered in halves of it, down to the accounts that break it. What was
    told less than `within` ago may be told again (`Platform.standing`). Raises Unreachable where nobody can be told of
    and it cannot be one account's doing.
    """
    told: dict[str, Standing] = {}
    faults: dict[str, Unreachable] = {}
    batches = [list(accounts)] if accounts else []
    while batches:
        batch = batches.pop()
        try:
            told |= platform.standing(batch, deciding=deciding, within=within)
        except Unreachable as fault:
            if len(batch) > 1:
                batches += [batch[len(batch) // 2 :], batch[: len(batch) // 2]]
                continue
            faults[batch[0].id] = fault
            if not told and len(faults) >= IN_A_ROW:
                raise
    return told, faults
