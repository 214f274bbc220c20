"""How the owner of a login on the network in memory stands to accounts, told again for a while where that will do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import UserError
from bot.model import Account, Action, Asked, Standing, Unread
from bot.platforms.base import Follower, Unsupported
from bot.platforms.network import Network
from bot.platforms.questions import Questions, refused
from bot.platforms.remembered import Remembered

EVERYBODY = "everybody"
Titles = dict[str, tuple[str, ...]]


class Stands:
    """How the owner `me` (an id) stands to accounts. `ask` is called for each request, by what it is called."""

    def __init__(self, network: Network, me: str, ask: Callable[[str], None], page: int) -> None:
        self.network, self.me, self.ask, self.page = network, me, ask, page
        self._relations = Remembered[Standing](network.clock)
        self._titles = Remembered[Titles](network.clock)

    def to(self, accounts: Sequence[Account], within: timedelta) -> dict[str, Standing]:
        """One request per page of accounts, and one for the lists; none for what was told less than `within` ago."""
        known = self._relations.told((one.id for one in accounts), within)
        asked = [one.id for one in accounts if one.id not in known]
        for _ in range(0, len(asked), self.page):
            self.ask("relations")
        fresh = {one: self._relation(one) for one in asked}
        self._relations.keep(fresh)
        known |= fresh
        titles, unread = self._listed(within)
        return {one.id: replace(known[one.id], lists=titles.get(one.id, ()), unread=unread) for one in accounts}

    def _listed(self, within: timedelta) -> tuple[Titles, tuple[Unread, ...]]:
        if told := self._titles.told([EVERYBODY], within):
            return told[EVERYBODY], ()
        questions = Questions((Unsupported,), _refused)
        questions.ask([Asked.LISTS], lambda: self.ask("lists"))
        if unread := questions.unread():
            return {}, unread
        titles: Titles = {}
        for owned in self.network.lists[self.me]:
            titles |= {member: (*titles.get(member, ()), owned.title) for member in owned.members}
        self._titles.keep({EVERYBODY: titles})
        return titles, ()

    def _relation(self, other: str) -> Standing:
        net, pair = self.network, (self.me, other)
        muted = net.muted(*pair)
        return Standing(
            following=pair in net.follows,
            followed_by=(other, self.me) in net.follows,
            followed_since=net.follows.get(pair),
            blocked_by=(other, self.me) in net.blocks,
            muted=muted,
            muted_until=net.mutes[pair] if muted else None,
            reposts_hidden=pair in net.hidden,
            notifying=pair in net.notified,
        )

    def forget(self, action: Action) -> None:
        """Forget what an action changes, or its end."""
        self._relations.forget(action.account.id)
        self._titles.forget()


def _refused(asked: Asked, fault: UserError) -> Unread:
    return refused(asked, str(fault))


def follows(network: Network, me: str, ask: Callable[[str], None], page: int) -> Iterator[Account]:
    """Everybody whom `me` follows, the newest follow first; whoever is gone since stays among them."""
    whom = [two for one, two in reversed(network.follows) if one == me]
    for start in range(0, max(1, len(whom)), page):
        ask("follows")
        yield from (network.known(one) for one in whom[start : start + page])


def followers(network: Network, me: str, since: datetime) -> list[Follower]:
    """Who followed `me` after that, newest first; whoever is gone is not told of."""
    now = network.clock.now()
    met = [(at, one) for (one, two), at in network.follows.items() if two == me and since < at <= now]
    return [Follower(network.known(one), at) for at, one in sorted(met, reverse=True) if one not in network.gone]
