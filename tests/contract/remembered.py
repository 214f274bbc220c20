"""How the owner stands to accounts together with what they did, as a sweep would know it after one look or several."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import SimulatedClock
from bot.judging.trust import Trust
from bot.model import Account, Standing
from bot.platforms.base import Platform
from bot.service.dealings import PAGES, Dealings, Kept
from bot.store import open_store

QUARTER = timedelta(days=90)


def stands(
    platform: Platform,
    accounts: Sequence[Account],
    now: datetime,
    within: timedelta = QUARTER,
    looks: int = 1,
    pages: int = PAGES,
) -> dict[str, Standing]:
    """The standing of each account, by account id, after so many looks of so many pages a trail."""
    with TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.sqlite"))
        try:
            for _ in range(looks):
                dealings = Dealings(platform, Kept("home", store), Trust(within=within), SimulatedClock(now), pages)
                dealings.look()
            return dealings.joined(platform.standing(accounts, deciding=True))
        finally:
            store.close()
