"""A config's text composed into nodes: by libyaml and by PyYAML itself, the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.config import composing

REPOSITORY = Path(__file__).parents[3]
SHIPPED = [
    *sorted((REPOSITORY / "bot" / "data").glob("*.yaml")),
    *sorted((REPOSITORY / "bot" / "data" / "rules").glob("*.yaml")),
    *sorted((REPOSITORY / "tests" / "histories").glob("*.yaml")),
]
ODD = ["{", "}", "[", "]", ":", " ", "\n", "- ", "'", '"', "#", "&a ", "*a", "<<: ", "|\n", "> ", "%", "@", "é", "🙂"]
TEXTS = [path.read_text("utf-8") for path in SHIPPED]


def seen(node: Any) -> Any:
    """All that is told of a node, and of what is in it."""
    places = (node.start_mark.line, node.start_mark.column, node.start_mark.index, node.end_mark.index)
    told = (node.tag, *places, getattr(node, "anchor", None))
    if isinstance(node, yaml.ScalarNode):
        return (*told, node.value, node.style or None, node.end_mark.line)
    return (*told, [seen(part) if not isinstance(part, tuple) else tuple(map(seen, part)) for part in node.value])


def both(text: str) -> tuple[Any, Any]:
    """The text as it is composed, and as PyYAML alone composes it."""
    told = []
    for compose in (composing.composed, lambda text: composing._root(composing._Careful(text))):
        try:
            told.append(seen(compose(text)))
        except (yaml.YAMLError, AttributeError) as fault:
            told.append(str(fault))
    return told[0], told[1]


@pytest.mark.skipif(composing.QUICK is None, reason="this PyYAML was built without libyaml")
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_is_shipped_is_read_by_libyaml_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text("utf-8")
    if not composing.OTHERWISE.search(text):
        monkeypatch.setattr(composing, "_Careful", None)
    assert composing.composed(text) is not None


@pytest.mark.parametrize("text", TEXTS, ids=[path.name for path in SHIPPED])
def test_both_read_what_is_shipped_as_the_same(text: str) -> None:
    quick, careful = both(text)
    assert quick == careful


@given(st.data())
def test_both_read_an_edited_text_as_the_same_and_refuse_it_in_the_same_words(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(TEXTS)).split("\n")
    first = data.draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[first : first + 10])
    for _ in range(data.draw(st.integers(1, 3))):
        at, gone = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 3))
        text = text[:at] + data.draw(st.sampled_from(["", *ODD])) + text[at + gone :]
    quick, careful = both(text)
    assert quick == careful


@pytest.mark.parametrize("text", ["a: {b: re?port}", "a: b\t", "a: {b: , c: 1}", "a: {b:c}", "a:\n  b: # nothing\n"])
def test_what_libyaml_would_read_otherwise_is_read_by_pyyaml(text: str) -> None:
    quick, careful = both(text)
    assert quick == careful


def test_without_libyaml_all_is_read_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = seen(composing.composed(TEXTS[0]))
    monkeypatch.setattr(composing, "QUICK", None)
    assert seen(composing.composed(TEXTS[0])) == with_it
