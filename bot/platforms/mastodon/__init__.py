"""Mastodon and the servers that speak its API: one owner's login as a Platform.

The library is imported only when a connection is made, so that reading captured JSON costs nothing.
"""

from bot.platforms.mastodon.adapter import Mastodon
from bot.platforms.mastodon.instance import home_of, look_at
from bot.platforms.mastodon.login import AppKeys, authorize_url, exchange, proof_key, register, revoke

__all__ = ["AppKeys", "Mastodon", "authorize_url", "exchange", "home_of", "look_at", "proof_key", "register", "revoke"]
