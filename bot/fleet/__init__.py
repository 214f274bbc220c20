"""Many owners on many machines: profiles kept in one PostgreSQL, their logins encrypted, swept by whichever worker."""
