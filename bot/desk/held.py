"""A change of the config held against the weeks that are recorded.

All that was judged in them is read for it, which takes several times the room of the desk itself: the work is done by a
process of its own, that takes the room away with it.
"""

import json
from datetime import timedelta
from pathlib import Path

from bot.config import read
from bot.past import Past
from bot.report.accounts import named
from bot.service.daily import local_zone
from bot.store import open_store
from bot.tuning import words

BACK = timedelta(days=30)
"""How far back it is looked."""


def held(address: str, profile: str, path: str, before: str, after: str) -> str:
    """What the second text of the config would have changed for that profile, told in its parts, as JSON; the store is
    at the address. Raises UserError where nothing is recorded."""
    old, new = (read(text, Path(path)) for text in (before, after))
    store = open_store(address, exclusive=False)
    try:
        past = Past(old.chosen(profile)[0], store, BACK, new.own_feed.least_posts)
        told = words.told(past.held(old, new), "this change", Path(path).name, local_zone(new))
    finally:
        store.close()
    people = [
        {"id": one.account.id, "name": named(one.account), "turn": one.turn, "loud": one.loud, "lines": one.lines}
        for one in told.people
    ]
    rows = [{"kind": row.kind, "many": row.many, "who": row.who} for row in told.rows]
    parts = {"opening": told.opening, "rows": rows, "noise": told.noise, "people": people, "closing": told.closing}
    return json.dumps(parts)
