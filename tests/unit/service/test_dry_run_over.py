"""What a dry run planned is over with it."""

from dataclasses import replace

from bot.actions.recorded import recorded_actions
from bot.model import Event
from tests.unit.service.town import DAY, Town


def test_the_plans_of_a_dry_run_do_not_stand_in_the_ledger_for_ever(tmp_path):
    town = Town(tmp_path, 2)
    town.config = replace(town.config, dry_run=True)
    town.sweep()
    assert [e.event for e in town.entries()] == [Event.PLANNED] * 2
    town.config = replace(town.config, dry_run=False, rules=(), fingerprint="nobody")
    town.sweep()
    rehearsed = recorded_actions(town.store, "home", dry=True)
    assert [(one.last.event, one.last.reason) for one in rehearsed] == [(Event.EXPIRED, "the dry run is over")] * 2
    assert recorded_actions(town.store, "home", dry=False) == []
    written = len(town.entries())
    town.clock.wait(60)
    town.sweep()
    assert len(town.entries()) == written, "it is said once"
    town.clock.wait((town.config.report.keep_days + 2) * 86400)
    town.sweep()
    assert town.entries() == []
    town.store.close()


def test_a_dry_run_goes_on_with_its_own_plans(tmp_path):
    town = Town(tmp_path, 2)
    town.config = replace(town.config, dry_run=True)
    town.sweep()
    town.live(3 * DAY)
    town.sweep()
    rehearsed = recorded_actions(town.store, "home", dry=True)
    assert [one.in_force for one in rehearsed] == [False, False, True, True]
    assert all(one.last.reason.startswith("no better: renewed") for one in rehearsed[:2])
    town.store.close()
