"""The tables as this version queries them. How a file came to have them is told in migrations.

Times are microseconds since 1970 (UTC); ids, handles and names are ASCII (`codec.key`); a payload is the whole word,
beside the few columns that queries need.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()
number = BigInteger().with_variant(Integer, "sqlite")

version = Table("schema_version", metadata, Column("version", number, nullable=False))

notes = Table("notes", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

cursors = Table("cursors", metadata, Column("profile", Text, primary_key=True), Column("value", Text, nullable=False))

accounts = Table(
    "accounts",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("handle", Text, nullable=False),
    Column("first_seen", number),  # when it first brought something to the timeline; NULL while only reposted
    Column("seen_at", number, nullable=False),
    Column("payload", Text, nullable=False),
)

authors = Table(  # who brought anything that is in `posts`, by a number, which takes less room there
    "authors",
    metadata,
    Column("id", number, primary_key=True),
    Column("profile", Text, nullable=False),
    Column("account_id", Text, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("profile", Text, nullable=False),
    Column("author", number, primary_key=True),  # of `authors`; two accounts may repost what has one id
    Column("id", Text, primary_key=True),  # see packing.shortened
    Column("created_at", number, nullable=False),
    Column("seen_at", number, nullable=False),
    Column("kind", number, nullable=False),  # see packing.Kind
    Column("payload", LargeBinary, nullable=False),  # see packing.pressed
)

days = Table(
    "days",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("author", number, primary_key=True),  # of `authors`
    Column("day", number, primary_key=True),  # days since 1970 (UTC)
    Column("posts", number, nullable=False),  # how many of its posts are in `posts`: kept with them, never counted anew
)

own_feeds = Table(
    "own_feeds",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("fetched_at", number, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("features", LargeBinary),  # what signals need of its posts, oldest first; NULL in older stores
    Column("read_by", Text),  # fingerprint of the words by which that was
)

audited = Table(  # what `audit` read: beside own_feeds, so that nobody is judged by it in a sweep
    "audited",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("at", number, nullable=False),
    Column("gone", Text, nullable=False),  # why it cannot be read any more; empty where it can
    Column("payload", LargeBinary, nullable=False),
    Column("features", LargeBinary, nullable=False),
    Column("read_by", Text, nullable=False),
)

months = Table(
    "months",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("month", number, primary_key=True),  # months since year 0 (UTC), of posts and of readings
    Column("reads", number, nullable=False),  # number of the last reading that is kept in it, 0 for none
    Column("open", number, nullable=False),  # how many of its posts the own feed still shows
    Column("at", number, nullable=False),  # when it was last confirmed by a reading: by that it is forgotten
    Column("payload", LargeBinary, nullable=False),
    Column("features", LargeBinary),  # of its posts, in their order there, as in own_feeds
    Column("read_by", Text),
)

judgings = Table(
    "judgings",
    metadata,
    Column("id", number, primary_key=True),
    Column("profile", Text, nullable=False),
    Column("at", number, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", number, primary_key=True),
    Column("at", number, nullable=False),
    Column("profile", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("action_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", number, primary_key=True),
    Column("profile", Text, nullable=False),
    Column("started", number, nullable=False),
    Column("payload", Text, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("day", Text, primary_key=True),  # the owner's local date, ISO
    Column("at", number, nullable=False),
    Column("state", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("at", number, nullable=False),
    Column("payload", Text, nullable=False),
)

trails = Table(
    "trails",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("trail", Text, primary_key=True),
    Column("payload", Text, nullable=False),
)

dealings = Table(
    "dealings",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("asked", Text, primary_key=True),
    Column("at", number, nullable=False),
    Column("walk", number, nullable=False),  # the reading that brought it, see dealings.py
)
