"""Where a store lies: its address as people and hosts write it, read once, and refused in words where it is wrong."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot import addresses, secrecy
from bot.store.faults import StoreError

DRIVER = "postgresql+psycopg"
SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""postgresql.org/docs/current/libpq-ssl.html"""
LOGIN: Mapping[str, str] = {"user": "username", "password": "password"}
"""What may stand behind the `?` too, and by which name SQLAlchemy knows it, and masks it."""


def located(url: str) -> URL:
    """Where the store lies: `sqlite:///path`, a bare path, `postgres://…` or `postgresql://…`.

    Raises StoreError, which repeats nothing of the address: any part of it may be a password in the wrong place.
    """
    url = url.strip()
    secrecy.note(*addresses.secrets(url))
    if not addresses.is_address(url):
        return URL.create("sqlite", database=str(Path(url).expanduser()))
    found = _parsed(url)
    if found is None or "@" in f"{found.host}{found.database}" or url.partition("?")[0].count("@") > 1:
        raise StoreError(
            "the store's address cannot be read; it looks like sqlite:///path or postgresql://user:password@host/name, "
            "with every @ : / ? # of user and password as %40 %3A %2F %3F %23"
        )
    if found.drivername not in ("sqlite", DRIVER):
        raise StoreError("only SQLite (sqlite:///path) and PostgreSQL (postgresql://…) can be the store")
    if found.drivername == "sqlite" and (found.host or found.database in (None, "", ":memory:")):
        raise StoreError("the store needs a file: sqlite:///path/to/quietfeed.db")
    return found if found.drivername == "sqlite" else _of_a_server(found)


def _parsed(url: str) -> URL | None:
    """The address in its parts, or None. Told by no exception, since one would carry the address along."""
    scheme, separator, rest = url.partition("://")
    if scheme.lower() in ("postgres", "postgresql"):
        scheme = DRIVER
    try:
        return make_url(f"{scheme.lower()}://{rest}") if separator else None
    except (ArgumentError, ValueError):
        return None


def _of_a_server(url: URL) -> URL:
    """The address with a password from behind the `?` in its place, a socket's folder written as %2Frun%2F…
    understood as libpq does, and no option that libpq would refuse."""
    moved: dict[str, str] = {
        LOGIN[key]: value for key, value in url.query.items() if key in LOGIN and isinstance(value, str)
    }
    if url.host and "%" in url.host:
        moved["host"] = unquote(url.host)
    _refuse_options(url.query)
    return url.difference_update_query(list(LOGIN)).set(**moved) if moved else url  # type: ignore[arg-type]


def _refuse_options(query: Mapping[str, str | tuple[str, ...]]) -> None:
    """Raise StoreError where an option behind the `?` is none of libpq's, which is asked itself; that of a
    typing error is named by what it should be, and never as it was written."""
    from psycopg.pq import Conninfo

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for key in query.keys() - known:
        near = get_close_matches(key.lower(), known, n=1)
        meant = f"; did you mean “{near[0]}”?" if near else "."
        raise StoreError(
            f"the store's address has an option behind its ? that PostgreSQL does not know{meant} "
            "Correct it in DATABASE_URL: postgresql.org/docs/current/libpq-connect.html lists them all"
        )
    if query.get("sslmode", SSLMODES[0]) not in SSLMODES:
        raise StoreError(
            f"the store's address has an sslmode that there is not. Write one of these in DATABASE_URL: "
            f"{', '.join(SSLMODES)}"
        )
