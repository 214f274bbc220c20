"""What own feeds showed over time: an account's posts by month, each with the readings that found it.

One month of one account is one squeezed text. Its first line tells of the readings of that month; every other line is
a post of that month in one version, behind the numbers of the readings that it came and went with: `3,7,9` came with
the 3rd, was gone at the 7th, and shows again since the 9th. An edited post is one version that went and another that
came. A post is kept once however often it is read, and any reading can be made again exactly. Beside the text stand
the rows of its posts, line by line: what signals need of them, by the words of one lexicon.
"""

import json
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from itertools import chain
from math import inf
from typing import Any

from bot.model import Lexicon, Look, Made, Post, moment
from bot.platforms.base import Feed
from bot.signals.columns import Columns
from bot.signals.features import features, fingerprint
from bot.signals.rows import Rows
from bot.signals.window import Window, columns_of
from bot.store.codec import Plain, built, loaded, packed, plain, time_of, unpacked
from bot.store.kept_feed import KeptFeed, whole

LEXICONS = 2
"""So many readings of all posts are kept: by the words of a config, and of one that it is held against."""

Place = tuple[int, int]
"""A version of a post: its month, and its number among the versions there."""


def month_of(time: datetime) -> int:
    """Months since year 0."""
    return time.year * 12 + time.month - 1


