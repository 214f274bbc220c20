"""quietfeed: a personal moderation bot for Mastodon and Bluesky."""

__version__ = "0.1.0"
