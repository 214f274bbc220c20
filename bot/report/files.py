"""The files of `quietfeed export all`: what a line of each is, told in docs/json.md and in the README beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import Account, Judging, Post, SweepRecord, TrailState
from bot.report.figures import plural


@dataclass(frozen=True, slots=True)
class File:
    """One file of JSON Lines."""

    says: str
    """What a line is."""
    word: type | None = None
    """Whose fields are its keys, beside `beside`."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Further keys, each with what it means."""


FILES: Mapping[str, File] = {
    "accounts": File(
        "An account that showed in your timeline, or was looked at.",
        Account,
        {
            "first_seen": "When it first brought something to your timeline.",
            "seen_at": "When it was last met.",
        },
    ),
    "posts": File("An item of your timeline.", Post, {"seen_at": "When it was read."}),
    "own_feeds": File(
        "An account with its own feed as it was last read: a captured account, which `quietfeed judge` reads."
    ),
    "audited": File(
        "An account as an audit read it, in the same form; with `gone`, why it can be read no more, where that is so."
    ),
    "past_posts": File(
        "A post of an account's own feed in one version, edited and deleted ones included, and when it showed there.",
        Post,
        {"shown": "A list of times: `from` the reading that found it, `until` the one that no longer did."},
    ),
    "ledger": File("A decision or an action: an [entry](#entry), as `quietfeed export ledger` writes it."),
    "judgings": File("What was known when accounts were judged together.", Judging),
    "words": File(
        "What you said of an account.",
        beside={
            "kind": "`keep`, `noise`, `fine`, `confirm`, or `veto` where you took an action back.",
            "at": "When you said it.",
            "account": "Who it is about, as it was then.",
            "why": "Your own note.",
        },
    ),
    "dealings": File(
        "What you last did with an account; it protects it.",
        beside={"account_id": "The account.", "did": "`answers`, `favourites`, …", "at": "When."},
    ),
    "sweeps": File("One round: what it read and used.", SweepRecord),
    "reports": File(
        "A day's report.",
        beside={
            "day": "Your local date.",
            "at": "When it was made.",
            "state": "`sent`, `kept` as a file, `planned` or `failed`.",
            "where": "Where it can be read.",
            "text": "As on the terminal.",
            "markdown": "As in its file.",
            "data": "For programs: a [report](#report).",
            "letter": "What was sent.",
            "tells": "Up to which sweep and entry it tells.",
            "says": "The day in a sentence.",
            "page": "HTML.",
            "picture": "SVG.",
            "picture_words": "The same in words.",
        },
    ),
    "trails": File(
        "How far one of the lists was read in which your network keeps what you did.",
        TrailState,
        {"trail": "`posts`, `favourites` or `bookmarks`."},
    ),
    "cursors": File("Where the next poll goes on from.", beside={"cursor": "As your server understands it."}),
    "notes": File(
        "A small fact that quietfeed keeps for itself.", beside={"name": "What it is of.", "value": "As it is kept."}
    ),
}
"""By name, without `.jsonl`."""


def readme(counts: Mapping[str, int], version: str, now: datetime) -> str:
    """What is in the archive, for whoever opens it."""
    width = max(len(name) for name in FILES) + len(".jsonl")
    rows = [
        f"  {f'{name}.jsonl':<{width}}  {plural(counts[name], 'line')}: {_bare(FILES[name].says)}" for name in counts
    ]
    return "\n".join(
        [
            f"All that quietfeed {version} kept, taken out on {now:%-d %b %Y, %H:%M} UTC.",
            "",
            *rows,
            "",
            "Each file is JSON Lines: an object a line, with the name of its profile. Times are ISO 8601 in UTC. What",
            "is empty or unknown is left out, but in the ledger and own feeds. docs/json.md describes every key.",
            "",
            "There is no password and no token in here, since they never lie in the store. There are other people's",
            "posts: keep it to yourself.",
            "",
        ]
    )


def _bare(says: str) -> str:
    return says.replace("[entry](#entry)", "entry").replace("`", "")
