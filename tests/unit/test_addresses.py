"""An address of a database is never taken for a file, and nothing of it that is secret is ever shown."""

import argparse
import logging
import traceback
from io import StringIO
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from bot import addresses, secrecy
from bot.cli import doctor
from bot.config import load
from bot.errors import UserError
from bot.logs import Line
from bot.store import StoreError, open_store
from bot.store.database import Database
from bot.store.place import located

PASSWORD = "hUnter2-pW"
RIGHT = (
    f"postgres://lab:{PASSWORD}@127.0.0.1:1/qf",
    f"postgresql://127.0.0.1:1/qf?user=lab&password={PASSWORD}",
    f"POSTGRES://lab:{PASSWORD}@127.0.0.1:1/qf?sslmode=prefer",
    f"postgresql://lab@127.0.0.1:1/qf?sslpassword={PASSWORD}",
)
WRONG = (
    f"postgresql://127.0.0.1:1/qf?user=lab&PASSWORD={PASSWORD}",
    f"postgresql://127.0.0.1:1/qf?user=lab&pasword={PASSWORD}",
    f"postgres:/lab:{PASSWORD}@x/qf",
    f"postgres:lab:{PASSWORD}@x/qf",
    f"postgres//lab:{PASSWORD}@x/qf",
    f"//lab:{PASSWORD}@x/qf",
    f"lab:{PASSWORD}@x/qf",
    f"lab:{PASSWORD}@x://qf",
    f"host=x user=lab password={PASSWORD} dbname=qf",
    f"password = {PASSWORD}",
    f"postgres://lab:@{PASSWORD}@x/qf",
    f"postgres://lab:a@{PASSWORD}/@x/qf",
    f"postgres://x:{PASSWORD}/qf",
    f"postgres://lab/{PASSWORD}@x/qf",
    f"mysql://lab:{PASSWORD}@x/qf",
    f"sqlite://lab:{PASSWORD}@x/qf",
    f"jdbc:postgresql://lab:{PASSWORD}@x/qf",
    ":memory:",
    "sqlite:/some/where.db",
)


@pytest.mark.parametrize("address", WRONG)
def test_what_is_no_address_of_a_store_is_refused_and_makes_no_file(tmp_path, monkeypatch, address):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as refused:
        open_store(address)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))
    assert refused.value.__cause__ is refused.value.__context__ is None
    assert list(tmp_path.iterdir()) == []


FORMS: dict[str, dict[str, object]] = {
    f"postgres://lab:{PASSWORD}@db.test/qf": {"host": "db.test", "dbname": "qf", "user": "lab", "password": PASSWORD},
    "postgresql://lab@db.test:5433/qf": {"host": "db.test", "port": 5433, "dbname": "qf", "user": "lab"},
    "postgresql+psycopg://lab@db.test/qf": {"host": "db.test", "dbname": "qf", "user": "lab"},
    " POSTGRES://lab@db.test/qf\n": {"host": "db.test", "dbname": "qf", "user": "lab"},
    "postgres://lab@db.test": {"host": "db.test", "user": "lab"},
    "postgres://lab:p%40%3A%2F%3F%23%25%20w@db.test/qf": {
        "host": "db.test", "dbname": "qf", "user": "lab", "password": "p@:/?#% w",
    },
    "postgres://l%40b:p+w@db.test/qf": {"host": "db.test", "dbname": "qf", "user": "l@b", "password": "p+w"},
    "postgres://lab@[2001:db8::1]/qf": {"host": "2001:db8::1", "dbname": "qf", "user": "lab"},
    "postgres://lab@[::1]:5433/qf?sslmode=disable": {
        "host": "::1", "port": 5433, "dbname": "qf", "user": "lab", "sslmode": "disable",
    },
    "postgresql:///qf?host=/run/postgresql": {"host": "/run/postgresql", "dbname": "qf"},
    "postgresql://lab@/qf?host=/run/postgresql&port=5433": {
        "host": "/run/postgresql", "port": "5433", "dbname": "qf", "user": "lab",
    },
    "postgresql://lab@%2Frun%2Fpostgresql/qf": {"host": "/run/postgresql", "dbname": "qf", "user": "lab"},
    "postgres://db.test/qf?user=lab&password=p%40w": {
        "host": "db.test", "dbname": "qf", "user": "lab", "password": "p@w",
    },
    "postgres://lab@db.test/qf?sslmode=verify-full&sslrootcert=/etc/ca.pem": {
        "host": "db.test", "dbname": "qf", "user": "lab", "sslmode": "verify-full", "sslrootcert": "/etc/ca.pem",
    },
    "postgres://lab@db.test/qf?options=-c%20search_path%3Dquiet": {
        "host": "db.test", "dbname": "qf", "user": "lab", "options": "-c search_path=quiet",
    },
    "postgres://lab@/qf?host=one.test:5432&host=two.test:5433&target_session_attrs=read-write": {
        "host": "one.test,two.test", "port": "5432,5433", "dbname": "qf", "user": "lab",
        "target_session_attrs": "read-write",
    },
    **{
        f"postgres://lab@db.test/qf?sslmode={mode}": {"host": "db.test", "dbname": "qf", "user": "lab", "sslmode": mode}
        for mode in ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
    },
}  # fmt: skip
"""Address -> what the driver is given of it."""
REFUSED = {
    "postgres://lab@db.test/qf?sslmod=require": "did you mean “sslmode”",
    "postgres://lab@db.test/qf?SSLMODE=require": "did you mean “sslmode”",
    "postgres://lab@db.test/qf?ssl_mode=require": "did you mean “sslmode”",
    "postgres://lab@db.test/qf?ssl=true": "option behind its . that PostgreSQL does not know",
    "postgres://lab@db.test/qf?pgbouncer=true": "option behind its . that PostgreSQL does not know",
    "postgres://lab@db.test/qf?sslmode=yes": "disable, allow, prefer, require, verify-ca, verify-full",
    "postgres://lab@db.test/qf?sslmode=require&sslmode=disable": "an sslmode that there is not",
    f"postgres://lab:{PASSWORD}@db.test:/qf": "cannot be read",
    f"postgres://lab:{PASSWORD}@db.test:port/qf": "cannot be read",
    f"postgres://lab:{PASSWORD}@one.test:5432,two.test:5432/qf": "cannot be read",
    f"postgres://lab:{PASSWORD}@[::1/qf": "cannot be read",
    f"postgres://lab:p@{PASSWORD}@db.test/qf": "cannot be read",
    f"postgresql+psycopg2://lab:{PASSWORD}@db.test/qf": "only SQLite .* and PostgreSQL",
    f"mysql://lab:{PASSWORD}@db.test/qf": "only SQLite .* and PostgreSQL",
}
"""Address -> what is said."""


