"""One edit after the other, with what is known from those before: always what a whole replay by itself comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, fingerprint
from bot.judging.rules import Bounds, Rule
from bot.model import EPOCH, Entry, Judgement, Opinion, Step
from bot.tuning.difference import Timeline, difference
from bot.tuning.outcomes import Replay
from bot.tuning.quotas import Days
from bot.tuning.replay import replay
from bot.tuning.trial import Pair, Trial
from tests.unit.tuning.test_quotas import Loud
from tests.unit.tuning.test_trial import bare, unnamed
from tests.unit.tuning.town import DAY

HOLDING = {"per_sweep": 1, "per_day": 2, "followed_share_per_week": 0.01, "confirm_after": 2 * DAY, "sudden_least": 2}
"""Limits under which what becomes of one account hangs on what became of the others."""
LOOSE = {"per_sweep": 50, "per_day": 50, "followed_share_per_week": 5.0, "confirm_after": timedelta(0)}
shares = st.sampled_from([0.5, 0.85, 0.88, 0.9, 0.92, 0.94, 0.96, 1.0])
steps = st.sampled_from([Step.REPORT, Step.LIST, Step.MUTE])


@st.composite
def edits(draw: st.DrawFn) -> tuple[tuple[Rule, ...], dict[str, object]]:
    """Rules and limits, as an owner may have them after a save: mostly other bounds, at times more."""
    first = Rule("linker", {"link_share": Bounds(at_least=draw(shares))}, Step.MUTE, duration=3 * DAY)
    posts = Bounds(at_least=draw(st.sampled_from([20, 25, 30, 40])))
    second = Rule("chatty", {"link_share": Bounds(at_least=draw(shares)), "own_posts": posts}, draw(steps))
    if draw(st.booleans()):
        second = replace(second, unless={"reply_share": Bounds(at_least=draw(shares))}, duration=draw(durations))
    loud = Rule("loud", then=Step.MUTE, quota=draw(st.sampled_from([3, 4, 6])))
    share = Bounds(at_least=draw(st.sampled_from([0.05, 0.1, 0.15])))
    timeline = replace(second, name="much of it", when={"timeline_share": share, **second.when})
    more = draw(st.sampled_from([(), (), (loud,), (timeline,)]))
    return (first, second, *more), draw(st.sampled_from([{}, HOLDING, LOOSE]))


durations = st.sampled_from([DAY, 5 * DAY, None])


@pytest.fixture(scope="module", params=[(2, False), (3, True)], ids=["live", "dry"])
def weeks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loud]:
    seed, dry = request.param
    rules = (Rule("linker", {"link_share": Bounds(at_least=0.9)}, Step.MUTE, duration=3 * DAY), Rule("l", quota=3))
    made = Loud(tmp_path_factory.mktemp("edits"), seed, *(replace(one, then=Step.MUTE) for one in rules), dry=dry)
    made.go_on(8)
    yield made
    made.store.close()


@settings(max_examples=12, deadline=None)
@given(st.lists(edits(), min_size=2, max_size=4))
def test_edit_after_edit_comes_to_what_a_replay_by_itself_comes_to(
    weeks: Loud, edited: list[tuple[tuple[Rule, ...], dict[str, object]]]
) -> None:
    record, heard = weeks.record(), weeks.heard(weeks.config)
    accounts = {entry.account.id: entry.account for entry in weeks.decided()}
    timeline = Timeline(EPOCH, weeks.clock.now(), dict.fromkeys(accounts, 3))
    said = {one: Judgement(accounts[one], Opinion.FINE, EPOCH, "reviewed") for one in list(accounts)[:2]}
    trial, old = Trial(record, EPOCH, weeks.measured()), weeks.config
    for rules, limits in edited:
        new = config(weeks, rules, limits)
        whole = Pair(*(replay(record, EPOCH, one, weeks.measured(), heard) for one in (old, new)))
        quick = trial.held(old, new, heard, told=said)
        assert unnamed(difference(quick, timeline, said)) == unnamed(difference(whole, timeline, said))
        for one, other in ((quick.before, whole.before), (quick.after, whole.after)):
            assert {account: bare(outcome) for account, outcome in one.outcomes.items()} == {
                account: bare(other.outcomes[account]) for account in one.outcomes
            }
            assert days(one) == days(other)
            followed = {entry.account.id for entry in one.decisions}
            assert list(one.decisions) == [entry for entry in other.decisions if entry.account.id in followed]


def config(weeks: Loud, rules: tuple[Rule, ...], limits: Mapping[str, object]) -> Config:
    """The config of these weeks with other rules and limits."""
    edited = replace(weeks.config, rules=rules, limits=replace(weeks.config.limits, **limits))  # type: ignore[arg-type]
    return replace(edited, fingerprint=fingerprint(edited))


def days(found: Replay) -> dict[str, Days]:
    """Without the names of actions, which every replay makes up anew."""

    def nameless(plan: Entry) -> Entry:
        return replace(plan, action_id="")

    return {
        account: replace(told, plans={end: nameless(plan) for end, plan in told.plans.items()})
        for account, told in found.days.items()
    }
