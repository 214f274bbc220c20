"""Everybody whom the owner follows, looked at once: who does what, and what part each is of all that is posted.

Nothing is acted on. Whom the owner's rules find is found by the one implementation of them; the other groups are small
functions of the same readings.
"""
