"""What the owner did, remembered: looked at in every sweep as it happens, and read back as far as is promised."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.clock import Clock
from bot.judging.trust import Trust
from bot.model import Asked, Dealing, Standing, Stretch, Trail, TrailState, Unread
from bot.platforms.base import Platform
from bot.service import trails
from bot.store import Store

PAGES = 25
"""Most pages of one trail that a sweep reads; the next sweep goes on from there."""
BARREN = 5
"""So many pages in a row with nothing on them, though the next one is named, are taken for a server that goes
round."""
LASTS = timedelta(minutes=5)
"""What the owner did in so short a time is not asked for again within a sweep."""
LOOK_EVERY = timedelta(hours=12)
"""So often it is looked at while nothing is done; what is taken back before that was never seen."""
FIELDS: Mapping[Asked, str] = {
    Asked.ANSWERS: "answered",
    Asked.FAVOURITES: "favourited",
    Asked.BOOKMARKS: "bookmarked",
    Asked.REPOSTS: "reposted",
}
"""Which field of Standing each is told in."""


class Book(Protocol):
    """Where it is remembered."""

    def trail(self, trail: Trail) -> TrailState | None:
        """How far a trail was read."""

    def remember(self, trail: Trail, state: TrailState, found: Sequence[Dealing], stretch: Stretch) -> None:
        """Keep what a page told."""

    def forget(self, trail: Trail, before: datetime) -> None:
        """Forget what was done before that time."""

    def dealings(self, account_ids: Iterable[str]) -> list[Dealing]:
        """What is remembered of accounts."""


class Kept:
    """The store's book of one profile."""

    def __init__(self, profile: str, store: Store) -> None:
        self.profile, self.store = profile, store

    def trail(self, trail: Trail) -> TrailState | None:
        """How far a trail was read."""
        return self.store.trail(self.profile, trail)

    def remember(self, trail: Trail, state: TrailState, found: Sequence[Dealing], stretch: Stretch) -> None:
        """Keep what a page told."""
        self.store.remember_dealings(self.profile, trail, state, found, stretch)

    def forget(self, trail: Trail, before: datetime) -> None:
        """Forget what was done before that time."""
        self.store.forget_dealings(self.profile, trail, before)

    def dealings(self, account_ids: Iterable[str]) -> list[Dealing]:
        """What is remembered of accounts."""
        return self.store.dealings(self.profile, account_ids)


class Glimpse(Kept):
    """The store's book read beside the daemon that writes it: what a look adds is only kept as long as this is."""

    def __init__(self, profile: str, store: Store) -> None:
        super().__init__(profile, store)
        self.states: dict[Trail, TrailState] = {}
        self.found: list[tuple[Trail, Dealing]] = []

    def trail(self, trail: Trail) -> TrailState | None:
        """How far a trail was read, this look included."""
        return self.states.get(trail) or super().trail(trail)

    def remember(self, trail: Trail, state: TrailState, found: Sequence[Dealing], stretch: Stretch) -> None:
        """Keep what a page told, until this ends."""
        self.states[trail] = state
        at_least = None if stretch.dated or stretch.fresh else stretch.reached
        if at_least is not None:  # as the store does: what stands above the page was done after it
            raised = [(t, replace(d, at=max(d.at, at_least)) if t is trail else d) for t, d in self.found]
            self.found = raised
        self.found += [(trail, dealing) for dealing in found]

    def forget(self, trail: Trail, before: datetime) -> None:
        """Nothing: it is the daemon's to forget."""

    def dealings(self, account_ids: Iterable[str]) -> list[Dealing]:
        """What is remembered of accounts, and what this look added."""
        wanted = set(account_ids)
        return super().dealings(wanted) + [one for _, one in self.found if one.account in wanted]


