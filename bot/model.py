"""The words of quietfeed, as frozen types.

account, handle   who posts; `handle` is `user@host` on Mastodon, `name.bsky.social` on Bluesky
owner             the person whose timeline is watched; a profile is one owner's login on one server
post              what an account published: an own post, a reply, a repost or a quote
link              an outbound URL that the author shares
history           one account's posts inside the window, newest first, with what is known of the account
signal, reading   a pure function from a history to a number or None; its value for one history
rule, verdict     named bounds on signals; what the rules say of a history
hold, decision    why a verdict is not acted on; a verdict together with its action or its hold
action            a step of the ladder report < hide_reposts < list < mute
ledger, entry     the append-only record of decisions and deeds; one line of it
sweep             one round: poll, judge, decide, act, record

All times are timezone-aware UTC datetimes. Ids are opaque strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property

SELF = "self"
"""`Post.reply_to` of an answer to oneself: a thread, not a conversation."""
UNKNOWN = "?"
"""`Post.reply_to`, `repost_of` or `quote_of` where somebody is meant but the platform does not say who."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Action(StrEnum):
    """What may be done about an account, mildest first."""

    REPORT = "report"
    HIDE_REPOSTS = "hide_reposts"
    LIST = "list"
    MUTE = "mute"

    @property
    def severity(self) -> int:
        """Place on the ladder, 0 for `report`."""
        return list(Action).index(self)


@dataclass(frozen=True, slots=True)
class Account:
    """Who posts. `id` is the platform's stable id (a DID on Bluesky); None and () mean unknown."""

    id: str
    handle: str
    display_name: str = ""
    bio: str = ""
    """Plain text."""
    profile_links: tuple[str, ...] = ()
    automated: bool | None = None
    """Whether the account declares itself a bot."""
    followers: int | None = None
    following: int | None = None
    post_count: int | None = None
    created_at: datetime | None = None
    url: str = ""
    """The profile's page."""
    moved_to: str | None = None
    """Handle of the account it moved to."""


@dataclass(frozen=True, slots=True)
class Post:
    """One item of an account's feed: an own post, a reply, a repost or a quote."""

    id: str
    author: str
    """Account id of who posted or reposted it."""
    created_at: datetime
    """When it was posted; of a repost, when it was reposted."""
    text: str = ""
    """Plain text as a reader sees it, content warning first."""
    links: tuple[str, ...] = ()
    """Outbound URLs, cleaned by `bot.urls.clean`, link cards included."""
    reply_to: str | None = None
    """None, SELF, the id of the account answered, or UNKNOWN."""
    reply_to_post: str | None = None
    """Id of the post answered, where known: ties a thread together."""
    repost_of: str | None = None
    """None, the id of the account reposted (its own id for a self-repost), or UNKNOWN."""
    quote_of: str | None = None
    mentions: tuple[str, ...] = ()
    """Account ids or handles mentioned."""
    tags: tuple[str, ...] = ()
    """Hashtags without '#'."""
    media: int = 0
    """Number of attachments."""
    card_title: str = ""
    """Title of the link card, so that a copied headline does not count as the author's own words."""
    card_authors: tuple[str, ...] = ()
    """Handles or URLs that the link card names as authors."""
    url: str = ""
    """The post's page: evidence."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The owner's word lists and counts that some signals measure with."""

    own_words: int = 4
    """A linked post with fewer words of the author's own is bare."""
    promo_words: tuple[str, ...] = ()
    promo_roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """One account's posts inside the window, newest first.

    `complete` tells whether they come from the author's own feed (the proof) or only from what the owner's
    timeline showed (a hint: Mastodon drops replies to people whom the owner does not follow).
    """

    account: Account
    posts: tuple[Post, ...]
    until: datetime
    """When it was measured: the end of the window."""
    platform: str = ""
    complete: bool = True
    timeline_posts: int | None = None
    """How many items of the owner's timeline this account brought inside the window, reposts included."""
    timeline_total: int | None = None
    """How many items the owner's timeline showed in all inside the window."""
    lexicon: Lexicon = field(default_factory=Lexicon)

    @cached_property
    def memo(self) -> dict[object, object]:
        """What signals have worked out of the posts, so that each post is read once."""
        return {}

    @cached_property
    def reposts(self) -> tuple[Post, ...]:
        """Posts of others, or of one's own, shown again."""
        return tuple(p for p in self.posts if p.repost_of is not None)

    @cached_property
    def replies(self) -> tuple[Post, ...]:
        """Answers to somebody else: conversation."""
        return tuple(p for p in self.posts if p.repost_of is None and p.reply_to not in (None, SELF))

    @cached_property
    def authored(self) -> tuple[Post, ...]:
        """What the account wrote itself: everything but reposts, each part of a thread for itself."""
        return tuple(p for p in self.posts if p.repost_of is None)

    @cached_property
    def threads(self) -> tuple[tuple[Post, ...], ...]:
        """Own posts, each with the parts that continue it, oldest part first; newest thread first.

        An own post is what is neither a repost nor a reply to others. A self-reply belongs to the post it
        answers where that is known, otherwise to the account's own post before it.
        """
        return _threads(self.posts)


