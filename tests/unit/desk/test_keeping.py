"""Whatever a config looks like: kept and put back it is the same to the byte, and no word of the owner's is lost."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import SimulatedClock
from bot.config import CannotEdit, Config, backups, example, load
from bot.desk.moves import ends_to_move, moves_of, word_of
from bot.desk.proposal import kept, moved, put_back
from bot.desk.seat import Seat
from bot.desk.visit import Visit
from bot.errors import UserError
from bot.judging.moves import Move
from bot.judging.moves import moved as rules_moved
from bot.model import EPOCH
from bot.store import Store, open_store
from tests.unit.desk.asked import demo_network

PROFILES = "profiles:\n  - {name: demo, platform: memory}\n"
BLOCK = f"""\
# My own rules. Hands off.
{PROFILES}
window: 30d      # a month

rules:
  # The first.
  - name: "links, and nothing else"   # mine
    when:
        link_share:
            at_least: .9    # nearly all

        own_posts:   {{ at_least: 40 ,  at_most: 900 }}   # not too few
    unless:
      reply_share: {{at_least: 0.10}}
    # it is enough to list them
    then: list
    evidence:
      own_posts: 25 # few
# the end of it
"""
FLOW = (
    "{profiles: [{name: demo, platform: memory}], # in one line\n"
    "  rules: [{name: 'a b', when: {link_share: {at_least: 0.9}, posts_per_day: {at_least: 2, at_most: 80}},\n"
    "    # between\n    unless: {reply_share: {at_least: 0.1}}, then: mute},\n"
    "    {name: b, when: {own_posts: {at_least: 9}}, then: report}]} # end"
)
ANCHORS = f"""\
{PROFILES}
rules:
  - name: first
    when: &few
      link_share: {{at_least: 0.9}}   # shared
      own_posts: {{at_least: 40}}
    then: mute
  - name: second
    when:
      <<: *few
      reply_share: {{at_most: 0.02}}   # its own
    then: list
  - name: third
    when: *few
    then: report
"""
USED = (
    f"{PROFILES}strictness: gentle   # softly\nrules:\n  - use: shipped # all\n  - use: feed mirror\n    for: 7d # so\n"
)
INCLUDED = (
    f"include: town.yaml   # theirs\n{PROFILES}\nrules:\n- use: links\n  when: {{link_share: {{at_least: .95}}}}\n"
)
TOWN = (
    "# The town's.\nrules:\n  - name: links\n    when: {link_share: {at_least: 0.9}, own_posts: {at_least: 40}}\n"
    "    then: mute\n  - {name: more, when: {posts_per_day: {at_least: 5}}, then: list}\n"
)
EXAMPLE = example().replace("\nprofiles:\n", "\n# profiles, in the example:\nprofiles:\n")
STYLES = {
    "the example": EXAMPLE.encode(),
    "block": BLOCK.encode(),
    "flow": FLOW.encode(),
    "line ends of another system": BLOCK.replace("\n", "\r\n").encode(),
    "a mark at its beginning": b"\xef\xbb\xbf" + BLOCK.encode(),
    "letters of many bytes": BLOCK.replace("Hands off.", "Fïnger weg 🚀 – 手").encode(),
    "no line end at its end": BLOCK.rstrip("\n").encode(),
    "anchors": ANCHORS.encode(),
    "shipped rules unsaid": PROFILES.encode(),
    "shipped rules used": USED.encode(),
    "rules of another file": INCLUDED.encode(),
}
COMMENT = re.compile(r"#.*")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        made = open_store(str(Path(folder) / "q.sqlite"))
        yield made
        made.close()


def moves_on(config: Config) -> st.SearchStrategy[list[Move]]:
    """One to four ends of its bounds, moved up or down by a little or much."""
    ends = [at.move(rule, at.now) for rule in config.rules for at in ends_to_move(rule, config)]
    factor = st.sampled_from([0.0, 0.1, 0.5, 0.93, 0.999, 1.001, 1.1, 2.0])
    chosen = st.tuples(st.sampled_from(ends), factor).map(lambda one: _by(*one))
    return st.lists(chosen, min_size=1, max_size=4)


def _by(move: Move, factor: float) -> Move:
    goes = move.now * factor
    return replace(move, instead=float(round(goes)) if move.under == "evidence" else round(goes, 4))


def comments(raw: bytes) -> list[str]:
    return COMMENT.findall(raw.decode().replace("\r\n", "\n"))


def visit_of(folder: Path, store: Store, moves: list[Move]) -> Visit:
    config = load(folder / "config.yaml")
    seat = Seat(config, store, SimulatedClock(EPOCH), demo_network())
    return Visit(seat, config, config.profiles[0], EPOCH, pairs=[("move", word_of(move)) for move in moves])


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_kept_and_put_back_it_is_the_same_to_the_byte_and_between_them_only_the_bounds_differ(store, style, data):
    raw = STYLES[style]
    with TemporaryDirectory() as name:
        folder, path = Path(name), Path(name) / "config.yaml"
        path.write_bytes(raw)
        (folder / "town.yaml").write_text(TOWN)
        before = load(path)
        visit = visit_of(folder, store, data.draw(moves_on(before)))
        try:
            proposal = moved(visit)
            kept(lambda: moved(visit), proposal.mark)
        except UserError:
            assert {one.name for one in folder.iterdir()} == {"config.yaml", "town.yaml"}
            assert path.read_bytes() == raw
            return
        after = load(path)
        assert after.rules == rules_moved(before.rules, moves_of(visit.every("move"), before), before.minimum)
        assert (after.profiles, after.window, after.trust) == (before.profiles, before.window, before.trust)
        assert comments(path.read_bytes()) == comments(raw)
        assert is_in_order(raw, path.read_bytes(), len(proposal.moves))
        assert (folder / "town.yaml").read_text() == TOWN
        (backup,) = backups(path)
        back = put_back(visit, backup.path.name)
        kept(lambda: put_back(visit, backup.path.name), back.mark)
        assert path.read_bytes() == raw


def is_in_order(before: bytes, after: bytes, moves: int) -> bool:
    """Whether every line stands as it stood, but for one a move."""
    old, new = before.decode().splitlines(), after.decode().splitlines()
    same = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return same >= len(old) - moves


@pytest.mark.parametrize("style", STYLES)
def test_in_every_style_bounds_can_be_moved_in_place(store, tmp_path, style):
    (tmp_path / "config.yaml").write_bytes(STYLES[style])
    (tmp_path / "town.yaml").write_text(TOWN)
    config = load(tmp_path / "config.yaml")
    rule = config.rules[0]
    moves = [_by(at.move(rule, at.now), 0.93) for at in ends_to_move(rule, config)]
    could = [move for move in moves if move.instead != move.now and _can_be_moved(tmp_path, store, move)]
    assert could


def _can_be_moved(folder: Path, store: Store, move: Move) -> bool:
    with suppress(CannotEdit):
        return moved(visit_of(folder, store, [move])).is_change
    return False
