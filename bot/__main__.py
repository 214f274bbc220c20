"""`python -m bot` is `quietfeed`."""

import sys

from bot.cli import main

sys.exit(main())