@dataclass
class Month:
    """One month of one account: versions of posts, and readings. Changed in place by `add`."""

    lines: list[str] = field(default_factory=list)
    """Posts as JSON, in the order in which they came."""
    spans: list[list[int]] = field(default_factory=list)
    """Of each: with which readings it came and went, in turn."""
    reads: list[Plain] = field(default_factory=list)
    accounts: list[Plain] = field(default_factory=list)
    """Profiles that the readings name by their place."""
    rows: Rows = field(default_factory=Rows)
    """Of each version its row."""
    read_by: str = ""
    """Fingerprint of the lexicon that they were read by; while it is empty, none is there."""

    def measure(self, lexicon: Lexicon) -> None:
        """Have the rows by these words, from the posts themselves where they were read by others."""
        if self.read_by != fingerprint(lexicon):
            self.rows = Rows(features(unpacked(Post, line), lexicon) for line in self.lines)
            self.read_by = fingerprint(lexicon)

    @property
    def open(self) -> int:
        """How many posts still show."""
        return sum(len(span) % 2 for span in self.spans)

    @property
    def last_read(self) -> int:
        """Number of its last reading, 0 for none."""
        return int(self.reads[-1]["n"]) if self.reads else 0

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Where each version stands."""
        return {line: number for number, line in enumerate(self.lines)}

    def show(self, post: Post, reading: int, lexicon: Lexicon) -> int:
        """Note that a reading showed this version; its number. The month is measured by that lexicon."""
        line = packed(post)
        place = self.place_of.setdefault(line, len(self.lines))
        if place == len(self.lines):
            self.lines.append(line)
            self.spans.append([])
            self.rows.add(features(post, lexicon))
        if len(self.spans[place]) % 2 == 0:
            self.spans[place].append(reading)
        return place

    def close(self, shown: set[int], reading: int) -> None:
        """Note that a reading showed nothing of the other versions."""
        for number, span in enumerate(self.spans):
            if len(span) % 2 and number not in shown:
                span.append(reading)

    def squeezed(self) -> bytes:
        """The month as it is kept."""
        head = json.dumps({"reads": self.reads, "accounts": self.accounts}, separators=(",", ":"))
        numbers = (",".join(map(str, span)) for span in self.spans)
        body = (f"{span}\t{line}" for span, line in zip(numbers, self.lines, strict=True))
        return zlib.compress("\n".join((head, *body)).encode("ascii"), 6)


def unsqueezed(data: bytes, rows: bytes | None = None, read_by: str | None = None) -> Month:
    """The month of what is kept, and its rows as `Rows` packs them. Raises ValueError where it is damaged; rows that
    are, or that are not those of its posts, are as good as none."""
    try:
        head, *body = zlib.decompress(data).decode("ascii").split("\n")
    except zlib.error as error:
        raise ValueError(str(error)) from error
    parted = [line.partition("\t") for line in body]
    spans = [[int(number) for number in span.split(",")] for span, _, _ in parted]
    told = loaded(head)
    month = Month([line for _, _, line in parted], spans, told["reads"], told["accounts"])
    kept = Rows.kept(rows, len(month.lines))
    if kept is not None and read_by is not None:
        month.rows, month.read_by = kept, read_by
    return month


def add(months: dict[int, Month], feed: Feed, at: datetime, reading: int, lexicon: Lexicon) -> Rows:
    """Add a reading of an own feed to the months (by `month_of`), which hold every post that showed until now. Gives
    the rows of its posts, oldest first; only those that are new are read for it."""
    shown: dict[int, set[int]] = {}
    places: dict[int, Place] = {}
    for number in {month_of(post.created_at) for post in feed.posts}:
        months.setdefault(number, Month()).measure(lexicon)
    for index, post in reversed(list(enumerate(feed.posts))):  # the oldest first: so they mostly come
        number = month_of(post.created_at)
        place = months[number].show(post, reading, lexicon)
        shown.setdefault(number, set()).add(place)
        places[index] = (number, place)
    for number, month_kept in months.items():
        month_kept.close(shown.get(number, set()), reading)
    order = [places[index] for index in range(len(feed.posts))]
    usual = _in_order(zip(order, (moment(post.created_at) for post in feed.posts), strict=True))
    _note(months.setdefault(month_of(at), Month()), feed, at, reading, None if order == usual else order)
    return _rows(months, order)


def _in_order(found: Iterable[tuple[Place, int]]) -> list[Place]:
    """Versions, each with its time, as a feed shows them if nothing else is said: the newest post first, each once."""
    times = dict(found)
    return sorted(times, key=lambda place: (times[place], place), reverse=True)


def _rows(months: Mapping[int, Month], order: Sequence[Place]) -> Rows:
    """The rows of versions in the order of a feed, which come oldest first."""
    of = {number: months[number].rows for number, _ in order}
    from_the_last, wanted = order[::-1], defaultdict[int, list[int]](list)
    for number, place in sorted(from_the_last, key=lambda place: of[place[0]].at[place[1]]):
        wanted[number].append(place)
    read = chain.from_iterable(of[number].picked(wanted[number]) for number in sorted(wanted))
    return Rows(read)  # months follow each other as their posts do


def _note(month: Month, feed: Feed, at: datetime, reading: int, order: Sequence[Place] | None) -> None:
    """Keep what a reading told beside posts: only what differs from the one before it in the month."""
    told = plain(replace(feed, posts=(), looks=()))
    del told["posts"]
    account = told.pop("account")
    if account not in month.accounts:
        month.accounts.append(account)
    facts: Plain = {"n": reading, "at": moment(at), "who": month.accounts.index(account), **told}
    before = _looks(month.reads)
    looks = [[moment(look.at), look.post_count] for look in feed.looks]
    dropped = next(drop for drop in range(len(before) + 1) if looks[: len(before) - drop] == before[drop:])
    if dropped or len(looks) > len(before):
        facts["looks"] = [dropped, *looks[len(before) - dropped :]]
    if order is not None:
        facts["order"] = order
    month.reads.append(facts)


def _looks(reads: Iterable[Plain]) -> list[Any]:
    """The looks of the last of these readings: each tells how many went of those before it, and which came."""
    known: list[Any] = []
    for read in reads:
        dropped, *came = read.get("looks", [0])
        known = known[dropped:] + came
    return known


class PastFeeds:
    """One account's own feed as it was at any reading that is still remembered. A post is one object, however many
    readings showed it, and made when somebody looks at it."""

    def __init__(self, months: dict[int, Month]) -> None:
        self._months = dict(sorted(months.items()))
        self._reads: list[tuple[int, Plain, Month, int]] = []
        """Number, facts, month, and place in the month of every reading, in the order of reading."""
        for month in self._months.values():
            self._reads += [(read["n"], read, month, place) for place, read in enumerate(month.reads)]
        self._reads.sort(key=lambda read: read[0])
        self._posts: dict[Place, Post] = {}
        self._read: dict[Lexicon, Columns] = {}

    @property
    def times(self) -> list[datetime]:
        """When it was read, in the order of reading."""
        return [time_of(read["at"]) for _, read, _, _ in self._reads]

    def as_of(self, time: datetime) -> KeptFeed | None:
        """The feed as the last reading at that time, or before it, left it; None where none is remembered."""
        at = moment(time)
        exact = [read for read in self._reads if read[1]["at"] == at]
        before = exact or [read for read in self._reads if read[1]["at"] <= at]
        return self._made(*before[-1]) if before else None

    def _made(self, number: int, read: Plain, month: Month, place: int) -> KeptFeed:
        order: list[Place] = [(of, one) for of, one in read["order"]] if "order" in read else self._shown_at(number)
        posts = Made(order, self._post)
        looks = tuple(Look(time_of(at), count) for at, count in _looks(month.reads[: place + 1]))
        told = {key: value for key, value in read.items() if key not in ("n", "at", "who", "looks", "order")}
        account = dict(month.accounts[read["who"]])
        feed = replace(built(Feed, {**told, "account": account, "posts": []}), posts=posts, looks=looks)
        times = array("q", [self._times[number][place] for number, place in order])
        return KeptFeed(feed, time_of(read["at"]), times, partial(self._window, order, usual="order" not in read))

    def _window(self, order: Sequence[Place], lexicon: Lexicon, *, usual: bool) -> Window:
        """The versions of one reading in columns: a window in those of all versions where they follow each other there
        and hang on no other, so that little is counted anew from one reading to the next."""
        columns = self._columns(lexicon)
        if not order:
            return Window(columns, 0, 0)
        first, last = self._numbers[order[-1]], self._numbers[order[0]] + 1
        if usual and last - first == len(order) and columns.threads.stand_alone(first, last):
            return Window(columns, first, last)
        for number in {number for number, _ in order}:
            self._months[number].measure(lexicon)
        return whole(_rows(self._months, order), lexicon)

    def _columns(self, lexicon: Lexicon) -> Columns:
        """All versions as they are read by these words; those by the last few words are kept."""
        if lexicon not in self._read:
            for month in self._months.values():
                month.measure(lexicon)
            while len(self._read) >= LEXICONS:
                del self._read[next(iter(self._read))]
            self._read[lexicon] = columns_of(_rows(self._months, self._order), lexicon)
        return self._read[lexicon]

    def _shown_at(self, reading: int) -> list[Place]:
        return [place for place, came, gone in self._turns if came <= reading < gone]

    @cached_property
    def _times(self) -> dict[int, Sequence[int]]:
        """When the versions of each month were posted."""
        for month in self._months.values():
            if not month.read_by:
                month.measure(Lexicon())
        return {number: month.rows.at for number, month in self._months.items()}

    @cached_property
    def _order(self) -> list[Place]:
        """All versions, newest post first."""
        return _in_order((place, self._times[place[0]][place[1]]) for place in self._places())

    @cached_property
    def _numbers(self) -> dict[Place, int]:
        """The number of each version in columns: the oldest post has the first."""
        return {place: number for number, place in enumerate(reversed(self._order))}

    @cached_property
    def _turns(self) -> list[tuple[Place, int, float]]:
        """With which reading each version came and with which it was gone, as often as it did, newest post first."""
        return [(place, came, gone) for place in self._order for came, gone in self._turns_of(place)]

    def _places(self) -> Iterator[Place]:
        return ((number, place) for number, month in self._months.items() for place in range(len(month.lines)))

    def _turns_of(self, place: Place) -> Iterator[tuple[int, float]]:
        span = self._months[place[0]].spans[place[1]]
        return zip(span[::2], [*span[1::2], inf], strict=False)

    def _post(self, place: Place) -> Post:
        if place not in self._posts:
            self._posts[place] = unpacked(Post, self._months[place[0]].lines[place[1]])
        return self._posts[place]
