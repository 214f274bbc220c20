"""A mute until midnight that is in force puts a lasting action off, in a replay as in a sweep."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import fingerprint
from bot.judging.rules import Bounds, Rule
from bot.model import Entry, Event, Step
from bot.tuning.outcomes import Replay
from tests.unit.tuning.test_quotas import Loud, days, plans
from tests.unit.tuning.town import DAY, same

LASTING = Rule("linker", {"link_share": Bounds(at_least=0.85)}, Step.MUTE, duration=30 * DAY)
QUOTA = Rule("loud", then=Step.MUTE, quota=3)


def loud(folder: Path, *rules: Rule, dry: bool, first: tuple[Rule, ...] | None = None) -> Loud:
    """Days on which nothing breaks and no other limit stands in the way, judged by other rules at `first`."""
    town = Loud(folder, 9, *(rules if first is None else first), dry=dry)
    limits = replace(town.config.limits, per_sweep=50, per_day=50, followed_share_per_week=5.0, confirm_after=DAY)
    town.use(replace(town.config, limits=limits))
    town.calm = True
    town.go_on_for(sweeps=20)
    town.use(replace(town.config, rules=rules))
    town.go_on_for(sweeps=16)
    return town


def lasting(entries: list[Entry]) -> dict[str, Entry]:
    """Plans that last longer than a day, by account id."""
    return {e.account.id: replace(e, action_id="") for e in entries if e.event is Event.PLANNED and e.reason != "quota"}


def planned(found: Replay) -> dict[str, Entry]:
    return lasting([one.plan for one in found.outcomes.values() if one.plan is not None])


def put_off(town: Loud) -> set[str]:
    """Ids of the accounts on which a decision to act waited for nothing, and began nothing that lasts."""
    begun = {(e.account.id, e.at) for _, e in town.record().entries if e.event is Event.PLANNED and e.reason != "quota"}
    first = {one: min(at for who, at in begun if who == one) for one in {who for who, _ in begun}}
    free = (e for e in town.decided() if e.step is Step.MUTE and not (e.limit or e.protection))
    return {e.account.id for e in free if e.at < first.get(e.account.id, town.clock.now())}


@pytest.mark.parametrize(("dry", "first"), [(True, (QUOTA, LASTING)), (False, (QUOTA,))])
def test_an_unchanged_config_is_put_off_as_it_was(tmp_path: Path, dry: bool, first: tuple[Rule, ...]) -> None:
    """A real mute hides what would be judged next: who is judged all the same was found by rules that are new."""
    town = loud(tmp_path, QUOTA, LASTING, dry=dry, first=first)
    told = lasting([entry for _, entry in town.record().entries])
    found = town.held(same(town.config))
    assert put_off(town)
    assert {one: (plan.at, plan.rule) for one, plan in planned(found).items()} == {
        one: (plan.at, plan.rule) for one, plan in told.items()
    }
    assert list(found.decisions) == town.decided()
    town.store.close()


@pytest.mark.parametrize("tried", [(QUOTA, LASTING), (replace(QUOTA, quota=5), LASTING), (LASTING,)])
def test_another_config_is_put_off_as_if_it_had_been_there(tmp_path: Path, tried: tuple[Rule, ...]) -> None:
    """Two towns alike but for their rules: in dry run nothing that is done changes what comes."""
    was, would = (loud(tmp_path / name, *rules, dry=True) for name, rules in {"was": WAS, "would": tried}.items())
    found = was.held(replace(would.config, fingerprint=fingerprint(would.config)))
    told = lasting([entry for _, entry in would.record().entries])
    assert {one: (plan.at, plan.rule, plan.readings) for one, plan in planned(found).items()} == {
        one: (plan.at, plan.rule, plan.readings) for one, plan in told.items()
    }
    assert told
    assert days(plans(found)).keys() == days(would.silenced()).keys()
    assert bool(put_off(would)) is (QUOTA in tried)
    for town in (was, would):
        town.store.close()


WAS = (replace(QUOTA, quota=4), LASTING)
