"""What a sweep tells of itself: how far it is while it runs, and afterwards what it read and asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.judging.rules import Minimum
from bot.model import Account, Entry, Event, Step
from bot.platforms.base import Enough, Feed, Gap, Page, Unreachable, Usage, never
from bot.platforms.memory import Memory
from bot.service.sweep import Progress, next_end, sweep
from tests.unit.service.town import HOUR, OWNER, Town

SINCE, UNTIL = datetime(2026, 3, 1, 7, 30, tzinfo=UTC), datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path, 3)
    yield made
    made.store.close()


def watched(town: Town) -> list[Progress]:
    seen: list[Progress] = []
    sweep("home", town.platform, town.store, town.config, town.clock, seen.append)
    return seen


def test_whoever_watches_is_told_how_far_it_is(town: Town) -> None:
    seen = watched(town)
    assert [one for one in seen if one.stage == "reading the timeline"] == [Progress("reading the timeline", 36)]
    feeds = [one for one in seen if one.stage == "reading own feeds"]
    assert feeds == [Progress("reading own feeds", number, 3) for number in (1, 2, 3)]
    assert {one.stage for one in seen} >= {"reading what you did"}


def test_a_record_counts_what_that_sweep_asked_and_found(town: Town) -> None:
    for _ in range(2):
        before = len(town.network.requests)
        record = town.sweep().record
        asked = town.network.requests[before:]
        assert (record.requests, record.writes) == (len(asked), sum(request.write for request in asked))
        assert (record.started, record.ended) == (town.clock.now(), town.clock.now())
        town.clock.wait(60)
    first, second = town.store.sweeps("home")
    assert (first.posts, first.new_posts, first.suspects, first.own_feeds, first.judged) == (36, 36, 3, 3, 3)
    assert (second.posts, second.new_posts, second.suspects, second.own_feeds, second.judged) == (0, 0, 0, 0, 0)
    assert first.writes > second.writes == 0


class Telling(Memory):
    """A login whose timeline comes with faults, and whose limits grow by each request."""

    pages: Sequence[Page] = ()

    def timeline(self, after: str | None) -> Iterator[Page]:
        yield from self.pages

    def usage(self) -> Usage:
        many = len(self.network.requests)
        return Usage(many, retries=10 + many, waited=100.0 + many, allowed=300, remaining=300 - many)


def told(town: Town, *pages: Page) -> Telling:
    made = Telling(town.network, OWNER)
    made.pages = pages
    return made


def test_what_was_retried_and_waited_for_before_the_sweep_is_not_counted(town: Town) -> None:
    town.platform = told(town)  # type: ignore[assignment]
    town.sweep()
    record = town.sweep().record
    assert (record.retries, record.waited) == (record.requests, record.requests)
    assert (record.allowed, record.remaining) == (300, 300 - len(town.network.requests))


def test_what_the_pages_lack_is_added_up(town: Town) -> None:
    bounds = [(SINCE, UNTIL), (SINCE, None), (None, UNTIL), (None, None)]
    pages = [Page((), (), None, unreadable=2, gap=Gap("posts are lost", *each)) for each in bounds]
    town.platform = told(town, *pages, Page((), (), None, unreadable=1))  # type: ignore[assignment]
    record = town.sweep().record
    assert record.unreadable == 9
    assert record.gaps == (
        "posts are lost (from 2026-03-01 07:30 UTC to 2026-03-01 09:00 UTC)",
        "posts are lost (from 2026-03-01 07:30 UTC)",
        "posts are lost (to 2026-03-01 09:00 UTC)",
        "posts are lost",
    )


def test_what_of_own_feeds_cannot_be_read_is_added_up_and_a_feed_with_much_of_it_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks = dict(zip(town.droppers, (0, 1, 12), strict=True))
    real = type(town.platform).posts_by

    def posts_by(platform: Memory, account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        feed = real(platform, account, since, limit, enough)  # type: ignore[arg-type]
        return replace(feed, unreadable=lacks[account.handle])

    monkeypatch.setattr(type(town.platform), "posts_by", posts_by)
    record = town.sweep().record
    assert record.unreadable == 13
    whole = {said.split()[4] for said in record.unread if "could not be read whole" in said}
    assert whole == {handle for handle, lack in lacks.items() if lack}


@pytest.mark.slow
def test_those_never_read_come_first_and_those_that_could_not_be_reached_last(town: Town) -> None:
    def read() -> list[str]:
        before = len(asked)
        town.sweep()
        return asked[before:]

    asked: list[str] = []
    real = town.platform.posts_by

    def posts_by(account: Account, since: datetime, limit: int, enough: Enough = never) -> Feed:
        asked.append(account.handle)
        return real(account, since, limit, enough)

    town.platform.posts_by = posts_by  # type: ignore[method-assign]
    town.config = replace(town.config, own_feed=replace(town.config.own_feed, per_sweep=2), dry_run=True)
    first = read()
    (left,) = set(town.droppers) - set(first)
    town.live(8 * HOUR)
    assert read()[0] == left
    town.live(8 * HOUR)
    broken = first[0]
    town.break_on("posts_by", broken)
    town.config = replace(town.config, own_feed=replace(town.config.own_feed, per_sweep=3))
    assert broken in read()
    town.live(8 * HOUR)
    assert read()[-1] == broken


def test_a_fault_is_recorded_with_what_was_done_until_then(town: Town) -> None:
    def trouble(request: object) -> None:
        if getattr(request, "what", "") == "lists":
            raise Unreachable("no connection")

    town.network.trouble = trouble
    town.platform.broken = {}
    with pytest.raises(Unreachable):
        town.sweep()
    (record,) = town.store.sweeps("home")
    assert record.error.startswith("no connection")
    assert (record.new_posts, record.ended) == (36, town.clock.now())
    assert not town.entries(Event.PLANNED)


@pytest.mark.slow
@pytest.mark.parametrize(("own_posts", "again"), [(8, 3), (100, 0)], ids=["a rule fires", "none does"])
def test_where_nobody_posts_only_what_a_rule_fires_on_is_judged_again_and_once_a_day(
    town: Town, own_posts: int, again: int
) -> None:
    town.config = replace(town.config, dry_run=True, minimum=Minimum(own_posts=own_posts, days_seen=1))
    judged = []
    for hours in (0, 23, 1, 23, 1):
        town.clock.wait(hours * 3600)
        judged.append(town.sweep().record.judged)
    assert judged == [3, 0, again, 0, again]


@pytest.mark.slow
def test_whoever_was_judged_for_a_dry_run_is_judged_anew_when_it_is_over(town: Town) -> None:
    town.config = replace(town.config, dry_run=True)
    judged = [town.sweep().record.judged for _ in range(2)]
    town.config = replace(town.config, dry_run=False)
    judged += [town.sweep().record.judged for _ in range(2)]
    assert judged == [3, 0, 3, 0]


SECOND, HALF = timedelta(seconds=1), HOUR / 2


@pytest.mark.parametrize(
    ("swept", "calls"),
    [
        (None, UNTIL),
        (UNTIL - SECOND, UNTIL),
        (UNTIL, UNTIL + HALF),
        (UNTIL + 3 * HOUR - SECOND, UNTIL + 3 * HOUR - SECOND + HALF),
        (UNTIL + 3 * HOUR, None),
    ],
)
@pytest.mark.parametrize("event", [Event.DONE, Event.LIFTING, Event.PLANNED, Event.EXPIRED])
def test_an_end_calls_for_a_sweep_and_for_some_hours_for_another_where_it_did_not_come(
    town: Town, swept: datetime | None, calls: datetime | None, event: Event
) -> None:
    account = town.network.account(town.droppers[0])
    plan = Entry(SINCE, "home", account, Event.PLANNED, step=Step.MUTE, until=UNTIL, action_id="a", dry=False)
    forever = replace(plan, until=None, action_id="b")
    town.store.record([plan, replace(plan, event=event), forever, replace(forever, event=Event.DONE)])
    told = next_end("home", town.store) if swept is None else next_end("home", town.store, swept)
    assert told == (calls if event in (Event.DONE, Event.LIFTING) else None)
