"""The part of an account's posts that a history speaks of: a run of bits in its columns."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from bot.model import History, Lexicon, Post, moment
from bot.signals.base import view
from bot.signals.columns import Columns
from bot.signals.features import features
from bot.signals.masks import numbers, run, set_of
from bot.signals.rows import Rows


class Window:
    """The posts with first <= number < last. What is no number is a mask of posts."""

    def __init__(self, posts: Columns, first: int, last: int) -> None:
        self.posts, self.first, self.last = posts, first, last
        self.all = run(first, last)
        self.reposts, self.replies = posts.reposts & self.all, posts.replies & self.all
        self.own = posts.own(first, last)
        """Neither reposts nor replies to others; a thread is one, by the row of its last part."""
        self.texts = self.own | self.replies
        """All that the account says."""

    @property
    def heads(self) -> int:
        """Own posts by the rows of their first parts."""
        return self.posts.heads & self.all

    @property
    def span(self) -> int:
        """Microseconds from the first to the last post, 0 where there are none."""
        return self.posts.at[self.last - 1] - self.posts.at[self.first] if self.last > self.first else 0

    @property
    def commenting(self) -> int:
        """Linked own posts with words enough that stand in no run that other texts of the account have as well."""
        long = self.own & self.posts.linked & self.posts.commenting
        if not (in_doubt := long & self.posts.in_doubt):
            return long
        texts, enough = self.texts & self.posts.in_runs, self.posts.commentary_words
        once = (number for number in numbers(in_doubt) if self.posts.words_once(texts, number) >= enough)
        return long & ~in_doubt | set_of(once)

    @property
    def _begun(self) -> tuple[int, int]:
        """The places of the own posts begun here among all that the account began: the first, and behind the last."""
        return bisect_left(self.posts.begun_by, self.first), bisect_left(self.posts.begun_by, self.last)

    @property
    def most_in_one_hour(self) -> int:
        """How many own posts were begun here inside one hour at most."""
        return self.posts.hours.most(*self._begun)

    @property
    def burst_days(self) -> int:
        """On how many days (UTC) many own posts fell inside one hour."""
        return self.posts.hours.burst_days(*self._begun)

    @property
    def evenly_spaced(self) -> bool:
        """Whether all posts follow at one and the same distance."""
        many, at = self.last - self.first, self.posts.at
        if many < 2 or self.span != (many - 1) * (distance := at[self.first + 1] - at[self.first]):
            return False
        return all(later - time == distance for time, later in pairwise(at[self.first : self.last]))

    def since(self, time: datetime) -> "Window":
        """The part from that time on."""
        first = bisect_left(self.posts.at, moment(time), self.first, self.last)
        return Window(self.posts, first, self.last)


def between(posts: Columns, since: datetime, until: datetime) -> Window:
    """The posts with since < time <= until."""
    return Window(posts, bisect_right(posts.at, moment(since)), bisect_right(posts.at, moment(until)))


@view
def window(history: History) -> Window:
    """The history in columns."""
    known = history.memo.get(Window)
    if callable(known):
        return cast(Window, known())
    rows = rows_of((*history.posts, *history.earlier), history.lexicon)
    return Window(columns_of(rows, history.lexicon), len(history.earlier), len(rows))


def rows_of(posts: Sequence[Post], lexicon: Lexicon) -> Rows:
    """Posts, newest first, as rows, which come oldest first."""
    from_the_last = posts[::-1]  # of one time, the last one in the feed is the oldest
    return Rows(features(post, lexicon) for post in sorted(from_the_last, key=lambda post: post.created_at))


def columns_of(rows: Rows, lexicon: Lexicon) -> Columns:
    """The columns of rows that were read by these words."""
    return Columns(rows, lexicon.own_words, lexicon.commentary_words)


def read_already(history: History, seen: Callable[[], Window]) -> History:
    """The history, whose posts were read before: they stand in the window that is told where it is asked for."""
    history.memo[Window] = seen
    return history


def but(history: History, **told: Any) -> History:
    """The history with something else told of it that is in none of its posts: they are not read again."""
    return read_already(replace(history, **told), lambda: window(history))
