"""With a new or restored store, what an earlier one had done is found again, ends, and can be undone."""

from dataclasses import replace

import pytest

from bot.actions.executor import Executor
from bot.actions.lifecycle import MARKED
from bot.model import Event, Step
from bot.platforms.base import Unreachable
from bot.platforms.memory import Memory
from bot.report.text import text
from bot.service import daily, finding
from bot.store import open_store
from tests.unit.actions.world import DAY, DROP, OWNER, World, rule

INES = "ines@town.test"
STEPS = pytest.mark.parametrize("step", [Step.MUTE, Step.LIST, Step.HIDE_REPOSTS])


class Restored(World):
    """A world whose store can be lost, or set back to an earlier day."""

    def __init__(self, folder, database):
        super().__init__(folder)
        self.folder, self.database = folder, database
        self.stores = 0

    def back_up(self):
        self.store.close()
        self.database.copy(self.folder / "store.sqlite", self.folder / "backup.sqlite")
        self.store = open_store(str(self.folder / "store.sqlite"))

    def lose_the_store(self, backup=False):
        self.store.close()
        self.stores += 1
        path = self.folder / f"store{self.stores}.sqlite"
        if backup:
            self.database.copy(self.folder / "backup.sqlite", path)
        self.store = open_store(str(path))
        self.platform = Memory(self.network, OWNER)

    def dry_config(self):
        return replace(self.config, dry_run=True)

    @property
    def executor(self):
        return Executor("home", self.platform, self.store, self.clock)

    @property
    def in_force(self):
        return [action for action in self.executor.actions() if action.in_force]

    def note(self, handle=DROP):
        return self.network.notes.get((self.network.account(OWNER).id, self.network.account(handle).id), "")

    def writes(self):
        return [request.what for request in self.network.requests if request.write]

    def day(self):
        profile = self.config.profiles[0]
        return daily.compose(profile, self.store, self.config, self.clock.now().date(), self.clock.now())


@pytest.fixture
def world(tmp_path, database):
    made = Restored(tmp_path, database)
    yield made
    made.store.close()


def stands(world, step):
    now = world.standing
    return {Step.MUTE: now.muted, Step.LIST: bool(now.lists), Step.HIDE_REPOSTS: now.reposts_hidden}[step]


def done_and_lost(world, step=Step.MUTE):
    """An action of an earlier store, which is lost then."""
    world.with_rule(rule(step))
    world.go(2 * DAY, DAY / 2)
    assert stands(world, step)
    world.lose_the_store()
    world.with_rule(rule(step))


@pytest.mark.slow
@STEPS
def test_an_action_of_a_lost_store_is_found_again_and_ends(world, step):
    done_and_lost(world, step)
    world.sweep()
    (action,) = world.in_force
    assert (action.step, action.plan.reason, action.plan.rule) == (step, MARKED, None)
    assert world.events() == [Event.PLANNED, Event.DONE]
    world.links = False
    world.go(4 * DAY, DAY / 2)
    assert not stands(world, step)
    assert "quietfeed" not in world.note()
    assert world.store.feedback("home", "veto") == {}


@pytest.mark.slow
@STEPS
def test_an_action_of_a_lost_store_is_renewed_where_its_account_is_no_better(world, step):
    done_and_lost(world, step)
    world.go(3 * DAY)
    assert stands(world, step)
    assert any("renewed until" in reason for reason in world.reasons())
    assert world.note().count("quietfeed") == 1


@STEPS
def test_an_action_of_a_lost_store_can_be_undone(world, step):
    stood = world.standing
    done_and_lost(world, step)
    world.sweep()
    (action,) = world.in_force
    assert world.executor.take_back(action, Event.UNDONE, "you undid it") is Event.UNDONE
    assert world.standing == stood
    assert world.note() == ""


def test_what_is_found_again_ends_when_the_server_says(world):
    done_and_lost(world)
    world.sweep()
    (action,) = world.in_force
    assert action.until == action.ends == world.standing.muted_until


def test_nothing_is_asked_of_the_server_to_take_it_over_and_it_is_done_once(world):
    done_and_lost(world)
    before = world.writes()
    for _ in range(3):
        world.sweep()
    assert world.writes() == before
    assert world.events() == [Event.PLANNED, Event.DONE]


def test_in_dry_run_it_is_said_and_nothing_is_written_on_the_platform(world):
    done_and_lost(world)
    before = world.writes()
    world.with_rule(rule())
    world.config = world.dry_config()
    world.sweep()
    assert world.writes() == before
    assert world.muted
    assert "Found again: drop@market.test (mute, until" in text(world.day(), whole=True)


