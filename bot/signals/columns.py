"""An account's posts as columns: what is so of many of them is one number, in which bit n speaks of post n.

Posts are numbered from the oldest on. A thread is one own post and belongs to the time of its first part. The row of
each later part speaks of the thread as far as it had come by then: wherever a window ends, the last part inside tells
what there was to see.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise
from zlib import crc32

from bot.signals.features import MANY, Has, Kind, Link
from bot.signals.hours import Hours
from bot.signals.masks import mask_of, numbers, run, set_of, with_bit
from bot.signals.rows import ELSEWHERE, SHORTENED, Rows
from bot.signals.tallies import Shared, Sums, Tally
from bot.signals.text import RUN
from bot.signals.threads import Threads

LONG_THREAD = 3
"""Parts that make a thread; two may be no more than a post with its link in the first comment."""
ALIKE = 0.6
"""A text is a near duplicate when this part of its runs of words stands in the account's other texts as well."""
MINUTE = 60_000_000


class Columns:
    """What signals need of an account's posts. Every attribute without a word on it is a mask of posts."""

    def __init__(self, rows: Rows, own_words: int, commentary_words: int) -> None:
        """`own_words` and `commentary_words` as in Lexicon."""
        self.rows, self.own_words, self.commentary_words = rows, own_words, commentary_words
        self.at: Sequence[int] = rows.at
        """When each was posted, in microseconds since 1970."""
        self.threads = Threads(rows)
        kinds = rows.kind.tobytes()
        self.all = run(0, len(rows))
        self.reposts, self.replies = with_bit(kinds, Kind.REPOST), with_bit(kinds, Kind.REPLY)
        self._about: dict[frozenset[int], int] = {}
        self._having: dict[int, int] = {}
        self.unknown = with_bit(kinds, Kind.UNKNOWN)
        """Whom it answers or reposts is not known."""
        continued = set_of(part for parts in self.threads.parts for part in parts[1:])
        self.parts_of_own = self.all & ~(self.reposts | self.replies | self.threads.further)
        """Every part of an own post."""
        self.heads = self.parts_of_own & ~continued
        """The first parts of own posts."""
        self.ends = self.parts_of_own & ~set_of(part for parts in self.threads.parts for part in parts[:-1])
        """Their last parts."""

    def own(self, first: int, last: int) -> int:
        """Own posts begun with first <= number < last, each by its last part before `last`."""
        posts = self.ends & run(first, last)
        for parts in self.threads.open_at(first):
            posts &= ~(1 << parts[-1])
        for parts in self.threads.open_at(last):
            if parts[0] >= first:
                posts |= 1 << parts[bisect_left(parts, last) - 1]
        return posts

    def having(self, what: int) -> int:
        """Those of which that is so, a flag of Has."""
        if what not in self._having:
            self._having[what] = with_bit(self._has, what)
        return self._having[what]

    @cached_property
    def _has(self) -> bytes:
        return self.threads.together(self.rows.has, lambda before, part: before | part & ~Has.ADDRESS).tobytes()

    @cached_property
    def words(self) -> "array[int]":
        """How many each has."""
        return self.threads.together(self.rows.words, added)

    @cached_property
    def linked(self) -> int:
        """With an outbound link."""
        return mask_of(map(bool, self.threads.together(self.rows.link_counts, added)))

    @cached_property
    def telling(self) -> int:
        """With as many words of its own as make it more than a bare link."""
        return mask_of(map(self.own_words.__le__, self.words))

    @cached_property
    def commenting(self) -> int:
        """With as many words of its own as make a comment."""
        return mask_of(map(self.commentary_words.__le__, self.words))

    @cached_property
    def in_runs(self) -> int:
        """With words enough to be told from other texts by its runs of words."""
        return self.telling & mask_of(map(bool, self.threads.together(self._run_counts, added)))

    @cached_property
    def stuffed(self) -> int:
        """With five hashtags or more, or three or more that outnumber the author's words."""
        tags = self.threads.together(self.rows.tags, added)
        if max(tags, default=0) < 3:
            return 0
        return mask_of(n >= 5 or (n >= 3 and n > words) for n, words in zip(tags, self.words, strict=True))

    @cached_property
    def in_long_threads(self) -> int:
        """From the third part of a thread on."""
        return set_of(part for parts in self.threads.parts for part in parts[LONG_THREAD - 1 :])

    def about(self, accounts: frozenset[int]) -> int:
        """Answers to and reposts of these accounts (hashes of ids or handles)."""
        if accounts not in self._about:
            self._about[accounts] = mask_of(whom in accounts for whom in self.rows.whom)
        return self._about[accounts]

    # -- links

    def links(self, number: int) -> list[Link]:
        """The links of one post, each once."""
        return list(map(self.rows.table.__getitem__, self._places(number)))

    def _places(self, number: int) -> Collection[int]:
        """Where they stand in the table."""
        if number not in self.threads.of:
            return self._places_of_part(number)
        return dict.fromkeys(chain.from_iterable(map(self._places_of_part, self.threads.parts_of(number))))

    def _places_of_part(self, row: int) -> Sequence[int]:
        return self.rows.link_places[self._link_ends[row] : self._link_ends[row + 1]]

    @cached_property
    def _link_ends(self) -> list[int]:
        return self.rows.link_ends()

    def card_authors(self, posts: int) -> dict[Link, set[str]]:
        """Whom the link cards of these posts, each part of a thread for itself, name as authors."""
        found: dict[Link, set[str]] = {}
        for row, authors in self.rows.authors.items():
            for place in self._places_of_part(row) if posts >> row & 1 else ():
                found.setdefault(self.rows.table[place], set()).update(authors)
        return found

    @cached_property
    def domains(self) -> Tally[int]:
        """Domains of links that tell theirs, by their places among the names of the rows."""
        of_link = self.rows.domain
        where = list(map(of_link.__getitem__, self.rows.link_places))
        told = [where[first:last] for first, last in pairwise(self._link_ends)]
        if 0 in where:
            told = [[name for name in names if name] for names in told]

        def of(number: int) -> list[int]:
            if number not in self.threads.of:
                return told[number]
            return [name for place in self._places(number) if (name := of_link[place])]

        return Tally(lambda posts: chain.from_iterable(map(of if self.threads.of else told.__getitem__, posts)))

    @cached_property
    def untold(self) -> Sums:
        """How many links do not tell their domain."""
        return self._links_that([not name for name in self.rows.domain])

    @cached_property
    def shortened(self) -> Sums:
        """How many links a shortener hides."""
        return self._links_that([bool(told & SHORTENED) for told in self.rows.told])

    @cached_property
    def elsewhere(self) -> int:
        """With a link to a place where people post."""
        return self._links_that([bool(told & ELSEWHERE) for told in self.rows.told]).all

    def _links_that(self, meant: Sequence[bool]) -> Sums:
        """How many links are meant, which is told of each in the table."""
        if not any(meant):
            return Sums([])
        amounts = [sum(map(meant.__getitem__, self._places_of_part(row))) for row in range(len(self.rows))]
        for parts in self.threads.parts:
            seen: set[int] = set()
            for part in parts:
                seen.update(filter(meant.__getitem__, self._places_of_part(part)))
                amounts[part] = len(seen)
        return Sums(amounts)

    @cached_property
    def addresses(self) -> Shared:
        """Links, by which a post repeats that has all of them in common with others."""
        places, often = self.rows.link_places, Counter(self.rows.link_places)
        again = (at for at, place in enumerate(places) if often[place] > 1)
        of = sharing(places, again, self._link_ends)
        return self._shared(of, lambda number: len(self._places(number)))

    # -- words

    @cached_property
    def whole_texts(self) -> Shared:
        """Whole texts of those that are `telling`, of threads part by part."""
        texts = self.threads.together(self.rows.text, lambda before, part: crc32(b"%d %d" % (before, part)))
        telling = numbers(self.telling)
        counts = Counter(map(texts.__getitem__, telling))
        of = {number: {texts[number]} for number in telling if counts[texts[number]] > 1}
        return Shared(lambda number: of[number], lambda number: 1, set_of(of))

    @cached_property
    def runs(self) -> Shared:
        """Runs of words, by which a post repeats that has most of them in common with others."""
        of = sharing(self.rows.run, numbers(self.rows.again), self._run_ends)
        return self._shared(of, lambda number: ALIKE * len(set(self._runs(number))))

    def _shared(self, of: Mapping[int, set[int]], needed: Callable[[int], float]) -> Shared:
        """What posts share, told by row; a thread has what any of its parts has."""
        sharing = set(of)
        for parts in self.threads.parts if of else ():
            first = next((n for n, part in enumerate(parts) if part in of), len(parts))
            sharing.update(parts[first:])

        def things(number: int) -> set[int]:
            return set().union(*(of.get(part, ()) for part in self.threads.parts_of(number)))

        return Shared(things, needed, set_of(sharing))

    def _runs(self, number: int) -> Iterable[int]:
        """The runs of words of one post; none goes over from one part of a thread to the next."""
        run, ends = self.rows.run, self._run_ends
        return chain.from_iterable(run[ends[part] : ends[part + 1]] for part in self.threads.parts_of(number))

    @cached_property
    def _run_counts(self) -> "array[int]":
        return self.rows.run_counts()

    @cached_property
    def _run_ends(self) -> list[int]:
        return [0, *accumulate(self._run_counts)]

    @cached_property
    def in_doubt(self) -> int:
        """Those of `commenting` that may comment no longer once only what no other text says counts. Of a thread only
        the whole is looked at, or a long one would be read once for each of its parts: about them there is doubt."""
        long = self.commenting & self.runs.sharing
        whole = numbers(long & self.ends)
        short = set_of(n for n in whole if self._words_outside(self.runs.things(n), n) < self.commentary_words)
        return short | long & ~self.ends

    def words_once(self, texts: int, number: int) -> int:
        """How many words of one of these texts stand in no run that another of them has as well."""
        return self._words_outside(self.runs.common(texts, number), number)

    def _words_outside(self, common: Collection[int], number: int) -> int:
        """How many words of a post stand in none of these runs."""
        if not common:
            return self.words[number]
        run, ends, found = self.rows.run, self._run_ends, 0
        for part in self.threads.parts_of(number):
            again = (at for at, one in enumerate(run[ends[part] : ends[part + 1]]) if one in common)
            found += self.rows.words[part] - len({at + place for at in again for place in range(RUN)})
        return found

    # -- people and times

    @cached_property
    def people(self) -> Tally[int]:
        """Who is answered, or reposted."""
        return Tally(lambda posts: map(self.rows.whom.__getitem__, posts))

    @cached_property
    def minutes(self) -> Tally[int]:
        """Minutes of the hour."""
        minute = bytes(at // MINUTE % 60 for at in self.at)
        return Tally(lambda posts: map(minute.__getitem__, posts))

    @cached_property
    def begun_by(self) -> list[int]:
        """The number of each own post's first part."""
        return numbers(self.heads)

    @cached_property
    def hours(self) -> Hours:
        """How densely own posts were begun, told by their places in `begun_by`."""
        return Hours(list(map(self.at.__getitem__, self.begun_by)))


def added(before: int, part: int) -> int:
    """Two counts together, as far as is counted."""
    return min(before + part, MANY)


def sharing(things: Sequence[int], again: Iterable[int], ends: Sequence[int]) -> dict[int, set[int]]:
    """By row, those of its things that stand more than once among all: at the places `again`. Row n's are [ends[n]] to
    [ends[n + 1]]."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for at in again:
        found[bisect_right(ends, at) - 1].add(things[at])
    return found
