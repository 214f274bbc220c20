"""A post of the timeline as its row holds it: its line of JSON, squeezed by what the row beside it says already.

Timelines are most of a store, and a post is too short to be squeezed by itself. So zlib is told beforehand what stands
in nearly every line, and what of this one stands in the row's own columns: who posted it, its id, and when. A checksum
of both stands behind it, so that a row beside other columns than it was written with is refused: no post is ever taken
for another account's.

All of this is how files that are out there are written: to change it takes a step of `migrations`.
"""

import zlib
from enum import IntFlag

from bot.model import SELF, Post

USUAL = (
    b'\\u2019\\u2026\\ud83d","card_authors":["https://www.youtube.com/watch?v="],"quote_of":"","repost_of":"at://did:plc:"'
    b',"reply_to":"self","reply_to_post":"?","mentions":[""],"media":2,"media":4,"card_title":"","card_description":"'
    b'","media":1,"url":"https://bsky.app/profile/"],"tags":[""],"card_title":"","links":["https://www.","links":["htt'
    b'ps://"],"url":"https://","url":"https://'
)
"""What most lines have: fields as they follow each other, and how addresses begin. What is most usual stands last."""
OF_THE_AUTHOR = "at://{author}/app.bsky.feed.post/"
"""How the ids of an account's own posts begin on Bluesky."""
RAW = -zlib.MAX_WBITS
"""Without zlib's own beginning and end, which know nothing of a row."""
SHORT = '"'
"""Stands in an id for that beginning: a key has no quotation mark that is not escaped."""


class Kind(IntFlag):
    """What is asked of posts without reading them."""

    LINKED = 1
    """It has a link."""
    REPLY = 2
    """It is no repost, and answers somebody else."""
    REPOST = 4


def kind_of(post: Post) -> Kind:
    """What kind of post it is."""
    if post.repost_of is not None:
        kind = Kind.REPOST
    elif post.reply_to is not None and post.reply_to != SELF:
        kind = Kind.REPLY
    else:
        kind = Kind(0)
    return kind | Kind.LINKED if post.links else kind


def shortened(post_id: str, author: str) -> str:
    """The id of a post as its row holds it; both are keys, see `codec.key`."""
    beginning = OF_THE_AUTHOR.format(author=author)
    return SHORT + post_id[len(beginning) :] if post_id.startswith(beginning) else post_id


def lengthened(short: str, author: str) -> str:
    """The id that `shortened` made short."""
    return OF_THE_AUTHOR.format(author=author) + short[len(SHORT) :] if short.startswith(SHORT) else short


def pressed(line: str, author: str, post_id: str, created_at: int) -> bytes:
    """A post's line of JSON, which is ASCII, for a row with these columns: the key of the account's id, of the post's
    (not shortened), and the time in microseconds."""
    told, said = _told(author, post_id, created_at), line.encode("ascii")
    press = zlib.compressobj(level=6, wbits=RAW, zdict=told)
    return press.compress(said) + press.flush() + _checksum(told, said)


def line_of(data: bytes, author: str, post_id: str, created_at: int) -> str:
    """The line that `pressed` was given with these columns. Raises ValueError where it is damaged, or stands beside
    others."""
    told = _told(author, post_id, created_at)
    press = zlib.decompressobj(wbits=RAW, zdict=told)
    try:
        said = press.decompress(data)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if press.unused_data != _checksum(told, said):
        raise ValueError("a post that is not as it was written, or of another row")
    return said.decode("ascii")


def _checksum(told: bytes, said: bytes) -> bytes:
    return zlib.crc32(said, zlib.crc32(told)).to_bytes(4)


def _told(author: str, post_id: str, created_at: int) -> bytes:
    """What zlib knows beforehand. An address of the post mostly ends with the last part of its id."""
    last = post_id.rpartition("/")[2]
    told = f'{author}/{last}"{{"id":"{post_id}","author":"{author}","created_at":{created_at},"text":"'
    return USUAL + told.encode("ascii")