def test_a_store_restored_from_an_older_backup_takes_over_what_was_done_since(world):
    world.go(DAY / 4)
    world.back_up()
    world.go(2 * DAY)
    assert world.muted
    world.lose_the_store(backup=True)
    world.go(DAY + DAY / 4)
    assert [action.plan.reason for action in world.in_force] == [MARKED]
    world.links = False
    world.go(4 * DAY, DAY / 2)
    assert not world.muted


@pytest.mark.slow
def test_what_a_lost_store_renewed_is_not_taken_for_the_owners(world):
    world.go(2 * DAY)
    world.back_up()
    world.go(3 * DAY)
    assert "renewed" in world.reasons()
    world.lose_the_store(backup=True)
    world.go(DAY + DAY / 4)
    (action,) = world.in_force
    assert action.plan.reason == MARKED
    assert action.until == world.standing.muted_until


def test_a_mark_under_a_mute_that_the_owner_set_anew_goes(world):
    world.go(2 * DAY)
    world.network.mute(OWNER, DROP)
    world.go(DAY + DAY / 2)
    assert world.in_force == []
    assert world.muted
    assert world.note() == ""


@pytest.mark.slow
def test_a_store_restored_after_an_end_that_it_knows_nothing_of_goes_on(world):
    world.go(2 * DAY)
    world.back_up()
    world.links = False
    world.go(4 * DAY, DAY / 2)
    assert not world.muted
    world.lose_the_store(backup=True)
    world.go(2 * DAY)
    assert not world.in_force
    assert world.store.feedback("home", "veto") == {}


@pytest.mark.parametrize("marked", [False, True])
def test_a_mute_of_the_owners_is_never_touched(world, marked):
    """Without a mark, and with one that tells of another mute: ours, which the owner replaced."""
    if marked:
        done_and_lost(world)
    world.network.mute(OWNER, DROP)
    world.go(2 * DAY)
    assert world.in_force == []
    assert world.network.mutes[world.network.account(OWNER).id, world.network.account(DROP).id] is None


def test_whom_the_owner_keeps_is_let_go_of(world):
    done_and_lost(world)
    world.store.set_feedback("home", world.network.account(DROP), "keep", "a friend", world.clock.now())
    world.sweep()
    assert not world.muted
    assert world.note() == ""


def test_what_the_owner_took_back_is_not_taken_over_again(world):
    done_and_lost(world)
    world.store.set_feedback("home", world.network.account(DROP), "veto", "", world.clock.now())
    world.sweep()
    assert world.in_force == []


def test_a_mark_that_outlived_its_action_takes_nothing_over(world):
    """Its removal failed; then the owner put the account on that list by hand."""
    world.with_rule(rule(Step.LIST))
    world.go(2 * DAY)
    note = world.note()
    (action,) = world.in_force
    world.executor.take_back(action, Event.UNDONE, "the rule was wrong")
    world.network.write_note(OWNER, DROP, note)
    world.network.add_to_list(OWNER, "Quieted", DROP)
    world.clock.wait(2 * 86400)
    world.with_rule(rule(name="another", days=400), per_sweep=0)
    world.sweep()
    assert world.in_force == []


def test_a_mark_that_outlived_even_the_ledgers_memory_of_its_action_takes_nothing_over(world):
    """Its removal failed, the action is long forgotten, and the owner puts the account on that list by hand."""
    world.with_rule(rule(Step.LIST))
    world.go(2 * DAY)
    note = world.note()
    world.links = False
    world.go(5 * DAY, DAY / 2)
    assert world.in_force == []
    world.network.write_note(OWNER, DROP, note)
    last = world.store.action_entries("home")[-1]
    world.store.record([replace(last, event=Event.JUDGED, action_id="")])  # the last line of all is never forgotten
    later = world.clock.now() + 400 * DAY
    world.store.prune("home", later, later, later)
    assert not any(action.step is Step.LIST for action in world.executor.actions())
    world.network.add_to_list(OWNER, "Quieted", DROP)
    world.clock.wait(2 * 86400)
    world.sweep()
    assert world.in_force == []
    assert world.standing.lists


def test_an_action_in_force_without_a_mark_gets_one_but_not_in_dry_run(world):
    world.go(2 * DAY)
    world.network.write_note(OWNER, DROP, "My own words.")
    live, world.config = world.config, world.dry_config()
    world.go(DAY + DAY / 4)
    assert world.note() == "My own words."
    world.config = live
    world.go(DAY + DAY / 4)
    assert world.note().startswith("My own words.\nquietfeed: mute until ")


class Killed(BaseException):
    """The process ends here."""


def test_the_mark_is_there_though_the_process_died_before_the_action_was_recorded(world):
    real = world.platform.act

    def act(action):
        world.platform.act = real
        real(action)
        raise Killed

    world.platform.act = act
    with pytest.raises(Killed):
        world.go(2 * DAY)
    assert world.note() == ""
    world.sweep()
    assert world.note().startswith("quietfeed: mute until ")


