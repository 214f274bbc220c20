"""Whom the bot can ask and tell."""
