"""How far a trail was read, and what a page of it adds to that: pure.

Every look reads from the top down to what stood there at the last one; the first goes as far back as is promised. What
a look does not come to is kept as a stretch that is still to be read, with the place to go on from.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Asked, Dealing, Doing, Stretch, Trail, TrailState, Unread
from bot.platforms.base import TrailPage
from bot.platforms.questions import broke_off, in_part, not_yet, read_back_to

OLD_PAGES = 10
"""On a trail without dates, so many pages in a row of posts written before the time that counts end it: an old post,
or a page of them, may have been favourited yesterday, but hardly hundreds with no newer one among them."""
RUN = 3
"""So many marks one after the other, in their order, show that everything new was read. One alone may have moved up:
what is favourited again stands on top."""
MARKS = 100
"""Most keys that are kept of the top of a trail."""
TRIES = 3
"""So often in a row a cursor may be answered with a fault before the stretch is read from the top again."""
MOST_OPEN = 8
"""Where more stretches than that are open, the trail is read from the top again instead."""
PROMISED_ANEW = timedelta(days=1)
"""By so much more must be promised than before to read back again: a clock that was put back asks for nothing."""


@dataclass(frozen=True, slots=True)
class Advance:
    """What a page came to."""

    state: TrailState
    stretch: Stretch
    """The stretch with this page."""
    dealings: tuple[Dealing, ...]
    ended: bool
    """Whether the page was the last of its stretch."""
    again: bool = False
    """Whether the stretch is to be read again at the next look."""


def begun(state: TrailState | None, now: datetime, horizon: datetime) -> TrailState:
    """The trail at the beginning of a look: its head is to be read first, then what is still open of the rest."""
    if state is None:
        return TrailState((), horizon, now, (Stretch(now, now, head=True),))
    head = Stretch(now, now, head=True, fresh=True, marks=state.marks)
    still = tuple(replace(one, head=False) for one in state.open if matters(one, horizon))
    if len(still) > MOST_OPEN:
        still = (Stretch(max(one.began for one in still), now),)
    if horizon >= state.since - PROMISED_ANEW:
        return TrailState(state.marks, max(state.since, horizon), now, (head, *still))
    return TrailState(state.marks, horizon, now, (head, *still, Stretch(now, now)))


def is_due(state: TrailState | None, now: datetime, every: timedelta) -> bool:
    """Whether a trail is to be looked at: not looked at for so long, or something of it still to be read."""
    return state is None or bool(state.open) or not state.looked <= now < state.looked + every


def matters(stretch: Stretch, horizon: datetime) -> bool:
    """Whether in what is still to be read there can be something of the time that counts."""
    known = stretch.dated and not stretch.unreadable and stretch.reached is not None and stretch.reached < horizon
    return stretch.began >= horizon and not known


def advanced(
    state: TrailState, place: int, cursor: str | None, page: TrailPage, now: datetime, horizon: datetime, stuck: bool
) -> Advance:
    """The trail after a page of its open stretch number `place`, to which `cursor` led.

    `stuck`: the server goes round in circles. A stretch that ended where it should not, or in which something could
    not be read, is read from the top again next time.
    """
    before = state.open[place]
    mark = first_mark(before.last if cursor else (), page.doings, before.marks)
    read = _read(before, cursor, page, now, horizon)
    cut = page.cut or stuck
    far = read.old >= (1 if page.dated else OLD_PAGES)
    done = mark is not None or far or (page.onward is None and not cut)
    left = (replace(read, cut=cut and not done),) if not done or read.unreadable else ()
    ended = done or cut
    rest = tuple(map(from_the_top, left)) if ended else left
    after = replace(state, open=(*state.open[:place], *rest, *state.open[place + 1 :]))
    if before.head:
        after = replace(after, marks=_marks(state, before, cursor, read.last, mark is not None))
        if page.by_post and page.onward and before.fresh and all(one.marks for one in after.open):
            after = replace(after, open=(*after.open, Stretch(now, now)))  # something new may stand further below
    new = len(page.doings) if mark is None else mark
    return Advance(after, read, tuple(_dealings(page, before.fresh, new, now, horizon)), ended, ended and bool(rest))


def _read(before: Stretch, cursor: str | None, page: TrailPage, now: datetime, horizon: datetime) -> Stretch:
    """The stretch with one more page; what was counted in an earlier reading is forgotten where it starts again."""
    if cursor is None:
        before = replace(before, walk=now, old=0, unreadable=0, cut=False, reached=None)
    is_old = page.latest is not None and page.latest < horizon
    return replace(
        before,
        cursor=cursor,
        last=(*(before.last[1 - RUN :] if cursor else ()), *(doing.key for doing in page.doings if doing.key)),
        reached=page.latest or before.reached,
        dated=page.dated,
        old=before.old + is_old if is_old or page.latest is None else 0,
        unreadable=before.unreadable + page.unreadable,
        tries=0,
    )


def from_the_top(stretch: Stretch) -> Stretch:
    """The stretch, to be read from the top again."""
    return replace(stretch, head=False, cursor=None, last=(), tries=0)


def is_lost(stretch: Stretch, page: TrailPage) -> bool:
    """Whether a kept cursor no longer leads to where it did: nothing of what stood there is on the page."""
    return bool(stretch.last) and not {doing.key for doing in page.doings}.intersection(stretch.last)


def tried(stretch: Stretch) -> Stretch:
    """The stretch after its cursor was answered with a fault."""
    return from_the_top(stretch) if stretch.tries + 1 >= TRIES else replace(stretch, tries=stretch.tries + 1)


def first_mark(above: Sequence[str], doings: Sequence[Doing], marks: Sequence[str]) -> int | None:
    """Where on a page what was known begins, None where the page does not come to it; `above` are the keys before."""
    places = {key: place for place, key in enumerate(marks)}
    shown = [(0, key) for key in above] + [(number, doing.key) for number, doing in enumerate(doings) if doing.key]
    start, length, previous = 0, 0, -1
    for number, key in shown:
        place = places.get(key, -1)
        if place < 0:
            length = 0
        elif length and place > previous:
            length += 1
        else:
            start, length = number, 1
        previous = place
        if length == RUN:
            return start
    return None


def _marks(state: TrailState, head: Stretch, cursor: str | None, keys: tuple[str, ...], met: bool) -> tuple[str, ...]:
    """What stands on top now: the head's pages, and where they came to the old marks, the rest of those. An empty
    answer wipes nothing out: it may be a server's bad moment."""
    if not keys:
        return state.marks
    found = keys if cursor is None else (*state.marks, *keys)
    if met:
        last = max(place for place, key in enumerate(head.marks) if key in keys)
        found = (*found, *head.marks[last + 1 :])
    return tuple(dict.fromkeys(found))[:MARKS]


