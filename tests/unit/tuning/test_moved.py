"""What moved bounds change: whom the rules newly find, whom they let go, and how that fares with the owner's word."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judging.moves import Move
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import Account, Opinion, Step
from bot.tuning.findings import Ground
from bot.tuning.moved import Moved, Turn, compared, found_by, looks_by, moved
from bot.tuning.samples import Sample

LINKS = Rule("links", {"link_share": Bounds(0.8)}, Step.LIST, unless={"reply_share": Bounds(0.2)})
POSTS = Rule("posts", {"own_posts": Bounds(60), "link_share": Bounds(0.5)}, Step.MUTE)
MINIMUM = Minimum()


def sample(name: str, *looks: tuple[float | None, float | None, float], opinion: Opinion | None = None) -> Sample:
    """An account with these readings of links, replies and posts."""
    names = ("link_share", "reply_share", "own_posts")
    readings = tuple({**dict(zip(names, look, strict=True)), "days_seen": 20.0} for look in looks)
    return Sample(Account(name, f"{name}@town.test"), opinion, readings)


def to(instead: float, signal: str = "link_share", rule: str = "links", now: float = 0.8) -> Move:
    return Move(rule, signal, "at_least", now, instead)


def tenth_each(accounts: Iterable[str]) -> float:
    return len(list(accounts)) / 10


def comes_to(samples: list[Sample], *moves: Move, rules: tuple[Rule, ...] = (LINKS,)) -> Moved:
    ground = Ground(samples, rules, MINIMUM)
    return compared(ground, moved(ground, moves), tenth_each)


def names(found: Moved, turn: Turn) -> list[str]:
    return [one.account.id for one in found.of(turn)]


def test_a_wider_bound_finds_more_and_a_tighter_one_lets_go() -> None:
    samples = [sample("a", (0.75, 0, 30)), sample("b", (0.85, 0, 30)), sample("c", (0.95, 0, 30))]
    wider, tighter = comes_to(samples, to(0.7)), comes_to(samples, to(0.9))
    assert (names(wider, Turn.CAUGHT), names(wider, Turn.SPARED)) == (["a"], [])
    assert (names(tighter, Turn.CAUGHT), names(tighter, Turn.SPARED)) == ([], ["b"])
    assert (tighter.share_before, tighter.share_after, tighter.found_before, tighter.found_after) == (0.2, 0.1, 2, 1)


def test_one_look_in_the_time_is_enough_to_be_found() -> None:
    found = comes_to([sample("a", (0.5, 0, 30), (0.75, 0, 30), (0.4, 0, 30))], to(0.7))
    assert names(found, Turn.CAUGHT) == ["a"]
    assert found.turned[0].after.readings["link_share"] == 0.75


def test_it_is_told_what_the_rule_found_and_what_kept_it_from_firing() -> None:
    caught = comes_to([sample("a", (0.75, 0, 30))], to(0.7)).turned[0]
    spared = comes_to([sample("a", (0.85, 0, 30))], to(0.9)).turned[0]
    for one, at_least in ((caught, 0.7), (spared, 0.8)):
        assert one.found_by is not None
        assert [held.at_least for held in one.found_by.when] == [at_least]
    for one, at_least in ((caught, 0.8), (spared, 0.9)):
        assert one.kept_by is not None
        assert [(held.at_least, held.holds) for held in one.kept_by.when] == [(at_least, False)]


def test_who_falls_to_a_harsher_rule_below_gets_another_step() -> None:
    found = comes_to([sample("a", (0.85, 0, 80))], to(0.9), rules=(LINKS, POSTS))
    assert names(found, Turn.STEP) == ["a"]
    assert [found.turned[0].before.rule, found.turned[0].after.rule] == ["links", "posts"]


def test_several_bounds_move_at_once() -> None:
    moves = to(0.7), Move("posts", "own_posts", "at_least", 60, 40)
    found = comes_to([sample("a", (0.75, 0, 30)), sample("b", (0.6, 0, 45))], *moves, rules=(LINKS, POSTS))
    assert sorted(names(found, Turn.CAUGHT)) == ["a", "b"]


def test_it_is_held_against_the_owners_word() -> None:
    samples = [
        sample("fine", (0.75, 0, 30), opinion=Opinion.FINE),
        sample("noise", (0.78, 0, 30), opinion=Opinion.NOISE),
        sample("open", (0.79, 0, 30)),
    ]
    found = comes_to(samples, to(0.7))
    assert (found.judged, found.before, found.after) == (2, 1, 1)
    assert [one.account.id for one in found.against] == ["fine"]
    assert {one.account.id: one.agrees for one in found.turned} == {"fine": False, "noise": True, "open": None}


def test_each_account_stands_under_the_rule_that_decides() -> None:
    ground = Ground([sample("a", (0.85, 0, 80), (0.6, 0, 80)), sample("b", (0.1, 0, 30))], (LINKS, POSTS), MINIMUM)
    found = found_by(ground)
    assert [[one.account.id for one in found[name]] for name in ("links", "posts")] == [[], ["a"]]


def test_an_account_is_shown_by_the_newest_look_at_which_the_rule_found_it() -> None:
    samples = [sample("a", (0.85, 0, 30), (0.3, 0, 30)), sample("b", (0.9, 0.5, 30), (0.2, None, 30))]

    def shown(*those: Sample) -> list[tuple[float | None, bool]]:
        by = looks_by(Ground(those, (LINKS,), MINIMUM), LINKS)
        return [(look.readings["link_share"], found) for look, found in by]

    assert shown(*samples) == [(0.85, True), (0.2, False)]
    assert shown(replace(samples[0], applies=frozenset())) == []


shares = st.one_of(st.none(), st.integers(0, 20).map(lambda n: n / 20))
looks = st.tuples(shares, shares, st.integers(0, 100).map(float))
towns = st.lists(st.lists(looks, max_size=3), max_size=6).map(
    lambda all_of: [sample(f"a{number}", *some) for number, some in enumerate(all_of)]
)


@given(towns, st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=150)
def test_a_bound_moved_there_and_back_changes_nothing(town: list[Sample], one: int, other: int) -> None:
    ground = Ground(town, (LINKS, POSTS), MINIMUM)
    back = moved(ground, [to(one / 20), to(other / 20), to(0.8)])
    found = compared(ground, back, tenth_each)
    assert not found.turned
    assert (found.share_before, found.before) == (found.share_after, found.after)


@given(towns, st.integers(0, 20), st.sampled_from(["link_share", "reply_share", "own_posts"]))
@settings(max_examples=150)
def test_a_tighter_bound_never_finds_more_and_a_wider_one_never_lets_go(
    town: list[Sample], step: int, signal: str
) -> None:
    move = {
        "link_share": to(step / 20),
        "reply_share": Move("links", "reply_share", "at_least", 0.2, step / 20, "unless"),
        "own_posts": Move("links", "own_posts", "at_least", 20, step * 4, "evidence"),
    }[signal]
    found = comes_to(town, move, rules=(LINKS, POSTS))
    assert not found.of(Turn.CAUGHT if move.tighter else Turn.SPARED) or move.instead == move.now


@given(towns, st.integers(0, 20))
@settings(max_examples=100)
def test_moving_comes_to_what_judging_all_anew_comes_to(town: list[Sample], step: int) -> None:
    ground, move = Ground(town, (LINKS, POSTS), MINIMUM), to(step / 20)
    anew = Ground(town, moved(ground, [move]).rules, MINIMUM)
    assert compared(anew, moved(ground, [move]), tenth_each).turned == ()
