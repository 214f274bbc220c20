"""An address of a database is never taken for a file, and nothing of it that is secret is ever shown."""

import argparse
import logging
import traceback
from io import StringIO
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import addresses, secrecy
from bot.cli import doctor
from bot.config import load
from bot.errors import UserError
from bot.logs import Line
from bot.store import StoreError, open_store
from bot.store.database import Database, located

PASSWORD = "hUnter2-pW"
RIGHT = (
    f"postgres://lab:{PASSWORD}@127.0.0.1:1/qf",
    f"postgresql://127.0.0.1:1/qf?user=lab&password={PASSWORD}",
    f"POSTGRES://lab:{PASSWORD}@127.0.0.1:1/qf?sslmode=prefer",
    f"postgresql://127.0.0.1:1/qf?user=lab&PASSWORD={PASSWORD}",
    f"postgresql://127.0.0.1:1/qf?user=lab&pasword={PASSWORD}",
    f"postgresql://lab@127.0.0.1:1/qf?sslpassword={PASSWORD}",
)
WRONG = (
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
