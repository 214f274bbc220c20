"""Every signal reads what its definition says, whatever the history."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.signals import ALL, Signal
from tests.definitions import slow
from tests.definitions.made import history

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("signal", ALL, ids=lambda signal: signal.name)
@settings(deadline=None)
@given(seed=st.integers(0, 2**32), size=st.sampled_from([0, 1, 2, 5, 12, 25, 48, 60]))
def test_a_signal_reads_what_its_definition_says(signal: Signal, seed: int, size: int) -> None:
    made = history(seed, size)
    reading, meant = signal(made), getattr(slow, signal.name)(made)
    same = reading == meant or (None not in (reading, meant) and math.isclose(reading, meant, abs_tol=1e-9))
    assert same, f"{reading}, but {meant} by definition"


def test_the_histories_made_show_every_signal_something() -> None:
    """Known and unknown, and no signal that is always the same: otherwise nothing would be held."""
    made = [history(seed, size) for seed in range(120) for size in (5, 48)]
    for signal in ALL:
        readings = {None if (found := signal(one)) is None else round(found, 3) for one in made}
        assert len(readings - {None}) > 1, signal.name
