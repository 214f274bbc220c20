"""A page of quietfeed's listens on this machine alone, or the config says why not."""

from pathlib import Path

import pytest

from bot.config import ConfigError, host_and_port, read

FILE = Path("config.yaml")


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [
        ("127.0.0.1:9464", "127.0.0.1", 9464),
        ("127.9.9.9:1", "127.9.9.9", 1),
        ("localhost:65535", "localhost", 65535),
        ("'[::1]:9464'", "::1", 9464),
    ],
)
def test_an_address_of_this_machine_is_taken(listen, host, port):
    config = read(f"metrics: {{listen: {listen}}}\n", FILE)
    assert host_and_port(config.metrics.listen) == (host, port)


@pytest.mark.parametrize(
    ("listen", "says"),
    [
        ("0.0.0.0:9464", "is open to others, and the page has no password"),
        ("'[::]:9464'", "is open to others"),
        ("192.168.1.5:9464", "put a reverse proxy before it"),
        ("':9464'", "is open to others"),
        ("'*:9464'", "is open to others"),
        ("monitor.example.com:9464", "is no address (did you mean '127.0.0.1:9464'?)"),
        ("127.0.0.1", "is no address with a port"),
        ("127.0.0.1:0", "is no address with a port"),
        ("127.0.0.1:99999", "is no address with a port"),
        ("http://127.0.0.1:9464", "is no address with a port"),
        ("robin@127.0.0.1:9464", "is no address with a port"),
        ("'::1:9464'", "is no address with a port"),
        ("9464", "such as 127.0.0.1:9464"),
    ],
)
def test_any_other_is_refused_with_the_reason_and_the_next_step(listen, says):
    with pytest.raises(ConfigError) as refused:
        read(f"metrics: {{listen: {listen}}}\n", FILE)
    assert says in str(refused.value)
    assert "allowed: an address and a port of this machine alone" in str(refused.value)


def test_without_one_there_is_no_page():
    assert read("dry_run: true\n", FILE).metrics.listen is None
