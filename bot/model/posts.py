"""Who posts, what they post, and an account's posts inside the window: the history that everything is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

SELF = "self"
"""`Post.reply_to` of an answer to oneself: a thread, not a conversation."""
UNKNOWN = "?"
"""`Post.reply_to`, `repost_of` or `quote_of` where somebody is meant but the platform does not say who."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CALENDAR = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
"""Every time that a stranger can honestly tell lies between these; sums with those beyond leave Python's calendar."""
MOST_COUNTED = 10**15
"""More than anything is counted on a network."""


def moment(time: datetime) -> int:
    """An aware time as whole microseconds since 1970: sorts alike everywhere."""
    return (time - EPOCH) // MICROSECOND


def in_calendar(time: datetime) -> bool:
    """Whether a time can honestly have been told."""
    return CALENDAR[0] <= time < CALENDAR[1]


def count_of(value: object) -> int | None:
    """How many, as a stranger tells it: None, unknown, for what counts nothing, such as -1, NaN or 1e400."""
    if type(value) is int:  # nearly always
        return value if 0 <= value < MOST_COUNTED else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < MOST_COUNTED and value == int(value) else None


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
    group: bool | None = None
    """Whether it is a group (Lemmy, gup.pe): it only reposts what its members write."""
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
    """Id of the account that it answers: `self` (SELF) in a thread, `?` (UNKNOWN) where the platform does not say who.
    Left open where it answers nobody."""
    reply_to_post: str | None = None
    """Id of the post answered, where known: ties a thread together."""
    repost_of: str | None = None
    """Id of the account that it reposts, its own where it reposts itself, `?` (UNKNOWN) where the platform does not say
    who. Left open where it is no repost."""
    quote_of: str | None = None
    mentions: tuple[str, ...] = ()
    """Account ids or handles mentioned."""
    tags: tuple[str, ...] = ()
    """Hashtags without '#'."""
    media: int = 0
    """Number of attachments."""
    card_title: str = ""
    """Title of the link card, so that a copied headline does not count as the author's own words."""
    card_description: str = ""
    """What the link card says of the page, for the same reason."""
    card_authors: tuple[str, ...] = ()
    """Handles or URLs that the link card names as authors."""
    url: str = ""
    """The post's page: evidence."""


@dataclass(frozen=True, slots=True)
class Look:
    """How many posts of an account the owner's server counted at one time, those that it does not have included."""

    at: datetime
    post_count: int


@dataclass(frozen=True, slots=True)
class LinkLists:
    """What tells links apart, beside the bundled lists. They count when posts are measured, so also for posts that
    were read before. Written like addresses, without a scheme: `*` is any part, `{url}` where the target stands."""

    shorteners: tuple[str, ...] = ()
    """Hosts that hide where a link goes, such as `go.example.com`."""
    shims: tuple[str, ...] = ()
    """Pages that lead on at once, such as `example.com/out?to={url}`."""
    post_pages: tuple[str, ...] = ()
    """Pages of the networks themselves, which are no outbound links, such as `client.example.com/profile/*`."""
    shared_sites: tuple[str, ...] = ()
    """Sites where many people live, with the part that names the person, such as `example.com/~*` or `*.example.com`.
    A bare host stands for the first part of its paths."""
    post_places: tuple[str, ...] = ()
    """Domains where posts and pictures stand that are mirrored elsewhere."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The owner's word lists and counts that some signals measure with."""

    own_words: int = 4
    """A linked post with fewer words of the author's own is bare."""
    commentary_words: int = 25
    """A linked post with so many words of the author's own comments on what it links."""
    promo_words: tuple[str, ...] = ()
    promo_roles: tuple[str, ...] = ()
    links: LinkLists = LinkLists()
    """The owner's own lists of what tells links apart."""


@dataclass(frozen=True)
class History:
    """One account's posts inside the window, newest first.

    `complete` tells whether they come from the author's own feed or only from what the owner's timeline
    showed (a hint: Mastodon drops replies to people whom the owner does not follow).
    """

    account: Account
    posts: Sequence[Post]
    until: datetime
    """When it was measured: the end of the window."""
    platform: str = ""
    complete: bool = True
    timeline_posts: int | None = None
    """How many items of the owner's timeline this account brought inside the window, reposts included."""
    timeline_total: int | None = None
    """How many items the owner's timeline showed in all inside the window."""
    lexicon: Lexicon = field(default_factory=Lexicon)
    replies_known_since: datetime | None = None
    """Before this moment some of the account's replies may be missing, so that their lack counts for nothing. None:
    they are known from the beginning."""
    earlier: Sequence[Post] = ()
    """Posts from before the window, newest first, where they are known: a thread belongs to the time of its first
    part."""
    seen_share: float | None = 1.0
    """About which part of the account's posts the server has that told of them; None where that is not known."""
    memo: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What signals have worked out of the posts, so that each post is read once."""
