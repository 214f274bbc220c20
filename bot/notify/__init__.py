"""Ways out of the house beside the platforms: messages by apprise, an Atom feed, and a ping for a dead man's switch."""

from bot.notify.letters import Message, message
from bot.notify.sending import INSTALL, Outcome, look_at, send
from bot.notify.switch import Moment, ping

__all__ = ["INSTALL", "Message", "Moment", "Outcome", "look_at", "message", "ping", "send"]
