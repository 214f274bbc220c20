"""Deeds on the network in memory: planned, done, verified, run out, renewed, taken back, and left to the owner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.executor import Hands, told
from bot.actions.lifecycle import tracks
from bot.clock import SimulatedClock
from bot.config import Limits, Profile, Proof, default_config
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import EPOCH, Action, Event, Post, Standing
from bot.platforms.base import Unreachable, Unsupported
from bot.platforms.memory import Memory, Network
from bot.service.sweep import sweep
from bot.store import open_store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
OWNER, DROP = "robin@quiet.example", "drop@market.test"
DAY = timedelta(days=1)
AT_ONCE = Limits(first_days_dry=timedelta(), confirm_after=timedelta(), newly_followed=timedelta())


def rule(action=Action.MUTE, name="dropper", days=3, **more):
    return Rule(name, {"link_share": Bounds(at_least=0.9)}, action, duration=days * DAY, **more)


class World:
    """Robin follows one who drops a link an hour and one who talks."""

    def __init__(self, folder):
        self.clock = SimulatedClock(START)
        self.network = Network(self.clock)
        for handle in (OWNER, DROP, "ines@town.test"):
            self.network.join(handle)
        self.network.follow(OWNER, DROP)
        self.network.follow(OWNER, "ines@town.test")
        self.store = open_store(str(folder / "store.sqlite"))
        self.platform = Memory(self.network, OWNER)
        self.config = replace(
            default_config(),
            profiles=(Profile("home", "memory"),),
            rules=(rule(),),
            minimum=Minimum(own_posts=10, days_seen=1),
            limits=AT_ONCE,
            proof=Proof(max_age=timedelta(hours=6)),
            dry_run=False,
        )
        self.links = True

    def with_rule(self, made, **limits):
        self.config = replace(
            self.config, rules=(made,), limits=replace(self.config.limits, **limits), fingerprint=made.name
        )

    def go(self, span, every=timedelta(hours=6)):
        """Let time pass, with posts, and sweep as the daemon does."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            for _ in range(int(every.total_seconds() // 3600)):
                shared = ("https://shop.example/offer",) if self.links else ()
                self.network.post(DROP, Post("", "", EPOCH, text=f"Offer of {self.clock.now():%d %H}", links=shared))
                self.clock.wait(3600)
            self.sweep()

    def sweep(self):
        return sweep("home", self.platform, self.store, self.config, self.clock)

    @property
    def muted(self):
        return self.standing.muted

    @property
    def standing(self):
        account = self.network.account(DROP)
        return Memory(self.network, OWNER).standing([account], None)[account.id]

    def events(self):
        return [e.event for e in self.store.entries("home") if e.event is not Event.JUDGED]

    def reasons(self):
        return [e.reason for e in self.store.entries("home") if e.event is not Event.JUDGED]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def test_a_deed_is_planned_done_and_verified_with_its_reasons(world):
    world.go(2 * DAY)
    assert world.muted
    plan, done = [e for e in world.store.entries("home") if e.event is not Event.JUDGED]
    assert (plan.event, done.event, plan.deed) == (Event.PLANNED, Event.DONE, done.deed)
    assert plan.rule == "dropper"
    assert plan.readings["link_share"] == 1.0
    assert plan.evidence
    assert world.standing.muted_until == plan.until


@pytest.mark.parametrize(
    ("action", "shows"),
    [
        (Action.MUTE, lambda s: s.muted),
        (Action.LIST, lambda s: s.lists == ("Quieted",)),
        (Action.HIDE_REPOSTS, lambda s: s.reposts_hidden),
    ],
)
def test_every_step_is_done_once_and_released_when_its_account_is_better(world, action, shows):
    world.with_rule(rule(action))
    world.go(2 * DAY)
    assert shows(world.standing)
    world.links = False
    world.go(8 * DAY)
    assert not shows(world.standing)
    assert world.events().count(Event.DONE) == 1 + world.events().count(Event.EXPIRED) - 1
    assert world.events()[-1] is Event.EXPIRED


def test_a_deed_that_helped_nothing_is_renewed_for_twice_as_long(world):
    world.go(2 * DAY)
    first = world.standing.muted_until
    world.go(4 * DAY)
    assert world.muted
    assert world.standing.muted_until - first >= 6 * DAY - timedelta(hours=12)
    assert world.reasons()[-1].startswith("no better: renewed until")


def test_a_rule_that_found_nobody_has_zero_for_usual(world):
    world.links = False
    world.go(DAY)
    assert world.config.rules[0].name in world.store.noted("usual:home")


