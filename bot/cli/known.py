"""What is known of a profile now, as `sweep`, `report` and the demo show it."""

import json
from datetime import datetime

from bot.config import Config, Profile
from bot.report.data import data
from bot.report.markdown import markdown
from bot.report.text import text
from bot.service import daily, pages
from bot.store import Store


def now_as(form: str, profile: Profile, store: Store, config: Config, now: datetime, *, whole: bool = False) -> str:
    """What is known `now`, as `text`, `markdown`, `html` or `json`; as text the `whole`, or the news of a day."""
    today = now.astimezone(daily.local_zone(config)).date()
    made = daily.compose(profile, store, config, today, now, daily.lately(profile.name, store, now))
    if form == "json":
        return json.dumps(data(made), ensure_ascii=False, indent=1)
    if form == "html":
        return pages.page_now(made, store, config, now, daily.local_zone(config))
    return markdown(made) if form == "markdown" else text(made, whole=whole)
