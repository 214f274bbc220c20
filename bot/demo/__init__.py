"""The demo's world: a made-up network on which the real program can be watched at work."""

from bot.demo.people import EXPECTED, KEPT, OWNER, PEOPLE, Expected, Person
from bot.demo.world import DAYS, build

__all__ = ["DAYS", "EXPECTED", "KEPT", "OWNER", "PEOPLE", "Expected", "Person", "build"]
