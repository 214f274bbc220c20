"""Who is found by no rule is left out of a replay, and the difference is the same as if all had been followed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.config import fingerprint
from bot.judging.rules import Bounds, Rule
from bot.model import EPOCH, Event, Judgement, Opinion
from bot.tuning.difference import Difference, Timeline, difference
from bot.tuning.outcomes import Outcome
from bot.tuning.replay import replay
from bot.tuning.trial import Pair, Trial
from tests.unit.tuning.town import LIST, MUTE, Weeks

pytestmark = pytest.mark.slow


def linking(share: float, posts: int, **more: Bounds) -> Rule:
    """A rule that finds those with so large a share of links among so many posts."""
    when = {"link_share": Bounds(at_least=share), "own_posts": Bounds(at_least=posts)}
    return Rule(f"{share:.0%} of {posts}", when | more, MUTE.then)


FEW = linking(0.97, 22)
RULES = {
    "none": (),
    "few": (FEW,),
    "some": (linking(0.95, 25),),
    "more": (linking(0.94, 20), replace(linking(0.92, 25), name="more", then=LIST.then)),
    "not measured": (linking(0.94, 22, reply_share=Bounds(at_most=0.5)),),
    "with an exception": (replace(linking(0.9, 20), unless={"link_share": Bounds(at_most=0.96)}),),
    "elsewhere": (replace(FEW, only=replace(FEW.only, platforms=("bluesky",))),),
    "of the timeline": (linking(0.95, 20, timeline_share=Bounds(at_least=0.1)),),
}


@pytest.fixture(scope="module", params=[1, 5])
def weeks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weeks]:
    made = Weeks(tmp_path_factory.mktemp("weeks"), request.param)
    made.use(replace(made.config, rules=RULES["few"]))
    made.go_on(14)
    yield made
    made.store.close()


def bare(outcome: Outcome) -> Outcome:
    """Without the names of actions, which every replay makes up anew."""
    plan = replace(outcome.plan, action_id="") if outcome.plan else None
    return replace(outcome, entry=replace(outcome.entry, action_id=""), plan=plan)


def unnamed(found: Difference) -> Difference:
    changes = (replace(one, before=bare(one.before), after=bare(one.after)) for one in found.changes)
    return replace(found, changes=tuple(changes))


def test_the_difference_is_that_of_everybody_followed(weeks: Weeks) -> None:
    record, measured = weeks.record(), weeks.measured()
    accounts = {entry.account.id: entry.account for entry in weeks.decided()}
    timeline = Timeline(EPOCH, weeks.clock.now(), dict.fromkeys(accounts, 3))
    said = {one: Judgement(accounts[one], Opinion.FINE, EPOCH, "reviewed") for one in list(accounts)[:2]}
    trial, left_out = Trial(record, EPOCH, measured), 0
    for old in (weeks.with_rules(*rules) for rules in RULES.values()):
        for new in (weeks.with_rules(*rules) for rules in RULES.values()):
            whole = Pair(*(replay(record, EPOCH, config, weeks.measured()) for config in (old, new)))
            quick = trial.held(old, new, told=said)
            assert unnamed(difference(quick, timeline, said)) == unnamed(difference(whole, timeline, said))
            for one, other in ((quick.before, whole.before), (quick.after, whole.after)):
                assert {account: bare(outcome) for account, outcome in one.outcomes.items()} == {
                    account: bare(other.outcomes[account]) for account in one.outcomes
                }
            left_out += quick.others
    assert left_out > 20


def test_everybody_of_whom_the_ledger_tells_something_is_followed(weeks: Weeks) -> None:
    nothing = weeks.with_rules()
    told = {e.account.id for _, e in weeks.record().entries if e.rule or e.event is not Event.JUDGED}
    assert told
    assert Trial(weeks.record(), EPOCH, weeks.measured()).held(nothing, nothing).before.outcomes.keys() >= told


def test_a_config_that_stays_is_replayed_once(weeks: Weeks) -> None:
    old, edited = weeks.config, weeks.with_rules(FEW, LIST)
    trial = Trial(weeks.record(), EPOCH, weeks.measured())
    first = trial.held(old, edited)
    again = replace(edited, limits=replace(edited.limits, per_day=1))
    second = trial.held(old, replace(again, fingerprint=fingerprint(again)))
    assert second.before.decisions is first.before.decisions
    assert second.after.decisions is not first.after.decisions