@pytest.mark.parametrize("address", FORMS)
def test_every_form_of_an_address_is_understood(address):
    given = PGDialect_psycopg().create_connect_args(located(address))[1]
    assert given == FORMS[address]


@pytest.mark.parametrize("address", REFUSED)
def test_a_wrong_address_is_refused_with_what_to_write_instead(address):
    with pytest.raises(StoreError, match=REFUSED[address]) as refused:
        open_store(address)
    assert "the store's address" in str(refused.value) or "can be the store" in str(refused.value)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))
    assert "lab" not in str(refused.value)


@pytest.mark.parametrize("path", ["q.sqlite", "/var/lib/q.db", "~/q.db", "./odd:name.db", "C:\\q.db", "a folder/ü.db"])
def test_a_path_is_a_path(path):
    assert not addresses.is_address(path)
    assert located(path).drivername == "sqlite"


@pytest.mark.parametrize("address", RIGHT)
def test_a_store_that_does_not_answer_is_told_without_its_password(address):
    with pytest.raises(StoreError) as broken:
        open_store(address)
    assert PASSWORD not in "".join(traceback.format_exception(broken.value))
    assert PASSWORD not in Database(located(address)).url


@pytest.mark.parametrize("address", RIGHT[:3])
def test_a_password_stands_where_the_library_masks_it(address):
    found = located(address)
    assert (found.username, found.password) == ("lab", PASSWORD)
    assert PASSWORD not in repr(Database(found).__dict__)


@pytest.mark.parametrize("address", RIGHT)
def test_the_doctor_and_the_log_show_no_password_of_the_store(tmp_path, monkeypatch, capsys, address):
    (tmp_path / "config.yaml").write_text(
        "profiles:\n  - {name: home, platform: mastodon, server: https://example.social}\n"
    )
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    asked = argparse.Namespace(config=str(tmp_path / "config.yaml"), offline=True, json=False)
    assert doctor.doctor(asked) == 1
    shown = capsys.readouterr()
    assert PASSWORD not in shown.out + shown.err
    out = StringIO()
    handler = logging.StreamHandler(out)
    secrecy.note(*addresses.secrets(address))
    handler.setFormatter(Line())
    handler.handle(logging.LogRecord("x", logging.ERROR, "", 0, f"connection to {address} failed", (), None))
    assert PASSWORD not in out.getvalue()


@given(st.text(st.characters(codec="ascii", exclude_characters="@"), min_size=4).filter(str.strip))
def test_a_password_is_known_in_every_spelling(password):
    for spelled in (quote(password, safe=""), quote_plus(password)):
        found = addresses.secrets(f"postgres://lab:{spelled}@x/qf")
        assert {password, spelled} <= set(found) or "+" in spelled
        found = addresses.secrets(f"postgres://x/qf?user=lab&password={spelled}")
        assert password in found


def test_the_config_refuses_an_address_that_lacks_a_slash_without_repeating_it(tmp_path):
    (tmp_path / "config.yaml").write_text(
        "profiles:\n  - {name: home, platform: mastodon, server: https://example.social}\n"
        f"store: 'postgres:/lab:{PASSWORD}@x/qf'\n"
    )
    with pytest.raises(UserError, match="DATABASE_URL") as refused:
        load(tmp_path / "config.yaml")
    assert PASSWORD not in str(refused.value)
