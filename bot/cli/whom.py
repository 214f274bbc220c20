"""Which account a handle on the command line means: the store is asked first, and the server only where it must be."""

from bot.cli import wiring
from bot.config import Profile
from bot.model import Account
from bot.service import whom
from bot.store import Store


def anywhere(typed: str, profile: Profile, store: Store) -> Account:
    """The account as the store knows it, else as the server does. Raises UserError, with who may have been meant."""

    def find(handle: str) -> Account:
        with wiring.connected(profile) as platform:
            return platform.find(handle)

    return whom.anywhere(typed, profile, store, find)
