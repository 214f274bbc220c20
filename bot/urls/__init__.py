"""What a link is: an outbound URL, cleaned of tracking, reduced to the domain that stands behind it.

The one place that decides what is a link and what is not, for both platforms; its lists are in `bot/data/links.toml`.
"""

from bot.urls.cleaning import clean
from bot.urls.hosts import ascii_host, ending, host
from bot.urls.lists import Lists, extended
from bot.urls.outbound import UNSEEN, names, outbound, same, seen
from bot.urls.places import domain, posted_elsewhere, shortened, site, social
from bot.urls.spelled import APART, Spelled, spelled, written_out

__all__ = [
    "APART",
    "UNSEEN",
    "Lists",
    "Spelled",
    "ascii_host",
    "clean",
    "domain",
    "ending",
    "extended",
    "host",
    "names",
    "outbound",
    "posted_elsewhere",
    "same",
    "seen",
    "shortened",
    "site",
    "social",
    "spelled",
    "written_out",
]
