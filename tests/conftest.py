"""What every test shares: properties are tried until they fail, never until the clock says so."""

import os
import signal

from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background a shell makes all that it starts deaf to it
    signal.signal(signal.SIGINT, signal.default_int_handler)