def _threads(posts: tuple[Post, ...]) -> tuple[tuple[Post, ...], ...]:
    """Group own posts (newest first) into threads (newest first, each oldest part first)."""
    threads: list[list[Post]] = []
    thread_of: dict[str, int] = {}
    elsewhere = {p.id for p in posts if p.repost_of is None and p.reply_to not in (None, SELF)}
    for post in reversed(posts):
        if post.repost_of is not None:
            continue
        if post.reply_to not in (None, SELF):
            continue
        place = len(threads)
        if post.reply_to == SELF:
            if post.reply_to_post is None:
                place = len(threads) - 1 if threads else place
            elif post.reply_to_post in elsewhere:  # a further word in a conversation with somebody else
                elsewhere.add(post.id)
                continue
            else:
                place = thread_of.get(post.reply_to_post, place)
        if place == len(threads):
            threads.append([])
        threads[place].append(post)
        thread_of[post.id] = place
    return tuple(tuple(parts) for parts in reversed(threads))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One reading held against one bound."""

    signal: str
    reading: float | None
    at_least: float | None
    at_most: float | None
    holds: bool
    """False where the reading is None."""


@dataclass(frozen=True, slots=True)
class RuleReading:
    """One rule held against one history: which of its bounds hold, and why it did not fire if it did not."""

    rule: str
    fires: bool
    when: tuple[Comparison, ...]
    unless: tuple[Comparison, ...] = ()
    abstained: str | None = None
    """Why the rule said nothing: too little evidence, or a signal that cannot be known."""
    near: bool = False
    """Whether exactly one thing kept it from firing, and only by a little."""


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one history."""

    account: Account
    rule: str | None
    """The first rule that fired."""
    action: Action | None
    rules: tuple[RuleReading, ...]
    """Every rule that applies, in the order of the config."""
    readings: Mapping[str, float | None]
    """Every signal that a rule asked for, and the evidence signals."""
    abstained: str | None = None
    """Why no rule could be judged, where none could."""
    evidence: tuple[str, ...] = ()
    """URLs (or ids, where there is no URL) of posts that show it."""
    shadow: bool = False
    """The deciding rule only watches (`mode: shadow`)."""
    duration: timedelta | None = None
    """How long the deed should last."""
    complete: bool = True
    """Whether it rests on the author's own feed."""
    proved: datetime | None = None
    """When that feed was read."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the owner stands to one account. None means that the platform does not say."""

    following: bool | None = None
    followed_by: bool | None = None
    followed_since: datetime | None = None
    blocked_by: bool | None = None
    muted: bool = False
    muted_until: datetime | None = None
    reposts_hidden: bool = False
    notifying: bool | None = None
    """The owner turned notifications on for it."""
    lists: tuple[str, ...] = ()
    """Titles of the owner's lists that it is on."""
    answered: datetime | None = None
    """When the owner last answered it, as far as was looked back."""
    favourited: datetime | None = None
    bookmarked: datetime | None = None
    reposted: datetime | None = None

    @property
    def mutual(self) -> bool:
        """Whether both follow each other."""
        return bool(self.following and self.followed_by)


@dataclass(frozen=True)
class Decision:
    """A verdict together with its action or its hold."""

    verdict: Verdict
    action: Action | None
    """What is to be done now (in dry run: would be); None where nothing fired or it is held."""
    hold: str | None = None
    """The gate's name, in one or two words: `mutual`, `kept`, `daily limit`, …"""
    reason: str = ""
    """The hold in a sentence, for the report."""
    until: datetime | None = None
    """When the deed expires."""
    waits: str = ""
    """The brake's name, where the action is not carried out yet; `reason` says why."""

    @property
    def account(self) -> Account:
        """The account judged."""
        return self.verdict.account


@dataclass(frozen=True)
class Deed:
    """One step of the ladder on one account, as the platform is asked to do or undo it."""

    account: Account
    action: Action
    until: datetime | None = None
    list_title: str = ""
    """The owner's list, for `list`."""
    before: Mapping[str, str] = field(default_factory=dict)
    """What stood before the deed, as the platform returned it from `act`: what `undo` puts back."""


class Event(StrEnum):
    """What an entry of the ledger records."""

    JUDGED = "judged"
    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LIFTING = "lifting"
    """About to be taken back: what PLANNED is to DONE, this is to EXPIRED and UNDONE."""
    EXPIRED = "expired"
    UNDONE = "undone"
    VETOED = "vetoed"


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: a decision, or what became of a deed."""

    at: datetime
    profile: str
    account: Account
    event: Event
    rule: str | None = None
    action: Action | None = None
    hold: str | None = None
    reason: str = ""
    readings: Mapping[str, float | None] = field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    """The deciding rule's bounds against their readings."""
    evidence: tuple[str, ...] = ()
    until: datetime | None = None
    deed: str = ""
    """Id that ties the entries of one deed together."""
    before: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    """Of the config that decided."""
    dry: bool = True
    near: bool = False
    """A near miss: nothing fired, though a rule nearly did."""
    waits: str = ""
    """The brake's name, where a decision to act is not carried out yet: `unconfirmed`, `daily limit`, …"""
    proved: datetime | None = None
    """When the feed that the decision rests on was read."""
    list_title: str = ""
    ends: datetime | None = None
    """Of a deed that is done: when the server says that it ends by itself. None: it does not say, or never."""


@dataclass(frozen=True, slots=True)
class SweepRecord:
    """What one sweep polled, found and spent."""

    profile: str
    started: datetime
    ended: datetime | None = None
    """None while it runs, or where the process died in it."""
    posts: int = 0
    """Timeline items read."""
    new_posts: int = 0
    """Of these, items not seen before."""
    unreadable: int = 0
    gaps: tuple[str, ...] = ()
    """Each a sentence: what could not be read, and why."""
    suspects: int = 0
    proofs: int = 0
    """Own feeds fetched."""
    judged: int = 0
    requests: int = 0
    writes: int = 0
    retries: int = 0
    waited: float = 0.0
    """Seconds waited for limits and after faults."""
    limit: int | None = None
    """Requests that the server allows in its window, where it says."""
    remaining: int | None = None
    error: str = ""
    """What ended it early, in a sentence."""
