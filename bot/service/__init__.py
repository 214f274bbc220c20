"""The running program: sweeps, the decisions and the report of a day, and the daemon that does all this on schedule."""
