"""Whatever an account writes: under other names every signal and every rule reads the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.anonymise import Difference, anonymised, differences
from bot.anonymise.reading import Kind, pieces
from bot.archive import dump, read
from bot.config import default_config
from bot.judging import rules
from bot.model import Account, History, Post
from bot.signals.text import words
from tests.definitions.made import history as defined
from tests.samples import Sample, samples
from tests.unit.anonymise import made
from tests.unit.anonymise.made import LEXICONS, OWNERS, UNTIL

SIZES = st.sampled_from([0, 1, 5, 12, 25, 60])


def as_read(history: History) -> History:
    (found,) = read([dump(history)], history.lexicon)
    assert isinstance(found, History)
    return found


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), size=SIZES)
def test_a_file_reads_the_same_by_the_owners_lists_and_by_the_shipped_ones(seed: int, size: int) -> None:
    before = made.history(seed, size)
    after = as_read(anonymised(before, LEXICONS))
    for lexicon in LEXICONS:
        assert differences(replace(before, lexicon=lexicon), replace(after, lexicon=lexicon)) == []


PIECES = st.sampled_from([*made.WORDS, *made.PHRASES, *made.NAMES, *made.ADDRESSES, *made.SPELLED, " ", " ", "\n\n"])
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join)
LINKS = st.lists(st.sampled_from(made.ADDRESSES), max_size=2).map(tuple)
POSTS = st.tuples(TEXTS, LINKS, st.sampled_from([None, "self", "b", "?"]), TEXTS, st.booleans())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(POSTS, min_size=10, max_size=12), TEXTS, TEXTS)
def test_any_text_reads_the_same(told, name, bio) -> None:  # type: ignore[no-untyped-def]
    posts = tuple(
        Post(f"p{n}", "i1", UNTIL - timedelta(hours=n), text, links, to, card_title=card, mentions=("b",) * mentioned)
        for n, (text, links, to, card, mentioned) in enumerate(told)
    )
    before = as_read(History(Account("i1", "ines@town.test", name, bio), posts, UNTIL, "mastodon", lexicon=OWNERS))
    assert differences(before, as_read(anonymised(before))) == []


@given(TEXTS)
def test_the_words_that_are_replaced_are_those_that_signals_read(text: str) -> None:
    folded = text.casefold()
    found = [piece.read for piece in pieces(folded) if piece.kind is not Kind.NO_WORD]
    assert sorted(found) == sorted(words(folded))


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), size=SIZES)
def test_what_no_file_holds_reads_the_same_too(seed: int, size: int) -> None:
    """The part of a timeline, and since when replies are known."""
    before = defined(seed, size)
    assert differences(before, anonymised(before)) == []


@pytest.mark.parametrize("sample", list(samples()), ids=str)
def test_every_sample_of_a_signal_or_a_rule_is_judged_the_same(sample: Sample) -> None:
    before = sample.history
    after = anonymised(before)
    assert differences(before, after) == []
    config = default_config()
    was, now = (rules.judge(history, config.rules, config.minimum) for history in (before, after))
    assert (was.rule, was.step, was.readings, was.rules) == (now.rule, now.step, now.readings, now.rules)


def test_what_reads_otherwise_is_named_with_both_readings() -> None:
    one = History(Account("i1", "ines@town.test"), (Post("p1", "i1", UNTIL),), UNTIL)
    other = replace(one, posts=(Post("p1", "i1", UNTIL, media=1),))
    assert differences(one, other) == [Difference("media_share", 0, 1)]


def test_the_same_history_always_becomes_the_same() -> None:
    assert anonymised(made.history(7, 25)) == anonymised(made.history(7, 25))
