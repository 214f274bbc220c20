"""What every test shares: properties never hang on the clock, and try the same examples at every run unless asked.

`HYPOTHESIS_PROFILE=thorough` tries many more, others each time.
"""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from bot import secrecy

SLOW = [HealthCheck.too_slow]
settings.register_profile("quick", deadline=None, max_examples=40, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background a shell makes all that it starts deaf to it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def nothing_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test noted as a secret is an ordinary word in the next."""
    monkeypatch.setattr(secrecy, "_known", {})
    monkeypatch.setattr(secrecy, "_pattern", None)
