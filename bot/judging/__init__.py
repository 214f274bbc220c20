"""Judging histories by the owner's rules: what fires, whom the owner trusts, and who has spoken enough for a day."""