@pytest.mark.slow
def test_a_mark_that_cannot_be_set_costs_nothing_but_the_mark(world):
    def trouble(request):
        if request.what == "note":
            raise Unreachable("reset")

    world.network.trouble = trouble
    world.go(2 * DAY)
    assert world.muted
    assert world.note() == ""
    world.network.trouble = None
    world.go(DAY + DAY / 4)
    assert world.note().startswith("quietfeed: mute until ")


def test_a_look_that_fails_costs_no_sweep_and_comes_again(world):
    done_and_lost(world)

    def trouble(request):
        if request.what == "quieted":
            raise Unreachable("reset")

    world.network.trouble = trouble
    assert world.sweep().record.error == ""
    assert world.in_force == []
    world.network.trouble = None
    world.clock.wait(1800)
    world.sweep()
    assert world.in_force == []
    world.clock.wait(1800)
    world.sweep()
    assert world.in_force


def test_it_is_looked_for_once_a_day(world):
    world.go(3 * DAY)
    asked = [request for request in world.network.requests if request.what == "quieted"]
    assert len(asked) == 3


def test_what_was_found_again_takes_no_room_of_the_limits(world):
    done_and_lost(world)
    world.network.join("more@market.test")
    world.network.follow(OWNER, "more@market.test")
    world.with_rule(rule(), per_day=1)
    world.sweep()
    (action,) = world.in_force
    assert not action.is_new


# The rest, which nobody marked


@pytest.mark.slow
def test_the_owner_is_asked_once_about_the_rest_where_something_was_found(world):
    world.network.mute(OWNER, INES)
    done_and_lost(world)
    world.sweep()
    assert "1 other stands unmarked" in finding.question("home", world.store, again=True)
    assert "quietfeed adopt" in text(world.day(), whole=True)
    finding.told("home", world.store)
    assert "quietfeed adopt" not in text(world.day(), whole=True)
    assert "quietfeed adopt" in finding.question("home", world.store, again=True)
    finding.answered("home", world.store)
    world.go(3 * DAY)
    assert finding.question("home", world.store, again=True) == ""


def test_the_owner_reads_how_many_others_stand(world):
    said = []
    for others in (0, 1, 2, 1234):
        finding.keep(finding.Look(world.clock.now(), others, "open"), "home", world.store)
        said.append(finding.question("home", world.store, again=False).partition("; ")[2].partition(" unmarked")[0])
    assert said == ["", "1 other stands", "2 others stand", "1,234 others stand"]


@pytest.mark.parametrize(
    ("question", "asked", "again"), [("", 0, 0), ("open", 1, 1), ("told", 0, 1), ("answered", 0, 0)]
)
def test_the_owner_is_asked_until_a_report_did_and_told_again_until_they_answered(world, question, asked, again):
    finding.keep(finding.Look(world.clock.now(), 2, question), "home", world.store)
    assert bool(finding.question("home", world.store, again=False)) == asked
    assert bool(finding.question("home", world.store, again=True)) == again
    finding.told("home", world.store)
    assert finding.last_look("home", world.store).question == ("told" if question == "open" else question)


@pytest.mark.slow
def test_whoever_begins_is_asked_nothing(world):
    world.network.mute(OWNER, INES)
    world.go(3 * DAY)
    assert finding.question("home", world.store, again=True) == ""
    assert world.day().question == ""


@pytest.mark.slow
def test_what_the_owner_mutes_later_is_nothing_to_ask_about(world):
    done_and_lost(world)
    world.sweep()
    world.network.mute(OWNER, INES)
    world.go(3 * DAY)
    assert finding.question("home", world.store, again=True) == ""


@STEPS
def test_what_the_owner_names_ends_as_any_other(world, step):
    done_and_lost(world, step)
    world.network.write_note(OWNER, DROP, "")
    world.sweep()
    assert world.in_force == []
    (found,) = finding.unknown("home", world.platform, world.store, world.config)
    finding.adopt(found, "home", world.store, world.config, world.clock.now())
    assert [action.step for action in world.in_force] == [step]
    assert not list(finding.unknown("home", world.platform, world.store, world.config))
    world.links = False
    world.go(4 * DAY, DAY / 2)
    assert not stands(world, step)


def test_what_is_named_and_tells_no_end_is_judged_after_a_day(world):
    world.network.mute(OWNER, DROP)
    world.links = False
    world.sweep()
    (found,) = finding.unknown("home", world.platform, world.store, world.config)
    finding.adopt(found, "home", world.store, world.config, world.clock.now())
    world.go(DAY / 2)
    assert world.muted
    world.go(DAY)
    assert not world.muted
