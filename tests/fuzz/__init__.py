"""Odd input by the thousand: nothing but a UserError (every PlatformError is one) may leave a room.

`make fuzz` runs the long form; `python -m tests.fuzz --help` tells its options. What is found twice is one finding.
"""
