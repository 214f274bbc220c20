"""A link that somebody quieted shared, and that others whom the owner follows shared too."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.posts import Account


@dataclass(frozen=True, slots=True)
class GoodLink:
    """One page, who of the quieted shared it, and which people whom the owner follows did so as well."""

    url: str
    """Its address, cleaned."""
    title: str
    """What a link card calls it, else the words that it came with; empty where there were none."""
    shared_by: Account
    """The quieted account; where there are several, the first."""
    people: tuple[Account, ...]
    """Those who shared or reposted it, each once, the first of them first."""
    at: datetime
    """When one of them last did."""
