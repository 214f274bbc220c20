"""What is recorded of one profile, read from the store to be judged again under other rules."""

from bot.past.looks import Lately, lately
from bot.past.opinions import fine_elsewhere, known, opinions
from bot.past.recorded import Past

__all__ = ["Lately", "Past", "fine_elsewhere", "known", "lately", "opinions"]
