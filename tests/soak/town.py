"""A town that lives through a year on the network in memory: who posts what, and what its owner does by hand."""

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from bot.clock import Clock
from bot.model import EPOCH, Account, Post, Step
from bot.platforms.base import Enough, Feed, Gap, LoginNeeded, Page, Unreachable, never
from bot.platforms.memory import Memory, Network

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROBIN = "robin@quiet.example"
REMEMBERED = timedelta(days=12)
"""Posts older than this leave the network, so that only the bot's own memory can grow."""
DROPS = tuple(f"drop{n}@market.test" for n in range(7))
SNAPS = tuple(f"snap{n}@photo.test" for n in range(3))
ECHOES = tuple(f"echo{n}@social.test" for n in range(3))
LOUD = ("loud@town.test",)
FRIENDS = tuple(f"friend{n}@town.test" for n in range(16))
OWNED, BARRED = "owned@market.test", "barred@market.test"
"""Muted by Robin before the bot came; and one whose feed the server cannot show for days."""
MUTUAL, LIKED, ANSWERED = "mutual@market.test", "liked@market.test", "answered@market.test"
KEPT, LISTED, NOTIFYING = "kept@market.test", "listed@market.test", "notifying@market.test"
PROTECTED = (MUTUAL, LIKED, ANSWERED, KEPT, LISTED, NOTIFYING)
"""As noisy as the droppers, and wanted: nothing may ever be done to them."""
NOISY = (*DROPS, *SNAPS, *ECHOES)
POSTS_A_DAY = {"friend": 9, "loud": 32, "snap": 6, "echo": 9}
DROPPED_A_DAY = 8


