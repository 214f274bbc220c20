"""A small strict Mastodon in memory: accounts, statuses, follows, mutes that end, lists that exclude."""

import itertools
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Raw = dict[str, Any]
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DAYS = timedelta(days=1)


@dataclass
class Status:
    """One status; its place in time is `(at, number)`, its id says nothing that may be relied on."""

    id: str
    author: str
    at: datetime
    number: int
    content: str = ""
    visibility: str = "public"
    reply_to: "Status | None" = None
    boost_of: "Status | None" = None
    extra: Raw = field(default_factory=dict)
    deleted: bool = False
    files: tuple["Media", ...] = ()

    @property
    def key(self) -> tuple[datetime, int]:
        return self.at, self.number


@dataclass
class Media:
    """A file that was uploaded."""

    description: str
    png: bytes
    looks: int
    """How many more looks until it is ready."""


@dataclass
class Follow:
    reblogs: bool = True
    notify: bool = False
    languages: list[str] | None = None


@dataclass
class OwnList:
    id: str
    title: str
    exclusive: bool
    replies_policy: str = "list"
    members: list[str] = field(default_factory=list)


class Network:
    """Everything that the stub server knows. `ids` is `snowflake`, `ulid` or `hex` (in no order at all)."""

    def __init__(self, domain: str = "quiet.test", ids: str = "snowflake") -> None:
        self.domain = domain
        self.ids = ids
        self.skew = timedelta()
        self.held = 800
        self.version = "4.5.2"
        self.max_characters = 500
        self.software = "mastodon"
        self.direct_is = "direct"
        """What becomes of a post that is sent as `direct`: `private` on snac 2.75."""
        self.first_answer_says_direct = False
        """Whether the answer to a post claims what was asked for, whatever became of it."""
        self.shows_to_strangers = False
        """Whether any post can be read without a login by who knows its id."""
        self.delete_wants_body = False
        """Whether a DELETE is only heard with parameters in its body, and not in its address, as on snac."""
        self.known_scopes: set[str] | None = None
        self.pkce = True
        self.missing: set[str] = set()
        """Names of features left out: lists, exclusive, mutes, duration, reblogs, lookup, batches, relationship_expiry,
        and others where they are asked for."""
        self.duplicates = False
        self.ignores_min_id = False
        self.min_id_is_since_id = False
        self.goes_round = False
        """Every page is the newest, whatever is asked, and names the same next one."""
        self.idempotency = True
        self.accounts: dict[str, Raw] = {}
        self.statuses: list[Status] = []
        self.follows: dict[str, Follow] = {}
        self.followers: set[str] = set()
        self.came: list[tuple[str, datetime]] = []
        """Who followed the owner and when: the notifications of it, oldest first."""
        self.mutes: dict[str, tuple[bool, datetime | None]] = {}
        self.lists: dict[str, OwnList] = {}
        self.notes: dict[str, str] = {}
        """The owner's private notes, by account id."""
        self.favourites: list[Status] = []
        self.bookmarks: list[Status] = []
        self.tokens: dict[str, str] = {}
        self.media: dict[str, Media] = {}
        self.media_takes = 0
        """How often a file that was uploaded is asked for before it is ready."""
        self.keys: dict[str, Status] = {}
        self._numbers = itertools.count(1)
        self.owner = self.account("owner")
        self.token = self.grant("read write")

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew

    def grant(self, scopes: str) -> str:
        token = secrets.token_urlsafe(24)
        self.tokens[token] = scopes
        return token

    def account(self, acct: str, **extra: Any) -> str:
        """Add an account; returns its id."""
        account_id = self._id(datetime(2020, 1, 1, tzinfo=UTC), next(self._numbers))
        name, _, host = acct.partition("@")
        self.accounts[account_id] = {
            "id": account_id,
            "username": name,
            "acct": acct,
            "display_name": name.title(),
            "note": "",
            "url": f"https://{host or self.domain}/@{name}",
            "bot": False,
            "locked": False,
            "fields": [],
            "created_at": "2020-01-01T00:00:00.000Z",
            "followers_count": 3,
            "following_count": 5,
            "statuses_count": 7,
            **extra,
        }
        return account_id

    def follow(self, account_id: str, back: bool = False) -> None:
        self.follows[account_id] = Follow()
        if back:
            self.followers.add(account_id)

    def followed_by(self, account_id: str, at: datetime | None = None) -> None:
        """Somebody follows the owner, who is notified of it."""
        self.followers.add(account_id)
        self.came.append((account_id, at or self.now()))

    def post(
        self,
        author: str,
        content: str = "",
        at: datetime | None = None,
        *,
        reply_to: Status | None = None,
        boost_of: Status | None = None,
        visibility: str = "public",
        **extra: Any,
    ) -> Status:
        """Add a status at any time, also long ago."""
        number = next(self._numbers)
        moment = at or self.now()
        status = Status(
            self._id(moment, number), author, moment, number, content, visibility, reply_to, boost_of, dict(extra)
        )
        self.statuses.append(status)
        return status

    def find(self, status_id: str) -> Status | None:
        """A status by id, deleted ones too: they keep their place in time."""
        return next((status for status in self.statuses if status.id == status_id), None)

    def newest_first(self, statuses: Iterable[Status]) -> list[Status]:
        return sorted((s for s in statuses if not s.deleted), key=lambda s: s.key, reverse=True)

    def home(self) -> list[Status]:
        """As feed_manager.rb: no muted, no members of exclusive lists, no replies to people not followed."""
        return self.newest_first(status for status in self.statuses if self._in_home(status))[: self.held]

    def muting(self, account_id: str) -> bool:
        mute = self.mutes.get(account_id)
        if mute and mute[1] and mute[1] <= self.now():
            del self.mutes[account_id]
            return False
        return mute is not None

    def _in_home(self, status: Status) -> bool:
        if status.author == self.owner:
            return True
        followed = self.follows.get(status.author)
        if (followed is None and not status.extra.get("followed_tag")) or status.visibility == "direct":
            return False
        shown = status.boost_of or status
        if self.muting(status.author) or self.muting(shown.author) or self._excluded(status.author):
            return False
        if status.boost_of and followed and not followed.reblogs:
            return False
        answered = status.reply_to.author if status.reply_to else None
        return answered is None or answered in (self.owner, status.author) or answered in self.follows

    def _excluded(self, account_id: str) -> bool:
        return any(one.exclusive and account_id in one.members for one in self.lists.values())

    def _id(self, at: datetime, number: int) -> str:
        milliseconds = int(at.timestamp() * 1000)
        if self.ids == "ulid":
            value = (milliseconds << 80) + number
            return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))
        if self.ids == "hex":
            return f"{(number * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF:016x}"
        return str((milliseconds << 16) + number)

    def json(self, status: Status) -> Raw:
        """The Status entity."""
        account = self.accounts[status.author]
        page = f"{account['url']}/{status.id}"
        parent = status.reply_to
        return {
            "id": status.id,
            "created_at": f"{status.at:%Y-%m-%dT%H:%M:%S}.{status.at.microsecond // 1000:03d}Z",
            "edited_at": None,
            "in_reply_to_id": parent.id if parent else None,
            "in_reply_to_account_id": parent.author if parent else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": status.visibility,
            "language": "en",
            "uri": page,
            "url": None if status.boost_of else page,
            "content": "" if status.boost_of else status.content,
            "reblog": self.json(status.boost_of) if status.boost_of else None,
            "account": account,
            "media_attachments": [],
            "mentions": [],
            "tags": [],
            "emojis": [],
            "card": None,
            "poll": None,
            "favourited": status in self.favourites,
            "bookmarked": status in self.bookmarks,
            **{key: value for key, value in status.extra.items() if key != "followed_tag"},
        }

    def relationship(self, account_id: str) -> Raw:
        """The Relationship entity."""
        follow, muted = self.follows.get(account_id), self.muting(account_id)
        mute = self.mutes.get(account_id, (False, None))
        raw: Raw = {
            "id": account_id,
            "following": follow is not None,
            "showing_reblogs": bool(follow and follow.reblogs),
            "notifying": bool(follow and follow.notify),
            "languages": follow.languages if follow else None,
            "followed_by": account_id in self.followers,
            "blocking": False,
            "blocked_by": False,
            "muting": muted,
            "muting_notifications": muted and mute[0],
            "requested": False,
            "note": self.notes.get(account_id, ""),
        }
        if "notes" in self.missing:
            del raw["note"]
        if "relationship_expiry" not in self.missing:
            raw["muting_expires_at"] = iso(mute[1])
        return raw


