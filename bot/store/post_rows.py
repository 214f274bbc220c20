"""A post of the timeline as a row, and the rows of a window, an author or a kind."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from bot.model import Post, moment
from bot.store.codec import key, packed, unpacked
from bot.store.packing import Kind, kind_of, lengthened, line_of, pressed, shortened
from bot.store.schema import authors, posts
from bot.store.statements import Row

WITH_AUTHOR = posts.join(authors, posts.c.author == authors.c.id)
"""Posts, each with who brought it."""
POST = (authors.c.account_id, posts.c.id, posts.c.created_at, posts.c.payload)
"""What a post is made of again."""


def post_row(profile: str, post: Post, number: int, seen_at: datetime) -> Row:
    """The row of a post whose author has that number."""
    author, post_id, created_at = key(post.author), key(post.id), moment(post.created_at)
    return {
        "profile": key(profile),
        "author": number,
        "id": shortened(post_id, author),
        "created_at": created_at,
        "seen_at": moment(seen_at),
        "kind": int(kind_of(post)),
        "payload": pressed(packed(post), author, post_id, created_at),
    }


def post_of(author: str, short_id: str, created_at: int, payload: bytes) -> Post:
    """The post of a row, whose author's id is that, as `POST` has them. Raises ValueError or TypeError where it is
    damaged."""
    return unpacked(Post, line_of(payload, author, lengthened(short_id, author), created_at))


def in_window(profile: str, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """The posts of a profile with since <= created_at <= until."""
    return posts.c.profile == key(profile), between(since, until)


def between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """The posts of anybody with since <= created_at <= until."""
    return posts.c.created_at.between(moment(since), moment(until))


def brought_by(profile: str, account_id: str) -> ColumnElement[bool]:
    """The posts that an account brought."""
    of = authors.c.profile == key(profile), authors.c.account_id == key(account_id)
    return posts.c.author == select(authors.c.id).where(*of).scalar_subquery()


def is_kind(kind: Kind) -> ColumnElement[bool]:
    """Whether a post is of that kind."""
    return posts.c.kind.bitwise_and(int(kind)) != 0
