"""The changes that a source offers are changes, each of its own kind, and leave a program behind."""

import ast

import pytest

from tests.mutants.changes import applied, changes

SOURCE = '''\
"""A docstring that stays, with 1 < 2."""

@frozen(slots=True)
def due(now: int, at: int = 3) -> bool:
    """And this one."""
    if not (now) >= (at):  # größer
        return None
    note("ä", now is not None, flag=True)
    event("seen", now)
    return now < at < 9 and max(now, at) not in ()
'''


def made() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in changes(SOURCE):
        found.setdefault(change.kind, []).append(applied(SOURCE, change))
    return found


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("a comparison turned", "    if not (now) > (at):  # größer"),
        ("a comparison turned", "    return now < at >= 9 and max(now, at) not in ()"),
        ("a comparison turned", "    return now < at < 9 and max(now, at) in ()"),
        ("a comparison turned", '    note("ä", now is None, flag=True)'),
        ("a constant moved", "def due(now: int, at: int = (3 + 1)) -> bool:"),
        ("a boolean flipped", '    note("ä", now is not None, flag=False)'),
        ("a “not” dropped", "    if (now) >= (at):  # größer"),
        ("a condition turned", "    if (not (not (now) >= (at))):  # größer"),
        ("a statement dropped", "        pass"),
        ("a statement dropped", "    pass"),
        ("a word exchanged", "    return now < at < 9 and min(now, at) not in ()"),
        ("“and” and “or” exchanged", "    return ((now < at < 9) or (max(now, at) not in ()))"),
        ("a part of a condition dropped", "    return ((now < at < 9))"),
    ],
)
def test_every_kind_of_change_is_offered(kind: str, line: str) -> None:
    assert any(line in source.splitlines() for source in made()[kind])


def test_every_change_changes_what_the_program_does_and_leaves_a_program() -> None:
    sources = [source for some in made().values() for source in some]
    assert len({ast.dump(ast.parse(source)) for source in [SOURCE, *sources]}) == 1 + len(sources)


def test_what_is_only_said_or_declared_stays() -> None:
    stays = ('"""A docstring that stays, with 1 < 2."""', "@frozen(slots=True)", '    """And this one."""')
    for some in made().values():
        for source in some:
            assert all(line in source.splitlines() for line in (*stays, '    event("seen", now)'))
