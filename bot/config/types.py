"""What a config holds once it is read: the owner's profiles, rules, limits and habits, as frozen types."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from difflib import get_close_matches
from pathlib import Path

from bot.errors import UserError
from bot.judging.rules import Minimum, Rule
from bot.judging.trust import Trust
from bot.model import Lexicon, LinkLists

BLUESKY_SERVER = "https://bsky.social"
IN_MEMORY = "memory"
PLATFORMS = ("mastodon", "bluesky", IN_MEMORY)
"""Networks that a profile can name; `memory` is the bundled one that the demo runs on."""
LANGUAGES = ("en", "de", "fr", "es", "pt", "ja")
"""Languages whose word lists are used unless the owner says otherwise."""
LOG_LEVELS = ("debug", "info", "warning", "error")
"""How much the daemon tells, most first."""
MOST_NAMED = 10
"""Profiles that are named where somebody has many."""
STRICTNESSES = ("gentle", "standard", "strict")
"""How much the shipped rules can do, each with a file of its own under `bot/data/rules`."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One owner's login on one server."""

    name: str
    """What this login is called in reports, in commands and in the names of its secrets
    (`QUIETFEED_<NAME>_TOKEN`). Letters, digits, `-` and `_`."""
    platform: str
    """The network."""
    server: str = ""
    """Address of the server: on Mastodon your own instance, on Bluesky your PDS. Bluesky's default is
    `https://bsky.social`; Mastodon has none. Plain `http://` is accepted for this machine only."""
    handle: str = ""
    """Handle that logs in. Needed on Bluesky; on Mastodon the login itself tells."""
    appview: str | None = None
    """Bluesky only: another AppView than the server's own, as an address or as `did:web:…#bsky_appview`."""
    report_via: str = "direct"
    """How the daily report reaches you. `direct`: as a message on that network that only you can read.
    `file`: only into the state directory, where every report is kept anyway."""
    report_also: tuple[str, ...] = ()
    """Where else the report goes, any number of ways at once. `stdout` prints it; `feed` writes an Atom feed beside the
    kept reports; any other name is an address of yours, kept by `quietfeed login --notify NAME` or in the environment
    (`QUIETFEED_<PROFILE>_NOTIFY_<NAME>`): e-mail, ntfy, Matrix, Telegram, a webhook and whatever else apprise knows."""
    bot_handle: str | None = None
    """Bluesky only: a second account of yours, which sends you the report, since nobody can message themselves."""

    @property
    def host(self) -> str:
        """The host of `server`, however the address is spelled: profiles on one share what it allows."""
        return self.server.rpartition("://")[2].rstrip("/").casefold()

    @property
    def asks(self) -> str:
        """Which server it asks, of which network: profiles that ask the same share what it allows one machine."""
        return f"{self.platform} {self.host}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be done before everything further waits."""

    per_sweep: int = 5
    """Most actions in one sweep."""
    per_day: int = 20
    """Most actions in 24 hours."""
    followed_share_per_week: float = 0.02
    """Most actions in 7 days, as a share of the accounts followed."""
    first_days_dry: timedelta = timedelta(days=7)
    """A new install only reports for so long, whatever `dry_run` says."""
    confirm_after: timedelta = timedelta(days=1)
    """A verdict must be found again on fresh posts, at least so long after the first time."""
    newly_followed: timedelta = timedelta(days=7)
    """Accounts first seen among the followed less than this ago are left alone."""
    sudden_factor: float = 2.0
    """A rule that suddenly finds more accounts than this many times its usual number waits as a whole …"""
    sudden_least: int = 5
    """… and so many more besides, until you confirm it."""
    longest: timedelta = timedelta(days=180)
    """An action that is renewed lasts twice as long each time, but never longer than this."""


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """How an account's own feed is read. No verdict rests on the home timeline alone, which drops replies."""

    posts: int = 120
    """Most posts of one account that are read."""
    max_age: timedelta = timedelta(days=3)
    """A feed read less than this ago is not asked for again."""
    per_sweep: int = 40
    """Most feeds read in one sweep; the others wait for the next."""
    least_posts: int = 3
    """Items that an account must have brought to the timeline before its own feed is worth a request."""
    origin: bool = True
    """On Mastodon, ask an account's own server for its public posts before the first action on it: yours may lack its
    replies. That server learns that some server looked at a public profile, not who you are."""


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """How often the timeline is polled and judged."""

    every: timedelta = timedelta(minutes=10)
    """Time between two sweeps."""
    jitter: timedelta = timedelta(minutes=1)
    """Each sweep starts up to so much later, so that not everybody asks at the same second."""


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """When the daily report is sent, and how long reports are kept."""

    at: str = "08:00"
    """Local time of day, 24 hours. Put it in quotes: YAML reads a bare 12:30 as a number."""
    timezone: str = ""
    """Time zone by its IANA name, such as `Europe/Lisbon`. Empty: the machine's own."""
    every: str = "daily"
    """How often: `daily`, or `weekly` on the day of the summary."""
    summary: str = "sunday"
    """The day of the week on which the report also names everything that is in force."""
    quiet_day: str = "line"
    """What a day without news gives: one `line`, or `nothing`."""
    keep_days: int = 90
    """Days that reports are kept in the state directory, and that `quietfeed try` can look back."""

    @property
    def time(self) -> time:
        """`at` as a time of day."""
        return time.fromisoformat(self.at)

    @property
    def weekday(self) -> int | None:
        """The only day of the week that has a report, 0 for Monday; None where every day has one."""
        return DAYS.index(self.summary) if self.every == "weekly" else None

    def is_summary(self, day: date) -> bool:
        """Whether the report of that day is the summary of a week."""
        return day.weekday() == DAYS.index(self.summary)


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """Where the daemon tells monitors on this machine how it fares (docs/operating.md)."""

    listen: str | None = None
    """Address and port for Prometheus (`/metrics`) and a health page (`/healthz`), such as `127.0.0.1:9464`: of this
    machine alone. Left out: there are none."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that some signals count with."""

    own_words: int = 4
    """A linked post with fewer words of the author's own than this is bare."""
    commentary_words: int = 25
    """A linked post with so many words of the author's own comments on what it links: two sentences."""
    languages: tuple[str, ...] = LANGUAGES
    """Which of the bundled word lists are used."""
    promo_words: tuple[str, ...] = ()
    """Words and phrases of advertising, beside the bundled ones."""
    promo_roles: tuple[str, ...] = ()
    """What people call themselves in a bio when they market for a living, beside the bundled ones."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A part of a config that changes a rule which stands elsewhere."""

    keys: tuple[str, ...]
    """What it changes, as the file calls it: `then`, `when link_share`."""
    place: str
    """`file:line`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule in force comes from."""

    place: str = ""
    """`file:line` of the rule; empty: it is shipped."""
    changes: tuple[Changed, ...] = ()
    """What was changed of it since, the last change last."""

    @property
    def is_shipped(self) -> bool:
        """Whether it came with quietfeed, changed since or not."""
        return not self.place


