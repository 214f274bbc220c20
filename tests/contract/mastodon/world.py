"""One owner on a stub server, and the adapter of their login."""

from datetime import UTC, datetime, timedelta

from bot.clock import SimulatedClock
from bot.model import Account
from bot.platforms.base import Page
from bot.platforms.mastodon import Mastodon
from tests.servers.mastodon_stub import Stub

HOUR = timedelta(hours=1)


class World:
    """A stub server, its network with one followed account, and the owner's adapter."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.network = stub, stub.network
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.clock = SimulatedClock(self.now)
        self.platform = Mastodon(stub.url, stub.network.token, self.clock, share=1.0)
        self.anna = self.network.account("anna@example.org")
        self.network.follow(self.anna)

    def account(self, account_id: str) -> Account:
        return Account(account_id, self.network.accounts[account_id]["acct"])

    def posts(self, count: int, start: int = 0) -> list[str]:
        """So many posts by the followed account, oldest first; their ids."""
        begin = self.now - timedelta(days=2)
        return [
            self.network.post(self.anna, f"<p>{n}</p>", begin + timedelta(minutes=n)).id
            for n in range(start, start + count)
        ]

    def cursor(self) -> str:
        return next(page.cursor for page in reversed(list(self.platform.timeline(None))) if page.cursor)


def ids(pages: list[Page]) -> list[str]:
    return [post.id for page in pages for post in page.posts]
