"""The past decided again: exactly as it was by an unchanged config, and by another one without looking ahead."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import fingerprint
from bot.judging.rules import Bounds
from bot.model import EPOCH, Step
from bot.tuning.record import Record
from bot.tuning.replay import replay
from tests.unit.tuning.town import DAY, LIST, MUTE, Weeks, same

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("seed", "dry"), [(1, False), (4, False), (6, True)])
def test_an_unchanged_config_decides_as_was_decided(tmp_path: Path, seed: int, dry: bool) -> None:
    weeks = Weeks(tmp_path, seed, dry=dry, keep=("drop0@market.test",))
    weeks.go_on(21)
    recorded = weeks.decided()
    assert len(recorded) > 50
    assert list(weeks.replayed(same(weeks.config)).decisions) == recorded
    weeks.store.close()


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weeks]:
    made = Weeks(tmp_path_factory.mktemp("weeks"), 2)
    made.go_on(14)
    yield made
    made.store.close()


def test_what_is_decided_on_a_day_does_not_hang_on_later_days(weeks: Weeks) -> None:
    config, whole = weeks.with_rules(LIST), weeks.record()
    decided = replay(whole, EPOCH, config, weeks.measured()).decisions
    for many in (1, 5, len(whole.judgings) // 2):
        part = Record(whole.judgings[:many], [e for e in whole.entries if e[0] <= whole.judgings[many].entry])
        decided_then = replay(part, EPOCH, config, weeks.measured()).decisions
        assert list(decided_then) == list(decided)[: len(decided_then)]
        assert decided_then


def test_without_rules_everybody_is_left_alone(weeks: Weeks) -> None:
    found = weeks.replayed(weeks.with_rules()).outcomes
    assert found
    assert {(one.step, one.waits) for one in found.values()} == {(None, False)}


def test_another_step_is_taken_where_the_rule_says_so(weeks: Weeks) -> None:
    muted = {one for one, o in weeks.replayed(weeks.with_rules(MUTE)).outcomes.items() if o.step is Step.MUTE}
    rule = replace(MUTE, then=Step.LIST)
    listed = {one for one, o in weeks.replayed(weeks.with_rules(rule)).outcomes.items() if o.step is Step.LIST}
    assert muted
    assert muted == listed


def test_the_limits_hold_in_a_replay_too(weeks: Weeks) -> None:
    config = weeks.with_rules(replace(MUTE, when={"link_share": Bounds(at_least=0.1)}))
    none = replace(config, limits=replace(config.limits, per_day=0), fingerprint="none a day")
    assert all(one.step is None for one in weeks.replayed(none, back=DAY).outcomes.values() if one.entry.dry)
    found = weeks.replayed(none).outcomes.values()
    assert not any(one.plan for one in found)
    assert any(one.waits for one in found)


def test_who_is_kept_is_left_alone_under_any_rules(weeks: Weeks) -> None:
    every = weeks.with_rules(replace(MUTE, when={"own_posts": Bounds(at_least=1)}))
    kept = replace(every, trust=replace(every.trust, keep=("drop0@market.test", "drop1@market.test")))
    kept = replace(kept, fingerprint=fingerprint(kept))
    found = {o.verdict.account.handle: o for o in weeks.replayed(kept).outcomes.values()}
    assert found["drop0@market.test"].entry.protection == "kept"
    assert found["drop1@market.test"].step is None


def test_who_would_be_found_and_was_never_asked_about_says_so(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path, 3)
    weeks.use(weeks.with_rules(replace(MUTE, when={"link_share": Bounds(at_least=0.99), "own_posts": Bounds(500)})))
    weeks.go_on(6)
    found = weeks.replayed(weeks.with_rules(LIST)).outcomes.values()
    caught = [one for one in found if one.step is Step.LIST]
    assert caught
    assert not any(one.asked for one in caught)
    weeks.store.close()


def test_an_answer_that_came_after_what_it_decides_says_when_it_came(weeks: Weeks) -> None:
    """Rules that found nobody at first had nobody asked about; what others find in that time rests on later answers."""
    record = weeks.record()
    half = len(record.judgings) // 2
    silent = [
        replace(one, bases=tuple(replace(basis, standing=None, rule=None) for basis in one.bases))
        for one in record.judgings[:half]
    ]
    later = replace(record, judgings=(*silent, *record.judgings[half:]))
    found = replay(later, EPOCH, weeks.with_rules(LIST), weeks.measured()).outcomes.values()
    first = later.judgings[half].at
    told = [one for one in found if one.asked_later]
    assert told
    assert all(one.asked_later >= first > (one.plan or one.entry).at for one in told if one.asked_later)


def test_what_has_run_out_is_renewed_for_longer_while_its_rule_fires(weeks: Weeks) -> None:
    config = weeks.with_rules(replace(MUTE, duration=2 * DAY, when={"link_share": Bounds(at_least=0.1)}))
    plans = [one.plan for one in weeks.replayed(config).outcomes.values() if one.plan]
    lasted = {plan.until - plan.at for plan in plans if plan.until}
    assert max(lasted) >= 4 * DAY