def test_a_renewal_never_lasts_longer_than_the_cap(world):
    world.with_rule(rule(), longest=4 * DAY)
    world.go(12 * DAY)
    spans = [e.until - e.at for e in world.store.entries("home") if e.event is Event.PLANNED]
    assert len(spans) > 1
    assert max(spans) <= 4 * DAY


def test_what_the_owner_unmutes_by_hand_is_a_veto_for_good(world):
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.go(20 * DAY)
    assert not world.muted
    assert world.events() == [Event.PLANNED, Event.DONE, Event.VETOED]
    assert world.store.latest_judged("home")[world.network.account(DROP).id].hold == "veto"


def test_what_the_owner_muted_first_stays_theirs(world):
    world.network.mute(OWNER, DROP)
    world.go(3 * DAY)
    assert world.events() == []
    assert world.muted


def test_a_mute_that_the_owner_sets_anew_over_ours_is_theirs_from_then_on(world):
    world.go(2 * DAY)
    world.network.mute(OWNER, DROP, world.clock.now() + 300 * DAY)
    world.go(10 * DAY)
    assert world.muted
    assert world.events() == [Event.PLANNED, Event.DONE, Event.CANCELLED]


def test_an_account_that_the_owner_warms_to_is_released(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.network.follow(DROP, OWNER)
    world.go(2 * DAY)
    assert not world.muted
    assert world.reasons()[-1] == "mutual: you follow each other"


def test_the_first_days_only_rehearse_whatever_the_config_says(world):
    world.with_rule(rule(days=30), first_days_dry=7 * DAY)
    world.go(6 * DAY)
    assert not world.muted
    assert world.events() == [Event.PLANNED]
    assert not [request for request in world.network.requests if request.write]


def test_the_rehearsed_plan_equals_the_real_one(tmp_path):
    worlds = []
    for number, dry in enumerate((True, False)):
        (tmp_path / str(number)).mkdir()
        world = World(tmp_path / str(number))
        world.config = replace(world.config, dry_run=dry)
        world.go(2 * DAY)
        worlds.append(world)
    plans = [
        [
            (e.at, e.account.handle, e.rule, e.action, e.until, e.readings)
            for e in world.store.entries("home", events={Event.PLANNED})
        ]
        for world in worlds
    ]
    assert plans[0] == plans[1] != []
    for world in worlds:
        world.store.close()


def test_a_verdict_waits_for_its_confirmation_on_fresh_posts(world):
    world.with_rule(rule(), confirm_after=DAY)
    world.go(DAY + timedelta(hours=12))
    (entry,) = [e for e in world.store.latest_judged("home").values() if e.rule]
    assert entry.waits == "unconfirmed"
    assert not world.muted
    world.go(DAY + timedelta(hours=12))
    assert world.muted


def test_an_account_followed_a_moment_ago_is_left_alone(world):
    world.with_rule(rule(), newly_followed=7 * DAY)
    world.go(6 * DAY)
    assert not world.muted
    world.go(2 * DAY)
    assert world.muted


def test_a_mute_that_did_not_take_is_tried_again_and_then_reported(world):
    world.network.trouble = lambda request: None
    real_mute, world.network.mute = world.network.mute, lambda *_: None
    world.go(2 * DAY)
    assert Event.FAILED in world.events()
    assert "the mute did not take" in world.reasons()
    tried = world.events().count(Event.FAILED)
    assert tried <= 4, "it backs off"
    world.network.mute = real_mute
    world.go(4 * DAY)
    assert world.muted


def test_a_step_that_is_not_allowed_falls_to_the_next_rule_that_fires(world):
    world.config = replace(world.config, rules=(rule(Action.LIST, "to the list"), rule(Action.MUTE, "or mute")))
    world.network.lists_refused = True
    real = world.platform.act

    def act(deed):
        if deed.action is Action.LIST:
            raise Unsupported("this server has no lists")
        return real(deed)

    world.platform.act = act
    world.go(2 * DAY)
    assert world.muted
    assert "this server has no lists" in world.reasons()


def test_a_deed_cut_off_before_it_was_done_is_cancelled_at_the_next_start(world):
    world.go(DAY)
    world.network.trouble = lambda request: fail() if request.write else None
    with pytest.raises(Unreachable):
        world.go(2 * DAY)
    assert world.events() == [Event.PLANNED]
    world.network.trouble = None
    world.sweep()
    assert world.events()[1] is Event.CANCELLED


def test_a_deed_cut_off_after_it_was_done_is_found_done_at_the_next_start(world):
    world.go(DAY)
    world.network.lost = [Unreachable("the answer was lost")]
    with pytest.raises(Unreachable):
        world.go(2 * DAY)
    world.sweep()
    assert world.events() == [Event.PLANNED, Event.DONE]
    assert world.muted


def fail():
    raise Unreachable("the server is gone")


def test_a_release_that_was_cut_off_is_finished_and_is_no_veto(world):
    world.go(2 * DAY)
    hands = Hands("home", world.platform, world.store, world.clock)
    (track,) = [t for t in hands.tracks() if t.live]
    world.network.lost = [Unreachable("the answer was lost")]
    with pytest.raises(Unreachable):
        hands.release(track, Event.UNDONE, "you undid it")
    hands.recover()
    assert world.events()[-2:] == [Event.LIFTING, Event.UNDONE]
    assert not world.store.feedback("home", "veto")
    assert not world.muted


def test_no_rule_means_release_but_only_after_a_report_has_shown_it(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.config = replace(world.config, rules=(), fingerprint="without the rule")
    world.sweep()
    assert world.muted
    world.clock.wait(60)
    world.store.save_report("home", world.clock.now().date(), "", "", "{}", world.clock.now(), "sent")
    world.sweep()
    assert not world.muted
    assert world.reasons()[-1] == "no rule of your config fires on it any more"


def test_the_ledger_folds_to_one_track_a_deed(world):
    world.go(2 * DAY)
    entries = world.store.entries("home")
    (track,) = tracks(entries, dry=False)
    assert track.live
    assert not track.open
    assert tracks(entries, dry=True) == []
    assert told(world.store, "home", dry=False) == [track]


def quota_world(world, quota=5):
    made = Rule("ten a day", then=Action.MUTE, quota=quota)
    world.config = replace(
        world.config, rules=(made,), report=replace(world.config.report, timezone="Europe/Lisbon"), fingerprint="quota"
    )


def test_whoever_goes_beyond_the_quota_is_muted_until_the_owners_midnight(world):
    quota_world(world)
    world.go(timedelta(hours=6))
    assert world.muted
    assert world.standing.muted_until == datetime(2026, 3, 3, tzinfo=UTC)  # Lisbon keeps UTC in winter
    world.clock.wait(12 * 3600)
    world.sweep()
    assert not world.muted
    assert world.events() == [Event.PLANNED, Event.DONE, Event.LIFTING, Event.EXPIRED]


def test_whoever_stays_within_the_quota_is_not_touched(world):
    quota_world(world, quota=24)
    world.go(3 * DAY)
    assert world.events() == []


def test_a_quota_spares_whom_the_owner_trusts(world):
    quota_world(world)
    world.network.follow(DROP, OWNER)
    world.go(DAY)
    assert not world.muted


def test_a_quota_mute_is_lifted_after_downtime_across_midnight(world):
    quota_world(world)
    world.go(timedelta(hours=6))
    world.clock.wait(5 * 24 * 3600)
    world.sweep()
    assert not world.muted
    assert world.events()[-1] is Event.EXPIRED


def test_a_quota_is_rehearsed_in_dry_run(world):
    quota_world(world)
    world.config = replace(world.config, dry_run=True)
    world.go(timedelta(hours=6))
    assert world.events() == [Event.PLANNED]
    assert not world.muted


def live(world):
    (track,) = [t for t in told(world.store, "home", dry=False) if t.live]
    return track


def test_a_mute_for_good_that_the_owner_sets_over_ours_is_theirs(world):
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.network.mute(OWNER, DROP)
    world.go(9 * DAY)
    assert world.network.mutes[world.network.account(OWNER).id, world.network.account(DROP).id] is None
    assert world.events() == [Event.PLANNED, Event.DONE, Event.CANCELLED]


def test_a_server_whose_clock_is_an_hour_ahead_makes_no_mute_the_owners(world):
    real, skew = world.network.mute, timedelta(hours=1)
    world.network.mute = lambda who, whom, until=None: real(who, whom, until and until + skew)
    world.go(10 * DAY)
    assert Event.CANCELLED not in world.events()
    assert Event.VETOED not in world.events()
    assert world.events().count(Event.DONE) > 1


def test_a_server_that_ignores_the_duration_is_asked_to_unmute_in_time(world):
    real = world.network.mute
    world.network.mute = lambda who, whom, until=None: real(who, whom)
    world.go(2 * DAY)
    world.links = False
    world.go(8 * DAY)
    assert not world.muted
    assert world.events()[-1] is Event.EXPIRED


def test_an_unmute_by_hand_is_a_veto_even_where_the_time_ran_out_meanwhile(world):
    real = world.network.mute
    world.network.mute = lambda who, whom, until=None: real(who, whom)
    world.go(2 * DAY)
    world.network.unmute(OWNER, DROP)
    world.clock.wait(30 * 86400)
    world.go(2 * DAY)
    assert world.events() == [Event.PLANNED, Event.DONE, Event.VETOED]


def test_what_runs_out_while_nothing_runs_is_judged_again_afterwards(world):
    world.go(2 * DAY)
    world.clock.wait(60 * 86400)
    world.sweep()
    assert not world.muted
    assert world.events()[-1] is Event.EXPIRED
    assert not world.store.feedback("home", "veto")


@pytest.mark.parametrize("what", ["deleted", "blocked", "suspended"])
def test_an_account_that_goes_away_is_no_veto(world, what):
    world.go(2 * DAY)
    if what == "blocked":
        world.network.block(DROP, OWNER)
    else:
        world.network.suspend(DROP)
    world.platform.standing = unknowing(world.platform) if what == "deleted" else world.platform.standing
    for _ in range(20):
        world.clock.wait(6 * 3600)
        world.sweep()
    assert not world.store.feedback("home", "veto")
    assert not [t for t in told(world.store, "home", dry=False) if t.live or t.open]


def unknowing(platform):
    real = platform.standing
    return lambda accounts, since: {one: Standing() for one in real(accounts, since)}


def test_one_account_that_cannot_be_released_does_not_stop_the_sweeps(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    hands, track = Hands("home", world.platform, world.store, world.clock), live(world)
    world.store.set_feedback("home", track.deed.account, "veto", "you undid it", world.clock.now())
    world.platform.undo = lambda deed: refuse()
    assert hands.release(track, Event.UNDONE, "you undid it") is Event.LIFTING
    for _ in range(6):
        world.clock.wait(600)
        world.sweep()
    stuck = [e for e in world.store.entries("home", events={Event.LIFTING}) if e.waits]
    assert 2 <= len(stuck) <= 4, "it backs off"
    del world.platform.undo
    world.clock.wait(86400)
    world.sweep()
    assert not world.muted
    assert world.events()[-1] is Event.UNDONE


def refuse():
    raise Unsupported("this server cannot unmute")


def test_an_undo_while_the_deed_is_being_done_wins(world):
    world.go(DAY)
    other = Hands("home", Memory(world.network, OWNER), world.store, world.clock)
    real = world.platform.act

    def act(deed):
        (open_,) = [t for t in other.tracks() if t.open]
        world.store.set_feedback("home", deed.account, "veto", "you undid it", world.clock.now())
        other.release(open_, Event.UNDONE, "you undid it")
        return real(deed)

    world.platform.act = act
    world.go(DAY)
    world.platform.act = real
    world.go(DAY)
    assert not world.muted
    assert world.events() == [Event.PLANNED, Event.LIFTING, Event.UNDONE]


@pytest.mark.parametrize("what", ["mutes", "keeps"])
def test_the_owner_is_heard_until_the_last_moment(world, what):
    world.go(DAY - timedelta(hours=6))
    real = Hands.perform

    def perform(hands, decision, terms):
        if what == "mutes":
            world.network.mute(OWNER, DROP)
        else:
            world.store.set_feedback("home", decision.account, "keep", "", world.clock.now())
        return real(hands, decision, terms)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hands, "perform", perform)
        world.go(2 * DAY)
    assert world.events() == []
    assert world.muted is (what == "mutes")


def test_a_kept_account_is_released_at_the_next_sweep_though_no_rule_fires_any_more(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.store.set_feedback("home", world.network.account(DROP), "keep", "my baker", world.clock.now())
    world.sweep()
    assert not world.muted
    assert world.reasons()[-1] == "kept: you asked to keep it"


def test_back_in_dry_run_what_stands_runs_out_and_nothing_new_is_done(world):
    world.go(2 * DAY)
    world.config = replace(world.config, dry_run=True)
    world.go(6 * DAY)
    assert not world.muted
    assert world.events().count(Event.DONE) == 1


def test_a_rule_that_is_renamed_keeps_what_it_holds(world):
    world.with_rule(rule(days=30))
    world.go(2 * DAY)
    world.with_rule(rule(name="link dropper", days=30))
    world.store.save_report("home", world.clock.now().date(), "", "", "{}", world.clock.now() + DAY, "sent")
    world.go(4 * DAY)
    assert world.muted
    assert world.events() == [Event.PLANNED, Event.DONE]


def test_a_clock_that_goes_backwards_undoes_and_doubles_nothing(world):
    world.go(2 * DAY)
    world.clock.time -= DAY
    world.go(DAY)
    assert world.muted
    assert world.events() == [Event.PLANNED, Event.DONE]