class Town(Network):
    """The network and its people. Where it knows no `durations`, no mute ends by itself."""

    def __init__(self, clock: Clock, dice: Random, durations: bool) -> None:
        super().__init__(clock)
        self.dice, self.durations = dice, durations
        self.by_hand = False
        self.gap: tuple[Gap, str] | None = None
        """The newest gap that a page told of, with the page's cursor."""
        self.touched: list[tuple[datetime, str, str]] = []
        """What was done to whom, other than by hand."""
        self.owners_mutes: dict[str, datetime | None] = {}
        self.better: dict[str, datetime] = {}
        """Who talks instead of dropping links, and until when."""
        self.barred: set[str] = set()
        """Ids of those whose posts the server cannot show."""
        self.password_changed = self.logged_in = EPOCH
        """Logins older than the one are dead; from the other on there is a new one."""
        self.everybody = [*NOISY, *LOUD, *FRIENDS, OWNED, BARRED, *PROTECTED]
        self.newcomers = 0
        self.written = clock.now() - 9 * DAY
        for handle in (ROBIN, *self.everybody):
            self.join(handle)
        for handle in self.everybody:
            self.follow(ROBIN, handle, clock.now() - 30 * DAY)
        self.follow(MUTUAL, ROBIN, clock.now() - 30 * DAY)
        with self.hands():
            self.mute(ROBIN, OWNED)
            self.add_to_list(ROBIN, "Friends", LISTED)
        self.owners_mutes[OWNED] = None
        self.notify(ROBIN, NOTIFYING)

    # What is done to people, and by whom

    @contextmanager
    def hands(self) -> Iterator[None]:
        """All that is done meanwhile, Robin does."""
        self.by_hand = True
        yield
        self.by_hand = False

    def mute(self, who: str, whom: str, until: datetime | None = None) -> None:
        self._touch("mute", whom)
        super().mute(who, whom, until if self.durations or self.by_hand else None)

    def add_to_list(self, who: str, title: str, whom: str, exclusive: bool = False) -> None:
        self._touch("list", whom)
        super().add_to_list(who, title, whom, exclusive)

    def hide_reposts(self, who: str, whom: str, hidden: bool = True) -> None:
        self._touch("hide_reposts" if hidden else "show_reposts", whom)
        super().hide_reposts(who, whom, hidden)

    def _touch(self, what: str, whom: str) -> None:
        if not self.by_hand:
            self.touched.append((self.clock.now(), what, whom))

    def id_of(self, who: str) -> str:
        """The id of a handle, of those who are gone too."""
        return self._id(who)

    def shown(self, title: str) -> set[tuple[str, Step]]:
        """What stands on whom (by id), Robin's own mutes included; of lists, the one of that title."""
        robin = self.id_of(ROBIN)
        listed = {one for owned in self.lists[robin] if owned.title == title for one in owned.members}
        return {
            *((whom, Step.MUTE) for who, whom in self.mutes if who == robin and self.muted(who, whom)),
            *((whom, Step.HIDE_REPOSTS) for who, whom in self.hidden if who == robin),
            *((whom, Step.LIST) for whom in listed),
        }

    # What people write

    def write_until(self, then: datetime) -> None:
        """Everybody's posts up to then, a day at a time; what is long past leaves."""
        while self.written < then:
            plans = [(self.written + self.dice.random() * DAY, who) for who in self.everybody for _ in self._times(who)]
            said: list[Post] = []
            for at, who in sorted(plans):
                self._write(who, at, said)
            self.written += DAY
            self._forget(self.written - REMEMBERED)

    def _times(self, who: str) -> range:
        if self._id(who) in self.gone:
            return range(0)
        kind = who.partition("@")[0].rstrip("0123456789")
        return range(POSTS_A_DAY.get(kind, DROPPED_A_DAY))

    def _write(self, who: str, at: datetime, said: list[Post]) -> None:
        number = f"{self._serial:x}"
        if who in FRIENDS or who in LOUD or self.better.get(who, EPOCH) > at:
            answered = self.dice.choice(said) if said and self.dice.random() < 0.4 else None
            said.append(self.post(who, f"Thinking of number {number} today.", at, answering=answered))
        elif who in SNAPS:
            self.post(who, Post("", "", EPOCH, text=f"Look {number}", media=1), at)
        elif who in ECHOES and said:
            self.repost(who, self.dice.choice(said), at)
        else:
            page = f"https://{who.partition('@')[0]}.example/{number}"
            self.post(who, Post("", "", EPOCH, text=f"Offer {number} {page}", links=(page,)), at)

    def _forget(self, before: datetime) -> None:
        kept = bisect_left(self._posts, before, key=lambda item: item[0])
        for _, _, post in self._posts[:kept]:
            del self._authors[post.id]
        known = self._authors
        del self._posts[:kept]
        for shelf in self._feeds.values():
            del shelf[: bisect_left(shelf, before, key=lambda item: item[0])]
        for done in (self.favourites, self.bookmarks):
            for pair in [pair for pair in done if pair[1] not in known]:
                del done[pair]
        self.requests.clear()

    # What a day brings

    def day(self, ours: set[tuple[str, Step]]) -> None:
        """What Robin and the others do on a day. `ours` are actions of the bot that stand, by handle and step."""
        now = self.clock.now()
        self.owners_mutes = {who: end for who, end in self.owners_mutes.items() if end is None or end > now}
        with self.hands():
            self._stay_fond()
            for _ in range(self.dice.choice((0, 0, 1, 2))):
                self._owner_acts(self.dice.choice(NOISY), ours)
        who = self.dice.choice(NOISY)
        if self.dice.random() < 0.25:
            self.better[who] = self.clock.now() + self.dice.choice((8, 20, 40)) * DAY
        if self.dice.random() < 0.05:
            self._change_people()
        if self.dice.random() < 0.04:
            self.barred ^= {self._id(BARRED)}

    def _stay_fond(self) -> None:
        """What protects LIKED and ANSWERED is never older than some days."""
        for who in (LIKED, ANSWERED):
            newest = self.feed(self._id(who))[:1]
            for post in newest:
                if who == LIKED:
                    self.favourite(ROBIN, post)
                else:
                    self.post(ROBIN, "Thank you, that was the one.", answering=post)

    def _change_people(self) -> None:
        """Somebody new is followed, or somebody leaves for good."""
        self.newcomers += 1
        who = f"new{self.newcomers}@market.test"
        self.join(who, Account("", who, created_at=self.clock.now()))
        self.follow(ROBIN, who)
        self.everybody.append(who)
        if self.newcomers > 3:
            gone = f"new{self.newcomers - 3}@market.test"
            self.suspend(gone)
            self.everybody.remove(gone)

    def _owner_acts(self, who: str, ours: set[tuple[str, Step]]) -> None:
        """Robin mutes, lifts a mute of either's, or lists; where a server tells no ends, never a mute over ours."""
        free = self.durations or (who, Step.MUTE) not in ours
        if who in self.owners_mutes or self.dice.random() < 0.03:
            self.unmute(ROBIN, who)
            self.owners_mutes.pop(who, None)
        elif free and self.dice.random() < 0.5:
            days = self.dice.choice((None, 2, 25)) if self.durations else None
            self.owners_mutes[who] = self.clock.now() + days * DAY if days else None
            self.mute(ROBIN, who, self.owners_mutes[who])
        else:
            self.add_to_list(ROBIN, "Friends", who)
            for other in self.dice.sample(NOISY, 3):
                self.remove_from_list(ROBIN, "Friends", other)


class Broken(Unreachable):
    """One account's lasting 500: no fault of the network as a whole."""


class Login(Memory):
    """A login on the town: it dies when Robin's password is changed, and some feeds cannot be shown."""

    def __init__(self, town: Town, name: str) -> None:
        if town.clock.now() < town.logged_in:
            raise LoginNeeded("the token was revoked")
        super().__init__(town, ROBIN, name)
        self.town = town
        self.made = town.clock.now()

    def _ask(self, what: str, write: bool = False) -> None:
        if self.made < self.town.password_changed:
            raise LoginNeeded("the token was revoked")
        super()._ask(what, write)

    def timeline(self, after: str | None) -> Iterator[Page]:
        for page in super().timeline(after):
            if page.gap:
                self.town.gap = page.gap, page.cursor or ""
            yield page

    def posts_by(self, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        if account.id in self.town.barred:
            self._ask("posts_by")
            raise Broken(f"500 for the posts of {account.handle}")
        return super().posts_by(account, since, limit, enough)
