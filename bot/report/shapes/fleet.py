"""A fleet: its workers, and how each of its profiles fares."""

from typing import TypedDict

from bot.report.shapes.state import TroubleJson


class FleetProfileJson(TypedDict):
    """How one profile of a fleet fares."""

    profile: str
    """Its name in the fleet."""
    platform: str
    """Its network; empty where its config is not understood any more."""
    server: str
    """Address of its server."""
    added: str
    """When it was added."""
    paused_since: str | None
    """Since when it is not swept; null where it is."""
    at_work: bool
    """Whether a worker is at it."""
    last_sweep: str | None
    """When its last sweep began."""
    next_sweep: str | None
    """When it is swept next, a time gone by where it is due; null where it is paused."""
    failures: int
    """How often it failed or was cut off since it last went well."""
    troubles: list[TroubleJson]
    """What fails at present."""


class FleetJson(TypedDict):
    """How a fleet fares."""

    workers: int
    """Workers that gave signs of life lately."""
    silent_workers: int
    """Workers that did not, and are not forgotten yet: what they were at is taken up by the others."""
    profiles: list[FleetProfileJson]
    """One for each profile, by name."""