@dataclass(frozen=True)
class Config:
    """Everything that the owner's file says, checked."""

    profiles: tuple[Profile, ...]
    """Your logins, any number of them."""
    rules: tuple[Rule, ...]
    """Your noise rules, in order: the first whose bounds all hold decides. `shipped`: all that come with quietfeed. Or
    a list, in which `- use: shipped` stands for those, and rules of your own before or after it; a shipped or included
    rule that is named there keeps its place among them. Left out, and nothing included: `shipped`."""
    define: tuple[str, ...] = ()
    """Values to be used elsewhere in this file, each with a `&name`: `few: &few {at_most: 1}`, and then
    `answered_people: *few` in a rule, or `<<: *calm` for all the bounds of a map. By itself it does nothing."""
    strictness: str = "standard"
    """How much the shipped rules do: `gentle`, `standard` or `strict` (docs/rules.md tells each in numbers)."""
    include: tuple[str, ...] = ()
    """YAML files with `include:` and `rules:` of their own, relative to this one. Their rules come before those of this
    file."""
    minimum: Minimum = field(default_factory=Minimum)
    """The least evidence below which no rule says anything."""
    trust: Trust = field(default_factory=Trust)
    """The accounts that you are taken to want, whatever the rules say."""
    limits: Limits = field(default_factory=Limits)
    """How much may be done before everything further waits."""
    words: Words = field(default_factory=Words)
    """Words that some signals count with."""
    links: LinkLists = field(default_factory=LinkLists)
    """What tells links apart, beside the bundled lists."""
    lexicon: Lexicon = field(default_factory=Lexicon)
    window: timedelta = timedelta(days=60)
    """How far back an account is judged, and how long posts are stored."""
    own_feed: OwnFeed = field(default_factory=OwnFeed)
    """How an account's own feed is read."""
    sweep: SweepSettings = field(default_factory=SweepSettings)
    """How often the timeline is polled and judged."""
    report: ReportSettings = field(default_factory=ReportSettings)
    """When the daily report is sent."""
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    """Where the daemon tells monitors on this machine how it fares."""
    log_level: str = "info"
    """How much the daemon tells in its log: `debug` each request as well, `info` each sweep and what was done,
    `warning` what failed, `error` what it cannot get past by itself (docs/operating.md). `--log-level` and the
    environment's `QUIETFEED_LOG_LEVEL` go before it."""
    list_title: str = "Quieted"
    """Title of your list that accounts are put on by `then: list`; made when missing."""
    dry_run: bool = True
    """While true, nothing on the network is changed: quietfeed only reports what it would do."""
    store: str | None = None
    """File of the SQLite store, relative to this config. Left out: in the state directory. The environment's
    `DATABASE_URL` goes before it."""
    path: Path = Path("config.yaml")
    files: tuple[Path, ...] = field(default=(), compare=False)
    """Where it was read from: itself, what it includes, and the captured accounts of its rules' tests."""
    fingerprint: str = ""
    warnings: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = field(default=(), compare=False)
    """Of each rule, in their order."""

    def chosen(self, name: str | None = None) -> tuple[Profile, ...]:
        """The profile of that name, or all of them. Raises UserError where there is none."""
        if not self.profiles:
            raise UserError(f"{self.path} names no profile: add one under `profiles:`, or run `quietfeed init`")
        if name is None:
            return self.profiles
        named = tuple(p for p in self.profiles if p.name == name)
        if not named:
            names = [p.name for p in self.profiles]
            close = get_close_matches(name, names, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise UserError(f"{self.path} has no profile {name!r}, only {some(names)}{hint}")
        return named


def some(names: Sequence[str]) -> str:
    """Names as a sentence takes them: all of a few, the first of many."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def secret_variable(profile: str, secret: str) -> str:
    """The environment variable of a profile's secret: `("my-home", "token")` -> `QUIETFEED_MY_HOME_TOKEN`."""
    return f"QUIETFEED_{re.sub(r'[^A-Z0-9]', '_', profile.upper())}_{secret.upper()}"
