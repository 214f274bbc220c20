"""Accounts: who talks and who links, as a picture that leads on, and everybody in a table to be sorted and searched."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.config import Profile
from bot.desk import listed
from bot.desk.listed import NETWORKS, Row
from bot.desk.visit import Facts, Visit
from bot.report.figures import plural
from bot.report.picture import talk
from bot.report.pictured import Talk
from bot.service import accounts, mode, pages

ROWS = 100
"""On one page of the table."""
EVERYBODY = "all"
"""The accounts of all profiles; a platform's name stands for those of its profiles."""
STEPS = {"mute": "mute", "list": "on a list", "hide_reposts": "reposts hidden", "report": "only reported"}
NONE = "-"
"""In a filter: no rule finds it, nothing is done to it, nothing protects it."""
USUAL = "-share"
"""The loudest first."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    key: str
    title: str
    by: Callable[[Row], float | str | None]
    """What it is sorted by; who has nothing there comes last."""
    is_number: bool = False


COLUMNS = (
    Column("name", "Account", lambda row: (row.name or row.handle).casefold()),
    Column("says", "What the rules say", lambda row: (row.says + row.rule).casefold()),
    Column("protection", "Left alone, because", lambda row: row.protection.casefold()),
    Column("share", "Of your timeline", lambda row: row.part, True),
    Column("links", "With a link", lambda row: row.links, True),
    Column("answers", "Answers", lambda row: row.answers, True),
    Column("pace", "Posts a day", lambda row: row.a_day, True),
    Column("word", "Your word", lambda row: row.word),
)
OF_MANY = (
    Column("profile", "Profile", lambda row: row.profile.casefold()),
    Column("network", "Network", lambda row: row.network.casefold()),
)
"""Where the table has the accounts of several profiles."""
FILTERS: Mapping[str, Callable[[Row], str]] = {
    "rule": lambda row: row.rule,
    "step": lambda row: row.step,
    "protection": lambda row: row.protection,
}
"""By what may be filtered, beside the name."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading as it is shown."""

    title: str
    there: str
    """Where the table is sorted by it; the other way round if it is so already."""
    sorted: str
    """`ascending`, `descending`, or empty."""
    is_number: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with what may be chosen."""

    key: str
    title: str
    options: Sequence[tuple[str, str]]
    """Each value and its words; the first asks for nothing."""
    chosen: str


def facts(visit: Visit) -> Facts:
    """The rows that are asked for, in the order that is asked for, and the picture of the same accounts."""
    asked = {name: visit.query.get(name, "") for name in ("among", "q", *FILTERS)}
    sort, profiles = visit.query.get("sort", ""), _profiles(visit, asked["among"])
    every = [row for profile in profiles for row in listed.rows(visit.of(profile))]
    found = ordered([row for row in every if is_wanted(row, asked)], sort or USUAL)
    many, last = len(profiles) > 1, max(1, -(-len(found) // ROWS))
    page = _page(visit.query.get("page", ""), last)
    there = {profile.name: visit.of(profile) for profile in profiles}
    return {
        "rows": [(row, there[row.profile].account_page(row.id)) for row in found[(page - 1) * ROWS : page * ROWS]],
        "headings": _headings(visit, (*COLUMNS, *OF_MANY) if many else COLUMNS, asked, sort or USUAL),
        "choices": _choices(visit, every, asked),
        "asked": asked,
        "sort": sort,
        "many": many,
        "count": _count(len(found), len(every)),
        "page": page,
        "last": last,
        "turns": [
            (words, visit.to("/accounts", **asked, sort=sort, page=to))
            for words, to in (("Earlier", page - 1), ("More", page + 1))
            if 0 < to <= last
        ],
        "talk": None if many else _picture(visit, {row.id for row in found}),
        "account_page": visit.account_page,
        "tips": True,
    }


def _profiles(visit: Visit, among: str) -> list[Profile]:
    """Whose accounts are asked for: those of this profile, unless all are, or those of one network."""
    every = visit.config.profiles
    return [one for one in every if len(every) > 1 and among in (EVERYBODY, one.platform)] or [visit.profile]


def is_wanted(row: Row, asked: Mapping[str, str]) -> bool:
    """Whether it fits all that is asked for. A name is found in the handle and in what the account calls itself."""
    for name, of in FILTERS.items():
        if asked[name] and of(row) != ("" if asked[name] == NONE else asked[name]):
            return False
    typed = asked["q"].strip().lstrip("@").casefold()
    return typed in row.name.casefold() or typed in row.handle.casefold()


def ordered(rows: Iterable[Row], sort: str) -> list[Row]:
    """By the column of that key, a `-` before it for the greatest first; who has nothing in it comes last either way,
    and who has the same stands by the handle."""
    columns = {column.key: column for column in (*COLUMNS, *OF_MANY)}
    column = columns.get(sort.removeprefix("-")) or columns[USUAL.removeprefix("-")]
    known: list[tuple[float | str, Row]] = []
    unknown: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.handle.casefold(), row.profile)):
        value = column.by(row)
        if value is None or value == "":
            unknown.append(row)
        else:
            known.append((value, row))
    known.sort(key=lambda one: one[0], reverse=sort.startswith("-"))
    return [row for _, row in known] + unknown


def _headings(visit: Visit, columns: Iterable[Column], asked: Mapping[str, str], now: str) -> list[Heading]:
    """The columns, each with where a click leads: numbers begin with the greatest, words with the first."""
    found = []
    for column in columns:
        is_now = now.removeprefix("-") == column.key
        down = not now.startswith("-") if is_now else column.is_number
        there = visit.to("/accounts", **asked, sort=f"-{column.key}" if down else column.key)
        way = ("descending" if now.startswith("-") else "ascending") if is_now else ""
        found.append(Heading(column.title, there, way, column.is_number))
    return found


def _choices(visit: Visit, rows: Sequence[Row], asked: Mapping[str, str]) -> list[Choice]:
    """The filters; one in which there is nothing to be chosen is left out."""
    named = {name: sorted({of(row) for row in rows} - {""}, key=str.casefold) for name, of in FILTERS.items()}
    kinds = {
        "among": ("Profiles", _among(visit)),
        "rule": ("Rule", [("", "any or none"), *((one, one) for one in named["rule"]), (NONE, "none")]),
        "step": (
            "What is done",
            [("", "anything"), *(one for one in STEPS.items() if one[0] in named["step"]), (NONE, "nothing")],
        ),
        "protection": (
            "Left alone, because",
            [("", "anything"), *((one, one) for one in named["protection"]), (NONE, "nothing protects it")],
        ),
    }
    return [
        Choice(name, title, options, asked[name])
        for name, (title, options) in kinds.items()
        if len(options) > (1 if name == "among" else 2)
    ]


def _among(visit: Visit) -> list[tuple[str, str]]:
    """Whose accounts may be asked for; those of this profile where it is the only one."""
    profiles = visit.config.profiles
    platforms = list(dict.fromkeys(one.platform for one in profiles))
    those = [(one, f"those on {NETWORKS.get(one, one)}") for one in platforms] if len(platforms) > 1 else []
    return [("", f"{visit.profile.name} alone"), (EVERYBODY, "all"), *those] if len(profiles) > 1 else []


def _page(asked: str, last: int) -> int:
    """The page that is asked for, as far as there is one."""
    return min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def _count(found: int, every: int) -> str:
    if not every:
        return "Nobody yet: nothing of the timeline was read."
    return f"{plural(every, 'account')}." if found == every else f"{found:,} of {plural(every, 'account')}."


def _picture(visit: Visit, wanted: set[str]) -> object:
    """Who talks and who links, of those that the table has; None where nothing is to be drawn."""
    of = visit.profile.name, visit.store, visit.config, visit.now
    shown = listed.everybody(visit)
    quieted = accounts.quieted(shown, accounts.done(*of))
    voices = pages.voices([one for account, one in shown.items() if account in wanted], quieted)
    if not voices:
        return None
    corner = pages.corner(visit.config.rules, visit.profile.name, visit.profile.platform)
    return talk.drawn(Talk(voices, corner, mode.is_dry(*of)))
