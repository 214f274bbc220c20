"""Every signal and every shipped rule on its samples: what it reads, whom it catches and whom it spares."""

from pathlib import Path

import pytest

from bot.config import default_config
from bot.judging.rules import Bounds, judge, read
from bot.signals import ALL, BY_NAME
from tests.samples import Sample, samples

SAMPLES = list(samples())
OF_SIGNALS = [sample for sample in SAMPLES if sample.signal]
OF_RULES = [sample for sample in SAMPLES if sample.rule]
CONFIG = default_config()


@pytest.mark.parametrize("sample", OF_SIGNALS, ids=str)
def test_a_signal_reads_what_its_sample_says(sample: Sample) -> None:
    assert sample.signal
    reading = read(sample.history, [sample.signal])[sample.signal]
    if isinstance(sample.reading, dict):
        assert Bounds(**sample.reading).hold(reading), reading
    else:
        assert reading == (None if sample.reading is None else pytest.approx(sample.reading, abs=1e-4))


@pytest.mark.parametrize("sample", OF_RULES, ids=str)
def test_the_shipped_rules_say_what_a_sample_says(sample: Sample) -> None:
    verdict = judge(sample.history, CONFIG.rules, CONFIG.minimum)
    assert (verdict.rule or "none") == sample.rule, verdict.readings


@pytest.mark.parametrize("signal", ALL, ids=lambda signal: signal.name)
def test_a_signal_has_a_docstring_samples_and_a_place_in_the_docs(signal) -> None:  # type: ignore[no-untyped-def]
    shown = {sample.shows for sample in OF_SIGNALS if sample.signal == signal.name}
    page = Path(__file__).parents[3] / "docs" / "signals.md"
    assert len(signal.doc.split()) >= 5, "a docstring that says what counts"
    assert {"trips", "spares"} <= shown, "samples in tests/histories that trip it and that it spares"
    assert signal.name in page.read_text("utf-8"), "run `make docs`"


@pytest.mark.parametrize("rule", CONFIG.rules, ids=lambda rule: rule.name)
def test_a_shipped_rule_has_a_sample_that_it_catches(rule) -> None:  # type: ignore[no-untyped-def]
    assert [s for s in OF_RULES if s.rule == rule.name and s.shows == "fires"]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_sample_speaks_of_what_exists(sample: Sample) -> None:
    assert (sample.signal is None) != (sample.rule is None)
    assert sample.signal is None or sample.signal in BY_NAME
    assert sample.rule is None or sample.rule in {"none", *(rule.name for rule in CONFIG.rules)}
    assert sample.shows in (("trips", "spares", "unknown") if sample.signal else ("fires", "spares"))


def test_every_signal_is_listed_once() -> None:
    assert len(BY_NAME) == len(ALL)
