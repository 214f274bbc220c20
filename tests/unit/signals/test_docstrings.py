"""What is said of each signal wherever it is explained: whole sentences, and no word of Python."""

import re

import pytest

from bot.report.tables import LONGEST_CELL
from bot.signals import ALL, Signal

OPENS = re.compile(r"(Counts|Tells what part of|Tells how many|Tells whether) \w")
ENDS = re.compile(r"(\w|\w\)|\?`\))\.$")
PYTHON = re.compile(r"\b(None|True|False)\b")


@pytest.mark.parametrize("signal", ALL, ids=lambda signal: signal.name)
def test_a_signal_is_explained_in_whole_sentences(signal: Signal) -> None:
    first, *others = (" ".join(paragraph.split()) for paragraph in signal.doc.split("\n\n"))
    assert OPENS.match(first)
    assert len(first) <= LONGEST_CELL
    assert all(ENDS.search(paragraph) for paragraph in (first, *others))
    assert not PYTHON.search(signal.doc)
    assert "not known" not in signal.doc.replace("is not known", "")
