"""The quotas of a day held again: exactly as they were by an unchanged config, and by another one without looking
ahead."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config import Config, Profile, fingerprint
from bot.judging.rules import Bounds, Rule
from bot.model import EPOCH, Entry, Event, Step
from bot.past import Past
from bot.platforms.base import PlatformError
from bot.service.word import keep
from bot.tuning.heard import Heard
from bot.tuning.outcomes import Replay
from bot.tuning.replay import replay
from tests.unit.tuning.town import DAY, LIST, MUTE, Weeks, same

pytestmark = pytest.mark.slow

TEN = Rule("loud", then=Step.MUTE, quota=5)
LINKS = Rule("loud links", {"link_share": Bounds(at_least=0.8)}, Step.MUTE, quota=3)


class Loud(Weeks):
    """The same weeks swept every four hours, under quotas; where they are `calm`, nothing breaks."""

    calm = False

    def __init__(self, folder: Path, seed: int, *rules: Rule, dry: bool = False, keep: tuple[str, ...] = ()) -> None:
        super().__init__(folder, seed, dry=dry, keep=keep)
        report = replace(self.config.report, timezone="America/New_York")
        self.use(replace(self.config, rules=rules, report=report))

    def go_on(self, days: int) -> None:
        self.go_on_for(6 * days)

    def go_on_for(self, sweeps: int) -> None:
        """Live until so many more sweeps are done."""
        for _ in range(sweeps):
            for handle in self.droppers:
                for _ in range(self.chance.randint(0, 2)):
                    self.post(handle, links=self.chance.random() < 0.9)
            self.clock.wait(4 * 3600)
            if self.chance.random() < 0.3 and not self.calm:
                self.something_happens()
            with suppress(PlatformError):
                self.sweep()

    def past(self) -> Past:
        return Past(Profile("home", "memory"), self.store, 60 * DAY, 5)

    def heard(self, *configs: Config) -> Heard | None:
        return self.past()._heard_of(configs[0], configs[-1])

    def held(self, config: Config) -> Replay:
        return replay(self.record(), EPOCH, config, self.measured(), self.heard(config))

    def silenced(self) -> list[Entry]:
        """Plans under a quota that came to something."""
        entries = [entry for _, entry in self.record().entries if entry.action_id]
        failed = {e.action_id for e in entries if e.event in (Event.FAILED, Event.CANCELLED)}
        return [e for e in entries if e.event is Event.PLANNED and e.reason == "quota" and e.action_id not in failed]


def plans(found: Replay) -> list[Entry]:
    return sorted((one for days in found.days.values() for one in days.plans.values()), key=lambda one: one.at)


def days(entries: list[Entry]) -> dict[tuple[str, datetime | None], Entry]:
    """By account and day, the first of them."""
    return {(one.account.id, one.until): one for one in reversed(entries)}


@pytest.mark.parametrize(
    ("seed", "rules", "dry"),
    [
        (1, (TEN,), False),
        (2, (MUTE, LIST, LINKS, TEN), False),
        (3, (MUTE, LIST, LINKS, TEN), True),
        (5, (LINKS, LIST), False),
    ],
)
def test_an_unchanged_config_holds_its_quotas_as_they_were_held(
    tmp_path: Path, seed: int, rules: tuple[Rule, ...], dry: bool
) -> None:
    loud = Loud(tmp_path, seed, *rules, dry=dry, keep=("drop0@market.test",))
    loud.go_on(12)
    recorded, again = loud.silenced(), loud.held(same(loud.config))
    assert len(recorded) > 10
    assert days(plans(again)) == days(recorded)
    assert list(again.decisions) == loud.decided()
    loud.store.close()


def test_what_a_sweep_had_done_already_takes_room_from_the_quotas(tmp_path: Path) -> None:
    loud = Loud(tmp_path, 2, replace(MUTE, duration=DAY), LINKS, TEN)
    limits = replace(loud.config.limits, per_sweep=2, per_day=50, followed_share_per_week=5.0, confirm_after=DAY)
    loud.use(replace(loud.config, limits=limits))
    loud.go_on(10)
    assert days(plans(loud.held(same(loud.config)))) == days(loud.silenced())
    loud.store.close()


@pytest.fixture(scope="module")
def dry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loud]:
    """A dry run hides nothing, so that every other quota can be held against what came."""
    made = Loud(tmp_path_factory.mktemp("dry"), 7, TEN, LIST, dry=True)
    limits = replace(made.config.limits, per_sweep=50, per_day=50)
    made.use(replace(made.config, limits=limits))
    made.go_on(8)
    yield made
    made.store.close()


def quota_of(loud: Loud, *rules: Rule, **changed: object) -> Config:
    config = replace(loud.with_rules(*rules, LIST), **changed)  # type: ignore[arg-type]
    return replace(config, fingerprint=fingerprint(config))


def test_a_lower_quota_finds_all_that_a_higher_one_does_and_no_later(dry: Loud) -> None:
    higher, lower = (days(plans(dry.held(quota_of(dry, replace(TEN, quota=many))))) for many in (7, 3))
    assert higher
    assert higher.keys() < lower.keys()
    assert all(lower[one].at <= plan.at for one, plan in higher.items())


def test_a_quota_that_is_removed_mutes_nobody(dry: Loud) -> None:
    assert dry.silenced()
    assert dry.held(quota_of(dry)).days == {}


def test_a_quota_that_is_new_finds_what_one_would_have_found_that_had_been_there(tmp_path: Path) -> None:
    """Two towns alike but for their rules: in dry run nothing that is done changes what comes."""
    without, having = (Loud(tmp_path / name, 9, *rules, dry=True) for name, rules in WITHOUT_AND_WITH.items())
    for town in (without, having):
        town.calm = True
        town.go_on(6)
    found = days(plans(without.held(having.config)))
    told = days(having.silenced())
    assert {day: (plan.rule, plan.at, plan.readings) for day, plan in found.items()} == {
        day: (plan.rule, plan.at, plan.readings) for day, plan in told.items()
    }
    assert found
    for town in (without, having):
        town.store.close()


WITHOUT_AND_WITH = {"without": (LIST,), "with": (LINKS, TEN, LIST)}


def test_bounds_are_held_against_what_the_timeline_had_shown_by_then(dry: Loud) -> None:
    every = days(plans(dry.held(quota_of(dry, replace(TEN, quota=3)))))
    linked = days(plans(dry.held(quota_of(dry, replace(LINKS, when={"link_share": Bounds(at_least=0.93)})))))
    assert linked
    assert linked.keys() < every.keys()


def test_what_a_quota_does_on_a_day_does_not_hang_on_later_days(dry: Loud) -> None:
    config, whole, heard = quota_of(dry, replace(TEN, quota=4)), dry.record(), dry.heard(dry.config)
    found = days(plans(replay(whole, EPOCH, config, dry.measured(), heard)))
    middle = whole.judgings[len(whole.judgings) // 2]
    part = replace(
        whole,
        judgings=[one for one in whole.judgings if one.at <= middle.at],
        entries=[one for one in whole.entries if one[1].at <= middle.at],
    )
    then = days(plans(replay(part, EPOCH, config, dry.measured(), heard)))
    assert then
    assert {day: plan.at for day, plan in then.items()} == {
        day: plan.at for day, plan in found.items() if plan.at <= middle.at
    }


def test_the_limits_of_a_day_hold_for_quotas_too(dry: Loud) -> None:
    one = quota_of(dry, replace(TEN, quota=3), limits=replace(dry.config.limits, per_day=1))
    found = plans(dry.held(one))
    assert found
    assert all(later.at - earlier.at >= DAY for earlier, later in pairwise(found))


def test_whom_the_owner_keeps_no_quota_finds_also_where_nothing_was_ever_decided_about_it(tmp_path: Path) -> None:
    loud = Loud(tmp_path, 11, dry=True)
    friend = loud.network.account("drop3@market.test")
    keep("home", friend, "a friend", loud.store, loud.clock.now())
    loud.go_on(4)
    found = loud.held(quota_of(loud, replace(TEN, quota=3))).days
    assert found
    assert friend.id not in found
    assert not any(one.asked for one in found.values())
    loud.store.close()


def test_before_quotas_were_recorded_what_they_did_stands_as_it_was(dry: Loud) -> None:
    whole = dry.record()
    older = replace(whole, judgings=[one for one in whole.judgings if one.day is None])
    found = replay(older, EPOCH, quota_of(dry, replace(TEN, quota=3)), dry.measured(), dry.heard(dry.config))
    assert days(plans(found)).keys() == days(dry.silenced()).keys()
    assert found.quotas_since is None
    assert replay(older, EPOCH, quota_of(dry), dry.measured(), None).days == {}
