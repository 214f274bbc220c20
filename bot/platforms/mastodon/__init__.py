"""Mastodon and the servers that speak its API: one owner's login as a Platform.

The library is imported only when a connection is made, so that reading captured JSON costs nothing.
"""

from bot.platforms.mastodon.adapter import Mastodon
from bot.platforms.mastodon.login import AppKeys, authorize_url, exchange, proof_key, register

__all__ = ["AppKeys", "Mastodon", "authorize_url", "exchange", "proof_key", "register"]
