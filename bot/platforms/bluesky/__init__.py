"""Bluesky: one owner's login on one PDS as a Platform.

It brings atproto (0.4 s and 30 MB, see `library`), so it is itself imported only when a profile is on Bluesky.
"""

from bot.platforms.bluesky.adapter import Bluesky, BotLogin, log_in
from bot.platforms.bluesky.login import log_out, look_at

__all__ = ["Bluesky", "BotLogin", "log_in", "log_out", "look_at"]
