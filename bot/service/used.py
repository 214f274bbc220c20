"""The config that the daemon judged by last, and the one before it: what a changed file is held against."""

import json
from dataclasses import dataclass
from datetime import datetime

from bot import __version__
from bot.config import Config, as_written, written
from bot.model import moment
from bot.store import Store
from bot.store.codec import time_of


@dataclass(frozen=True)
class Used:
    """What decided, since when; the rest is as it stands in the file now."""

    config: Config
    since: datetime


def remember(profile: str, store: Store, config: Config, now: datetime) -> None:
    """Keep what of the config decides, where it is another than before; and by which version it was read."""
    if version(profile, store) != __version__:
        store.note(f"version:{profile}", __version__)
    kept = store.noted_as(_note(profile), lambda noted: list(json.loads(noted))) or []
    if kept and kept[0]["fingerprint"] == config.fingerprint:
        return
    newest = {"fingerprint": config.fingerprint, "since": moment(now), "decides": written(config)}
    store.note(_note(profile), json.dumps([newest, *kept[:1]]))


def version(profile: str, store: Store) -> str | None:
    """The version of quietfeed that judged last; None before there was any, and after one that did not keep it."""
    return store.noted(f"version:{profile}") or None


def used(profile: str, store: Store, config: Config) -> list[Used]:
    """The configs that were judged by, the newest first, two at most: `config` with what decided then."""

    def read(noted: str) -> list[Used]:
        return [Used(as_written(one["decides"], config), time_of(one["since"])) for one in json.loads(noted)]

    return store.noted_as(_note(profile), read) or []


def _note(profile: str) -> str:
    return f"used:{profile}"
