"""How it fares: the last sweep, what is wrong, who is kept, and what was checked."""

from typing import TypedDict

from bot.report.shapes.reported import UsageJson


class SweepJson(TypedDict):
    """What one sweep came to."""

    started: str
    """When it began."""
    ended: str | None
    """When it ended; null while it runs."""
    posts: int
    """Timeline items read."""
    new_posts: int
    """Of these, items not seen before."""
    unreadable: int
    """Items that could not be read."""
    looked_at: int
    """Accounts that gave reason to look closer."""
    own_feeds: int
    """Own feeds read."""
    judged: int
    """Accounts judged."""
    gaps: list[str]
    """What could not be read, each in a sentence."""
    unread: list[str]
    """What could protect accounts, or their own feeds, and could not be read, each in a sentence."""
    error: str
    """What ended it early, in a sentence."""
    usage: UsageJson
    """What was asked of the server."""


class TroubleJson(TypedDict):
    """What a profile cannot do at present."""

    what: str
    """`config`, `login`, `sweep`, `report`, `ping` (a dead man's switch), or `by NAME` for one of the other ways of a
    report."""
    since: str
    """When it first failed since it last went well."""
    words: str
    """What is wrong, and the next step."""
    again: str
    """When the daemon tries again."""


class ProfileJson(TypedDict):
    """How one profile fares."""

    profile: str
    """Name of the profile in the config."""
    platform: str
    """Its network."""
    dry_run: bool
    """Whether nothing may be touched yet."""
    last_sweep: SweepJson | None
    """The newest sweep."""
    last_read: str | None
    """When the timeline was last read by a sweep that went well."""
    next_sweep: str | None
    """When the daemon sweeps next; null where none runs."""
    waiting_for: str | None
    """What is waited for at this moment, as `the server's limit`."""
    waiting_until: str | None
    """Until when."""
    troubles: list[TroubleJson]
    """What fails at present."""
    paused_until: str | None
    """Until when you asked to pause; null where you did not."""
    last_report: str | None
    """Your local date of the newest report."""
    question: str | None
    """What you are asked, in a sentence."""


class HealthJson(TypedDict):
    """Whether all is well, as `status --check` and the health page tell it."""

    state: str
    """`ok`; `warning` where the work goes on, but something fails beside it; `critical` where nothing was read lately,
    the login is refused or nothing can be kept; `unknown` where the config cannot be read."""
    code: int
    """The same as the exit code of `status --check`: 0, 1, 2 or 3."""
    reason: str
    """Why, in one line."""


class StatusJson(TypedDict):
    """How everything fares."""

    health: HealthJson
    """Whether all is well."""
    profiles: list[ProfileJson]
    """One for each profile."""


class KeptJson(TypedDict):
    """An account that is protected by name."""

    handle: str
    """The account."""
    by: str
    """`config`, `keep`, or `taken back` where you took an action back."""
    since: str
    """The day since when; empty for the config's."""
    why: str
    """Your note."""


class CheckJson(TypedDict):
    """One thing that the doctor looked at."""

    what: str
    """What was looked at."""
    state: str
    """`ok`, `note` or `bad`."""
    words: str
    """How it is."""
    remedy: str
    """What to do where it is not well."""
