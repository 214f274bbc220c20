"""What no rule can find is told of many judgings at once, and never of one that a rule finds."""

from hypothesis import given
from hypothesis import strategies as st

from bot.judging.rules import Bounds, Minimum, Rule, ruling_of
from bot.signals.masks import numbers
from bot.tuning.side_by_side import SideBySide

NAMES = ("link_share", "reply_share", "own_posts")
values = st.none() | st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0]) | st.integers(0, 2)
ends = st.none() | st.sampled_from([0, 0.3, 0.5, 1])
bounds = st.dictionaries(st.sampled_from(NAMES), st.builds(Bounds, ends, ends))
NO_MINIMUM = Minimum(own_posts=0, days_seen=0)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), values), max_size=9), st.lists(bounds, max_size=3))
def test_a_rule_fires_only_where_it_may(readings: list[dict[str, float | None]], asked: list[dict[str, Bounds]]):
    together = SideBySide(readings)
    for each in (Rule("", when) for when in asked):
        may = set(numbers(together.may_fire(each)))
        for number, told in enumerate(readings):
            held = all(each.when[name].hold(told[name]) for name in each.when if name in told)
            assert (number in may) == held, "what was not measured may be anything"
            whole = {name: told.get(name) for name in NAMES} | {"days_seen": 9.0}
            assert number in may or ruling_of(whole, [each], NO_MINIMUM).fired is None


def test_what_is_measured_later_is_taken_up():
    readings: list[dict[str, float | None]] = [{}, {"link_share": None}]
    together, rule = SideBySide(readings), Rule("", {"link_share": Bounds(at_least=0.5)})
    assert numbers(together.may_fire(rule)) == [0]
    readings[0]["link_share"] = 0.4
    assert numbers(together.may_fire(rule)) == []
    readings[0]["link_share"] = 0.6
    assert numbers(together.may_fire(rule)) == [], "what was measured once is not asked again"


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), values), max_size=9), st.data())
def test_where_an_edited_rule_may_come_to_something_else_is_told(
    readings: list[dict[str, float | None]], data: st.DataObject
):
    one = Rule("", data.draw(bounds), unless=data.draw(bounds))
    when, unless = (
        {name: Bounds(data.draw(ends), data.draw(ends)) for name in some} for some in (one.when, one.unless)
    )
    other = Rule(
        "", data.draw(st.sampled_from([one.when, when])), unless=data.draw(st.sampled_from([one.unless, unless]))
    )
    otherwise = set(numbers(SideBySide(readings).otherwise(one, other)))
    moved = {
        n for some, more in ((one.when, other.when), (one.unless, other.unless)) for n in some if some[n] != more[n]
    }
    for number, told in enumerate(readings):
        if moved <= told.keys():
            whole = {name: told.get(name) for name in NAMES} | {"days_seen": 9.0}
            before, after = (ruling_of(whole, [each], NO_MINIMUM).outcomes[0] for each in (one, other))
            same = (before.fires, before.near, before.unknown) == (after.fires, after.near, after.unknown)
            assert same or number in otherwise