def _dealings(page: TrailPage, fresh: bool, new: int, now: datetime, horizon: datetime) -> Iterator[Dealing]:
    """Whom the doings concern, and when; undated, it may have been just now, and so may be what is newer than the
    last look on a trail without dates."""
    for number, doing in enumerate(page.doings):
        undated = doing.at is None or (fresh and not page.dated and number < new)
        at = now if undated or doing.at is None else min(doing.at, now)
        if doing.asked is None or (page.dated and at < horizon):
            continue
        yield from (Dealing(doing.asked, account, at) for account in doing.accounts if account)


def unread(trail: Trail, state: TrailState | None, horizon: datetime) -> tuple[Unread, ...]:
    """What of a trail is not known yet: everybody whom it might protect is left alone until it is."""
    if state is None:
        return tuple(map(not_yet, trail.asked))
    still = [one for one in state.open if matters(one, horizon)]
    return tuple(_missing(asked, still) for asked in trail.asked) if still else ()


def _missing(asked: Asked, still: Iterable[Stretch]) -> Unread:
    """The newest hole, unless something there cannot be read at all, which may never be mended."""
    newest, *_ = still
    unreadable = sum(one.unreadable for one in still)
    if unreadable:
        return in_part(asked, unreadable)
    if newest.reached is not None:
        return read_back_to(asked, newest.reached)
    return broke_off(asked) if newest.cut else not_yet(asked)