class Dealings:
    """What the owner did, for one profile during one sweep."""

    def __init__(self, platform: Platform, book: Book, trust: Trust, clock: Clock, pages: int = PAGES) -> None:
        self.platform, self.book, self.trust, self.clock = platform, book, trust, clock
        self.pages = dict.fromkeys(Trail, pages)
        """How many more of each trail may be read."""
        self.read = 0
        """How many pages were read."""
        self.looked: dict[Trail, datetime] = {}
        self.faults: dict[Trail, tuple[Unread, ...]] = {}
        """Why the last look at a trail did not come to its end, where it did not."""

    def look(self, every: timedelta = timedelta(0), watch: Callable[[int], None] = lambda _: None) -> None:
        """Read what is new, and further back what is still to be read; `watch` is told how many pages were read.

        Not asked for is what no protection rests on, and what was looked at less than `every` ago, in this sweep or
        before, if nothing of it is still to be read.
        """
        now = self.clock.now()
        for trail in Trail:
            wanted = any(self.trust.rests_on(asked) for asked in trail.asked)
            if wanted and not self._is_fresh(trail) and trails.is_due(self.book.trail(trail), now, every):
                self._look_at(trail, watch)

    def _is_fresh(self, trail: Trail) -> bool:
        looked = self.looked.get(trail)
        return looked is not None and looked <= self.clock.now() < looked + LASTS

    def _look_at(self, trail: Trail, watch: Callable[[int], None]) -> None:
        now = self.clock.now()
        self.looked[trail] = now
        self.faults[trail] = ()
        self.pages[trail] = max(self.pages[trail], 1)  # what is new is looked at each time
        before = self.book.trail(trail)
        state = trails.begun(before, now, self.horizon())
        place: int | None = 0
        while place is not None and place < len(state.open):
            state, place = self._walk(trail, state, place, watch)
        if not state.open and before is not None and before.looked.date() != now.date():  # once a day is enough
            self.book.forget(trail, self.horizon())

    def _walk(
        self, trail: Trail, state: TrailState, place: int, watch: Callable[[int], None]
    ) -> tuple[TrailState, int | None]:
        """Read one open stretch, as far as may be read of it now; and which one is next, None where no other may be."""
        cursor, been, barren = state.open[place].cursor, set[str | None](), 0
        while self.pages[trail] > 0:
            page = self.platform.trail(trail, cursor)
            self.pages[trail], self.read = self.pages[trail] - 1, self.read + 1
            resumed = cursor is not None and not been
            if page.unread or (resumed and trails.is_lost(state.open[place], page)):
                self.faults[trail] = page.unread
                return self._broken(trail, state, place, resumed, page.unread), None
            been.add(cursor)
            barren = 0 if page.doings else barren + 1
            stuck = page.onward is not None and (page.onward in been or barren == BARREN)
            step = trails.advanced(state, place, cursor, page, self.clock.now(), self.horizon(), stuck)
            self.book.remember(trail, step.state, step.dealings, step.stretch)
            state, cursor = step.state, page.onward
            watch(self.read)
            if step.ended:
                return state, place + step.again
            self.clock.check()
        return state, None

    def _broken(
        self, trail: Trail, state: TrailState, place: int, resumed: bool, why: tuple[Unread, ...]
    ) -> TrailState:
        """The trail after a page that could not be read, or that was not the one that the cursor should lead to."""
        if not resumed:
            return state
        before = state.open[place]
        after = trails.tried(before) if why else trails.from_the_top(before)
        state = replace(state, open=(*state.open[:place], after, *state.open[place + 1 :]))
        self.book.remember(trail, state, (), after)
        return state

    def horizon(self) -> datetime:
        """The beginning of what counts as lately."""
        return self.clock.now() - self.trust.within

    def refused(self) -> tuple[Unread, ...]:
        """What the server did not tell in the last look."""
        found = (one for why in self.faults.values() for one in why)
        return tuple(one for one in found if self.trust.rests_on(one.asked))

    def unread(self) -> tuple[Unread, ...]:
        """What a protection rests on and is not known: refused or broken off just now, or not read far enough yet."""
        found: list[Unread] = []
        for trail in Trail:
            still = trails.unread(trail, self.book.trail(trail), self.horizon())
            found += self.faults.get(trail) or still
        return tuple(one for one in found if self.trust.rests_on(one.asked))

    def joined(self, standing: Mapping[str, Standing]) -> dict[str, Standing]:
        """How the owner stands to accounts, together with what they did lately, and what is not known of it."""
        horizon, missing = self.horizon(), self.unread()
        done: dict[str, dict[str, Any]] = {one: {} for one in standing}
        for dealing in self.book.dealings(standing):
            if dealing.at >= horizon:
                field = FIELDS[dealing.asked]
                before = done[dealing.account].get(field, dealing.at)
                done[dealing.account][field] = max(dealing.at, before)
        return {one: replace(how, **done[one], unread=(*how.unread, *missing)) for one, how in standing.items()}


def behind(profile: str, store: Store, trust: Trust, now: datetime) -> list[Unread]:
    """What is still being read back, as the last sweep left it; before the first one nothing."""
    known = ((trail, store.trail(profile, trail)) for trail in Trail)
    found = [one for trail, state in known if state for one in trails.unread(trail, state, now - trust.within)]
    return [one for one in found if trust.rests_on(one.asked)]
