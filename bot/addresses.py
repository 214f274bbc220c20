"""Addresses of databases as people write them: what is one, and what in it nobody may see."""

import re
from urllib.parse import parse_qsl

from bot import secrecy

SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:|\w*//", re.IGNORECASE)
"""`postgres:`, `sqlite:/`, `postgres//`; of two letters at least, so that C:\\ stays a path."""
LOGIN = re.compile(r":[^\s]*@")
OPTIONS = re.compile(r"\b(host|dbname|user|password|sslpassword)\s*=", re.IGNORECASE)
"""As in libpq's `host=… password=…`, and behind the `?` of an address."""
HARMLESS = frozenset(
    "application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssencmode host "
    "hostaddr keepalives keepalives_count keepalives_idle keepalives_interval load_balance_hosts options port "
    "require_auth service ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcrl sslcrldir "
    "sslkey sslmode sslnegotiation sslrootcert sslsni target_session_attrs tcp_user_timeout user".split()
)
"""Options behind the `?` whose values may be shown; of any other it is not known."""


def is_address(text: str) -> bool:
    """Whether it is meant for a database's address, rightly written or not, rather than for a file's path."""
    return bool(SCHEME.match(text) or LOGIN.search(text) or OPTIONS.search(text) or text.startswith(":"))


def secrets(address: str) -> tuple[str, ...]:
    """The secret parts of an address, in every spelling in which an error may quote them; longest first."""
    if not is_address(address):
        return ()
    rest = address.partition("://")[2] or address
    login, at, _ = rest.rpartition("@")
    found = [login.partition(":")[2]] if at else []
    found += [value for key, value in parse_qsl(address.partition("?")[2]) if key.lower() not in HARMLESS]
    return secrecy.spellings(found)
