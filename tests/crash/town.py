"""A small town on the stub server that lives through some days: droppers of every kind, and an owner who has hands."""

import pickle
from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.servers.mastodon_network import Network, Status, link

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MUTED = ("drop", "push", "veto", "anew")
LISTED = ("snap", "shot")
HIDDEN = ("boost", "echo")
BETTER = ("push", "shot", "echo")
"""One of each sort, who have changed when their time is up."""
OWNERS = "owned"
"""Muted by the owner before the bot came."""


class Numbers(Iterator[int]):
    """1, 2, 3, … that can be copied with the town."""

    def __init__(self) -> None:
        self.last = 0

    def __next__(self) -> int:
        self.last += 1
        return self.last


class Town(Network):
    """The network, at a time that stands still until somebody moves it. Where it does not know `durations`, no mute
    ends by itself. The droppers live on the owner's server, so that nobody elsewhere has to be asked for them."""

    def __init__(self, start: datetime, durations: bool) -> None:
        self.at = start
        super().__init__()
        self._numbers = Numbers()  # type: ignore[assignment]
        self._numbers.last = 100
        self.durations = durations
        self.missing = set() if durations else {"duration", "relationship_expiry"}
        self.idempotency = False  # as where the key is ignored, or an hour has passed
        self.accounts[self.owner]["following_count"] = 100
        # they live on the owner's own server, which has all that they post: of others it may lack replies
        self.named = {name: self.account(name) for name in (*MUTED, *LISTED, *HIDDEN, OWNERS)}
        self.named["ines"] = self.account("ines")
        self.owners_mutes = {self.named[OWNERS]}
        for account_id in self.named.values():
            self.follow(account_id)
        self.mutes[self.named[OWNERS]] = (True, None)
        for hours in range(12 * 24, 0, -24):
            self.write_all(start - hours * HOUR)

    def now(self) -> datetime:
        return self.at

    def write_all(self, at: datetime) -> None:
        """What everybody publishes in a day."""
        said = self.post(self.named["ines"], f"<p>Thinking of {at:%d %H} small things.</p>", at)
        for name in (*MUTED, *LISTED, *HIDDEN, OWNERS):
            self._write(name, said, at + 10 * timedelta(minutes=1))

    def _write(self, name: str, said: Status, at: datetime) -> None:
        author = self.named[name]
        if name in LISTED:
            self.post(author, f"<p>Look {at:%d %H}</p>", at, media_attachments=[{"id": "1"}])
        elif name in HIDDEN:
            self.post(author, at=at, boost_of=said)
        else:
            self.post(author, f"<p>Offer {at:%d %H} {link(f'https://{name}.example/{at:%d%H}')}</p>", at)

    def improve(self) -> None:
        """Some take back what they wrote, and talk instead."""
        for name in BETTER:
            for status in self.statuses:
                status.deleted = status.deleted or status.author == self.named[name]
            for hours in range(12 * 24, 0, -24):
                self.post(self.named[name], f"<p>I liked the talk on day {hours}.</p>", self.at - hours * HOUR)

    def letters(self) -> list[Status]:
        """The direct posts that reached the owner."""
        return [s for s in self.statuses if s.author == self.owner and s.visibility == "direct" and not s.deleted]

    def muted(self) -> dict[str, datetime | None]:
        """Ids of the muted and until when, apart from the owner's own mutes."""
        return {i: self.mutes[i][1] for i in list(self.mutes) if self.muting(i) and i not in self.owners_mutes}

    def listed(self) -> list[str]:
        """Ids of the members of every list, each as often as it stands there."""
        return [member for own in self.lists.values() for member in own.members]

    def hidden(self) -> set[str]:
        """Ids whose reposts are hidden."""
        return {i for i, follow in self.follows.items() if not follow.reblogs}

    def packed(self) -> bytes:
        return pickle.dumps(self)
