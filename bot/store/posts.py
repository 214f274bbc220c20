"""What the owner's timeline showed: posts, accounts, cursors, and the histories made of them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, select, update

from bot.model import MICROSECOND, Account, History, Lexicon, Post, SweepRecord, moment
from bot.platforms.base import Page
from bot.store.codec import Plain, batches, built, handle_key, key, loaded, packed, plain, text_of, time_of, unpacked
from bot.store.database import Database
from bot.store.post_rows import POST, WITH_AUTHOR, brought_by, in_window, post_of, post_row
from bot.store.schema import accounts, authors, cursors, days, posts, sweeps

DAY = timedelta(days=1) // MICROSECOND
"""In the store's count."""
EMPTY = delete(days).where(*(column == bindparam(column.name) for column in days.primary_key), days.c.posts <= 0)
"""A day that nothing is left of."""

Kept = tuple[str, int | None, str]
"""An account as it is kept: the key of its handle, when it first brought something, and all that is known of it."""
KEPT = select(accounts.c.id, accounts.c.handle, accounts.c.first_seen, accounts.c.payload).where(
    accounts.c.profile == bindparam("whose"), accounts.c.id.in_(bindparam("ids", expanding=True))
)
SEEN = (
    update(accounts)
    .where(accounts.c.profile == bindparam("whose"), accounts.c.id == bindparam("who"))
    .values(seen_at=bindparam("at"))
)
"""An account of which nothing new was told."""
NUMBERS = select(authors.c.account_id, authors.c.id).where(
    authors.c.profile == bindparam("whose"), authors.c.account_id.in_(bindparam("ids", expanding=True))
)

Part = tuple[ColumnElement[int], ColumnElement[int], tuple[ColumnElement[bool], ...]]
"""A part of time: whose posts, how many of them, and which rows lie in it."""


