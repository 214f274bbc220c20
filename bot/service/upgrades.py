"""What an upgrade asks of the owner: told once, when the newer version first works in the store."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from bot import __version__
from bot.config import Config
from bot.service import used
from bot.store import Store

NOTE = "upgraded to"
"""Name of the fact in the store: the version whose notes were told."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one version brought."""

    number: str
    do: str
    """What the owner must do: `nothing`, mostly."""
    judgement: str
    """What is judged otherwise."""
    schema: int
    """The store's schema."""


def versions() -> tuple[Version, ...]:
    """Every version, newest first."""
    text = (files("bot") / "data" / "upgrades.toml").read_text("utf-8")
    return tuple(Version(**facts) for facts in tomllib.loads(text)["versions"])


def notes(version: Version, before: Version | None) -> Iterator[str]:
    """What is told of a version, a sentence each; `before` is the one that it follows."""
    yield f"You must do: {version.do}."
    yield f"Judged otherwise: {version.judgement}."
    if before is None:
        yield f"The store has schema {version.schema}. There is no earlier version to go back to."
    elif before.schema == version.schema:
        yield f"The store keeps its schema, {version.schema}: {before.number} can be installed again."
    else:
        back = f"{before.number} cannot open it afterwards, so keep a backup if you mean to go back"
        yield f"The store goes from schema {before.schema} to {version.schema}: {back}."


def tell(store: Store, config: Config, known: Sequence[Version] | None = None, to: str = __version__) -> list[str]:
    """What was not told yet of the versions since the one that worked in the store before, newest first, each sentence
    with its version; it counts as told now. Nothing in a new store, and where an older version came back."""
    before = store.noted(NOTE) or next(iter(_judged_by(store, config)), None)
    if before != to:
        store.note(NOTE, to)
    if before is None or before == to:
        return []
    listed = tuple(known if known is not None else versions())
    pairs = zip(listed, (*listed[1:], None), strict=True)
    newer = [(one, earlier) for one, earlier in pairs if _order(before) < _order(one.number) <= _order(to)]
    return [f"{one.number}: {sentence}" for one, earlier in newer for sentence in notes(one, earlier)]


def _judged_by(store: Store, config: Config) -> Iterator[str]:
    """The versions that judged last, profile by profile."""
    for profile in config.profiles:
        version = used.version(profile.name, store)
        if version:
            yield version


def _order(number: str) -> tuple[int, ...]:
    """`0.10.2` -> (0, 10, 2): what comes later is greater."""
    return tuple(int(part) for part in number.split(".") if part.isdecimal())
