"""`sslmode` on a server with a certificate of a test authority: what connects, and what is said where it does not."""

import shutil
from collections.abc import Iterator

import pytest

from bot.store import StoreError, open_store
from tests.servers.certificates import Authority
from tests.servers.postgres import PASSWORD, CannotStart, Server

pytestmark = pytest.mark.live

ONLY_TLS = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
LOGIN = "bot"


def secured(server: Server) -> None:
    """Give the server a certificate for `localhost`."""
    Authority(server.folder).serving("localhost")
    shutil.copy(server.folder / "served.pem", server.data / "server.crt")
    shutil.copy(server.folder / "key.pem", server.data / "server.key")
    server.own(server.data / "server.key")


@pytest.fixture(scope="module")
def tls() -> Iterator[Server]:
    try:
        server = Server(("ssl=on",), ONLY_TLS)
    except CannotStart as fault:
        pytest.fail(str(fault), pytrace=False)
    try:
        secured(server)
        server.start()
        server.do(f"CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}'")
        server.do(f"CREATE DATABASE qf OWNER {LOGIN}")
        yield server
    finally:
        server.remove()


def trusted(server: Server) -> str:
    return str(server.folder / "certificate.pem")


@pytest.mark.parametrize("mode", ["", "allow", "prefer", "require"])
def test_where_tls_is_asked_for_or_not_ruled_out_a_server_that_wants_it_is_spoken_to(tls, mode):
    store = open_store(tls.address("qf", user=LOGIN, **({"sslmode": mode} if mode else {})))
    with store.reading() as connection:
        query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert connection.exec_driver_sql(query).scalar() is True
    store.note("a", "b")
    assert store.noted("a") == "b"
    store.close()


@pytest.mark.parametrize(("mode", "host"), [("verify-ca", "127.0.0.1"), ("verify-full", "localhost")])
def test_a_certificate_of_an_authority_that_is_named_is_trusted(tls, mode, host):
    open_store(tls.address("qf", user=LOGIN, host=host, sslmode=mode, sslrootcert=trusted(tls))).close()


REFUSED = {
    "without TLS": ({"sslmode": "disable"}, "lets nobody in this way. Write sslmode=require"),
    "a name that is not the certificate's": (
        {"sslmode": "verify-full", "sslrootcert": "trusted"},
        "for another host. Write the host into DATABASE_URL that it names",
    ),
    "no authority": ({"sslmode": "verify-full"}, "Name the file of the authority that signed it in sslrootcert"),
    "a file that is not there": (
        {"sslmode": "verify-full", "sslrootcert": "/nowhere/ca.pem"},
        "Name the file of the authority that signed it in sslrootcert",
    ),
    "another authority of that name": (
        {"sslmode": "verify-ca", "sslrootcert": "another", "host": "localhost"},
        "Name the file of the authority that signed it in sslrootcert, as it is now",
    ),
    "another certificate": (
        {"sslmode": "verify-ca", "sslrootcert": "served", "host": "localhost"},
        "Name the file of the authority that signed it in sslrootcert, and see that it is not out of date",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_trusted_is_refused_with_its_remedy(tls, tmp_path, monkeypatch, case):
    monkeypatch.setenv("HOME", str(tmp_path))
    options, remedy = REFUSED[case]
    other = Authority(tmp_path)
    other.serving("other.test")
    files = {"trusted": trusted(tls), "another": str(other.path), "served": str(tmp_path / "served.pem")}
    with pytest.raises(StoreError, match=remedy) as refused:
        open_store(tls.address("qf", user=LOGIN, **{k: files.get(v, v) for k, v in options.items()}))
    assert PASSWORD not in str(refused.value)


def test_a_wrong_password_is_told_and_not_shown(tls):
    wrong = tls.address("qf", user=LOGIN).replace(PASSWORD, "not%2Fit")
    with pytest.raises(StoreError, match="the login was refused") as refused:
        open_store(wrong)
    assert "not/it" not in str(refused.value)
    assert "not%2Fit" not in str(refused.value)
    with pytest.raises(StoreError, match="the login was refused"):
        open_store(tls.address("qf", user="nobody"))
    with pytest.raises(StoreError, match="Write the password into DATABASE_URL"):
        open_store(tls.address("qf", user=LOGIN).replace(f":{PASSWORD}", ""))


def test_a_login_that_may_not_make_tables_is_told(tls):
    tls.do("CREATE DATABASE theirs")
    with pytest.raises(StoreError, match="may not work in it"):
        open_store(tls.address("theirs", user=LOGIN))


def test_a_password_with_signs_in_it_a_socket_and_a_schema_are_understood(tls):
    tls.do("ALTER ROLE bot PASSWORD 'p@:/?#% w'")
    try:
        open_store(tls.address("qf", user=LOGIN).replace(PASSWORD, "p%40%3A%2F%3F%23%25%20w")).close()
    finally:
        tls.do(f"ALTER ROLE {LOGIN} PASSWORD '{PASSWORD}'")
    open_store(tls.address("qf", user=LOGIN, host=str(tls.folder))).close()
    tls.do(f"CREATE SCHEMA apart AUTHORIZATION {LOGIN}", "qf")
    store = open_store(tls.address("qf", user=LOGIN, options="-c search_path=apart"))
    store.close()
    assert tls.do("SELECT count(*) FROM pg_tables WHERE schemaname = 'apart' AND tablename = 'ledger'", "qf") == [(1,)]