def _parts(profile: str, since: datetime, until: datetime, *, everybody: bool = True) -> list[Part]:
    """A stretch of time as whole days, which are counted already, and what lies before and behind them."""
    first, last = -(-moment(since) // DAY), moment(until) // DAY
    # For what is no bare column no index of authors offers itself, and SQLite goes by that of times.
    whose = posts.c.author + 0 if everybody else posts.c.author

    def part(*within: ColumnElement[bool]) -> Part:
        return whose, func.count(), (posts.c.profile == key(profile), *within)

    if first >= last:
        return [part(posts.c.created_at.between(moment(since), moment(until)))]
    whole = days.c.profile == key(profile), days.c.day >= first, days.c.day < last
    return [
        part(posts.c.created_at >= moment(since), posts.c.created_at < first * DAY),
        (days.c.author, func.coalesce(func.sum(days.c.posts), 0), whole),
        part(posts.c.created_at >= last * DAY, posts.c.created_at <= moment(until)),
    ]


def _one_of(profile: str, ids: Sequence[str]) -> ColumnElement[bool]:
    """Whether an author is one of these."""
    return and_(authors.c.profile == key(profile), authors.c.account_id.in_(ids))


def _merged(kept: Kept | None, account: Account, at: int | None) -> Kept:
    """What is known of an account, with what was known before; `at` where it brings something now."""
    payload = packed(account)
    if kept is not None and kept[2] != payload:
        payload = packed(_told(kept) | plain(account))
    first = at if kept is None or kept[1] is None else kept[1]
    return handle_key(account.handle), first, payload


def _told(kept: Kept) -> Plain:
    """All that is known of it. Raises ValueError where the record is damaged."""
    told = loaded(kept[2])
    if "id" not in told:
        raise ValueError("an account without an id")
    return told


class Posts(Database):
    """The part of the store that remembers the timeline."""

    def remember(
        self,
        profile: str,
        page: Page,
        now: datetime,
        sweep: tuple[int, Callable[[int], SweepRecord]] | None = None,
    ) -> int:
        """Keep a page: its posts, its accounts and, where it has one, its cursor, all in one transaction. `sweep` is
        the number of a sweep, and what makes its record of how many posts were new: kept in the same transaction, so
        that a kill takes neither a post nor a gap out of the report.

        Returns how many posts were new. A post that is there already stays as it was, so a page may come twice.
        """
        with self.writing(keeps_snapshot=True) as connection:
            self.meet(connection, profile, page.accounts, {post.author for post in page.posts}, now)
            new = self._add_posts(connection, profile, page.posts, now)
            if page.cursor is not None:
                self.put(connection, cursors, [{"profile": key(profile), "value": key(page.cursor)}])
            if sweep is not None:
                number, record = sweep
                connection.execute(update(sweeps).where(sweeps.c.id == number).values(payload=packed(record(new))))
        return new

    def _add_posts(self, connection: Connection, profile: str, items: Sequence[Post], now: datetime) -> int:
        """Add those that are not there yet, and count them; how many that were."""
        numbers = self._numbered(connection, profile, {post.author for post in items})
        new = self.add(connection, posts, [post_row(profile, post, numbers[post.author], now) for post in items])
        return self.count(connection, profile, [(row["author"], row["created_at"]) for row in new], 1)

    def _numbered(self, connection: Connection, profile: str, ids: Collection[str]) -> dict[str, int]:
        """The number of each author, by its id; who has none gets one."""
        known = self._numbers(connection, profile, ids)
        new = sorted(set(ids) - known.keys())
        if new:
            connection.execute(insert(authors), [{"profile": key(profile), "account_id": key(one)} for one in new])
            known |= self._numbers(connection, profile, new)
        return known

    def _numbers(self, connection: Connection, profile: str, ids: Iterable[str]) -> dict[str, int]:
        """The number of each author that has one, by its id."""
        return {
            text_of(one): number
            for batch in batches(ids)
            for one, number in connection.execute(NUMBERS, {"whose": key(profile), "ids": batch})
        }

    def count(self, connection: Connection, profile: str, changed: Iterable[Any], by: int) -> int:
        """Count posts (number of the author and time of each) that came, or went (`by` -1), on their days; how many
        these were."""
        counted = Counter((author, created_at // DAY) for author, created_at in changed)
        rows = [
            {"profile": key(profile), "author": author, "day": day, "posts": by * many}
            for (author, day), many in counted.items()
        ]
        if rows:
            self.statements.get("count", self._counting, rows[0]).run(connection, rows)
            if by < 0:
                connection.execute(EMPTY, rows)
        return counted.total()

    def _counting(self) -> Any:
        added = self.upsert(days)
        together = {"posts": days.c.posts + added.excluded.posts}
        return added.on_conflict_do_update(index_elements=list(days.primary_key), set_=together)

    def meet(
        self, connection: Connection, profile: str, met: Sequence[Account], bringing: Collection[str], now: datetime
    ) -> None:
        """Keep what is known of accounts. A page may know less than a profile told before: unknown erases nothing.

        `bringing` are those who brought something to the timeline: for them the time of the first time is kept.
        """
        whose, at = key(profile), moment(now)
        kept = self._kept(connection, profile, (account.id for account in met))
        told: dict[str, Kept] = {}
        for account in met:
            id_ = key(account.id)
            told[id_] = _merged(told.get(id_) or kept.get(id_), account, at if account.id in bringing else None)
        new = [
            {"profile": whose, "id": id_, "handle": handle, "first_seen": first, "seen_at": at, "payload": payload}
            for id_, (handle, first, payload) in told.items()
            if kept.get(id_) != (handle, first, payload)
        ]
        again = [{"whose": whose, "who": id_, "at": at} for id_, one in told.items() if kept.get(id_) == one]
        self.put(connection, accounts, new)
        if again:
            self.statements.get("seen", lambda: SEEN).run(connection, again)

    def _kept(self, connection: Connection, profile: str, ids: Iterable[str]) -> dict[str, Kept]:
        """Accounts as they are kept, by the key of their id."""
        return {
            id_: (handle, first, payload)
            for batch in batches(ids)
            for id_, handle, first, payload in connection.execute(KEPT, {"whose": key(profile), "ids": batch})
        }

    def _known(self, connection: Connection, profile: str, ids: Iterable[str]) -> dict[str, tuple[int | None, Plain]]:
        """When first seen, and what is known, by account id."""
        kept = self._kept(connection, profile, ids).values()
        return {account["id"]: (one[1], account) for one in kept for account in [_told(one)]}

    def cursor(self, profile: str) -> str | None:
        """Where the next poll goes on from."""
        with self.reading() as connection:
            value = connection.execute(select(cursors.c.value).where(cursors.c.profile == key(profile))).scalar()
            return None if value is None else text_of(value)

    def histories(
        self,
        profile: str,
        platform: str,
        since: datetime,
        until: datetime,
        lexicon: Lexicon,
        of: Collection[str] | None = None,
        newest: int = 60,
    ) -> Iterator[History]:
        """What the timeline showed of accounts that brought something in since <= time <= until: hints.

        `of` these accounts, or of everybody; the `newest` items of each, so that a loud account costs no more than
        another. One history after the other is read, so that memory holds one.
        """
        counts = self.timeline_counts(profile, since, until, of) if of is None or of else {}
        if not counts:
            return
        total = sum(counts.values()) if of is None else self.timeline_total(profile, since, until)
        for batch in batches(counts):
            known = self.accounts(profile, map(text_of, batch))
            for author in map(text_of, batch):
                yield History(
                    account=known.get(author) or Account(id=author, handle=author),
                    posts=self._newest(profile, author, since, until, newest),
                    until=until,
                    platform=platform,
                    complete=False,
                    timeline_posts=counts[author],
                    timeline_total=total,
                    lexicon=lexicon,
                )

    def _newest(self, profile: str, author: str, since: datetime, until: datetime, most: int) -> tuple[Post, ...]:
        """The newest posts of an author, newest first."""
        query = (
            select(*POST)
            .select_from(WITH_AUTHOR)
            .where(brought_by(profile, author), *in_window(profile, since, until))
            .order_by(posts.c.created_at.desc(), posts.c.id.desc())
            .limit(most)
        )
        with self.reading() as connection:
            return tuple(post_of(*row) for row in connection.execute(query))

    def timeline_counts(
        self, profile: str, since: datetime, until: datetime, of: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many items of the timeline each account brought in since <= time <= until, by account id: `of`
        these, or of everybody.

        Whole days are counted already; the posts of the two that the window cuts are counted here.
        """
        counts: Counter[str] = Counter()
        with self.reading() as connection:
            for whose, many, within in _parts(profile, since, until, everybody=of is None):
                of_all = select(authors.c.account_id, many).where(whose == authors.c.id, *within).group_by(authors.c.id)
                some = [of_all] if of is None else [of_all.where(_one_of(profile, batch)) for batch in batches(of)]
                for query in some:
                    counts.update({text_of(one): int(number) for one, number in connection.execute(query)})
        return dict(counts)

    def timeline_total(self, profile: str, since: datetime, until: datetime) -> int:
        """How many items of the timeline there are of since <= time <= until."""
        with self.reading() as connection:
            queries = (select(many).where(*within) for _, many, within in _parts(profile, since, until))
            return sum(int(connection.execute(query).scalar_one()) for query in queries)

    def newest_posts(self, profile: str, account_ids: Iterable[str]) -> dict[str, datetime]:
        """When each of these accounts last brought something, by account id; who never did is left out."""
        newest = select(func.max(posts.c.created_at))
        with self.reading() as connection:
            found = {one: connection.execute(newest.where(brought_by(profile, one))).scalar() for one in account_ids}
            return {one: time_of(at) for one, at in found.items() if at is not None}

    def accounts(self, profile: str, ids: Iterable[str]) -> dict[str, Account]:
        """What is known of these accounts, by id; the unknown are left out."""
        with self.reading() as connection:
            known = self._known(connection, profile, ids)
            return {account_id: built(Account, account) for account_id, (_, account) in known.items()}

    def find_account(self, profile: str, handle: str) -> Account | None:
        """The account that had this handle when last seen; its spelling does not matter."""
        query = (
            select(accounts.c.payload)
            .where(accounts.c.profile == key(profile), accounts.c.handle == handle_key(handle))
            .order_by(accounts.c.seen_at.desc())
            .limit(1)
        )
        with self.reading() as connection:
            payload: str | None = connection.execute(query).scalar()
            return None if payload is None else unpacked(Account, payload)

    def handles(self, profile: str) -> list[str]:
        """The handles of all accounts that are known, in lower case and sorted."""
        query = select(accounts.c.handle).where(accounts.c.profile == key(profile)).distinct()
        with self.reading() as connection:
            return sorted(text_of(handle) for handle in connection.execute(query).scalars())

    def first_seen(self, profile: str, account_ids: Iterable[str]) -> dict[str, datetime]:
        """When each account first brought something to the timeline; being reposted by others does not count."""
        with self.reading() as connection:
            known = self._known(connection, profile, account_ids)
            return {account_id: time_of(first) for account_id, (first, _) in known.items() if first is not None}
