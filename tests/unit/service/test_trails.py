"""What a look at a trail begins with, what a page of it comes to, and what is not known yet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Asked, Dealing, Doing, Stretch, Trail, TrailState
from bot.platforms.base import TrailPage
from bot.platforms.questions import broke_off, in_part, not_yet, read_back_to
from bot.service import trails
from bot.service.trails import MOST_OPEN, OLD_PAGES, TRIES

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
HORIZON = NOW - 90 * DAY
LATER = NOW + HOUR
OPEN = Stretch(NOW - DAY, NOW - DAY)
KNOWN = TrailState(("a", "b", "c"), HORIZON, NOW - DAY)
HEAD = Stretch(NOW, NOW, head=True, fresh=True, marks=KNOWN.marks)
FIRST = trails.begun(None, NOW, HORIZON)


def doing(key: str, at: datetime | None = NOW - HOUR) -> Doing:
    return Doing(key, Asked.FAVOURITES, (f"of {key}",), at)


def page(*keys: str, at: datetime | None = NOW - HOUR, onward: str | None = "on", **more: object) -> TrailPage:
    return TrailPage(tuple(doing(key, at) for key in keys), onward, at, **more)  # type: ignore[arg-type]


# -- the beginning of a look


def test_the_first_look_reads_all_that_is_promised() -> None:
    assert TrailState((), HORIZON, NOW, (Stretch(NOW, NOW, head=True),)) == FIRST


def test_a_later_look_reads_what_is_new_and_then_what_was_left() -> None:
    left = replace(OPEN, head=True, fresh=True, marks=("x",), cursor="there")
    state = trails.begun(replace(KNOWN, open=(left,)), NOW, HORIZON)
    assert state == TrailState(KNOWN.marks, HORIZON, NOW, (HEAD, replace(left, head=False)))


@pytest.mark.parametrize(
    ("ahead", "since", "anew"), [(DAY, DAY, 0), (-DAY, timedelta(), 0), (-DAY - SECOND, -DAY - SECOND, 1)]
)
def test_only_where_a_day_more_is_promised_is_read_back_anew(ahead: timedelta, since: timedelta, anew: int) -> None:
    state = trails.begun(KNOWN, NOW, HORIZON + ahead)
    assert state == TrailState(KNOWN.marks, HORIZON + since, NOW, (HEAD, *[Stretch(NOW, NOW)] * anew))


def test_up_to_so_many_holes_stay_as_they_are() -> None:
    holes = tuple(replace(OPEN, began=NOW - number * HOUR) for number in range(1, MOST_OPEN + 1))
    assert trails.begun(replace(KNOWN, open=holes), NOW, HORIZON).open == (HEAD, *holes)
    one_more = (*holes, replace(OPEN, began=NOW - 2 * DAY))
    merged = Stretch(NOW - HOUR, NOW)
    assert trails.begun(replace(KNOWN, open=one_more), NOW, HORIZON).open == (HEAD, merged)


@pytest.mark.parametrize(
    ("stretch", "matters"),
    [
        (replace(OPEN, began=HORIZON), True),
        (replace(OPEN, began=HORIZON - SECOND), False),
        (replace(OPEN, reached=HORIZON), True),
        (replace(OPEN, reached=HORIZON - SECOND), False),
        (replace(OPEN, reached=HORIZON - SECOND, dated=False), True),
        (replace(OPEN, reached=HORIZON - SECOND, unreadable=1), True),
    ],
)
def test_a_hole_matters_while_something_of_the_time_that_counts_may_be_in_it(stretch: Stretch, matters: bool) -> None:
    assert trails.matters(stretch, HORIZON) is matters
    state = replace(KNOWN, open=(stretch,))
    assert len(trails.begun(state, NOW, HORIZON).open) == 1 + matters
    assert bool(trails.unread(Trail.BOOKMARKS, state, HORIZON)) is matters


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (None, True),
        (replace(KNOWN, looked=NOW), False),
        (replace(KNOWN, looked=NOW, open=(OPEN,)), True),
        (replace(KNOWN, looked=NOW - HOUR + SECOND), False),
        (replace(KNOWN, looked=NOW - HOUR), True),
        (replace(KNOWN, looked=NOW + SECOND), True),
    ],
    ids=["never looked", "just now", "something left", "lately", "an hour ago", "by a wrong clock"],
)
def test_a_look_is_due(state: TrailState | None, due: bool) -> None:
    assert trails.is_due(state, NOW, HOUR) is due


# -- a page


def test_a_page_is_remembered_with_the_place_to_go_on_from() -> None:
    step = trails.advanced(FIRST, 0, None, page("n", "o", unreadable=0), LATER, HORIZON, stuck=False)
    assert (step.ended, step.again) == (False, False)
    assert step.state.marks == ("n", "o")
    (left,) = step.state.open
    assert (left, step.stretch) == (step.stretch, left)
    assert (left.walk, left.last, left.reached, left.head) == (LATER, ("n", "o"), NOW - HOUR, True)
    assert step.dealings == tuple(Dealing(Asked.FAVOURITES, f"of {key}", NOW - HOUR) for key in "no")


def test_the_last_page_closes_the_stretch_unless_the_server_cut_it_off() -> None:
    done = trails.advanced(FIRST, 0, "on", page("n", onward=None), NOW, HORIZON, stuck=False)
    assert (done.ended, done.again, done.state.open) == (True, False, ())
    for cut, stuck in ((True, False), (False, True)):
        broken = trails.advanced(FIRST, 0, "on", page("n", onward=None, cut=cut), NOW, HORIZON, stuck=stuck)
        (left,) = broken.state.open
        assert (broken.ended, broken.again) == (True, True)
        assert (left.cut, left.cursor, left.last, left.head) == (True, None, (), False)


def test_what_cannot_be_read_keeps_the_stretch_open_until_its_end_and_begins_it_anew_there() -> None:
    on = trails.advanced(FIRST, 0, None, page("n", unreadable=2), NOW, HORIZON, stuck=False)
    assert (on.ended, on.state.open[0].unreadable) == (False, 2)
    end = trails.advanced(on.state, 0, "on", page("o", onward=None, unreadable=1), NOW, HORIZON, stuck=False)
    assert (end.ended, end.again) == (True, True)
    assert (end.state.open[0].unreadable, end.state.open[0].cursor) == (3, None)
    anew = trails.advanced(end.state, 0, None, page("n", "o", onward=None), NOW, HORIZON, stuck=False)
    assert (anew.ended, anew.state.open) == (True, ())


def test_a_look_ends_where_what_was_known_begins() -> None:
    state = trails.begun(KNOWN, NOW, HORIZON)
    step = trails.advanced(state, 0, None, page("n", "a", "b", "c", "d"), NOW, HORIZON, stuck=True)
    assert (step.ended, step.again, step.state.open) == (True, False, ())
    assert step.state.marks == ("n", "a", "b", "c", "d")


def test_on_a_trail_with_dates_one_old_page_ends_it_and_on_others_only_many_in_a_row() -> None:
    def old(state: TrailState, cursor: str | None, **more: object) -> trails.Advance:
        return trails.advanced(state, 0, cursor, page("z", at=HORIZON - SECOND, **more), NOW, HORIZON, stuck=False)

    assert old(FIRST, None).ended
    assert not trails.advanced(FIRST, 0, None, page("z", at=HORIZON), NOW, HORIZON, stuck=False).ended
    state, cursor, ends = FIRST, None, []
    for number in range(2 * OLD_PAGES):
        if number == OLD_PAGES - 1:  # a newer one among them
            step = trails.advanced(state, 0, cursor, page("y", dated=False), NOW, HORIZON, stuck=False)
        else:
            step = old(state, cursor, dated=False)
        state, cursor = step.state, "on"
        ends.append(step.ended)
    assert ends == [False] * (2 * OLD_PAGES - 1) + [True]


def test_an_empty_page_says_nothing_of_how_old_what_follows_is() -> None:
    before = replace(FIRST, open=(replace(FIRST.open[0], old=3, reached=NOW - DAY),))
    (left,) = trails.advanced(before, 0, "on", page(at=None, dated=False), NOW, HORIZON, stuck=False).state.open
    assert (left.old, left.reached) == (3, NOW - DAY)
    (left,) = trails.advanced(before, 0, "on", page("n", dated=False), NOW, HORIZON, stuck=False).state.open
    assert (left.old, left.reached) == (0, NOW - HOUR)


def test_only_pages_of_the_head_move_the_marks_and_each_page_stands_below_those_before() -> None:
    on = trails.advanced(FIRST, 0, None, page("n", "o"), NOW, HORIZON, stuck=False).state
    assert trails.advanced(on, 0, "on", page("p"), NOW, HORIZON, stuck=False).state.marks == ("n", "o", "p")
    assert trails.advanced(on, 0, None, page("p"), NOW, HORIZON, stuck=False).state.marks == ("p",)
    assert trails.advanced(on, 0, None, page(), NOW, HORIZON, stuck=False).state.marks == ("n", "o")
    below = replace(KNOWN, open=(OPEN,))
    assert trails.advanced(below, 0, None, page("p"), NOW, HORIZON, stuck=False).state.marks == KNOWN.marks


def test_where_the_order_is_that_of_the_posts_all_of_it_is_read_again_once() -> None:
    def opened(state: TrailState, **more: object) -> tuple[Stretch, ...]:
        return trails.advanced(state, 0, None, page("n", **more), LATER, HORIZON, stuck=False).state.open

    later = trails.begun(KNOWN, NOW, HORIZON)
    assert opened(later, by_post=True)[1:] == (Stretch(LATER, LATER),)
    assert opened(later)[1:] == ()
    assert opened(later, by_post=True, onward=None) == ()
    assert opened(FIRST, by_post=True)[1:] == ()
    assert opened(replace(later, open=(*later.open, OPEN)), by_post=True)[1:] == (OPEN,)


@pytest.mark.parametrize(
    ("dated", "at", "told"),
    [
        (True, NOW - HOUR, NOW - HOUR),
        (True, HORIZON, HORIZON),
        (True, HORIZON - SECOND, None),
        (True, NOW + HOUR, NOW),
        (True, None, NOW),
        (False, HORIZON - SECOND, HORIZON - SECOND),
        (False, None, NOW),
    ],
)
def test_whom_a_doing_concerns_and_when(dated: bool, at: datetime | None, told: datetime | None) -> None:
    found = trails.advanced(FIRST, 0, None, page("n", at=at, dated=dated), NOW, HORIZON, stuck=False).dealings
    assert [one.at for one in found] == ([told] if told else [])


def test_what_is_new_since_the_last_look_on_a_trail_without_dates_was_done_since() -> None:
    state = trails.begun(KNOWN, NOW, HORIZON)
    keys = ("n", "a", "b", "c")
    found = trails.advanced(state, 0, None, page(*keys, dated=False), NOW, HORIZON, stuck=False).dealings
    assert [one.at for one in found] == [NOW, *[NOW - HOUR] * 3]
    found = trails.advanced(state, 0, None, page(*keys), NOW, HORIZON, stuck=False).dealings
    assert [one.at for one in found] == [NOW - HOUR] * 4
    found = trails.advanced(FIRST, 0, None, page(*keys, dated=False), NOW, HORIZON, stuck=False).dealings
    assert [one.at for one in found] == [NOW - HOUR] * 4


def test_what_concerns_nobody_is_not_told() -> None:
    doings = (Doing("n"), Doing("o", Asked.ANSWERS, ("", "shop"), NOW))
    step = trails.advanced(FIRST, 0, None, TrailPage(doings, "on", NOW), NOW, HORIZON, stuck=False)
    assert step.dealings == (Dealing(Asked.ANSWERS, "shop", NOW),)


# -- a cursor


def test_a_cursor_is_lost_where_nothing_of_what_stood_there_shows() -> None:
    assert not trails.is_lost(replace(OPEN, last=()), page("n"))
    assert not trails.is_lost(replace(OPEN, last=("n", "o")), page("o", "p"))
    assert trails.is_lost(replace(OPEN, last=("n", "o")), page("p"))
    assert trails.is_lost(replace(OPEN, last=("n", "o")), page())


def test_a_cursor_that_is_refused_again_and_again_is_given_up() -> None:
    stretch, tries = replace(OPEN, cursor="there", last=("n",), head=True), []
    while stretch.cursor:
        stretch = trails.tried(stretch)
        tries.append(stretch.tries)
    assert tries == [*range(1, TRIES), 0]
    assert (stretch.last, stretch.head) == ((), False)
    step = trails.advanced(
        replace(FIRST, open=(replace(OPEN, tries=2),)), 0, "on", page("n"), NOW, HORIZON, stuck=False
    )
    assert step.state.open[0].tries == 0


# -- what is not known


@pytest.mark.parametrize(
    ("holes", "said"),
    [
        ((OPEN,), not_yet(Asked.BOOKMARKS)),
        ((replace(OPEN, cut=True),), broke_off(Asked.BOOKMARKS)),
        ((replace(OPEN, cut=True, reached=NOW - DAY), OPEN), read_back_to(Asked.BOOKMARKS, NOW - DAY)),
        ((replace(OPEN, unreadable=1), replace(OPEN, unreadable=2)), in_part(Asked.BOOKMARKS, 3)),
    ],
)
def test_the_newest_hole_is_told_unless_something_cannot_be_read(holes: tuple[Stretch, ...], said: object) -> None:
    assert trails.unread(Trail.BOOKMARKS, replace(KNOWN, open=holes), HORIZON) == (said,)


def test_before_the_first_look_nothing_is_known_and_without_a_hole_everything() -> None:
    assert trails.unread(Trail.POSTS, None, HORIZON) == (not_yet(Asked.ANSWERS), not_yet(Asked.REPOSTS))
    assert trails.unread(Trail.POSTS, KNOWN, HORIZON) == ()