def iso(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z" if moment else None


def link(url: str) -> str:
    """An anchor as Mastodon writes it: scheme hidden, the rest of a long URL cut."""
    bare = url.split("://", 1)[1]
    shown, rest = bare[:30], bare[30:]
    kind = "ellipsis" if rest else ""
    return (
        f'<a href="{url}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://</span>'
        f'<span class="{kind}">{shown}</span><span class="invisible">{rest}</span></a>'
    )


def seeded(now: datetime, ids: str = "snowflake", shop: str = "@shop.test") -> Network:
    """Three link droppers, six people who converse, a booster and a photographer over 20 days; the same each time.

    The droppers live at `shop`; where it is empty on the owner's server, which has all of their replies: there are no
    other servers here to ask.
    """
    network = Network(ids=ids)
    people = [network.account(f"person{n}@friends.test", note="<p>I talk with people.</p>") for n in range(6)]
    droppers = [network.account(f"dropper{n}{shop}", note="<p>The best offers.</p>") for n in range(3)]
    booster, photographer = network.account("booster@friends.test"), network.account("photographer")
    stranger = network.account("stranger@else.test")
    for account in (*people, *droppers, booster, photographer):
        network.follow(account, back=account in people[:1])
    for hour in range(20 * 24, 0, -6):
        at = now - timedelta(hours=hour)
        for place, dropper in enumerate(droppers):
            url = f"https://shop{place}.example/offer/{hour}"
            network.post(dropper, f"<p>Offer {hour} of the day {link(url)}</p>", at + timedelta(minutes=place))
        person, other = people[hour // 6 % 6], people[(hour // 6 + 1) % 6]
        said = network.post(person, f"<p>Thinking about {hour} small things today.</p>", at + timedelta(minutes=11))
        network.post(other, "<p>I like how you put that.</p>", at + timedelta(minutes=15), reply_to=said)
        asked = network.post(stranger, "<p>Does anybody know?</p>", at + timedelta(minutes=20))
        network.post(person, "<p>Yes, gladly.</p>", at + timedelta(minutes=25), reply_to=asked)
        network.post(booster, at=at + timedelta(minutes=30), boost_of=said)
        network.post(photographer, "<p>Morning light</p>", at + timedelta(minutes=35), media_attachments=[{"id": "1"}])
    answered = network.post(people[1], "<p>What do you think?</p>", now - timedelta(hours=3))
    network.post(network.owner, "<p>I think so too.</p>", now - timedelta(hours=2), reply_to=answered)
    return network
