"""Other rules tried on the past: what was recorded is decided again, and the difference told in words."""
