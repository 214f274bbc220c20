"""Every option: which keys the file may carry, and what may stand under each.

Meaning and default of a key are the docstring and the default of the field that it fills.
"""

import re
from datetime import time, timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from bot import addresses, handles
from bot.config import meant
from bot.config.faults import shown
from bot.config.kinds import LINE, Choice, Duration, Flag, Kind, ListOf, Names, Number, OneOrMore, Text, one_line
from bot.config.listening import WANTED, not_loopback
from bot.config.rule_options import MINIMUM_KEYS, PLATFORM, RULE, Rules
from bot.config.sections import Key, Section
from bot.config.types import (
    DAYS,
    LANGUAGES,
    LOG_LEVELS,
    STRICTNESSES,
    Config,
    Limits,
    MetricsSettings,
    OwnFeed,
    Profile,
    ReportSettings,
    SweepSettings,
    Words,
)
from bot.judging.rules import Minimum
from bot.judging.trust import Trust
from bot.model import LinkLists


def _address(url: str) -> str | None:
    """A complaint about a server's address. Never repeats an address that carries a password."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"{shown(url)} is not an address"
    if parts.username is not None or parts.password is not None:
        return "the address carries a user name or password, which do not belong in this file: run `quietfeed login`"
    if re.search(r"\s", url.strip()) or not url.isprintable():
        return f"{shown(url)} is not an address"
    if not parts.scheme or not host:
        named = handles.host_of(handles.parse(url) or "") or url.strip().lstrip("/")
        return f"{shown(url)} is not an address (did you mean {shown('https://' + named)}?)"
    if parts.scheme == "http" and not _loopback(host):
        return f"{shown(url)} is not encrypted: http:// is accepted for this machine (localhost) only, use https://"
    if parts.scheme not in ("http", "https"):
        return f"{shown(parts.scheme + '://')} is not a scheme of a server"
    if parts.path.strip("/") or parts.query or parts.fragment:
        return f"{shown(url)} is a page (did you mean {shown(f'{parts.scheme}://{parts.netloc}')}?)"
    return None


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _appview(text: str) -> str | None:
    return None if re.fullmatch(r"did:(web|plc):[A-Za-z0-9.:%-]+(#\w+)?", text) else _address(text)


def _time_of_day(text: str) -> str | None:
    try:
        time.fromisoformat(text)
    except ValueError:
        return f"{shown(text)} is no time of day"
    return None


def _timezone(text: str) -> str | None:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        return f"{shown(text)} is no time zone{_zone_hint(text)}"
    return None


def _zone_hint(text: str) -> str:
    """A zone is mostly missed by its case, or by naming the city alone."""
    wanted = text.casefold().replace(" ", "_")
    zones = {zone.casefold(): zone for zone in available_timezones()}
    found = sorted(z for name, z in zones.items() if wanted in (name, name.rpartition("/")[2]))
    found = found or [zones[name] for name in get_close_matches(wanted, zones, n=1, cutoff=0.75)]
    return f"; did you mean {shown(found[0])}?" if found else ""


def _store(text: str) -> str | None:
    if addresses.is_address(text):
        return "a database's address may hold a password, so it does not belong in this file: set DATABASE_URL"
    return None


def _handle(text: str) -> str | None:
    """A complaint about what cannot be a handle. Marks that come along with copied text do no harm."""
    hidden = one_line(re.sub(r"[\u200b-\u200f\u2060\u2066-\u2069\ufeff]", "", text)) if len(text) <= 80 else None
    return hidden or (None if handles.parse(text) else f"{shown(text)} cannot be a handle")


def _way(text: str) -> str | None:
    """A complaint about what is no way for a report. Never repeats what may be an address: it is a secret."""
    if re.search(r"[/@:]", text):
        return "an address is a secret and does not belong in this file: run `quietfeed login --notify NAME`"
    if text.strip() in ("file", "direct"):
        return f"{shown(text)} goes under `report_via`, and every report is kept as a file anyway"
    return None if re.fullmatch(WAY, text.strip()) else f"{shown(text)} does not fit"


TIME = Text(
    'a time of day in quotes, "00:00" to "23:59"',
    r"[0-2]\d:[0-5]\d",
    check=_time_of_day,
    meant=meant.time_of_day,
)
HANDLE = Text(
    "a handle, such as robin@mastodon.example or robin.bsky.example, a profile's address, or a DID",
    r"\s*\S+\s*",
    check=_handle,
    tidy=lambda text: handles.parse(text) or text,
)
PROFILE_NAME = Text("letters, digits, - and _, at most 40", r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
ADDRESS = Text("an address, such as https://mastodon.example", check=_address, tidy=lambda url: url.strip().rstrip("/"))
PHRASES = ListOf(Text("a word or phrase, in quotes where it has a # or a colon", check=one_line))
NAME = r"([^\s/?#*@:.{}]+\.)+[^\s/?#*@:.{}]+"
PATH = r"(/[^\s?#{}]*)?"


def _place(text: str) -> str:
    """An address as the lists have it: people copy them with the scheme."""
    return re.sub(r"^(https?://)?(www\.)?", "", text.strip(), flags=re.IGNORECASE)


HOST = Text("a host such as go.example.com", rf" *(https?://)?{NAME}/? *", tidy=lambda t: _place(t).strip("/").lower())
PLACE = Text(
    "an address such as example.com/~* or *.example.com",
    rf" *(https?://)?(\*\.)?{NAME}{PATH} *",
    tidy=_place,
)
SHIM = Text(
    "an address that has {url} where its target stands, such as example.com/out?to={url}",
    rf" *(https?://)?(\*\.)?{NAME}{PATH}(/\{{url\}}|\?([\w.-]+=)?\{{url\}}) *",
    tidy=_place,
)
DAY = timedelta(days=1)

WAY = r"[a-z][a-z0-9_]{0,29}"
"""Names of addresses: small, as the names of their variables in the environment are their capitals."""
WAYS = ListOf(Text("stdout, feed, or a name of your own in small letters, digits and _", check=_way))

PROFILE = Section(
    Profile,
    (
        Key("name", PROFILE_NAME, "name", required=True),
        Key("platform", PLATFORM, "platform", required=True),
        Key("server", ADDRESS, "server"),
        Key("handle", HANDLE, "handle"),
        Key("appview", Text("an address or a DID with its service", check=_appview), "appview"),
        Key("report_via", Choice(("direct", "file")), "report_via"),
        Key("report_also", WAYS, "report_also"),
        Key("bot_handle", HANDLE, "bot_handle"),
    ),
)

TRUST = Section(
    Trust,
    (
        Key("keep", ListOf(HANDLE), "keep"),
        Key("mutuals", Flag(), "mutuals"),
        Key("answered", Flag(), "answered"),
        Key("favourited", Flag(), "favourited"),
        Key("bookmarked", Flag(), "bookmarked"),
        Key("reposted", Flag(), "reposted"),
        Key("listed", Flag(), "listed"),
        Key("notifying", Flag(), "notifying"),
        Key("within", Duration(DAY), "within"),
    ),
)

LIMITS = Section(
    Limits,
    (
        Key("per_sweep", Number(0, 1000, whole=True), "per_sweep"),
        Key("per_day", Number(0, 1000, whole=True), "per_day"),
        Key("followed_share_per_week", Number(0, 1), "followed_share_per_week"),
        Key("first_days_dry", Duration(), "first_days_dry"),
        Key("confirm_after", Duration(), "confirm_after"),
        Key("newly_followed", Duration(), "newly_followed"),
        Key("sudden_factor", Number(1, 1000), "sudden_factor"),
        Key("sudden_least", Number(0, 10_000, whole=True), "sudden_least"),
        Key("longest", Duration(DAY), "longest"),
    ),
)

OWN_FEED = Section(
    OwnFeed,
    (
        Key("posts", Number(10, 2000, whole=True), "posts"),
        Key("max_age", Duration(), "max_age"),
        Key("per_sweep", Number(1, 1000, whole=True), "per_sweep"),
        Key("least_posts", Number(1, 1000, whole=True), "least_posts"),
        Key("origin", Flag(), "origin"),
    ),
)

SWEEP = Section(
    SweepSettings,
    (Key("every", Duration(timedelta(seconds=1), DAY), "every"), Key("jitter", Duration(most=DAY), "jitter")),
)

REPORT = Section(
    ReportSettings,
    (
        Key("at", TIME, "at"),
        Key("timezone", Text("an IANA name such as Europe/Lisbon", check=_timezone, empty=True), "timezone"),
        Key("every", Choice(("daily", "weekly")), "every"),
        Key("summary", Choice(DAYS), "summary"),
        Key("quiet_day", Choice(("line", "nothing")), "quiet_day"),
        Key("keep_days", Number(1, 3650, whole=True), "keep_days"),
    ),
)

METRICS = Section(MetricsSettings, (Key("listen", Text(WANTED, check=not_loopback), "listen"),))

WORDS = Section(
    Words,
    (
        Key("own_words", Number(0, 100, whole=True), "own_words"),
        Key("commentary_words", Number(1, 1000, whole=True), "commentary_words"),
        Key("languages", ListOf(Choice(LANGUAGES)), "languages"),
        Key("promo_words", PHRASES, "promo_words"),
        Key("promo_roles", PHRASES, "promo_roles"),
    ),
)

LINKS = Section(
    LinkLists,
    (
        Key("shorteners", ListOf(HOST), "shorteners"),
        Key("shims", ListOf(SHIM), "shims"),
        Key("post_pages", ListOf(PLACE), "post_pages"),
        Key("shared_sites", ListOf(PLACE), "shared_sites"),
        Key("post_places", ListOf(HOST), "post_places"),
    ),
)

INCLUDE = OneOrMore(Text("a YAML file's path"))
RULES = Rules(RULE, least=1)
DEFINE = Key("define", Names(), "define")
INCLUDED = Section(Config, (DEFINE, Key("include", INCLUDE, "include"), Key("rules", RULES, "rules")))
"""What an included file may say: all else belongs into the config itself."""

ROOT: Section = Section(
    Config,
    (
        Key("dry_run", Flag(), "dry_run"),
        Key("profiles", ListOf(PROFILE, least=1), "profiles"),
        DEFINE,
        Key("strictness", Choice(STRICTNESSES), "strictness"),
        Key("include", INCLUDE, "include"),
        Key("rules", RULES, "rules"),
        Key("evidence", Section(Minimum, MINIMUM_KEYS), "minimum"),
        Key("trust", TRUST, "trust"),
        Key("limits", LIMITS, "limits"),
        Key("sweep", SWEEP, "sweep"),
        Key("report", REPORT, "report"),
        Key("metrics", METRICS, "metrics"),
        Key("log_level", Choice(LOG_LEVELS), "log_level"),
        Key("window", Duration(DAY, timedelta(days=730)), "window"),
        Key("own_feed", OWN_FEED, "own_feed"),
        Key("list_title", LINE, "list_title"),
        Key("words", WORDS, "words"),
        Key("links", LINKS, "links"),
        Key("store", Text("a file's path", check=_store), "store"),
    ),
    elsewhere=lambda name: ", ".join(f"`{key.name}:`" for key in ROOT.keys if _has(key.kind, name)),
)


def _has(kind: Kind, name: str) -> bool:
    """Whether a part of the file, or each item of it, has that key."""
    of = kind.item if isinstance(kind, ListOf) else kind
    return isinstance(of, Section) and name in (key.name for key in of.keys)
